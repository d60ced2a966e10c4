//! Making a service account.

use serde_json::json;

use super::account::ServiceAccount;
use super::owners::{self, ServiceOwnerName};
use super::{list, store};
use crate::base::id::{AccountId, CredentialId, SecretId};
use crate::base::metadata::Metadata;
use crate::base::secret::PlainSecret;
use crate::base::text::Label;
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::access::{self, Audiences, Beyond, Holder, Scopes};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::credentials::addresses::AddressList;
use crate::domain::credentials::credential::{Credential, Expiry, Kind, Maker, Owner};
use crate::domain::credentials::origins::OriginList;
use crate::domain::credentials::store as all;
use crate::domain::mail::CredentialNews;
use crate::domain::repeats::{self, NotDone, Repeat};
use crate::domain::workspaces::{self, Member, Refused, Right};

/// How many living service accounts a workspace may have.
pub const SERVICES_AT_MOST: i64 = 100;

/// What a member wants a service account to be.
#[derive(Debug, Clone)]
pub struct ServiceDraft {
    /// What to call it.
    pub name: Label,
    /// What it may be used for.
    pub scopes: Scopes,
    /// For whom its access tokens may be.
    pub audiences: Audiences,
    /// From where it may be used.
    pub allowed_addresses: AddressList,
    /// Who answers for it; whoever makes it, if nobody is named.
    pub owners: Vec<ServiceOwnerName>,
    /// The form's nonce, if a form makes it: one form makes one, however often it is sent.
    pub nonce: Option<String>,
}

/// A new service account, and the only value that holds its secret.
pub struct IssuedService {
    /// The account.
    pub account: ServiceAccount,
    /// Its first secret, to be shown once.
    pub secret: PlainSecret,
}

/// Why no service account was made.
#[derive(Debug, thiserror::Error)]
pub enum CreateServiceError {
    /// The member may not.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// There is no such scope.
    #[error("there is no scope {0}")]
    UnknownScope(String),
    /// No service account can have this scope.
    #[error("a service account cannot have the scope {0}")]
    ClosedScope(String),
    /// There is no such audience.
    #[error("there is no audience {0}")]
    UnknownAudience(String),
    /// One of those who are to answer for it is no member of the workspace.
    #[error("{0} is no member of this workspace")]
    NoMember(String),
    /// This form has made its account.
    #[error("this form has already created its service account")]
    AlreadyCreated(Box<ServiceAccount>),
    /// The workspace has as many as fit.
    #[error("this workspace has {SERVICES_AT_MOST} service accounts, which is the most. Delete one that it does not need")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// Makes a service account with its first secret.
///
/// # Errors
/// When a rule forbids it; then there is no account and no event.
pub async fn create(ctx: &Ctx, by: &Member, draft: ServiceDraft) -> Result<IssuedService, CreateServiceError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let made = create_in(&mut tx, ctx, by, draft).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(made)
}

/// The same for a request that may be sent again: with one key it makes one account.
///
/// # Errors
/// When a rule forbids it, or an earlier request with the key has made an account.
pub async fn create_once(
    ctx: &Ctx,
    by: &Member,
    draft: ServiceDraft,
    repeat: Option<&Repeat>,
) -> Result<IssuedService, NotDone<CreateServiceError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let made = create_in(&mut tx, ctx, by, draft).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, made.account.id).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(made)
}

async fn create_in(tx: &mut Tx, ctx: &Ctx, by: &Member, draft: ServiceDraft) -> Result<IssuedService, CreateServiceError> {
    let (now, workspace) = (ctx.now(), by.workspace().id);
    workspaces::allowed::<CreateServiceError>(tx, by, Right::ManageKeys).await?;
    let nonce = draft.nonce.as_ref().map(|nonce| format!("{workspace}/{nonce}"));
    if let Some(nonce) = &nonce
        && let Some(made) = store::made_by_form(tx, workspace, nonce).await?
    {
        return Err(CreateServiceError::AlreadyCreated(Box::new(made)));
    }
    let owners = allow(tx, ctx, by, &draft).await?;
    let credential = credential(ctx, by, &draft);
    let secret = ctx.verifier.format().generate(Kind::Service, None, &ctx.rng);
    let hints = ctx.verifier.format().hints(&secret);
    all::insert(tx, &credential, nonce.as_deref()).await?;
    store::set_audiences(tx, credential.id, &draft.audiences).await?;
    let digest = ctx.keys.digest(secret.reveal());
    let new = all::NewSecret { id: SecretId::new(now, &ctx.rng), digest, hints: &hints, nonce: None };
    all::insert_secret(tx, credential.id, &new, now).await?;
    for owner in &owners {
        store::insert_owner(tx, credential.id, *owner, now).await?;
    }
    let actor = Actor::Account(by.person().id());
    let event = Event::done_in(actor, by.person().origin(), Action::ServiceAccountCreated, workspace).of(credential.id).with(
        json!({ "name": credential.name.as_str(), "scopes": credential.scopes.words().collect::<Vec<_>>(),
                "audiences": draft.audiences.words().collect::<Vec<_>>(),
                "owners": owners.iter().map(ToString::to_string).collect::<Vec<_>>() }),
    );
    audit::record(tx, ctx, now, event).await?;
    list::tell(tx, ctx, by, (credential.id, CredentialNews::Created { expires_at: None })).await?;
    let account = store::find(tx, workspace, credential.id).await?.ok_or(Refused::NotFound)?;
    Ok(IssuedService { account, secret })
}

fn credential(ctx: &Ctx, by: &Member, draft: &ServiceDraft) -> Credential {
    let now = ctx.now();
    Credential {
        id: CredentialId::new(now, &ctx.rng),
        kind: Kind::Service,
        owner: Owner::Workspace(by.workspace().id),
        lock: None,
        environment: None,
        name: draft.name.clone(),
        scopes: draft.scopes.clone(),
        allowed_addresses: draft.allowed_addresses.clone(),
        origins: OriginList::default(),
        requests_per_minute: None,
        metadata: Metadata::default(),
        maker: Some(Maker::Account(by.person().id())),
        expiry: Expiry::Never,
        created_at: now,
    }
}

/// The rules, read in the transaction that makes the account, and who is to answer for it by them.
async fn allow(tx: &mut Tx, ctx: &Ctx, by: &Member, draft: &ServiceDraft) -> Result<Vec<AccountId>, CreateServiceError> {
    let catalogue = access::catalogue_in(tx).await?;
    match catalogue.beyond(&draft.scopes, Holder::Workspace) {
        Some(Beyond::Unknown(name)) => return Err(CreateServiceError::UnknownScope(name.as_str().to_owned())),
        Some(Beyond::Role(name)) => return Err(CreateServiceError::ClosedScope(name.as_str().to_owned())),
        None => {}
    }
    if let Some(word) = access::unknown_audience_in(tx, draft.audiences.words()).await? {
        return Err(CreateServiceError::UnknownAudience(word));
    }
    let mut owners = Vec::new();
    for name in &draft.owners {
        let owner = owners::member_called(tx, by.workspace().id, name).await?;
        let owner = owner.ok_or_else(|| CreateServiceError::NoMember(name.to_string()))?;
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    if owners.is_empty() {
        owners.push(by.person().id());
    }
    if store::count_living(tx, by.workspace().id, ctx.now()).await? >= SERVICES_AT_MOST {
        return Err(CreateServiceError::TooMany);
    }
    Ok(owners)
}
