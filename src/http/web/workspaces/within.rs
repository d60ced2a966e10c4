//! Who is behind a page of a workspace: somebody who belongs to it ([`InWorkspace`]), or who showed a short while ago who
//! they are, too ([`ConfirmedInWorkspace`]).
//!
//! To everybody else the workspace does not exist: the answer is that of a page that is nowhere.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::WorkspaceView;
use crate::app::App;
use crate::domain::accounts::Person;
use crate::domain::workspaces::{self, Member, Refused, Right, Slug, Which};
use crate::http::extract::path_part;
use crate::http::web::chrome::Chrome;
use crate::http::web::confirmed::RecentlyConfirmed;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;
use crate::http::web::posted::Posted;
use crate::http::web::visitor::{SignedIn, Visitor};

/// Somebody who is signed in and belongs to the workspace that the path names.
pub struct InWorkspace {
    visitor: Visitor,
    member: Member,
}

/// The same, who showed a short while ago who they are, with the form they sent.
pub struct ConfirmedInWorkspace {
    visitor: Visitor,
    member: Member,
    form: Posted,
}

impl InWorkspace {
    /// Who, and where.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        self.visitor.chrome()
    }

    /// The workspace, as its pages name it.
    pub fn view(&self) -> WorkspaceView {
        WorkspaceView::of(&self.member)
    }

    /// A nonce for a form that must not be carried out twice.
    pub fn nonce(&self) -> String {
        self.visitor.nonce()
    }

    /// Goes on only for those who may do this.
    ///
    /// # Errors
    /// 403 for all others.
    pub fn require(&self, right: Right) -> Result<(), WebError> {
        if self.member.may(right) { Ok(()) } else { Err(Refused::Forbidden.into()) }
    }

    async fn of(request: &HttpRequest) -> Result<Self, WebError> {
        let app = request.app_data::<Data<App>>().cloned().expect("every server has its App");
        let (visitor, person) = SignedIn::from_request(request, &mut Payload::None).await?.into_parts();
        let member = asked(&app, &person, request).await?;
        Ok(Self { visitor, member })
    }
}

impl FromRequest for InWorkspace {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

impl ConfirmedInWorkspace {
    /// Who, and where.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// A nonce for a form that must not be carried out twice.
    pub fn nonce(&self) -> String {
        self.visitor.nonce()
    }

    /// What was sent.
    pub fn form(&self) -> &Posted {
        &self.form
    }

    /// What stands around the page.
    pub fn chrome(&self) -> Chrome {
        self.visitor.chrome()
    }

    /// The workspace, as its pages name it.
    pub fn view(&self) -> WorkspaceView {
        WorkspaceView::of(&self.member)
    }
}

impl FromRequest for ConfirmedInWorkspace {
    type Error = WebError;
    type Future = LocalBoxFuture<'static, Result<Self, WebError>>;

    /// Who does not belong to it hears so before any password is asked for.
    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let InWorkspace { member, .. } = InWorkspace::of(&request).await?;
            let (visitor, _, form) = RecentlyConfirmed::from_request(&request, &mut payload).await?.into_parts();
            Ok(Self { visitor, member, form })
        })
    }
}

/// The person in the workspace that the path calls `{slug}`.
async fn asked(app: &App, person: &Person, request: &HttpRequest) -> Result<Member, WebError> {
    let slug = Slug::parse(path_part(request, "slug")).ok_or(Trouble::NotFound)?;
    Ok(workspaces::member(&app.ctx.db, person, &Which::Slug(slug)).await?)
}
