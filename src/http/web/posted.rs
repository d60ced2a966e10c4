//! A form that was sent, once it is certain that it was sent from here.
//!
//! Two independent proofs, as CSRF needs: the browser's own word about where the request comes from (Fetch Metadata,
//! else `Origin`, else `Referer`), and a token that only a page of ours, in this browser, could carry.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::error::Trouble;
use super::outcome::WebError;
use super::visitor::Visitor;
use crate::http::edge::{Site, site_of};
use crate::http::extract::{FORM_LIMIT, pairs, read_body};

/// The hidden field of every form.
const TOKEN: &str = "form_token";
/// Names that a form may send more than once: tick boxes.
const REPEATED: [&str; 4] = ["scopes", "audiences", "ids", "features"];

/// The fields of a form.
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// The value of a field; empty if it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether a box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// All fields but the form token, as they were sent: to be sent again.
    pub(super) fn fields(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter().filter(|(field, _)| field != TOKEN)
    }

    /// All values of a field that may be sent more than once.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect()
    }
}

impl FromRequest for Posted {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if site_of(&request) != Site::Ours {
                return Err(Trouble::CrossSite.into());
            }
            let form = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(is_form);
            if !form {
                return Err(Trouble::Unreadable.into());
            }
            let visitor = Visitor::from_request(&request, &mut Payload::None).await?;
            let fields = pairs(&read_body(&mut payload, FORM_LIMIT).await?);
            let posted = Self(fields);
            if !visitor.issued(posted.text(TOKEN)) {
                return Err(Trouble::StaleForm.into());
            }
            if posted.repeats() {
                return Err(Trouble::Unreadable.into());
            }
            Ok(posted)
        })
    }
}

impl Posted {
    fn repeats(&self) -> bool {
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).filter(|name| !REPEATED.contains(name)).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

fn is_form(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
