//! The table `signing_keys`.

use crate::base::time::Timestamp;
use crate::db::{Cx, Result, Tx};
use crate::{execute, on, sql};

/// A key, as it is kept.
pub(super) struct KeyRow {
    /// The `kid`.
    pub id: String,
    /// What everybody may have.
    pub public_key: String,
    /// What nobody may have, sealed.
    pub private_key: String,
    /// From when it signs.
    pub signs_from: Timestamp,
    /// Until when it signs, if another one follows it.
    pub signs_until: Option<Timestamp>,
    /// Until when tokens that it signed may live.
    pub published_until: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    public_key: String,
    private_key: String,
    signs_from: i64,
    signs_until: Option<i64>,
    published_until: Option<i64>,
}

/// The keys that are published, oldest first.
pub(super) async fn published(cx: &mut Cx, now: Timestamp) -> Result<Vec<KeyRow>> {
    let rows: Vec<Row> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, public_key, private_key, signs_from, signs_until, published_until FROM signing_keys
             WHERE published_until IS NULL OR published_until > $1 ORDER BY signs_from, id"
        ))
        .bind(now.micros())
        .fetch_all(c)
        .await
    })?;
    let key = |row: Row| KeyRow {
        id: row.id,
        public_key: row.public_key,
        private_key: row.private_key,
        signs_from: Timestamp::from_micros(row.signs_from),
        signs_until: row.signs_until.map(Timestamp::from_micros),
        published_until: row.published_until.map(Timestamp::from_micros),
    };
    Ok(rows.into_iter().map(key).collect())
}

/// From when the newest key signs; nothing if there is no key.
pub(super) async fn newest(cx: &mut Cx) -> Result<Option<Timestamp>> {
    let from: Option<i64> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT signs_from FROM signing_keys WHERE signs_until IS NULL")).fetch_optional(c).await
    })?;
    Ok(from.map(Timestamp::from_micros))
}

/// Adds the newest key. The one before it must have been given an end.
pub(super) async fn insert(tx: &mut Tx, key: &KeyRow, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO signing_keys (id, public_key, private_key, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)"
        ))
        .bind(&key.id)
        .bind(&key.public_key)
        .bind(&key.private_key)
        .bind(now.micros())
        .bind(key.signs_from.micros())
    )?;
    Ok(())
}

/// Gives the newest key an end. Returns how many there were: one or none.
pub(super) async fn end_newest(tx: &mut Tx, signs_until: Timestamp, published_until: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE signing_keys SET signs_until = $1, published_until = $2 WHERE signs_until IS NULL"))
            .bind(signs_until.micros())
            .bind(published_until.micros())
    )
}

/// Deletes every key.
pub(super) async fn delete_all(tx: &mut Tx) -> Result<u64> {
    execute!(tx, sqlx::query(sql!("DELETE FROM signing_keys")))
}

/// Whether there are keys that signed nothing which lives.
pub(super) async fn has_ended(cx: &mut Cx, before: Timestamp) -> Result<bool> {
    let found: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT id FROM signing_keys WHERE published_until < $1 LIMIT 1"))
            .bind(before.micros())
            .fetch_optional(c)
            .await
    })?;
    Ok(found.is_some())
}

/// Deletes keys that signed nothing which lives.
pub(super) async fn delete_ended(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    execute!(tx, sqlx::query(sql!("DELETE FROM signing_keys WHERE published_until < $1")).bind(before.micros()))
}
