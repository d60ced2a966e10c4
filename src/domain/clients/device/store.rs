//! The table `device_codes`.

use super::user_code::UserCode;
use crate::base::id::{AccountId, ClientId, DeviceCodeId, SessionId};
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Audiences, Scopes};
use crate::{execute, on, sql};

/// How much longer a device waits that asked too soon (RFC 8628 section 3.5), and the longest that the table takes.
const LONGER: i64 = 5;
const LONGEST: i64 = 600;

/// A device code before it is kept.
pub(super) struct NewDevice<'a> {
    pub id: DeviceCodeId,
    pub digest: Digest,
    pub user_code: Digest,
    pub client: ClientId,
    pub scopes: &'a Scopes,
    pub audiences: &'a Audiences,
    pub origin: &'a Origin,
    pub interval: i64,
}

/// A device code as it is kept.
pub(super) struct Device {
    pub id: DeviceCodeId,
    pub client: ClientId,
    pub scopes: Scopes,
    pub audiences: Audiences,
    pub address: String,
    pub agent: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub state: State,
}

/// What became of it.
pub(super) enum State {
    Waiting,
    Approved(AccountId),
    Denied,
    Redeemed,
}

#[derive(sqlx::FromRow)]
struct DeviceRow {
    id: String,
    client_id: String,
    scopes: String,
    audiences: String,
    address: String,
    agent: String,
    created_at: i64,
    expires_at: i64,
    account_id: Option<String>,
    denied_at: Option<i64>,
    redeemed_at: Option<i64>,
}

impl TryFrom<DeviceRow> for Device {
    type Error = Error;

    fn try_from(row: DeviceRow) -> Result<Self> {
        let corrupt = || Error::corrupt("device code");
        let state = match (row.account_id, row.denied_at, row.redeemed_at) {
            (_, _, Some(_)) => State::Redeemed,
            (_, Some(_), None) => State::Denied,
            (Some(account), None, None) => State::Approved(AccountId::from_db(&account).map_err(|_| corrupt())?),
            (None, None, None) => State::Waiting,
        };
        Ok(Self {
            id: DeviceCodeId::from_db(&row.id).map_err(|_| corrupt())?,
            client: ClientId::from_db(&row.client_id).map_err(|_| corrupt())?,
            scopes: Scopes::from_db(&row.scopes).ok_or_else(corrupt)?,
            audiences: Audiences::from_db(&row.audiences).ok_or_else(corrupt)?,
            address: row.address,
            agent: row.agent,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            state,
        })
    }
}

/// What is kept of the device's code; no other secret has this digest, whatever it looks like.
pub(super) fn digest(ctx: &Ctx, device_code: &str) -> Digest {
    ctx.keys.digest(&format!("device code/{device_code}"))
}

/// The same of the code that people type.
pub(super) fn user_digest(ctx: &Ctx, code: &UserCode) -> Digest {
    ctx.keys.digest(&format!("user code/{}", code.as_str()))
}

/// Adds a device code.
pub(super) async fn insert(tx: &mut Tx, new: &NewDevice<'_>, now: Timestamp, expires_at: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO device_codes (id, digest, user_code_digest, client_id, scopes, audiences, address, agent, created_at,
                                       expires_at, interval_seconds)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ))
        .bind(new.id.to_db())
        .bind(new.digest.hex())
        .bind(new.user_code.hex())
        .bind(new.client.to_db())
        .bind(new.scopes.to_db())
        .bind(new.audiences.to_db())
        .bind(new.origin.address.to_string())
        .bind(&new.origin.agent)
        .bind(now.micros())
        .bind(expires_at.micros())
        .bind(new.interval)
    )?;
    Ok(())
}

/// The device that waits with this code.
pub(super) async fn waiting(cx: &mut Cx, user_code: &Digest, now: Timestamp) -> Result<Option<Device>> {
    let row: Option<DeviceRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, client_id, scopes, audiences, address, agent, created_at, expires_at, account_id, denied_at, redeemed_at
             FROM device_codes WHERE user_code_digest = $1 AND account_id IS NULL AND expires_at > $2"
        ))
        .bind(user_code.hex())
        .bind(now.micros())
        .fetch_optional(c)
        .await
    })?;
    row.map(Device::try_from).transpose()
}

/// The device that asks with this code, whatever became of it.
pub(super) async fn find(cx: &mut Cx, digest: &Digest) -> Result<Option<Device>> {
    let row: Option<DeviceRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, client_id, scopes, audiences, address, agent, created_at, expires_at, account_id, denied_at, redeemed_at
             FROM device_codes WHERE digest = $1"
        ))
        .bind(digest.hex())
        .fetch_optional(c)
        .await
    })?;
    row.map(Device::try_from).transpose()
}

/// Notes a yes, and to what; false if somebody has decided already.
pub(super) async fn approve(tx: &mut Tx, id: DeviceCodeId, by: AccountId, scopes: &Scopes, now: Timestamp) -> Result<bool> {
    let approved = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE device_codes SET account_id = $2, approved_at = $3, scopes = $4
             WHERE id = $1 AND account_id IS NULL AND expires_at > $3"
        ))
        .bind(id.to_db())
        .bind(by.to_db())
        .bind(now.micros())
        .bind(scopes.to_db())
    )?;
    Ok(approved == 1)
}

/// Notes a no; false if somebody has decided already.
pub(super) async fn deny(tx: &mut Tx, id: DeviceCodeId, by: AccountId, now: Timestamp) -> Result<bool> {
    let denied = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE device_codes SET account_id = $2, denied_at = $3 WHERE id = $1 AND account_id IS NULL AND expires_at > $3"
        ))
        .bind(id.to_db())
        .bind(by.to_db())
        .bind(now.micros())
    )?;
    Ok(denied == 1)
}

/// Notes that the device has asked; false if it should have waited, and then it waits longer from now on.
pub(super) async fn note_question(tx: &mut Tx, id: DeviceCodeId, now: Timestamp) -> Result<bool> {
    let in_time = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE device_codes SET polled_at = $2
             WHERE id = $1 AND (polled_at IS NULL OR polled_at + interval_seconds * 1000000 <= $2)"
        ))
        .bind(id.to_db())
        .bind(now.micros())
    )?;
    if in_time == 1 {
        return Ok(true);
    }
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE device_codes SET polled_at = $2,
                    interval_seconds = CASE WHEN interval_seconds + $3 > $4 THEN $4 ELSE interval_seconds + $3 END
             WHERE id = $1"
        ))
        .bind(id.to_db())
        .bind(now.micros())
        .bind(LONGER)
        .bind(LONGEST)
    )?;
    Ok(false)
}

/// Notes which grant came of it; false if one has come of it already.
pub(super) async fn redeem(tx: &mut Tx, id: DeviceCodeId, grant: SessionId, now: Timestamp) -> Result<bool> {
    let redeemed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE device_codes SET redeemed_at = $2, grant_id = $3
             WHERE id = $1 AND approved_at IS NOT NULL AND redeemed_at IS NULL"
        ))
        .bind(id.to_db())
        .bind(now.micros())
        .bind(grant.to_db())
    )?;
    Ok(redeemed == 1)
}
