//! What one secret has counted since the last flush.
//!
//! A use takes the secret's own lock only if nobody holds it: otherwise it is counted without saying from where, and
//! goes to the newest use that said so. Refusals wait for the lock; they are no path that must be fast.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Denial;
use crate::base::id::{CredentialId, SecretId};
use crate::base::net::Origin;
use crate::base::time::Timestamp;

/// How many different uses and refusals one secret remembers until the next flush; the oldest make room.
pub(super) const REMEMBERED: usize = 5;

/// The counter of one secret.
pub(in crate::domain::credentials) struct Counter {
    pub(super) credential: CredentialId,
    pub(super) secret: SecretId,
    noted: Mutex<Noted>,
    /// Uses that found the lock taken.
    missed: AtomicU64,
    dirty: AtomicBool,
}

/// Uses that are alike: by the same agent, from the same address, with the same outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub denial: Option<Denial>,
    /// The latest of them.
    pub at: Timestamp,
    pub address: IpAddr,
    pub agent: String,
    pub uses: u64,
}

/// What has been noted, and how many had to make room.
#[derive(Debug, Clone, Default)]
pub(super) struct Noted {
    pub seen: Vec<Seen>,
    pub allowed_beside: u64,
    pub denied_beside: u64,
}

impl Seen {
    fn is_like(&self, other: &Self) -> bool {
        (self.denial, self.address) == (other.denial, other.address) && self.agent == other.agent
    }
}

impl Noted {
    /// Adds to what is alike, or beside it.
    fn add(&mut self, seen: Seen) {
        match self.seen.iter_mut().find(|kept| kept.is_like(&seen)) {
            Some(kept) => {
                kept.at = kept.at.max(seen.at);
                kept.uses += seen.uses;
            }
            None => {
                if self.seen.len() == REMEMBERED {
                    self.make_room();
                }
                self.seen.push(seen);
            }
        }
    }

    /// Forgets the oldest, but never the newest use: that one is the secret's last.
    fn make_room(&mut self) {
        let last = self.last_use();
        let oldest = (0..self.seen.len()).filter(|n| Some(*n) != last).min_by_key(|n| self.seen[*n].at);
        if let Some(n) = oldest {
            let gone = self.seen.swap_remove(n);
            match gone.denial {
                None => self.allowed_beside += gone.uses,
                Some(_) => self.denied_beside += gone.uses,
            }
        }
    }

    /// Where the newest use is.
    pub fn last_use(&self) -> Option<usize> {
        (0..self.seen.len()).filter(|n| self.seen[*n].denial.is_none()).max_by_key(|n| self.seen[*n].at)
    }

    /// Takes everything but the place of the newest use, which the next use will most likely be like.
    fn take(&mut self) -> Self {
        let kept = self.last_use().map(|n| Seen { uses: 0, ..self.seen[n].clone() });
        std::mem::replace(self, Self { seen: kept.into_iter().collect(), ..Self::default() })
    }
}

impl Counter {
    /// Whose uses it counts.
    pub(in crate::domain::credentials) fn secret(&self) -> SecretId {
        self.secret
    }

    pub(in crate::domain::credentials) fn new(credential: CredentialId, secret: SecretId) -> Self {
        Self { credential, secret, noted: Mutex::default(), missed: AtomicU64::new(0), dirty: AtomicBool::new(false) }
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was taken from one counter.
pub(super) struct Taken {
    pub counter: Arc<Counter>,
    pub noted: Noted,
}

/// The counters that have something to tell. Shared only when a counter begins to: once per secret and flush.
#[derive(Default)]
pub(in crate::domain::credentials) struct Usage(Mutex<Vec<Arc<Counter>>>);

impl Usage {
    /// Counts one use.
    pub(in crate::domain::credentials) fn allow(&self, counter: &Arc<Counter>, origin: &Origin, now: Timestamp) {
        match counter.noted.try_lock() {
            Ok(mut noted) => match noted.seen.iter_mut().find(|seen| seen.denial.is_none() && seen.is_from(origin)) {
                Some(seen) => (seen.at, seen.uses) = (seen.at.max(now), seen.uses + 1),
                None => noted.add(Seen::new(None, origin, now)),
            },
            Err(_) => drop(counter.missed.fetch_add(1, Ordering::AcqRel)),
        }
        self.mark(counter);
    }

    /// Counts one refusal.
    pub(in crate::domain::credentials) fn deny(&self, counter: &Arc<Counter>, why: Denial, origin: &Origin, now: Timestamp) {
        counter.noted().add(Seen::new(Some(why), origin, now));
        self.mark(counter);
    }

    /// A counter that is taken between its note and its mark is marked for nothing, never forgotten: whoever takes it
    /// clears the mark first.
    fn mark(&self, counter: &Arc<Counter>) {
        if !counter.dirty.load(Ordering::Acquire) && !counter.dirty.swap(true, Ordering::AcqRel) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(counter.clone());
        }
    }

    /// Takes what has been counted.
    pub(super) fn take(&self) -> Vec<Taken> {
        let dirty = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        dirty.into_iter().filter_map(|counter| self.take_from(counter)).collect()
    }

    fn take_from(&self, counter: Arc<Counter>) -> Option<Taken> {
        counter.dirty.store(false, Ordering::Release);
        let mut noted = counter.noted();
        let missed = counter.missed.swap(0, Ordering::AcqRel);
        match noted.last_use() {
            Some(last) => noted.seen[last].uses += missed,
            // The very first use found the lock taken: it waits until one says from where.
            None => drop(counter.missed.fetch_add(missed, Ordering::AcqRel)),
        }
        let taken = noted.take();
        let waits = missed > 0 && taken.last_use().is_none();
        drop(noted);
        if waits {
            self.mark(&counter);
        }
        let empty = taken.seen.iter().all(|seen| seen.uses == 0) && taken.allowed_beside + taken.denied_beside == 0;
        (!empty).then_some(Taken { counter, noted: taken })
    }

    /// Gives back what could not be written.
    pub(super) fn give_back(&self, taken: Vec<Taken>) {
        for Taken { counter, noted } in taken {
            let mut kept = counter.noted();
            kept.allowed_beside += noted.allowed_beside;
            kept.denied_beside += noted.denied_beside;
            noted.seen.into_iter().for_each(|seen| kept.add(seen));
            drop(kept);
            self.mark(&counter);
        }
    }
}

impl Seen {
    fn new(denial: Option<Denial>, origin: &Origin, at: Timestamp) -> Self {
        Self { denial, at, address: origin.address, agent: origin.agent.clone(), uses: 1 }
    }

    fn is_from(&self, origin: &Origin) -> bool {
        self.address == origin.address && self.agent == origin.agent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::Rng;
    use crate::base::time::Span;

    fn start() -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000)
    }

    fn counter() -> Arc<Counter> {
        let rng = Rng::seeded(1);
        Arc::new(Counter::new(CredentialId::new(start(), &rng), SecretId::new(start(), &rng)))
    }

    fn by(agent: &str) -> Origin {
        Origin::new("203.0.113.7".parse().expect("an address"), agent, String::new())
    }

    fn told(taken: &[Taken]) -> Vec<(Option<Denial>, &str, u64)> {
        let seen = taken.iter().flat_map(|taken| &taken.noted.seen).filter(|seen| seen.uses > 0);
        seen.map(|seen| (seen.denial, seen.agent.as_str(), seen.uses)).collect()
    }

    #[test]
    fn what_is_alike_is_counted_together_and_taken_once() {
        let (usage, counter) = (Usage::default(), counter());
        for _ in 0..3 {
            usage.allow(&counter, &by("curl"), start());
            usage.deny(&counter, Denial::Scope, &by("curl"), start());
        }
        assert_eq!(told(&usage.take()), [(None, "curl", 3), (Some(Denial::Scope), "curl", 3)]);
        assert!(usage.take().is_empty());
        usage.allow(&counter, &by("curl"), start());
        assert_eq!(told(&usage.take()), [(None, "curl", 1)]);
    }

    #[test]
    fn a_use_that_finds_the_lock_taken_is_counted_all_the_same() {
        let (usage, counter) = (Usage::default(), counter());
        let held = counter.noted();
        usage.allow(&counter, &by("curl"), start());
        drop(held);
        assert!(usage.take().is_empty(), "nobody has said from where yet");
        usage.allow(&counter, &by("wget"), start());
        assert_eq!(told(&usage.take()), [(None, "wget", 2)]);
    }

    #[test]
    fn memory_is_bounded_and_no_count_is_lost() {
        let (usage, counter) = (Usage::default(), counter());
        usage.allow(&counter, &by("first"), start());
        for n in 0..100 {
            usage.deny(&counter, Denial::Address, &by(&format!("agent {n}")), start() + Span::seconds(n));
        }
        let taken = usage.take();
        assert_eq!(taken[0].noted.seen.len(), REMEMBERED);
        assert_eq!(taken[0].noted.denied_beside, 96);
        assert!(told(&taken).contains(&(None, "first", 1)), "the last use is kept");
        assert!(told(&taken).contains(&(Some(Denial::Address), "agent 99", 1)), "and the newest refusals");
        usage.give_back(taken);
        usage.allow(&counter, &by("first"), start());
        let again = usage.take();
        let denied: u64 = again[0].noted.seen.iter().filter(|seen| seen.denial.is_some()).map(|seen| seen.uses).sum();
        assert_eq!(denied + again[0].noted.denied_beside, 100);
        assert!(told(&again).contains(&(None, "first", 2)));
    }
}
