//! Counting uses without a write per request.
//!
//! Each verified credential counts in memory; every few seconds, and at shutdown, what has been counted is added to
//! the database with one statement. A crash loses the last few seconds of counts and nothing else.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::store::{self, UseRow};
use crate::base::id::CredentialId;
use crate::base::net::Origin;
use crate::base::time::Timestamp;
use crate::db;
use crate::domain::Ctx;

/// What one credential has been used for since the last flush.
pub(super) struct Counter {
    credential: CredentialId,
    uses: AtomicU64,
    last: Mutex<Option<Use>>,
}

#[derive(Clone)]
struct Use {
    at: Timestamp,
    address: IpAddr,
    agent: String,
}

impl Counter {
    pub(super) fn new(credential: CredentialId) -> Self {
        Self { credential, uses: AtomicU64::new(0), last: Mutex::new(None) }
    }
}

/// The counters that have something to tell. Shared only when a counter leaves zero: once per credential and flush.
#[derive(Default)]
pub(super) struct Usage(Mutex<Vec<Arc<Counter>>>);

/// What a flush wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flushed {
    /// Rows changed.
    pub credentials: usize,
    /// Uses added.
    pub uses: u64,
}

impl Usage {
    /// Counts one use. Who used it last is noted unless another use is noting that in this very moment.
    pub(super) fn count(&self, counter: &Arc<Counter>, origin: &Origin, now: Timestamp) {
        if let Ok(mut last) = counter.last.try_lock() {
            match &mut *last {
                Some(last) if last.agent == origin.agent => (last.at, last.address) = (now, origin.address),
                last => *last = Some(Use { at: now, address: origin.address, agent: origin.agent.clone() }),
            }
        }
        if counter.uses.fetch_add(1, Ordering::AcqRel) == 0 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(counter.clone());
        }
    }

    fn take(&self) -> Vec<(Arc<Counter>, UseRow)> {
        let dirty = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        dirty
            .into_iter()
            .filter_map(|counter| {
                let last = counter.last.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
                let uses = counter.uses.swap(0, Ordering::AcqRel);
                let row = UseRow {
                    id: counter.credential.to_db(),
                    uses,
                    at: last.at.micros(),
                    address: last.address.to_string(),
                    agent: last.agent,
                };
                Some((counter, row))
            })
            .collect()
    }

    fn give_back(&self, taken: &[(Arc<Counter>, UseRow)]) {
        let mut dirty = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (counter, row) in taken {
            if counter.uses.fetch_add(row.uses, Ordering::AcqRel) == 0 {
                dirty.push(counter.clone());
            }
        }
    }
}

/// Writes what has been counted. When the database does not take it, the counts wait for the next flush.
///
/// # Errors
/// When the database does not answer.
pub async fn flush(ctx: &Ctx) -> db::Result<Flushed> {
    let usage = ctx.verifier.usage();
    let taken = usage.take();
    if taken.is_empty() {
        return Ok(Flushed { credentials: 0, uses: 0 });
    }
    let rows = by_credential(taken.iter().map(|(_, row)| row));
    let written = async {
        let mut tx = ctx.db.write().await?;
        store::add_uses(&mut tx, &rows).await?;
        tx.commit().await
    };
    if let Err(error) = written.await {
        usage.give_back(&taken);
        return Err(error);
    }
    Ok(Flushed { credentials: rows.len(), uses: taken.iter().map(|(_, row)| row.uses).sum() })
}

/// One row for each credential: a statement changes each of its rows once, and a credential has two counters when the
/// first was forgotten to make room while it still had something to tell.
fn by_credential<'a>(rows: impl Iterator<Item = &'a UseRow>) -> Vec<UseRow> {
    let mut merged: BTreeMap<&str, UseRow> = BTreeMap::new();
    for row in rows {
        match merged.get_mut(row.id.as_str()) {
            Some(kept) => {
                let uses = kept.uses + row.uses;
                let latest = if row.at > kept.at { row } else { &*kept };
                *kept = UseRow { uses, ..latest.clone() };
            }
            None => drop(merged.insert(&row.id, row.clone())),
        }
    }
    merged.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_counters_of_one_credential_are_written_as_one_row() {
        let row =
            |id: &str, uses, at, agent: &str| UseRow { id: id.into(), uses, at, address: "::1".into(), agent: agent.into() };
        let merged = by_credential([row("a", 2, 20, "late"), row("b", 1, 5, "other"), row("a", 3, 10, "early")].iter());
        let told: Vec<_> = merged.iter().map(|row| (row.id.as_str(), row.uses, row.at, row.agent.as_str())).collect();
        assert_eq!(told, [("a", 5, 20, "late"), ("b", 1, 5, "other")]);
    }
}
