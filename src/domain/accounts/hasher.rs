//! Passwords are hashed on a few threads of their own, behind a queue that can be full.
//!
//! # Why not `spawn_blocking`
//! One hash takes 19 MiB and 45 ms. With a thread and a buffer for each waiting sign-in, 64 of them hold 3 GiB, and the
//! allocator does not give it back. Here each thread keeps the one buffer it needs, so memory is threads × cost
//! whatever comes, and who finds the queue full is told at once to come back.

use std::collections::TryReserveError;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use argon2::Block;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::password::{Password, PasswordAttempt};
use super::password_hash::{HashParams, PasswordHash};
use crate::base::rng::Rng;
use crate::base::time::Span;

/// How many passwords may wait for a thread.
const QUEUE: usize = 64;
/// How long one waits at most, the hashing included.
const MAX_WAIT: Duration = Duration::from_secs(5);
/// By then, a full queue has been worked off.
const RETRY_AFTER: Span = Span::seconds(2);

/// The threads that hash. Its clones share them; they end with the last one.
#[derive(Clone)]
pub struct Hasher(Arc<Shared>);

struct Shared {
    params: HashParams,
    queue: SyncSender<Job>,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    waiting: AtomicUsize,
    hashes: AtomicU64,
}

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// More passwords are waiting than can be hashed soon. Nothing was done; try again later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked right now: try again in {} seconds", retry_after.seconds_up())]
pub struct Busy {
    /// When it is worth trying again.
    pub retry_after: Span,
}

/// Whether a password is the stored one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is.
    Yes,
    /// It is, but its hash was made at a lower cost than is set now: store [`Hasher::hash_attempt`] instead.
    YesButWeak,
    /// It is not, or there is none.
    No,
}

impl Hasher {
    /// Starts the threads.
    ///
    /// # Panics
    /// If the system cannot start a thread.
    pub fn start(params: HashParams, threads: NonZeroUsize) -> Self {
        let (queue, jobs) = sync_channel(QUEUE);
        let (jobs, counters) = (Arc::new(Mutex::new(jobs)), Arc::new(Counters::default()));
        for _ in 0..threads.get() {
            let (jobs, counters) = (Arc::clone(&jobs), Arc::clone(&counters));
            let work = move || work(&jobs, &counters, params.blocks());
            thread::Builder::new().name("hasher".to_owned()).spawn(work).expect("the system starts a thread");
        }
        Self(Arc::new(Shared { params, queue, counters }))
    }

    /// Hashes a new password, with a salt of its own.
    ///
    /// # Errors
    /// When too many are waiting.
    pub async fn hash(&self, password: &Password, rng: &Rng) -> Result<PasswordHash, Busy> {
        self.hash_anew(password.bytes(), rng).await
    }

    /// Hashes the password that was just presented, after [`Match::YesButWeak`].
    ///
    /// # Errors
    /// When too many are waiting.
    pub async fn hash_attempt(&self, attempt: &PasswordAttempt, rng: &Rng) -> Result<PasswordHash, Busy> {
        // What cannot be a password has not matched one; should it come here all the same, its hash fits nothing.
        let nothing = Zeroizing::new(rng.bytes32());
        self.hash_anew(attempt.bytes().unwrap_or(&*nothing), rng).await
    }

    /// Whether the attempt is the stored password. Without one it costs the same hash, so that the time it takes does
    /// not tell whether there is an account.
    ///
    /// # Errors
    /// When too many are waiting.
    pub async fn verify(&self, attempt: &PasswordAttempt, stored: Option<&PasswordHash>) -> Result<Match, Busy> {
        let text = attempt.bytes().unwrap_or(b"this attempt cannot match");
        let Some(stored) = stored else {
            let (salt, length) = (vec![0; PasswordHash::SALT_BYTES], PasswordHash::OUTPUT_BYTES);
            self.output(self.0.params, text, salt, length).await?;
            return Ok(Match::No);
        };
        let output = self.output(stored.params, text, stored.salt.clone(), stored.output.len()).await?;
        Ok(match attempt.bytes() {
            Some(_) if stored.is(&output) && stored.weaker_than(self.0.params) => Match::YesButWeak,
            Some(_) if stored.is(&output) => Match::Yes,
            _ => Match::No,
        })
    }

    /// How many hashes were computed since the start.
    pub fn hashes_total(&self) -> u64 {
        self.0.counters.hashes.load(Ordering::Relaxed)
    }

    /// How many passwords are waiting for a thread.
    pub fn waiting(&self) -> usize {
        self.0.counters.waiting.load(Ordering::Relaxed)
    }

    async fn hash_anew(&self, text: &[u8], rng: &Rng) -> Result<PasswordHash, Busy> {
        let mut salt = vec![0; PasswordHash::SALT_BYTES];
        rng.fill(&mut salt);
        let output = self.output(self.0.params, text, salt.clone(), PasswordHash::OUTPUT_BYTES).await?;
        Ok(PasswordHash::made(self.0.params, salt, output))
    }

    /// One hash, on one of the threads.
    async fn output(&self, params: HashParams, text: &[u8], salt: Vec<u8>, length: usize) -> Result<Vec<u8>, Busy> {
        let text = Zeroizing::new(text.to_vec());
        let counters = Arc::clone(&self.0.counters);
        let hash = move |memory: &mut Memory| {
            let mut output = vec![0; length];
            let blocks = memory.blocks(params.blocks())?;
            counters.hashes.fetch_add(1, Ordering::Relaxed);
            params.hash(&text, &salt, &mut output, blocks);
            Ok::<_, TryReserveError>(output)
        };
        self.run(hash).await?.map_err(|error| {
            tracing::error!(%error, "no memory to hash a password: lower argon2_memory or hash_threads");
            BUSY
        })
    }

    /// Queues work for the threads and waits for what comes of it.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Result<T, Busy> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Box::new(move |memory| {
            // Who asked may have left; then nothing is worth computing.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        }))?;
        match tokio::time::timeout(MAX_WAIT, answered).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(_)) | Err(_) => Err(BUSY),
        }
    }

    fn enqueue(&self, job: Job) -> Result<(), Busy> {
        let waiting = &self.0.counters.waiting;
        waiting.fetch_add(1, Ordering::Relaxed);
        self.0.queue.try_send(job).map_err(|_| {
            waiting.fetch_sub(1, Ordering::Relaxed);
            BUSY
        })
    }
}

const BUSY: Busy = Busy { retry_after: RETRY_AFTER };

/// The memory of one thread, kept from hash to hash.
#[derive(Default)]
struct Memory(Vec<Block>);

impl Memory {
    /// At least that many blocks. What they hold does not matter: Argon2 writes each before it reads it.
    fn blocks(&mut self, count: usize) -> Result<&mut [Block], TryReserveError> {
        if let Some(missing) = count.checked_sub(self.0.len()) {
            self.0.try_reserve_exact(missing)?;
            self.0.resize(count, Block::new());
        }
        Ok(&mut self.0)
    }

    /// Gives back what an old hash of a higher cost needed.
    fn keep(&mut self, count: usize) {
        if self.0.len() > count {
            self.0 = Vec::new();
        }
    }
}

/// What each thread does until the last handle is dropped.
fn work(jobs: &Mutex<Receiver<Job>>, counters: &Counters, usual_blocks: usize) {
    let mut memory = Memory::default();
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        counters.waiting.fetch_sub(1, Ordering::Relaxed);
        // A job that panics drops its answer, so the caller is told; the thread goes on with fresh memory.
        match catch_unwind(AssertUnwindSafe(|| job(&mut memory))) {
            Ok(()) => memory.keep(usual_blocks),
            Err(_) => memory = Memory::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Barrier;
    use std::task::Poll;

    use super::*;

    const COST: u64 = 1;

    fn hasher(threads: usize) -> Hasher {
        Hasher::start(HashParams::default(), NonZeroUsize::new(threads).expect("not none"))
    }

    fn password(text: &str) -> Password {
        Password::choose(text, 12, &[]).unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    /// Keeps the only thread at work until the barrier is met.
    fn occupy(hasher: &Hasher) -> Arc<Barrier> {
        let (started, done) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (starts, ends) = (Arc::clone(&started), Arc::clone(&done));
        hasher
            .enqueue(Box::new(move |_| {
                starts.wait();
                ends.wait();
            }))
            .expect("an empty queue");
        started.wait();
        done
    }

    #[tokio::test]
    async fn r06_a_hash_has_a_salt_of_its_own_and_verifies() {
        let (hasher, rng) = (hasher(1), Rng::seeded(1));
        let good = password("vexing otter caf\u{e9}");
        let one = hasher.hash(&good, &rng).await.expect("not busy");
        let two = hasher.hash(&good, &rng).await.expect("not busy");
        assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", one.as_str());
        assert_ne!(one.as_str(), two.as_str());
        let stored = PasswordHash::parse(one.as_str()).expect("a PHC string");
        assert_eq!((stored.salt.len(), stored.output.len()), (16, 32));
        let expected = [
            ("vexing otter caf\u{e9}", Match::Yes),
            ("vexing otter cafe\u{301}", Match::Yes),
            ("vexing otter caf\u{e9} ", Match::No),
            ("Vexing otter caf\u{e9}", Match::No),
            ("vexing otter caf", Match::No),
            ("", Match::No),
        ];
        for (text, expected) in expected {
            assert_eq!(hasher.verify(&PasswordAttempt::new(text), Some(&stored)).await, Ok(expected), "{text:?}");
        }
    }

    #[tokio::test]
    async fn r03_what_follows_a_nul_byte_counts() {
        let (hasher, rng) = (hasher(1), Rng::seeded(2));
        let stored = hasher.hash(&password("vexing otter\0 glass"), &rng).await.expect("not busy");
        assert_eq!(hasher.verify(&PasswordAttempt::new("vexing otter\0 glass"), Some(&stored)).await, Ok(Match::Yes));
        assert_eq!(hasher.verify(&PasswordAttempt::new("vexing otter"), Some(&stored)).await, Ok(Match::No));
    }

    #[tokio::test]
    async fn r07_a_weaker_hash_matches_and_is_made_anew() {
        let (rng, attempt) = (Rng::seeded(3), PasswordAttempt::new("vexing otter glass"));
        let old = Hasher::start(HashParams::new(12_288, 3, 1).expect("the floor"), NonZeroUsize::MIN);
        let weak = old.hash(&password("vexing otter glass"), &rng).await.expect("not busy");
        let hasher = hasher(1);
        assert_eq!(hasher.verify(&attempt, Some(&weak)).await, Ok(Match::YesButWeak));
        assert_eq!(hasher.verify(&PasswordAttempt::new("wrong"), Some(&weak)).await, Ok(Match::No));
        let anew = hasher.hash_attempt(&attempt, &rng).await.expect("not busy");
        assert!(anew.as_str().contains("$m=19456,t=2,p=1$"));
        assert_eq!(hasher.verify(&attempt, Some(&anew)).await, Ok(Match::Yes));
    }

    #[tokio::test]
    async fn r18_no_account_and_no_possible_password_cost_one_hash_too() {
        let (hasher, rng) = (hasher(1), Rng::seeded(4));
        let stored = hasher.hash(&password("vexing otter glass"), &rng).await.expect("not busy");
        let (fits, too_long) = (PasswordAttempt::new("vexing otter glass"), PasswordAttempt::new(&"x".repeat(100_000)));
        for (attempt, stored, expected) in [
            (&fits, Some(&stored), Match::Yes),
            (&fits, None, Match::No),
            (&too_long, Some(&stored), Match::No),
            (&too_long, None, Match::No),
        ] {
            let before = hasher.hashes_total();
            assert_eq!(hasher.verify(attempt, stored).await, Ok(expected));
            assert_eq!(hasher.hashes_total(), before + COST);
        }
        let of_nothing = hasher.hash_attempt(&too_long, &rng).await.expect("not busy");
        assert_eq!(hasher.verify(&too_long, Some(&of_nothing)).await, Ok(Match::No));
        assert_eq!(hasher.verify(&PasswordAttempt::new("this attempt cannot match"), Some(&of_nothing)).await, Ok(Match::No));
    }

    #[tokio::test]
    async fn r08_a_full_queue_is_busy_and_nothing_is_hashed() {
        let hasher = hasher(1);
        let occupied = occupy(&hasher);
        for _ in 0..QUEUE {
            hasher.enqueue(Box::new(|_| ())).expect("room in the queue");
        }
        assert_eq!(hasher.waiting(), QUEUE);
        assert_eq!(hasher.verify(&PasswordAttempt::new("x"), None).await, Err(Busy { retry_after: Span::seconds(2) }));
        assert_eq!((hasher.waiting(), hasher.hashes_total()), (QUEUE, 0));
        occupied.wait();
        // The queue is worked off: as soon as a place is free, the next one is taken.
        while hasher.run(|_| ()).await.is_err() {
            tokio::task::yield_now().await;
        }
        assert_eq!(hasher.verify(&PasswordAttempt::new("x"), None).await, Ok(Match::No));
    }

    #[tokio::test]
    async fn r08_many_waiting_share_the_memory_of_the_threads() {
        let hasher = hasher(2);
        let blocks = HashParams::default().blocks();
        let where_it_lies = move |memory: &mut Memory| memory.blocks(blocks).map(|b| (b.as_ptr().addr(), b.len()));
        let waiting: Vec<_> = (0..QUEUE).map(|_| hasher.run(where_it_lies)).collect();
        let buffers = futures_util::future::join_all(waiting).await;
        let distinct: HashSet<_> = buffers.into_iter().map(|b| b.expect("not busy").expect("memory")).collect();
        assert!(distinct.len() <= 2, "{distinct:?}");
        assert!(distinct.iter().all(|&(_, length)| length == 19_456));
    }

    #[tokio::test]
    async fn a_hash_of_a_higher_cost_does_not_keep_its_memory() {
        let hasher = hasher(1);
        assert_eq!(hasher.run(|memory| memory.blocks(40_000).map(|b| b.len())).await, Ok(Ok(40_000)));
        assert_eq!(hasher.run(|memory| memory.0.len()).await, Ok(0));
    }

    #[tokio::test]
    async fn who_left_the_queue_is_not_hashed() {
        let hasher = hasher(1);
        let occupied = occupy(&hasher);
        let attempt = PasswordAttempt::new("x");
        let mut leaving = Box::pin(hasher.verify(&attempt, None));
        assert!(std::future::poll_fn(|cx| Poll::Ready(leaving.as_mut().poll(cx).is_pending())).await);
        assert_eq!(hasher.waiting(), 1);
        drop(leaving);
        occupied.wait();
        assert_eq!(hasher.verify(&attempt, None).await, Ok(Match::No));
        assert_eq!((hasher.waiting(), hasher.hashes_total()), (0, COST));
    }

    #[tokio::test]
    async fn a_panic_reaches_its_caller_and_leaves_the_thread() {
        let hasher = hasher(1);
        for _ in 0..3 {
            assert_eq!(hasher.run(|_| panic!("on purpose")).await, Err::<(), _>(BUSY));
        }
        assert_eq!(hasher.verify(&PasswordAttempt::new("x"), None).await, Ok(Match::No));
    }

    #[tokio::test]
    async fn the_threads_end_with_the_last_handle() {
        let hasher = hasher(3);
        let counters = Arc::downgrade(&hasher.0.counters);
        let other = hasher.clone();
        drop(hasher);
        assert_eq!(other.run(|_| ()).await, Ok(()));
        drop(other);
        while counters.upgrade().is_some() {
            tokio::task::yield_now().await;
        }
    }
}
