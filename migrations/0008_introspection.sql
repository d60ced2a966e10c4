-- Asking about other people's tokens, and giving single tokens up.

INSERT INTO scopes (name, sentence, implies, role, built_in, position, updated_at, holders) VALUES
    ('introspect', 'Ask whether tokens that others present are good (RFC 7662).', '[]', NULL, 'yes', 6, 0, 'all');

-- A signed token, given up before its time alone: what it lives by lives on. It is here until its time is over.
CREATE TABLE given_up_tokens (
    digest TEXT PRIMARY KEY CHECK (length(digest) = 64),
    expires_at BIGINT NOT NULL
);
CREATE INDEX given_up_tokens_by_end ON given_up_tokens (expires_at);
