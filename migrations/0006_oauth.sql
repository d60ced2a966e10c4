-- Signed tokens: the keys that sign them, the apps that ask for them, and the grants that they live by.

-- `id` is the `kid`. A key is published before it signs and stays published until no token lives that it signed.
CREATE TABLE signing_keys (
    id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
    public_key TEXT NOT NULL UNIQUE,
    private_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    signs_from BIGINT NOT NULL,
    signs_until BIGINT,
    published_until BIGINT,
    CHECK (signs_from >= created_at),
    CHECK ((signs_until IS NULL) = (published_until IS NULL)),
    CHECK (published_until IS NULL OR published_until >= signs_until)
);
CREATE UNIQUE INDEX signing_keys_newest ON signing_keys ((signs_until IS NULL)) WHERE signs_until IS NULL;

-- What tokens may be meant for, beside Latchkey itself.
CREATE TABLE audiences (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 200),
    sentence TEXT NOT NULL,
    built_in TEXT NOT NULL CHECK (built_in IN ('yes', 'no')),
    position BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO audiences (name, sentence, built_in, position, updated_at) VALUES
    ('platform', 'The product''s own APIs.', 'yes', 1, 0),
    ('internal-service', 'Services that talk to each other.', 'yes', 2, 0),
    ('external-api', 'APIs of others that accept these tokens.', 'yes', 3, 0);

-- Apps for people, registered by an administrator.
CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_key TEXT NOT NULL UNIQUE,
    redirect_uris TEXT NOT NULL DEFAULT '[]',
    device_sign_in TEXT NOT NULL CHECK (device_sign_in IN ('allowed', 'forbidden')),
    scopes TEXT NOT NULL,
    audiences TEXT NOT NULL DEFAULT '[]',
    secret_digest TEXT UNIQUE CHECK (length(secret_digest) = 64),
    secret_hint TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    disabled_at BIGINT,
    CHECK ((secret_digest IS NULL) = (secret_hint IS NULL))
);

-- A session is a signed-in browser (found by the digest of its key), a program that signed in by password, or a grant:
-- tokens that an app or a program holds for somebody. Without scopes a session may do all that the person may.
CREATE TABLE sessions_2 (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind TEXT NOT NULL DEFAULT 'browser' CHECK (kind IN ('browser', 'api', 'grant')),
    key_digest TEXT UNIQUE CHECK (length(key_digest) = 64),
    client_id TEXT REFERENCES clients (id) ON DELETE CASCADE,
    scopes TEXT,
    audiences TEXT NOT NULL DEFAULT '[]',
    workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE,
    membership_id TEXT,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_ends_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    confirmed_at BIGINT,
    factor TEXT CHECK (factor IN ('totp', 'recovery_code')),
    awaits_factor_until BIGINT,
    wrong_codes BIGINT NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0),
    CHECK (ends_at > created_at),
    CHECK (kind <> 'browser' OR key_digest IS NOT NULL),
    CHECK (kind <> 'grant' OR key_digest IS NULL),
    CHECK (kind = 'grant' OR client_id IS NULL),
    CHECK (kind = 'grant' OR scopes IS NULL),
    CHECK (client_id IS NULL OR scopes IS NOT NULL),
    CHECK ((workspace_id IS NULL) = (membership_id IS NULL))
);
INSERT INTO sessions_2 (id, account_id, kind, key_digest, created_at, last_seen_at, idle_ends_at, ends_at, ended_at, address, agent,
                        confirmed_at, factor, awaits_factor_until, wrong_codes)
SELECT id, account_id, kind, key_digest, created_at, last_seen_at, idle_ends_at, ends_at, ended_at, address, agent,
       confirmed_at, factor, awaits_factor_until, wrong_codes FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_2 RENAME TO sessions;
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (ends_at);
CREATE INDEX sessions_by_client ON sessions (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX sessions_by_workspace ON sessions (workspace_id) WHERE workspace_id IS NOT NULL;

-- Each refresh token but the first follows one that was spent for it, and none is followed twice. The secret is derived
-- from the seed under the master key; only its digest is here.
CREATE TABLE refresh_tokens (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    predecessor_id TEXT UNIQUE,
    seed TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    CHECK (expires_at > created_at)
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id);
CREATE UNIQUE INDEX refresh_tokens_newest ON refresh_tokens (session_id) WHERE spent_at IS NULL;

-- What the person's approval becomes until the app redeems it, once (RFC 6749 section 4.1, RFC 7636).
CREATE TABLE authorization_codes (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL CHECK (length(challenge) = 43),
    scopes TEXT NOT NULL,
    audiences TEXT NOT NULL DEFAULT '[]',
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    redeemed_at BIGINT,
    grant_id TEXT,
    CHECK (expires_at > created_at),
    CHECK ((redeemed_at IS NULL) = (grant_id IS NULL))
);
CREATE INDEX authorization_codes_by_end ON authorization_codes (expires_at);

-- A command line that waits for somebody to approve it in a browser (RFC 8628).
CREATE TABLE device_codes (
    id TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    user_code_digest TEXT NOT NULL UNIQUE CHECK (length(user_code_digest) = 64),
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    audiences TEXT NOT NULL DEFAULT '[]',
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    interval_seconds BIGINT NOT NULL CHECK (interval_seconds BETWEEN 1 AND 600),
    polled_at BIGINT,
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    approved_at BIGINT,
    denied_at BIGINT,
    redeemed_at BIGINT,
    grant_id TEXT,
    CHECK (expires_at > created_at),
    CHECK ((account_id IS NULL) = (approved_at IS NULL AND denied_at IS NULL)),
    CHECK (approved_at IS NULL OR denied_at IS NULL),
    CHECK (redeemed_at IS NULL OR approved_at IS NOT NULL),
    CHECK ((redeemed_at IS NULL) = (grant_id IS NULL))
);
CREATE INDEX device_codes_by_end ON device_codes (expires_at);
