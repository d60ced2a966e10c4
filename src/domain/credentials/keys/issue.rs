//! Making a key.

use serde_json::json;

use super::detail;
use super::key::{Key, KeyKind};
use super::manager::{Extent, Grown, KeyManager, Manager, NotManager};
use super::store;
use crate::base::id::{CredentialId, SecretId};
use crate::base::metadata::Metadata;
use crate::base::text::Label;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::access::{Beyond, Forbidden, Holder, NoExpiry, Scopes, TokenPolicy};
use crate::domain::audit::{self, Action, Event};
use crate::domain::credentials::addresses::AddressList;
use crate::domain::credentials::credential::{Credential, Environment, Expiry, Owner};
use crate::domain::credentials::format::Spelling;
use crate::domain::credentials::issue::Issued;
use crate::domain::credentials::origins::OriginList;
use crate::domain::credentials::{store as all, told};
use crate::domain::mail::CredentialNews;
use crate::domain::repeats::{self, NotDone, Repeat};
use crate::domain::workspaces::Right;

/// How many living keys a workspace may have.
pub const KEYS_AT_MOST: i64 = 100;

/// How long a key lives that nobody gave an end, where the policy wants one and says nothing about its length.
const LIFE: Span = Span::days(365);

/// What somebody wants a key to be.
#[derive(Debug, Clone)]
pub struct KeyDraft {
    /// What to call it; other keys may be called so, too.
    pub name: Label,
    /// Secret or publishable.
    pub kind: KeyKind,
    /// Which data it is for.
    pub environment: Environment,
    /// What it may be used for. Without: a secret key of a member may do everything its workspace may, managing keys
    /// included; one of a key may do what that key may; a publishable key may do nothing but say whose it is.
    pub scopes: Option<Scopes>,
    /// From where it may be used; what a key makes is bound to the addresses of that key if it says nothing.
    pub allowed_addresses: AddressList,
    /// The web pages that may use it, if it is publishable.
    pub origins: OriginList,
    /// How many requests a minute it may make; what a key makes has the limit of that key if it says nothing.
    pub requests_per_minute: Option<u32>,
    /// What verification tells about it.
    pub metadata: Metadata,
    /// Until when it is good; without, as long as the policy, and the key that makes it, allow.
    pub expiry: Option<Expiry>,
    /// How its secret is spelled.
    pub spelling: Spelling,
    /// The form's nonce, if a form makes it: one form makes one key, however often it is sent.
    pub nonce: Option<String>,
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueKeyError {
    /// They may not make keys.
    #[error(transparent)]
    Manager(#[from] NotManager),
    /// There is no such scope.
    #[error("there is no scope {0}")]
    UnknownScope(String),
    /// No key of this kind can have this scope.
    #[error("a key of this kind cannot have the scope {0}")]
    ClosedScope(String),
    /// It would be more than the key that makes it.
    #[error(transparent)]
    Grown(#[from] Grown),
    /// The policy does not allow it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The end is not in the future.
    #[error("the expiry must be in the future")]
    ExpiryPassed,
    /// A secret key is not for web pages.
    #[error("only a publishable key has origins")]
    OriginsOfSecret,
    /// This form has made its key.
    #[error("this form has already created its key")]
    AlreadyCreated(Box<Key>),
    /// The workspace has as many keys as fit.
    #[error("this workspace has {KEYS_AT_MOST} keys, which is the most. Revoke one that it does not need")]
    TooMany,
}

impl From<db::Error> for IssueKeyError {
    fn from(error: db::Error) -> Self {
        Self::Manager(error.into())
    }
}

/// Makes a key.
///
/// # Errors
/// When a rule forbids it; then there is no key and no event.
pub async fn issue(ctx: &Ctx, by: KeyManager<'_>, draft: KeyDraft) -> Result<Issued, IssueKeyError> {
    let mut tx = ctx.db.write().await?;
    // Two sendings of one form at once, or the hundredth key twice: the second must see what the first did.
    tx.alone().await?;
    let issued = issue_in(&mut tx, ctx, by, draft).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(issued)
}

/// The same for a request that may be sent again: with one key of that kind it makes one key.
///
/// # Errors
/// When a rule forbids it, or an earlier request has made a key.
pub async fn issue_once(
    ctx: &Ctx,
    by: KeyManager<'_>,
    draft: KeyDraft,
    repeat: Option<&Repeat>,
) -> Result<Issued, NotDone<IssueKeyError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let issued = issue_in(&mut tx, ctx, by, draft).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, issued.credential.id).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(issued)
}

async fn issue_in(tx: &mut Tx, ctx: &Ctx, by: KeyManager<'_>, draft: KeyDraft) -> Result<Issued, IssueKeyError> {
    let now = ctx.now();
    let manager = Manager::find(tx, ctx, by, Right::ManageKeys).await?;
    let nonce = draft.nonce.as_ref().map(|nonce| format!("{}/{nonce}", manager.workspace));
    if let Some(nonce) = &nonce
        && let Some(id) = store::made_by_form(tx, manager.workspace, nonce).await?
    {
        return Err(IssueKeyError::AlreadyCreated(Box::new(detail::held(tx, &manager, id).await?)));
    }
    let (kind, spelling) = (draft.kind, draft.spelling);
    let credential = allowed(tx, ctx, &manager, draft, now).await?;
    let secret = ctx.verifier.format().spell(spelling, kind.kind(), Some(credential.environment_of_key()), &ctx.rng);
    let hints = ctx.verifier.format().hints(&secret);
    all::insert(tx, &credential, nonce.as_deref()).await?;
    let digest = ctx.keys.digest(secret.reveal());
    let new = all::NewSecret { id: SecretId::new(now, &ctx.rng), digest, hints: &hints, nonce: None };
    all::insert_secret(tx, credential.id, &new, now).await?;
    let event = Event::done_in(manager.actor, manager.origin, Action::KeyCreated, manager.workspace).of(credential.id);
    audit::record(tx, ctx, now, event.with(facts(&credential))).await?;
    let news = CredentialNews::Created { expires_at: credential.expiry.at() };
    told::tell(tx, ctx, &manager.tells(credential.id, news)).await?;
    let (prefix, last_four) = hints;
    Ok(Issued { credential, secret, prefix, last_four })
}

fn facts(key: &Credential) -> serde_json::Value {
    json!({ "name": key.name.as_str(), "kind": key.kind.as_str(), "environment": key.environment.map(Environment::as_str),
            "scopes": key.scopes.words().collect::<Vec<_>>(), "addresses": key.allowed_addresses.words().collect::<Vec<_>>(),
            "origins": key.origins.words().collect::<Vec<_>>(), "requestsPerMinute": key.requests_per_minute,
            "expiresAt": key.expiry.at().map(Timestamp::rfc3339) })
}

/// The rules, read in the transaction that makes the key, and what the key is to be by them.
async fn allowed(
    tx: &mut Tx,
    ctx: &Ctx,
    manager: &Manager<'_>,
    draft: KeyDraft,
    now: Timestamp,
) -> Result<Credential, IssueKeyError> {
    if draft.kind == KeyKind::Secret && !draft.origins.is_empty() {
        return Err(IssueKeyError::OriginsOfSecret);
    }
    let own = manager.key.as_ref();
    let addresses = match own.and_then(|own| own.addresses.clone()) {
        Some(inherited) if draft.allowed_addresses.is_anywhere() => inherited,
        _ => draft.allowed_addresses,
    };
    let inherited_limit = own.and_then(|own| own.own.as_ref()).map(|(rate, _)| rate.count());
    let policy = &manager.terms.policy;
    let expiry = draft.expiry.unwrap_or_else(|| longest(policy, own.and_then(|own| own.expires_at), now));
    if expiry.at().is_some_and(|end| end <= now) {
        return Err(IssueKeyError::ExpiryPassed);
    }
    policy.permits_life(now, expiry.at())?;
    let credential = Credential {
        id: CredentialId::new(now, &ctx.rng),
        kind: draft.kind.kind(),
        owner: Owner::Workspace(manager.workspace),
        lock: None,
        environment: Some(draft.environment),
        name: draft.name,
        scopes: draft.scopes.unwrap_or_else(|| unsaid(manager, draft.kind)),
        allowed_addresses: addresses,
        origins: draft.origins,
        requests_per_minute: draft.requests_per_minute.or(inherited_limit),
        metadata: draft.metadata,
        maker: manager.maker,
        expiry,
        created_at: now,
    };
    within(manager, &credential, draft.kind)?;
    if store::count_living(tx, manager.workspace, now).await? >= KEYS_AT_MOST {
        return Err(IssueKeyError::TooMany);
    }
    Ok(credential)
}

/// Whether the key has only what its kind, and the key that makes it, can have.
fn within(manager: &Manager<'_>, key: &Credential, kind: KeyKind) -> Result<(), IssueKeyError> {
    let holder = match kind {
        KeyKind::Secret => Holder::Workspace,
        KeyKind::Publishable => Holder::Publishable,
    };
    match manager.terms.catalogue.beyond(&key.scopes, holder) {
        Some(Beyond::Unknown(name)) => return Err(IssueKeyError::UnknownScope(name.as_str().to_owned())),
        Some(Beyond::Role(name)) => return Err(IssueKeyError::ClosedScope(name.as_str().to_owned())),
        None => {}
    }
    let extent = Extent {
        environment: key.environment_of_key(),
        scopes: &key.scopes,
        expires_at: key.expiry.at(),
        addresses: &key.allowed_addresses,
        requests_per_minute: key.requests_per_minute,
    };
    manager.outgrown_by(&extent).map_or(Ok(()), |grown| Err(grown.into()))
}

/// The scopes of a key that was asked for without any.
fn unsaid(manager: &Manager<'_>, kind: KeyKind) -> Scopes {
    match (kind, &manager.key) {
        (KeyKind::Publishable, _) => Scopes::default(),
        (KeyKind::Secret, None) => Scopes::parse([Scopes::ADMIN]).expect("it is a name"),
        (KeyKind::Secret, Some(own)) => {
            let held = own.scopes.iter().flat_map(|scopes| scopes.held());
            Scopes::parse(held).expect("what is in the catalogue is a name")
        }
    }
}

/// The longest life that the policy, and the key that makes it, allow.
fn longest(policy: &TokenPolicy, parent_ends: Option<Timestamp>, now: Timestamp) -> Expiry {
    let bound = match (policy.longest.as_days(), policy.no_expiry) {
        (Some(days), _) => Some(now + Span::days(days)),
        (None, NoExpiry::Forbidden) => Some(now + LIFE),
        (None, NoExpiry::Allowed) => None,
    };
    match (bound, parent_ends) {
        (Some(bound), Some(end)) => Expiry::At(bound.min(end)),
        (bound, end) => bound.or(end).map_or(Expiry::Never, Expiry::At),
    }
}

impl Credential {
    /// The environment, which every key has.
    fn environment_of_key(&self) -> Environment {
        self.environment.expect("a key is made with one")
    }
}
