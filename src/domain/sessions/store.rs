//! The table `sessions`.

use super::resume::Overview;
use super::session::{Alive, Kind, NewSession};
use crate::base::id::{AccountId, ClientId, SessionId};
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::SessionLimits;
use crate::domain::access::{Audiences, Scopes};
use crate::domain::second_factor::Method;
use crate::{execute, on, sql};

/// Adds a session.
pub(super) async fn insert(tx: &mut Tx, new: &NewSession, origin: &Origin, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO sessions (id, account_id, kind, key_digest, factor, created_at, last_seen_at, confirmed_at, idle_ends_at,
                                   ends_at, address, agent, client_id, scopes, audiences, workspace_id, membership_id)
             VALUES ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
        ))
        .bind(new.id.to_db())
        .bind(new.account.to_db())
        .bind(new.kind.as_str())
        .bind(new.key.map(|key| key.hex()))
        .bind(new.method.map(Method::as_str))
        .bind(now.micros())
        .bind((now + new.limits.idle).micros())
        .bind((now + new.limits.absolute).micros())
        .bind(origin.address.to_string())
        .bind(&origin.agent)
        .bind(new.terms.client.map(|id| id.to_db()))
        .bind(new.terms.scopes.as_ref().map(Scopes::to_db))
        .bind(new.terms.audiences.to_db())
        .bind(new.terms.place.map(|(workspace, _)| workspace.to_db()))
        .bind(new.terms.place.map(|(_, membership)| membership.to_db()))
    )?;
    Ok(())
}

/// Whether a program has had a session of the account before, from this address and with this agent.
pub(super) async fn had_program(cx: &mut Cx, account: AccountId, origin: &Origin) -> Result<bool> {
    let found: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT id FROM sessions WHERE account_id = $1 AND kind <> 'browser' AND address = $2 AND agent = $3 LIMIT 1"
        ))
        .bind(account.to_db())
        .bind(origin.address.to_string())
        .bind(&origin.agent)
        .fetch_optional(c)
        .await
    })?;
    Ok(found.is_some())
}

/// A session that is alive, as it is kept.
pub(super) type AliveRow = (String, String, i64, i64);

/// The live session of a browser with this key that waits for nothing.
pub(super) async fn alive(cx: &mut Cx, key: &Digest, now: Timestamp) -> Result<Option<Alive>> {
    let row: Option<AliveRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id, last_seen_at, COALESCE(confirmed_at, created_at) FROM sessions
             WHERE key_digest = $1 AND kind = 'browser' AND ended_at IS NULL AND idle_ends_at > $2 AND ends_at > $2
               AND awaits_factor_until IS NULL"
        ))
        .bind(key.hex())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(living).transpose()
}

/// Reads one.
pub(super) fn living((id, account, last_seen_at, confirmed_at): AliveRow) -> Result<Alive> {
    Ok(Alive {
        id: SessionId::from_db(&id).map_err(|_| Error::corrupt("session id"))?,
        account: AccountId::from_db(&account).map_err(|_| Error::corrupt("account id"))?,
        last_seen_at: Timestamp::from_micros(last_seen_at),
        confirmed_at: Timestamp::from_micros(confirmed_at),
    })
}

/// The session with this key that waits for a code.
pub(super) async fn half(cx: &mut Cx, key: &Digest, now: Timestamp) -> Result<Option<(SessionId, AccountId)>> {
    let row: Option<(String, String)> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, account_id FROM sessions WHERE key_digest = $1 AND ended_at IS NULL AND awaits_factor_until > $2"
        ))
        .bind(key.hex())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    let Some((id, account)) = row else { return Ok(None) };
    let id = SessionId::from_db(&id).map_err(|_| Error::corrupt("session id"))?;
    Ok(Some((id, AccountId::from_db(&account).map_err(|_| Error::corrupt("account id"))?)))
}

/// Makes a session that was just added wait for a code.
pub(super) async fn await_factor(tx: &mut Tx, id: SessionId, until: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE sessions SET awaits_factor_until = $2 WHERE id = $1 AND ended_at IS NULL"))
            .bind(id.to_db())
            .bind(until.micros())
    )?;
    Ok(())
}

/// Whether a session still waits for a code.
pub(super) async fn awaits(cx: &mut Cx, id: SessionId, now: Timestamp) -> Result<bool> {
    let found: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT id FROM sessions WHERE id = $1 AND ended_at IS NULL AND awaits_factor_until > $2"))
            .bind(id.to_db())
            .bind(now.micros())
            .fetch_optional(c)
            .await
    })?;
    Ok(found.is_some())
}

/// Counts a wrong code and ends the session at the last one that is allowed; false if it has ended.
pub(super) async fn count_wrong_code(tx: &mut Tx, id: SessionId, allowed: i64, now: Timestamp) -> Result<bool> {
    let ended: Option<Option<i64>> = on!(tx, |c| {
        sqlx::query_scalar(sql!(
            "UPDATE sessions SET wrong_codes = wrong_codes + 1,
                    ended_at = CASE WHEN wrong_codes + 1 >= $2 THEN $3 ELSE ended_at END
             WHERE id = $1 AND ended_at IS NULL AND awaits_factor_until > $3 RETURNING ended_at"
        ))
        .bind(id.to_db())
        .bind(allowed)
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    Ok(ended.is_some_and(|ended| ended.is_none()))
}

/// Makes a session whole that waits for a code, under a new key; false if it waits no more.
pub(super) async fn complete(
    tx: &mut Tx,
    id: SessionId,
    key: &Digest,
    method: Method,
    limits: SessionLimits,
    now: Timestamp,
) -> Result<bool> {
    let completed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE sessions SET key_digest = $2, factor = $3, awaits_factor_until = NULL, confirmed_at = $4, last_seen_at = $4,
                    idle_ends_at = $5
             WHERE id = $1 AND ended_at IS NULL AND awaits_factor_until > $4"
        ))
        .bind(id.to_db())
        .bind(key.hex())
        .bind(method.as_str())
        .bind(now.micros())
        .bind((now + limits.idle).micros())
    )?;
    Ok(completed == 1)
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
        sqlx::query(sql!(
            "UPDATE sessions SET key_digest = $3 WHERE id = $1 AND account_id = $2 AND kind = 'browser' AND ended_at IS NULL"
        ))
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

/// Ends all live grants of an app. Returns how many.
pub(in crate::domain) async fn end_of_client(tx: &mut Tx, client: ClientId, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE sessions SET ended_at = $2 WHERE client_id = $1 AND ended_at IS NULL"))
            .bind(client.to_db())
            .bind(now.micros())
    )
}

/// Ends the live grants of an app that hold more than these scopes or audiences. Returns how many.
pub(in crate::domain) async fn end_beyond(
    tx: &mut Tx,
    client: ClientId,
    (scopes, audiences): (&Scopes, &Audiences),
    now: Timestamp,
) -> Result<u64> {
    let held: Vec<(String, String)> = on!(tx, |c| {
        sqlx::query_as(sql!(
            "SELECT DISTINCT COALESCE(scopes, ''), audiences FROM sessions WHERE client_id = $1 AND ended_at IS NULL"
        ))
        .bind(client.to_db())
        .fetch_all(c)
        .await
    })?;
    let mut ended = 0;
    for (own_scopes, own_audiences) in held {
        let within = |own: Scopes| own.names().iter().all(|name| scopes.names().contains(name));
        let meant = |own: Audiences| own.words().all(|word| audiences.words().any(|other| other == word));
        if Scopes::from_db(&own_scopes).is_some_and(within) && Audiences::from_db(&own_audiences).is_some_and(meant) {
            continue;
        }
        ended += execute!(
            tx,
            sqlx::query(sql!(
                "UPDATE sessions SET ended_at = $4
                 WHERE client_id = $1 AND COALESCE(scopes, '') = $2 AND audiences = $3 AND ended_at IS NULL"
            ))
            .bind(client.to_db())
            .bind(own_scopes)
            .bind(own_audiences)
            .bind(now.micros())
        )?;
    }
    Ok(ended)
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    id: String,
    kind: String,
    created_at: i64,
    last_seen_at: i64,
    ends_at: i64,
    address: String,
    agent: String,
    scopes: Option<String>,
    app: Option<String>,
}

impl TryFrom<ListedRow> for Overview {
    type Error = Error;

    fn try_from(row: ListedRow) -> Result<Self> {
        Ok(Self {
            id: SessionId::from_db(&row.id).map_err(|_| Error::corrupt("session id"))?,
            kind: Kind::from_db(&row.kind).ok_or(Error::corrupt("kind of a session"))?,
            ends_at: Timestamp::from_micros(row.ends_at),
            created_at: Timestamp::from_micros(row.created_at),
            last_seen_at: Timestamp::from_micros(row.last_seen_at),
            address: row.address,
            agent: row.agent,
            app: row.app,
            // What cannot be read allows nothing.
            scopes: row.scopes.map(|scopes| Scopes::from_db(&scopes).unwrap_or_default()),
        })
    }
}

/// The live sessions of an account, last seen first.
pub(super) async fn list(cx: &mut Cx, account: AccountId, now: Timestamp) -> Result<Vec<Overview>> {
    let rows: Vec<ListedRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT s.id, s.kind, s.created_at, s.last_seen_at, s.ends_at, s.address, s.agent, s.scopes, c.name AS app
             FROM sessions s LEFT JOIN clients c ON c.id = s.client_id
             WHERE s.account_id = $1 AND s.ended_at IS NULL AND s.idle_ends_at > $2 AND s.ends_at > $2
               AND s.awaits_factor_until IS NULL
             ORDER BY s.last_seen_at DESC, s.id LIMIT 200"
        ))
        .bind(account.to_db())
        .bind(now.micros())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Overview::try_from).collect()
}

/// Deletes sessions that ended, or ran out, before `before`.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("DELETE FROM sessions WHERE ends_at < $1 OR idle_ends_at < $1 OR ended_at < $1")).bind(before.micros())
    )
}
