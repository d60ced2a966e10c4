//! "Confirm it's you": forms that a borrowed browser must not send.
//!
//! A handler that takes [`RecentlyConfirmed`] or [`Governing`] instead of a signed-in person and their form runs only
//! for somebody who typed their password a short while ago. Everybody else gets a page that asks for the password and
//! posts the same form, with all that was filled in, to the same address again: nothing is kept on the server in
//! between, and nothing that was typed is lost.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use askama::Template;
use askama_web::WebTemplate;
use futures_util::future::LocalBoxFuture;

use super::chrome::{Chrome, WhoView};
use super::error::Trouble;
use super::form::Problems;
use super::outcome::WebError;
use super::posted::Posted;
use super::visitor::{SignedIn, Visitor};
use crate::app::App;
use crate::base::time::Span;
use crate::domain::access::ConfirmedAdministrator;
use crate::domain::accounts::{Confirmed, PasswordAttempt, Person};
use crate::domain::sessions::{self, ConfirmError};

/// The field of the page that asks; no form of ours has another of this name.
const PASSWORD: &str = "confirm_password";
/// How short a while is before what secures the account is changed (OWASP ASVS 7.5.1).
const JUST_NOW: Span = Span::minutes(10);

/// "Confirm it's you".
#[derive(Template, WebTemplate)]
#[template(path = "pages/confirm.html")]
pub struct ConfirmPage<'a> {
    /// What stands around it.
    pub chrome: Chrome,
    /// Whose password is asked for: password managers want to know.
    pub who: WhoView,
    /// What is wrong with the password.
    pub problems: Problems,
    /// Where the form goes: where it was going.
    pub action: &'a str,
    /// What was filled in: names and values.
    pub kept: &'a [(String, String)],
}

/// A form whose sender has to show who they are.
pub struct Unconfirmed {
    who: WhoView,
    problems: Problems,
    action: String,
    kept: Vec<(String, String)>,
}

impl std::fmt::Debug for Unconfirmed {
    /// What was filled in is nobody's business but the page's.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Unconfirmed({})", self.action)
    }
}

impl Unconfirmed {
    /// The page that asks.
    pub fn page(&self, chrome: Chrome) -> ConfirmPage<'_> {
        let Self { who, problems, action, kept } = self;
        ConfirmPage { chrome, who: who.clone(), problems: problems.clone(), action, kept }
    }
}

/// Somebody who is signed in and showed a short while ago who they are, with the form they sent.
pub struct RecentlyConfirmed {
    visitor: Visitor,
    confirmed: Confirmed,
    form: Posted,
}

/// The same within the last ten minutes: for what secures the account itself.
pub struct JustConfirmed(RecentlyConfirmed);

/// An administrator who showed a short while ago who they are, with the form they sent.
pub struct Governing {
    visitor: Visitor,
    administrator: ConfirmedAdministrator,
    form: Posted,
}

impl RecentlyConfirmed {
    /// Who, with the right to do it.
    pub fn confirmed(&self) -> &Confirmed {
        &self.confirmed
    }

    /// Who.
    pub fn person(&self) -> &Person {
        self.confirmed.person()
    }

    /// What was sent.
    pub fn form(&self) -> &Posted {
        &self.form
    }

    /// The same, as anybody.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        self.visitor.chrome()
    }

    /// The same, with what it is made of.
    pub(super) fn into_parts(self) -> (Visitor, Confirmed, Posted) {
        (self.visitor, self.confirmed, self.form)
    }

    async fn of(request: HttpRequest, mut payload: Payload, within: Option<Span>) -> Result<Self, WebError> {
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        let (visitor, person) = SignedIn::from_request(&request, &mut Payload::None).await?.into_parts();
        let form = Posted::from_request(&request, &mut payload).await?;
        let within = within.unwrap_or(app.ctx.settings.session.confirm);
        if let Some(confirmed) = Confirmed::of(person.clone(), app.ctx.now(), within) {
            return Ok(Self { visitor, confirmed, form });
        }
        let who = WhoView::of(&person);
        let ask = |problems| {
            let kept = form.fields().filter(|(name, _)| name != PASSWORD).cloned().collect();
            WebError::Confirm(Box::new(Unconfirmed { who, problems, action: request.uri().to_string(), kept }))
        };
        if !form.ticked(PASSWORD) {
            return Err(ask(Problems::none()));
        }
        match sessions::confirm(&app.ctx, &person, &PasswordAttempt::new(form.text(PASSWORD))).await {
            Ok(confirmed) => Ok(Self { visitor, confirmed, form }),
            Err(ConfirmError::Wrong) => {
                Err(ask(Problems::one(PASSWORD, "This is not your password. Nothing was changed yet; try again.")))
            }
            Err(ConfirmError::TooMany(exhausted)) => Err(exhausted.into()),
            Err(ConfirmError::Busy(busy)) => Err(busy.into()),
            Err(ConfirmError::Unexpected(error)) => Err(error.into()),
        }
    }
}

impl FromRequest for RecentlyConfirmed {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        Box::pin(Self::of(request.clone(), payload.take(), None))
    }
}

impl JustConfirmed {
    /// The same, with what it is made of.
    pub(super) fn into_parts(self) -> (Visitor, Confirmed, Posted) {
        self.0.into_parts()
    }
}

impl std::ops::Deref for JustConfirmed {
    type Target = RecentlyConfirmed;

    fn deref(&self) -> &RecentlyConfirmed {
        &self.0
    }
}

impl FromRequest for JustConfirmed {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let confirmed = RecentlyConfirmed::of(request.clone(), payload.take(), Some(JUST_NOW));
        Box::pin(async { confirmed.await.map(Self) })
    }
}

impl Governing {
    /// Who, with the right to change things.
    pub fn administrator(&self) -> &ConfirmedAdministrator {
        &self.administrator
    }

    /// What was sent.
    pub fn form(&self) -> &Posted {
        &self.form
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        self.visitor.chrome()
    }
}

impl FromRequest for Governing {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    /// Who is no administrator hears so before any password is asked for.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let signed_in = SignedIn::from_request(&request, &mut Payload::None).await?;
            if !signed_in.person().is_admin() {
                return Err(Trouble::Forbidden.into());
            }
            let RecentlyConfirmed { visitor, confirmed, form } = RecentlyConfirmed::of(request, payload, None).await?;
            let administrator = ConfirmedAdministrator::of(confirmed).ok_or(WebError::from(Trouble::Forbidden))?;
            Ok(Self { visitor, administrator, form })
        })
    }
}
