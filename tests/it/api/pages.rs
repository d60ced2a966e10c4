//! Web pages of other origins: which keys they may use, and which answers they may read.

use latchkey::base::time::Span;
use latchkey::domain::credentials;
use serde_json::{Value, json};

use crate::edge::inventory::ROUTES;
use crate::support::TestApp;
use crate::support::app::Answer;
use crate::{both, served};

const SHOP: &str = "https://shop.example.com";
const PAGES: [Option<&str>; 5] =
    [None, Some(SHOP), Some("https://evil.example.com"), Some("https://shop.example.com.evil.com"), Some("null")];

/// A credential, and what sort it is.
struct Held {
    what: &'static str,
    secret: String,
}

/// One of every sort, in Anna's workspace or her own.
async fn credentials_of_every_kind(app: &TestApp) -> Vec<Held> {
    app.admin("root@example.com").await;
    let anna = app.user("anna@example.com").await;
    let session = app.log_in("anna@example.com").await;
    let bearer = app.bearer(&session);
    let made = bearer.post("/v1/workspaces", &json!({ "name": "Acme", "slug": "acme" })).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let mut all = vec![Held { what: "personal", secret: app.token(&anna, "CI", &[]).await.secret.reveal().to_owned() }];
    for (what, kind, environment, origins) in [
        ("secret", "secret", "live", json!(null)),
        ("publishable, live, with a list", "publishable", "live", json!([SHOP, "http://localhost:3000"])),
        ("publishable, test, with a list", "publishable", "test", json!([SHOP])),
        ("publishable, live, without one", "publishable", "live", json!(null)),
        ("publishable, test, without one", "publishable", "test", json!(null)),
    ] {
        let mut body = json!({ "name": what, "type": kind, "environment": environment, "workspace": "acme", "origins": origins });
        if kind == "secret" {
            body["scopes"] = json!(["keys:manage"]);
        }
        let key = bearer.post("/v1/auth/api-keys", &body).await;
        assert_eq!(key.status, 201, "{what}: {}", key.body);
        all.push(Held { what, secret: key.json()["data"]["key"].as_str().expect("a secret").to_owned() });
    }
    let service = bearer.post("/v1/workspaces/acme/service-accounts", &json!({ "name": "Indexer" })).await;
    assert_eq!(service.status, 201, "{}", service.body);
    let secret = service.json()["data"]["clientSecret"].as_str().expect("a secret").to_owned();
    all.push(Held { what: "service", secret });
    all
}

/// `GET` as a page of this origin asks, or a program.
async fn ask(app: &TestApp, path: &str, secret: &str, page: Option<&str>, fetched: Option<&str>) -> Answer {
    let mut headers = vec![("x-api-key", secret)];
    headers.extend(page.map(|page| ("origin", page)));
    headers.extend(fetched.map(|site| ("sec-fetch-site", site)));
    app.send("GET", path, &headers, "").await
}

/// The headers that let a page read.
fn let_in(answer: &Answer) -> Vec<(String, String)> {
    let told = answer.headers.iter().filter(|(name, _)| name.as_str().starts_with("access-control-"));
    told.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned())).collect()
}

/// The status, the reason of a refusal, and whether the page may read it.
fn told(answer: &Answer) -> (u16, String, Vec<(String, String)>) {
    let reason = answer.json()["error"]["details"]["reason"].as_str().unwrap_or_default().to_owned();
    (answer.status, reason, let_in(answer))
}

/// What the rules say, in the same words.
fn expected(what: &str, page: Option<&str>, fetched: Option<&str>, secrets_too: bool) -> (u16, String, Vec<(String, String)>) {
    let good = |open: bool| {
        let page = open.then(|| ("access-control-allow-origin".to_owned(), SHOP.to_owned()));
        (200, String::new(), page.into_iter().collect())
    };
    let refused = |reason: &str| (403, reason.to_owned(), Vec::new());
    match what {
        "secret" | "service" if page.is_some() && fetched.is_some() && !secrets_too => refused("secret_key_in_browser"),
        "publishable, live, with a list" | "publishable, test, with a list" if page == Some(SHOP) => good(true),
        "publishable, live, with a list" | "publishable, test, with a list" => refused("origin_not_allowed"),
        "publishable, live, without one" if page.is_some() => refused("origin_not_allowed"),
        _ => good(false),
    }
}

async fn check_matrix(app: &TestApp, secrets_too: bool) -> Vec<Held> {
    let all = credentials_of_every_kind(app).await;
    for held in &all {
        for page in PAGES {
            app.clock.advance(Span::seconds(60));
            for fetched in [None, Some("cross-site"), Some("same-origin")] {
                for path in ["/v1/me", "/v1/scopes"] {
                    let answer = ask(app, path, &held.secret, page, fetched).await;
                    let wanted = expected(held.what, page, fetched, secrets_too);
                    assert_eq!(told(&answer), wanted, "{} on {path} from {page:?}, {fetched:?}", held.what);
                    let varies = answer.headers.get_all("vary").iter().any(|value| value == "Origin");
                    assert_eq!(varies, !wanted.2.is_empty(), "{} on {path} from {page:?}", held.what);
                }
            }
        }
    }
    all
}

/// How many refusals of this sort are stored, once this many are: the server's own round may be writing them now.
async fn refusals(app: &TestApp, wanted: i64) -> Vec<String> {
    let began = std::time::Instant::now();
    loop {
        credentials::flush(&app.app().ctx).await.expect("flushed");
        let stored = app.rows("SELECT CAST(SUM(uses) AS BIGINT) FROM recent_uses WHERE reason = 'browser'").await;
        if stored == [wanted.to_string()] || began.elapsed().as_secs() >= 5 {
            return stored;
        }
    }
}

both! {
    async fn r76_pages_use_the_keys_that_name_them_and_no_secret_one(db: &TestDb) {
        let app = TestApp::start(db, &[]).await;
        let all = check_matrix(&app, false).await;
        // Two kinds, four origins, two sites, two paths.
        assert_eq!(refusals(&app, 32).await, ["32"], "each is a refusal that the workspace sees");
        let secret = &all.iter().find(|held| held.what == "secret").expect("made").secret;
        let before = app.state_and_log().await;
        let headers = [("x-api-key", secret.as_str()), ("content-type", "application/json"), ("origin", SHOP), ("sec-fetch-site", "cross-site")];
        let body = json!({ "name": "more", "type": "secret", "environment": "live", "scopes": [] }).to_string();
        for path in ["/v1/auth/api-keys", "/v1/tokens/revoke"] {
            let refused = app.send("POST", path, &headers, body.clone()).await;
            assert_eq!((refused.code().as_str(), told(&refused).1.as_str()), ("AUTH_003", "secret_key_in_browser"), "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
        app.stop().await;
    }

    async fn r76_the_operator_can_let_secret_keys_into_pages_and_their_answers_stay_unreadable(db: &TestDb) {
        let app = TestApp::start(db, &[("secret_keys_in_browsers", "yes")]).await;
        check_matrix(&app, true).await;
        app.stop().await;
    }
}

/// A browser's question before the request.
async fn preflight(app: &TestApp, path: &str, origin: Option<&str>, method: Option<&str>) -> Answer {
    let mut headers =
        vec![("access-control-request-headers", "authorization"), ("access-control-request-private-network", "true")];
    headers.extend(origin.map(|origin| ("origin", origin)));
    headers.extend(method.map(|method| ("access-control-request-method", method)));
    app.send("OPTIONS", path, &headers, "").await
}

served! {
    async fn r76_a_preflight_is_answered_for_what_publishable_keys_read_and_r38_for_nothing_else(app: &TestApp) {
        let open = ["/v1/me", "/v1/scopes"];
        for path in open {
            for origin in [SHOP, "http://localhost:3000", "https://[::1]:8443"] {
                let answer = preflight(app, path, Some(origin), Some("GET")).await;
                assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{path} {origin}");
                let mut headers = let_in(&answer);
                headers.sort();
                let wanted = [
                    ("access-control-allow-headers", "authorization, x-api-key, content-type"),
                    ("access-control-allow-methods", "GET, HEAD"),
                    ("access-control-allow-origin", origin),
                    ("access-control-max-age", "600"),
                ];
                assert_eq!(headers, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())), "and no credentials");
                assert_eq!(answer.header("vary"), "Origin");
            }
            for (origin, method) in [
                (None, Some("GET")),
                (Some(SHOP), None),
                (Some(SHOP), Some("POST")),
                (Some(SHOP), Some("get")),
                (Some("null"), Some("GET")),
                (Some("*"), Some("GET")),
                (Some("shop.example.com"), Some("GET")),
                (Some("https://shop.example.com/"), Some("GET")),
                (Some("https://Shop.example.com"), Some("GET")),
                (Some("https://shop.example.com:443"), Some("GET")),
                (Some("https://shop.example.com, https://evil.example.com"), Some("GET")),
            ] {
                let answer = preflight(app, path, origin, method).await;
                assert_eq!((answer.status, let_in(&answer)), (405, Vec::new()), "{path} {origin:?} {method:?}");
            }
        }
        for route in ROUTES.iter().filter(|route| !open.contains(&route.path)) {
            for method in ["GET", "POST", "DELETE"] {
                let answer = preflight(app, &route.sample(), Some(SHOP), Some(method)).await;
                assert!(answer.status >= 400 && let_in(&answer).is_empty(), "{method} {}: {}", route.path, answer.status);
            }
        }
    }

    async fn r76_no_other_route_is_readable_and_a_limit_is(app: &TestApp) {
        let all = credentials_of_every_kind(app).await;
        let listed = &all.iter().find(|held| held.what == "publishable, live, with a list").expect("made").secret;
        let headers = [("x-api-key", listed.as_str()), ("origin", SHOP), ("sec-fetch-site", "cross-site")];
        for route in ROUTES.iter().filter(|route| !["/v1/me", "/v1/scopes", "/v1/tokens/revoke"].contains(&route.path)) {
            for method in route.methods {
                let answer = app.send(method, &route.sample(), &headers, "").await;
                assert_eq!(let_in(&answer), [], "{method} {}", route.path);
            }
        }
        app.clock.advance(Span::seconds(60));
        let session = app.log_in("anna@example.com").await;
        let slow = json!({ "name": "slow", "type": "publishable", "environment": "live", "workspace": "acme", "origins": [SHOP], "requestsPerMinute": 1 });
        let slow = app.bearer(&session).post("/v1/auth/api-keys", &slow).await.json()["data"]["key"].as_str().expect("a secret").to_owned();
        let statuses = [ask(app, "/v1/me", &slow, Some(SHOP), None).await, ask(app, "/v1/me", &slow, Some(SHOP), None).await];
        for (answer, status) in statuses.iter().zip([200, 429]) {
            let page: Value = json!(let_in(answer));
            assert_eq!((answer.status, page), (status, json!([["access-control-allow-origin", SHOP]])), "{}", answer.body);
        }
        let gone = app.send("POST", "/v1/tokens/revoke", &[headers[0], headers[1], ("content-type", "application/json")], "{}").await;
        assert_eq!((gone.status, let_in(&gone)), (204, Vec::new()), "{}", gone.body);
        let dead = ask(app, "/v1/me", listed, Some(SHOP), None).await;
        assert_eq!((dead.status, let_in(&dead)), (401, Vec::new()), "a dead key opens nothing");
    }
}
