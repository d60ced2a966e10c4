//! Doors that are closed.

use crate::only;
use crate::support::{TestApp, TestDb};

/// What shows that a door is open, and the status that somebody unknown gets there.
const SIGNS: &[(&str, &str, &str, u16)] = &[
    ("web", "GET", "/sign-in", 200),
    ("web", "GET", "/docs", 200),
    ("web", "GET", "/.well-known/change-password", 303),
    ("native", "GET", "/v1/me", 401),
    ("native", "GET", "/v1/openapi.json", 200),
    ("oauth", "POST", "/oauth2/token", 400),
    ("oauth", "GET", "/.well-known/jwks.json", 200),
    ("oauth", "GET", "/.well-known/oauth-authorization-server", 200),
    ("authz", "POST", "/v1/verify", 401),
    ("authz", "POST", "/v1/verify/batch", 401),
    ("qelos", "GET", "/api/me", 401),
    ("qelos", "GET", "/api/v1/me", 401),
    ("qanatix", "GET", "/api/v1/auth/keys", 401),
    ("qnsp", "GET", "/auth/health", 200),
    ("qnsp", "POST", "/billing/v1/sdk/activate", 401),
    ("qnsp", "GET", "/auth/health", 200),
    ("qnsp", "POST", "/billing/v1/sdk/activate", 401),
];

/// What belongs to no door.
const ALWAYS: &[&str] = &["/healthz", "/readyz", "/.well-known/latchkey-secret-patterns.json"];

fn doors() -> Vec<&'static str> {
    let mut all: Vec<&str> = SIGNS.iter().map(|(door, ..)| *door).collect();
    all.dedup();
    all
}

/// A server with these doors shows the signs of these and of no other.
async fn shows(db: &TestDb, open: &[&str]) {
    let app = TestApp::start(db, &[("doors", &open.join(","))]).await;
    for (door, method, path, status) in SIGNS {
        let expected = if open.contains(door) { *status } else { 404 };
        assert_eq!(app.anon(method, path).await.status, expected, "{method} {path} with the doors {open:?}");
    }
    for path in ALWAYS {
        assert_eq!(app.anon("GET", path).await.status, 200, "{path}");
    }
    let nowhere = app.anon("GET", "/nowhere").await;
    let pages = if open.contains(&"web") { "text/html; charset=utf-8" } else { "text/plain; charset=utf-8" };
    assert_eq!((nowhere.status, nowhere.header("content-type")), (404, pages));
    app.stop().await;
}

only! { Sqlite:
    async fn one_door_alone_answers_its_own_paths_and_no_other(db: &TestDb) {
        for door in doors() {
            shows(db, &[door]).await;
        }
    }

    async fn a_closed_door_takes_nothing_else_with_it(db: &TestDb) {
        shows(db, &doors()).await;
        for closed in doors() {
            let open: Vec<&str> = doors().into_iter().filter(|door| *door != closed).collect();
            shows(db, &open).await;
        }
    }

    async fn the_pages_on_which_people_decide_about_apps_need_both_doors(db: &TestDb) {
        for (open, status) in [("web,oauth", 400), ("web", 404), ("oauth", 404)] {
            let app = TestApp::start(db, &[("doors", open)]).await;
            assert_eq!(app.anon("GET", "/oauth2/authorize").await.status, status, "{open}");
            app.stop().await;
        }
    }

    async fn the_document_tells_of_open_doors_alone(db: &TestDb) {
        for (open, verdicts, accounts) in [("native,authz", true, true), ("native", false, true)] {
            let app = TestApp::start(db, &[("doors", open)]).await;
            let paths = app.anon("GET", "/v1/openapi.json").await.json()["paths"].clone();
            assert_eq!((paths.get("/v1/verify").is_some(), paths.get("/v1/me").is_some()), (verdicts, accounts), "{open}");
            app.stop().await;
        }
    }
}
