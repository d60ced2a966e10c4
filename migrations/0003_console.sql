-- What the administrator's pages count and look up, without reading whole tables.
CREATE INDEX credential_secrets_by_prefix ON credential_secrets (prefix, last_four);
CREATE INDEX audit_events_refused ON audit_events (action, at) WHERE outcome = 'refused';
CREATE INDEX mails_unfinished ON mails (state, created_at, id) WHERE state <> 'sent';
