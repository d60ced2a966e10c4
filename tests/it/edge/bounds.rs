//! How much is read, and for how long.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{TestApp, Wire};
use crate::{only, served};

served! {
    async fn r110_an_address_of_4_kib_is_read_and_one_letter_more_is_not(app: &TestApp) {
        let path = |length: usize| format!("/v1/me?{}", "a".repeat(length - "/v1/me?".len()));
        assert_eq!(app.anon("GET", &path(4_096)).await.status, 401);
        let refused = app.anon("GET", &path(4_097)).await;
        assert_eq!((refused.status, refused.code().as_str()), (414, "VAL_001"));
        assert_eq!(app.anon("GET", &format!("/{}", "a".repeat(4_096))).await.status, 414);
        assert_eq!(app.anon("GET", &format!("/{}", "a".repeat(60_000))).await.status, 414);
    }

    async fn r110_a_head_of_16_kib_is_read_and_more_is_not(app: &TestApp) {
        let with = async |length: usize| app.send("GET", "/v1/me", &[("x-padding", &*"a".repeat(length))], "").await;
        assert_eq!(with(16_000).await.status, 401);
        let refused = with(16_384).await;
        assert_eq!((refused.status, refused.code().as_str()), (431, "VAL_001"));
        assert_eq!(with(100_000).await.status, 431);

        let mut wire = Wire::to(app).await;
        wire.say(format!("GET /v1/me HTTP/1.1\r\nHost: {}\r\nX-Padding: {}", app.address(), "a".repeat(200_000))).await;
        assert_eq!(wire.answer().await.map(|answer| answer.status), Some(431), "a head that never ends");
        let mut wire = Wire::to(app).await;
        let lines: String = (0..2_000).map(|n| format!("X-{n}: a\r\n")).collect();
        wire.say(format!("GET /v1/me HTTP/1.1\r\nHost: {}\r\n{lines}\r\n", app.address())).await;
        assert!(wire.answer().await.is_some_and(|answer| matches!(answer.status, 400 | 431)), "too many headers");
    }

    async fn r110_a_body_of_64_kib_is_read_and_one_byte_more_is_not(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let empty = json!({ "token": "", "kinds": [""] }).to_string().len();
        let send = async |path: &str, length: usize| {
            let body = json!({ "token": "", "kinds": ["a".repeat(length - empty)] }).to_string();
            assert_eq!(body.len(), length);
            let headers = [("x-api-key", token.secret.reveal()), ("content-type", "application/json")];
            app.send("POST", path, &headers, body).await
        };
        let most = 64 * 1_024;
        let read = send("/v1/verify", most).await;
        assert_eq!((read.status, &read.json()["error"]["details"]["fields"]["kinds"]), (422, &json!("names a kind that does not exist")));
        for (path, length) in [("/v1/verify", most + 1), ("/v1/verify", 2_000_000), ("/v1/tokens/revoke", most + 1)] {
            let refused = send(path, length).await;
            assert_eq!((refused.status, refused.code().as_str()), (413, "VAL_001"), "{path} {length}");
        }
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200, "nothing was revoked");
    }

    async fn r110_chunks_are_counted_as_they_come(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let mut wire = Wire::to(app).await;
        let key = token.secret.reveal();
        let head = format!("POST /v1/verify HTTP/1.1\r\nHost: {}\r\nX-Api-Key: {key}\r\nContent-Type: application/json\r\n", app.address());
        wire.say(format!("{head}Transfer-Encoding: chunked\r\n\r\n")).await;
        let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
        for _ in 0..17 {
            wire.say(&chunk).await;
        }
        assert_eq!(wire.answer().await.map(|answer| answer.status), Some(413), "before the last chunk came");
    }
}

only! { Sqlite:
    /// The patience is ten real seconds: the one thing here that no clock of ours can shorten.
    async fn r110_slow_clients_are_told_so_and_hold_up_nobody(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["verify"]).await;
        let host = app.address();
        let key = token.secret.reveal();
        let (mut heads, mut bodies) = (Vec::new(), Vec::new());
        for n in 0..200 {
            let mut wire = Wire::to(&app).await;
            wire.say(format!("POST /v1/{} HTTP/1.1\r\nHost: {host}\r\nX-Api-Key: {key}\r\n", ["verify", "tokens/revoke"][n % 2])).await;
            if n % 4 < 2 {
                heads.push(wire);
            } else {
                wire.say("Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"token\": ").await;
                bodies.push(wire);
            }
        }
        let began = Instant::now();
        let mut slowest = Duration::ZERO;
        while began.elapsed() < Duration::from_secs(3) {
            let asked = Instant::now();
            assert_eq!(app.anon("GET", "/healthz").await.status, 200);
            assert_eq!(app.bearer(key).get("/v1/me").await.status, 200);
            slowest = slowest.max(asked.elapsed());
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        assert!(slowest < Duration::from_secs(1), "{slowest:?}");
        for wire in &mut heads {
            assert_eq!(wire.answer().await.map(|answer| answer.status), Some(408));
        }
        for wire in &mut bodies {
            let told = wire.answer().await.expect("an answer");
            assert_eq!((told.status, told.code().as_str()), (408, "VAL_001"));
            assert!(wire.closes().await, "what would come of the body is not read");
        }
        assert!(began.elapsed() < Duration::from_secs(16), "{:?}", began.elapsed());
        assert_eq!(app.bearer(key).get("/v1/me").await.status, 200, "half a request revoked nothing");
        app.stop().await;
    }
}
