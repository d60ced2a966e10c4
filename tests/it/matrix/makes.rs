//! Each kind, made at each door that makes it.

use latchkey::base::id::CredentialId;
use serde_json::{Value, json};

use super::kinds::{Door, Kind};
use super::stage::{OWNER, Stage};
use crate::support::answer::Answer;
use crate::support::app::PASSWORD;

/// One that was made.
pub struct Made {
    pub secret: String,
    /// Of the credential that it is, or that it came from; of nothing for a session.
    pub id: String,
    /// What it came from, or what refreshes it.
    pub source: String,
}

#[track_caller]
fn text(answer: &Answer, pointer: &str) -> String {
    let body = answer.json();
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {body}")).to_owned()
}

/// Makes one.
pub async fn make(stage: &Stage, kind: Kind, door: Door) -> Made {
    match kind {
        Kind::PersonalToken => personal_token(stage, door).await,
        Kind::DerivedToken => derived_token(stage).await,
        Kind::SecretKey => key(stage, door, "secret").await,
        Kind::PublishableKey => key(stage, door, "publishable").await,
        Kind::ServiceSecret => service_account(stage, door).await,
        Kind::ServiceToken => service_token(stage, door).await,
        Kind::SessionToken => Made { secret: stage.app.log_in(OWNER).await, id: String::new(), source: String::new() },
        Kind::AccessToken => access_token(stage, door).await,
        Kind::TenantToken => tenant_token(stage).await,
    }
}

/// What a page shows once, and the id that its address has later.
async fn on_page(stage: &Stage, form: &str, action: &str, fields: &[(&str, &str)]) -> Made {
    let browser = stage.browser().await;
    let created = browser.submit(form, action, fields).await;
    let secret = created.attribute("#secret", "value").unwrap_or_else(|| panic!("no secret in {}", created.body));
    let list = browser.get(action).await;
    let name = fields[0].1;
    let at = list.texts_of("tbody th a").iter().position(|text| text.as_str() == name).expect("a row");
    let link = list.attributes("tbody th a", "href").remove(at);
    let id = link.split('?').next().and_then(|path| path.rsplit('/').next()).expect("an id").to_owned();
    Made { secret, id, source: String::new() }
}

async fn personal_token(stage: &Stage, door: Door) -> Made {
    named_token(stage, door, "CI").await
}

async fn named_token(stage: &Stage, door: Door, name: &str) -> Made {
    if door == Door::Web {
        let fields = [("name", name), ("expires", "30"), ("scopes", "profile"), ("scopes", "verify")];
        return on_page(stage, "/profile/tokens/new", "/profile/tokens", &fields).await;
    }
    if door == Door::Qelos {
        let made =
            stage.call("POST", "/api/me/api-tokens", json!({ "nickname": name, "expiresAt": "2027-01-01T00:00:00Z" })).await;
        return Made { secret: text(&made, "/token"), id: text(&made, "/apiToken/_id"), source: String::new() };
    }
    let made = stage.call("POST", "/v1/me/tokens", json!({ "name": name, "scopes": ["profile", "verify"] })).await;
    Made { secret: text(&made, "/data/token"), id: text(&made, "/data/id"), source: String::new() }
}

async fn derived_token(stage: &Stage) -> Made {
    let parent = named_token(stage, Door::Native, "Parent").await;
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", parent.secret.as_str()),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ("scope", "verify"),
    ];
    let derived = stage.form("/oauth2/token", &fields).await;
    Made { secret: text(&derived, "/access_token"), id: parent.id, source: parent.secret }
}

async fn key(stage: &Stage, door: Door, kind: &str) -> Made {
    let (environment, scopes) =
        if kind == "secret" { ("live", vec!["keys:manage", "verify"]) } else { ("test", vec!["storefront"]) };
    match door {
        Door::Web => {
            let mut fields = vec![("name", "Build"), ("kind", kind), ("environment", environment), ("expires", "90")];
            fields.extend(scopes.iter().map(|scope| ("scopes", *scope)));
            on_page(stage, "/w/acme/keys/new", "/w/acme/keys", &fields).await
        }
        Door::Qanatix => {
            let body = json!({ "name": "Build", "scopes": scopes });
            let made = stage.with(&stage.manager, "POST", "/api/v1/auth/keys", body).await;
            Made { secret: text(&made, "/key"), id: text(&made, "/id"), source: String::new() }
        }
        _ => {
            let body = json!({
                "name": "Build", "type": kind, "environment": environment, "scopes": scopes, "workspace": stage.workspace.id
            });
            let made = stage.call("POST", "/v1/auth/api-keys", body).await;
            Made { secret: text(&made, "/data/key"), id: text(&made, "/data/id"), source: String::new() }
        }
    }
}

async fn service_account(stage: &Stage, door: Door) -> Made {
    if door == Door::Web {
        let fields = [("name", "Indexer"), ("scopes", "verify"), ("audiences", "platform")];
        return on_page(stage, "/w/acme/service-accounts/new", "/w/acme/service-accounts", &fields).await;
    }
    let path = format!("/v1/workspaces/{}/service-accounts", stage.workspace.id);
    let made = stage.call("POST", &path, json!({ "name": "Indexer", "scopes": ["verify"] })).await;
    Made { secret: text(&made, "/data/clientSecret"), id: text(&made, "/data/id"), source: text(&made, "/data/clientId") }
}

async fn service_token(stage: &Stage, door: Door) -> Made {
    let account = service_account(stage, Door::Native).await;
    let token = if door == Door::OAuth {
        let fields = [("grant_type", "client_credentials"), ("client_id", &*account.source), ("client_secret", &*account.secret)];
        text(&stage.form("/oauth2/token", &fields).await, "/access_token")
    } else if door == Door::Qnsp {
        let service: CredentialId = account.id.parse().expect("an id");
        let body = json!({ "serviceId": service.uuid().to_string() });
        text(&stage.with(&account.secret, "POST", "/auth/service-token", body).await, "/accessToken")
    } else {
        let body = json!({ "clientId": account.source, "clientSecret": account.secret });
        text(&posted(stage, "/v1/auth/token", &body).await, "/accessToken")
    };
    Made { secret: token, id: account.id, source: account.secret }
}

async fn access_token(stage: &Stage, door: Door) -> Made {
    if door == Door::Qelos {
        let body = json!({ "username": OWNER, "password": PASSWORD, "authType": "oauth" });
        let given = posted(stage, "/api/signin", &body).await;
        return Made { secret: text(&given, "/payload/token"), id: String::new(), source: text(&given, "/payload/refreshToken") };
    }
    let given = posted(stage, "/v1/auth/token", &json!({ "email": OWNER, "password": PASSWORD })).await;
    Made { secret: text(&given, "/accessToken"), id: String::new(), source: text(&given, "/refreshToken") }
}

async fn tenant_token(stage: &Stage) -> Made {
    let body = json!({ "email": OWNER, "password": PASSWORD, "tenantId": stage.workspace.id.uuid().to_string() });
    let given = posted(stage, "/auth/login", &body).await;
    Made { secret: text(&given, "/accessToken"), id: String::new(), source: text(&given, "/refreshToken/token") }
}

/// A body, by nobody who presents anything.
async fn posted(stage: &Stage, path: &str, body: &Value) -> Answer {
    stage.app.send("POST", path, &[("content-type", "application/json")], body.to_string()).await
}
