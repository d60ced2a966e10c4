//! Who sets up a second factor: somebody who wants one and has just shown who they are, or somebody who needs one and has
//! come no further than the password.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::chrome::Chrome;
use super::confirmed::JustConfirmed;
use super::outcome::WebError;
use super::posted::Posted;
use super::visitor::{SignedIn, Visitor};
use crate::domain::accounts::Account;
use crate::domain::second_factor::Enrolling;
use crate::domain::sessions::Presence;

/// Somebody who looks at the page that sets one up.
pub struct Candidate {
    visitor: Visitor,
    account: Account,
}

/// Somebody who sets one up, with the form they sent.
pub struct SettingUp {
    visitor: Visitor,
    enrolling: Enrolling,
    form: Posted,
}

impl Candidate {
    /// Whose it will be.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// As anybody.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }
}

impl SettingUp {
    /// Who, with the right to do it.
    pub fn enrolling(&self) -> &Enrolling {
        &self.enrolling
    }

    /// What was sent.
    pub fn form(&self) -> &Posted {
        &self.form
    }

    /// As anybody.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        self.visitor.chrome()
    }
}

impl FromRequest for Candidate {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let visitor = Visitor::from_request(&request, &mut Payload::None).await?;
            if let Presence::MustSetUp(enrolling) = visitor.presence() {
                let account = enrolling.account().clone();
                return Ok(Self { visitor, account });
            }
            let me = SignedIn::from_request(&request, &mut Payload::None).await?;
            Ok(Self { visitor, account: me.person().account().clone() })
        })
    }
}

impl FromRequest for SettingUp {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let visitor = Visitor::from_request(&request, &mut Payload::None).await?;
            if let Presence::MustSetUp(enrolling) = visitor.presence() {
                let enrolling = enrolling.clone();
                let form = Posted::from_request(&request, &mut payload).await?;
                return Ok(Self { visitor, enrolling, form });
            }
            let (visitor, confirmed, form) = JustConfirmed::from_request(&request, &mut payload).await?.into_parts();
            Ok(Self { visitor, enrolling: Enrolling::of(&confirmed), form })
        })
    }
}
