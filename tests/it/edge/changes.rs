//! A change goes to its end whatever becomes of its client, and a handler that breaks takes nothing with it.

use std::net::TcpListener;
use std::time::Duration;

use actix_web::middleware::from_fn;
use actix_web::web::{self, Data};
use actix_web::{App, HttpResponse, HttpServer};
use latchkey::base::page::PageSize;
use latchkey::domain::accounts::Person;
use latchkey::domain::audit::{self, Action, Filter};
use latchkey::domain::credentials::{self, Issued};
use latchkey::http::edge::edge;

use crate::both;
use crate::support::{TestApp, Wire};

const SOON: Duration = Duration::from_secs(15);

/// Waits until something is so.
async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let polled = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(SOON, polled).await.unwrap_or_else(|_| panic!("{what}"));
}

fn revocation(app: &TestApp, token: &Issued) -> String {
    let (host, key) = (app.address(), token.secret.reveal());
    format!("POST /v1/tokens/revoke HTTP/1.1\r\nHost: {host}\r\nX-Api-Key: {key}\r\nContent-Type: application/json\r\n")
}

/// How many events of revocation there are about each of these tokens, and whether each is revoked.
async fn told(app: &TestApp, owner: &Person, tokens: &[Issued]) -> Vec<(usize, bool)> {
    let ctx = &app.app().ctx;
    let filter = Filter { action: Some(Action::TokenRevoked), ..Filter::default() };
    let events = audit::list(&ctx.db, &filter, None, PageSize::new(200).expect("a size")).await.expect("read").rows;
    let mut told = Vec::new();
    for token in tokens {
        let id = token.credential.id;
        let row = credentials::find(ctx, owner, id).await.expect("read").expect("it is there").summary;
        told.push((events.iter().filter(|event| event.target == id.to_string()).count(), row.revoked_at.is_some()));
    }
    told
}

both! {
    async fn a_change_whose_client_resets_the_connection_is_finished(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;

        // Nobody else can record a change while this transaction is open.
        let mut writing = db.write().await.expect("a transaction");
        writing.alone().await.expect("locked");
        let mut wire = Wire::to(&app).await;
        wire.say(revocation(&app, &token) + "\r\n").await;
        until("the token is looked up", async || app.app().ctx.verifier.misses() == 1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        wire.reset();
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200, "it waits for its turn");
        drop(writing);

        let bearer = app.bearer(token.secret.reveal());
        until("the change is finished", async || bearer.get("/v1/me").await.status == 401).await;
        assert_eq!(told(&app, &alice, &[token]).await, [(1, true)]);
        assert!(app.mails().await.iter().any(|mail| mail.contains("revoked")));
        app.stop().await;
    }

    async fn a_change_is_done_once_or_not_at_all_whenever_the_connection_is_reset(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let mut tokens = Vec::new();
        for n in 0..24 {
            tokens.push(app.token(&alice, &format!("t{n}"), &[]).await);
        }
        for (n, token) in tokens.iter().enumerate() {
            let mut wire = Wire::to(&app).await;
            wire.say(revocation(&app, token) + "\r\n").await;
            tokio::time::sleep(Duration::from_micros(300 * n as u64)).await;
            wire.reset();
        }
        let halves = tokens.split_off(12);
        for token in &halves {
            let mut wire = Wire::to(&app).await;
            wire.say(revocation(&app, token) + "Content-Length: 10\r\n\r\n{").await;
            wire.reset();
        }
        // What was begun before this change is done when it is: both wait for the same turn.
        let last = app.token(&alice, "last", &[]).await;
        assert_eq!(app.bearer(last.secret.reveal()).post("/v1/tokens/revoke", &serde_json::json!({})).await.status, 204);
        let ends = async |tokens: &[Issued]| told(&app, &alice, tokens).await.iter().all(|(events, revoked)| *events == usize::from(*revoked));
        // The log and the rows are read one after the other, and on Postgres a change that had not begun its transaction has
        // its turn later, perhaps in between. What is half done stays so; what is under way does not.
        until("each is done once or not at all", async || ends(&tokens).await && ends(&halves).await).await;

        for n in 0..30 {
            app.token(&alice, &format!("after{n}"), &[]).await;
        }
        let other = db.open_again().await;
        let mut cx = other.read().await.expect("a connection");
        let count: i64 = latchkey::on!(cx, |c| sqlx::query_scalar("SELECT COUNT(*) FROM credentials").fetch_one(c).await).expect("read");
        assert_eq!(count, 24 + 1 + 30, "what is acknowledged afterwards is there");
        drop(cx);
        other.close().await;
        app.stop().await;
    }

    async fn r115_a_handler_that_panics_is_answered_and_the_process_goes_on(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let (address, data) = (listener.local_addr().expect("an address"), Data::from(app.app()));
        let server = HttpServer::new(move || {
            App::new()
                .app_data(data.clone())
                .route("/v1/broken", web::route().to(async || -> HttpResponse { panic!("canary {}", 42) }))
                .route("/broken", web::route().to(async || -> HttpResponse { panic!("canary {}", 42) }))
                .route("/whole", web::route().to(HttpResponse::Ok))
                .wrap(from_fn(edge))
        });
        let server = server.workers(1).disable_signals().listen(listener).expect("it listens").run();
        let handle = server.handle();
        let running = tokio::spawn(server);
        let client = reqwest::Client::new();
        let host = app.address().to_string();
        for method in ["GET", "POST", "DELETE"] {
            for path in ["/v1/broken", "/broken"] {
                let method = method.parse::<reqwest::Method>().expect("a method");
                let request = client.request(method, format!("http://{address}{path}")).header("host", &host);
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), 500, "{path}");
                let id = answer.headers()["x-request-id"].to_str().expect("text").to_owned();
                assert_eq!(answer.headers()["x-frame-options"], "DENY");
                let body = answer.text().await.expect("a body");
                assert!(body.contains(&id) && body.contains("Something went wrong") && !body.contains("canary"), "{body}");
                assert_eq!(path.starts_with("/v1"), body.contains("\"code\":\"SRV_001\""), "{body}");
            }
        }
        let whole = client.get(format!("http://{address}/whole")).header("host", &host).send().await.expect("an answer");
        assert_eq!(whole.status(), 200);
        handle.stop(true).await;
        running.await.expect("no panic").expect("it ends");
        app.stop().await;
    }
}
