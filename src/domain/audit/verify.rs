//! Walks the chain of events and names the first place where it is broken.

use super::chain::{self, Head};
use super::store::{self, EventRow};
use crate::base::secret::Keys;
use crate::db::{self, Db};

/// How many events are read at once.
const BATCH: i64 = 5_000;

/// A chain that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many events there are.
    pub events: i64,
    /// The number of the first event with a digest; those before it were written by a version that had none.
    pub begins: Option<i64>,
    /// The end of the chain.
    pub head: Head,
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An event is not what was written, or not in its place.
    #[error("event {0} was changed after it was written")]
    Changed(i64),
    /// Events were deleted, and later ones are there.
    #[error("event {0} is missing")]
    Missing(i64),
    /// An event has no digest, although one before it has.
    #[error("event {0} has lost its digest")]
    Bare(i64),
    /// The last events were deleted.
    #[error("the end was cut off: event {0} and all after it are missing")]
    Cut(i64),
    /// The row that remembers the end says something else than the last event.
    #[error("the head of the log does not belong to event {0}, its last one")]
    Head(i64),
    /// An event has a number that was never given out.
    #[error("event {0} was not written by Latchkey")]
    Foreign(i64),
    /// The events are whole, and not those of the head that was kept.
    #[error("event {0} is not the one that the given head belongs to")]
    Other(i64),
}

/// Why a chain was not found whole.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is broken.
    #[error("the audit log is broken after {seen} events: {broken}")]
    Broken {
        /// How many events before that place were found whole.
        seen: i64,
        /// Where.
        broken: Broken,
    },
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// The end of the chain now.
///
/// # Errors
/// When the database does not answer.
pub async fn head(db: &Db) -> db::Result<Head> {
    let (seq, hash) = store::head(&mut db.read().await?).await?;
    Ok(Head { seq, hash })
}

/// Reads every event and holds it against its digest and the one before it; against a head that was kept elsewhere
/// too, if there is one. It may run beside a server: what is written meanwhile is left for the next time.
///
/// # Errors
/// [`VerifyError::Broken`] names the first place.
pub async fn verify(db: &Db, keys: &Keys, kept: Option<&Head>) -> Result<Verified, VerifyError> {
    let head = head(db).await?;
    let mut walk = Walk { keys, kept, last: 0, before: None, begins: None };
    while walk.last < head.seq {
        let rows = store::links(&mut db.read().await?, walk.last, BATCH.min(head.seq - walk.last)).await?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            walk.step(row).map_err(|broken| VerifyError::Broken { seen: walk.last, broken })?;
        }
    }
    let seen = walk.last;
    let beyond = store::beyond_head(&mut db.read().await?).await?;
    walk.end(&head, beyond).map_err(|broken| VerifyError::Broken { seen, broken })?;
    Ok(Verified { events: seen, begins: walk.begins, head })
}

/// How far the walk has come.
struct Walk<'a> {
    keys: &'a Keys,
    kept: Option<&'a Head>,
    /// The number of the last event that is whole. Numbers begin at 1 and have no gaps.
    last: i64,
    before: Option<String>,
    begins: Option<i64>,
}

impl Walk<'_> {
    fn step(&mut self, row: &EventRow) -> Result<(), Broken> {
        let expected = self.last + 1;
        if row.seq != expected {
            return Err(if row.seq > expected { Broken::Missing(expected) } else { Broken::Foreign(row.seq) });
        }
        match (&row.hash, &self.before) {
            (None, None) => {}
            (None, Some(_)) => return Err(Broken::Bare(row.seq)),
            (Some(hash), before) => {
                if *hash != chain::digest(self.keys, before.as_deref(), row) {
                    return Err(Broken::Changed(row.seq));
                }
                self.begins = self.begins.or(Some(row.seq));
                self.before = Some(hash.clone());
            }
        }
        if self.kept.is_some_and(|kept| kept.seq == row.seq && kept.hash != row.hash) {
            return Err(Broken::Other(row.seq));
        }
        self.last = row.seq;
        Ok(())
    }

    fn end(&self, head: &Head, beyond: Option<i64>) -> Result<(), Broken> {
        let promised = self.kept.map_or(head.seq, |kept| kept.seq.max(head.seq));
        if self.last < promised {
            return Err(Broken::Cut(self.last + 1));
        }
        if self.before != head.hash {
            return Err(Broken::Head(self.last));
        }
        beyond.map_or(Ok(()), |seq| Err(Broken::Foreign(seq)))
    }
}
