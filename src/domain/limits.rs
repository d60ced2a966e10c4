//! How often something may happen: GCRA, one atomic per counted thing.
//!
//! GCRA (the generic cell rate algorithm, ITU-T I.371) keeps a single instant per bucket, the *theoretical arrival
//! time*: taking from the bucket moves it forward by one interval, and a take that would move it further ahead than
//! the burst is refused. It is exact under concurrency (compare-and-swap) and needs no timer.
//!
//! # Several processes
//! Counting happens in this process, exactly. Several processes over one database each count their own traffic, so a
//! bucket lets through as many times its limit as there are processes. What makes it exact there is designed as follows.
//! The database holds one row per bucket that is busy, with the same theoretical arrival time. A process *leases* from it:
//! one conditional statement moves the row forward by n intervals, from its own instant or the present one, whichever is
//! later, as long as that stays within the burst; the process hands those n takes out from its own atomic without asking
//! anybody. The lease is a sixteenth of what is left, so a full bucket costs one write for many requests, and an empty one
//! a write each, which is when exactness matters; what a lease has not used after a second is given back the same way.
//! The instant is the database's own, so that clocks need not agree, and a database that does not answer lets nobody
//! through that its lease does not cover: 503, as for every other question about a credential.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use quick_cache::sync::Cache;

use crate::base::id::{AccountId, CredentialId};
use crate::base::time::{Span, Timestamp};

/// So many in a window of time, all of which may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    window: Span,
}

impl Rate {
    /// At least one a minute.
    pub fn per_minute(n: u32) -> Self {
        Self { count: n.max(1), window: Span::minutes(1) }
    }

    /// At least one an hour.
    pub fn per_hour(n: u32) -> Self {
        Self { count: n.max(1), window: Span::hours(1) }
    }

    /// How many fit in the window.
    pub fn count(self) -> u32 {
        self.count
    }

    fn interval(self) -> i64 {
        self.window.micros() / i64::from(self.count)
    }

    fn burst(self) -> i64 {
        self.interval() * i64::from(self.count)
    }
}

/// Who shares a bucket. Its word is the name of the policy on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pool {
    /// The sessions and personal tokens of one account.
    #[default]
    Account,
    /// The keys and service accounts of one workspace.
    Workspace,
    /// One credential alone.
    Credential,
    /// Whoever comes from one network.
    Network,
    /// Whoever names one mail address.
    Address,
    /// Everybody.
    Everybody,
}

impl Pool {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Workspace => "workspace",
            Self::Credential => "credential",
            Self::Network => "network",
            Self::Address => "address",
            Self::Everybody => "everybody",
        }
    }
}

/// What is left after a successful take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Who shares it.
    pub pool: Pool,
    /// How many fit in the window.
    pub limit: u32,
    /// The window.
    pub window: Span,
    /// How many may still come now.
    pub remaining: u32,
    /// When the bucket is full again.
    pub reset_at: Timestamp,
}

impl Allowance {
    /// Nothing.
    pub fn none(pool: Pool, rate: Rate, now: Timestamp) -> Self {
        Self { pool, limit: rate.count, window: rate.window, remaining: 0, reset_at: now }
    }

    /// How long until the bucket is full; of an empty one, until the next take succeeds.
    pub fn wait(&self, now: Timestamp) -> Span {
        if self.remaining > 0 {
            return self.reset_at.since(now);
        }
        let rate = Rate { count: self.limit, window: self.window };
        Timestamp::from_micros(self.reset_at.micros() - rate.burst() + rate.interval()).since(now)
    }
}

/// The bucket is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("limit reached; try again in {} seconds", .retry_after.seconds_up())]
pub struct Exhausted {
    /// Who shares the bucket.
    pub pool: Pool,
    /// How many fit in the window.
    pub limit: u32,
    /// The window.
    pub window: Span,
    /// How long until the same take succeeds.
    pub retry_after: Span,
    /// When the bucket is full again.
    pub reset_at: Timestamp,
}

/// One bucket.
#[derive(Debug, Default)]
pub struct Bucket {
    full_at: AtomicI64,
    pool: Pool,
}

impl Bucket {
    /// A full one.
    pub fn of(pool: Pool) -> Self {
        Self { full_at: AtomicI64::default(), pool }
    }

    /// Takes `cost` at once, or nothing. A cost of 0 only looks.
    ///
    /// # Errors
    /// [`Exhausted`] when fewer than `cost` are left.
    pub fn take(&self, rate: Rate, cost: u32, now: Timestamp) -> Result<Allowance, Exhausted> {
        let (interval, burst, now_at) = (rate.interval(), rate.burst(), now.micros());
        // A bucket is never full later than a burst from now. What says so was written before the clock stepped back, and
        // would keep everybody waiting until the old time is reached again.
        let mut full_at = self.full_at.load(Ordering::Relaxed);
        if full_at > now_at + burst {
            full_at = self.full_at.fetch_min(now_at + burst, Ordering::Relaxed).min(now_at + burst);
        }
        loop {
            let next = full_at.max(now_at) + interval * i64::from(cost);
            let over = next - now_at - burst;
            if over > 0 {
                let reset_at = Timestamp::from_micros(full_at.max(now_at));
                let retry_after = Timestamp::from_micros(now_at + over).since(now);
                return Err(Exhausted { pool: self.pool, limit: rate.count, window: rate.window, retry_after, reset_at });
            }
            match self.full_at.compare_exchange_weak(full_at, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => {
                    let remaining = u32::try_from((burst - (next - now_at)) / interval).unwrap_or(0);
                    let (limit, window, reset_at) = (rate.count, rate.window, Timestamp::from_micros(next));
                    return Ok(Allowance { pool: self.pool, limit, window, remaining, reset_at });
                }
                Err(found) => full_at = found,
            }
        }
    }
}

impl Bucket {
    /// What somebody is told who took nothing, because of something else.
    pub fn none(&self, rate: Rate, now: Timestamp) -> Allowance {
        Allowance::none(self.pool, rate, now)
    }

    /// Gives back what was taken a moment ago, because what it was taken for did not come about.
    pub fn give_back(&self, rate: Rate, cost: u32) {
        self.full_at.fetch_sub(rate.interval() * i64::from(cost), Ordering::Relaxed);
    }
}

/// What is counted, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Sign-ups from a network.
    SignUp(IpAddr),
    /// Sign-ups from everywhere together.
    SignUpOverall,
    /// Requests to recover an account from a network.
    RecoveryFrom(IpAddr),
    /// New addresses that an account asks for.
    NewAddressOf(AccountId),
    /// Invitations to workspaces that an account sends.
    InvitationsOf(AccountId),
    /// Invitations to workspaces that go to an address.
    InvitationsTo(String),
    /// Sign-in attempts from a network.
    SignInFrom(IpAddr),
    /// Mails that confirm an address, by the address.
    ConfirmationTo(String),
    /// Codes typed in a network.
    CodeFrom(IpAddr),
    /// Codes typed for an address.
    CodeFor(String),
    /// Devices that ask for a code, from a network.
    DeviceFrom(IpAddr),
    /// Codes of devices that an account types in.
    DeviceCodeBy(AccountId),
    /// The same, from a network.
    DeviceCodeFrom(IpAddr),
    /// Secrets that turned out to be nobody's, from a network.
    UnknownSecret(IpAddr),
    /// The same, as the holder of this credential tells it, who asks about secrets.
    UnknownSecretAskedBy(CredentialId, IpAddr),
    /// Wrong secrets of a client (its id), from a network.
    WrongClientSecret(String, IpAddr),
}

impl Counted {
    /// Who shares its bucket.
    fn pool(&self) -> Pool {
        match self {
            Self::SignUp(_)
            | Self::RecoveryFrom(_)
            | Self::SignInFrom(_)
            | Self::CodeFrom(_)
            | Self::DeviceFrom(_)
            | Self::DeviceCodeFrom(_)
            | Self::UnknownSecret(_)
            | Self::UnknownSecretAskedBy(..)
            | Self::WrongClientSecret(..) => Pool::Network,
            Self::ConfirmationTo(_) | Self::CodeFor(_) | Self::InvitationsTo(_) => Pool::Address,
            Self::NewAddressOf(_) | Self::InvitationsOf(_) | Self::DeviceCodeBy(_) => Pool::Account,
            Self::SignUpOverall => Pool::Everybody,
        }
    }
}

/// All buckets that are not part of something else; the least used are forgotten first.
#[derive(Debug)]
pub struct Limits {
    buckets: Cache<Counted, Arc<Bucket>>,
}

/// How many buckets are remembered: about 20 MB at the most, however many addresses come by.
const REMEMBERED: usize = 100_000;

impl Default for Limits {
    fn default() -> Self {
        Self { buckets: Cache::new(REMEMBERED) }
    }
}

impl Limits {
    /// Takes one.
    ///
    /// # Errors
    /// [`Exhausted`] when none is left.
    pub fn take(&self, what: Counted, rate: Rate, now: Timestamp) -> Result<Allowance, Exhausted> {
        let new = || Ok(Arc::new(Bucket::of(what.pool())));
        let bucket = match self.buckets.get_or_insert_with::<_, std::convert::Infallible>(&what, new) {
            Ok(bucket) => bucket,
            Err(never) => match never {},
        };
        bucket.take(rate, 1, now)
    }

    /// Gives back one that was taken a moment ago, because what it was taken for did not come about.
    pub fn give_back(&self, what: &Counted, rate: Rate) {
        if let Some(bucket) = self.buckets.get(what) {
            bucket.give_back(rate, 1);
        }
    }

    /// Whether one could be taken, without taking it.
    ///
    /// # Errors
    /// [`Exhausted`] when none is left.
    pub fn look(&self, what: &Counted, rate: Rate, now: Timestamp) -> Result<(), Exhausted> {
        match self.buckets.get(what) {
            Some(bucket) if bucket.take(rate, 0, now).is_ok_and(|left| left.remaining == 0) => {
                bucket.take(rate, 1, now).map(drop)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(1_800_000_000_000_000) + Span::seconds(seconds)
    }

    #[test]
    fn exactly_the_limit_passes_and_time_gives_it_back() {
        let (bucket, rate) = (Bucket::default(), Rate::per_minute(60));
        for left in (0..60).rev() {
            assert_eq!(bucket.take(rate, 1, at(0)).map(|a| a.remaining), Ok(left));
        }
        let refused = bucket.take(rate, 1, at(0)).expect_err("the 61st is refused");
        assert_eq!(refused.retry_after.seconds_up(), 1);
        assert_eq!(bucket.take(rate, 1, at(1)).map(|a| a.remaining), Ok(0));
        assert_eq!(bucket.take(rate, 1, at(120)).map(|a| a.remaining), Ok(59));
    }

    #[test]
    fn the_wait_is_for_all_of_it_and_of_an_empty_bucket_for_the_next() {
        let (bucket, rate) = (Bucket::of(Pool::Workspace), Rate::per_minute(30));
        let left = bucket.take(rate, 29, at(0)).expect("there are 30");
        assert_eq!(
            (left.pool, left.remaining, left.wait(at(0)), left.wait(at(50))),
            (Pool::Workspace, 1, Span::seconds(58), Span::seconds(8))
        );
        let none = bucket.take(rate, 1, at(0)).expect("there is one");
        assert_eq!((none.remaining, none.wait(at(0)), none.wait(at(1))), (0, Span::seconds(2), Span::seconds(1)));
        assert_eq!(bucket.take(rate, 1, at(0)).map_err(|refused| refused.retry_after), Err(none.wait(at(0))));
    }

    #[test]
    fn a_refused_take_changes_nothing() {
        let (bucket, rate) = (Bucket::default(), Rate::per_minute(10));
        assert!(bucket.take(rate, 11, at(0)).is_err());
        assert_eq!(bucket.take(rate, 10, at(0)).map(|a| a.remaining), Ok(0));
    }

    #[test]
    fn two_hundred_at_once_take_exactly_the_limit() {
        let (bucket, rate) = (Arc::new(Bucket::default()), Rate::per_minute(60));
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let bucket = bucket.clone();
                std::thread::spawn(move || (0..25).filter(|_| bucket.take(rate, 1, at(0)).is_ok()).count())
            })
            .collect();
        let passed: usize = threads.into_iter().map(|t| t.join().expect("a counting thread")).sum();
        assert_eq!(passed, 60);
    }

    #[test]
    fn r123_a_clock_that_steps_back_gives_nothing_away_and_keeps_nobody_waiting_longer_than_the_window() {
        let (bucket, rate) = (Bucket::default(), Rate::per_minute(2));
        assert!(bucket.take(rate, 2, at(100_000)).is_ok());
        let refused = bucket.take(rate, 1, at(0)).expect_err("nothing is left");
        assert_eq!((refused.retry_after.seconds_up(), refused.reset_at), (30, at(60)));
        assert!(bucket.take(rate, 1, at(29)).is_err(), "a look at the bucket starts nothing anew");
        assert!(bucket.take(rate, 2, at(120)).is_ok());
    }
}
