//! How processes agree that a credential has become weaker: one row with a version, raised in the same transaction
//! as every such change, and a log of what changed.
//!
//! The row's lock makes the order of versions the order of commits, which a sequence would not.

use std::sync::{PoisonError, RwLock};

use super::{Cx, Db, Error, Result, Tx};
use crate::base::time::{Span, Timestamp};
use crate::{execute, on, sql};

/// What has become weaker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Everything that belongs to this account (its id in the database).
    Account(String),
    /// This credential (its id in the database).
    Credential(String),
    /// Every credential that belongs to this workspace or is locked to it (its id in the database).
    Workspace(String),
    /// The policy: everything.
    Policy,
}

impl Change {
    fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Account(id) => ("account", id),
            Self::Credential(id) => ("credential", id),
            Self::Workspace(id) => ("workspace", id),
            Self::Policy => ("policy", ""),
        }
    }

    fn from_columns((kind, key): (String, String)) -> Self {
        match kind.as_str() {
            "account" => Self::Account(key),
            "credential" => Self::Credential(key),
            "workspace" => Self::Workspace(key),
            // An unknown kind comes from a newer process: everything is the safe reading.
            _ => Self::Policy,
        }
    }
}

/// What a cache must forget.
#[derive(Debug, Clone)]
pub enum Narrowed {
    /// Exactly this.
    Some(Vec<Change>),
    /// Everything: the log does not reach back far enough.
    All,
}

/// Whoever must hear of changes as soon as they are committed.
#[derive(Default)]
pub(super) struct Observer(RwLock<Vec<Told>>);

type Told = Box<dyn Fn(&Narrowed) + Send + Sync>;

impl Observer {
    pub(super) fn add(&self, told: Told) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    pub(super) fn tell(&self, narrowed: Narrowed) {
        let nothing = matches!(&narrowed, Narrowed::Some(changes) if changes.is_empty());
        if nothing {
            return;
        }
        for told in self.0.read().unwrap_or_else(PoisonError::into_inner).iter() {
            told(&narrowed);
        }
    }
}

impl Tx {
    /// Records that something has become weaker. Part of every change that takes a right from somebody.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn narrow(&mut self, change: Change, now: Timestamp) -> Result<()> {
        let version: i64 =
            on!(self, |c| sqlx::query_scalar(sql!("UPDATE stamp SET version = version + 1 WHERE id = 1 RETURNING version"))
                .fetch_one(c)
                .await)?;
        let (kind, key) = change.columns();
        execute!(
            self,
            sqlx::query(sql!("INSERT INTO changes (version, kind, key, at) VALUES ($1, $2, $3, $4)"))
                .bind(version)
                .bind(kind)
                .bind(key)
                .bind(now.micros())
        )?;
        self.narrowed.push(change);
        Ok(())
    }

    /// Waits until no other transaction is deciding the same kind of question, by holding the stamp's row.
    ///
    /// For rules about several rows ("the first administrator"), which no unique index can hold.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn alone(&mut self) -> Result<()> {
        execute!(self, sqlx::query(sql!("UPDATE stamp SET version = version WHERE id = 1")))?;
        Ok(())
    }
}

/// The version of everybody's rights at this moment.
pub(super) async fn version(cx: &mut Cx) -> Result<i64> {
    on!(cx, |c| sqlx::query_scalar(sql!("SELECT version FROM stamp WHERE id = 1")).fetch_one(c).await)
}

/// How many changes are told one by one before it is cheaper to forget everything.
const TOLD_ONE_BY_ONE: i64 = 500;

/// The present version beside the version, kind and key of one change; nothing beside it when nothing has changed.
type LogRow = (i64, Option<i64>, Option<String>, Option<String>);

/// What has become weaker since version `seen`, and the version that this answer reaches to.
///
/// A version below `seen` is that of a database that lost its last commits: another server took over, or a backup was
/// restored. What it will count next has been seen under the same numbers already, so nothing seen counts any more.
pub(super) async fn since(cx: &mut Cx, seen: i64) -> Result<(i64, Narrowed)> {
    let rows: Vec<LogRow> = on!(cx, |c| {
        sqlx::query_as(sql!(
            "SELECT s.version, c.version, c.kind, c.key FROM stamp s LEFT JOIN changes c ON c.version > $1
             WHERE s.id = 1 ORDER BY c.version LIMIT $2"
        ))
        .bind(seen)
        .bind(TOLD_ONE_BY_ONE + 1)
        .fetch_all(c)
        .await
    })?;
    let (reached, ..) = rows.first().ok_or(Error::corrupt("stamp"))?;
    let changes: Vec<Change> =
        rows.iter().filter_map(|(_, _, kind, key)| Some(Change::from_columns((kind.clone()?, key.clone()?)))).collect();
    // Versions have no gaps: as many changes as versions are all of them.
    let all = i64::try_from(changes.len()).is_ok_and(|told| told == reached - seen && told <= TOLD_ONE_BY_ONE);
    Ok((*reached, if all { Narrowed::Some(changes) } else { Narrowed::All }))
}

impl Db {
    /// Forgets changes older than a day: a process that has not looked for a day forgets everything it cached.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn prune_changes(&self, now: Timestamp) -> Result<u64> {
        let mut tx = self.write().await?;
        let gone = execute!(
            tx,
            sqlx::query(sql!("DELETE FROM changes WHERE at < $1 AND version < (SELECT version FROM stamp WHERE id = 1)"))
                .bind((now - Span::days(1)).micros())
        )?;
        tx.commit().await?;
        Ok(gone)
    }
}
