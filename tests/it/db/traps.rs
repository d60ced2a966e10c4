//! Two ways in which a pool of connections loses what it said it had written, and that ours does not.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::{count, insert};
use crate::only;

/// Polls `work` each time it asks for it, `times` times at most, and drops it wherever it is then.
async fn cancelled_after<T>(times: usize, work: impl Future<Output = T>) {
    let mut work = pin!(work);
    let mut left = times;
    poll_fn(|cx| {
        left -= 1;
        if work.as_mut().poll(cx).is_ready() || left == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

only! { Postgres:
    /// sqlx 0.9 leaves a transaction open on a pooled connection when `begin` is cancelled (transact-rs/sqlx#4385):
    /// what is written there afterwards is acknowledged, and gone when the connection closes.
    async fn a_cancelled_begin_loses_no_later_write(db: &TestDb) {
        drop(futures_util::future::join_all((0..16).map(|_| db.read())).await);
        for n in 0..25 {
            cancelled_after(1 + n % 5, db.write()).await;
        }
        for version in 1..=50 {
            let mut cx = db.read().await.expect("a connection");
            assert_eq!(insert(&mut cx, version).await.expect("acknowledged"), 1);
        }
        let other = db.open_again().await;
        assert_eq!(count(&other).await, 50, "every acknowledged row is there");
        other.close().await;
    }
}

only! { Sqlite:
    async fn r126_writers_at_once_wait_for_each_other_and_none_is_told_that_the_database_is_busy(db: &TestDb) {
        let write = async |writer: i64| {
            for n in 0..20 {
                let mut tx = db.write().await.expect("the writer is free within its time");
                let before = count(db).await;
                insert(&mut tx, writer * 100 + n).await.expect("not busy");
                tx.commit().await.expect("not busy");
                assert!(count(db).await > before);
            }
        };
        futures_util::future::join_all((0..32).map(write)).await;
        assert_eq!(count(db).await, 32 * 20);
    }
}

crate::both! {
    async fn what_is_not_committed_is_not_there(db: &TestDb) {
        let mut tx = db.write().await.expect("a transaction");
        insert(&mut tx, 1).await.expect("written");
        drop(tx);
        assert_eq!(count(db).await, 0);
        let mut tx = db.write().await.expect("the writer is free again");
        insert(&mut tx, 1).await.expect("written");
        tx.commit().await.expect("committed");
        assert_eq!(count(db).await, 1);
    }
}
