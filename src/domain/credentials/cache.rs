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
use super::credential::{Environment, Kind, Owner};
use super::format::SecretFormat;
use super::origins::OriginList;
use super::usage::{Counter, Usage};
use crate::base::id::{AccountId, CredentialId, SecretId, SessionId, WorkspaceId};
use crate::base::metadata::Metadata;
use crate::base::secret::Digest;
use crate::base::time::{Span, Timestamp};
use crate::db::{Change, Db, Freshness, Narrowed};
use crate::domain::access::{EffectiveScopes, Forbidden};
use crate::domain::accounts::Roles;
use crate::domain::limits::{Bucket, Pool, Rate};
use crate::domain::workspaces::{KeysManage, MemberRoles};

/// Everything a verification must know of one secret.
#[expect(clippy::struct_excessive_bools, reason = "each is a column that is set or not, and a refusal of its own")]
pub(super) struct Entry {
    pub digest: Digest,
    pub form: Form,
    /// Whether it is meant for us: a signed token may be meant for others alone.
    pub for_us: bool,
    pub credential: CredentialId,
    pub kind: Kind,
    pub environment: Option<Environment>,
    pub owner: Owner,
    /// The person for whom it acts, if it is a person's.
    pub person: Option<Acting>,
    /// The workspace that it belongs to, or is locked to.
    pub place: Option<Place>,
    pub name: String,
    pub prefix: String,
    pub metadata: Metadata,
    /// What the stored scopes allow the owner, with the rights of now; nothing if what is stored cannot be read.
    pub scopes: Option<EffectiveScopes>,
    pub expires_at: Option<Timestamp>,
    pub valid_until: Option<Timestamp>,
    /// From where it may be used; nothing if what is stored cannot be read.
    pub addresses: Option<AddressList>,
    /// The pages that may use it; nothing if what is stored cannot be read.
    pub origins: Option<OriginList>,
    /// Whether no web page may use it, whatever its origin.
    pub kept_from_browsers: bool,
    pub revoked: bool,
    pub paused: bool,
    pub suspended: bool,
    /// Whether the membership or the workspace that it is locked to is gone.
    pub homeless: bool,
    pub forbidden: Option<Forbidden>,
    /// The requests of its owner, shared by all its credentials, and how many there may be.
    pub shared: (Rate, Arc<Bucket>),
    /// Its own requests, where it has a limit of its own.
    pub own: Option<(Rate, Arc<Bucket>)>,
    pub counter: Arc<Counter>,
}

/// What was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A secret.
    Secret,
    /// A signed token that a secret bought.
    Token,
    /// A signed token of a grant: the leave that a person gave an app or a program.
    Grant(SessionId),
    /// A signed token that was derived from one of a grant, for somebody who holds less.
    Derived(SessionId),
}

/// A person as their tokens know them.
pub(super) struct Acting {
    pub email: String,
    pub name: String,
    pub roles: Roles,
}

/// A workspace as its credentials know it.
pub(super) struct Place {
    pub id: WorkspaceId,
    pub slug: String,
    pub name: String,
    /// Whether its keys may manage keys.
    pub keys_manage: KeysManage,
    /// What the person is there, if the credential is a person's.
    pub roles: Option<MemberRoles>,
}

/// Entries by digest; buckets and counters live longer than the entries that point to them.
pub struct Verifier {
    freshness: Freshness,
    entries: Arc<Entries>,
    buckets: Cache<Sharers, Arc<Bucket>>,
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

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sharers {
    /// All credentials of an owner.
    Owner(Owner),
    /// One credential, that has a limit of its own.
    Credential(CredentialId),
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
        db.observe(move |narrowed| told.forget(narrowed));
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

    /// The bucket that all requests of an account take from, its sessions' too.
    pub(in crate::domain) fn bucket_of(&self, account: AccountId) -> Arc<Bucket> {
        self.shared_bucket_of(Owner::Account(account))
    }

    /// The bucket that all credentials of an owner take from.
    pub(super) fn shared_bucket_of(&self, owner: Owner) -> Arc<Bucket> {
        self.bucket(Sharers::Owner(owner))
    }

    /// The bucket of one credential.
    pub(super) fn own_bucket_of(&self, credential: CredentialId) -> Arc<Bucket> {
        self.bucket(Sharers::Credential(credential))
    }

    fn bucket(&self, of: Sharers) -> Arc<Bucket> {
        let pool = match of {
            Sharers::Owner(Owner::Account(_)) => Pool::Account,
            Sharers::Owner(Owner::Workspace(_)) => Pool::Workspace,
            Sharers::Credential(_) => Pool::Credential,
        };
        match self.buckets.get_or_insert_with::<_, std::convert::Infallible>(&of, || Ok(Arc::new(Bucket::of(pool)))) {
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
    Workspace(WorkspaceId),
}

impl Weaker {
    /// Nothing when it concerns everybody, or cannot be read.
    fn of(change: &Change) -> Option<Self> {
        match change {
            Change::Account(id) => AccountId::from_db(id).ok().map(Self::Account),
            Change::Credential(id) => CredentialId::from_db(id).ok().map(Self::Credential),
            Change::Workspace(id) => WorkspaceId::from_db(id).ok().map(Self::Workspace),
            Change::Policy => None,
        }
    }

    fn is(&self, entry: &Entry) -> bool {
        match self {
            Self::Account(id) => entry.owner == Owner::Account(*id),
            Self::Credential(id) => entry.credential == *id,
            Self::Workspace(id) => entry.place.as_ref().is_some_and(|place| place.id == *id),
        }
    }
}
