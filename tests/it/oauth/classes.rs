//! Every kind of token in every place that takes one: what is good in one place is worth nothing in another.

use latchkey::domain::credentials::service::client_id;
use serde_json::json;

use super::bought::service_account;
use super::{ANNA, form, pair};
use crate::served;
use crate::support::TestApp;

/// Where something may be presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// As whoever calls.
    Caller,
    /// As a person.
    Person,
    /// As a refresh token.
    Refresh,
    /// As the secret of a client.
    ClientSecret,
    /// As a cookie.
    Cookie,
}

const SLOTS: [Slot; 5] = [Slot::Caller, Slot::Person, Slot::Refresh, Slot::ClientSecret, Slot::Cookie];

async fn opens(app: &TestApp, slot: Slot, client: &str, token: &str) -> bool {
    let status = match slot {
        Slot::Caller => app.bearer(token).get("/v1/me").await.status,
        Slot::Person => app.bearer(token).get("/v1/me/tokens").await.status,
        Slot::Refresh => form(app, &[], &[("grant_type", "refresh_token"), ("refresh_token", token)]).await.status,
        Slot::ClientSecret => {
            let fields = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", token)];
            form(app, &[], &fields).await.status
        }
        Slot::Cookie => {
            let browser = app.browser();
            browser.set_cookie("sid", token);
            browser.get("/profile").await.status
        }
    };
    status == 200
}

served! {
    async fn r90_what_is_good_in_one_place_is_worth_nothing_in_another(app: &TestApp) {
        app.admin("root@example.com").await;
        let (access, refresh) = pair(app).await;
        let anna = app.person(ANNA).await;
        let acme = app.workspace(&anna, "acme").await;
        let by = app.member_of(&acme, &anna).await;
        let service = service_account(app, &by, "Service", &["verify"]).await;
        let (key, pat) = (app.key(&by, "Key", &["verify"]).await, app.token(&anna, "CI", &["profile"]).await);
        let narrow = app.grant(anna.id(), Some("[\"profile\"]")).await;
        let narrow = app.of_grant(anna.id(), narrow, Some("profile")).await;
        let (session, bought) = (app.log_in(ANNA).await, app.bought_by_service(&service, None).await);
        let of_pat = app.bought(&pat, None).await;
        let browser = app.browser();
        browser.sign_in(ANNA).await;
        let cookie = browser.cookie("sid").expect("a session");
        let client = client_id(service.account.id);
        for (what, token, places) in [
            ("a session token", session.as_str(), &[Slot::Caller, Slot::Person][..]),
            ("an access token of a person", &access, &[Slot::Caller, Slot::Person]),
            ("an access token with scopes", &narrow, &[Slot::Caller]),
            ("what a service account bought", &bought, &[Slot::Caller]),
            ("what a personal token bought", &of_pat, &[Slot::Caller]),
            ("a personal token", pat.secret.reveal(), &[Slot::Caller]),
            ("a key", key.secret.reveal(), &[Slot::Caller]),
            ("a secret of the client", service.secret.reveal(), &[Slot::Caller, Slot::ClientSecret]),
            ("a cookie", &cookie, &[Slot::Cookie]),
            ("a refresh token", &refresh, &[Slot::Refresh]),
        ] {
            for slot in SLOTS {
                let expected = places.contains(&slot);
                assert_eq!(opens(app, slot, &client, token).await, expected, "{what} as {slot:?}");
            }
        }
        let basic = [("grant_type", "refresh_token"), ("refresh_token", access.as_str())];
        assert_eq!(form(app, &[], &basic).await.json()["error"], json!("invalid_grant"));
    }

    async fn r95_a_refusal_says_what_it_wants(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let weak = app.token(&alice, "weak", &[]).await;
        let silent = app.anon("GET", "/v1/me").await;
        assert_eq!((silent.status, silent.header("www-authenticate")), (401, "Bearer realm=\"latchkey\""), "no error without a credential");
        for bad in ["lk_pat_bad", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
            let answer = app.bearer(bad).get("/v1/me").await;
            assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer realm=\"latchkey\", error=\"invalid_token\""));
        }
        let token = app.bought(&weak, None).await;
        for holder in [weak.secret.reveal(), &token] {
            let answer = app.bearer(holder).post("/v1/verify", &json!({ "token": "x" })).await;
            let told = answer.header("www-authenticate");
            assert!(answer.status == 403 && told.contains("error=\"insufficient_scope\", scope=\"verify\""), "{told}");
        }
    }
}
