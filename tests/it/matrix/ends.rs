//! Each kind, ended at each door that ends it.

use serde_json::{Value, json};

use super::kinds::{Door, Kind};
use super::makes::Made;
use super::stage::Stage;

/// Ends it, or what it came from.
pub async fn end(stage: &Stage, kind: Kind, door: Door, made: &Made) {
    match (kind, door) {
        (_, Door::Holder) => {
            let given_up = stage.with(&made.secret, "POST", "/v1/tokens/revoke", Value::Null).await;
            assert_eq!(given_up.status, 204, "{}", given_up.body);
        }
        (_, Door::OAuth) => {
            let token = if made.source.is_empty() { &made.secret } else { &made.source };
            assert_eq!(stage.form("/oauth2/revoke", &[("token", token)]).await.status, 200);
        }
        (_, Door::Qanatix) => {
            let path = format!("/api/v1/auth/keys/{}", made.id);
            assert_eq!(stage.with(&stage.manager, "DELETE", &path, Value::Null).await.status, 204);
        }
        (Kind::SessionToken | Kind::AccessToken, Door::Qelos) => {
            assert_eq!(stage.with(&made.secret, "POST", "/api/logout", Value::Null).await.status, 200);
        }
        (_, Door::Qelos) => {
            stage.call("DELETE", &format!("/api/me/api-tokens/{}", made.id), Value::Null).await;
        }
        (_, Door::Qnsp) => {
            let body = json!({ "refreshToken": made.source }).to_string();
            let revoked = stage.app.send("POST", "/auth/token/revoke", &[("content-type", "application/json")], body).await;
            assert_eq!(revoked.status, 204, "{}", revoked.body);
        }
        (Kind::SessionToken | Kind::AccessToken, Door::Native) => {
            assert_eq!(stage.with(&made.secret, "POST", "/v1/auth/logout", Value::Null).await.status, 204);
        }
        (Kind::SessionToken | Kind::AccessToken | Kind::TenantToken, Door::Web) => {
            let ended = stage.browser().await.submit("/profile/sessions", "/profile/sessions/end-others", &[]).await;
            assert_eq!(ended.status, 303, "{}", ended.body);
        }
        (_, Door::Native) => {
            stage.call("DELETE", &at(stage, kind, &made.id), Value::Null).await;
        }
        (_, Door::Web) => on_page(stage, kind, &made.id).await,
    }
}

/// Where the native API has it.
fn at(stage: &Stage, kind: Kind, id: &str) -> String {
    match kind {
        Kind::PersonalToken | Kind::DerivedToken => format!("/v1/me/tokens/{id}"),
        Kind::ServiceSecret | Kind::ServiceToken => format!("/v1/workspaces/{}/service-accounts/{id}", stage.workspace.id),
        _ => format!("/v1/auth/api-keys/{id}"),
    }
}

async fn on_page(stage: &Stage, kind: Kind, id: &str) {
    let page = match kind {
        Kind::PersonalToken | Kind::DerivedToken => format!("/profile/tokens/{id}/revoke"),
        Kind::ServiceSecret | Kind::ServiceToken => format!("/w/acme/service-accounts/{id}/delete"),
        _ => format!("/w/acme/keys/{id}/revoke"),
    };
    let ended = stage.browser().await.submit(&page, &page, &[]).await;
    assert_eq!(ended.status, 303, "{page}: {}", ended.body);
}
