//! The keys in memory: what signing and reading a token ask.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::store::{self, KeyRow};
use crate::base::jwt::{PrivateKey, PublicKey};
use crate::base::seal::Place;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Change, Db, Error, Freshness, Narrowed};
use crate::domain::Ctx;

/// How often tokens of unknown keys make us look for keys.
const LOOK: Span = Span::seconds(1);

/// The keys that this process knows. They are read anew when the database says that one has been put out of use, when a
/// token names one that is not among them, and every minute.
pub struct Keyring {
    freshness: Freshness,
    ring: RwLock<Arc<Ring>>,
    /// Raised when keys may have been put out of use; a ring of an earlier epoch counts no more.
    epoch: Arc<AtomicU64>,
    looked_at: AtomicI64,
}

/// Keys that were read together.
#[derive(Default)]
pub(super) struct Ring {
    epoch: u64,
    keys: Vec<Key>,
}

/// A key.
pub(super) struct Key {
    pub kid: String,
    pub private: PrivateKey,
    pub public: PublicKey,
    signs_until: Option<Timestamp>,
    published_until: Option<Timestamp>,
}

/// A key, as everybody may have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its name.
    pub kid: String,
    /// Itself.
    pub key: PublicKey,
}

impl Keyring {
    /// An empty one that is told of what changes in this database.
    pub fn new(db: &Db, freshness: Freshness) -> Self {
        // A ring of epoch 0 was never read.
        let epoch = Arc::new(AtomicU64::new(1));
        let told = epoch.clone();
        db.observe(move |narrowed| {
            let concerns_keys = match narrowed {
                Narrowed::All => true,
                Narrowed::Some(changes) => changes.contains(&Change::Policy),
            };
            if concerns_keys {
                told.fetch_add(1, Ordering::AcqRel);
            }
        });
        Self { freshness, ring: RwLock::default(), epoch, looked_at: AtomicI64::default() }
    }

    fn known(&self) -> Arc<Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, ring: Arc<Ring>) {
        let mut kept = self.ring.write().unwrap_or_else(PoisonError::into_inner);
        if ring.epoch >= kept.epoch {
            *kept = ring;
        }
    }

    /// Whether it is time to look for an unknown key; true once a second.
    fn may_look(&self, now: Timestamp) -> bool {
        let (last, now) = (self.looked_at.load(Ordering::Relaxed), now.micros());
        let due = (now - last).abs() >= LOOK.micros();
        due && self.looked_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl Ring {
    /// The key that signs now: of those that have not ended, the one that began first.
    pub(super) fn signing(&self, now: Timestamp) -> Option<&Key> {
        self.keys.iter().find(|key| key.signs_until.is_none_or(|end| end > now))
    }

    /// The key with this name, if tokens that it signed may live.
    pub(super) fn named(&self, kid: &str, now: Timestamp) -> Option<&Key> {
        self.published(now).find(|key| key.kid == kid)
    }

    fn published(&self, now: Timestamp) -> impl Iterator<Item = &Key> {
        self.keys.iter().filter(move |key| key.published_until.is_none_or(|end| end > now))
    }
}

/// The keys as they are known to every process: what was put out of use before this call is not among them.
pub(super) async fn ring(ctx: &Ctx) -> db::Result<Arc<Ring>> {
    ctx.keyring.freshness.confirm().await?;
    let known = ctx.keyring.known();
    if known.epoch == ctx.keyring.epoch.load(Ordering::Acquire) { Ok(known) } else { load(ctx).await }
}

/// The same, with keys that another process may have made a moment ago; at most one read a second.
pub(super) async fn ring_with(ctx: &Ctx, kid: &str) -> db::Result<Arc<Ring>> {
    let (ring, now) = (ring(ctx).await?, ctx.now());
    if ring.named(kid, now).is_none() && ctx.keyring.may_look(now) { load(ctx).await } else { Ok(ring) }
}

/// Reads the keys.
pub(super) async fn load(ctx: &Ctx) -> db::Result<Arc<Ring>> {
    let epoch = ctx.keyring.epoch.load(Ordering::Acquire);
    let rows = store::published(&mut ctx.db.read().await?, ctx.now()).await?;
    let keys = rows.into_iter().map(|row| open(ctx, row)).collect::<db::Result<_>>()?;
    let ring = Arc::new(Ring { epoch, keys });
    ctx.keyring.keep(ring.clone());
    Ok(ring)
}

/// Where the private part of a key is sealed.
pub(super) fn place(kid: &str) -> Place<'_> {
    Place { table: "signing_keys", row: kid }
}

/// A key whose row somebody has changed is none: what is not sealed has to agree with what is.
fn open(ctx: &Ctx, row: KeyRow) -> db::Result<Key> {
    let corrupt = || Error::corrupt("signing key");
    let seed = ctx.keys.unseal(place(&row.id), &row.private_key).ok_or_else(corrupt)?;
    let private = PrivateKey::from_seed(seed.as_slice().try_into().map_err(|_| corrupt())?);
    let public = private.public();
    if public.thumbprint() != row.id || public.x() != row.public_key {
        return Err(corrupt());
    }
    Ok(Key { kid: row.id, private, public, signs_until: row.signs_until, published_until: row.published_until })
}

impl Key {
    /// What everybody may have of it.
    pub(super) fn published(&self) -> Published {
        Published { kid: self.kid.clone(), key: self.public.clone() }
    }
}

/// The keys that everybody may have, to check tokens by themselves.
///
/// # Errors
/// When the database does not answer, or holds a key that is not ours.
pub async fn published(ctx: &Ctx) -> db::Result<Vec<Published>> {
    let ring = ring(ctx).await?;
    Ok(ring.published(ctx.now()).map(Key::published).collect())
}
