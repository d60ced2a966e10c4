//! The table `clients`, and what hangs on an app as a whole.

use super::client::{Client, ClientDraft, DeviceSignIn};
use super::read::Listed;
use super::redirect::RedirectUri;
use crate::base::id::{AccountId, ClientId};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::access::{Audiences, Scopes};
use crate::{execute, on, sql};

#[derive(sqlx::FromRow)]
struct ClientRow {
    id: String,
    name: String,
    redirect_uris: String,
    device_sign_in: String,
    scopes: String,
    audiences: String,
    created_at: i64,
    disabled_at: Option<i64>,
    grants: i64,
}

impl TryFrom<ClientRow> for Listed {
    type Error = Error;

    fn try_from(row: ClientRow) -> Result<Self> {
        let corrupt = || Error::corrupt("app");
        let uris: Vec<String> = serde_json::from_str(&row.redirect_uris).map_err(|_| corrupt())?;
        let facts = ClientDraft {
            name: Label::parse(&row.name).map_err(|_| corrupt())?,
            redirect_uris: uris
                .iter()
                .map(|uri| RedirectUri::parse(uri))
                .collect::<std::result::Result<_, _>>()
                .map_err(|_| corrupt())?,
            device: DeviceSignIn::from_db(&row.device_sign_in).ok_or_else(corrupt)?,
            scopes: Scopes::from_db(&row.scopes).ok_or_else(corrupt)?,
            audiences: Audiences::from_db(&row.audiences).ok_or_else(corrupt)?,
        };
        let client = Client {
            id: ClientId::from_db(&row.id).map_err(|_| corrupt())?,
            facts,
            created_at: Timestamp::from_micros(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp::from_micros),
        };
        Ok(Self { client, grants: row.grants })
    }
}

/// All apps with how many living grants each has, in the order of their names.
pub(super) async fn list(cx: &mut Cx, now: Timestamp) -> Result<Vec<Listed>> {
    let rows: Vec<ClientRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT c.id, c.name, c.redirect_uris, c.device_sign_in, c.scopes, c.audiences, c.created_at, c.disabled_at,
                    (SELECT COUNT(*) FROM sessions s WHERE s.client_id = c.id AND s.ended_at IS NULL AND s.idle_ends_at > $1
                     AND s.ends_at > $1) AS grants
             FROM clients c ORDER BY c.name_key, c.id"
        ))
        .bind(now.micros())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Listed::try_from).collect()
}

/// One app.
pub(super) async fn find(cx: &mut Cx, id: ClientId) -> Result<Option<Client>> {
    let row: Option<ClientRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, name, redirect_uris, device_sign_in, scopes, audiences, created_at, disabled_at, CAST(0 AS BIGINT) AS grants
             FROM clients WHERE id = $1"
        ))
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| Listed::try_from(row).map(|listed| listed.client)).transpose()
}

/// The app that is called so.
pub(super) async fn named(cx: &mut Cx, key: &str) -> Result<Option<ClientId>> {
    let id: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT id FROM clients WHERE name_key = $1")).bind(key).fetch_optional(c).await
    })?;
    id.map(|id| ClientId::from_db(&id).map_err(|_| Error::corrupt("app"))).transpose()
}

/// How many there are.
pub(super) async fn count(cx: &mut Cx) -> Result<usize> {
    let count: i64 = on!(cx, |c| sqlx::query_scalar(sql!("SELECT COUNT(*) FROM clients")).fetch_one(c).await)?;
    usize::try_from(count).map_err(|_| Error::corrupt("number of apps"))
}

/// Adds an app.
pub(super) async fn insert(tx: &mut Tx, client: &Client, by: AccountId) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO clients (id, name, name_key, redirect_uris, device_sign_in, scopes, audiences, created_by, created_at,
                                  updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)"
        ))
        .bind(client.id.to_db())
        .bind(client.facts.name.as_str())
        .bind(client.facts.name.key())
        .bind(redirects(&client.facts))
        .bind(client.facts.device.as_str())
        .bind(client.facts.scopes.to_db())
        .bind(client.facts.audiences.to_db())
        .bind(by.to_db())
        .bind(client.created_at.micros())
    )?;
    Ok(())
}

/// Replaces what was said about an app.
pub(super) async fn update(tx: &mut Tx, id: ClientId, facts: &ClientDraft, now: Timestamp) -> Result<()> {
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE clients SET name = $2, name_key = $3, redirect_uris = $4, device_sign_in = $5, scopes = $6, audiences = $7,
                    updated_at = $8
             WHERE id = $1"
        ))
        .bind(id.to_db())
        .bind(facts.name.as_str())
        .bind(facts.name.key())
        .bind(redirects(facts))
        .bind(facts.device.as_str())
        .bind(facts.scopes.to_db())
        .bind(facts.audiences.to_db())
        .bind(now.micros())
    )?;
    one(changed)
}

/// Disables an app, or ends that.
pub(super) async fn set_disabled(tx: &mut Tx, id: ClientId, disabled_at: Option<Timestamp>, now: Timestamp) -> Result<()> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE clients SET disabled_at = $2, updated_at = $3 WHERE id = $1"))
            .bind(id.to_db())
            .bind(disabled_at.map(Timestamp::micros))
            .bind(now.micros())
    )?;
    one(changed)
}

/// Forgets what people were asked or have decided about an app, and it has not redeemed.
pub(super) async fn forget_requests(tx: &mut Tx, id: ClientId) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("DELETE FROM authorization_codes WHERE client_id = $1 AND redeemed_at IS NULL")).bind(id.to_db())
    )?;
    execute!(tx, sqlx::query(sql!("DELETE FROM device_codes WHERE client_id = $1 AND redeemed_at IS NULL")).bind(id.to_db()))?;
    Ok(())
}

/// Deletes an app; what hangs on it goes with it.
pub(super) async fn delete(tx: &mut Tx, id: ClientId) -> Result<()> {
    let gone = execute!(tx, sqlx::query(sql!("DELETE FROM clients WHERE id = $1")).bind(id.to_db()))?;
    one(gone)
}

/// Deletes codes that ran out before `before`.
pub(super) async fn sweep(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let codes = execute!(tx, sqlx::query(sql!("DELETE FROM authorization_codes WHERE expires_at < $1")).bind(before.micros()))?;
    let devices = execute!(tx, sqlx::query(sql!("DELETE FROM device_codes WHERE expires_at < $1")).bind(before.micros()))?;
    Ok(codes + devices)
}

fn one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::corrupt("app")) }
}

/// A JSON list.
fn redirects(facts: &ClientDraft) -> String {
    serde_json::Value::from(facts.redirect_uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>()).to_string()
}
