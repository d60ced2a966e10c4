//! Work that goes on beside the requests: one file for each job, and the runner that keeps them going.
//!
//! A job is a round that is repeated. The runner waits between rounds, until something wakes it or its interval has
//! passed; a round that fails, or panics, is tried again after a growing pause. It is never cancelled in the middle:
//! stopping waits for the round to end.

pub mod audit_head;
pub mod deliver_mail;
pub mod expiry_notices;
pub mod flush_usage;
pub mod revoke_idle;
pub mod signing_keys;
pub mod sweep;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use self::deliver_mail::Delivery;
use crate::domain::Ctx;

/// What a round found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// There may be more to do at once.
    Again,
    /// Nothing is left for now.
    Rest,
}

/// When a job has its rounds.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its name in the log.
    pub name: &'static str,
    /// How long it rests if nothing wakes it.
    pub every: Duration,
    /// What wakes it.
    pub wake: Arc<Notify>,
}

/// The longest pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How long stopping waits for the rounds under way: longer than any letter may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// The jobs of this process.
pub struct Jobs {
    stop: watch::Sender<bool>,
    running: Vec<(&'static str, JoinHandle<()>)>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self { stop: watch::channel(false).0, running: Vec::new() }
    }
}

impl Jobs {
    /// Starts a job; its first round is now. Call it within a tokio runtime.
    pub fn start<F, R>(&mut self, plan: Plan, round: F)
    where
        F: FnMut() -> R + Send + 'static,
        R: Future<Output = anyhow::Result<Round>> + Send + 'static,
    {
        self.running.push((plan.name, tokio::spawn(repeat(plan, round, self.stop.subscribe()))));
    }

    /// Lets each job end the round it is in, and returns when they have, or after 25 seconds.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for (name, mut task) in self.running {
            if timeout(PATIENCE, &mut task).await.is_err() {
                tracing::warn!(job = name, "the job did not come to its end in time; the next start goes on with it");
                task.abort();
            }
        }
    }
}

/// Starts all jobs of a server.
pub fn all(ctx: &Arc<Ctx>) -> Jobs {
    let mut jobs = Jobs::default();
    let delivery = Delivery { db: ctx.db.clone(), clock: ctx.clock.clone(), keys: ctx.keys.clone(), mailer: ctx.mail.clone() };
    jobs.start(deliver_mail::plan(&delivery), move || deliver_mail::round(delivery.clone()));
    let flushing = ctx.clone();
    jobs.start(flush_usage::plan(), move || flush_usage::round(flushing.clone()));
    let telling = ctx.clone();
    jobs.start(audit_head::plan(), move || audit_head::round(telling.clone()));
    let ending = ctx.clone();
    jobs.start(expiry_notices::plan(), move || expiry_notices::round(ending.clone()));
    let idle = ctx.clone();
    jobs.start(revoke_idle::plan(), move || revoke_idle::round(idle.clone()));
    let keys = ctx.clone();
    jobs.start(signing_keys::plan(), move || signing_keys::round(keys.clone()));
    let sweeping = ctx.clone();
    jobs.start(sweep::plan(), move || sweep::round(sweeping.clone()));
    jobs
}

async fn repeat<F, R>(plan: Plan, mut round: F, mut stop: watch::Receiver<bool>)
where
    F: FnMut() -> R + Send + 'static,
    R: Future<Output = anyhow::Result<Round>> + Send + 'static,
{
    let mut failures = 0;
    while !*stop.borrow() {
        // A task of its own, so that a panic ends the round and not the job.
        let outcome = tokio::spawn(round()).await.map_err(anyhow::Error::from).flatten();
        failures = count_failures(plan.name, failures, outcome.as_ref().err());
        let pause = match outcome {
            Ok(Round::Again) => continue,
            Ok(Round::Rest) => plan.every,
            Err(_) => pause_after(failures),
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = plan.wake.notified() => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

/// Logs the first failure of a row, and its end.
fn count_failures(job: &'static str, before: u32, failure: Option<&anyhow::Error>) -> u32 {
    match (before, failure) {
        (0, Some(error)) => tracing::warn!(job, error = format!("{error:#}"), "a job fails and is tried again until it succeeds"),
        (1.., None) => tracing::info!(job, failures = before, "the job succeeds again"),
        _ => {}
    }
    failure.map_or(0, |_| before.saturating_add(1))
}

fn pause_after(failures: u32) -> Duration {
    let seconds = 1u64 << failures.saturating_sub(1).min(6);
    Duration::from_secs(seconds).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn plan(wake: &Arc<Notify>) -> Plan {
        Plan { name: "test", every: Duration::from_secs(3_600), wake: wake.clone() }
    }

    #[test]
    fn the_pause_after_failures_doubles_up_to_a_minute() {
        assert_eq!([1, 2, 3, 6, 7, u32::MAX].map(|n| pause_after(n).as_secs()), [1, 2, 4, 32, 60, 60]);
    }

    #[tokio::test]
    async fn a_job_runs_when_it_is_woken_and_stops_when_it_is_told() {
        let (wake, ran) = (Arc::<Notify>::default(), Arc::<Notify>::default());
        let mut jobs = Jobs::default();
        let told = ran.clone();
        jobs.start(plan(&wake), move || {
            told.notify_one();
            async { Ok(Round::Rest) }
        });
        ran.notified().await;
        wake.notify_one();
        ran.notified().await;
        jobs.stop().await;
    }

    #[tokio::test]
    async fn a_round_that_panics_is_tried_again() {
        let (wake, done) = (Arc::<Notify>::default(), Arc::<Notify>::default());
        let (told, rounds) = (done.clone(), Arc::<AtomicU32>::default());
        let counted = rounds.clone();
        let mut jobs = Jobs::default();
        wake.notify_one();
        jobs.start(plan(&wake), move || {
            let (told, n) = (told.clone(), counted.fetch_add(1, Ordering::SeqCst));
            async move {
                assert!(n > 0, "the first round panics on purpose");
                told.notify_one();
                Ok(Round::Rest)
            }
        });
        done.notified().await;
        assert_eq!(rounds.load(Ordering::SeqCst), 2);
        jobs.stop().await;
    }
}
