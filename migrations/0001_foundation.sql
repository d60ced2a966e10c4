-- One text for SQLite and Postgres. Columns are TEXT or BIGINT only: ids, enums and JSON as text, times as
-- microseconds since 1970, digests as hex. A state is a nullable time (revoked_at), never a flag.

-- What this database belongs to: a process with another master key must not touch it.
CREATE TABLE instance (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    key_fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- The version of everybody's rights: raised in the transaction of every change that makes somebody's credential
-- weaker, so that the order of versions is the order of commits.
CREATE TABLE stamp (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO stamp (id, version) VALUES (1, 0);

CREATE TABLE changes (
    version BIGINT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'credential', 'policy')),
    key TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX changes_by_time ON changes (at);

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT CHECK (substr(password_hash, 1, 10) = '$argon2id$'),
    roles TEXT NOT NULL,
    verified_at BIGINT,
    suspended_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Single-use links and codes that go out by mail, and the one that sets up the first administrator. The secret is
-- derived from the seed under the master key; only its digest is here.
CREATE TABLE links (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('verify', 'setup')),
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT,
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
CREATE INDEX links_by_account ON links (account_id, purpose);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    key_digest TEXT NOT NULL UNIQUE CHECK (length(key_digest) = 64),
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    idle_ends_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    CHECK (ends_at > created_at)
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_end ON sessions (ends_at);

CREATE TABLE token_policy (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    allowed TEXT NOT NULL CHECK (allowed IN ('yes', 'no')),
    allowed_roles TEXT NOT NULL,
    longest_life_days BIGINT CHECK (longest_life_days BETWEEN 1 AND 3650),
    no_expiry TEXT NOT NULL CHECK (no_expiry IN ('yes', 'no')),
    updated_at BIGINT NOT NULL,
    CHECK (no_expiry = 'no' OR longest_life_days IS NULL)
);
INSERT INTO token_policy (id, allowed, allowed_roles, longest_life_days, no_expiry, updated_at)
VALUES (1, 'no', '["*"]', 365, 'no', 0);

CREATE TABLE credentials (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('personal')),
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_key TEXT NOT NULL,
    scopes TEXT NOT NULL,
    form_nonce TEXT UNIQUE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    revoked_by TEXT CHECK (revoked_by IN ('owner', 'admin', 'holder')),
    last_used_at BIGINT,
    last_used_address TEXT,
    last_used_agent TEXT,
    uses BIGINT NOT NULL DEFAULT 0 CHECK (uses >= 0),
    CHECK (expires_at IS NULL OR expires_at > created_at),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
);
-- A person's living tokens have different names; a revoked one gives its name back.
CREATE UNIQUE INDEX credentials_living_name ON credentials (account_id, name_key) WHERE revoked_at IS NULL;
CREATE INDEX credentials_by_account ON credentials (account_id, created_at, id);

CREATE TABLE credential_secrets (
    id TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    prefix TEXT NOT NULL,
    last_four TEXT NOT NULL CHECK (length(last_four) = 4),
    created_at BIGINT NOT NULL,
    valid_until BIGINT
);
CREATE INDEX credential_secrets_by_credential ON credential_secrets (credential_id);

-- Who did what to whom, in the transaction that did it.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL
);
INSERT INTO audit_head (id, seq) VALUES (1, 0);

CREATE TABLE audit_events (
    seq BIGINT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('account', 'credential', 'system', 'nobody')),
    actor_id TEXT,
    account_id TEXT,
    target TEXT,
    details TEXT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    request_id TEXT NOT NULL
);
CREATE INDEX audit_events_by_account ON audit_events (account_id, seq);

-- The outbox: a message commits with its cause and is rendered when it is sent. No secret is in it.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    recipient TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
    attempts BIGINT NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    claimed_until BIGINT,
    finished_at BIGINT,
    last_error TEXT,
    CHECK ((state = 'waiting') = (finished_at IS NULL))
);
CREATE INDEX mails_due ON mails (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX mails_by_account ON mails (account_id);
