//! The QNSP door: sign-in to a workspace, the tokens of it, tokens of service accounts, and the activation of SDKs. Names
//! are in camelCase, there is no envelope, ids are UUIDs, and an error is `{statusCode, error, message, requestId}`, `error`
//! being a word like `UNAUTHORIZED`.
//!
//! | call | answer |
//! |---|---|
//! | `POST /billing/v1/sdk/activate` `{sdkId, sdkVersion, runtime}`, with a key | 200 `{activated: true, tenantId, tier, limits, activationToken, expiresInSeconds, activatedAt}`; else `{activated: false, error, code}` |
//! | `POST /auth/login` `{email, password, tenantId, totp?, audience?}` | 200 `{accessToken, refreshToken: {token, metadata}}` |
//! | `POST /auth/token/refresh` `{refreshToken, audience?}` | the same, with the next refresh token |
//! | `POST /auth/token/revoke` `{refreshToken}` or `{tokenId}`, `reason?` | 204 |
//! | `POST /auth/service-token` `{serviceId, audience?}`, with a secret of the service account | 201 `{accessToken}` |
//! | `GET /auth/jwt/public-key?kid=` | 200 `{keyId, algorithm, publicKey}` |
//! | `GET /auth/health` | 200 `{status: "ok", service}` |
//!
//! # Deviations
//! - Ids in answers are UUIDs; in requests our own spelling (`wsp_…`, `rft_…`, `svc_…`) is taken, too. In the claims of an
//!   access token ids stay in our spelling, `keyId` is the `kid` of its header, and `requestId` is what the header
//!   `X-Request-Id` says.
//! - The tokens of a sign-in are good in its workspace alone, end with the membership, and manage neither tokens nor the
//!   account. Where the workspace is suspended, or the address not confirmed, the sign-in fails as with a wrong password.
//! - A missing second factor is 401 `TOTP_REQUIRED`, told to members of the workspace alone. Recovery codes are taken as
//!   `totp`.
//! - `refreshToken` is never null. Its `audience` is one text: this service's address where none was asked for. A refresh
//!   token that another door gave for a password may act in no workspace; then `tenantId` is null. One that an app holds is
//!   refreshed and revoked by that app at `/oauth2`, and good for nothing here.
//! - People get tokens for every audience that administrators have listed but `internal-service`, which is for services
//!   among themselves (403 `AUDIENCE_NOT_PERMITTED`). What is meant for another audience than this service is not taken at
//!   its doors. A refresh keeps the audience; another one is 403, and leaves the refresh token as good as it was.
//! - The predecessor of a refresh token gets the same successor again for 30 seconds, until that one is used; later it ends
//!   the grant.
//! - Revoking answers 204 whether or not there was something to revoke (RFC 7009 §2.2). `tokenId` needs the access token of
//!   its person, of whichever sign-in; whoever has none sends the `refreshToken`.
//! - To a service account with a good secret every other one is `SERVICE_ACCOUNT_NOT_FOUND`: of its workspace, of another,
//!   or of nobody. A bad secret is 401, whatever it names.
//! - `tier` is the name of the workspace's plan, `limits.apiCalls` the requests a minute that it really allows; the rest of
//!   `limits` is what administrators entered for the plan, for the product to hold to.
//! - `TIER_INSUFFICIENT` (403) is for plans without *SDK activation*. `INVALID_API_KEY` is 401 for what is not good, and 403
//!   for what is good and may not: a publishable key, a key from another address or web page. `ACCOUNT_SUSPENDED` is 401.
//!   A body that cannot be read is told as at all of this door.
//! - A person's token that is bound to no workspace activates SDKs for the person's own.
//! - The activation token has the scopes of what it was derived from and ends with it, after 15 minutes at the latest.
//! - `publicKey` is the 32 bytes of an Ed25519 key (RFC 8032) in base64 with padding.
//! - Unknown fields are ignored, a field that is sent twice, or of a wrong kind, is 400. A body that is not declared as JSON
//!   is 415.
//! - A cookie means nothing here.

mod activate;
mod answer;
mod body;
mod login;
mod pair;
mod public;
mod service;
mod token;

use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig, resource};

pub use answer::undone;

use crate::http::shown;

/// Whether a path belongs to this door.
pub fn owns(path: &str) -> bool {
    ["/auth", "/billing"]
        .iter()
        .any(|place| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The routes.
pub fn routes(config: &mut ServiceConfig) {
    let auth = web::scope("/auth")
        .wrap(from_fn(answer::present))
        .service(resource("/login").post(login::login))
        .service(resource("/token/refresh").post(token::refresh))
        .service(resource("/token/revoke").post(token::revoke))
        .service(resource("/service-token").post(service::token))
        .service(shown("/jwt/public-key", public::key))
        .service(shown("/health", public::health))
        .default_service(web::to(answer::not_found));
    config.service(auth);
    activate::billing(config);
}
