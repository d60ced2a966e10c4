//! The pair of tokens that a person's program holds.

use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::{Value, json};

use crate::domain::grants::{RefreshFacts, Tokens};

/// `{accessToken, refreshToken: {token, metadata}}`
pub fn answer(request: &HttpRequest, tokens: &Tokens) -> HttpResponse {
    if let Some(left) = tokens.allowance {
        request.extensions_mut().insert(left);
    }
    let refresh = tokens.refresh.as_ref().zip(tokens.facts.as_ref());
    HttpResponse::Ok().json(json!({
        "accessToken": tokens.access.reveal(),
        "refreshToken": refresh.map(|(secret, facts)| json!({ "token": secret.reveal(), "metadata": metadata(facts) })),
    }))
}

fn metadata(facts: &RefreshFacts) -> Value {
    json!({
        "tokenId": facts.id.uuid().to_string(),
        "subjectId": facts.account.uuid().to_string(),
        "tenantId": facts.workspace.map(|id| id.uuid().to_string()),
        "roles": facts.roles,
        "audience": facts.audiences.first(),
        "expiresAt": facts.expires_at,
        "createdAt": facts.made_at,
    })
}
