//! The table `accounts`, as administrators look at it and change it.

use super::list::{Found, ListFilter, Numbers, State};
use crate::base::id::AccountId;
use crate::base::page::Cursor;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::accounts::attributes::Attributes;
use crate::domain::accounts::roles::Roles;
use crate::{execute, on, sql};

/// How the role that administers stands in the column `roles`; no other word can hold it.
const ADMIN: &str = "\"admin\"";

/// The accounts that administer Latchkey and can sign in.
pub(in crate::domain) async fn administrators(cx: &mut Cx) -> Result<Vec<AccountId>> {
    let ids: Vec<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT id FROM accounts
             WHERE suspended_at IS NULL AND password_hash IS NOT NULL AND replace(roles, $1, '') <> roles
             ORDER BY id"
        ))
        .bind(ADMIN)
        .fetch_all(c)
        .await
    })?;
    ids.iter().map(|id| AccountId::from_db(id).map_err(|_| Error::corrupt("account id"))).collect()
}

/// Suspends an account; false if it is suspended.
pub(super) async fn suspend(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET suspended_at = $2, updated_at = $2 WHERE id = $1 AND suspended_at IS NULL"))
            .bind(id.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Ends a suspension; false if there is none.
pub(super) async fn restore(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET suspended_at = NULL, updated_at = $2 WHERE id = $1 AND suspended_at IS NOT NULL"))
            .bind(id.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

/// Replaces the roles if they are still those that were read.
pub(super) async fn set_roles(tx: &mut Tx, id: AccountId, before: &Roles, after: &Roles, now: Timestamp) -> Result<bool> {
    let changed = execute!(
        tx,
        sqlx::query(sql!("UPDATE accounts SET roles = $3, updated_at = $4 WHERE id = $1 AND roles = $2"))
            .bind(id.to_db())
            .bind(before.to_db())
            .bind(after.to_db())
            .bind(now.micros())
    )?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: String,
    email: String,
    name: String,
    attributes: String,
    roles: String,
    state: String,
    invited_at: Option<i64>,
    invited_by: Option<String>,
    created_at: i64,
    sort_key: String,
}

impl TryFrom<FoundRow> for Found {
    type Error = Error;

    fn try_from(row: FoundRow) -> Result<Self> {
        let id = |text: &str| AccountId::from_db(text).map_err(|_| Error::corrupt("account id"));
        Ok(Self {
            id: id(&row.id)?,
            email: row.email,
            name: row.name,
            attributes: Attributes::from_db(&row.attributes).ok_or(Error::corrupt("profile"))?,
            roles: Roles::from_db(&row.roles).ok_or(Error::corrupt("role"))?,
            state: State::parse(&row.state).ok_or(Error::corrupt("state"))?,
            invited_at: row.invited_at.map(Timestamp::from_micros),
            invited_by: row.invited_by.as_deref().map(id).transpose()?,
            created_at: Timestamp::from_micros(row.created_at),
            sort_key: row.sort_key,
        })
    }
}

/// A page of accounts. Ids are ordered by the instant they were made, so they are the key of that order too.
pub(in crate::domain) async fn list(cx: &mut Cx, filter: &ListFilter, after: Option<&Cursor>, rows: i64) -> Result<Vec<Found>> {
    let ((part, email_key, id), (column, direction)) = (filter.needles(), filter.order.columns());
    let found: Vec<FoundRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT t.id, t.email, t.name, t.attributes, t.roles, t.state, t.invited_at, t.invited_by, t.created_at, t.sort_key
             FROM (SELECT a.id, a.email, a.name, a.attributes, a.roles, a.invited_at, a.invited_by, a.created_at,
                          CASE WHEN a.suspended_at IS NOT NULL THEN 'suspended'
                               WHEN a.password_hash IS NULL AND a.verified_at IS NULL AND a.invited_at IS NOT NULL THEN 'invited'
                               WHEN a.verified_at IS NULL THEN 'unconfirmed' ELSE 'active' END AS state,
                          CASE $1 WHEN 'name' THEN CASE WHEN a.name = '' THEN a.email_key ELSE lower(a.name) END
                                  WHEN 'email' THEN a.email_key ELSE a.id END AS sort_key
                   FROM accounts a
                   WHERE $2 = '' OR a.id = $3 OR a.email_key = $4 OR replace(a.name, $5, '') <> a.name
                      OR replace(lower(a.name) || ' ' || a.email_key, $2, '') <> lower(a.name) || ' ' || a.email_key) t
             WHERE ($6 = 'everybody' OR t.state = $6 OR ($6 = 'administrators' AND replace(t.roles, $7, '') <> t.roles))
               AND ($8 = '' OR replace(t.roles, $8, '') <> t.roles)
               AND (CAST($9 AS TEXT) IS NULL
                    OR CASE $10 WHEN 'up' THEN (t.sort_key, t.id) > ($9, $11) ELSE (t.sort_key, t.id) < ($9, $11) END)
             ORDER BY CASE $10 WHEN 'up' THEN t.sort_key END, CASE $10 WHEN 'up' THEN t.id END, t.sort_key DESC, t.id DESC
             LIMIT $12"
        ))
        .bind(column)
        .bind(part)
        .bind(id)
        .bind(email_key)
        .bind(filter.search())
        .bind(filter.among.as_str())
        .bind(ADMIN)
        .bind(filter.role())
        .bind(after.map(|cursor| &cursor.key))
        .bind(direction)
        .bind(after.map_or("", |cursor| &cursor.id))
        .bind(rows)
        .fetch_all(c)
        .await
    })?;
    found.into_iter().map(Found::try_from).collect()
}

/// Every list of roles that somebody has.
pub(in crate::domain) async fn roles(cx: &mut Cx) -> Result<Vec<Roles>> {
    let lists: Vec<String> =
        on!(cx, |c| sqlx::query_scalar(sql!("SELECT DISTINCT roles FROM accounts ORDER BY roles")).fetch_all(c).await)?;
    lists.iter().map(|list| Roles::from_db(list).ok_or(Error::corrupt("role"))).collect()
}

/// One account.
pub(in crate::domain) async fn find(cx: &mut Cx, id: AccountId) -> Result<Option<Found>> {
    let row: Option<FoundRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, email, name, attributes, roles, invited_at, invited_by, created_at, '' AS sort_key,
                    CASE WHEN suspended_at IS NOT NULL THEN 'suspended'
                         WHEN password_hash IS NULL AND verified_at IS NULL AND invited_at IS NOT NULL THEN 'invited'
                         WHEN verified_at IS NULL THEN 'unconfirmed' ELSE 'active' END AS state
             FROM accounts WHERE id = $1"
        ))
        .bind(id.to_db())
        .fetch_optional(c)
        .await
    })?;
    row.map(Found::try_from).transpose()
}

/// How many accounts there are.
pub(in crate::domain) async fn count(cx: &mut Cx) -> Result<Numbers> {
    let (everybody, suspended, invited, unconfirmed, administrators): (i64, i64, i64, i64, i64) = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT COUNT(*), COUNT(suspended_at),
                    COUNT(CASE WHEN suspended_at IS NULL AND verified_at IS NULL AND password_hash IS NULL THEN invited_at END),
                    COUNT(CASE WHEN suspended_at IS NULL AND verified_at IS NULL
                                AND (password_hash IS NOT NULL OR invited_at IS NULL) THEN 1 END),
                    COUNT(CASE WHEN replace(roles, $1, '') <> roles THEN 1 END)
             FROM accounts"
        ))
        .bind(ADMIN)
        .fetch_one(c)
        .await
    })?;
    let active = everybody - suspended - invited - unconfirmed;
    Ok(Numbers { everybody, active, invited, unconfirmed, suspended, administrators })
}
