//! Who may open which page and send which form.

use latchkey::domain::access::Switch;

use super::inventory::{Access, ROUTES, Route};
use crate::served;
use crate::support::app::{Answer, Browser};

const FORM: &str = "application/x-www-form-urlencoded";

/// Asks as a browser does: a form carries a token of this browser and the proof that it was sent from here.
async fn ask(browser: &Browser<'_>, method: &str, path: &str) -> Answer {
    if method != "POST" {
        return browser.send(method, path, &[], String::new()).await;
    }
    let page = browser.get("/verify").await;
    let body = format!("form_token={}", page.field("form_token"));
    browser.send("POST", path, &[("content-type", FORM), ("sec-fetch-site", "same-origin")], body).await
}

/// How a page refuses somebody who neither administers nor belongs to the workspace.
fn refusal(access: Access) -> Option<u16> {
    match access {
        Access::Administrator => Some(403),
        Access::Member => Some(404),
        _ => None,
    }
}

/// The last route of its kind leaves nobody to ask the next.
fn in_order() -> Vec<&'static Route> {
    let mut routes: Vec<_> =
        ROUTES.iter().filter(|route| matches!(route.access, Access::Person | Access::Member | Access::Administrator)).collect();
    routes.extend(ROUTES.iter().filter(|route| route.path == "/sign-out"));
    routes
}

served! {
    async fn r100_every_page_lets_in_exactly_whom_its_row_names_and_r121_a_refusal_leaves_no_trace(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        app.user("alice@example.com").await;
        app.workspace(&root, "acme").await;
        let (nobody, user, admin) = (app.browser(), app.browser(), app.browser());
        assert_eq!(user.sign_in("alice@example.com").await.status, 303);
        assert_eq!(admin.sign_in("root@example.com").await.status, 303);
        for route in in_order() {
            let forms = if route.path == "/sign-out" { &["POST"][..] } else { route.methods };
            for method in forms {
                let asked = format!("{method} {}", route.path);
                for (browser, refused) in [
                    (&nobody, Some(303)),
                    (&user, refusal(route.access)),
                    (&admin, None),
                ] {
                    let before = app.state().await;
                    let answer = ask(browser, method, &route.sample()).await;
                    let to_sign_in = answer.status == 303 && answer.header("location").starts_with("/sign-in") && route.path != "/sign-out";
                    match refused {
                        Some(303) => assert!(to_sign_in || route.path == "/sign-out", "{asked}: {}", answer.status),
                        Some(status) => assert_eq!(answer.status, status, "{asked}"),
                        None => assert!(!to_sign_in && !matches!(answer.status, 401 | 403 | 500..), "{asked}: {}", answer.status),
                    }
                    if refused.is_some() {
                        assert_eq!(app.state().await, before, "{asked}");
                    }
                }
            }
            if route.path == "/admin/policy" {
                app.allow_tokens(&root, Switch::On).await;
            }
        }
        assert_eq!(user.get("/profile").await.status, 303, "signed out by the last route");
    }

    async fn r101_what_belongs_to_somebody_else_does_not_exist(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        app.user("bob@example.com").await;
        let token = app.token(&alice, "CI", &[]).await;
        let (bob, root) = (app.browser(), app.browser());
        bob.sign_in("bob@example.com").await;
        root.sign_in("root@example.com").await;
        let (tokens, sessions) = (token.credential.id.to_string(), alice.session().to_string());
        let nobodys = ["tok_00000000000070008000000000000000", "ses_00000000000070008000000000000000", "x", "%00", "..", "'"];
        let before = app.state().await;
        for browser in [&bob, &root] {
            let mut answers = Vec::new();
            for id in [tokens.as_str(), &sessions, &tokens.to_uppercase()].into_iter().chain(nobodys) {
                for (method, path) in [
                    ("GET", format!("/profile/tokens/{id}/revoke")),
                    ("POST", format!("/profile/tokens/{id}/revoke")),
                    ("POST", format!("/profile/sessions/{id}/end")),
                ] {
                    let answer = ask(browser, method, &path).await;
                    assert_eq!(answer.status, 404, "{method} {path}");
                    answers.push(answer.text_of("main"));
                }
            }
            assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "and nothing tells them apart");
        }
        assert_eq!(app.state().await, before);
        assert_eq!(app.bearer(token.secret.reveal()).get("/v1/me").await.status, 200);
    }
}
