//! The audit log is append-only, and the database itself holds that: triggers refuse to change or delete an event.
//!
//! Triggers are the one thing that the two databases spell in different ways, so they are no migration. They are put
//! in place after every migration, where they are missing. Whoever owns the database can take them away again; what
//! was done then is found by the chain of digests in the events.

use super::{Db, Raw, Result, Tx};
use crate::sql;

impl Db {
    /// Puts the triggers in place. Several processes may do so at once.
    pub(super) async fn guard_audit_log(&self) -> Result<()> {
        let mut tx = self.write().await?;
        guard(&mut tx).await?;
        tx.commit().await
    }
}

async fn guard(tx: &mut Tx) -> Result<()> {
    match tx.raw() {
        Raw::Lite(c) => {
            sqlx::query(sql!(lite
                "CREATE TRIGGER IF NOT EXISTS audit_events_unchanged BEFORE UPDATE ON audit_events
                 BEGIN SELECT RAISE(ABORT, 'events of the audit log are never changed or deleted'); END"
            ))
            .execute(&mut *c)
            .await?;
            sqlx::query(sql!(lite
                "CREATE TRIGGER IF NOT EXISTS audit_events_undeleted BEFORE DELETE ON audit_events
                 BEGIN SELECT RAISE(ABORT, 'events of the audit log are never changed or deleted'); END"
            ))
            .execute(c)
            .await?;
        }
        Raw::Pg(c) => {
            // The row is locked so that processes that start at once do this one after the other.
            sqlx::query(sql!(pg "SELECT seq FROM audit_head WHERE id = 1 FOR UPDATE")).execute(&mut *c).await?;
            sqlx::query(sql!(pg
                "DO $guard$ BEGIN
                   IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = 'audit_events'::regclass
                                                             AND tgname = 'audit_events_unchanged') THEN
                     CREATE OR REPLACE FUNCTION audit_events_refuse() RETURNS trigger LANGUAGE plpgsql AS
                       $refuse$ BEGIN RAISE EXCEPTION 'events of the audit log are never changed or deleted'; END $refuse$;
                     CREATE TRIGGER audit_events_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
                       FOR EACH STATEMENT EXECUTE FUNCTION audit_events_refuse();
                   END IF;
                 END $guard$"
            ))
            .execute(c)
            .await?;
        }
    }
    Ok(())
}
