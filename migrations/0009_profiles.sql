-- What a profile says beside the name, as JSON: only doors that know such fields read and write it.
ALTER TABLE accounts ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}';

-- What a product configures through us and we do nothing with ourselves, by name: a JSON object.
CREATE TABLE configurations (
    name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
    metadata TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
