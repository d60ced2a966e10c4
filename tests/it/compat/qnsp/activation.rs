//! The activation of SDKs.

use latchkey::base::time::Span;
use latchkey::domain::access::{self, ConfirmedAdministrator};
use latchkey::domain::credentials::keys::{KeyDraft, KeyKind};
use latchkey::domain::workspaces;
use latchkey::domain::workspaces::plans::{Entitlements, Feature, PlanName, PlanRate, PlanTerms};

use super::client::{Client, Code, Limits, Time, Uuid};
use super::{Tenant, service_account, signed_in, tenant};
use crate::served;
use crate::support::TestApp;
use crate::support::app::confirmed;
use crate::support::keys::draft;

const JSON: (&str, &str) = ("content-type", "application/json");
const SDK: &str = r#"{"sdkId":"qnsp-auth","sdkVersion":"1.4.0","runtime":"node-22"}"#;

async fn administrator(app: &TestApp) -> ConfirmedAdministrator {
    ConfirmedAdministrator::of(confirmed(&app.admin("root@example.com").await)).expect("an administrator")
}

/// Gives a workspace this plan.
async fn give(app: &TestApp, by: &ConfirmedAdministrator, to: &Tenant, plan: &str) {
    let plan = PlanName::parse(plan).expect("a name");
    access::set_plan(&app.app().ctx, by, to.workspace.id, &plan).await.expect("given");
}

async fn ends(app: &TestApp, token: &str) {
    assert_eq!(app.bearer(token).get("/v1/me").await.status, 401);
}

served! {
    async fn what_the_plan_includes_is_told_and_its_limit_is_the_one_that_binds(app: &TestApp) {
        let root = administrator(app).await;
        let acme = tenant(app, "acme").await;
        let key = acme.key.secret.reveal();
        let active = Client(app).activate(key).await.expect("active");
        assert_eq!((active.tenant_id, active.tier.as_str()), (Uuid(acme.id()), "free"));
        assert_eq!((active.expires_in_seconds, active.activated_at), (900, Time(app.clock.now())));
        let nothing = Limits {
            storage_gb: 1,
            api_calls: 60,
            enclaves_enabled: false,
            ai_training_enabled: false,
            ai_inference_enabled: false,
            sse_enabled: false,
            vault_enabled: false,
        };
        assert_eq!(active.limits, nothing);
        for (plan, storage_gb, api_calls) in [("starter", 10, 300), ("pro", 100, 1_000), ("enterprise", 1_000, 5_000)] {
            give(app, &root, &acme, plan).await;
            let told = Client(app).activate(key).await.expect("active");
            assert_eq!((told.tier.as_str(), told.limits.storage_gb, told.limits.api_calls), (plan, storage_gb, api_calls));
            let answer = app.bearer(key).get("/v1/me").await;
            assert_eq!(answer.header("x-ratelimit-limit"), api_calls.to_string(), "it is the limit");
        }
        let all = Client(app).activate(key).await.expect("active").limits;
        let included = [all.enclaves_enabled, all.ai_training_enabled, all.ai_inference_enabled, all.sse_enabled, all.vault_enabled];
        assert_eq!(included, [true; 5], "enterprise has everything");
    }

    async fn the_activation_token_stands_for_the_key_and_dies_with_it(app: &TestApp) {
        let acme = tenant(app, "acme").await;
        let key = acme.key.secret.reveal();
        let token = Client(app).activate(key).await.expect("active").activation_token;
        assert!(token != key && !token.contains(key) && token.split('.').count() == 3);
        let me = app.bearer(&token).get("/v1/me").await.json();
        assert_eq!(me["data"]["credential"]["scopes"], serde_json::json!(["verify"]), "no more than the key: {me}");
        app.clock.advance(Span::minutes(10));
        let short = Client(app).activate(&token).await.expect("by the token");
        assert_eq!(short.expires_in_seconds, 300, "and no longer than what it came from");
        app.clock.advance(Span::minutes(5));
        ends(app, &token).await;
        ends(app, &short.activation_token).await;
        let token = Client(app).activate(key).await.expect("active").activation_token;
        assert_eq!(app.bearer(key).post("/v1/tokens/revoke", &serde_json::json!({})).await.status, 204);
        ends(app, &token).await;
        assert_eq!(Client(app).activate(key).await.err(), Some((401, Code::InvalidApiKey)));
        assert_eq!(Client(app).activate(&token).await.err(), Some((401, Code::InvalidApiKey)));
    }

    async fn every_live_secret_but_a_publishable_key_activates(app: &TestApp) {
        app.admin("root@example.com").await;
        let acme = tenant(app, "acme").await;
        let service = service_account(app, &acme.member, "Billing").await;
        let signed = signed_in(app, &acme).await;
        for secret in [service.secret.reveal(), signed.access_token.as_str()] {
            assert_eq!(Client(app).activate(secret).await.expect("active").tenant_id, Uuid(acme.id()));
        }
        let personal = app.token(&acme.owner, "own", &["verify"]).await;
        let homeless = Some((403, Code::InvalidApiKey));
        assert_eq!(Client(app).activate(personal.secret.reveal()).await.err(), homeless, "its person has no workspace of their own");
        let own = workspaces::personal(&app.app().ctx, &acme.owner).await.expect("their own workspace");
        let active = Client(app).activate(personal.secret.reveal()).await.expect("active");
        assert_eq!(active.tenant_id, Uuid(own.id.uuid().to_string()));
        let publishable = KeyDraft { kind: KeyKind::Publishable, scopes: None, ..draft("Page") };
        let publishable = app.key_like(&acme.member, publishable).await;
        assert_eq!(Client(app).activate(publishable.secret.reveal()).await.err(), Some((403, Code::InvalidApiKey)));
        let session = app.log_in("acme@example.com").await;
        for bad in ["x", "lk_sec_live_garbage", session.as_str()] {
            assert_eq!(Client(app).activate(bad).await.err(), Some((401, Code::InvalidApiKey)), "{bad}");
        }
    }

    async fn who_may_not_is_told_why_in_one_of_five_words(app: &TestApp) {
        let root = administrator(app).await;
        let acme = tenant(app, "acme").await;
        let key = acme.key.secret.reveal();
        let free = PlanName::parse("free").expect("a name");
        let terms = PlanTerms {
            rate: PlanRate::per_minute(5).expect("a rate"),
            entitlements: Entitlements::new(5, [Feature::Vault]).expect("within bounds"),
        };
        access::change_plan(&app.app().ctx, &root, &free, &terms).await.expect("changed");
        assert_eq!(Client(app).activate(key).await.err(), Some((403, Code::TierInsufficient)));
        let answer = app.send("POST", "/billing/v1/sdk/activate", &[JSON, ("x-api-key", key)], SDK).await;
        let told = "The plan free does not include the activation of SDKs. Ask an administrator for another plan.";
        assert_eq!(answer.json()["error"], told);
        for _ in 0..3 {
            assert_eq!(Client(app).activate(key).await.err(), Some((403, Code::TierInsufficient)));
        }
        let answer = app.send("POST", "/billing/v1/sdk/activate", &[JSON, ("x-api-key", key)], SDK).await;
        assert_eq!((answer.status, answer.json()["code"].as_str(), answer.header("retry-after")), (429, Some("RATE_LIMITED"), "12"));
        app.clock.advance(Span::minutes(1));
        access::suspend_workspace(&app.app().ctx, &root, acme.workspace.id).await.expect("suspended");
        assert_eq!(Client(app).activate(key).await.err(), Some((401, Code::AccountSuspended)));
        access::restore_workspace(&app.app().ctx, &root, acme.workspace.id).await.expect("restored");
        give(app, &root, &acme, "pro").await;
        assert_eq!(Client(app).activate(key).await.expect("active").tier, "pro");
    }
}
