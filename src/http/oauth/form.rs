//! What a client sends: a form, each parameter once (OAuth 2.1 §3.2).

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::error::{OAuthError, Problem};
use crate::http::extract::{FORM_LIMIT, pairs, read_body};

/// The parameters of a request. Nothing is ever read from its address.
#[derive(Debug, Default)]
pub struct OAuthForm(Vec<(String, String)>);

impl OAuthForm {
    /// Reads a body. What is empty is absent; what nobody asks for is ignored.
    fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let all = pairs(body);
        for (at, (name, _)) in all.iter().enumerate() {
            if all[..at].iter().any(|(earlier, _)| earlier == name) {
                let told = format!("The parameter {name} is there twice. Send each parameter once.");
                return Err(OAuthError::new(Problem::InvalidRequest, &told));
            }
        }
        Ok(Self(all.into_iter().filter(|(_, value)| !value.is_empty()).collect()))
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that has to be there.
    ///
    /// # Errors
    /// When it is not.
    pub fn need(&self, name: &str) -> Result<&str, OAuthError> {
        let missing = || OAuthError::new(Problem::InvalidRequest, &format!("The parameter {name} is missing."));
        self.get(name).ok_or_else(missing)
    }
}

impl FromRequest for OAuthForm {
    type Error = OAuthError;
    type Future = LocalBoxFuture<'static, Result<Self, OAuthError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let is_form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        let mut payload = payload.take();
        Box::pin(async move {
            let body = read_body(&mut payload, FORM_LIMIT).await?;
            if !is_form {
                let told = "Send a form, with Content-Type: application/x-www-form-urlencoded.";
                return Err(OAuthError::new(Problem::InvalidRequest, told));
            }
            Self::parse(&body)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r81_a_parameter_is_there_once_and_an_empty_one_is_not_there() {
        let form = OAuthForm::parse(b"grant_type=a+b&scope=&x=%C3%A9").expect("a form");
        assert_eq!((form.get("grant_type"), form.get("scope"), form.get("x")), (Some("a b"), None, Some("é")));
        assert!(form.need("scope").is_err() && form.need("grant_type").is_ok());
        for wrong in ["a=1&a=1", "a=1&a=2", "a=&a=1", "%61=1&a=2", "unknown=1&unknown=2"] {
            assert!(OAuthForm::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
