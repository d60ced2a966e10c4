//! Requests that may be sent twice: a program whose connection broke asks again with the same key, and what the first
//! request made is not made a second time.
//!
//! The key is claimed in the transaction of the creation, before any rule is read, and what was made is noted there. So
//! of two requests at once one makes something and the other waits for it and is told what; and where a rule refused the
//! first, nothing is claimed.

mod store;

use crate::base::secret::Digest;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Tx};
use crate::domain::Ctx;

/// How long a key is remembered.
const KEPT: Span = Span::hours(24);

/// A request that may be sent again.
#[derive(Debug, Clone)]
pub struct Repeat {
    caller: String,
    key: String,
    fingerprint: String,
}

impl Repeat {
    /// By whom, with which key, and what the request is, as a digest of all that it says.
    pub fn new(caller: impl ToString, key: &str, fingerprint: &Digest) -> Self {
        Self { caller: caller.to_string(), key: key.to_owned(), fingerprint: fingerprint.hex() }
    }
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum NotDone<E> {
    /// An earlier request with this key has made this.
    #[error("an earlier request has made {0}")]
    Before(String),
    /// The key was used for something else.
    #[error("this key was used for another request")]
    OtherRequest,
    /// A rule forbids it.
    #[error(transparent)]
    Refused(E),
}

impl<E: From<db::Error>> From<db::Error> for NotDone<E> {
    fn from(error: db::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// Claims the key, if there is one, in the transaction that does what is asked for.
pub(in crate::domain) async fn claim_in<E: From<db::Error>>(
    tx: &mut Tx,
    repeat: Option<&Repeat>,
    now: Timestamp,
) -> Result<(), NotDone<E>> {
    let Some(repeat) = repeat else { return Ok(()) };
    store::forget(tx, &repeat.caller, &repeat.key, now - KEPT).await?;
    if store::claim(tx, repeat, now).await? {
        return Ok(());
    }
    match store::find(tx, &repeat.caller, &repeat.key).await? {
        Some((fingerprint, subject)) if fingerprint == repeat.fingerprint => Err(NotDone::Before(subject)),
        Some(_) | None => Err(NotDone::OtherRequest),
    }
}

/// Notes what was made, in the same transaction.
pub(in crate::domain) async fn note_in(tx: &mut Tx, repeat: Option<&Repeat>, made: impl ToString) -> db::Result<()> {
    match repeat {
        Some(repeat) => store::note(tx, &repeat.caller, &repeat.key, &made.to_string()).await,
        None => Ok(()),
    }
}

/// Deletes keys that nobody remembers any more. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep(ctx: &Ctx) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}
