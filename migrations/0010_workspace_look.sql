-- What a workspace shows beside its name, and the workspace that a session is busy with.

ALTER TABLE workspaces ADD COLUMN logo TEXT CHECK (length(logo) BETWEEN 10 AND 2000);
ALTER TABLE workspaces ADD COLUMN labels TEXT NOT NULL DEFAULT '[]';

-- A choice of the session's person, and no bound: what the session may do does not depend on it, and it is over with the
-- membership by which it was made. A session that is bound to a workspace has that in `workspace_id`.
ALTER TABLE sessions ADD COLUMN active_workspace_id TEXT;
ALTER TABLE sessions ADD COLUMN active_membership_id TEXT;
