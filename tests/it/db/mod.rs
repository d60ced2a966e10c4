//! The two databases, and that they are one to everybody else.

mod chain;
mod constraints;
mod constraints_oauth;
mod freshness;
mod migrations;
mod statements;
mod traps;
mod tuning;

use latchkey::db::{Change, Cx, Db, Result};
use latchkey::{execute, on, sql};

/// Writes one row of the change log, to have something that can be lost.
async fn insert(cx: &mut Cx, version: i64) -> Result<u64> {
    execute!(cx, sqlx::query(sql!("INSERT INTO changes (version, kind, key, at) VALUES ($1, 'account', 'x', 0)")).bind(version))
}

/// How many rows the change log has.
async fn count(db: &Db) -> i64 {
    let mut cx = db.read().await.expect("a connection");
    on!(cx, |c| sqlx::query_scalar(sql!("SELECT COUNT(*) FROM changes")).fetch_one(c).await).expect("counted")
}

fn account(id: &str) -> Change {
    Change::Account(id.to_owned())
}
