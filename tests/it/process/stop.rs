//! The end of a process, while requests are under way.

use std::time::{Duration, Instant};

use latchkey::{on, sql};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{serve, served, status, tokens};
use crate::both;
use crate::cli::serve::Served;
use crate::support::TestDb;

/// A request whose handler has begun and waits for the body.
struct UnderWay {
    stream: TcpStream,
    body: String,
}

impl UnderWay {
    async fn begin(served: &Served, token: &str) -> Self {
        let host = served.url.strip_prefix("http://").expect("plain http on this machine");
        let mut stream = TcpStream::connect(host).await.expect("connected");
        let body = format!("{{\"token\":\"{token}\"}}");
        let head = format!(
            "POST /v1/verify HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nexpect: 100-continue\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = [0; 25];
        stream.read_exact(&mut answer).await.expect("the handler asks for the body");
        assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
        Self { stream, body }
    }

    async fn finish(mut self) -> String {
        self.stream.write_all(self.body.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).await.expect("an answer, and the end of the connection");
        answer
    }
}

/// Waits until no new connection is taken.
async fn closed(served: &Served) {
    let host = served.url.strip_prefix("http://").expect("plain http on this machine");
    while TcpStream::connect(host).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

async fn uses(db: &TestDb) -> i64 {
    let db = db.open_again().await;
    let mut cx = db.read().await.expect("a connection");
    let uses = on!(cx, |c| sqlx::query_scalar(sql!("SELECT CAST(SUM(uses) AS BIGINT) FROM credentials")).fetch_one(c).await);
    drop(cx);
    db.close().await;
    uses.expect("read")
}

both! {
    async fn r131_a_request_under_way_is_finished_and_r77_its_use_is_counted(db: &TestDb) {
        let tokens = tokens(db, 1, 1).await;
        db.close().await;
        let served = served(db);
        assert_eq!(status(&reqwest::Client::new(), &served, &tokens[0]).await, 200);
        let request = UnderWay::begin(&served, &tokens[0]).await;
        served.signal("TERM");
        closed(&served).await;
        let answer = request.finish().await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("\"code\":\"VALID\""), "{answer}");
        assert_eq!(served.ended().code(), Some(0));
        assert_eq!(uses(db).await, 3, "one use by /v1/me, two by /v1/verify");
    }

    async fn r131_a_second_signal_ends_the_process_at_once(db: &TestDb) {
        let tokens = tokens(db, 1, 1).await;
        db.close().await;
        let served = served(db);
        let request = UnderWay::begin(&served, &tokens[0]).await;
        let begun = Instant::now();
        served.signal("TERM");
        closed(&served).await;
        served.signal("TERM");
        assert_eq!(served.ended().code(), Some(1));
        assert!(begun.elapsed() < Duration::from_secs(5), "it did not wait for the body");
        drop(request);
    }

    async fn r131_a_load_balancer_learns_of_the_end_before_it_comes(db: &TestDb) {
        let tokens = tokens(db, 1, 1).await;
        db.close().await;
        let served = Served::start_by(serve(db, &["--drain-seconds", "1"]));
        let client = reqwest::Client::new();
        let ready = async || {
            let answer = client.get(format!("{}/readyz", served.url)).send().await;
            answer.expect("it answers while it drains").status().as_u16()
        };
        assert_eq!(ready().await, 200);
        served.signal("TERM");
        while ready().await == 200 {
            assert_eq!(status(&client, &served, &tokens[0]).await, 200, "whoever has not looked yet is served");
        }
        assert_eq!((ready().await, status(&client, &served, &tokens[0]).await), (503, 200));
        assert_eq!(served.ended().code(), Some(0));
    }
}
