//! The sessions of programs, found by their ids.

use crate::base::id::SessionId;
use crate::base::time::Timestamp;
use crate::db::{Cx, Result};
use crate::domain::sessions::session::{Alive, Kind};
use crate::domain::sessions::store::{AliveRow, living};
use crate::{on, sql};

/// The live session of a program with this id that is good for all that its person may.
pub(super) async fn of_program(cx: &mut Cx, kind: Kind, id: SessionId, now: Timestamp) -> Result<Option<Alive>> {
    let row: Option<AliveRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, last_seen_at, COALESCE(confirmed_at, created_at) FROM sessions
             WHERE id = $1 AND kind = $2 AND client_id IS NULL AND scopes IS NULL AND workspace_id IS NULL AND ended_at IS NULL
               AND idle_ends_at > $3 AND ends_at > $3 AND awaits_factor_until IS NULL"
        ))
        .bind(id.to_db())
        .bind(kind.as_str())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(living).transpose()
}
