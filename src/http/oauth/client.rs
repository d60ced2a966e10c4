//! Which program asks: client authentication (OAuth 2.1 §2.4).
//!
//! A service account shows one of its secrets in `Authorization: Basic …`, both halves form-encoded as the standard wants
//! it, or as `client_id` and `client_secret` in the form; never both, and never in the address. An app of people has no
//! secret and says `client_id` alone (OAuth 2.1 §2.1, public clients).

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{HttpMessage, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{OAuthError, Problem};
use super::form::OAuthForm;
use crate::app::App;
use crate::base::id::ClientId;
use crate::base::secret::PlainSecret;
use crate::domain::credentials::Granted;
use crate::domain::credentials::service::{self, ServiceSignInError};
use crate::http::caller::sender;
use crate::http::edge::origin_of;

/// What a client shows of itself.
struct Shown {
    id: String,
    secret: Option<PlainSecret>,
}

/// Which client asks.
pub enum Client {
    /// A service account, which has shown a secret.
    Service(Granted),
    /// An app, which has no secret: it says which one it is, and what it presents has to be its own.
    App(ClientId),
    /// None: a program of nobody's, that can only hold what a password gave it.
    Unnamed,
}

/// Establishes which client asks.
///
/// # Errors
/// `invalid_request` for two ways at once, `invalid_client` for everything that is wrong with what it shows.
pub async fn client_of(app: &App, request: &HttpRequest, form: &OAuthForm) -> Result<Client, OAuthError> {
    let Some(Shown { id, secret }) = shown(request.headers(), form)? else { return Ok(Client::Unnamed) };
    let Some(secret) = secret else { return id.parse().map(Client::App).map_err(|_| OAuthError::invalid_client()) };
    let origin = origin_of(request);
    let granted = service::sign_in(&app.ctx, &id, secret.reveal(), sender(request.headers()), &origin).await?;
    request.extensions_mut().insert(granted.allowance());
    Ok(Client::Service(granted))
}

impl From<ServiceSignInError> for OAuthError {
    fn from(error: ServiceSignInError) -> Self {
        match error {
            ServiceSignInError::Wrong => Self::invalid_client(),
            ServiceSignInError::TooMany(exhausted) => exhausted.into(),
            ServiceSignInError::Stale(stale) => stale.into(),
            ServiceSignInError::Unexpected(error) => error.into(),
        }
    }
}

/// What a client shows of itself; nothing if it shows nothing.
fn shown(headers: &HeaderMap, form: &OAuthForm) -> Result<Option<Shown>, OAuthError> {
    let several = || OAuthError::new(Problem::InvalidRequest, "Authenticate the client in one way: Basic, or the form.");
    let mut values = headers.get_all(AUTHORIZATION);
    let basic = match (values.next(), values.next()) {
        (None, _) => None,
        (Some(value), None) => Some(value.to_str().ok().and_then(basic).ok_or_else(OAuthError::invalid_client)?),
        (Some(_), Some(_)) => return Err(several()),
    };
    match (basic, form.get("client_id"), form.get("client_secret")) {
        (Some(_), _, Some(_)) => Err(several()),
        (Some(basic), Some(id), None) if basic.id != id => Err(several()),
        (Some(basic), _, None) => Ok(Some(basic)),
        (None, Some(id), secret) => {
            Ok(Some(Shown { id: id.to_owned(), secret: secret.map(|secret| PlainSecret::new(secret.to_owned())) }))
        }
        (None, None, _) => Ok(None),
    }
}

/// `Basic` with an id and a secret, each of them form-encoded (RFC 6749 §2.3.1).
fn basic(value: &str) -> Option<Shown> {
    let (scheme, encoded) = value.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| {
        let mut read = form_urlencoded::parse(text.as_bytes());
        let (name, value) = read.next()?;
        (read.next().is_none() && value.is_empty()).then(|| name.into_owned())
    };
    Some(Shown { id: plain(id)?, secret: Some(PlainSecret::new(plain(secret)?)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(plain: &str) -> Option<(String, String)> {
        let shown = basic(&format!("bAsIc {}", STANDARD.encode(plain)))?;
        Some((shown.id, shown.secret.map(|secret| secret.reveal().to_owned())?))
    }

    #[test]
    fn r83_both_halves_of_basic_are_form_decoded() {
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(read("svc_1:lk_svc_2"), pair("svc_1", "lk_svc_2"));
        assert_eq!(read("svc%5F1:lk%5Fsvc%5F2"), pair("svc_1", "lk_svc_2"));
        assert_eq!(read("a:b%3Ac+d"), pair("a", "b:c d"));
        for wrong in ["", ":", "a", ":b", "a:", "a&b:c", "a=b:c"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        for wrong in ["Basic", "Basic !", "Bearer YTpi", "YTpi", "Basic /w=="] {
            assert!(basic(wrong).is_none(), "{wrong}");
        }
    }
}
