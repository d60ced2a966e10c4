//! Who looks at a page: anybody ([`Visitor`]), somebody signed in ([`SignedIn`]), an administrator ([`Administering`]),
//! somebody with a session, however far they have come ([`Present`]).
//!
//! A handler that takes none of the last two cannot reach a verb that needs a person, so a forgotten check does not
//! compile.

use std::rc::Rc;

use actix_session::SessionExt;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::LocalBoxFuture;
use subtle::ConstantTimeEq;

use super::chrome::{Chrome, WhoView};
use super::error::Trouble;
use super::outcome::WebError;
use super::session::key_of;
use crate::app::App;
use crate::base::net::Origin;
use crate::base::secret::{base62_of_32, hex};
use crate::domain::access::Administrator;
use crate::domain::accounts::Person;
use crate::domain::sessions::{self, Presence};
use crate::http::edge::origin_of;

/// Anybody.
#[derive(Clone)]
pub struct Visitor(Rc<Inner>);

struct Inner {
    app: Data<App>,
    presence: Presence,
    origin: Origin,
    /// What form tokens are bound to: the session's key, or the cookie of a browser that has no session yet.
    binding: String,
}

/// A cookie for a browser that has no session yet, to be set with the answer.
#[derive(Clone)]
pub(super) struct NewBrowser(pub Cookie<'static>);

/// Somebody with a session of any stage: all they have in common is that they may end it.
pub struct Present;

/// Somebody who is signed in.
pub struct SignedIn {
    visitor: Visitor,
    person: Person,
}

/// Somebody who is signed in and administers Latchkey.
pub struct Administering {
    visitor: Visitor,
    administrator: Administrator,
}

impl Visitor {
    /// Who it is, if anybody.
    pub fn person(&self) -> Option<&Person> {
        match &self.0.presence {
            Presence::Whole(person) => Some(person),
            Presence::Nobody | Presence::AwaitsCode(_) | Presence::MustSetUp(_) => None,
        }
    }

    /// How far they have come.
    pub fn presence(&self) -> &Presence {
        &self.0.presence
    }

    /// Where the request came from.
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        let settings = &self.0.app.ctx.settings;
        Chrome {
            signed_in: self.person().map(WhoView::of),
            service_name: settings.service_name.clone(),
            now: self.0.app.ctx.now(),
            form_token: self.form_token(),
        }
    }

    /// A token for the forms of this page, different each time and good for this browser alone.
    fn form_token(&self) -> String {
        let mut nonce = [0u8; 16];
        self.0.app.ctx.rng.fill(&mut nonce);
        URL_SAFE_NO_PAD.encode([nonce, self.tag(&nonce)].concat())
    }

    /// Whether a form token was made for this browser, in constant time.
    pub(super) fn issued(&self, token: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        match bytes.split_at_checked(16) {
            Some((nonce, tag)) => self.tag(nonce).ct_eq(tag).into(),
            None => false,
        }
    }

    fn tag(&self, nonce: &[u8]) -> [u8; 16] {
        let whole = self.0.app.ctx.keys.form_tag(&[self.0.binding.as_bytes(), nonce]);
        *whole.first_chunk().expect("a tag has 32 bytes")
    }

    /// A nonce for a form that must not be carried out twice.
    pub fn nonce(&self) -> String {
        hex(&self.0.app.ctx.rng.bytes32()[..16])
    }

    async fn of(request: HttpRequest) -> Result<Self, WebError> {
        if let Some(known) = request.extensions().get::<Self>() {
            return Ok(known.clone());
        }
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        let origin = marked_origin_of(&request);
        let key = key_of(&request.get_session());
        let presence = match &key {
            Some(key) => sessions::presence(&app.ctx, key, &origin).await?,
            None => Presence::Nobody,
        };
        // The other extractor of this request may have been faster.
        if let Some(known) = request.extensions().get::<Self>() {
            return Ok(known.clone());
        }
        let binding = match (key, &presence) {
            (Some(key), Presence::Whole(_) | Presence::AwaitsCode(_) | Presence::MustSetUp(_)) => key,
            _ => browser(&request, &app),
        };
        let visitor = Self(Rc::new(Inner { app, presence, origin, binding }));
        request.extensions_mut().insert(visitor.clone());
        Ok(visitor)
    }
}

/// The cookie of a browser that has no session, with this value.
fn browser_cookie(app: &App, value: String) -> Cookie<'static> {
    let https = app.public_url.is_https();
    let name = if https { "__Host-browser" } else { "browser" };
    Cookie::build(name, value).path("/").http_only(true).secure(https).same_site(SameSite::Lax).finish()
}

/// The same cookie, to be taken away: a session takes its place.
pub(super) fn forgotten_browser(app: &App) -> Cookie<'static> {
    let mut cookie = browser_cookie(app, String::new());
    cookie.make_removal();
    cookie
}

/// How long a browser is told from a stranger's, in days: what browsers keep at the most.
const MARKS_KEPT: i64 = 400;

/// Where a request came from, and from which browser.
pub(in crate::http) fn marked_origin_of(request: &HttpRequest) -> Origin {
    let app = request.app_data::<Data<App>>().expect("every server has its App");
    origin_of(request).with_marks(request.cookie(marks_name(app)).as_ref().map_or("", Cookie::value))
}

fn marks_name(app: &App) -> &'static str {
    if app.public_url.is_https() { "__Host-device" } else { "device" }
}

/// The cookie of a browser that has signed in: it tells this browser from a stranger's.
pub(super) fn marks_cookie(app: &App, marks: &str) -> Cookie<'static> {
    let lasting = Cookie::build(marks_name(app), marks.to_owned()).path("/").http_only(true).same_site(SameSite::Lax);
    lasting.secure(app.public_url.is_https()).max_age(Duration::days(MARKS_KEPT)).finish()
}

/// What the forms of a browser without a session are bound to: its cookie, a new one if it has none.
fn browser(request: &HttpRequest, app: &App) -> String {
    let value = base62_of_32(&app.ctx.rng.bytes32());
    let cookie = browser_cookie(app, value.clone());
    if let Some(known) = request.cookie(cookie.name()).filter(|known| known.value().len() == value.len()) {
        return known.value().to_owned();
    }
    request.extensions_mut().insert(NewBrowser(cookie));
    value
}

impl FromRequest for Visitor {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::of(request.clone()))
    }
}

impl FromRequest for Present {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            match Visitor::of(request.clone()).await?.presence() {
                Presence::Whole(_) | Presence::AwaitsCode(_) | Presence::MustSetUp(_) => Ok(Self),
                Presence::Nobody => Err(WebError::see_other(sign_in_address(&request))),
            }
        })
    }
}

impl SignedIn {
    /// The same, with what the two of them are.
    pub(super) fn into_parts(self) -> (Visitor, Person) {
        (self.visitor, self.person)
    }

    /// Who.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The same, as anybody.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        self.visitor.chrome()
    }
}

impl FromRequest for SignedIn {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    /// Sends everybody else to the sign-in page, and from there back.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let visitor = Visitor::of(request.clone()).await?;
            match visitor.person().cloned() {
                Some(person) => Ok(Self { visitor, person }),
                None => Err(WebError::see_other(sign_in_address(&request))),
            }
        })
    }
}

pub(super) fn sign_in_address(request: &HttpRequest) -> String {
    match request.uri().path_and_query() {
        Some(wanted) if *request.method() == Method::GET => {
            let next: String = form_urlencoded::byte_serialize(wanted.as_str().as_bytes()).collect();
            format!("/sign-in?next={next}")
        }
        _ => "/sign-in".to_owned(),
    }
}

impl Administering {
    /// Who, with the right to administer.
    pub fn administrator(&self) -> &Administrator {
        &self.administrator
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        self.visitor.chrome()
    }
}

impl FromRequest for Administering {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed_in = SignedIn::from_request(request, payload);
        Box::pin(async move {
            let SignedIn { visitor, person } = signed_in.await?;
            let administrator = Administrator::of(person).ok_or(WebError::from(Trouble::Forbidden))?;
            Ok(Self { visitor, administrator })
        })
    }
}
