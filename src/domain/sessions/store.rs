//! The table `sessions`.

use super::resume::Overview;
use crate::base::id::{AccountId, SessionId};
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::SessionLimits;
use crate::{execute, on, sql};

/// A session that is alive.
pub(super) struct Alive {
    pub id: SessionId,
    pub account: AccountId,
    pub last_seen_at: Timestamp,
    pub confirmed_at: Timestamp,
}

/// Adds a session.
pub(super) async fn insert(
    tx: &mut Tx,
    (id, account): (SessionId, AccountId),
    key: &Digest,
    limits: SessionLimits,
    origin: &Origin,
    now: Timestamp,
) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO sessions (id, account_id, key_digest, created_at, last_seen_at, confirmed_at, idle_ends_at, ends_at, address, agent)
             VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8)"
        ))
        .bind(id.to_db())
        .bind(account.to_db())
        .bind(key.hex())
        .bind(now.micros())
        .bind((now + limits.idle).micros())
        .bind((now + limits.absolute).micros())
        .bind(origin.address.to_string())
        .bind(&origin.agent)
    )?;
    Ok(())
}

/// The live session with this key.
pub(super) async fn alive(cx: &mut Cx, key: &Digest, now: Timestamp) -> Result<Option<Alive>> {
    let row: Option<(String, String, i64, i64)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, last_seen_at, COALESCE(confirmed_at, created_at) FROM sessions
             WHERE key_digest = $1 AND ended_at IS NULL AND idle_ends_at > $2 AND ends_at > $2"
        ))
        .bind(key.hex())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    let Some((id, account, last_seen_at, confirmed_at)) = row else { return Ok(None) };
    Ok(Some(Alive {
        id: SessionId::from_db(&id).map_err(|_| Error::corrupt("session id"))?,
        account: AccountId::from_db(&account).map_err(|_| Error::corrupt("account id"))?,
        last_seen_at: Timestamp::from_micros(last_seen_at),
        confirmed_at: Timestamp::from_micros(confirmed_at),
    }))
}

/// Moves the idle end of a live session.
pub(super) async fn touch(tx: &mut Tx, id: SessionId, limits: SessionLimits, origin: &Origin, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE sessions SET last_seen_at = $2, idle_ends_at = $3, address = $4, agent = $5
             WHERE id = $1 AND ended_at IS NULL AND idle_ends_at > $2"
        ))
        .bind(id.to_db())
        .bind(now.micros())
        .bind((now + limits.idle).micros())
        .bind(origin.address.to_string())
        .bind(&origin.agent)
    )?;
    Ok(())
}

/// Gives a session that was not ended another key; false if there is none.
pub(super) async fn rekey(tx: &mut Tx, account: AccountId, id: SessionId, key: &Digest) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE sessions SET key_digest = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL"))
            .bind(id.to_db())
            .bind(account.to_db())
            .bind(key.hex())
    )?;
    Ok(changed == 1)
}

/// Notes that the person behind a session has shown who they are; false if the session has ended.
pub(super) async fn confirm(tx: &mut Tx, account: AccountId, id: SessionId, now: Timestamp) -> Result<bool> {
    let noted = execute!(
        tx,
        sqlx::query(sql!("UPDATE sessions SET confirmed_at = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL"))
            .bind(id.to_db())
            .bind(account.to_db())
            .bind(now.micros())
    )?;
    Ok(noted == 1)
}

/// Ends one live session of an account; false if it has none with this id.
pub(super) async fn end(tx: &mut Tx, account: AccountId, id: SessionId, now: Timestamp) -> Result<bool> {
    let ended = execute!(
        tx,
        sqlx::query(sql!("UPDATE sessions SET ended_at = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL"))
            .bind(id.to_db())
            .bind(account.to_db())
            .bind(now.micros())
    )?;
    Ok(ended == 1)
}

/// Ends all live sessions of an account but one.
pub(super) async fn end_others(tx: &mut Tx, account: AccountId, kept: SessionId, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE sessions SET ended_at = $3 WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL"))
            .bind(account.to_db())
            .bind(kept.to_db())
            .bind(now.micros())
    )
}

/// Ends all live sessions of an account.
pub(in crate::domain) async fn end_all(tx: &mut Tx, account: AccountId, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE sessions SET ended_at = $2
             WHERE account_id = $1 AND ended_at IS NULL AND idle_ends_at > $2 AND ends_at > $2"
        ))
        .bind(account.to_db())
        .bind(now.micros())
    )
}

/// The live sessions of an account, last seen first.
pub(super) async fn list(cx: &mut Cx, account: AccountId, now: Timestamp) -> Result<Vec<Overview>> {
    let rows: Vec<(String, i64, i64, String, String)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, created_at, last_seen_at, address, agent FROM sessions
             WHERE account_id = $1 AND ended_at IS NULL AND idle_ends_at > $2 AND ends_at > $2
             ORDER BY last_seen_at DESC, id LIMIT 200"
        ))
        .bind(account.to_db())
        .bind(now.micros())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(id, created_at, last_seen_at, address, agent)| {
            Ok(Overview {
                id: SessionId::from_db(&id).map_err(|_| Error::corrupt("session id"))?,
                created_at: Timestamp::from_micros(created_at),
                last_seen_at: Timestamp::from_micros(last_seen_at),
                address,
                agent,
            })
        })
        .collect()
}

/// Deletes sessions that ended, or ran out, before `before`.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("DELETE FROM sessions WHERE ends_at < $1 OR idle_ends_at < $1 OR ended_at < $1")).bind(before.micros())
    )
}
