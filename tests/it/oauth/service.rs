//! Client credentials: what a service account gets for a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey::base::text::Label;
use latchkey::domain::access::{Audiences, Scopes};
use latchkey::domain::credentials::AddressList;
use latchkey::domain::credentials::service::{self, IssuedService, ServiceDraft, client_id};
use latchkey::domain::workspaces::Member;
use serde_json::json;

use super::{ask, claims, form};
use crate::served;
use crate::support::TestApp;

async fn billing(app: &TestApp) -> (Member, IssuedService) {
    let alice = app.user("alice@example.com").await;
    let acme = app.workspace(&alice, "acme").await;
    let by = app.member_of(&acme, &alice).await;
    let draft = ServiceDraft {
        name: Label::parse("Billing").expect("a name"),
        scopes: Scopes::parse(["verify", "workspace:read"]).expect("scopes"),
        audiences: Audiences::parse(["platform"]).expect("audiences"),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    };
    let made = service::create(&app.app().ctx, &by, draft).await.expect("made");
    (by, made)
}

served! {
    async fn a_service_account_gets_an_access_token_in_all_three_spellings(app: &TestApp) {
        let (_, made) = billing(app).await;
        let (id, secret) = (client_id(made.account.id), made.secret.reveal());
        let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let json_body = ask(app, &json!({ "clientId": id, "clientSecret": secret, "scope": "verify" })).await;
        assert_eq!(json_body.status, 200, "{}", json_body.body);
        assert_eq!(json_body.json()["refreshToken"], json!(null));
        let by_basic = form(app, &[("authorization", &basic)], &[("grant_type", "client_credentials"), ("scope", "verify")]).await;
        let post = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret), ("scope", "verify")];
        let by_post = form(app, &[], &post).await;
        for (answer, name) in [(&json_body, "accessToken"), (&by_basic, "access_token"), (&by_post, "access_token")] {
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(answer.json()["scope"], json!("verify"));
            let said = claims(answer.json()[name].as_str().expect("a token"));
            assert_eq!((&said["sub"], &said["client_id"], &said["scope"]), (&json!(id), &json!(id), &json!("verify")));
            assert!(said["sid"].as_str().is_some_and(|sid| sid.starts_with("sct_")) && said["tenant_id"].is_string(), "{said}");
        }
        let as_form = app
            .send(
                "POST",
                "/v1/auth/token",
                &[("content-type", "application/x-www-form-urlencoded")],
                form_urlencoded::Serializer::new(String::new()).extend_pairs(post).finish(),
            )
            .await;
        assert_eq!((as_form.status, &as_form.json()["tokenType"]), (200, &json!("Bearer")), "{}", as_form.body);
    }

    async fn r84_what_is_asked_for_is_given_as_far_as_the_account_reaches(app: &TestApp) {
        let (_, made) = billing(app).await;
        let (id, secret) = (client_id(made.account.id), made.secret.reveal());
        let asked = async |more: &[(&str, &str)]| {
            let mut fields = vec![("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret)];
            fields.extend(more);
            form(app, &[], &fields).await
        };
        let all = asked(&[]).await;
        assert_eq!((&all.json()["scope"], &all.json()["refresh_token"]), (&json!("verify workspace:read"), &json!(null)));
        for (more, error) in [
            (("scope", "verify keys:manage"), "invalid_scope"),
            (("scope", "no:such"), "invalid_scope"),
            (("scope", "é"), "invalid_scope"),
            (("audience", "external-api"), "invalid_target"),
        ] {
            let before = app.state_and_log().await;
            let answer = asked(&[more]).await;
            assert_eq!((answer.status, &answer.json()["error"]), (400, &json!(error)), "{more:?}: {}", answer.body);
            assert_eq!(app.state_and_log().await, before);
        }
        let meant = asked(&[("audience", "platform")]).await;
        let token = meant.json()["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(claims(&token)["aud"], json!("platform"));
        assert_eq!(app.bearer(&token).get("/v1/me").await.status, 401, "it is meant for somebody else");
    }

    async fn r84_a_token_of_a_service_account_dies_with_the_secret_that_bought_it(app: &TestApp) {
        let (by, made) = billing(app).await;
        let id = client_id(made.account.id);
        let buy = async |secret: &str| {
            let fields = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret)];
            form(app, &[], &fields).await.json()["access_token"].as_str().expect("a token").to_owned()
        };
        let second = service::add_secret(&app.app().ctx, &by, made.account.id, None).await.expect("added");
        let (old, new) = (buy(made.secret.reveal()).await, buy(second.secret.reveal()).await);
        let status = async |token: &str| app.bearer(token).get("/v1/me").await.status;
        assert_eq!((status(&old).await, status(&new).await), (200, 200));
        service::revoke_secret(&app.app().ctx, &by, made.account.id, made.account.secrets[0].id).await.expect("revoked");
        assert_eq!((status(&old).await, status(&new).await), (401, 200));
        service::delete(&app.app().ctx, &by, made.account.id).await.expect("deleted");
        assert_eq!(status(&new).await, 401);
        let fields = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", second.secret.reveal())];
        let refused = form(app, &[], &fields).await;
        assert_eq!((refused.status, &refused.json()["error"]), (401, &json!("invalid_client")));
        assert!(refused.header("www-authenticate").starts_with("Basic "));
    }

    async fn r84_a_key_and_a_personal_token_are_no_client(app: &TestApp) {
        app.admin("root@example.com").await;
        let (by, made) = billing(app).await;
        let key = app.key(&by, "Deploy", &["verify"]).await;
        let token = app.token(by.person(), "CI", &[]).await;
        let id = client_id(made.account.id);
        let before = app.state_and_log().await;
        for (client, secret) in [
            (id.as_str(), key.secret.reveal()),
            (id.as_str(), token.secret.reveal()),
            ("svc_0190163d8694739baea5966c26f8ad91", made.secret.reveal()),
            ("nobody", made.secret.reveal()),
            (id.as_str(), "wrong"),
        ] {
            let fields = [("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret)];
            let answer = form(app, &[], &fields).await;
            assert_eq!((answer.status, &answer.json()["error"]), (401, &json!("invalid_client")), "{client}: {}", answer.body);
            let answer = ask(app, &json!({ "clientId": client, "clientSecret": secret })).await;
            assert_eq!((answer.status, answer.code().as_str()), (401, "AUTH_002"), "{client}: {}", answer.body);
        }
        assert_eq!(app.state_and_log().await, before);
    }
}
