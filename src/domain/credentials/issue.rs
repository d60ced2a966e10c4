//! Making a token.

use serde_json::json;

use super::addresses::AddressList;
use super::credential::{Credential, Expiry, Kind, Lock, Owner};
use super::format::Spelling;
use super::list::{self, Summary};
use super::origins::OriginList;
use super::store::{self, NewSecret};
use crate::base::id::{CredentialId, SecretId};
use crate::base::metadata::Metadata;
use crate::base::secret::{PlainSecret, hex};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::db::{self, Error, Tx};
use crate::domain::Ctx;
use crate::domain::access::{self, Beyond, Forbidden, Holder, Scopes, Terms};
use crate::domain::accounts::{Confirmed, Person};
use crate::domain::audit::{self, Action, Actor, Event};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};
use crate::domain::repeats::{self, NotDone, Repeat};
use crate::domain::workspaces::{self, MemberRoles, Which};

/// How many living tokens one person may have.
pub const TOKENS_AT_MOST: i64 = 100;

/// What a person wants a token to be.
#[derive(Debug, Clone)]
pub struct PersonalDraft {
    /// What to call it.
    pub name: Label,
    /// What it may be used for.
    pub scopes: Scopes,
    /// The workspace that it is locked to, for ever; none for all that the person may reach.
    pub workspace: Option<Which>,
    /// From where it may be used.
    pub allowed_addresses: AddressList,
    /// Until when it is good.
    pub expiry: Expiry,
    /// The form's nonce: one form makes one token, however often it is sent.
    pub nonce: String,
}

/// What a person wants of a token that is to do all that they may do.
#[derive(Debug, Clone)]
pub struct WholeDraft {
    /// What to call it.
    pub name: Label,
    /// The workspace that it is locked to, for ever; none for all that the person may reach.
    pub workspace: Option<Which>,
    /// The one that it is locked to where the policy allows the person no token without one.
    pub otherwise: Option<Which>,
    /// Until when it is good.
    pub expiry: Expiry,
}

/// A new token, and the only value that holds its secret.
pub struct Issued {
    /// The token.
    pub credential: Credential,
    /// Its secret, to be shown once.
    pub secret: PlainSecret,
    /// The beginning of its secret, to be shown from now on.
    pub prefix: String,
    /// The end of its secret, likewise.
    pub last_four: String,
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The person's address is not confirmed.
    #[error("confirm your email address before you create a token")]
    Unverified,
    /// The policy does not allow it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The person belongs to no such workspace: nobody can tell whether there is one.
    #[error("you belong to no such workspace")]
    NoSuchWorkspace,
    /// There is no such scope.
    #[error("there is no scope {0}")]
    UnknownScope(String),
    /// The person does not have the role behind this scope.
    #[error("your roles do not include what the scope {0} needs")]
    ScopeBeyondRole(String),
    /// The end is not in the future.
    #[error("the expiry must be in the future")]
    ExpiryPassed,
    /// A living token of this person has this name.
    #[error("you already have a token with this name")]
    NameTaken,
    /// This form has made its token.
    #[error("this form has already created its token")]
    AlreadyCreated(Box<Summary>),
    /// The person has as many tokens as fit.
    #[error("you have {TOKENS_AT_MOST} tokens, which is the most. Revoke one that you do not need")]
    TooMany,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(db::Error),
}

impl From<db::Error> for IssueError {
    fn from(error: db::Error) -> Self {
        Self::Unexpected(error)
    }
}

/// Makes a personal token for the person who is present and has shown who they are.
///
/// # Errors
/// When a rule forbids it; then there is no token, no event and no mail.
pub async fn issue_personal(ctx: &Ctx, by: &Confirmed, draft: PersonalDraft) -> Result<Issued, IssueError> {
    let mut tx = ctx.db.write().await?;
    // Two sendings of one form at once, or the hundredth token twice: the second must see what the first did.
    tx.alone().await?;
    let issued = issue_in(&mut tx, ctx, by.person(), draft, Spelling::Native).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(issued)
}

/// The same for a request that may be sent again: with one key it makes one token.
///
/// # Errors
/// When a rule forbids it, or an earlier request with the key has made a token.
pub async fn issue_personal_once(
    ctx: &Ctx,
    by: &Confirmed,
    draft: PersonalDraft,
    repeat: Option<&Repeat>,
) -> Result<Issued, NotDone<IssueError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let issued = issue_in(&mut tx, ctx, by.person(), draft, Spelling::Native).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, issued.credential.id).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(issued)
}

/// Makes a token for all that its owner may, as far as there are scopes for it, and spells it as other services do.
///
/// # Errors
/// When a rule forbids it; then there is no token, no event and no mail.
pub async fn issue_whole(ctx: &Ctx, by: &Confirmed, asked: WholeDraft) -> Result<Issued, IssueError> {
    let WholeDraft { name, workspace, otherwise, expiry } = asked;
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let person = by.person();
    let Terms { policy, catalogue } = access::terms_in(&mut tx).await?;
    let alone = policy.permits(person.account());
    let workspace = match alone {
        Err(Forbidden::Role | Forbidden::NoWorkspace) => workspace.or(otherwise),
        _ => workspace,
    };
    let place = place(&mut tx, person, workspace.as_ref()).await?;
    let holder = Holder::Person { roles: &person.account().roles, member: place.as_ref().map(|(_, roles)| roles) };
    let scopes = Scopes::parse(catalogue.open_to(holder).map(|scope| scope.name.as_str()));
    let draft = PersonalDraft {
        name,
        scopes: scopes.expect("names of the catalogue are names"),
        workspace,
        allowed_addresses: AddressList::anywhere(),
        expiry,
        nonce: hex(&ctx.rng.bytes32()[..16]),
    };
    let issued = issue_in(&mut tx, ctx, person, draft, Spelling::Plain).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(issued)
}

async fn issue_in(tx: &mut Tx, ctx: &Ctx, by: &Person, draft: PersonalDraft, spelling: Spelling) -> Result<Issued, IssueError> {
    let now = ctx.now();
    // A form's nonce belongs to its sender: somebody else's makes neither a clash nor a hint.
    let nonce = format!("{}/{}", by.id(), draft.nonce);
    if let Some(made) = list::made_by_form(tx, by.id(), &nonce).await? {
        return Err(IssueError::AlreadyCreated(Box::new(made)));
    }
    let place = place(tx, by, draft.workspace.as_ref()).await?;
    allow(tx, by, &draft, place.as_ref().map(|(_, roles)| roles), now).await?;
    let format = ctx.verifier.format();
    let secret = format.spell(spelling, Kind::Personal, None, &ctx.rng);
    let hints = format.hints(&secret);
    let credential = Credential {
        id: CredentialId::new(now, &ctx.rng),
        kind: Kind::Personal,
        owner: Owner::Account(by.id()),
        lock: place.map(|(lock, _)| lock),
        environment: None,
        name: draft.name,
        scopes: draft.scopes,
        allowed_addresses: draft.allowed_addresses,
        origins: OriginList::default(),
        requests_per_minute: None,
        metadata: Metadata::default(),
        maker: None,
        expiry: draft.expiry,
        created_at: now,
    };
    store::free_name(tx, by.id(), &credential.name.key(), now).await?;
    store::insert(tx, &credential, Some(&nonce)).await.map_err(|error| match error {
        Error::Taken => IssueError::NameTaken,
        error => IssueError::Unexpected(error),
    })?;
    let new =
        NewSecret { id: SecretId::new(now, &ctx.rng), digest: ctx.keys.digest(secret.reveal()), hints: &hints, nonce: None };
    store::insert_secret(tx, credential.id, &new, now).await?;
    let event = Event::done(Actor::Account(by.id()), by.origin(), Action::TokenCreated, by.id()).of(credential.id).with(
        json!({ "name": credential.name.as_str(), "scopes": credential.scopes.words().collect::<Vec<_>>(),
                      "workspace": credential.lock.map(|lock| lock.workspace.to_string()),
                      "addresses": credential.allowed_addresses.words().collect::<Vec<_>>(),
                      "expiresAt": credential.expiry.at().map(Timestamp::rfc3339) }),
    );
    audit::record(tx, ctx, now, event.within(credential.lock.map(|lock| lock.workspace))).await?;
    ctx.post(tx, by.account(), &notice(by, &credential, hints.0.clone()), NOTICE_LIFE).await?;
    let (prefix, last_four) = hints;
    Ok(Issued { credential, secret, prefix, last_four })
}

/// What the token is to be locked to, and what the person is there.
async fn place(tx: &mut Tx, by: &Person, which: Option<&Which>) -> Result<Option<(Lock, MemberRoles)>, IssueError> {
    let Some(which) = which else { return Ok(None) };
    let found = workspaces::membership_in(tx, by.id(), which).await?.ok_or(IssueError::NoSuchWorkspace)?;
    let (workspace, membership, roles) = found;
    Ok(Some((Lock { workspace, membership }, roles)))
}

/// The rules, read in the transaction that makes the token.
async fn allow(
    tx: &mut Tx,
    by: &Person,
    draft: &PersonalDraft,
    member: Option<&MemberRoles>,
    now: Timestamp,
) -> Result<(), IssueError> {
    if !by.is_verified() {
        return Err(IssueError::Unverified);
    }
    let Terms { policy, catalogue } = access::terms_in(tx).await?;
    policy.permits(access::Owner::from(by.account()).with(member))?;
    if draft.expiry.at().is_some_and(|end| end <= now) {
        return Err(IssueError::ExpiryPassed);
    }
    policy.permits_life(now, draft.expiry.at())?;
    match catalogue.beyond(&draft.scopes, Holder::Person { roles: &by.account().roles, member }) {
        Some(Beyond::Unknown(name)) => return Err(IssueError::UnknownScope(name.as_str().to_owned())),
        Some(Beyond::Role(name)) => return Err(IssueError::ScopeBeyondRole(name.as_str().to_owned())),
        None => {}
    }
    if store::count_living(tx, by.id(), now).await? >= TOKENS_AT_MOST {
        return Err(IssueError::TooMany);
    }
    Ok(())
}

fn notice(by: &Person, credential: &Credential, token_prefix: String) -> Message {
    Message::TokenCreated {
        name: by.account().name.clone(),
        token_name: credential.name.clone(),
        token_prefix,
        expires_at: credential.expiry.at(),
        cause: Cause::new(credential.created_at, by.origin()),
    }
}
