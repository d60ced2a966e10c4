//! The secrets of a service account: two at the most.

use serde_json::json;

use super::account::ServiceAccount;
use super::{list, store};
use crate::base::id::{CredentialId, SecretId};
use crate::base::secret::PlainSecret;
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::audit::Action;
use crate::domain::credentials::credential::Kind;
use crate::domain::credentials::store::NewSecret;
use crate::domain::mail::CredentialNews;
use crate::domain::repeats::{self, NotDone, Repeat};
use crate::domain::workspaces::{Member, Refused};

/// How many secrets may live at a time.
const SECRETS_AT_MOST: usize = 2;

/// Why the secrets stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The member may not, or there is no such account in their workspace, or no such secret.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It was deleted.
    #[error("this service account was deleted. Create a new one")]
    Ended,
    /// It has as many as fit.
    #[error("a service account has {SECRETS_AT_MOST} secrets at the most. Revoke one first")]
    TooMany,
    /// It is the only one left.
    #[error("this is the only secret. Add another first, or delete the service account")]
    Last,
    /// This form has made its secret.
    #[error("this form has already added its secret")]
    AlreadyAdded(Box<ServiceAccount>),
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// A new secret, and the only value that holds it.
pub struct AddedSecret {
    /// The account with it.
    pub account: ServiceAccount,
    /// Which of its secrets it is.
    pub id: SecretId,
    /// The secret, to be shown once.
    pub secret: PlainSecret,
}

/// Gives a service account a second secret.
///
/// # Errors
/// When it has two, or is not theirs to manage.
pub async fn add_secret(ctx: &Ctx, by: &Member, id: CredentialId, nonce: Option<&str>) -> Result<AddedSecret, SecretError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let added = add_in(&mut tx, ctx, by, id, nonce).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(added)
}

/// The same for a request that may be sent again: with one key it adds one secret.
///
/// # Errors
/// When a rule forbids it, or an earlier request has added a secret.
pub async fn add_secret_once(
    ctx: &Ctx,
    by: &Member,
    id: CredentialId,
    repeat: Option<&Repeat>,
) -> Result<AddedSecret, NotDone<SecretError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let added = add_in(&mut tx, ctx, by, id, None).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, added.id).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(added)
}

async fn add_in(tx: &mut Tx, ctx: &Ctx, by: &Member, id: CredentialId, nonce: Option<&str>) -> Result<AddedSecret, SecretError> {
    let (now, workspace) = (ctx.now(), by.workspace().id);
    let account = list::managed::<SecretError>(tx, by, id).await?;
    let nonce = nonce.map(|nonce| format!("{workspace}/{nonce}"));
    if let Some(nonce) = &nonce
        && store::has_secret_of_form(tx, id, nonce).await?
    {
        return Err(SecretError::AlreadyAdded(Box::new(account)));
    }
    if account.revoked_at.is_some() {
        return Err(SecretError::Ended);
    }
    let place = match account.secrets.len() {
        0 => 1,
        1 => 2,
        SECRETS_AT_MOST.. => return Err(SecretError::TooMany),
    };
    let secret = ctx.verifier.format().generate(Kind::Service, None, &ctx.rng);
    let hints = ctx.verifier.format().hints(&secret);
    let digest = ctx.keys.digest(secret.reveal());
    let new = NewSecret { id: SecretId::new(now, &ctx.rng), digest, hints: &hints, nonce: nonce.as_deref() };
    store::insert_secret(tx, id, place, &new, now).await?;
    let details = json!({ "name": account.name, "secret": new.id.to_string() });
    let (secret_id, account) = (new.id, store::find(tx, workspace, id).await?.ok_or(Refused::NotFound)?);
    list::record(tx, ctx, by, (id, Action::ServiceSecretAdded, details)).await?;
    list::tell(tx, ctx, by, (id, CredentialNews::SecretAdded)).await?;
    Ok(AddedSecret { account, id: secret_id, secret })
}

/// Ends one of the secrets of a service account. The other moves up. One that has ended stays as it is.
///
/// # Errors
/// When it is the only one, or is not theirs to manage.
pub async fn revoke_secret(ctx: &Ctx, by: &Member, id: CredentialId, secret: SecretId) -> Result<(), SecretError> {
    let now = ctx.now();
    let (mut tx, account) = list::open::<SecretError>(ctx, by, id).await?;
    if !account.secrets.iter().any(|known| known.id == secret) {
        let ended = store::has_secret(&mut tx, id, secret).await?;
        return if ended { Ok(()) } else { Err(Refused::NotFound.into()) };
    }
    if account.secrets.len() == 1 {
        return Err(SecretError::Last);
    }
    store::end_secret(&mut tx, id, secret, now).await?;
    store::move_up(&mut tx, id).await?;
    let details = json!({ "name": account.name, "secret": secret.to_string() });
    list::tell(&mut tx, ctx, by, (id, CredentialNews::SecretRevoked)).await?;
    list::close(tx, ctx, by, (id, Action::ServiceSecretRevoked, details)).await?;
    ctx.mail.wake();
    Ok(())
}
