//! A client of QNSP, written from its contract alone and strict about shapes: UUIDs, instants, literal types, null against
//! absent, and no member more than the contract names.

use latchkey::base::time::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::Answer;

/// A UUID as RFC 9562 §4 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Uuid(pub String);

impl TryFrom<String> for Uuid {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let form = |(at, byte): (usize, u8)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        };
        let good = text.len() == 36 && text.bytes().enumerate().all(form);
        if good { Ok(Self(text)) } else { Err(format!("{text} is no UUID")) }
    }
}

/// An instant as ISO 8601 writes it in UTC: `2026-11-22T09:00:00.000Z`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Time(pub Timestamp);

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let instant = Timestamp::parse_rfc3339(&text).filter(|_| text.len() == 24 && text.ends_with('Z'));
        instant.map(Self).ok_or_else(|| format!("{text} is no instant"))
    }
}

/// Exactly this truth.
#[derive(Debug)]
pub struct Literally<const TRUTH: bool>;

impl<'de, const TRUTH: bool> Deserialize<'de> for Literally<TRUTH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = bool::deserialize(deserializer)?;
        if found == TRUTH { Ok(Self) } else { Err(D::Error::custom(format!("{TRUTH} is meant, not {found}"))) }
    }
}

/// What may be null, and has to be there.
fn there<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenPair {
    pub access_token: String,
    #[serde(deserialize_with = "there")]
    pub refresh_token: Option<RefreshToken>,
}

impl TokenPair {
    #[track_caller]
    pub fn refresh(&self) -> &RefreshToken {
        self.refresh_token.as_ref().expect("a refresh token")
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshToken {
    pub token: String,
    pub metadata: Metadata,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    pub token_id: Uuid,
    pub subject_id: Uuid,
    pub tenant_id: Uuid,
    pub roles: Vec<String>,
    pub audience: String,
    pub expires_at: Time,
    pub created_at: Time,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ServiceToken {
    access_token: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Activation {
    #[expect(dead_code, reason = "its type says all")]
    activated: Literally<true>,
    pub tenant_id: Uuid,
    pub tier: String,
    pub limits: Limits,
    pub activation_token: String,
    pub expires_in_seconds: u32,
    pub activated_at: Time,
}

#[expect(clippy::struct_excessive_bools, reason = "the contract has five")]
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    #[serde(rename = "storageGB")]
    pub storage_gb: u32,
    pub api_calls: u32,
    pub enclaves_enabled: bool,
    pub ai_training_enabled: bool,
    pub ai_inference_enabled: bool,
    pub sse_enabled: bool,
    pub vault_enabled: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inactive {
    #[expect(dead_code, reason = "its type says all")]
    activated: Literally<false>,
    error: String,
    code: Code,
}

/// Why an SDK stays inactive: one of five words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    InvalidApiKey,
    AccountSuspended,
    TierInsufficient,
    RateLimited,
    ServiceUnavailable,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicKey {
    pub key_id: String,
    pub algorithm: String,
    pub public_key: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Failure {
    status_code: u16,
    error: String,
    message: String,
    request_id: String,
}

/// A failure, as its status and its word.
pub type Refused = (u16, String);

/// What a person signs in with.
pub fn credentials(email: &str, password: &str, tenant: &str) -> Value {
    json!({ "email": email, "password": password, "tenantId": tenant })
}

/// The client.
pub struct Client<'a>(pub &'a TestApp);

impl Client<'_> {
    /// Signs in to a tenant.
    pub async fn login(&self, body: Value) -> Result<TokenPair, Refused> {
        read(self.send("/auth/login", None, &body).await, 200)
    }

    /// The next pair.
    pub async fn refresh(&self, body: Value) -> Result<TokenPair, Refused> {
        read(self.send("/auth/token/refresh", None, &body).await, 200)
    }

    /// The end of a refresh token, or of what is named, by whoever presents this.
    pub async fn revoke(&self, bearer: Option<&str>, body: Value) -> Result<(), Refused> {
        let answer = self.send("/auth/token/revoke", bearer, &body).await;
        if answer.status == 204 {
            assert_eq!(answer.body, "");
            return Ok(());
        }
        read::<Value>(answer, 204).map(drop)
    }

    /// A service account's token.
    pub async fn service_token(&self, secret: &str, body: Value) -> Result<String, Refused> {
        let answer = self.send("/auth/service-token", Some(secret), &body).await;
        read::<ServiceToken>(answer, 201).map(|found| found.access_token)
    }

    /// Activates an SDK.
    pub async fn activate(&self, key: &str) -> Result<Activation, (u16, Code)> {
        let body = json!({ "sdkId": "qnsp-auth", "sdkVersion": "1.4.0", "runtime": "node-22" });
        let answer = self.send("/billing/v1/sdk/activate", Some(key), &body).await;
        if answer.status == 200 {
            limited(&answer);
            return Ok(parse(&answer));
        }
        let inactive: Inactive = parse(&answer);
        assert!(inactive.error.ends_with('.'), "{}", inactive.error);
        assert_eq!(answer.header("www-authenticate").is_empty(), answer.status != 401, "{:?}", answer.headers);
        Err((answer.status, inactive.code))
    }

    /// A published key: of this name, or the newest.
    pub async fn public_key(&self, kid: Option<&str>) -> Result<PublicKey, Refused> {
        let query = kid.map_or(String::new(), |kid| format!("?kid={kid}"));
        read(self.0.anon("GET", &format!("/auth/jwt/public-key{query}")).await, 200)
    }

    async fn send(&self, path: &str, bearer: Option<&str>, body: &Value) -> Answer {
        let authorization = bearer.map(|secret| format!("Bearer {secret}"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
        self.0.send("POST", path, &headers, body.to_string()).await
    }
}

fn read<T: serde::de::DeserializeOwned>(answer: Answer, status: u16) -> Result<T, Refused> {
    if answer.status == status {
        return Ok(parse(&answer));
    }
    Err(refusal(&answer))
}

/// What an answer says went wrong, in the shape that all failures of this door have.
#[track_caller]
pub fn refusal(answer: &Answer) -> Refused {
    let failure: Failure = parse(answer);
    assert_eq!((failure.status_code, failure.request_id.as_str()), (answer.status, answer.header("x-request-id")));
    assert!(failure.message.ends_with('.'), "{}", failure.message);
    assert!(failure.error.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{}", failure.error);
    (answer.status, failure.error)
}

#[track_caller]
fn parse<T: serde::de::DeserializeOwned>(answer: &Answer) -> T {
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json", "no-store"));
    assert!(answer.header("x-request-id").starts_with("req_"));
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {} {}", answer.status, answer.body))
}

/// Whoever is known learns what is left of their limit.
#[track_caller]
fn limited(answer: &Answer) {
    for name in ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"] {
        assert!(answer.header(name).parse::<u64>().is_ok(), "{name}: {:?}", answer.headers);
    }
}
