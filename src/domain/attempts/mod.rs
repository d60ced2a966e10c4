//! Failures in a row: how fast somebody may guess at one account, whatever the door and however its address is spelled.
//!
//! An attempt is [reserved](reserve) before anything is compared: its failure is counted and the next opening time set,
//! in the database and in one statement, so that two hundred guesses at once are as many as one after the other, in
//! every process and across restarts. Success takes the count back to nothing.
//!
//! Five attempts are free. After the fifth the next one opens in 2 seconds, and each failure doubles that, up to 15
//! minutes. The hundredth in a row shuts the account's counter until somebody who reads the account's mail sets a new
//! password (NIST SP 800-63B allows no more than that).
//!
//! # How strangers lock nobody out
//! Anybody can fail on anybody's account. A browser that has signed in to it before therefore carries a [mark](remembered)
//! and has a counter of its own; once that one is shut, the browser is as good as a stranger's. Signing out clears the
//! marks with all other cookies, on purpose: a shared browser must not stay trusted.

mod mark;
mod store;

use std::net::IpAddr;

use crate::base::id::AccountId;
use crate::base::net::Origin;
use crate::base::secret::Digest;
use crate::base::text::EmailAddress;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Tx};
use crate::domain::Ctx;
use crate::domain::limits::{Exhausted, Pool};

pub use mark::{is_marked, remembered};

/// How many attempts are free.
const FREE: i64 = 5;
/// How many failures in a row shut a counter.
const SHUT: i64 = 100;
/// The longest pause.
const LONGEST: Span = Span::minutes(15);
/// How long a counter is kept that nobody adds to.
const KEPT: Span = Span::days(30);

/// What somebody tries to get into.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// An account.
    Account(AccountId),
    /// An address that has none; to the outside it must look like one that has.
    Unknown(&'a EmailAddress),
    /// Nothing that could be an address, from this network.
    Nothing(IpAddr),
}

/// One attempt, counted as a failure until it has succeeded.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    key: String,
    failures: i64,
}

impl Attempt {
    /// How many have failed in a row before this one.
    pub fn failures_before(&self) -> i64 {
        self.failures - 1
    }
}

/// No attempt may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    /// It may later.
    #[error(transparent)]
    Wait(#[from] Exhausted),
    /// It may once the account has a new password.
    #[error("too many wrong attempts in a row: set a new password")]
    Shut,
}

/// Counts an attempt, committed before this returns. Compare nothing without it.
///
/// # Errors
/// The outer one when the database did not do it; the inner one when no attempt may be made now, and none was counted.
pub async fn reserve(ctx: &Ctx, target: Target<'_>, origin: &Origin) -> db::Result<Result<Attempt, TooMany>> {
    let now = ctx.now();
    let mut tx = ctx.db.write().await?;
    let mut refused = TooMany::Shut;
    for key in keys(ctx, target, origin) {
        let key = key.hex();
        if let Some(failures) = store::reserve(&mut tx, &key, now).await? {
            tx.commit().await?;
            return Ok(Ok(Attempt { key, failures }));
        }
        let counter = store::counter(&mut tx, &key).await?;
        if let Some(open_at) = counter.filter(|counter| counter.failures < SHUT).map(|counter| counter.open_at) {
            refused = TooMany::Wait(wait(open_at, now));
            break;
        }
    }
    Ok(Err(refused))
}

fn wait(open_at: Timestamp, now: Timestamp) -> Exhausted {
    let limit = u32::try_from(FREE).expect("a small number");
    let retry_after = open_at.since(now);
    Exhausted { pool: Pool::Account, limit, window: LONGEST, retry_after, reset_at: open_at }
}

/// The counters that this browser may use, in this order: its own, then everybody's.
fn keys(ctx: &Ctx, target: Target<'_>, origin: &Origin) -> Vec<Digest> {
    let digest = |text: String| ctx.keys.digest(&text);
    match target {
        Target::Account(id) => {
            let own = mark::of(ctx, origin, id).map(|mark| digest(format!("attempts/browser/{id}/{mark}")));
            own.into_iter().chain([of_account(ctx, id)]).collect()
        }
        Target::Unknown(email) => vec![digest(format!("attempts/address/{}", email.key()))],
        Target::Nothing(network) => vec![digest(format!("attempts/network/{network}"))],
    }
}

fn of_account(ctx: &Ctx, id: AccountId) -> Digest {
    ctx.keys.digest(&format!("attempts/account/{id}"))
}

/// The attempt succeeded: nothing has failed any more.
pub(in crate::domain) async fn succeed_in(tx: &mut Tx, attempt: &Attempt) -> db::Result<()> {
    store::forget(tx, &attempt.key).await
}

/// The attempt was neither right nor wrong: it does not count.
pub(in crate::domain) async fn give_back_in(tx: &mut Tx, attempt: &Attempt, now: Timestamp) -> db::Result<()> {
    store::give_back(tx, &attempt.key, now).await
}

/// The same, in a transaction of its own.
///
/// # Errors
/// When the database did not do it.
pub async fn give_back(ctx: &Ctx, attempt: &Attempt) -> db::Result<()> {
    let mut tx = ctx.db.write().await?;
    give_back_in(&mut tx, attempt, ctx.now()).await?;
    tx.commit().await
}

/// Opens an account's counter again, in the transaction in which somebody who reads its mail sets a new password.
pub(in crate::domain) async fn reset_in(tx: &mut Tx, ctx: &Ctx, account: AccountId) -> db::Result<()> {
    store::forget(tx, &of_account(ctx, account).hex()).await
}

/// Deletes counters that nobody has added to for a month, but for those that are shut. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep(ctx: &Ctx) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}
