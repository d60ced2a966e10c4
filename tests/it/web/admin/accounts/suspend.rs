//! Suspending an account and restoring it.

use serde_json::json;

use super::{administrator, page_of, press};
use crate::support::TestApp;
use crate::support::app::{Browser, PASSWORD};
use crate::support::rows::execute_all;
use crate::{only, served};

/// The statuses of a page with each browser, and of a request with each token.
async fn tried(browsers: &[&Browser<'_>], app: &TestApp, tokens: &[String]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for browser in browsers {
        statuses.push(browser.get("/profile").await.status);
    }
    for token in tokens {
        statuses.push(app.bearer(token).get("/v1/me").await.status);
    }
    statuses
}

/// Four tokens.
async fn tokens(app: &TestApp, email: &str) -> Vec<String> {
    let person = app.person(email).await;
    let mut tokens = Vec::new();
    for n in 0..4 {
        tokens.push(app.token(&person, &format!("token {n}"), &["profile", "verify"]).await.secret.reveal().to_owned());
    }
    tokens
}

served! {
    async fn r30_whatever_a_person_has_is_refused_on_the_next_request_after_the_suspension(app: &TestApp) {
        let root = administrator(app).await;
        let (alice, bob) = (app.user("alice@example.com").await, app.user("bob@example.com").await);
        let (laptop, phone, bobs) = (app.browser(), app.browser(), app.browser());
        laptop.sign_in("alice@example.com").await;
        phone.sign_in("alice@example.com").await;
        bobs.sign_in("bob@example.com").await;
        let hers = tokens(app, "alice@example.com").await;
        let his = app.token(&bob, "his", &[]).await;
        assert_eq!(tried(&[&laptop, &phone], app, &hers).await, [200; 6]);

        let page = page_of(&alice, "/suspend");
        let asked = root.get(&page).await;
        assert_eq!(asked.text_of("h1"), "Suspend alice?");
        let told = asked.text_of("main");
        assert!(told.contains("4 sessions end") && told.contains("4 API tokens stop working"), "{told}");
        let before = app.events().await;
        let done = press(&root, &page).await;
        assert_eq!((done.status, done.header("location").to_owned()), (303, page_of(&alice, "?done=suspended")));
        assert_eq!(app.events().await, before + 2, "the page, once more, and the suspension");

        assert_eq!(tried(&[&laptop, &phone], app, &hers).await, [303, 303, 401, 401, 401, 401]);
        assert_eq!(app.bearer(&hers[0]).get("/v1/me").await.code(), "AUTH_005");
        assert_eq!(laptop.sign_in("alice@example.com").await.status, 401, "nor does a new session begin");
        let asked = app.bearer(his.secret.reveal());
        assert_eq!((asked.get("/v1/me").await.status, bobs.get("/profile").await.status), (200, 200), "others go on");
        let detail = root.get(&page_of(&alice, "")).await;
        assert_eq!(detail.text_of(".head .tag"), "Suspended");
        assert!(detail.text_of("main").contains("Account suspended, 4 sessions ended"), "{}", detail.body);
        let before = app.state_and_log().await;
        assert_eq!(root.submit("/admin/accounts", &page, &[]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "suspended already, nothing happens");
    }

    async fn a_restored_account_has_its_tokens_again_and_must_sign_in_anew(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let laptop = app.browser();
        laptop.sign_in("alice@example.com").await;
        let hers = tokens(app, "alice@example.com").await;
        let before = app.state_and_log().await;
        assert_eq!(root.submit("/admin/accounts", &page_of(&alice, "/restore"), &[]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "not suspended, nothing happens");
        press(&root, &page_of(&alice, "/suspend")).await;
        assert_eq!(tried(&[&laptop], app, &hers).await, [303, 401, 401, 401, 401]);
        let asked = root.get(&page_of(&alice, "/restore")).await;
        assert_eq!(asked.text_of("h1"), "Restore alice?");
        assert!(asked.text_of("main").contains("4 API tokens work again at once"), "{}", asked.body);
        assert_eq!(press(&root, &page_of(&alice, "/restore")).await.header("location"), page_of(&alice, "?done=restored"));
        assert_eq!(tried(&[&laptop], app, &hers).await, [303, 200, 200, 200, 200]);
        assert_eq!(laptop.sign_in("alice@example.com").await.status, 303);
        assert_eq!(laptop.get("/profile").await.status, 200);
    }

    async fn a_link_that_was_mailed_before_the_suspension_leads_nowhere_after_it(app: &TestApp) {
        let root = administrator(app).await;
        app.unconfirmed("carol@example.com").await;
        let (link, _) = app.confirmation("carol@example.com").await;
        let carol = app.person("carol@example.com").await;
        let visitor = app.browser();
        assert_eq!(visitor.get(&link).await.status, 200);
        press(&root, &page_of(&carol, "/suspend")).await;
        press(&root, &page_of(&carol, "/restore")).await;
        assert!(visitor.get(&link).await.status >= 400, "void, also when the account is restored");
    }

    async fn r104_who_is_invited_unconfirmed_or_suspended_has_less_than_an_account(app: &TestApp) {
        let root = administrator(app).await;
        for who in ["invited", "suspended"] {
            app.account(&format!("{who}@example.com"), latchkey::domain::accounts::Roles::admin()).await;
        }
        app.unconfirmed("unconfirmed@example.com").await;
        execute_all(&app.app().ctx.db, &[
            "UPDATE accounts SET password_hash = NULL, verified_at = NULL, invited_at = 1 WHERE email_key = 'invited@example.com'",
        ]).await;
        let suspended = app.person("suspended@example.com").await;
        press(&root, &page_of(&suspended, "/suspend")).await;
        let tags = async |who: &str| root.get(&format!("/admin/accounts?q={who}%40example.com")).await.texts_of("tbody .tag");
        for who in ["Invited", "Suspended", "Unconfirmed"] {
            assert_eq!(tags(&who.to_lowercase()).await, [who]);
        }
        let before = app.state().await;
        for who in ["invited@example.com", "suspended@example.com"] {
            let browser = app.browser();
            for password in [PASSWORD, "", " "] {
                let refused = browser.submit("/sign-in", "/sign-in", &[("email", who), ("password", password)]).await;
                assert_eq!((refused.status, browser.get("/admin/accounts").await.status), (401, 303), "{who}");
            }
        }
        assert_eq!(app.state().await, before);
        let browser = app.browser();
        assert_eq!(browser.sign_in("unconfirmed@example.com").await.status, 303);
        let before = app.state().await;
        let refused = browser.submit("/profile", "/profile/tokens", &[("name", "CI"), ("expires", "30"), ("nonce", "n")]).await;
        assert!(refused.status >= 400, "{}", refused.status);
        assert_eq!(app.state().await, before, "no token before the address is confirmed");
    }

    async fn signing_somebody_out_everywhere_ends_their_sessions_and_leaves_their_tokens(app: &TestApp) {
        let root = administrator(app).await;
        let alice = app.user("alice@example.com").await;
        let (laptop, phone) = (app.browser(), app.browser());
        laptop.sign_in("alice@example.com").await;
        phone.sign_in("alice@example.com").await;
        let hers = tokens(app, "alice@example.com").await;
        let (page, sign_out) = (page_of(&alice, ""), page_of(&alice, "/sign-out"));
        let form = root.get(&page).await;
        let before = app.events().await;
        let done = root.submit_from(&form, &sign_out, &[]).await;
        assert_eq!(done.header("location"), page_of(&alice, "?done=out"));
        assert_eq!(app.events().await, before + 1);
        assert_eq!(tried(&[&laptop, &phone], app, &hers).await, [303, 303, 200, 200, 200, 200]);
        let told = root.get(done.header("location")).await;
        assert_eq!(told.text_of(".notice.good"), "All sessions of this account are ended.");
        assert!(told.text_of("main").contains("Signed out everywhere, 4 sessions ended"), "{}", told.body);
        let before = app.state_and_log().await;
        assert_eq!(root.submit_from(&form, &sign_out, &[]).await.status, 303);
        assert_eq!(app.state_and_log().await, before, "with nothing to end, nothing happens");
    }

    async fn an_account_that_does_not_exist_cannot_be_changed(app: &TestApp) {
        let root = administrator(app).await;
        let form = root.get("/admin/accounts").await;
        let before = app.state_and_log().await;
        let nobody = "usr_00000000000070008000000000000000";
        let foreign = "ses_00000000000070008000000000000000";
        for id in [nobody, foreign, &nobody.to_uppercase(), "usr_", "1", "%00", "..%2Fpolicy", &"x".repeat(3_000)] {
            for what in ["", "/suspend", "/restore"] {
                assert_eq!(root.get(&format!("/admin/accounts/{id}{what}")).await.status, 404, "{id}{what}");
            }
            for what in ["/suspend", "/restore", "/roles", "/sign-out"] {
                let refused = root.submit_from(&form, &format!("/admin/accounts/{id}{what}"), &[("roles", "admin")]).await;
                assert_eq!(refused.status, 404, "{id}{what}");
            }
        }
        assert_eq!(app.state_and_log().await, before);
    }
}

only! { Postgres:
    async fn r30_a_suspension_binds_a_second_server_on_its_next_request_too(db: &TestDb) {
        let one = TestApp::start(db, &[]).await;
        let other = TestApp::start_at(db, &[], one.clock.clone()).await;
        {
            let root = administrator(&one).await;
            let alice = one.user("alice@example.com").await;
            let (laptop, phone) = (other.browser(), other.browser());
            laptop.sign_in("alice@example.com").await;
            phone.sign_in("alice@example.com").await;
            let hers = tokens(&one, "alice@example.com").await;
            assert_eq!(tried(&[&laptop, &phone], &other, &hers).await, [200; 6], "the other server remembers them now");
            let asked = json!({ "token": hers[0] });
            assert_eq!(other.bearer(&hers[1]).post("/v1/verify", &asked).await.json()["data"]["valid"], true);
            press(&root, &page_of(&alice, "/suspend")).await;
            assert_eq!(tried(&[&laptop, &phone], &other, &hers).await, [303, 303, 401, 401, 401, 401]);
            press(&root, &page_of(&alice, "/restore")).await;
            assert_eq!(tried(&[&laptop, &phone], &other, &hers).await, [303, 303, 200, 200, 200, 200]);
        }
        one.stop().await;
        other.stop().await;
    }
}
