//! The tables `credentials` and `credential_secrets`: making, ending and finding one.

use super::credential::{Credential, Environment, Maker, RevokedBy};
use crate::base::id::{AccountId, CredentialId, SecretId, WorkspaceId};
use crate::base::secret::Digest;
use crate::base::text::Reason;
use crate::base::time::Timestamp;
use crate::db::{Cx, Result, Tx};
use crate::{execute, on, sql};

/// Adds a credential.
///
/// # Errors
/// `Taken` when a living one of this account has its name, or this form has made its credential.
pub(super) async fn insert(tx: &mut Tx, credential: &Credential, nonce: Option<&str>) -> Result<()> {
    let (made_by, parent) = match credential.maker {
        Some(Maker::Account(id)) => (Some(id.to_db()), None),
        Some(Maker::Key(id)) => (None, Some(id.to_db())),
        None => (None, None),
    };
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO credentials (id, kind, account_id, workspace_id, locked_to, membership_id, environment, name, name_key, scopes,
                                      allowed_addresses, origins, requests_per_minute, metadata, form_nonce, made_by, parent_id,
                                      created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"
        ))
        .bind(credential.id.to_db())
        .bind(credential.kind.as_str())
        .bind(credential.owner.account().map(|id| id.to_db()))
        .bind(credential.owner.workspace().map(|id| id.to_db()))
        .bind(credential.lock.map(|lock| lock.workspace.to_db()))
        .bind(credential.lock.map(|lock| lock.membership.to_db()))
        .bind(credential.environment.map(Environment::as_str))
        .bind(credential.name.as_str())
        .bind(credential.name.key())
        .bind(credential.scopes.to_db())
        .bind(credential.allowed_addresses.to_db())
        .bind(credential.origins.to_db())
        .bind(credential.requests_per_minute.map(i64::from))
        .bind(credential.metadata.to_db())
        .bind(nonce)
        .bind(made_by)
        .bind(parent)
        .bind(credential.created_at.micros())
        .bind(credential.expiry.at().map(Timestamp::micros))
    )?;
    Ok(())
}

/// A secret before it is kept: its digest, and what a list may show of it.
pub(super) struct NewSecret<'a> {
    pub id: SecretId,
    pub digest: Digest,
    /// Its beginning and its end.
    pub hints: &'a (String, String),
    /// The form that made it, if that was not the form that made the credential.
    pub nonce: Option<&'a str>,
}

/// Adds the secret that is good from now on. What was good before must have been given an end.
pub(super) async fn insert_secret(tx: &mut Tx, credential: CredentialId, secret: &NewSecret<'_>, now: Timestamp) -> Result<()> {
    let (prefix, last_four) = secret.hints;
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO credential_secrets (id, credential_id, digest, prefix, last_four, form_nonce, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ))
        .bind(secret.id.to_db())
        .bind(credential.to_db())
        .bind(secret.digest.hex())
        .bind(prefix)
        .bind(last_four)
        .bind(secret.nonce)
        .bind(now.micros())
    )?;
    Ok(())
}

/// Lets an expired credential give its name back; searches still find it.
pub(super) async fn free_name(tx: &mut Tx, account: AccountId, name_key: &str, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET name_key = name_key || ' ' || id
             WHERE account_id = $1 AND name_key = $2 AND revoked_at IS NULL AND expires_at <= $3"
        ))
        .bind(account.to_db())
        .bind(name_key)
        .bind(now.micros())
    )?;
    Ok(())
}

/// How many credentials of an account are neither revoked nor expired.
pub(super) async fn count_living(cx: &mut Cx, account: AccountId, now: Timestamp) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM credentials
             WHERE account_id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"
        ))
        .bind(account.to_db())
        .bind(now.micros())
        .fetch_one(c)
        .await
    })
}

/// How a credential ends before its time.
pub(super) struct End<'a> {
    pub by: RevokedBy,
    pub reason: Option<&'a Reason>,
    /// When its secret was said to have leaked.
    pub leaked_at: Option<Timestamp>,
    pub now: Timestamp,
}

/// Revokes a credential of an account; false if it has none with this id, or that one is revoked.
pub(super) async fn revoke(tx: &mut Tx, account: AccountId, id: CredentialId, end: &End<'_>) -> Result<bool> {
    let revoked = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET revoked_at = $1, revoked_by = $2, revoked_reason = $3, leaked_at = $4
             WHERE id = $5 AND account_id = $6 AND revoked_at IS NULL"
        ))
        .bind(end.now.micros())
        .bind(end.by.as_str())
        .bind(end.reason.map(Reason::as_str))
        .bind(end.leaked_at.map(Timestamp::micros))
        .bind(id.to_db())
        .bind(account.to_db())
    )?;
    Ok(revoked == 1)
}

/// Revokes a credential of a workspace; false if it has none with this id, or that one is revoked.
pub(super) async fn revoke_of_workspace(tx: &mut Tx, workspace: WorkspaceId, id: CredentialId, end: &End<'_>) -> Result<bool> {
    let revoked = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET revoked_at = $1, revoked_by = $2, revoked_reason = $3, leaked_at = $4
             WHERE id = $5 AND workspace_id = $6 AND revoked_at IS NULL"
        ))
        .bind(end.now.micros())
        .bind(end.by.as_str())
        .bind(end.reason.map(Reason::as_str))
        .bind(end.leaked_at.map(Timestamp::micros))
        .bind(id.to_db())
        .bind(workspace.to_db())
    )?;
    Ok(revoked == 1)
}

/// Revokes all tokens of an account that are not revoked. Returns how many.
pub(in crate::domain) async fn revoke_all(tx: &mut Tx, account: AccountId, by: RevokedBy, now: Timestamp) -> Result<u64> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE credentials SET revoked_at = $1, revoked_by = $2 WHERE account_id = $3 AND revoked_at IS NULL"))
            .bind(now.micros())
            .bind(by.as_str())
            .bind(account.to_db())
    )
}

/// What a verification reads: one secret with its credential, its owner, and the workspace it belongs to or is locked to.
#[derive(sqlx::FromRow)]
pub(super) struct SecretRow {
    pub secret_id: String,
    pub credential_id: String,
    pub kind: String,
    pub account_id: Option<String>,
    pub email: Option<String>,
    pub person: Option<String>,
    pub roles: Option<String>,
    pub suspended_at: Option<i64>,
    pub second_factor: Option<i64>,
    pub locked_to: Option<String>,
    pub workspace_id: Option<String>,
    pub slug: Option<String>,
    pub workspace: Option<String>,
    pub workspace_suspended_at: Option<i64>,
    pub keys_manage: Option<String>,
    pub plan_rate: Option<i64>,
    pub member_roles: Option<String>,
    pub environment: Option<String>,
    pub name: String,
    pub prefix: String,
    pub scopes: String,
    pub allowed_addresses: String,
    pub origins: String,
    pub requests_per_minute: Option<i64>,
    pub metadata: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub valid_until: Option<i64>,
    pub paused_at: Option<i64>,
    pub revoked_at: Option<i64>,
}

/// Finds a secret by its digest: one indexed read. The membership behind a lock is looked up with its workspace and its
/// account, so that one that has ended, or was never theirs, is none.
pub(super) async fn by_digest(cx: &mut Cx, digest: &Digest) -> Result<Option<SecretRow>> {
    on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT s.id AS secret_id, c.id AS credential_id, c.kind, c.account_id, a.email, a.name AS person, a.roles, a.suspended_at,
                    t.confirmed_at AS second_factor, c.locked_to, w.id AS workspace_id, w.slug, w.name AS workspace,
                    w.suspended_at AS workspace_suspended_at, w.keys_manage, p.requests_per_minute AS plan_rate, m.roles AS member_roles,
                    c.environment, c.name, s.prefix, c.scopes, c.allowed_addresses, c.origins, c.requests_per_minute, c.metadata,
                    c.created_at, c.expires_at, s.valid_until, c.paused_at, c.revoked_at
             FROM credential_secrets s
             JOIN credentials c ON c.id = s.credential_id
             LEFT JOIN accounts a ON a.id = c.account_id
             LEFT JOIN totp t ON t.account_id = a.id
             LEFT JOIN workspaces w ON w.id = COALESCE(c.workspace_id, c.locked_to)
             LEFT JOIN plans p ON p.name = w.plan
             LEFT JOIN memberships m ON m.id = c.membership_id AND m.workspace_id = c.locked_to AND m.account_id = c.account_id
             WHERE s.digest = $1"
        ))
        .bind(digest.hex())
        .fetch_optional(c)
        .await
    })
}
