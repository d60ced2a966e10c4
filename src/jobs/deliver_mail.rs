//! Takes messages from the outbox and sends them, one after the other.

use std::time::Duration;

use super::{Plan, Round};
use crate::base::secret::Keys;
use crate::base::time::Clock;
use crate::db::{self, Db};
use crate::domain::mail::{self, Claimed, Fate, Mailer};

/// How often the outbox is looked at when nobody says that there is something new: this bounds how long a mail waits
/// that another process put there, or whose next attempt has come.
const EVERY: Duration = Duration::from_secs(5);

/// What delivering needs.
#[derive(Clone)]
pub struct Delivery {
    /// Where the outbox is.
    pub db: Db,
    /// Says what is due.
    pub clock: Clock,
    /// Links are derived under them.
    pub keys: Keys,
    /// Who writes, and the way out.
    pub mailer: Mailer,
}

/// What was done with the messages that were due.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// Taken by the transport.
    pub sent: u64,
    /// To be tried again later.
    pub retried: u64,
    /// Not to be tried again.
    pub given_up: u64,
}

/// What became of one message.
enum Step {
    NothingDue,
    Sent,
    Retried { server: Server },
    GivenUp,
}

/// Whether the next message has a chance.
enum Server {
    Works,
    Fails,
}

/// When the job has its rounds.
pub fn plan(delivery: &Delivery) -> Plan {
    Plan { name: "deliver_mail", every: EVERY, wake: delivery.mailer.queued() }
}

/// One message.
///
/// # Errors
/// When the database does not answer.
pub async fn round(delivery: Delivery) -> anyhow::Result<Round> {
    match step(&delivery).await? {
        Step::Sent | Step::GivenUp | Step::Retried { server: Server::Works } => Ok(Round::Again),
        Step::NothingDue | Step::Retried { server: Server::Fails } => {
            delivery.mailer.rest().await;
            Ok(Round::Rest)
        }
    }
}

/// Every message that is due now, until none is left or the server fails: then the others wait for the next run,
/// instead of using up their attempts on it.
///
/// # Errors
/// When the database does not answer.
pub async fn run_once(delivery: &Delivery) -> db::Result<Delivered> {
    let mut done = Delivered::default();
    loop {
        match step(delivery).await? {
            Step::Sent => done.sent += 1,
            Step::GivenUp => done.given_up += 1,
            Step::Retried { server: Server::Works } => done.retried += 1,
            Step::Retried { server: Server::Fails } => {
                done.retried += 1;
                break;
            }
            Step::NothingDue => break,
        }
    }
    delivery.mailer.rest().await;
    Ok(done)
}

async fn step(delivery: &Delivery) -> db::Result<Step> {
    let Delivery { db, clock, .. } = delivery;
    let Some(claimed) = mail::claim_next(db, clock.now()).await? else { return Ok(Step::NothingDue) };
    if claimed.expires_at <= clock.now() {
        mail::record_expired(db, &claimed, clock.now()).await?;
        tracing::warn!(mail = %claimed.id, "a mail was given up, because its time had passed before it could be sent");
        return Ok(Step::GivenUp);
    }
    let Err(error) = send(delivery, &claimed).await else {
        mail::record_sent(db, &claimed, clock.now()).await?;
        return Ok(Step::Sent);
    };
    let class = error.class();
    Ok(match mail::record_failure(db, &claimed, &error, clock.now()).await? {
        Fate::GivenUp => {
            tracing::warn!(mail = %claimed.id, class = class.word(), "a mail was given up");
            Step::GivenUp
        }
        Fate::Waits(until) => {
            let (attempts, until) = (claimed.attempts, until.rfc3339());
            tracing::info!(mail = %claimed.id, class = class.word(), attempts, until, "a mail was not taken and waits");
            Step::Retried { server: if class.concerns_every_letter() { Server::Fails } else { Server::Works } }
        }
    })
}

async fn send(delivery: &Delivery, claimed: &Claimed) -> Result<(), mail::SendError> {
    let (recipient, message) = claimed.open()?;
    let now = delivery.clock.now();
    delivery.mailer.deliver(claimed.id, recipient, &message, &delivery.keys, now).await
}
