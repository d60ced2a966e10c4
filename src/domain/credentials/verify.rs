//! Is this secret good for that? The path that every request takes.
//!
//! Order: format and checksum → digest → cache or one indexed read → not revoked, not expired, secret current, not
//! paused → owner, membership and workspace active → policy still allows → address and origin → kind and environment →
//! scopes → limits → count the use. A warm verification makes no write and takes no lock that all requests share.

use std::net::IpAddr;
use std::sync::Arc;

use super::cache::Entry;
use super::credential::{Environment, Kind};
use super::granted::Granted;
use super::signed;
use super::store;
use super::usage::Denial;
use crate::base::id::SessionId;
use crate::base::jwt;
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::db::{self, Stale};
use crate::domain::Ctx;
use crate::domain::access::{self, Forbidden, Requirement, Scopes};
use crate::domain::limits::{Counted, Exhausted, Rate};
use crate::domain::workspaces;

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
    pub environment: Option<Environment>,
    /// The origin of the web page that makes the request, if one does.
    pub web_origin: Option<String>,
    /// What sends it.
    pub sender: Sender,
    /// How much of the limit the request costs; 0 only looks.
    pub cost: u32,
}

/// What sends a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// A program, as far as anybody knows.
    Program,
    /// A web page: the browser says so by itself, and no page can make it silent.
    Browser,
}

impl Default for Demand {
    fn default() -> Self {
        Self {
            scopes: Requirement::Nothing,
            kinds: Vec::new(),
            environment: None,
            web_origin: None,
            sender: Sender::Program,
            cost: 1,
        }
    }
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
    /// Its owner's account, or its workspace, is suspended.
    Suspended,
    /// The membership that it was locked to has ended, or the workspace is gone.
    Homeless,
    /// The policy does not allow it any more.
    Forbidden(Forbidden),
    /// It may not be used from there, or nobody knows from where it is used.
    WrongAddress,
    /// The web page that uses it is none of those that may, or nobody knows which one does.
    WrongOrigin,
    /// A web page presents what is to be kept secret from everybody who looks at the page.
    InBrowser,
    /// What is stored of its scopes cannot be read, so it allows nothing.
    Unreadable,
    /// Of a kind that was not asked for.
    WrongKind,
    /// Of another environment.
    WrongEnvironment,
    /// This scope is missing.
    InsufficientScope(String),
    /// The limit of its account, its workspace or its own is reached.
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

/// Establishes who presents a secret.
///
/// # Errors
/// Why the secret is not good, or why nobody can say.
pub async fn authenticate(ctx: &Ctx, presented: &str, demand: &Demand, origin: &Origin) -> Result<Granted, Unverified> {
    let known = known_by(ctx, presented)?;
    ctx.verifier.freshness().confirm().await?;
    let now = ctx.now();
    let entry = find(ctx, known, Counted::UnknownSecret(origin.network()), now).await?;
    if !entry.for_us {
        return Err(nobodys());
    }
    judge(ctx, entry, demand, Presentation { origin, address: Some(origin.address) }, now)
}

/// Answers somebody who asks about a secret that was presented to them. Of tokens that are none of the asker's business
/// they learn only whether they are good; what belongs to another workspace does not exist for them, and is not counted.
/// Who asks without a credential has the operator's leave: they learn of everything that is good, and of nothing else.
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
    let known = known_by(ctx, presented)?;
    // Whoever presented a credential of their own has been confirmed to be fresh since the request began.
    let unknown = match asker {
        Some(asker) => Counted::UnknownSecretAskedBy(asker.credential(), origin.network()),
        None => {
            ctx.verifier.freshness().confirm().await?;
            Counted::UnknownSecret(origin.network())
        }
    };
    let now = ctx.now();
    let entry = find(ctx, known, unknown, now).await?;
    let sight = sight(ctx, asker, &entry).await?;
    if sight == Sight::Nothing {
        return Err(nobodys());
    }
    match judge(ctx, entry, demand, Presentation { origin, address }, now) {
        Err(Unverified::Refused { known: Some(_), .. }) if sight != Sight::Everything => Err(nobodys()),
        judged => judged,
    }
}

/// Whether a grant is good, and its workspace, if it acts in one, the asker's business: for whoever asks about a refresh token
/// of it.
///
/// # Errors
/// Why nobody can say.
pub async fn grant_is_good_for(ctx: &Ctx, asker: &Granted, session: SessionId) -> Result<bool, Unverified> {
    let Some(entry) = signed::grant_entry(ctx, session).await? else { return Ok(false) };
    let (demand, now) = (Demand::default(), ctx.now());
    let good = entry.check(&demand, None, ctx.verifier.latest(), now).is_ok();
    Ok(good && sight(ctx, Some(asker), &entry).await? != Sight::Nothing)
}

/// What an asker may learn of a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// Why it is good or not.
    Everything,
    /// That it is good, if it is.
    Good,
    /// Nothing: another workspace's.
    Nothing,
}

async fn sight(ctx: &Ctx, asker: Option<&Granted>, known: &Entry) -> Result<Sight, Unverified> {
    let Some(asker) = asker else { return Ok(Sight::Good) };
    let administers = asker.account().is_some() && asker.allows(Scopes::ADMIN);
    if administers || asker.owner() == known.owner {
        return Ok(Sight::Everything);
    }
    let Some(place) = &known.place else { return Ok(Sight::Good) };
    let belongs = match (asker.workspace(), asker.account()) {
        (Some(own), _) => own.id() == place.id,
        (None, Some(account)) => workspaces::is_member(&ctx.db, account, place.id).await?,
        (None, None) => false,
    };
    Ok(if belongs { Sight::Everything } else { Sight::Nothing })
}

fn nobodys() -> Unverified {
    Unverified::Refused { refusal: Refusal::NotFound, known: None }
}

/// By what something presented is found: its digest, and whether there is more to read in it.
#[derive(Clone, Copy)]
enum Known<'a> {
    /// A secret.
    Secret(Digest),
    /// A signed token, with its text.
    Token(Digest, &'a str),
}

/// What looks like a secret or a token of ours. A typo or a random guess fails the checksum, and costs no read.
fn known_by<'a>(ctx: &Ctx, presented: &'a str) -> Result<Known<'a>, Unverified> {
    if jwt::looks_like_one(presented) {
        return Ok(Known::Token(ctx.keys.digest(presented), presented));
    }
    match ctx.verifier.format().recognise(presented) {
        Some(_) => Ok(Known::Secret(ctx.keys.digest(presented))),
        None => Err(nobodys()),
    }
}

/// Where a secret is presented.
struct Presentation<'a> {
    /// As it is counted.
    origin: &'a Origin,
    /// Its address, if it is known.
    address: Option<IpAddr>,
}

/// What is known of a secret; `unknown` is what it counts for if it turns out to be nobody's. The caller has confirmed
/// freshness since the request began.
async fn find(ctx: &Ctx, known: Known<'_>, unknown: Counted, now: Timestamp) -> Result<Arc<Entry>, Unverified> {
    let (Known::Secret(digest) | Known::Token(digest, _)) = known;
    match ctx.verifier.hit(&digest) {
        Some(entry) => Ok(entry),
        None => read(ctx, known, unknown, now).await?.ok_or_else(nobodys),
    }
}

fn judge(ctx: &Ctx, entry: Arc<Entry>, demand: &Demand, from: Presentation<'_>, now: Timestamp) -> Result<Granted, Unverified> {
    let judged = entry.check(demand, from.address, ctx.verifier.latest(), now).and_then(|()| entry.take(demand.cost, now));
    match judged {
        Ok(allowance) => {
            if entry.is_counted() {
                ctx.verifier.usage().allow(&entry.counter, from.origin, now);
            }
            Ok(Granted { entry, allowance })
        }
        Err(refusal) => {
            if let Some(why) = Denial::of(&refusal).filter(|_| entry.is_counted()) {
                ctx.verifier.usage().deny(&entry.counter, why, from.origin, now);
            }
            let allowance = entry.shared.1.none(entry.shared.0, now);
            Err(Unverified::Refused { refusal, known: Some(Granted { entry, allowance }) })
        }
    }
}

/// Reads a secret that is not in the cache, and keeps it there. Nothing if it is nobody's.
async fn read(ctx: &Ctx, known: Known<'_>, unknown: Counted, now: Timestamp) -> Result<Option<Arc<Entry>>, Unverified> {
    let rate = Rate::per_minute(UNKNOWN);
    let too_many = |exhausted| Unverified::Refused { refusal: Refusal::TooManyUnknown(exhausted), known: None };
    ctx.limits.look(&unknown, rate, now).map_err(too_many)?;
    let epoch = ctx.verifier.epoch();
    let entry = match known {
        Known::Secret(digest) => of_secret(ctx, digest).await?,
        Known::Token(digest, text) => signed::entry(ctx, digest, text).await?,
    };
    let Some(entry) = entry.map(Arc::new) else {
        return ctx.limits.take(unknown, rate, now).map(|_| None).map_err(too_many);
    };
    ctx.verifier.keep(epoch, &entry);
    Ok(Some(entry))
}

async fn of_secret(ctx: &Ctx, digest: Digest) -> db::Result<Option<Entry>> {
    let mut cx = ctx.db.read().await?;
    let Some(row) = store::by_digest(&mut cx, &digest).await? else { return Ok(None) };
    let terms = access::terms_in(&mut cx).await?;
    Entry::from_row(ctx, digest, row, &terms).map(Some)
}
