//! What has been read of credentials, kept until something about them becomes weaker.
//!
//! # Why a hit can be believed
//! Every verification first waits for [`Freshness::confirm`]: afterwards the cache has been told of every change that
//! was committed before the request began. A miss reads the database and may keep what it read only if the cache was
//! told of nothing meanwhile: reading began at an epoch, and an entry of an older epoch is not kept. The gate that
//! orders the two is taken by misses and by changes, never by hits.

use std::hash::{BuildHasher, Hasher};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use quick_cache::sync::Cache;

use super::addresses::AddressList;
use super::credential::Kind;
use super::format::SecretFormat;
use super::usage::{Counter, Usage};
use crate::base::id::{AccountId, CredentialId, SecretId};
use crate::base::secret::Digest;
use crate::base::time::{Span, Timestamp};
use crate::db::{Change, Db, Freshness, Narrowed};
use crate::domain::access::{EffectiveScopes, Forbidden};
use crate::domain::accounts::Roles;
use crate::domain::limits::Bucket;

/// Everything a verification must know of one secret.
pub(super) struct Entry {
    pub digest: Digest,
    pub credential: CredentialId,
    pub kind: Kind,
    pub account: AccountId,
    pub email: String,
    pub person: String,
    pub name: String,
    pub prefix: String,
    pub roles: Roles,
    /// What the stored scopes allow the owner, with the roles of now; nothing if what is stored cannot be read.
    pub scopes: Option<EffectiveScopes>,
    pub expires_at: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    /// From where it may be used; nothing if what is stored cannot be read.
    pub addresses: Option<AddressList>,
    pub revoked: bool,
    pub paused: bool,
    pub suspended: bool,
    pub forbidden: Option<Forbidden>,
    /// The requests of this account, shared by all its credentials.
    pub bucket: Arc<Bucket>,
    pub counter: Arc<Counter>,
}

/// Entries by digest; buckets and counters live longer than the entries that point to them.
pub struct Verifier {
    freshness: Freshness,
    entries: Arc<Entries>,
    buckets: Cache<AccountId, Arc<Bucket>>,
    counters: Cache<SecretId, Arc<Counter>>,
    usage: Usage,
    format: SecretFormat,
    misses: AtomicU64,
    latest: Latest,
}

/// The latest instant that this process has seen, so that no credential comes back to life when a clock steps back.
///
/// It is a second coarse, for it is shared by all requests and must seldom be written; an end that somebody was told
/// of is kept exactly.
#[derive(Default)]
pub(super) struct Latest(AtomicI64);

impl Latest {
    /// The later of `now` and the latest instant seen.
    pub(super) fn or(&self, now: Timestamp) -> Timestamp {
        let seen = self.0.load(Ordering::Relaxed);
        if now.micros() >= seen + Span::seconds(1).micros() {
            self.saw(now);
        }
        Timestamp::from_micros(seen.max(now.micros()))
    }

    /// Remembers that somebody is told of an end that has come.
    pub(super) fn saw(&self, now: Timestamp) {
        self.0.fetch_max(now.micros(), Ordering::Relaxed);
    }
}

struct Entries {
    cache: Cache<[u8; 32], Arc<Entry>, quick_cache::UnitWeighter, FirstBytes>,
    epoch: AtomicU64,
    gate: Mutex<()>,
}

/// A digest is evenly spread already: its first bytes are its hash.
#[derive(Clone, Default)]
struct FirstBytes;

#[derive(Default)]
struct FirstBytesHasher(u64);

impl BuildHasher for FirstBytes {
    type Hasher = FirstBytesHasher;

    fn build_hasher(&self) -> FirstBytesHasher {
        FirstBytesHasher::default()
    }
}

impl Hasher for FirstBytesHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Verifier {
    /// A cache of this many entries, told of every change by the database.
    pub fn new(db: &Db, freshness: Freshness, brand: &str, capacity: usize) -> Self {
        let entries = Arc::new(Entries {
            cache: Cache::with(
                capacity,
                capacity as u64,
                quick_cache::UnitWeighter,
                FirstBytes,
                quick_cache::sync::DefaultLifecycle::default(),
            ),
            epoch: AtomicU64::new(0),
            gate: Mutex::new(()),
        });
        let told = entries.clone();
        db.observe(move |narrowed| told.forget(&narrowed));
        Self {
            freshness,
            entries,
            buckets: Cache::new(capacity),
            counters: Cache::new(capacity),
            usage: Usage::default(),
            format: SecretFormat::new(brand),
            misses: AtomicU64::new(0),
            latest: Latest::default(),
        }
    }

    /// How many verifications had to read the database.
    pub fn misses(&self) -> u64 {
        self.misses.load(Ordering::Relaxed)
    }

    pub(super) fn freshness(&self) -> &Freshness {
        &self.freshness
    }

    pub(super) fn format(&self) -> &SecretFormat {
        &self.format
    }

    /// By when what has an end is judged.
    pub(super) fn latest(&self) -> &Latest {
        &self.latest
    }

    pub(super) fn usage(&self) -> &Usage {
        &self.usage
    }

    /// The bucket that all requests of an account take from.
    pub(in crate::domain) fn bucket_of(&self, account: AccountId) -> Arc<Bucket> {
        match self.buckets.get_or_insert_with::<_, std::convert::Infallible>(&account, || Ok(Arc::default())) {
            Ok(bucket) => bucket,
            Err(never) => match never {},
        }
    }

    pub(super) fn counter_of(&self, credential: CredentialId, secret: SecretId) -> Arc<Counter> {
        let new = || Ok(Arc::new(Counter::new(credential, secret)));
        match self.counters.get_or_insert_with::<_, std::convert::Infallible>(&secret, new) {
            Ok(counter) => counter,
            Err(never) => match never {},
        }
    }

    pub(super) fn hit(&self, digest: &Digest) -> Option<Arc<Entry>> {
        self.entries.cache.get(digest.bytes()).filter(|entry| entry.digest.same_as(digest))
    }

    /// The epoch to begin a read with.
    pub(super) fn epoch(&self) -> u64 {
        self.misses.fetch_add(1, Ordering::Relaxed);
        self.entries.epoch.load(Ordering::Acquire)
    }

    /// Keeps what was read, unless something was forgotten since the read began.
    pub(super) fn keep(&self, read_at: u64, entry: &Arc<Entry>) {
        let _gate = self.entries.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if self.entries.epoch.load(Ordering::Acquire) == read_at {
            self.entries.cache.insert(*entry.digest.bytes(), entry.clone());
        }
    }
}

impl Entries {
    fn forget(&self, narrowed: &Narrowed) {
        let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        self.epoch.fetch_add(1, Ordering::AcqRel);
        match narrowed {
            Narrowed::All => self.cache.clear(),
            Narrowed::Some(changes) => match changes.iter().map(Weaker::of).collect::<Option<Vec<_>>>() {
                Some(weaker) => self.cache.retain(|_, entry| !weaker.iter().any(|weaker| weaker.is(entry))),
                None => self.cache.clear(),
            },
        }
    }
}

/// Whose entries are forgotten: a change with its id read once, not once for every entry.
enum Weaker {
    Account(AccountId),
    Credential(CredentialId),
}

impl Weaker {
    /// Nothing when it concerns everybody, or cannot be read.
    fn of(change: &Change) -> Option<Self> {
        match change {
            Change::Account(id) => AccountId::from_db(id).ok().map(Self::Account),
            Change::Credential(id) => CredentialId::from_db(id).ok().map(Self::Credential),
            Change::Workspace(_) | Change::Policy => None,
        }
    }

    fn is(&self, entry: &Entry) -> bool {
        match self {
            Self::Account(id) => entry.account == *id,
            Self::Credential(id) => entry.credential == *id,
        }
    }
}
