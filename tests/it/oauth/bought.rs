//! Access tokens that a secret bought, at our own doors.

use latchkey::base::text::Label;
use latchkey::base::time::Span;
use latchkey::domain::access::{Audiences, Scopes, Switch};
use latchkey::domain::credentials::service::{self, IssuedService, ServiceDraft};
use latchkey::domain::credentials::{self, AddressList, Narrower};
use latchkey::domain::signing::{self, Claims, Class, MeantFor};
use latchkey::domain::workspaces::Member;
use serde_json::json;

use crate::served;
use crate::support::TestApp;

pub async fn service_account(app: &TestApp, by: &Member, name: &str, scopes: &[&str]) -> IssuedService {
    let draft = ServiceDraft {
        name: Label::parse(name).expect("a name"),
        scopes: Scopes::parse(scopes.iter().copied()).expect("scopes"),
        audiences: Audiences::parse(["platform"]).expect("audiences"),
        allowed_addresses: AddressList::anywhere(),
        owners: Vec::new(),
        nonce: None,
    };
    service::create(&app.app().ctx, by, draft).await.expect("made")
}

served! {
    async fn r84_a_token_of_a_service_account_is_that_account_with_narrower_scopes(app: &TestApp) {
        let alice = app.user("alice@example.com").await;
        let acme = app.workspace(&alice, "acme").await;
        let by = app.member_of(&acme, &alice).await;
        let made = service_account(app, &by, "Billing", &["verify", "workspace:read"]).await;
        let token = app.bought_by_service(&made, Some("verify profile")).await;
        let me = app.bearer(&token).get("/v1/me").await;
        assert_eq!(me.status, 200, "{}", me.body);
        let credential = me.json()["data"]["credential"].clone();
        assert_eq!((&credential["kind"], &credential["name"]), (&json!("service"), &json!("Billing")));
        assert_eq!(credential["scopes"], json!(["verify"]), "what it names, as far as the account has it");
        assert_eq!(credential["expiresAt"], "2026-11-22T09:15:00.000Z");
        assert!(!me.header("x-ratelimit-limit").is_empty());
        let refused = app.bearer(&token).get("/v1/workspaces/acme").await;
        assert_eq!((refused.status, &refused.json()["error"]["details"]["scope"]), (403, &json!("workspace:read")));
        assert_eq!(app.bearer(&app.bought_by_service(&made, None).await).get("/v1/workspaces/acme").await.status, 200);
        app.clock.advance(Span::minutes(15));
        assert_eq!(app.bearer(&token).get("/v1/me").await.code(), "AUTH_002", "its time is over");
        let token = app.bought_by_service(&made, None).await;
        assert_eq!(app.bearer(&token).get("/v1/me").await.status, 200);
        service::delete(&app.app().ctx, &by, made.account.id).await.expect("deleted");
        let dead = app.bearer(&token).get("/v1/me").await;
        assert_eq!((dead.status, dead.code().as_str()), (401, "AUTH_002"));
        assert!(dead.header("www-authenticate").contains("error=\"invalid_token\""));
    }

    async fn r105_rights_of_now_bind_a_token_that_was_signed_before(app: &TestApp) {
        let root = app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let parent = app.token(&alice, "CI", &["verify", "profile"]).await;
        let token = app.bought(&parent, Some("verify")).await;
        let verify = json!({ "token": "x" });
        assert_eq!(app.bearer(&token).post("/v1/verify", &verify).await.status, 200);
        let scopes = Scopes::parse(["profile"]).expect("scopes");
        let less = Narrower { scopes, allowed_addresses: AddressList::anywhere() };
        credentials::narrow(&app.app().ctx, &alice, parent.credential.id, &less).await.expect("narrowed");
        assert_eq!(app.bearer(&token).post("/v1/verify", &verify).await.code(), "AUTH_003", "the parent holds less now");
        app.allow_tokens(&root, Switch::Off).await;
        assert_eq!(app.bearer(&token).get("/v1/me").await.json()["error"]["details"]["reason"], "token_auth_disabled");
        app.allow_tokens(&root, Switch::On).await;
        assert_eq!(app.bearer(&token).get("/v1/me").await.status, 200);
        app.suspend("alice@example.com").await;
        let fresh = app.bought(&parent, Some("profile")).await;
        assert_eq!(app.bearer(&fresh).get("/v1/me").await.code(), "AUTH_005");
    }

    async fn a_token_is_given_up_alone_and_its_parent_lives(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let parent = app.token(&alice, "CI", &["profile"]).await;
        let (first, second) = (app.bought(&parent, Some("")).await, app.bought(&parent, Some("profile")).await);
        for token in [&first, &second] {
            assert_eq!(app.bearer(token).get("/v1/me").await.status, 200);
        }
        assert_eq!(app.bearer(&first).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        assert_eq!(app.bearer(&first).get("/v1/me").await.code(), "AUTH_002");
        for alive in [second.as_str(), parent.secret.reveal()] {
            assert_eq!(app.bearer(alive).get("/v1/me").await.status, 200);
        }
        assert_eq!(app.rows("SELECT digest FROM given_up_tokens").await.len(), 1);
        app.clock.advance(Span::minutes(16));
        assert_eq!(latchkey::jobs::sweep::run_once(&app.app().ctx).await.expect("swept").given_up, 1);
        assert_eq!(app.bearer(parent.secret.reveal()).post("/v1/tokens/revoke", &json!({})).await.status, 204);
        assert_eq!(app.bearer(&second).get("/v1/me").await.code(), "AUTH_002", "it ends with its parent");
    }

    async fn r90_a_token_for_others_opens_nothing_here_and_whoever_it_is_for_may_ask(app: &TestApp) {
        app.admin("root@example.com").await;
        let alice = app.user("alice@example.com").await;
        let asking = app.token(&alice, "asks", &["verify"]).await;
        let parent = app.token(&alice, "CI", &["profile"]).await;
        let ours = app.bought(&parent, Some("profile")).await;
        let claims = signing::read(&app.app().ctx, Class::Access, &ours, MeantFor::Us)
            .await
            .expect("read");
        let foreign = Claims { audiences: vec!["platform".into()], ..claims };
        let foreign = app.signed(Class::Access, &foreign).await;
        for _ in 0..2 {
            assert_eq!(app.bearer(&foreign).get("/v1/me").await.code(), "AUTH_002");
            let told = app.bearer(asking.secret.reveal()).post("/v1/verify", &json!({ "token": foreign })).await;
            assert_eq!(told.json()["data"]["code"], "VALID", "{}", told.body);
        }
    }
}
