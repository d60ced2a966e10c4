//! What holds on every page that is somebody's: who may see it, that nothing keeps it, that others' ids lead nowhere.

use latchkey::base::id::CredentialId;
use latchkey::domain::accounts::Person;

use super::{guarded_apps, guarded_workspaces};
use crate::served;
use crate::support::app::{Answer, Fields, PASSWORD};
use crate::support::authenticator::Authenticator;
use crate::support::rows::execute_all;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    Everybody,
    Members,
    Administrators,
}

/// Every route of somebody's own and of administrators: method, path, and who may use it. `{id}` stands for a token's
/// id, `{account}` for its owner's, `{session}` for a session's, `{slug}` for a workspace of which they are no member.
const ROUTES: &[(&str, &str, For)] = &[
    ("GET", "/profile", For::Everybody),
    ("GET", "/profile/name", For::Everybody),
    ("POST", "/profile/name", For::Everybody),
    ("GET", "/profile/address", For::Everybody),
    ("POST", "/profile/address", For::Everybody),
    ("POST", "/profile/export", For::Everybody),
    ("GET", "/profile/delete", For::Everybody),
    ("POST", "/profile/delete", For::Everybody),
    ("GET", "/profile/security", For::Everybody),
    ("POST", "/profile/security/password", For::Everybody),
    ("GET", "/profile/security/authenticator", For::Everybody),
    ("POST", "/profile/security/authenticator", For::Everybody),
    ("POST", "/profile/security/authenticator/on", For::Everybody),
    ("GET", "/profile/security/authenticator/off", For::Everybody),
    ("POST", "/profile/security/authenticator/off", For::Everybody),
    ("GET", "/profile/security/recovery-codes", For::Everybody),
    ("POST", "/profile/security/recovery-codes", For::Everybody),
    ("POST", "/profile/security/recovery-codes/confirm", For::Everybody),
    ("GET", "/profile/sessions", For::Everybody),
    ("POST", "/profile/sessions/{session}/end", For::Everybody),
    ("POST", "/profile/sessions/end-others", For::Everybody),
    ("GET", "/profile/activity", For::Everybody),
    ("GET", "/profile/tokens", For::Everybody),
    ("GET", "/profile/tokens/new", For::Everybody),
    ("POST", "/profile/tokens", For::Everybody),
    ("POST", "/profile/tokens/save", For::Everybody),
    ("GET", "/profile/tokens/revoke-many", For::Everybody),
    ("POST", "/profile/tokens/revoke-many", For::Everybody),
    ("GET", "/profile/tokens/{id}", For::Everybody),
    ("GET", "/profile/tokens/{id}/check", For::Everybody),
    ("GET", "/profile/tokens/{id}/rotate", For::Everybody),
    ("POST", "/profile/tokens/{id}/rotate", For::Everybody),
    ("POST", "/profile/tokens/{id}/rename", For::Everybody),
    ("POST", "/profile/tokens/{id}/narrow", For::Everybody),
    ("POST", "/profile/tokens/{id}/pause", For::Everybody),
    ("POST", "/profile/tokens/{id}/resume", For::Everybody),
    ("POST", "/profile/tokens/{id}/end-overlap", For::Everybody),
    ("GET", "/profile/tokens/{id}/revoke", For::Everybody),
    ("POST", "/profile/tokens/{id}/revoke", For::Everybody),
    ("GET", "/admin", For::Administrators),
    ("GET", "/admin/accounts", For::Administrators),
    ("POST", "/admin/accounts", For::Administrators),
    ("GET", "/admin/accounts/new", For::Administrators),
    ("GET", "/admin/accounts/{account}", For::Administrators),
    ("GET", "/admin/accounts/{account}/cancel", For::Administrators),
    ("POST", "/admin/accounts/{account}/cancel", For::Administrators),
    ("POST", "/admin/accounts/{account}/resend", For::Administrators),
    ("POST", "/admin/accounts/{account}/link", For::Administrators),
    ("POST", "/admin/accounts/{account}/set-password-link", For::Administrators),
    ("GET", "/admin/accounts/{account}/suspend", For::Administrators),
    ("POST", "/admin/accounts/{account}/suspend", For::Administrators),
    ("GET", "/admin/accounts/{account}/restore", For::Administrators),
    ("POST", "/admin/accounts/{account}/restore", For::Administrators),
    ("POST", "/admin/accounts/{account}/roles", For::Administrators),
    ("POST", "/admin/accounts/{account}/remove-factor", For::Administrators),
    ("POST", "/admin/accounts/{account}/sign-out", For::Administrators),
    ("GET", "/admin/policy", For::Administrators),
    ("POST", "/admin/policy", For::Administrators),
    ("GET", "/admin/scopes", For::Administrators),
    ("GET", "/admin/scopes/new", For::Administrators),
    ("POST", "/admin/scopes/new", For::Administrators),
    ("GET", "/admin/scopes/documents:read", For::Administrators),
    ("POST", "/admin/scopes/documents:read", For::Administrators),
    ("GET", "/admin/scopes/documents:read/delete", For::Administrators),
    ("POST", "/admin/scopes/documents:read/delete", For::Administrators),
    ("POST", "/admin/policy/sign-in", For::Administrators),
    ("GET", "/admin/audit", For::Administrators),
    ("GET", "/admin/audit.csv", For::Administrators),
    ("GET", "/admin/mail", For::Administrators),
    ("POST", "/admin/mail/test", For::Administrators),
    ("POST", "/admin/mail/msg_00000000000070008000000000000000/again", For::Administrators),
    ("GET", "/admin/system", For::Administrators),
    ("GET", "/admin/tokens", For::Administrators),
    ("GET", "/admin/tokens.csv", For::Administrators),
    ("POST", "/admin/tokens/revoke", For::Administrators),
    ("GET", "/admin/tokens/which", For::Administrators),
    ("POST", "/admin/tokens/which", For::Administrators),
];

fn routes(id: CredentialId, owner: &Person) -> Vec<(&'static str, String, For)> {
    let path = |path: &str| {
        let path = path.replace("{id}", &id.to_string()).replace("{session}", &owner.session().to_string());
        path.replace("{account}", &owner.id().to_string()).replace("{slug}", "acme")
    };
    let all = ROUTES.iter().chain(guarded_workspaces::ROUTES).chain(guarded_apps::ROUTES);
    all.map(|(method, route, allowed)| (*method, path(route), *allowed)).collect()
}

const FORM: [(&str, &str); 2] = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];

served! {
    async fn r100_a_page_of_ones_own_sends_strangers_to_sign_in_and_r42_nothing_keeps_it(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &[]).await;
        let before = app.state_and_log().await;
        for (method, path, _) in routes(token.credential.id, &alice) {
            for method in if method == "GET" { vec!["GET", "HEAD"] } else { vec![method] } {
                let headers = if method == "POST" { &FORM[..] } else { &[] };
                let refused = app.send(method, &path, headers, "form_token=AAAA&name=x").await;
                assert_eq!(refused.status, 303, "{method} {path}");
                assert!(refused.header("location").starts_with("/sign-in"), "{method} {path}");
                assert_eq!(refused.header("cache-control"), "no-store", "{method} {path}");
                assert!(!refused.body.contains("alice"), "{method} {path}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r60_half_a_session_is_nobody_on_every_page(app: &TestApp) {
        app.admin("root@example.com").await;
        let (owner, browser) = (app.browser(), app.browser());
        owner.sign_in("root@example.com").await;
        Authenticator::set_up(&owner).await;
        let root = app.user("alice@example.com").await;
        let token = app.token(&root, "CI deploy", &[]).await;
        browser.sign_in("root@example.com").await;
        let form = browser.get("/sign-in/second-step").await;
        assert_eq!(form.status, 200);
        let before = app.state_and_log().await;
        for (method, path, _) in routes(token.credential.id, &root) {
            let refused = match method {
                "POST" => browser.submit_from(&form, &path, &[("name", "x"), ("allowed", "yes")]).await,
                _ => browser.get(&path).await,
            };
            assert_eq!(refused.status, 303, "{method} {path}");
            assert!(refused.header("location").starts_with("/sign-in"), "{method} {path}: {}", refused.header("location"));
        }
        for path in ["/v1/me", "/v1/verify"] {
            assert!(browser.get(path).await.status >= 400, "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r70_a_token_opens_no_page_and_manages_nothing(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "all I may", &["admin", "profile", "verify"]).await;
        let authorization = format!("Bearer {}", token.secret.reveal());
        let before = app.state_and_log().await;
        for (method, path, _) in routes(token.credential.id, &root) {
            for (name, value) in [("authorization", authorization.as_str()), ("x-api-key", token.secret.reveal())] {
                let mut headers = vec![(name, value)];
                headers.extend(if method == "POST" { &FORM[..] } else { &[] });
                let refused = app.send(method, &path, &headers, "form_token=AAAA&name=x").await;
                assert_eq!((refused.status, refused.body.contains("root@example.com")), (303, false), "{method} {path}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r100_pages_of_administrators_are_closed_to_everybody_else(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.scope(&root, "documents:read", &[]).await;
        let alice = app.user("alice@example.com").await;
        let token = app.token(&alice, "CI deploy", &[]).await;
        execute_all(&app.app().ctx.db, &[
            "INSERT INTO workspaces (id, slug, name, plan, created_by, created_at, updated_at)
             VALUES ('00000000-0000-7000-8000-000000000000', 'acme', 'Acme', 'free', 'x', 1, 1)",
            "INSERT INTO clients (id, name, name_key, device_sign_in, scopes, created_by, created_at, updated_at)
             VALUES ('00000000-0000-7000-8000-000000000000', 'Notes', 'notes', 'allowed', '[]', 'x', 1, 1)",
        ]).await;
        let (browser, admin) = (app.browser(), app.browser());
        browser.sign_in("alice@example.com").await;
        admin.sign_in("root@example.com").await;
        let form = browser.get("/profile").await;
        let before = app.state_and_log().await;
        let mut closed = routes(token.credential.id, &alice);
        closed.retain(|(_, _, who)| *who == For::Administrators);
        for (method, path, _) in &closed {
            let refused = match *method {
                "POST" => browser.submit_from(&form, path, &[("roles", "admin"), ("allowed", "yes")]).await,
                _ => browser.get(path).await,
            };
            assert_eq!((refused.status, refused.text_of("h1").as_str()), (403, "This page is for administrators"), "{path}");
        }
        assert_eq!(app.state_and_log().await, before);
        for (_, path, _) in closed.iter().filter(|(method, ..)| *method == "GET") {
            assert!(admin.get(path).await.status < 400, "{path}");
        }
    }

    async fn r42_nothing_keeps_a_page_of_somebody_or_an_error_on_it(app: &TestApp) {
        app.admin("root@example.com").await;
        let root = app.person("root@example.com").await;
        let token = app.token(&root, "CI deploy", &[]).await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        let form = browser.get("/profile").await;
        for (method, path, _) in routes(token.credential.id, &root) {
            let answers = match method {
                "GET" => vec![browser.get(&path).await, browser.send("PUT", &path, &[], String::new()).await],
                _ => vec![
                    browser.send("POST", &path, &FORM, "form_token=stale".to_owned()).await,
                    browser.submit_from(&form, &path.replace(&root.session().to_string(), "ses_"), &[("longest_days", "x")]).await,
                ],
            };
            for answer in answers {
                assert_eq!(answer.header("cache-control"), "no-store", "{method} {path} {}", answer.status);
            }
        }
    }

    async fn a_path_says_what_may_be_done_with_it(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI deploy", &[]).await;
        let browser = app.browser();
        browser.sign_in("root@example.com").await;
        for (_, path, _) in routes(token.credential.id, &root) {
            let methods: Vec<&str> = routes(token.credential.id, &root)
                .iter()
                .filter(|(_, other, _)| *other == path)
                .flat_map(|(method, _, _)| if *method == "GET" { vec!["GET", "HEAD"] } else { vec![*method] })
                .collect();
            let refused = browser.send("DELETE", &path, &[], String::new()).await;
            let mut allowed: Vec<&str> = refused.header("allow").split(", ").collect();
            allowed.sort_unstable();
            assert_eq!((refused.status, allowed), (405, methods), "{path}");
        }
    }

    async fn r101_the_ids_of_others_lead_nowhere_in_paths_bodies_filters_and_cursors(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        for n in 0..55 {
            app.token(&alice, &format!("twin {n}"), &[]).await;
            app.token(&bob, &format!("twin {n}"), &[]).await;
        }
        let (hers, his) = (app.browser(), app.browser());
        hers.sign_in("alice@example.com").await;
        his.sign_in("bob@example.com").await;
        let mut recorded = Vec::new();
        for page in ["/profile/tokens", "/profile/tokens?sort=name", "/profile/sessions", "/profile/activity"] {
            recorded.extend(targets(&hers.get(page).await));
        }
        assert!(recorded.len() > 100, "revocations, sessions and next pages: {}", recorded.len());
        let form = his.get("/profile").await;
        let before = app.state_and_log().await;
        for target in &recorded {
            if target.contains("after=") {
                assert_eq!(his.get(target).await.status, 400, "{target}");
                continue;
            }
            let posted = his.submit_from(&form, target, &[]).await;
            // A token's own page has nothing to post to.
            let gone = if target.matches('/').count() == 3 && target.contains("/tokens/") { 405 } else { 404 };
            assert_eq!(posted.status, gone, "{target}");
            if target.contains("/tokens/") {
                assert_eq!(his.get(target).await.status, 404, "{target}");
            }
        }
        let id = alice.id().to_string();
        for filter in [format!("/profile/activity?account={id}"), format!("/profile/tokens?account={id}&owner={id}&q=alice")] {
            assert!(!his.get(&filter).await.body.contains("alice@"), "{filter}");
        }
        assert_eq!(app.state_and_log().await, before);
        assert_eq!(hers.get("/profile/tokens").await.text_of(".tabs .count"), "55");
    }

    async fn r101_what_a_form_says_about_its_owner_is_not_believed(app: &TestApp) {
        app.admin("root@example.com").await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let (hers, his) = (app.browser(), app.browser());
        hers.sign_in("alice@example.com").await;
        his.sign_in("bob@example.com").await;
        let her_form = hers.get("/profile/tokens/new").await;
        let her_nonce = her_form.field("nonce");
        let (alices, roots) = (alice.id().to_string(), "admin".to_owned());
        let fields = [
            ("name", "CI"),
            ("expires", "30"),
            ("nonce", her_nonce.as_str()),
            ("account_id", &alices),
            ("owner", &alices),
            ("role", &roots),
            ("roles", "admin"),
        ];
        let created = his.submit("/profile/tokens/new", "/profile/tokens", &fields).await;
        assert_eq!((created.status, created.text_of("h1").as_str()), (200, "Token CI created"), "{}", created.body);
        let me = app.bearer(&created.attribute("#secret", "value").expect("the token")).get("/v1/me").await;
        assert_eq!(me.json()["data"]["id"], bob.id().to_string());
        let created = hers.submit_from(&her_form, "/profile/tokens", &[("name", "CI"), ("expires", "30")]).await;
        assert_eq!(created.text_of("h1"), "Token CI created", "her own form is still good");
        let stolen = hers.get("/profile").await;
        let before = app.state_and_log().await;
        let refused = his.submit_from(&stolen, "/profile/sessions/end-others", &[]).await;
        assert_eq!((refused.status, refused.text_of("h1").as_str()), (400, "This form has expired"), "another session's form");
        assert_eq!(app.state_and_log().await, before);
    }

    async fn r121_each_change_leaves_exactly_one_event_and_a_refused_one_none(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let token = app.token(&root, "CI deploy", &[]).await;
        let (browser, other) = (app.browser(), app.browser());
        browser.sign_in("root@example.com").await;
        other.sign_in("root@example.com").await;
        let third = app.person("root@example.com").await;
        let revoke = format!("/profile/tokens/{}/revoke", token.credential.id);
        let end = format!("/profile/sessions/{}/end", third.session());
        let weak = [("current", PASSWORD), ("new", "short")];
        let good = [("current", PASSWORD), ("new", "copper-lantern-drifts-77")];
        let changes: [(&str, &str, Fields<'_>, usize); 10] = [
            ("/profile/tokens/new", "/profile/tokens", &[("name", "New"), ("expires", "30")], 1),
            ("/profile/tokens/new", "/profile/tokens", &[("name", "new"), ("expires", "30")], 0),
            (&revoke, &revoke, &[], 1),
            ("/profile", &revoke, &[], 0),
            ("/profile/sessions", &end, &[], 1),
            ("/profile/sessions", &end, &[], 0),
            ("/admin/policy", "/admin/policy", &[("roles", "admin"), ("allowed", "yes")], 1),
            ("/admin/policy", "/admin/policy", &[("roles", "ad min,<"), ("allowed", "yes")], 0),
            ("/profile/security", "/profile/security/password", &weak, 0),
            ("/profile/security", "/profile/security/password", &good, 1),
        ];
        for (page, action, fields, expected) in changes {
            let before = app.events().await;
            let answer = browser.submit(page, action, fields).await;
            assert_eq!(app.events().await - before, expected, "{action} {fields:?}: {}", answer.status);
        }
        assert_eq!(other.get("/profile").await.status, 303, "the change of the password ended it, in the same event");
    }
}

/// Where a page's buttons and links to single things lead.
fn targets(page: &Answer) -> Vec<String> {
    [page.attributes("tbody a, a[rel=next]", "href"), page.attributes("tbody form", "action")].concat()
}
