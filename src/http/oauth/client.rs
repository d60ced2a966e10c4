//! Which program asks: client authentication (OAuth 2.1 §2.4).
//!
//! A service account shows one of its secrets in `Authorization: Basic …`, both halves form-encoded as the standard wants
//! it, or as `client_id` and `client_secret` in the form; never both, and never in the address.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{HttpMessage, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{OAuthError, Problem};
use super::form::OAuthForm;
use crate::app::App;
use crate::base::net::Origin;
use crate::base::secret::PlainSecret;
use crate::domain::credentials::service::of_client_id;
use crate::domain::credentials::{Demand, Granted, Kind, Refusal, Unverified, authenticate};
use crate::domain::limits::{Counted, Rate};
use crate::http::edge::origin_of;

/// How many wrong secrets of one client a network may present a minute before it is told to wait.
const WRONG: u32 = 50;
/// Longer than any id of a client.
const LONGEST_ID: usize = 100;

/// What a client shows of itself.
struct Shown {
    id: String,
    secret: Option<PlainSecret>,
}

/// A client that has shown that it is the one.
pub enum Client {
    /// A service account.
    Service(Granted),
}

/// Establishes which client asks.
///
/// # Errors
/// `invalid_request` for two ways at once, `invalid_client` for everything that is wrong with what it shows.
pub async fn client_of(app: &App, request: &HttpRequest, form: &OAuthForm) -> Result<Client, OAuthError> {
    let Some(Shown { id, secret: Some(secret) }) = shown(request.headers(), form)? else {
        return Err(OAuthError::invalid_client());
    };
    let origin = origin_of(request);
    match service_account(app, &id, &secret, &origin).await? {
        Some(granted) => {
            request.extensions_mut().insert(granted.allowance());
            Ok(Client::Service(granted))
        }
        None => Err(wrong_secret(app, id, &origin)),
    }
}

/// The service account with this id, if the secret is one of its own and good now, from here.
async fn service_account(app: &App, id: &str, secret: &PlainSecret, origin: &Origin) -> Result<Option<Granted>, OAuthError> {
    let Some(wanted) = of_client_id(id) else { return Ok(None) };
    let demand = Demand { kinds: vec![Kind::Service], ..Demand::default() };
    match authenticate(&app.ctx, secret.reveal(), &demand, origin).await {
        Ok(granted) => Ok(Some(granted).filter(|granted| granted.credential() == wanted)),
        Err(Unverified::Refused { refusal: Refusal::RateLimited(exhausted) | Refusal::TooManyUnknown(exhausted), .. }) => {
            Err(exhausted.into())
        }
        Err(Unverified::Refused { .. }) => Ok(None),
        Err(Unverified::Stale(stale)) => Err(stale.into()),
        Err(Unverified::Unexpected(error)) => Err(error.into()),
    }
}

/// Counts a wrong secret, by the client it is for and the network it comes from. The right one is never held up by them.
fn wrong_secret(app: &App, id: String, origin: &Origin) -> OAuthError {
    let id = if id.len() > LONGEST_ID { String::new() } else { id };
    let counted = Counted::WrongClientSecret(id, origin.network());
    match app.ctx.limits.take(counted, Rate::per_minute(WRONG), app.ctx.now()) {
        Ok(_) => OAuthError::invalid_client(),
        Err(exhausted) => exhausted.into(),
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
