//! The ways of presenting a secret.

use serde_json::json;

use super::stage::Stage;

/// Where a secret is presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// `GET /v1/me` with `Authorization`.
    Native,
    /// The same with `X-API-Key`.
    ApiKey,
    /// A product asks for a verdict.
    Verdict,
    /// A resource server asks what it is.
    Introspection,
    /// `GET /api/v1/auth/keys`.
    Qanatix,
    /// `GET /api/me`.
    Qelos,
    /// `POST /billing/v1/sdk/activate`.
    Qnsp,
}

impl At {
    pub const ALL: [Self; 7] =
        [Self::Native, Self::ApiKey, Self::Verdict, Self::Introspection, Self::Qanatix, Self::Qelos, Self::Qnsp];

    /// Whether presenting it there counts against its limit. Whoever introspects asks what it is, and uses it for nothing.
    pub fn counts(self) -> bool {
        self != Self::Introspection
    }

    /// The status; where a verdict is 200 whatever it says, the status that the product would answer.
    pub async fn ask(self, stage: &Stage, secret: &str) -> u16 {
        let bearer = format!("Bearer {secret}");
        let get = |path, headers: [(&'static str, String); 1]| async move {
            let headers = headers.each_ref().map(|(name, value)| (*name, value.as_str()));
            stage.app.send("GET", path, &headers, "").await
        };
        match self {
            Self::Native => get("/v1/me", [("authorization", bearer)]).await.status,
            Self::ApiKey => get("/v1/me", [("x-api-key", secret.to_owned())]).await.status,
            Self::Qanatix => get("/api/v1/auth/keys", [("authorization", bearer)]).await.status,
            Self::Qelos => get("/api/me", [("authorization", bearer)]).await.status,
            Self::Qnsp => {
                let sdk = json!({ "sdkId": "cli", "sdkVersion": "1.0.0", "runtime": "node" });
                stage.with(secret, "POST", "/billing/v1/sdk/activate", sdk).await.status
            }
            Self::Verdict => {
                let verdict = stage.verdict(json!({ "token": secret })).await;
                match verdict["code"].as_str() {
                    Some("VALID") => 200,
                    Some("RATE_LIMITED") => 429,
                    Some("FORBIDDEN" | "INSUFFICIENT_SCOPE") => 403,
                    _ => 401,
                }
            }
            Self::Introspection => {
                let told = stage.introspected(secret).await;
                if told["active"] == json!(true) {
                    return 200;
                }
                assert_eq!(told, json!({ "active": false }), "and nothing else");
                401
            }
        }
    }
}
