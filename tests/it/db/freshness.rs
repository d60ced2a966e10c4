//! How a process learns that somebody's rights have become weaker, before it believes its cache.

use std::time::Duration;

use futures_util::FutureExt;
use latchkey::base::time::{Span, Timestamp};
use latchkey::db::{Change, Db, Freshness, Narrowed, Stale};
use latchkey::{execute, on, sql};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::account;
use crate::{both, only};

fn now() -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000)
}

/// What a process is told, in order.
fn observed(db: &Db) -> UnboundedReceiver<Narrowed> {
    let (tell, told) = unbounded_channel();
    db.observe(move |narrowed| drop(tell.send(narrowed.clone())));
    told
}

async fn narrow(db: &Db, changes: &[Change]) {
    let mut tx = db.write().await.expect("a transaction");
    for change in changes {
        tx.narrow(change.clone(), now()).await.expect("recorded");
    }
    tx.commit().await.expect("committed");
}

/// The next thing told, which must name its changes one by one.
fn changes(told: &mut UnboundedReceiver<Narrowed>) -> Vec<Change> {
    match told.try_recv().expect("something was told") {
        Narrowed::Some(changes) => changes,
        Narrowed::All => panic!("everything was told to be forgotten"),
    }
}

both! {
    async fn what_became_weaker_is_told_at_commit_in_order_and_not_before(db: &TestDb) {
        let mut told = observed(db);
        let mut tx = db.write().await.expect("a transaction");
        tx.narrow(account("a"), now()).await.expect("recorded");
        assert!(told.try_recv().is_err(), "nothing is committed yet");
        drop(tx);
        assert!(told.try_recv().is_err(), "nothing was committed");

        let three = [account("a"), Change::Credential("c".to_owned()), Change::Policy];
        narrow(db, &three).await;
        assert_eq!(changes(&mut told), three);
    }

    async fn versions_follow_the_order_of_commits_without_a_gap(db: &TestDb) {
        let other = db.open_again().await;
        let handles: [&Db; 2] = [db, &other];
        let narrowings = (0..20).map(|n| narrow(handles[n % 2], &[Change::Policy]).boxed_local());
        futures_util::future::join_all(narrowings.collect::<Vec<_>>()).await;
        let mut cx = db.read().await.expect("a connection");
        let versions: Vec<i64> =
            on!(cx, |c| sqlx::query_scalar(sql!("SELECT version FROM changes ORDER BY version")).fetch_all(c).await).expect("read");
        assert_eq!(versions, (1..=20).collect::<Vec<_>>());
        other.close().await;
    }

    async fn r116_without_a_database_nothing_is_confirmed(db: &TestDb) {
        let process = db.open_again().await;
        let (freshness, task) = Freshness::start(&process).await.expect("started");
        assert_eq!(freshness.confirm().await, Ok(()));
        process.close().await;
        let refused = async { while freshness.confirm().await != Err(Stale) { tokio::task::yield_now().await } };
        tokio::time::timeout(Duration::from_secs(5), refused).await.expect("it is noticed that the database is gone");
        task.abort();
    }
}

only! { Postgres:
    async fn r74_a_confirmation_knows_all_that_another_process_committed_before_it(db: &TestDb) {
        let mut told = observed(db);
        let (freshness, task) = Freshness::start(db).await.expect("started");
        let other = db.open_again().await;
        for n in 0..20 {
            let change = account(&n.to_string());
            narrow(&other, std::slice::from_ref(&change)).await;
            freshness.confirm().await.expect("the database answers");
            assert_eq!(changes(&mut told), [change], "told before the confirmation came back");
        }
        task.abort();
        other.close().await;
    }

    async fn many_confirmations_at_once_share_a_few_reads(db: &TestDb) {
        let (freshness, task) = Freshness::start(db).await.expect("started");
        let all = futures_util::future::join_all((0..500).map(|_| freshness.confirm())).await;
        assert!(all.iter().all(Result::is_ok));
        task.abort();
    }

    async fn a_process_that_looks_too_late_forgets_everything(db: &TestDb) {
        let mut told = observed(db);
        let (freshness, task) = Freshness::start(db).await.expect("started");
        let other = db.open_again().await;
        narrow(&other, &[account("a"), account("b"), account("c")]).await;
        assert_eq!(other.prune_changes(now() + Span::days(2)).await.expect("pruned"), 2, "the newest stays");
        freshness.confirm().await.expect("the database answers");
        assert!(matches!(told.try_recv(), Ok(Narrowed::All)));

        let many: Vec<Change> = (0..600).map(|n| account(&n.to_string())).collect();
        narrow(&other, &many).await;
        freshness.confirm().await.expect("the database answers");
        assert!(matches!(told.try_recv(), Ok(Narrowed::All)), "so many are cheaper to forget at once");
        narrow(&other, &[Change::Policy]).await;
        freshness.confirm().await.expect("the database answers");
        assert_eq!(changes(&mut told), [Change::Policy], "and it goes on one by one");
        task.abort();
        other.close().await;
    }
}

only! { Postgres:
    /// As after a fail-over to a server that had not received the last commits: their numbers are given out again.
    async fn r74_changes_under_numbers_that_were_seen_before_are_told_too(db: &TestDb) {
        let mut told = observed(db);
        let (freshness, task) = Freshness::start(db).await.expect("started");
        let other = db.open_again().await;
        narrow(&other, &[account("a"), account("b"), account("c")]).await;
        freshness.confirm().await.expect("the database answers");
        assert_eq!(changes(&mut told).len(), 3);

        let mut tx = other.write().await.expect("a transaction");
        for lost in [sql!("DELETE FROM changes WHERE version > 1"), sql!("UPDATE stamp SET version = 1 WHERE id = 1")] {
            execute!(tx, sqlx::query(lost)).expect("lost");
        }
        tx.commit().await.expect("committed");
        narrow(&other, &[account("d")]).await;
        freshness.confirm().await.expect("the database answers");
        assert!(matches!(told.try_recv(), Ok(Narrowed::All)), "what was seen counts no more");
        narrow(&other, &[account("e")]).await;
        freshness.confirm().await.expect("the database answers");
        assert_eq!(changes(&mut told), [account("e")], "and it goes on one by one");
        task.abort();
        other.close().await;
    }
}

only! { Sqlite:
    async fn r74_what_the_command_line_changes_is_noticed_by_the_server(db: &TestDb) {
        let mut told = observed(db);
        let (freshness, task) = Freshness::start(db).await.expect("started");
        let command_line = db.open_again().await;
        narrow(&command_line, &[account("a")]).await;
        let noticed = tokio::time::timeout(Duration::from_secs(5), told.recv()).await.expect("noticed in time");
        assert!(matches!(noticed, Some(Narrowed::Some(changes)) if changes == [account("a")]));
        assert_eq!(freshness.confirm().await, Ok(()));
        task.abort();
        command_line.close().await;
    }
}
