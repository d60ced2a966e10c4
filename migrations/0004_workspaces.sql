-- Workspaces: who belongs to them, what they may do there, and the credentials that are theirs.
-- A CHECK cannot be widened in place on SQLite: a table whose rules grow is built anew, filled and renamed.

-- How much a workspace's keys and service accounts may ask, together.
CREATE TABLE plans (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 50),
    requests_per_minute BIGINT NOT NULL CHECK (requests_per_minute BETWEEN 1 AND 1000000),
    position BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
INSERT INTO plans (name, requests_per_minute, position, updated_at) VALUES
    ('free', 60, 1, 0), ('starter', 300, 2, 0), ('pro', 1000, 3, 0), ('enterprise', 5000, 4, 0);

-- Who may create workspaces (a list of roles; a star for everybody), and the plan that a new one gets.
CREATE TABLE workspace_policy (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    creators TEXT NOT NULL,
    new_plan TEXT NOT NULL REFERENCES plans (name),
    updated_at BIGINT NOT NULL
);
INSERT INTO workspace_policy (id, creators, new_plan, updated_at) VALUES (1, '["*"]', 'free', 0);

-- `personal_of` is whose own workspace it is; it goes with the account.
CREATE TABLE workspaces (
    id TEXT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE CHECK (length(slug) BETWEEN 2 AND 50),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    plan TEXT NOT NULL REFERENCES plans (name),
    personal_of TEXT UNIQUE REFERENCES accounts (id) ON DELETE CASCADE,
    keys_manage TEXT NOT NULL DEFAULT 'allowed' CHECK (keys_manage IN ('allowed', 'forbidden')),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    suspended_at BIGINT
);
CREATE INDEX workspaces_by_plan ON workspaces (plan);

-- A membership that ended and began again is another one: what was bound to the first stays dead.
CREATE TABLE memberships (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    roles TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (workspace_id, account_id)
);
CREATE INDEX memberships_by_account ON memberships (account_id);

-- The secret of the mailed link is derived from the seed under the master key; only its digest is here.
CREATE TABLE workspace_invitations (
    id TEXT PRIMARY KEY,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    roles TEXT NOT NULL,
    invited_by TEXT NOT NULL,
    seed TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    ended_as TEXT CHECK (ended_as IN ('accepted', 'declined', 'cancelled')),
    CHECK (expires_at > created_at),
    CHECK ((ended_at IS NULL) = (ended_as IS NULL))
);
CREATE UNIQUE INDEX workspace_invitations_open ON workspace_invitations (workspace_id, email_key) WHERE ended_at IS NULL;
CREATE INDEX workspace_invitations_by_email ON workspace_invitations (email_key);

-- A request that was sent twice is carried out once: what the first one made, by caller and Idempotency-Key.
CREATE TABLE idempotent_requests (
    caller TEXT NOT NULL,
    key TEXT NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 64),
    subject TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX idempotent_requests_by_time ON idempotent_requests (created_at);

-- A workspace can become weaker, too: its keys, its plan, its policy.
CREATE TABLE changes_2 (
    version BIGINT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('account', 'credential', 'workspace', 'policy')),
    key TEXT NOT NULL,
    at BIGINT NOT NULL
);
INSERT INTO changes_2 (version, kind, key, at) SELECT version, kind, key, at FROM changes;
DROP TABLE changes;
ALTER TABLE changes_2 RENAME TO changes;
CREATE INDEX changes_by_time ON changes (at);

-- A session is a signed-in browser, or a program that signed in by password and presents a session token.
ALTER TABLE sessions ADD COLUMN kind TEXT NOT NULL DEFAULT 'browser' CHECK (kind IN ('browser', 'api'));

-- Whose credentials may hold a scope, and what a token's owner must be in the workspace that the token is locked to.
ALTER TABLE scopes ADD COLUMN holders TEXT NOT NULL DEFAULT 'all' CHECK (holders IN ('all', 'people', 'workspaces'));
ALTER TABLE scopes ADD COLUMN workspace_role TEXT;
INSERT INTO scopes (name, sentence, implies, role, built_in, position, updated_at, holders) VALUES
    ('workspace:read', 'Read a workspace: its name, members, keys, service accounts and usage.', '[]', NULL, 'yes', 4, 0, 'all'),
    ('keys:manage', 'Create, rotate and revoke API keys of the workspace.', '[]', NULL, 'yes', 5, 0, 'workspaces');

UPDATE scopes SET holders = 'people' WHERE name = 'profile';

-- Whether every token must be locked to a workspace, and the roles there that allow their holders tokens.
ALTER TABLE token_policy ADD COLUMN require_workspace TEXT NOT NULL DEFAULT 'no' CHECK (require_workspace IN ('yes', 'no'));
ALTER TABLE token_policy ADD COLUMN allowed_workspace_roles TEXT NOT NULL DEFAULT '[]';

-- Which workspace an event is about.
ALTER TABLE audit_events ADD COLUMN workspace_id TEXT;
CREATE INDEX audit_events_by_workspace ON audit_events (workspace_id, seq) WHERE workspace_id IS NOT NULL;

-- A personal token belongs to an account, and may be locked to one workspace by its owner's membership there. Keys
-- and service accounts belong to a workspace and outlive whoever made them: `made_by` is that person's account,
-- `parent_id` the key that made it.
CREATE TABLE credentials_3 (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('personal', 'secret', 'publishable', 'service')),
    account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE,
    locked_to TEXT,
    membership_id TEXT,
    environment TEXT CHECK (environment IN ('test', 'live')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    name_key TEXT NOT NULL,
    scopes TEXT NOT NULL,
    audiences TEXT NOT NULL DEFAULT '[]',
    allowed_addresses TEXT NOT NULL DEFAULT '[]',
    origins TEXT NOT NULL DEFAULT '[]',
    requests_per_minute BIGINT CHECK (requests_per_minute BETWEEN 1 AND 1000000),
    metadata TEXT NOT NULL DEFAULT '{}',
    form_nonce TEXT UNIQUE,
    made_by TEXT,
    parent_id TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    paused_at BIGINT,
    revoked_at BIGINT,
    revoked_by TEXT CHECK (revoked_by IN ('owner', 'admin', 'holder', 'policy', 'member', 'key')),
    revoked_reason TEXT,
    leaked_at BIGINT,
    told_days BIGINT CHECK (told_days IN (30, 7, 1, 0)),
    last_used_at BIGINT,
    last_used_address TEXT,
    last_used_agent TEXT,
    uses BIGINT NOT NULL DEFAULT 0 CHECK (uses >= 0),
    CHECK ((kind = 'personal') = (account_id IS NOT NULL)),
    CHECK ((kind = 'personal') = (workspace_id IS NULL)),
    CHECK ((locked_to IS NULL) = (membership_id IS NULL)),
    CHECK (locked_to IS NULL OR kind = 'personal'),
    CHECK ((kind IN ('secret', 'publishable')) = (environment IS NOT NULL)),
    CHECK (kind = 'publishable' OR origins = '[]'),
    CHECK (expires_at IS NULL OR expires_at > created_at),
    CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    CHECK (leaked_at IS NULL OR revoked_at IS NOT NULL)
);
INSERT INTO credentials_3 (id, kind, account_id, name, name_key, scopes, allowed_addresses, form_nonce, created_at, expires_at,
                           paused_at, revoked_at, revoked_by, revoked_reason, leaked_at, told_days, last_used_at,
                           last_used_address, last_used_agent, uses)
SELECT id, kind, account_id, name, name_key, scopes, allowed_addresses, form_nonce, created_at, expires_at,
       paused_at, revoked_at, revoked_by, revoked_reason, leaked_at, told_days, last_used_at,
       last_used_address, last_used_agent, uses FROM credentials;

-- A service account may have two living secrets at a time. The first place is never empty while the second is taken.
CREATE TABLE credential_secrets_3 (
    id TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL REFERENCES credentials_3 (id) ON DELETE CASCADE,
    place BIGINT NOT NULL DEFAULT 1 CHECK (place IN (1, 2)),
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
INSERT INTO credential_secrets_3 (id, credential_id, digest, prefix, last_four, form_nonce, created_at, valid_until,
                                  told_late_at, last_used_at, last_used_address, last_used_agent, uses)
SELECT id, credential_id, digest, prefix, last_four, form_nonce, created_at, valid_until,
       told_late_at, last_used_at, last_used_address, last_used_agent, uses FROM credential_secrets;

CREATE TABLE usage_hours_3 (
    credential_id TEXT NOT NULL REFERENCES credentials_3 (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'denied')),
    uses BIGINT NOT NULL CHECK (uses > 0),
    PRIMARY KEY (credential_id, hour, outcome)
);
INSERT INTO usage_hours_3 (credential_id, hour, outcome, uses) SELECT credential_id, hour, outcome, uses FROM usage_hours;

CREATE TABLE recent_uses_3 (
    id TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL REFERENCES credentials_3 (id) ON DELETE CASCADE,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('allowed', 'denied')),
    reason TEXT,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    uses BIGINT NOT NULL CHECK (uses > 0),
    CHECK ((outcome = 'denied') = (reason IS NOT NULL))
);
INSERT INTO recent_uses_3 (id, credential_id, at, outcome, reason, address, agent, uses)
SELECT id, credential_id, at, outcome, reason, address, agent, uses FROM recent_uses;

DROP TABLE recent_uses;
DROP TABLE usage_hours;
DROP TABLE credential_secrets;
DROP TABLE credentials;
ALTER TABLE credentials_3 RENAME TO credentials;
ALTER TABLE credential_secrets_3 RENAME TO credential_secrets;
ALTER TABLE usage_hours_3 RENAME TO usage_hours;
ALTER TABLE recent_uses_3 RENAME TO recent_uses;
CREATE UNIQUE INDEX credentials_living_name ON credentials (account_id, name_key) WHERE revoked_at IS NULL;
CREATE INDEX credentials_by_account ON credentials (account_id, created_at, id);
CREATE INDEX credentials_by_state ON credentials (account_id, revoked_at, expires_at);
CREATE INDEX credentials_by_workspace ON credentials (workspace_id, created_at, id);
CREATE INDEX credentials_by_workspace_state ON credentials (workspace_id, revoked_at, expires_at);
CREATE INDEX credentials_by_lock ON credentials (locked_to) WHERE locked_to IS NOT NULL;
CREATE INDEX credentials_by_parent ON credentials (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX credentials_by_time ON credentials (created_at, id);
CREATE INDEX credentials_ending ON credentials (expires_at) WHERE revoked_at IS NULL;
CREATE INDEX credential_secrets_by_credential ON credential_secrets (credential_id);
CREATE INDEX credential_secrets_by_prefix ON credential_secrets (prefix, last_four);
CREATE UNIQUE INDEX credential_secrets_current ON credential_secrets (credential_id, place) WHERE valid_until IS NULL;
CREATE INDEX usage_hours_by_hour ON usage_hours (hour);
CREATE INDEX recent_uses_by_credential ON recent_uses (credential_id, at);

-- The people who answer for a service account.
CREATE TABLE service_account_owners (
    credential_id TEXT NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (credential_id, account_id)
);
CREATE INDEX service_account_owners_by_account ON service_account_owners (account_id);
