//! Who may do what: every route of the server, asked by everybody.

use latchkey::base::page::PageSize;
use latchkey::base::time::Span;
use latchkey::domain::credentials::{self, ListFilter};
use latchkey::domain::signing::{Class, Sid};
use serde_json::json;

use super::unknown_secret;
use crate::edge::inventory::{Access, ROUTES};
use crate::served;
use crate::support::TestApp;

/// Who asks, and with which status a route for sessions, one for tokens and one for verification refuses them; nothing
/// when it lets them in.
struct Actor {
    who: &'static str,
    secret: Option<String>,
    session: Option<u16>,
    token: Option<u16>,
    verify: Option<u16>,
}

impl Actor {
    fn unknown(who: &'static str, secret: Option<String>) -> Self {
        Self { who, secret, session: Some(401), token: Some(401), verify: Some(401) }
    }
}

/// A session token that was signed, of a session that nobody has.
async fn unknown_session(app: &TestApp) -> String {
    let nobodys = Sid::Session("ses_00000000000070008000000000000000".parse().expect("an id"));
    app.signed(Class::Session, &app.claims("usr_00000000000070008000000000000000", nobodys, None)).await
}

async fn actors(app: &TestApp) -> Vec<Actor> {
    let root = app.admin("root@example.com").await;
    let alice = app.user("alice@example.com").await;
    let bob = app.user("bob@example.com").await;
    let mut actors = vec![
        Actor::unknown("nobody", None),
        Actor::unknown("a stranger", Some(unknown_secret(100))),
        Actor::unknown("garbage", Some("lk_pat_garbage".into())),
        Actor::unknown("a session that never was", Some(unknown_session(app).await)),
    ];
    let short = app.token(&alice, "expired", &["verify"]).await;
    app.clock.advance(Span::days(31));
    actors.push(Actor::unknown("an expired token", Some(short.secret.reveal().into())));
    let given_up = app.token(&alice, "revoked", &["verify"]).await;
    assert_eq!(app.bearer(given_up.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
    actors.push(Actor::unknown("a revoked token", Some(given_up.secret.reveal().into())));
    for (who, email) in [("a user's session", "alice@example.com"), ("an administrator's session", "root@example.com")] {
        actors.push(Actor { who, secret: Some(app.log_in(email).await), session: None, token: None, verify: Some(401) });
    }
    for (who, owner, scopes, verify) in [
        ("a user's token without scopes", &alice, &[][..], Some(403)),
        ("a user's token to read a profile", &alice, &["profile"], Some(403)),
        ("a user's token to verify", &alice, &["verify"], None),
        ("another user's token to verify", &bob, &["profile", "verify"], None),
        ("an administrator's token without scopes", &root, &[], Some(403)),
        ("an administrator's token for everything", &root, &["admin"], None),
    ] {
        let token = app.token(owner, who, scopes).await;
        actors.push(Actor { who, secret: Some(token.secret.reveal().into()), session: Some(403), token: None, verify });
    }
    actors
}

served! {
    async fn r100_every_route_lets_in_exactly_whom_its_row_names(app: &TestApp) {
        let actors = actors(app).await;
        let json = ("content-type", "application/json");
        // What ends a token or a session comes last.
        let last = ["/v1/auth/logout", "/v1/tokens/revoke", "/api/logout"];
        let ordered = ROUTES.iter().filter(|r| !last.contains(&r.path)).chain(ROUTES.iter().filter(|r| last.contains(&r.path)));
        for route in ordered {
            // Strangers are looked up so often a minute and no oftener.
            app.clock.advance(Span::seconds(5));
            for method in route.methods {
                let mut to_nobody = 0;
                for actor in &actors {
                    let mut headers = vec![json];
                    headers.extend(actor.secret.as_deref().map(|secret| ("x-api-key", secret)));
                    let body = match (route.access, route.path) {
                        (Access::Verify, "/v1/verify/batch") => json!({ "items": [{ "token": "nobody" }] }).to_string(),
                        (Access::Verify, _) => json!({ "token": "nobody" }).to_string(),
                        (_, _) => String::new(),
                    };
                    let before = app.state().await;
                    let answer = app.send(method, &route.sample(), &headers, body).await;
                    if actor.secret.is_none() {
                        to_nobody = answer.status;
                    }
                    let gone = route.path == "/v1/tokens/revoke" && actor.who.ends_with("session");
                    let token = if gone { Some(401) } else { actor.token };
                    let (met, refused) = match route.access {
                        Access::Everybody => (answer.status == to_nobody && answer.status != 401, false),
                        Access::Mixed => (answer.status < 500, false),
                        Access::Elsewhere => (answer.status == 404, true),
                        Access::Reader | Access::Insider if !matches!(*method, "GET" | "HEAD") => {
                            let let_in = !matches!(answer.status, 401 | 403 | 500..);
                            (actor.session.map_or(let_in, |status| answer.status == status), actor.session.is_some())
                        }
                        Access::Session => {
                            let let_in = !matches!(answer.status, 401 | 403 | 500..);
                            (actor.session.map_or(let_in, |status| answer.status == status), actor.session.is_some())
                        }
                        // No token manages keys, whatever its scopes.
                        Access::Keys => {
                            let let_in = !matches!(answer.status, 401 | 403 | 500..);
                            (actor.session.map_or(let_in, |status| answer.status == status), actor.session.is_some())
                        }
                        Access::Reader | Access::Insider => {
                            let reads = actor.who.ends_with("session") || actor.who.ends_with("for everything");
                            let refused = if reads { None } else { actor.session };
                            let let_in = !matches!(answer.status, 401 | 403 | 500..);
                            (refused.map_or(let_in, |status| answer.status == status), refused.is_some())
                        }
                        Access::Governor => {
                            let refused = if actor.who == "a user's session" { Some(403) } else { actor.session };
                            let let_in = !matches!(answer.status, 401 | 403 | 500..);
                            (refused.map_or(let_in, |status| answer.status == status), refused.is_some())
                        }
                        Access::Token => (token.map_or(answer.status < 300, |status| answer.status == status), token.is_some()),
                        Access::Verify => (actor.verify.map_or(answer.status < 300, |status| answer.status == status), actor.verify.is_some()),
                        Access::Credential => {
                            let refused = if actor.who.ends_with("session") { Some(401) } else { actor.token };
                            let let_in = !matches!(answer.status, 401 | 403 | 500..);
                            (refused.map_or(let_in, |status| answer.status == status), refused.is_some())
                        }
                        // None of these is a service account.
                        Access::Service => (answer.status == 401, true),
                        // None of these is a secret key.
                        Access::KeyManager => (matches!(answer.status, 401 | 403), true),
                        // No token opens a page: whoever has nothing else is sent to sign in.
                        Access::Person | Access::Member | Access::Administrator => (answer.header("location").starts_with("/sign-in"), true),
                    };
                    assert!(met, "{} on {method} {}: {}", actor.who, route.path, answer.status);
                    assert!(!refused || app.state().await == before, "{} on {method} {}", actor.who, route.path);
                }
            }
        }
    }

    async fn r70_a_token_is_nobody_on_the_pages_where_tokens_are_managed(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI", &["admin"]).await;
        let bearer = app.bearer(token.secret.reveal());
        for path in ["/profile/tokens", "/profile/tokens/new", "/profile/security", "/profile/sessions", "/admin/policy", "/admin/audit"] {
            let anonymous = app.anon("GET", path).await;
            let answer = bearer.get(path).await;
            assert_eq!((answer.status, answer.header("location")), (anonymous.status, anonymous.header("location")), "{path}");
            assert_ne!(answer.status, 200, "{path}");
            let posted = bearer.post(path, &json!({ "name": "child" })).await;
            assert!(posted.status >= 400 || posted.header("location").starts_with("/sign-in"), "{path}: {}", posted.status);
        }
        assert_eq!(bearer.post("/v1/me/tokens", &json!({ "name": "child" })).await.status, 403);
        let key = json!({ "name": "child", "type": "secret", "environment": "live" });
        assert_eq!(bearer.post("/v1/auth/api-keys", &key).await.status, 403);
        let shared = app.app();
        let listed = credentials::list(&shared.ctx, &root, &ListFilter::default(), None, PageSize::DEFAULT).await.expect("read");
        assert_eq!(listed.rows.len(), 1, "and there is no other token");
    }

    async fn r101_a_stranger_learns_nothing_of_a_token_but_whether_it_is_good(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let asking = app.token(&bob, "asks", &["verify"]).await;
        let bearer = app.bearer(asking.secret.reveal());
        let given_up = app.token(&alice, "given up", &[]).await;
        assert_eq!(app.bearer(given_up.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        let living = app.token(&alice, "living", &[]).await;
        let unknown = bearer.post("/v1/verify", &json!({ "token": unknown_secret(101) })).await;
        assert_eq!(unknown.json()["data"], json!({ "valid": false, "code": "NOT_FOUND" }));
        let demands = [
            json!({ "token": given_up.secret.reveal() }),
            json!({ "token": living.secret.reveal(), "scopes": "admin" }),
            json!({ "token": living.secret.reveal(), "environment": "live" }),
            json!({ "token": living.secret.reveal(), "cost": 1000 }),
        ];
        for demand in demands {
            let told = bearer.post("/v1/verify", &demand).await.json();
            assert!(told["data"] == unknown.json()["data"] || demand["cost"] == 1000, "{demand}: {told}");
            if demand["cost"] == 1000 {
                let again = bearer.post("/v1/verify", &demand).await.json();
                assert_eq!(again["data"], unknown.json()["data"], "not even that its limit is reached");
            }
        }
        app.clock.advance(Span::days(31));
        let asking = app.token(&bob, "asks later", &["verify"]).await;
        let told = app.bearer(asking.secret.reveal()).post("/v1/verify", &json!({ "token": living.secret.reveal() })).await;
        assert_eq!(told.json()["data"], unknown.json()["data"], "nor that it has expired");
    }
}
