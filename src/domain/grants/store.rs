//! The table `refresh_tokens`, and the grants among the sessions.

use crate::base::id::{AccountId, ClientId, CredentialId, MembershipId, RefreshId, SessionId, WorkspaceId};
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::access::{Audiences, Scopes};
use crate::domain::sessions::GrantTerms;
use crate::{execute, on, sql};

use super::refresh_token::{Kept, NewRefresh};

/// Adds the refresh token that is good from now on. Its predecessor must have been spent.
pub(super) async fn insert(
    tx: &mut Tx,
    session: SessionId,
    (new, digest): (&NewRefresh, &Digest),
    predecessor: Option<RefreshId>,
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO refresh_tokens (id, session_id, predecessor_id, seed, digest, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ))
        .bind(new.id.to_db())
        .bind(session.to_db())
        .bind(predecessor.map(|id| id.to_db()))
        .bind(&new.seed)
        .bind(digest.hex())
        .bind(now.micros())
        .bind(expires_at.micros())
    )?;
    Ok(())
}

/// Spends a refresh token; false if it is spent already, or over.
pub(super) async fn spend(tx: &mut Tx, id: RefreshId, now: Timestamp) -> Result<bool> {
    let spent = execute!(
        tx,
        sqlx::query(sql!("UPDATE refresh_tokens SET spent_at = $1 WHERE id = $2 AND spent_at IS NULL AND expires_at > $1"))
            .bind(now.micros())
            .bind(id.to_db())
    )?;
    Ok(spent == 1)
}

/// A refresh token with the grant that it belongs to.
pub(super) struct Held {
    pub id: RefreshId,
    pub session: SessionId,
    pub account: AccountId,
    pub terms: GrantTerms,
    /// Whether an administrator has disabled the app that holds it.
    pub client_disabled: bool,
    pub expires_at: Timestamp,
    pub spent_at: Option<Timestamp>,
    pub session_began_at: Timestamp,
    pub session_ends_at: Timestamp,
    pub session_ended: bool,
    /// Its successor: the seed, when it ends, and whether it is spent.
    pub successor: Option<Successor>,
}

impl Held {
    /// Whether the grant is good for all that its person may: no app holds it, nothing narrows it or binds it to a place.
    pub fn is_for_all(&self) -> bool {
        self.terms.client.is_none() && self.terms.scopes.is_none() && self.terms.place.is_none()
    }
}

/// What came of a refresh token that was spent.
pub(super) struct Successor {
    pub kept: Kept,
    pub seed: String,
    pub spent: bool,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    id: String,
    session_id: String,
    account_id: String,
    client_id: Option<String>,
    client_disabled_at: Option<i64>,
    scopes: Option<String>,
    audiences: String,
    workspace_id: Option<String>,
    membership_id: Option<String>,
    expires_at: i64,
    spent_at: Option<i64>,
    created_at: i64,
    idle_ends_at: i64,
    ends_at: i64,
    ended_at: Option<i64>,
    next_id: Option<String>,
    next_created_at: Option<i64>,
    next_expires_at: Option<i64>,
    next_seed: Option<String>,
    next_spent_at: Option<i64>,
}

/// The refresh token with this digest, whatever has become of it.
pub(super) async fn find(cx: &mut Cx, digest: &Digest, now: Timestamp) -> Result<Option<Held>> {
    let row: Option<HeldRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT r.id, r.session_id, s.account_id, s.client_id, c.disabled_at AS client_disabled_at, s.scopes, s.audiences,
                    s.workspace_id, s.membership_id, r.expires_at, r.spent_at, s.created_at, s.idle_ends_at, s.ends_at, s.ended_at,
                    n.id AS next_id, n.created_at AS next_created_at, n.expires_at AS next_expires_at, n.seed AS next_seed,
                    n.spent_at AS next_spent_at
             FROM refresh_tokens r
             JOIN sessions s ON s.id = r.session_id
             LEFT JOIN clients c ON c.id = s.client_id
             LEFT JOIN refresh_tokens n ON n.predecessor_id = r.id
             WHERE r.digest = $1 AND s.kind = 'grant'"
        ))
        .bind(digest.hex())
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| held(row, now)).transpose()
}

fn held(row: HeldRow, now: Timestamp) -> Result<Held> {
    let client = row.client_id.as_deref().map(ClientId::from_db).transpose().map_err(|_| Error::corrupt("client id"))?;
    let scopes = row.scopes.as_deref().map(|text| Scopes::from_db(text).ok_or(Error::corrupt("scopes"))).transpose()?;
    let audiences = Audiences::from_db(&row.audiences).ok_or(Error::corrupt("audiences"))?;
    let place = match (&row.workspace_id, &row.membership_id) {
        (Some(workspace), Some(membership)) => Some((
            WorkspaceId::from_db(workspace).map_err(|_| Error::corrupt("workspace id"))?,
            MembershipId::from_db(membership).map_err(|_| Error::corrupt("membership id"))?,
        )),
        _ => None,
    };
    let successor = match (row.next_id, row.next_seed, row.next_created_at, row.next_expires_at) {
        (Some(id), Some(seed), Some(made_at), Some(expires_at)) => {
            let id = RefreshId::from_db(&id).map_err(|_| Error::corrupt("refresh token id"))?;
            let (made_at, expires_at) = (Timestamp::from_micros(made_at), Timestamp::from_micros(expires_at));
            Some(Successor { kept: Kept { id, made_at, expires_at }, seed, spent: row.next_spent_at.is_some() })
        }
        _ => None,
    };
    Ok(Held {
        id: RefreshId::from_db(&row.id).map_err(|_| Error::corrupt("refresh token id"))?,
        session: SessionId::from_db(&row.session_id).map_err(|_| Error::corrupt("session id"))?,
        account: AccountId::from_db(&row.account_id).map_err(|_| Error::corrupt("account id"))?,
        terms: GrantTerms { client, scopes, audiences, place },
        client_disabled: row.client_disabled_at.is_some(),
        expires_at: Timestamp::from_micros(row.expires_at),
        spent_at: row.spent_at.map(Timestamp::from_micros),
        session_began_at: Timestamp::from_micros(row.created_at),
        session_ends_at: Timestamp::from_micros(row.ends_at),
        session_ended: row.ended_at.is_some() || row.idle_ends_at.min(row.ends_at) <= now.micros(),
        successor,
    })
}

/// Notes that a living grant was used, and lets it live on; false if it has ended.
pub(super) async fn touch(
    tx: &mut Tx,
    session: SessionId,
    idle_ends_at: Timestamp,
    origin: &Origin,
    now: Timestamp,
) -> Result<bool> {
    let touched = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE sessions SET last_seen_at = $1, idle_ends_at = $2, address = $3, agent = $4
             WHERE id = $5 AND kind = 'grant' AND ended_at IS NULL AND idle_ends_at > $1 AND ends_at > $1"
        ))
        .bind(now.micros())
        .bind(idle_ends_at.micros())
        .bind(origin.address.to_string())
        .bind(&origin.agent)
        .bind(session.to_db())
    )?;
    Ok(touched == 1)
}

/// The living grant of this account that a refresh token belongs to, spent or not.
pub(super) async fn grant_of(cx: &mut Cx, account: AccountId, id: RefreshId) -> Result<Option<SessionId>> {
    let found: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT s.id FROM refresh_tokens r JOIN sessions s ON s.id = r.session_id
             WHERE r.id = $1 AND s.account_id = $2 AND s.kind = 'grant' AND s.ended_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(account.to_db())
        .fetch_optional(c)
        .await
    })?;
    found.map(|id| SessionId::from_db(&id).map_err(|_| Error::corrupt("session id"))).transpose()
}

/// Ends a living grant; false if it has ended.
pub(super) async fn end(tx: &mut Tx, session: SessionId, now: Timestamp) -> Result<bool> {
    let ended = execute!(
        tx,
        sqlx::query(sql!("UPDATE sessions SET ended_at = $1 WHERE id = $2 AND kind = 'grant' AND ended_at IS NULL"))
            .bind(now.micros())
            .bind(session.to_db())
    )?;
    Ok(ended == 1)
}

/// The name of the app that holds a grant.
pub(super) async fn client_name(cx: &mut Cx, client: ClientId) -> Result<Option<String>> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT name FROM clients WHERE id = $1")).bind(client.to_db()).fetch_optional(c).await
    })
}

/// For whom the access tokens of a service account may be meant.
pub(super) async fn audiences(cx: &mut Cx, service: CredentialId) -> Result<Option<Audiences>> {
    let text: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT audiences FROM credentials WHERE id = $1 AND kind = 'service'"))
            .bind(service.to_db())
            .fetch_optional(c)
            .await
    })?;
    Ok(text.as_deref().and_then(Audiences::from_db))
}
