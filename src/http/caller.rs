//! The one place where a secret becomes an identity.
//!
//! A credential is read from `Authorization: Bearer …` or `X-API-Key: …`. Two that differ, or one header twice, are no
//! credential at all; nothing else (a query, a body, a cookie) is ever looked at.

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderName, ORIGIN};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use crate::app::App;
use crate::base::net::Origin;
use crate::domain::credentials::{Demand, Granted, Refusal, Sender, Unverified, authenticate};
use crate::http::api::{ApiError, Code};
use crate::http::cors;
use crate::http::edge::origin_of;

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const X_WORKSPACE_ID: HeaderName = HeaderName::from_static("x-workspace-id");
/// Longer than any secret: what is longer is not even looked at.
const LONGEST: usize = 8 * 1024;

/// Who is calling: a live credential, with what it may do now.
pub struct Caller {
    /// The credential.
    pub granted: Granted,
    /// Where the request came from.
    pub origin: Origin,
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self::recognise(&request).await?) })
    }
}

/// Why nobody is calling whom we know.
#[derive(Debug)]
pub enum Stranger {
    /// No secret can be read, or it may not be used so.
    Unread(ApiError),
    /// The secret is not good.
    Unverified(Unverified),
}

impl From<ApiError> for Stranger {
    fn from(error: ApiError) -> Self {
        Self::Unread(error)
    }
}

impl From<Stranger> for ApiError {
    fn from(stranger: Stranger) -> Self {
        match stranger {
            Stranger::Unread(error) => error,
            Stranger::Unverified(why) => why.into(),
        }
    }
}

impl Caller {
    /// Who is calling, for doors that tell in their own way why nobody is.
    ///
    /// # Errors
    /// Why nobody is.
    pub async fn recognise(request: &HttpRequest) -> Result<Self, Stranger> {
        let app = request.app_data::<Data<App>>().expect("every server has its App");
        let presented = presented(request.headers())?.ok_or_else(|| ApiError::from(Code::NoCredential).challenge(""))?;
        let origin = origin_of(request);
        let judged = authenticate(&app.ctx, presented, &demand(request.headers()), &origin).await;
        // A page is told of a limit, too; of everything else that is wrong with a key it learns nothing.
        if let Ok(known) | Err(Unverified::Refused { refusal: Refusal::RateLimited(_), known: Some(known) }) = &judged {
            cors::admit(request, known);
        }
        let granted = judged.map_err(Stranger::Unverified)?;
        stays_home(request.headers(), &granted)?;
        request.extensions_mut().insert(granted.allowance());
        Ok(Self { granted, origin })
    }
}

/// What every secret must be good for: the web page that uses it, if one does. Only browsers send both headers, and no
/// script can leave one of them out.
fn demand(headers: &HeaderMap) -> Demand {
    let web_origin = headers.get(ORIGIN).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    Demand { web_origin, sender: sender(headers), ..Demand::default() }
}

/// What sends a request.
pub fn sender(headers: &HeaderMap) -> Sender {
    let browser = headers.contains_key(ORIGIN) && headers.contains_key(SEC_FETCH_SITE);
    if browser { Sender::Browser } else { Sender::Program }
}

/// What belongs to a workspace, or is locked to it, sees no other, whatever a header names.
fn stays_home(headers: &HeaderMap, granted: &Granted) -> Result<(), ApiError> {
    let Some(home) = granted.workspace() else { return Ok(()) };
    let is_home = |named: &str| named == home.slug() || named == home.id().to_string();
    let stays = headers.get_all(X_WORKSPACE_ID).all(|named| named.to_str().is_ok_and(|named| is_home(named.trim())));
    if stays { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// The secret that a request presents, if it presents one.
///
/// # Errors
/// 400 for two that differ or one sent twice, 401 for one that cannot be read.
pub fn presented(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let twice =
        || ApiError::unreadable("Send one credential, in one header.".to_owned()).challenge(", error=\"invalid_request\"");
    let unreadable = || ApiError::from(Code::NoCredential).challenge("");
    let single = |name: HeaderName| {
        let mut values = headers.get_all(name);
        match (values.next(), values.next()) {
            (value, None) => value.map(|v| v.to_str().map_err(|_| unreadable())).transpose(),
            (_, Some(_)) => Err(twice()),
        }
    };
    let bearer = match single(AUTHORIZATION)? {
        Some(value) => Some(bearer(value).ok_or_else(unreadable)?),
        None => None,
    };
    let secret = match (bearer, single(X_API_KEY)?.map(str::trim)) {
        (Some(a), Some(b)) if a != b => return Err(twice()),
        (a, b) => a.or(b),
    };
    match secret {
        Some(text) if text.is_empty() || text.len() > LONGEST => Err(unreadable()),
        secret => Ok(secret),
    }
}

/// What follows the scheme, which is compared without case (RFC 9110 §11.1).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, secret) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// How a refusal is told to whoever presented the secret.
pub fn refused(refusal: Refusal) -> ApiError {
    const INVALID: &str = ", error=\"invalid_token\"";
    match refusal {
        Refusal::NotFound | Refusal::Expired | Refusal::Revoked | Refusal::Replaced | Refusal::Paused | Refusal::Homeless => {
            ApiError::from(Code::BadCredential).challenge(INVALID)
        }
        Refusal::Suspended => ApiError::from(Code::Suspended).challenge(INVALID),
        Refusal::Forbidden(why) => ApiError::from(Code::NotAllowed)
            .detail("reason", "token_auth_disabled".into())
            .detail("policy", why.to_string().into()),
        Refusal::WrongAddress => ApiError::from(Code::NotAllowed).detail("reason", "address_not_allowed".into()),
        Refusal::WrongOrigin => ApiError::from(Code::NotAllowed).detail("reason", "origin_not_allowed".into()),
        Refusal::InBrowser => ApiError::from(Code::NotAllowed).detail("reason", "secret_key_in_browser".into()).fix(
            "Keep this credential on a server and rotate it now: whoever opens the page can read it. Pages use publishable keys.",
        ),
        Refusal::Unreadable | Refusal::WrongKind => Code::NotAllowed.into(),
        Refusal::WrongEnvironment => Code::WrongEnvironment.into(),
        Refusal::InsufficientScope(scope) => insufficient_scope(&scope),
        Refusal::RateLimited(exhausted) | Refusal::TooManyUnknown(exhausted) => exhausted.into(),
    }
}

/// 403 with the scope that is missing (RFC 6750 §3.1).
pub fn insufficient_scope(scope: &str) -> ApiError {
    ApiError::from(Code::NotAllowed)
        .challenge(&format!(", error=\"insufficient_scope\", scope=\"{scope}\""))
        .detail("scope", scope.into())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn read(lines: &[(&'static str, &str)]) -> Result<Option<String>, u16> {
        use actix_web::ResponseError as _;
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header"));
        }
        presented(&headers).map(|secret| secret.map(str::to_owned)).map_err(|error| error.status_code().as_u16())
    }

    #[test]
    fn r69_one_credential_is_read_from_either_header() {
        let some = Ok(Some("s".to_owned()));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[("authorization", "bEaReR  s")]), some);
        assert_eq!(read(&[("x-api-key", "s")]), some);
        assert_eq!(read(&[("authorization", "Bearer s"), ("x-api-key", "s")]), some);
        assert_eq!(read(&[("authorization", "Bearer s"), ("x-api-key", "t")]), Err(400));
        assert_eq!(read(&[("x-api-key", "s"), ("x-api-key", "s")]), Err(400));
        assert_eq!(read(&[("authorization", "Bearer s"), ("authorization", "Bearer s")]), Err(400));
        for wrong in ["Bearer", "Bearer ", "Basic czpz", "s"] {
            assert_eq!(read(&[("authorization", wrong)]), Err(401), "{wrong}");
        }
        assert_eq!(read(&[("x-api-key", &"s".repeat(9_000))]), Err(401));
    }
}
