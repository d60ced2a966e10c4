//! Is this secret good for that? The path that every request takes.
//!
//! Order: format and checksum → digest → cache or one indexed read → not revoked, not expired, secret current, not
//! paused → owner active → policy still allows → address → kind and environment → scopes → limit → count the use. A
//! warm verification makes no write and takes no lock that all requests share.

use std::net::IpAddr;
use std::sync::Arc;

use super::addresses::AddressList;
use super::cache::{Entry, Latest};
use super::credential::Kind;
use super::store;
use super::usage::Denial;
use crate::base::id::{AccountId, CredentialId, SecretId};
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{self, Error, Stale};
use crate::domain::Ctx;
use crate::domain::access::{self, EffectiveScopes, Forbidden, Owner, Requirement, Scopes, Terms};
use crate::domain::accounts::Roles;
use crate::domain::limits::{Allowance, Counted, Exhausted, Pool, Rate};

/// How many unknown secrets one network may present a minute before we stop looking them up.
const UNKNOWN: u32 = 120;

/// What a secret must be good for.
#[derive(Debug, Clone)]
pub struct Demand {
    /// The scopes it needs.
    pub scopes: Requirement,
    /// The kinds it may be of; empty for any.
    pub kinds: Vec<Kind>,
    /// The environment it must belong to, if any.
    pub environment: Option<String>,
    /// How much of the limit the request costs; 0 only looks.
    pub cost: u32,
}

impl Default for Demand {
    fn default() -> Self {
        Self { scopes: Requirement::Nothing, kinds: Vec::new(), environment: None, cost: 1 }
    }
}

/// A secret that is good.
#[derive(Clone)]
pub struct Granted {
    entry: Arc<Entry>,
    allowance: Allowance,
}

/// Why a secret is not good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody's, or no secret at all.
    NotFound,
    /// Its time is over.
    Expired,
    /// Somebody ended it.
    Revoked,
    /// A newer secret of the same credential has taken its place.
    Replaced,
    /// Its owner refuses it for now.
    Paused,
    /// Its owner's account is suspended.
    Suspended,
    /// The policy does not allow it any more.
    Forbidden(Forbidden),
    /// It may not be used from there, or nobody knows from where it is used.
    WrongAddress,
    /// What is stored of its scopes cannot be read, so it allows nothing.
    Unreadable,
    /// Of a kind that was not asked for.
    WrongKind,
    /// Of another environment.
    WrongEnvironment,
    /// This scope is missing.
    InsufficientScope(String),
    /// The limit of its account is reached.
    RateLimited(Exhausted),
    /// Too many unknown secrets from this network.
    TooManyUnknown(Exhausted),
}

/// Why there is no answer of "good".
#[derive(Debug, thiserror::Error)]
pub enum Unverified {
    /// It is not good.
    #[error("the secret is refused: {refusal:?}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// What it is, if it is known.
        known: Option<Granted>,
    },
    /// Nobody can say now; never "still good".
    #[error(transparent)]
    Stale(#[from] Stale),
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl std::fmt::Debug for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Granted({})", self.entry.credential)
    }
}

impl Granted {
    /// Which credential.
    pub fn credential(&self) -> CredentialId {
        self.entry.credential
    }

    /// Of which kind.
    pub fn kind(&self) -> Kind {
        self.entry.kind
    }

    /// Whose.
    pub fn account(&self) -> AccountId {
        self.entry.account
    }

    /// The owner's address.
    pub fn email(&self) -> &str {
        &self.entry.email
    }

    /// The owner's name; may be empty.
    pub fn person(&self) -> &str {
        &self.entry.person
    }

    /// The owner's roles now.
    pub fn roles(&self) -> &Roles {
        &self.entry.roles
    }

    /// The credential's name.
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// The beginning of its secret.
    pub fn prefix(&self) -> &str {
        &self.entry.prefix
    }

    /// What it may be used for now: its scopes, as far as its owner's roles reach.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.entry.scopes.iter().flat_map(EffectiveScopes::held)
    }

    /// Whether it may be used for this.
    pub fn allows(&self, scope: &str) -> bool {
        self.entry.allows(scope)
    }

    /// When it ends.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.entry.expires_at
    }

    /// What is left of its limit.
    pub fn allowance(&self) -> Allowance {
        self.allowance
    }
}

/// Establishes who presents a secret.
///
/// # Errors
/// Why the secret is not good, or why nobody can say.
pub async fn authenticate(ctx: &Ctx, presented: &str, demand: &Demand, origin: &Origin) -> Result<Granted, Unverified> {
    let digest = digest_of(ctx, presented)?;
    ctx.verifier.freshness().confirm().await?;
    let from = Presentation { origin, address: Some(origin.address), unknown: Counted::UnknownSecret(origin.network()) };
    judge(ctx, digest, demand, from).await
}

/// Answers somebody who asks about a secret that was presented to them. Of secrets that are none of the asker's
/// business they learn only whether they are good. Who asks without a credential has no business with any.
///
/// The origin is that of the presented secret, as the asker tells it, and `address` the same again if they do tell it:
/// without, a secret that is bound to addresses is refused, for the asker's own says nothing about it. An asker who
/// tells lies about it spoils only their own questions: unknown secrets count for the asker and that network together.
///
/// # Errors
/// Why the secret is not good, or why nobody can say.
pub async fn verify(
    ctx: &Ctx,
    asker: Option<&Granted>,
    presented: &str,
    demand: &Demand,
    origin: &Origin,
    address: Option<IpAddr>,
) -> Result<Granted, Unverified> {
    let digest = digest_of(ctx, presented)?;
    // Whoever presented a credential of their own has been confirmed to be fresh since the request began.
    let unknown = match asker {
        Some(asker) => Counted::UnknownSecretAskedBy(asker.account(), origin.network()),
        None => {
            ctx.verifier.freshness().confirm().await?;
            Counted::UnknownSecret(origin.network())
        }
    };
    match judge(ctx, digest, demand, Presentation { origin, address, unknown }).await {
        Err(Unverified::Refused { known: Some(known), .. }) if !asker.is_some_and(|asker| may_see(asker, &known)) => {
            Err(nobodys())
        }
        judged => judged,
    }
}

fn may_see(asker: &Granted, known: &Granted) -> bool {
    asker.account() == known.account() || asker.allows(Scopes::ADMIN)
}

fn nobodys() -> Unverified {
    Unverified::Refused { refusal: Refusal::NotFound, known: None }
}

/// The digest of what looks like a secret of ours. A typo or a random guess fails the checksum, and costs no read.
fn digest_of(ctx: &Ctx, presented: &str) -> Result<Digest, Unverified> {
    match ctx.verifier.format().recognise(presented) {
        Some(_) => Ok(ctx.keys.digest(presented)),
        None => Err(nobodys()),
    }
}

/// Where a secret is presented.
struct Presentation<'a> {
    /// As it is counted.
    origin: &'a Origin,
    /// Its address, if it is known.
    address: Option<IpAddr>,
    /// What a secret counts for that turns out to be nobody's.
    unknown: Counted,
}

/// The caller has confirmed freshness since the request began.
async fn judge(ctx: &Ctx, digest: Digest, demand: &Demand, from: Presentation<'_>) -> Result<Granted, Unverified> {
    let now = ctx.now();
    let entry = match ctx.verifier.hit(&digest) {
        Some(entry) => entry,
        None => read(ctx, digest, from.unknown, now).await?.ok_or_else(nobodys)?,
    };
    let judged = entry
        .check(demand, from.address, ctx.verifier.latest(), now)
        .and_then(|()| entry.bucket.take(ctx.settings.account_rate, demand.cost, now).map_err(Refusal::RateLimited));
    match judged {
        Ok(allowance) => {
            ctx.verifier.usage().allow(&entry.counter, from.origin, now);
            Ok(Granted { entry, allowance })
        }
        Err(refusal) => {
            if let Some(why) = Denial::of(&refusal) {
                ctx.verifier.usage().deny(&entry.counter, why, from.origin, now);
            }
            let allowance = Allowance::none(Pool::Account, ctx.settings.account_rate, now);
            Err(Unverified::Refused { refusal, known: Some(Granted { entry, allowance }) })
        }
    }
}

/// Reads a secret that is not in the cache, and keeps it there. Nothing if it is nobody's.
async fn read(ctx: &Ctx, digest: Digest, unknown: Counted, now: Timestamp) -> Result<Option<Arc<Entry>>, Unverified> {
    let rate = Rate::per_minute(UNKNOWN);
    let too_many = |exhausted| Unverified::Refused { refusal: Refusal::TooManyUnknown(exhausted), known: None };
    ctx.limits.look(&unknown, rate, now).map_err(too_many)?;
    let epoch = ctx.verifier.epoch();
    let mut cx = ctx.db.read().await?;
    let Some(row) = store::by_digest(&mut cx, &digest).await? else {
        drop(cx);
        return ctx.limits.take(unknown, rate, now).map(|_| None).map_err(too_many);
    };
    let terms = access::terms_in(&mut cx).await?;
    drop(cx);
    let entry = Arc::new(Entry::from_row(ctx, digest, row, &terms)?);
    ctx.verifier.keep(epoch, &entry);
    Ok(Some(entry))
}

impl Entry {
    fn from_row(ctx: &Ctx, digest: Digest, row: store::SecretRow, terms: &Terms) -> db::Result<Self> {
        let account = AccountId::from_db(&row.account_id).map_err(|_| Error::corrupt("account id"))?;
        let secret = SecretId::from_db(&row.secret_id).map_err(|_| Error::corrupt("secret id"))?;
        let credential = CredentialId::from_db(&row.credential_id).map_err(|_| Error::corrupt("credential id"))?;
        let roles = Roles::from_db(&row.roles).ok_or(Error::corrupt("role"))?;
        let (created_at, expires_at) = (Timestamp::from_micros(row.created_at), row.expires_at.map(Timestamp::from_micros));
        let second_factor = row.second_factor.map(Timestamp::from_micros);
        Ok(Self {
            digest,
            credential,
            kind: Kind::from_db(&row.kind).ok_or(Error::corrupt("kind"))?,
            account,
            email: row.email,
            person: row.person,
            name: row.name,
            prefix: row.prefix,
            scopes: Scopes::from_db(&row.scopes).and_then(|scopes| terms.catalogue.effective(&scopes, &roles)),
            expires_at,
            valid_until: row.valid_until.map(Timestamp::from_micros),
            addresses: AddressList::from_db(&row.allowed_addresses),
            revoked: row.revoked_at.is_some(),
            paused: row.paused_at.is_some(),
            suspended: row.suspended_at.is_some(),
            forbidden: terms.policy.permits_use(Owner { roles: &roles, second_factor }, created_at, expires_at).err(),
            roles,
            bucket: ctx.verifier.bucket_of(account),
            counter: ctx.verifier.counter_of(credential, secret),
        })
    }

    /// A list that cannot be read allows no address, and one with something in it no unknown address.
    fn may_come_from(&self, address: Option<IpAddr>) -> bool {
        self.addresses.as_ref().is_some_and(|list| address.map_or(list.is_anywhere(), |address| list.allows(address)))
    }

    fn allows(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_some_and(|scopes| scopes.allows(scope))
    }

    fn check(&self, demand: &Demand, address: Option<IpAddr>, latest: &Latest, now: Timestamp) -> Result<(), Refusal> {
        let at = latest.or(now);
        let over = |end: Option<Timestamp>| {
            let over = end.is_some_and(|end| end <= at);
            if over {
                latest.saw(at);
            }
            over
        };
        if self.revoked {
            return Err(Refusal::Revoked);
        }
        if over(self.expires_at) {
            return Err(Refusal::Expired);
        }
        if over(self.valid_until) {
            return Err(Refusal::Replaced);
        }
        if self.paused {
            return Err(Refusal::Paused);
        }
        if self.suspended {
            return Err(Refusal::Suspended);
        }
        if let Some(forbidden) = self.forbidden {
            return Err(Refusal::Forbidden(forbidden));
        }
        if !self.may_come_from(address) {
            return Err(Refusal::WrongAddress);
        }
        if self.scopes.is_none() {
            return Err(Refusal::Unreadable);
        }
        if !demand.kinds.is_empty() && !demand.kinds.contains(&self.kind) {
            return Err(Refusal::WrongKind);
        }
        // A personal token belongs to no environment, so it meets no demand for one.
        if demand.environment.is_some() {
            return Err(Refusal::WrongEnvironment);
        }
        match demand.scopes.missing(&|scope: &str| self.allows(scope)) {
            Some(missing) => Err(Refusal::InsufficientScope(missing.to_owned())),
            None => Ok(()),
        }
    }
}
