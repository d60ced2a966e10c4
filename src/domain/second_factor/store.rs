//! The tables `totp` and `recovery_codes`.

use crate::base::id::AccountId;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{Cx, Result, Tx};
use crate::{execute, on, sql};

/// An authenticator app, as it is kept.
pub(super) struct TotpRow {
    pub secret: String,
    pub created_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
}

/// The app of an account.
pub(super) async fn totp(cx: &mut Cx, account: AccountId) -> Result<Option<TotpRow>> {
    let row: Option<(String, i64, Option<i64>)> = on!(cx, |c| {
        sqlx::query_as(sql!("SELECT secret, created_at, confirmed_at FROM totp WHERE account_id = $1"))
            .bind(account.to_db())
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(|(secret, created_at, confirmed_at)| TotpRow {
        secret,
        created_at: Timestamp::from_micros(created_at),
        confirmed_at: confirmed_at.map(Timestamp::from_micros),
    }))
}

/// Keeps a secret that is not switched on yet; false if the account has one that is.
pub(super) async fn offer(tx: &mut Tx, account: AccountId, secret: &str, now: Timestamp) -> Result<bool> {
    let offered = execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO totp (account_id, secret, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (account_id) DO UPDATE SET secret = $2, created_at = $3 WHERE totp.confirmed_at IS NULL"
        ))
        .bind(account.to_db())
        .bind(secret)
        .bind(now.micros())
    )?;
    Ok(offered == 1)
}

/// Switches it on, and uses up the step that proved it; false if it is on.
pub(super) async fn switch_on(tx: &mut Tx, account: AccountId, step: i64, now: Timestamp) -> Result<bool> {
    let switched = execute!(
        tx,
        sqlx::query(sql!("UPDATE totp SET confirmed_at = $2, last_step = $3 WHERE account_id = $1 AND confirmed_at IS NULL"))
            .bind(account.to_db())
            .bind(now.micros())
            .bind(step)
    )?;
    Ok(switched == 1)
}

/// Uses up a step; false if it, or a later one, was used.
pub(super) async fn use_step(tx: &mut Tx, account: AccountId, step: i64) -> Result<bool> {
    let used = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE totp SET last_step = $2 WHERE account_id = $1 AND confirmed_at IS NOT NULL AND COALESCE(last_step, -1) < $2"
        ))
        .bind(account.to_db())
        .bind(step)
    )?;
    Ok(used == 1)
}

/// Takes the app and the recovery codes away; false if there was no app.
pub(in crate::domain) async fn switch_off(tx: &mut Tx, account: AccountId) -> Result<bool> {
    delete_codes(tx, account).await?;
    let gone = execute!(
        tx,
        sqlx::query(sql!("DELETE FROM totp WHERE account_id = $1 AND confirmed_at IS NOT NULL")).bind(account.to_db())
    )?;
    Ok(gone == 1)
}

/// Deletes all recovery codes of an account.
pub(super) async fn delete_codes(tx: &mut Tx, account: AccountId) -> Result<()> {
    execute!(tx, sqlx::query(sql!("DELETE FROM recovery_codes WHERE account_id = $1")).bind(account.to_db()))?;
    Ok(())
}

/// Adds a recovery code that does not count yet.
pub(super) async fn insert_code(tx: &mut Tx, id: &str, account: AccountId, digest: &Digest, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("INSERT INTO recovery_codes (id, account_id, digest, created_at) VALUES ($1, $2, $3, $4)"))
            .bind(id)
            .bind(account.to_db())
            .bind(digest.hex())
            .bind(now.micros())
    )?;
    Ok(())
}

/// Lets all of the account's new codes count, if this is one of them.
pub(super) async fn confirm_codes(tx: &mut Tx, account: AccountId, digest: &Digest, now: Timestamp) -> Result<bool> {
    let confirmed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE recovery_codes SET confirmed_at = $3 WHERE account_id = $1 AND confirmed_at IS NULL
               AND EXISTS (SELECT 1 FROM recovery_codes n WHERE n.account_id = $1 AND n.digest = $2 AND n.confirmed_at IS NULL)"
        ))
        .bind(account.to_db())
        .bind(digest.hex())
        .bind(now.micros())
    )?;
    Ok(confirmed > 0)
}

/// Uses up a code; false if it does not count, was used, or is somebody else's.
pub(super) async fn use_code(tx: &mut Tx, account: AccountId, digest: &Digest, now: Timestamp) -> Result<bool> {
    let used = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE recovery_codes SET used_at = $3
             WHERE account_id = $1 AND digest = $2 AND confirmed_at IS NOT NULL AND used_at IS NULL"
        ))
        .bind(account.to_db())
        .bind(digest.hex())
        .bind(now.micros())
    )?;
    Ok(used == 1)
}

/// How many codes can still be used.
pub(super) async fn codes_left(cx: &mut Cx, account: AccountId) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1 AND confirmed_at IS NOT NULL AND used_at IS NULL"
        ))
        .bind(account.to_db())
        .fetch_one(c)
        .await
    })
}

/// When the codes were made that do not count yet.
pub(super) async fn codes_unconfirmed(cx: &mut Cx, account: AccountId) -> Result<Option<Timestamp>> {
    let at: Option<i64> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT MAX(created_at) FROM recovery_codes WHERE account_id = $1 AND confirmed_at IS NULL"))
            .bind(account.to_db())
            .fetch_one(c)
            .await
    })?;
    Ok(at.map(Timestamp::from_micros))
}
