//! `GET /v1/me`: who am I, and what may this credential do?

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::envelope::answer;
use crate::http::caller::Caller;

/// Answers for any live credential, whatever its scopes.
pub async fn me(request: HttpRequest, caller: Caller) -> HttpResponse {
    let me = &caller.granted;
    answer(
        &request,
        json!({
            "id": me.account(),
            "email": me.email(),
            "name": me.person(),
            "roles": me.roles().words().collect::<Vec<_>>(),
            "workspace": null,
            "credential": {
                "id": me.credential(),
                "kind": me.kind().as_str(),
                "name": me.name(),
                "prefix": me.prefix(),
                "scopes": me.scopes().collect::<Vec<_>>(),
                "expiresAt": me.expires_at(),
            },
        }),
    )
}
