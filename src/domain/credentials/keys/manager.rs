//! Who may manage the keys of a workspace, and how far.

use super::developer::{Developer, NotDeveloper};
use super::key::Key;
use crate::base::id::{CredentialId, WorkspaceId};
use crate::base::net::Origin;
use crate::base::time::Timestamp;
use crate::db::{self, Cx};
use crate::domain::Ctx;
use crate::domain::access::{self, Scopes, Terms};
use crate::domain::audit::Actor;
use crate::domain::credentials::addresses::AddressList;
use crate::domain::credentials::cache::Entry;
use crate::domain::credentials::credential::{Environment, Kind, Maker, RevokedBy};
use crate::domain::credentials::granted::Granted;
use crate::domain::credentials::store;
use crate::domain::credentials::told::Told;
use crate::domain::credentials::verify::{Demand, Refusal};
use crate::domain::mail::CredentialNews;
use crate::domain::workspaces::{self, KeysManage, Member, Refused, Right};

/// Somebody who says that they may manage keys. Every verb asks again whether that is so.
#[derive(Clone, Copy)]
pub enum KeyManager<'a> {
    /// A member of the workspace.
    Member(&'a Member),
    /// The holder of one of its keys, and from where they present it.
    Key(&'a Granted, &'a Origin),
    /// Somebody who tries things out, where that is allowed.
    Developer(&'a Developer),
}

/// Why somebody may not manage keys.
#[derive(Debug, thiserror::Error)]
pub enum NotManager {
    /// The member may not.
    #[error(transparent)]
    Member(#[from] Refused),
    /// Only secret keys manage keys, whatever else a credential may do.
    #[error("only a session or a secret key with the scope keys:manage manages keys")]
    Kind,
    /// The workspace leaves the management of its keys to people.
    #[error("this workspace does not let keys manage keys. Ask one of its admins")]
    Policy,
    /// The key that asks is not good for it any more, or never was.
    #[error("the key is refused: {0:?}")]
    Refused(Refusal),
    /// The workspace has no such key, or it is more than the key that asks: nobody can tell which.
    #[error("there is no such key")]
    NoSuchKey,
    /// The database did not do it.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl From<NotDeveloper> for NotManager {
    fn from(why: NotDeveloper) -> Self {
        match why {
            NotDeveloper::Production | NotDeveloper::NoWorkspace => Self::Refused(Refusal::NotFound),
            NotDeveloper::Suspended => Self::Refused(Refusal::Suspended),
            NotDeveloper::RateLimited(exhausted) => Self::Refused(Refusal::RateLimited(exhausted)),
            NotDeveloper::Unexpected(error) => Self::Unexpected(error),
        }
    }
}

/// In what a key would be more than the one that manages it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Grown {
    /// It is for other data.
    #[error("a key manages keys of its own environment alone")]
    Environment,
    /// It may do something that the other may not.
    #[error("a key cannot give the scope {0}, which it does not have")]
    Scope(String),
    /// It lives longer.
    #[error("a key cannot give a longer life than its own")]
    Life,
    /// It may be used from more addresses.
    #[error("a key cannot allow more addresses than its own")]
    Addresses,
    /// It may make more requests.
    #[error("a key cannot give a higher limit than its own")]
    Limit,
}

/// What a key is, or is to be, as far as one key can be more than another.
pub(super) struct Extent<'a> {
    pub environment: Environment,
    pub scopes: &'a Scopes,
    pub expires_at: Option<Timestamp>,
    pub addresses: &'a AddressList,
    pub requests_per_minute: Option<u32>,
}

/// Somebody who may manage keys, as the transaction has found them.
pub(super) struct Manager<'a> {
    pub workspace: WorkspaceId,
    pub origin: &'a Origin,
    pub actor: Actor,
    /// Who is kept as having made a key, if it is somebody.
    pub maker: Option<Maker>,
    pub revokes_as: RevokedBy,
    pub terms: Terms,
    /// The key that manages, if it is one.
    pub key: Option<Entry>,
}

impl<'a> Manager<'a> {
    /// Looks at them in the transaction that acts for them. Members need this right.
    pub async fn find(cx: &mut Cx, ctx: &Ctx, by: KeyManager<'a>, right: Right) -> Result<Self, NotManager> {
        match by {
            KeyManager::Member(member) => {
                workspaces::allowed::<NotManager>(cx, member, right).await?;
                let id = member.person().id();
                Ok(Self {
                    workspace: member.workspace().id,
                    origin: member.person().origin(),
                    actor: Actor::Account(id),
                    maker: Some(Maker::Account(id)),
                    revokes_as: RevokedBy::Member,
                    terms: access::terms_in(cx).await?,
                    key: None,
                })
            }
            KeyManager::Key(granted, origin) => Self::key(cx, ctx, granted, origin).await,
            KeyManager::Developer(developer) => {
                developer.still(cx, ctx).await?;
                Ok(Self {
                    workspace: developer.workspace(),
                    origin: developer.origin(),
                    actor: Actor::System,
                    maker: None,
                    revokes_as: RevokedBy::Admin,
                    terms: access::terms_in(cx).await?,
                    key: None,
                })
            }
        }
    }

    async fn key(cx: &mut Cx, ctx: &Ctx, granted: &Granted, origin: &'a Origin) -> Result<Self, NotManager> {
        if granted.kind() != Kind::Secret {
            return Err(NotManager::Kind);
        }
        let digest = granted.entry.digest;
        let row = store::by_digest(cx, &digest).await?.ok_or(NotManager::Refused(Refusal::NotFound))?;
        let terms = access::terms_in(cx).await?;
        let entry = Entry::from_row(ctx, digest, row, &terms)?;
        let judged = entry.check(&Demand::default(), Some(origin.address), ctx.verifier.latest(), ctx.now());
        judged.map_err(NotManager::Refused)?;
        let place = entry.place.as_ref().ok_or(NotManager::Kind)?;
        if !entry.allows(Scopes::KEYS_MANAGE) {
            return Err(NotManager::Refused(Refusal::InsufficientScope(Scopes::KEYS_MANAGE.to_owned())));
        }
        if place.keys_manage == KeysManage::Forbidden {
            return Err(NotManager::Policy);
        }
        Ok(Self {
            workspace: place.id,
            origin,
            actor: Actor::Credential(entry.credential),
            maker: Some(Maker::Key(entry.credential)),
            revokes_as: RevokedBy::Key,
            terms,
            key: Some(entry),
        })
    }

    /// In what a key of this extent would be more than the one that manages; nothing if it would not, or a member does.
    pub fn outgrown_by(&self, child: &Extent<'_>) -> Option<Grown> {
        let own = self.key.as_ref()?;
        if own.environment != Some(child.environment) {
            return Some(Grown::Environment);
        }
        if let Some(scope) = child.scopes.words().find(|word| !own.allows(word)) {
            return Some(Grown::Scope(scope.to_owned()));
        }
        if own.expires_at.is_some_and(|end| child.expires_at.is_none_or(|other| other > end)) {
            return Some(Grown::Life);
        }
        if !own.addresses.as_ref().is_some_and(|addresses| child.addresses.is_within(addresses)) {
            return Some(Grown::Addresses);
        }
        let limit = own.own.as_ref().map(|(rate, _)| rate.count());
        let over = limit.is_some_and(|limit| child.requests_per_minute.is_none_or(|wanted| wanted > limit));
        over.then_some(Grown::Limit)
    }

    /// What is told by mail of what they did.
    pub fn tells(&self, credential: CredentialId, news: CredentialNews) -> Told<'_> {
        Told { workspace: self.workspace, credential, news, actor: self.actor, origin: self.origin }
    }

    /// Whether this key is within what they may manage.
    pub fn holds(&self, key: &Key) -> bool {
        if self.key.is_none() {
            return true;
        }
        // What cannot be read may be anything.
        let (Some(scopes), Some(addresses)) = (&key.detail.summary.scopes, &key.detail.allowed_addresses) else { return false };
        let extent = Extent {
            environment: key.environment,
            scopes,
            expires_at: key.detail.summary.expires_at,
            addresses,
            requests_per_minute: key.requests_per_minute,
        };
        self.outgrown_by(&extent).is_none()
    }
}
