//! The service accounts among the credentials, and `service_account_owners`.

use super::account::{ServiceAccount, ServiceOwner, ServiceSecret};
use crate::base::id::{AccountId, CredentialId, SecretId, WorkspaceId};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db::{Cx, Error, Result, Tx};
use crate::domain::access::{Audiences, Scopes};
use crate::domain::credentials::addresses::AddressList;
use crate::domain::credentials::store::NewSecret;
use crate::{execute, on, sql};

#[derive(sqlx::FromRow)]
struct ServiceRow {
    id: String,
    name: String,
    scopes: String,
    audiences: String,
    allowed_addresses: String,
    created_at: i64,
    revoked_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    uses: i64,
}

impl TryFrom<ServiceRow> for ServiceAccount {
    type Error = Error;

    /// Without its secrets and its owners.
    fn try_from(row: ServiceRow) -> Result<Self> {
        Ok(Self {
            id: credential_id(&row.id)?,
            name: row.name,
            scopes: Scopes::from_db(&row.scopes),
            audiences: Audiences::from_db(&row.audiences).ok_or(Error::corrupt("audiences"))?,
            allowed_addresses: AddressList::from_db(&row.allowed_addresses),
            created_at: Timestamp::from_micros(row.created_at),
            revoked_at: row.revoked_at.map(Timestamp::from_micros),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
            last_used_address: row.last_used_address,
            last_used_agent: row.last_used_agent,
            uses: row.uses,
            secrets: Vec::new(),
            owners: Vec::new(),
        })
    }
}

fn credential_id(text: &str) -> Result<CredentialId> {
    CredentialId::from_db(text).map_err(|_| Error::corrupt("credential id"))
}

/// The living service accounts of a workspace, newest first.
pub(super) async fn list(cx: &mut Cx, workspace: WorkspaceId) -> Result<Vec<ServiceAccount>> {
    let rows: Vec<ServiceRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, name, scopes, audiences, allowed_addresses, created_at, revoked_at, last_used_at, last_used_address,
                    last_used_agent, uses
             FROM credentials WHERE workspace_id = $1 AND kind = 'service' AND revoked_at IS NULL
             ORDER BY created_at DESC, id DESC LIMIT 1000"
        ))
        .bind(workspace.to_db())
        .fetch_all(c)
        .await
    })?;
    let accounts = rows.into_iter().map(ServiceAccount::try_from).collect::<Result<Vec<_>>>()?;
    complete(cx, workspace, "", accounts).await
}

/// One service account of a workspace, living or deleted.
pub(super) async fn find(cx: &mut Cx, workspace: WorkspaceId, id: CredentialId) -> Result<Option<ServiceAccount>> {
    let row: Option<ServiceRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT id, name, scopes, audiences, allowed_addresses, created_at, revoked_at, last_used_at, last_used_address,
                    last_used_agent, uses
             FROM credentials WHERE id = $1 AND workspace_id = $2 AND kind = 'service'"
        ))
        .bind(id.to_db())
        .bind(workspace.to_db())
        .fetch_optional(c)
        .await
    })?;
    let found = row.into_iter().map(ServiceAccount::try_from).collect::<Result<Vec<_>>>()?;
    Ok(complete(cx, workspace, &id.to_db(), found).await?.pop())
}

/// The account that this form has made.
pub(super) async fn made_by_form(cx: &mut Cx, workspace: WorkspaceId, nonce: &str) -> Result<Option<ServiceAccount>> {
    let id: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT id FROM credentials WHERE form_nonce = $1 AND workspace_id = $2 AND kind = 'service'"))
            .bind(nonce)
            .bind(workspace.to_db())
            .fetch_optional(c)
            .await
    })?;
    match id {
        Some(id) => find(cx, workspace, credential_id(&id)?).await,
        None => Ok(None),
    }
}

#[derive(sqlx::FromRow)]
struct SecretRow {
    credential_id: String,
    id: String,
    prefix: String,
    last_four: String,
    created_at: i64,
    last_used_at: Option<i64>,
    last_used_address: Option<String>,
    last_used_agent: Option<String>,
    uses: i64,
}

#[derive(sqlx::FromRow)]
struct OwnerRow {
    credential_id: String,
    account_id: String,
    email: String,
    name: String,
    active: i64,
}

/// The same accounts with their living secrets and their owners; `only` is the id of one, or empty for all.
async fn complete(
    cx: &mut Cx,
    workspace: WorkspaceId,
    only: &str,
    mut accounts: Vec<ServiceAccount>,
) -> Result<Vec<ServiceAccount>> {
    let secrets: Vec<SecretRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT s.credential_id, s.id, s.prefix, s.last_four, s.created_at, s.last_used_at, s.last_used_address, s.last_used_agent, s.uses
             FROM credentials c JOIN credential_secrets s ON s.credential_id = c.id AND s.valid_until IS NULL
             WHERE c.workspace_id = $1 AND c.kind = 'service' AND ($2 = '' OR c.id = $2)
             ORDER BY s.place"
        ))
        .bind(workspace.to_db())
        .bind(only)
        .fetch_all(c)
        .await
    })?;
    let owners: Vec<OwnerRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT o.credential_id, o.account_id, a.email, a.name,
                    CAST(CASE WHEN m.id IS NOT NULL AND a.suspended_at IS NULL THEN 1 ELSE 0 END AS BIGINT) AS active
             FROM credentials c JOIN service_account_owners o ON o.credential_id = c.id
             JOIN accounts a ON a.id = o.account_id
             LEFT JOIN memberships m ON m.workspace_id = c.workspace_id AND m.account_id = o.account_id
             WHERE c.workspace_id = $1 AND c.kind = 'service' AND ($2 = '' OR c.id = $2)
             ORDER BY o.created_at, a.email_key"
        ))
        .bind(workspace.to_db())
        .bind(only)
        .fetch_all(c)
        .await
    })?;
    for account in &mut accounts {
        let id = account.id.to_db();
        account.secrets = secrets.iter().filter(|row| row.credential_id == id).map(secret).collect::<Result<_>>()?;
        account.owners = owners.iter().filter(|row| row.credential_id == id).map(owner).collect::<Result<_>>()?;
    }
    Ok(accounts)
}

fn secret(row: &SecretRow) -> Result<ServiceSecret> {
    Ok(ServiceSecret {
        id: SecretId::from_db(&row.id).map_err(|_| Error::corrupt("secret id"))?,
        prefix: row.prefix.clone(),
        last_four: row.last_four.clone(),
        created_at: Timestamp::from_micros(row.created_at),
        last_used_at: row.last_used_at.map(Timestamp::from_micros),
        last_used_address: row.last_used_address.clone(),
        last_used_agent: row.last_used_agent.clone(),
        uses: row.uses,
    })
}

fn owner(row: &OwnerRow) -> Result<ServiceOwner> {
    Ok(ServiceOwner {
        account: AccountId::from_db(&row.account_id).map_err(|_| Error::corrupt("account id"))?,
        email: row.email.clone(),
        name: row.name.clone(),
        is_active: row.active == 1,
    })
}

/// How many living service accounts a workspace has.
pub(super) async fn count_living(cx: &mut Cx, workspace: WorkspaceId, now: Timestamp) -> Result<i64> {
    on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT COUNT(*) FROM credentials
             WHERE workspace_id = $1 AND kind = 'service' AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"
        ))
        .bind(workspace.to_db())
        .bind(now.micros())
        .fetch_one(c)
        .await
    })
}

/// Says for whom its access tokens may be.
pub(super) async fn set_audiences(tx: &mut Tx, id: CredentialId, audiences: &Audiences) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!("UPDATE credentials SET audiences = $1 WHERE id = $2 AND kind = 'service'"))
            .bind(audiences.to_db())
            .bind(id.to_db())
    )?;
    Ok(())
}

/// Says what a service account is like; false if it was deleted. What could not be read stays as it is.
pub(super) async fn set(tx: &mut Tx, to: &ServiceAccount) -> Result<bool> {
    let name_key = Label::parse(&to.name).map_err(|_| Error::corrupt("name"))?.key();
    let changed = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credentials SET name = $1, name_key = $2, scopes = COALESCE($3, scopes), audiences = $4,
                    allowed_addresses = COALESCE($5, allowed_addresses)
             WHERE id = $6 AND kind = 'service' AND revoked_at IS NULL"
        ))
        .bind(&to.name)
        .bind(name_key)
        .bind(to.scopes.as_ref().map(Scopes::to_db))
        .bind(to.audiences.to_db())
        .bind(to.allowed_addresses.as_ref().map(AddressList::to_db))
        .bind(to.id.to_db())
    )?;
    Ok(changed == 1)
}

/// The member of a workspace with this account or this address; empty for the one that is not asked for.
pub(super) async fn member(cx: &mut Cx, workspace: WorkspaceId, id: &str, email_key: &str) -> Result<Option<AccountId>> {
    let id: Option<String> = on!(cx, |c| {
        sqlx::query_scalar(sql!(
            "SELECT a.id FROM memberships m JOIN accounts a ON a.id = m.account_id
             WHERE m.workspace_id = $1 AND (a.id = $2 OR a.email_key = $3) AND a.suspended_at IS NULL"
        ))
        .bind(workspace.to_db())
        .bind(id)
        .bind(email_key)
        .fetch_optional(c)
        .await
    })?;
    id.map(|id| AccountId::from_db(&id).map_err(|_| Error::corrupt("account id"))).transpose()
}

/// Adds an owner; one who is one stays one.
pub(super) async fn insert_owner(tx: &mut Tx, id: CredentialId, account: AccountId, now: Timestamp) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO service_account_owners (credential_id, account_id, created_at) VALUES ($1, $2, $3)
             ON CONFLICT (credential_id, account_id) DO NOTHING"
        ))
        .bind(id.to_db())
        .bind(account.to_db())
        .bind(now.micros())
    )?;
    Ok(())
}

/// Takes an owner away; the caller has seen that there is another.
pub(super) async fn delete_owner(tx: &mut Tx, id: CredentialId, account: AccountId) -> Result<bool> {
    let gone = execute!(
        tx,
        sqlx::query(sql!("DELETE FROM service_account_owners WHERE credential_id = $1 AND account_id = $2"))
            .bind(id.to_db())
            .bind(account.to_db())
    )?;
    Ok(gone == 1)
}

/// Adds a secret in a place that is free.
pub(super) async fn insert_secret(
    tx: &mut Tx,
    id: CredentialId,
    place: i64,
    secret: &NewSecret<'_>,
    now: Timestamp,
) -> Result<()> {
    let (prefix, last_four) = secret.hints;
    execute!(
        tx,
        sqlx::query(sql!(
            "INSERT INTO credential_secrets (id, credential_id, place, digest, prefix, last_four, form_nonce, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        ))
        .bind(secret.id.to_db())
        .bind(id.to_db())
        .bind(place)
        .bind(secret.digest.hex())
        .bind(prefix)
        .bind(last_four)
        .bind(secret.nonce)
        .bind(now.micros())
    )?;
    Ok(())
}

/// Whether this form has added a secret.
pub(super) async fn has_secret_of_form(cx: &mut Cx, id: CredentialId, nonce: &str) -> Result<bool> {
    let count: i64 = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT COUNT(*) FROM credential_secrets WHERE form_nonce = $1 AND credential_id = $2"))
            .bind(nonce)
            .bind(id.to_db())
            .fetch_one(c)
            .await
    })?;
    Ok(count > 0)
}

/// Whether it has, or had, this secret.
pub(super) async fn has_secret(cx: &mut Cx, id: CredentialId, secret: SecretId) -> Result<bool> {
    let count: i64 = on!(cx, |c| {
        sqlx::query_scalar(sql!("SELECT COUNT(*) FROM credential_secrets WHERE id = $1 AND credential_id = $2"))
            .bind(secret.to_db())
            .bind(id.to_db())
            .fetch_one(c)
            .await
    })?;
    Ok(count > 0)
}

/// Ends a living secret; says whether there was one.
pub(super) async fn end_secret(tx: &mut Tx, id: CredentialId, secret: SecretId, now: Timestamp) -> Result<bool> {
    let ended = execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credential_secrets SET valid_until = $1 WHERE id = $2 AND credential_id = $3 AND valid_until IS NULL"
        ))
        .bind(now.micros())
        .bind(secret.to_db())
        .bind(id.to_db())
    )?;
    Ok(ended == 1)
}

/// Gives the secret in the second place the first, if that is free.
pub(super) async fn move_up(tx: &mut Tx, id: CredentialId) -> Result<()> {
    execute!(
        tx,
        sqlx::query(sql!(
            "UPDATE credential_secrets SET place = 1
             WHERE credential_id = $1 AND place = 2 AND valid_until IS NULL
               AND NOT EXISTS (SELECT 1 FROM credential_secrets o WHERE o.credential_id = $1 AND o.place = 1 AND o.valid_until IS NULL)"
        ))
        .bind(id.to_db())
    )?;
    Ok(())
}
