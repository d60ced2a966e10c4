//! Without its database a server answers 503, and goes on by itself when it is back.

use std::time::{Duration, Instant};

use super::{give_up, served, status, tokens};
use crate::cli::serve::Served;
use crate::support::TestDb;
use crate::support::database::run_on;
use crate::support::postgres::{OwnServer, report_not_run};

async fn ready(client: &reqwest::Client, served: &Served) -> u16 {
    client.get(format!("{}/readyz", served.url)).send().await.expect("an answer").status().as_u16()
}

/// Waits for an answer of 200.
async fn back(client: &reqwest::Client, served: &Served, token: &str) -> Duration {
    let begun = Instant::now();
    while status(client, served, token).await != 200 {
        assert!(begun.elapsed() < Duration::from_secs(30), "it does not come back");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    begun.elapsed()
}

#[test]
fn r116_without_postgres_nothing_is_allowed_and_r128_it_comes_back_by_itself() {
    let Some(postgres) = OwnServer::start() else { return report_not_run() };
    run_on(Some(&postgres.server), async |db: &TestDb| {
        let tokens = tokens(db, 1, 3).await;
        let served = served(db);
        let client = reqwest::Client::new();
        assert_eq!((status(&client, &served, &tokens[0]).await, ready(&client, &served).await), (200, 200));
        assert_eq!(give_up(&client, &served, &tokens[1]).await, Some(204));
        for _ in 0..2 {
            postgres.crash();
            assert_eq!(status(&client, &served, &tokens[0]).await, 503, "also what is in the cache");
            assert_eq!(status(&client, &served, &tokens[1]).await, 503);
            assert_eq!(give_up(&client, &served, &tokens[2]).await, Some(503));
            assert_eq!(ready(&client, &served).await, 503);
            let alive = client.get(format!("{}/healthz", served.url)).send().await.expect("an answer");
            assert_eq!(alive.status().as_u16(), 200);
            postgres.revive();
            assert!(back(&client, &served, &tokens[0]).await < Duration::from_secs(5));
            assert_eq!(ready(&client, &served).await, 200);
            assert_eq!(status(&client, &served, &tokens[1]).await, 401, "what was revoked stays revoked");
        }
        assert_eq!(give_up(&client, &served, &tokens[2]).await, Some(204));
        assert_eq!(status(&client, &served, &tokens[2]).await, 401);
        served.signal("TERM");
        assert_eq!(served.ended().code(), Some(0));
    });
}
