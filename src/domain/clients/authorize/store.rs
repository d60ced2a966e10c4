//! The table `authorization_codes`.

use super::Request;
use crate::base::id::{AccountId, ClientId, SessionId};
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Audiences, Scopes};
use crate::{execute, on, sql};

/// A code before it is kept.
pub(super) struct NewCode<'a> {
    pub digest: Digest,
    pub account: AccountId,
    pub request: &'a Request,
    pub scopes: &'a Scopes,
}

/// A code as it is kept.
pub(super) struct Code {
    pub client: ClientId,
    pub account: AccountId,
    pub redirect_uri: String,
    pub challenge: String,
    pub scopes: Scopes,
    pub audiences: Audiences,
    pub expires_at: Timestamp,
    pub grant: Option<SessionId>,
}

/// Client, account, address, challenge, scopes, audiences, end, grant.
type CodeRow = (String, String, String, String, String, String, i64, Option<String>);

/// What is kept of a code; no other secret has this digest, whatever it looks like.
pub(super) fn digest(ctx: &Ctx, code: &str) -> Digest {
    ctx.keys.digest(&format!("authorization code/{code}"))
}

/// Adds a code.
pub(super) async fn insert(tx: &mut Tx, new: &NewCode<'_>, now: Timestamp, expires_at: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO authorization_codes (digest, client_id, account_id, redirect_uri, challenge, scopes, audiences, created_at,
                                              expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ))
        .bind(new.digest.hex())
        .bind(new.request.client.id.to_db())
        .bind(new.account.to_db())
        .bind(&new.request.redirect_uri)
        .bind(&new.request.challenge)
        .bind(new.scopes.to_db())
        .bind(new.request.audiences.to_db())
        .bind(now.micros())
        .bind(expires_at.micros())
    )?;
    Ok(())
}

/// The code with this digest, spent or not.
pub(super) async fn find(cx: &mut Cx, digest: &Digest) -> Result<Option<Code>> {
    let row: Option<CodeRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT client_id, account_id, redirect_uri, challenge, scopes, audiences, expires_at, grant_id
             FROM authorization_codes WHERE digest = $1"
        ))
        .bind(digest.hex())
        .fetch_optional(c)
        .await
    })?;
    let corrupt = || Error::corrupt("authorization code");
    row.map(|(client, account, redirect_uri, challenge, scopes, audiences, expires_at, grant)| {
        Ok(Code {
            client: ClientId::from_db(&client).map_err(|_| corrupt())?,
            account: AccountId::from_db(&account).map_err(|_| corrupt())?,
            redirect_uri,
            challenge,
            scopes: Scopes::from_db(&scopes).ok_or_else(corrupt)?,
            audiences: Audiences::from_db(&audiences).ok_or_else(corrupt)?,
            expires_at: Timestamp::from_micros(expires_at),
            grant: grant.map(|grant| SessionId::from_db(&grant).map_err(|_| corrupt())).transpose()?,
        })
    })
    .transpose()
}

/// Spends a code; false if it is spent already.
pub(super) async fn note(tx: &mut Tx, digest: &str, grant: SessionId, now: Timestamp) -> Result<bool> {
    let spent = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE authorization_codes SET redeemed_at = $2, grant_id = $3 WHERE digest = $1 AND redeemed_at IS NULL"
        ))
        .bind(digest)
        .bind(now.micros())
        .bind(grant.to_db())
    )?;
    Ok(spent == 1)
}
