//! How a verification knows that what it finds in the cache is still so.
//!
//! On Postgres several processes share one database, so every verification waits for a read of the change log that
//! *starts after it arrived*; all that wait share one read. On SQLite this process is the only one that serves: what
//! it changes itself it forgets at commit, and the command line is noticed by looking every 50 ms (the command line
//! waits longer than that before it says that it is done).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::open::Engine;
use super::{Db, Narrowed, Result, stamp};

/// How often a process that serves SQLite looks for changes made on the command line.
const LOOK: Duration = Duration::from_millis(50);
/// How long a verification waits for its read before it gives up.
const PATIENCE: Duration = Duration::from_secs(1);

/// The change log could not be read in time: nothing in the cache may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the database cannot be read, so no credential can be confirmed")]
pub struct Stale;

/// Confirms that the cache is up to date; clones share one reader.
#[derive(Clone)]
pub struct Freshness(Arc<Mode>);

enum Mode {
    Alone { healthy: AtomicBool },
    Shared { tickets: AtomicU64, wake: Notify, done: watch::Sender<Done> },
}

/// The highest ticket that has been served, and whether its read succeeded.
#[derive(Clone, Copy)]
struct Done {
    ticket: u64,
    read: bool,
}

impl Freshness {
    /// Starts the reader; what it finds goes to the database's observer. The task ends when it is aborted.
    ///
    /// # Errors
    /// When the database cannot be read now.
    pub async fn start(db: &Db) -> Result<(Self, JoinHandle<()>)> {
        let seen = stamp::version(&mut db.read().await?).await?;
        let mode = Arc::new(match db.engine() {
            Engine::Sqlite => Mode::Alone { healthy: AtomicBool::new(true) },
            Engine::Postgres => Mode::Shared {
                tickets: AtomicU64::new(0),
                wake: Notify::new(),
                done: watch::channel(Done { ticket: 0, read: true }).0,
            },
        });
        let task = tokio::spawn(follow(db.clone(), mode.clone(), seen));
        Ok((Self(mode), task))
    }

    /// Returns once everything that was committed before this call is known to the cache.
    ///
    /// # Errors
    /// [`Stale`] when that cannot be established within a second.
    pub async fn confirm(&self) -> std::result::Result<(), Stale> {
        match &*self.0 {
            Mode::Alone { healthy } => {
                if healthy.load(Ordering::Acquire) {
                    Ok(())
                } else {
                    Err(Stale)
                }
            }
            Mode::Shared { tickets, wake, done } => {
                let ticket = tickets.fetch_add(1, Ordering::SeqCst) + 1;
                let mut served = done.subscribe();
                wake.notify_one();
                let answer = tokio::time::timeout(PATIENCE, served.wait_for(|done| done.ticket >= ticket)).await;
                match answer {
                    Ok(Ok(done)) if done.read => Ok(()),
                    _ => Err(Stale),
                }
            }
        }
    }
}

async fn follow(db: Db, mode: Arc<Mode>, mut seen: i64) {
    loop {
        match &*mode {
            Mode::Alone { healthy } => {
                tokio::time::sleep(LOOK).await;
                healthy.store(look(&db, &mut seen).await, Ordering::Release);
            }
            Mode::Shared { tickets, wake, done } => {
                wake.notified().await;
                let ticket = tickets.load(Ordering::SeqCst);
                let read = look(&db, &mut seen).await;
                done.send_replace(Done { ticket, read });
            }
        }
    }
}

/// A version that none comes before: what follows it is everything.
const UNSEEN: i64 = -1;

/// One read of the log, told to the observer. False when the database did not answer; the next read begins anew then,
/// because another database may answer in its place.
async fn look(db: &Db, seen: &mut i64) -> bool {
    let read = async { stamp::since(&mut db.read().await?, *seen).await };
    let why = match tokio::time::timeout(PATIENCE, read).await {
        Ok(Ok((reached, narrowed))) => {
            db.observer().tell(narrowed);
            *seen = reached;
            return true;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it was not read within a second".to_owned(),
    };
    if *seen != UNSEEN {
        tracing::warn!(error = why, "the change log cannot be read; no credential is confirmed until it can");
    }
    db.observer().tell(Narrowed::All);
    *seen = UNSEEN;
    false
}
