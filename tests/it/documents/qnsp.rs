//! QNSP: sign-in to a tenant, a pair of tokens that is rotated and revoked, tokens of services, the keys that they are
//! checked with, and the activation of SDKs. No envelope, names in camelCase, ids are UUIDs, times in UTC; an error is
//! `{statusCode, error, message, requestId}`.

use latchkey::base::time::Span;
use latchkey::domain::access::{self, ConfirmedAdministrator};
use latchkey::domain::workspaces::plans::{Entitlements, PlanName, PlanRate, PlanTerms};
use serde_json::{Value, json};

use super::client::{exchange, text};
use crate::served;
use crate::support::TestApp;
use crate::support::app::{PASSWORD, confirmed};

/// What somebody has who has been set up on the pages: a tenant, a key of it, and a service account.
struct Tenant {
    id: String,
    key: String,
    service_id: String,
    service_secret: String,
}

/// An id as this document spells it: the hex digits behind our prefix, with hyphens.
fn uuid(ours: &str) -> String {
    let hex = ours.split_once('_').expect("a prefix").1;
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

async fn tenant(app: &TestApp) -> Tenant {
    let owner = app.user("noor@example.com").await;
    let workspace = app.workspace(&owner, "acme").await;
    let session = app.log_in("noor@example.com").await;
    let wanted = json!({ "name": "SDK", "type": "secret", "environment": "live", "scopes": ["verify"], "workspace": "acme" });
    let key = exchange(app, "POST /v1/auth/api-keys").bearer(&session).json(&wanted).send().await;
    let wanted = json!({ "name": "Gateway", "scopes": ["verify"], "audiences": ["platform"] });
    let service = exchange(app, "POST /v1/workspaces/acme/service-accounts").bearer(&session).json(&wanted).send().await;
    Tenant {
        id: workspace.id.uuid().to_string(),
        key: text(&key, "/data/key"),
        service_id: uuid(&text(&service, "/data/id")),
        service_secret: text(&service, "/data/clientSecret"),
    }
}

fn sign_in(tenant: &str, password: &str) -> Value {
    json!({ "email": "noor@example.com", "password": password, "tenantId": tenant })
}

/// `{accessToken, refreshToken: {token, metadata}}`
fn pair(tenant: &str, audience: &str) -> Value {
    json!({
        "accessToken": "<JWT>",
        "refreshToken": {
            "token": "<lk_rft_…>",
            "metadata": {
                "tokenId": "<uuid>", "subjectId": "<uuid>", "tenantId": tenant, "roles": ["owner"], "audience": audience,
                "expiresAt": "<time>", "createdAt": "<time>"
            }
        }
    })
}

fn error(status: u16, word: &str) -> Value {
    json!({ "statusCode": status, "error": word, "message": "<text>", "requestId": "<req_…>" })
}

fn inactive(code: &str) -> Value {
    json!({ "activated": false, "error": "<text>", "code": code })
}

served! {
    async fn an_sdk_from_activation_to_its_end(app: &TestApp) {
        let root = ConfirmedAdministrator::of(confirmed(&app.admin("root@example.com").await)).expect("an administrator");
        let Tenant { id, key, .. } = tenant(app).await;
        let activate = "POST /billing/v1/sdk/activate";
        let sdk = json!({ "sdkId": "qnsp-auth", "sdkVersion": "1.4.0", "runtime": "node-22" });
        let limits = json!({
            "storageGB": 1, "apiCalls": 60, "enclavesEnabled": false, "aiTrainingEnabled": false, "aiInferenceEnabled": false,
            "sseEnabled": false, "vaultEnabled": false
        });
        let active = json!({
            "activated": true, "tenantId": id, "tier": "free", "limits": limits, "activationToken": "<JWT>",
            "expiresInSeconds": 900, "activatedAt": "<time>"
        });
        let answer = exchange(app, activate).bearer(&key).json(&sdk).answers(200, active).await;
        let activation = text(&answer, "/activationToken");
        assert_eq!((answer.header("x-ratelimit-limit"), answer.header("x-ratelimit-remaining")), ("60", "59"));
        assert_eq!(app.bearer(&activation).get("/v1/me").await.status, 200, "it stands for the key");

        exchange(app, activate).json(&sdk).answers(401, inactive("INVALID_API_KEY")).await;
        let unknown = format!("lk_sec_live_{}", "0".repeat(49));
        let refused = exchange(app, activate).bearer(&unknown).json(&sdk).answers(401, inactive("INVALID_API_KEY")).await;
        assert!(refused.header("www-authenticate").contains("invalid_token"));

        let free = PlanName::parse("free").expect("a name");
        let terms = PlanTerms { rate: PlanRate::per_minute(60).expect("a rate"), entitlements: Entitlements::default() };
        access::change_plan(&app.app().ctx, &root, &free, &terms).await.expect("changed");
        exchange(app, activate).bearer(&key).json(&sdk).answers(403, inactive("TIER_INSUFFICIENT")).await;

        let mut last = exchange(app, activate).bearer(&key).json(&sdk).send().await;
        while last.status == 403 {
            last = exchange(app, activate).bearer(&key).json(&sdk).send().await;
        }
        let over = exchange(app, activate).bearer(&key).json(&sdk).answers(429, inactive("RATE_LIMITED")).await;
        assert_eq!((over.header("retry-after"), over.header("x-ratelimit-remaining")), ("1", "0"));

        app.clock.advance(Span::minutes(1));
        let workspace = format!("wsp_{}", id.replace('-', "")).parse().expect("an id");
        access::suspend_workspace(&app.app().ctx, &root, workspace).await.expect("suspended");
        exchange(app, activate).bearer(&key).json(&sdk).answers(401, inactive("ACCOUNT_SUSPENDED")).await;
        access::restore_workspace(&app.app().ctx, &root, workspace).await.expect("restored");

        exchange(app, "POST /v1/tokens/revoke").bearer(&key).answers_nothing().await;
        exchange(app, activate).bearer(&key).json(&sdk).answers(401, inactive("INVALID_API_KEY")).await;
        assert_eq!(app.bearer(&activation).get("/v1/me").await.status, 401, "it ends with the key");
    }

    async fn a_person_from_sign_in_to_401_after_revocation(app: &TestApp) {
        let Tenant { id, .. } = tenant(app).await;
        let ours = app.app().ctx.settings.public_url.clone();
        let first = exchange(app, "POST /auth/login").json(&sign_in(&id, PASSWORD)).answers(200, pair(&id, &ours)).await;
        let (access, refresh) = (text(&first, "/accessToken"), text(&first, "/refreshToken/token"));
        assert_eq!(app.bearer(&access).get("/v1/me").await.status, 200);

        // Not a member of that tenant: the same 401 as a wrong password.
        let elsewhere = "01890a5d-1c2b-7d3e-8f90-a1b2c3d4e5f6";
        let wrong = error(401, "UNAUTHORIZED");
        let wrong = exchange(app, "POST /auth/login").json(&sign_in(&id, "another-password")).answers(401, wrong.clone()).await;
        let stranger = error(401, "UNAUTHORIZED");
        let stranger = exchange(app, "POST /auth/login").json(&sign_in(elsewhere, PASSWORD)).answers(401, stranger).await;
        assert_eq!(text(&wrong, "/message"), text(&stranger, "/message"));
        exchange(app, "POST /auth/login").json(&json!({ "email": "x" })).answers(400, error(400, "BAD_REQUEST")).await;

        // An audience that is asked for is the token's, and its refresh token's.
        let mut for_platform = sign_in(&id, PASSWORD);
        for_platform["audience"] = "platform".into();
        exchange(app, "POST /auth/login").json(&for_platform).answers(200, pair(&id, "platform")).await;

        // Rotated: another pair, and the same person in the same tenant.
        let presented = json!({ "refreshToken": refresh });
        let next = exchange(app, "POST /auth/token/refresh").json(&presented).answers(200, pair(&id, &ours)).await;
        for same in ["subjectId", "tenantId"] {
            let at = format!("/refreshToken/metadata/{same}");
            assert_eq!(text(&first, &at), text(&next, &at));
        }
        let (access, refresh) = (text(&next, "/accessToken"), text(&next, "/refreshToken/token"));
        assert_ne!(text(&first, "/refreshToken/token"), refresh);

        // Revoked by itself, and once more: nobody learns what was there.
        let presented = json!({ "refreshToken": refresh, "reason": "signed out" });
        exchange(app, "POST /auth/token/revoke").json(&presented).answers_nothing().await;
        exchange(app, "POST /auth/token/revoke").json(&presented).answers_nothing().await;
        exchange(app, "POST /auth/token/refresh").json(&presented).answers(401, error(401, "UNAUTHORIZED")).await;
        assert_eq!(app.bearer(&access).get("/v1/me").await.status, 401, "on the next request");

        // Or by its id, which is taken from its person alone.
        let second = exchange(app, "POST /auth/login").json(&sign_in(&id, PASSWORD)).answers(200, pair(&id, &ours)).await;
        let access = text(&second, "/accessToken");
        let named = json!({ "tokenId": text(&second, "/refreshToken/metadata/tokenId") });
        exchange(app, "POST /auth/token/revoke").json(&named).answers(401, error(401, "UNAUTHORIZED")).await;
        exchange(app, "POST /auth/token/revoke").bearer(&access).json(&named).answers_nothing().await;
        exchange(app, "POST /auth/token/revoke").bearer(&access).json(&named).answers(401, error(401, "UNAUTHORIZED")).await;
    }

    async fn a_service(app: &TestApp) {
        let Tenant { service_id, service_secret, .. } = tenant(app).await;
        let line = "POST /auth/service-token";
        let asked = |audience: Value| json!({ "serviceId": service_id, "audience": audience });
        let given = json!({ "accessToken": "<JWT>" });
        exchange(app, line).bearer(&service_secret).json(&asked("platform".into())).answers(201, given.clone()).await;
        let token = exchange(app, line).bearer(&service_secret).json(&asked(Value::Null)).answers(201, given).await;
        assert_eq!(app.bearer(&text(&token, "/accessToken")).get("/v1/me").await.status, 200);

        exchange(app, line).bearer("lk_svc_wrong").json(&asked(Value::Null)).answers(401, error(401, "UNAUTHORIZED")).await;
        let denied = error(403, "AUDIENCE_NOT_PERMITTED");
        exchange(app, line).bearer(&service_secret).json(&asked("external-api".into())).answers(403, denied).await;
        // Only who has shown a good secret learns that there is no such account.
        let other = json!({ "serviceId": "01890a5d-1c2b-7d3e-8f90-a1b2c3d4e5f6" });
        let unknown = error(404, "SERVICE_ACCOUNT_NOT_FOUND");
        exchange(app, line).bearer(&service_secret).json(&other).answers(404, unknown).await;
        exchange(app, line).bearer("lk_svc_wrong").json(&other).answers(401, error(401, "UNAUTHORIZED")).await;
    }

    async fn what_everybody_may_ask(app: &TestApp) {
        let key = json!({ "keyId": "<text>", "algorithm": "EdDSA", "publicKey": "<text>" });
        let newest = exchange(app, "GET /auth/jwt/public-key").answers(200, key).await;
        let line = format!("GET /auth/jwt/public-key?kid={}", text(&newest, "/keyId"));
        exchange(app, &line).answers(200, newest.json()).await;
        exchange(app, "GET /auth/jwt/public-key?kid=nobodys").answers(404, error(404, "NOT_FOUND")).await;
        exchange(app, "GET /auth/health").answers(200, json!({ "status": "ok", "service": "latchkey" })).await;
        exchange(app, "GET /auth/nothing").answers(404, error(404, "NOT_FOUND")).await;
    }
}
