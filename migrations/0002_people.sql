-- People set up, recovered and informed by mail; what an administrator sees and governs; tokens that rotate.
-- A CHECK cannot be widened in place on SQLite: a table whose rules grow is built anew, filled and renamed.

-- More purposes. For a change of address, `email` is where the link goes; `created_by` is who invited.
CREATE TABLE links_2 (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('verify', 'setup', 'recover', 'invite', 'change_email', 'undo_email')),
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT,
    created_by TEXT,
    seed TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    wrong_codes BIGINT NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    voided_at BIGINT,
    CHECK (expires_at > created_at),
    CHECK ((purpose = 'setup') = (account_id IS NULL)),
    CHECK (used_at IS NULL OR voided_at IS NULL)
);
INSERT INTO links_2 (id, purpose, account_id, email, seed, digest, wrong_codes, created_at, expires_at, used_at, voided_at)
SELECT id, purpose, account_id, email, seed, digest, wrong_codes, created_at, expires_at, used_at, voided_at FROM links;
DROP TABLE links;
ALTER TABLE links_2 RENAME TO links;
CREATE INDEX links_by_account ON links (account_id, purpose);

-- An account that was invited and not yet set up has no password and no confirmed address.
ALTER TABLE accounts ADD COLUMN invited_at BIGINT;
ALTER TABLE accounts ADD COLUMN invited_by TEXT;

-- The second factor. The secret is encrypted under a key derived from the master key.
CREATE TABLE totp (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT
);
CREATE TABLE recovery_codes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    used_at BIGINT,
    CHECK (used_at IS NULL OR confirmed_at IS NOT NULL)
);
CREATE INDEX recovery_codes_by_account ON recovery_codes (account_id);

-- Whose accounts need a second factor: a list of roles.
CREATE TABLE sign_in_policy (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    factor_roles TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO sign_in_policy (id, factor_roles, updated_at) VALUES (1, '[]', 0);

-- Failures in a row, by a digest of what was attacked.
CREATE TABLE sign_in_attempts (
    key TEXT PRIMARY KEY CHECK (length(key) = 64),
    failures BIGINT NOT NULL CHECK (failures >= 0),
    last_at BIGINT NOT NULL,
    open_at BIGINT NOT NULL
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at);

-- When the person last showed who they are; by which second factor; until when a session waits for one.
ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT;
ALTER TABLE sessions ADD COLUMN factor TEXT CHECK (factor IN ('totp', 'recovery_code'));
ALTER TABLE sessions ADD COLUMN awaits_factor_until BIGINT;
ALTER TABLE sessions ADD COLUMN wrong_codes BIGINT NOT NULL DEFAULT 0 CHECK (wrong_codes >= 0);

ALTER TABLE token_policy ADD COLUMN require_factor TEXT NOT NULL DEFAULT 'no' CHECK (require_factor IN ('yes', 'no'));
ALTER TABLE token_policy ADD COLUMN idle_days BIGINT CHECK (idle_days BETWEEN 1 AND 3650);

-- What credentials may be used for. `implies` is a list of names or of whole segments with a star (documents:*).
CREATE TABLE scopes (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    sentence TEXT NOT NULL CHECK (length(sentence) BETWEEN 1 AND 300),
    implies TEXT NOT NULL,
    role TEXT,
    built_in TEXT NOT NULL CHECK (built_in IN ('yes', 'no')),
    position BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO scopes (name, sentence, implies, role, built_in, position, updated_at) VALUES
    ('profile', 'Read your name, email address and roles.', '[]', NULL, 'yes', 1, 0),
    ('verify', 'Check tokens that other people present to your service.', '[]', NULL, 'yes', 2, 0),
    ('admin', 'Everything an administrator may do through the API.', '["*"]', 'admin', 'yes', 3, 0);

-- A credential may be paused, bound to addresses, rotated, and ended by the policy or because it leaked. `told_days` is
-- the tightest notice of its expiry that was sent: 30, 7, 1, or 0 for the end itself.
CREATE TABLE credentials_2 (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('personal')),
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_key TEXT NOT NULL,
    scopes TEXT NOT NULL,
    allowed_addresses TEXT NOT NULL DEFAULT '[]',
    form_nonce TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    paused_at BIGINT,
    revoked_at BIGINT,
    revoked_by TEXT CHECK (revoked_by IN ('owner', 'admin', 'holder', 'policy')),
    revoked_reason TEXT,
    leaked_at BIGINT,
    told_days BIGINT CHECK (told_days IN (30, 7, 1, 0)),
    last_used_at BIGINT,
    last_used_address TEXT,
    last_used_agent TEXT,
    uses BIGINT NOT NULL DEFAULT 0 CHECK (uses >= 0),
    CHECK (expires_at IS NULL OR expires_at > created_at),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CHECK (leaked_at IS NULL OR revoked_at IS NOT NULL)
);
INSERT INTO credentials_2 (id, kind, account_id, name, name_key, scopes, form_nonce, created_at, expires_at, revoked_at,
                           revoked_by, last_used_at, last_used_address, last_used_agent, uses)
SELECT id, kind, account_id, name, name_key, scopes, form_nonce, created_at, expires_at, revoked_at,
       revoked_by, last_used_at, last_used_address, last_used_agent, uses FROM credentials;

-- A rotation adds a secret and gives the old one an end; each counts its own uses.
CREATE TABLE credential_secrets_2 (
    id TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL REFERENCES credentials_2 (id) ON DELETE CASCADE,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    prefix TEXT NOT NULL,
    last_four TEXT NOT NULL CHECK (length(last_four) = 4),
    form_nonce TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    valid_until BIGINT,
    told_late_at BIGINT,
    last_used_at BIGINT,
    last_used_address TEXT,
    last_used_agent TEXT,
    uses BIGINT NOT NULL DEFAULT 0 CHECK (uses >= 0)
);
INSERT INTO credential_secrets_2 (id, credential_id, digest, prefix, last_four, created_at, valid_until)
SELECT id, credential_id, digest, prefix, last_four, created_at, valid_until FROM credential_secrets;
DROP TABLE credential_secrets;
DROP TABLE credentials;
ALTER TABLE credentials_2 RENAME TO credentials;
ALTER TABLE credential_secrets_2 RENAME TO credential_secrets;
CREATE UNIQUE INDEX credentials_living_name ON credentials (account_id, name_key) WHERE revoked_at IS NULL;
CREATE INDEX credentials_by_account ON credentials (account_id, created_at, id);
CREATE INDEX credentials_by_state ON credentials (account_id, revoked_at, expires_at);
CREATE INDEX credentials_by_time ON credentials (created_at, id);
CREATE INDEX credentials_ending ON credentials (expires_at) WHERE revoked_at IS NULL;
CREATE INDEX credential_secrets_by_credential ON credential_secrets (credential_id);
CREATE UNIQUE INDEX credential_secrets_current ON credential_secrets (credential_id) WHERE valid_until IS NULL;

-- How a credential was used: counts by the hour and outcome, and its latest uses and refusals one by one.
CREATE TABLE usage_hours (
    credential_id TEXT NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'denied')),
    uses BIGINT NOT NULL CHECK (uses > 0),
    PRIMARY KEY (credential_id, hour, outcome)
);
CREATE INDEX usage_hours_by_hour ON usage_hours (hour);
CREATE TABLE recent_uses (
    id TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'denied')),
    reason TEXT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    uses BIGINT NOT NULL CHECK (uses > 0),
    CHECK ((outcome = 'denied') = (reason IS NOT NULL))
);
CREATE INDEX recent_uses_by_credential ON recent_uses (credential_id, at);

-- Each event carries the digest of the one before it, so that a changed or missing row is found.
ALTER TABLE audit_events ADD COLUMN hash TEXT;
ALTER TABLE audit_head ADD COLUMN hash TEXT;
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, seq);
CREATE INDEX audit_events_by_action ON audit_events (action, seq);

CREATE INDEX mails_by_time ON mails (created_at, id);
