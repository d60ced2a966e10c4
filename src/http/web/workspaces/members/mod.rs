//! `/w/{slug}/members…` and `/w/{slug}/leave`: who belongs to a workspace, and as what.

pub mod change;
pub mod end;
pub mod list;

use actix_web::HttpRequest;

use crate::app::App;
use crate::domain::workspaces::Member;
use crate::domain::workspaces::members::{self, MemberError, Membership};
use crate::http::extract::path_part;
use crate::http::web::error::Trouble;
use crate::http::web::outcome::WebError;

/// The member that the path names.
async fn asked(app: &App, me: &Member, request: &HttpRequest) -> Result<Membership, WebError> {
    let id = path_part(request, "id").parse().map_err(|_| Trouble::NotFound)?;
    let found = members::find(&app.ctx.db, me, id).await?;
    Ok(found.ok_or(Trouble::NotFound)?)
}

/// Why a membership stayed as it was, for a page that says so; else the end of the request.
fn sentence(error: MemberError) -> Result<&'static str, WebError> {
    match error {
        MemberError::Refused(refused) => Err(refused.into()),
        MemberError::NoSuchMember => Err(Trouble::NotFound.into()),
        MemberError::OwnersOnly => Ok("Only an owner of the workspace makes, changes and removes owners. Ask one of them."),
        MemberError::OwnRights => Ok("Nobody gives themself more than they have. Ask an owner of the workspace."),
        MemberError::LastOwner => {
            Ok("This is the last owner who can sign in. Make somebody else an owner first, then try again.")
        }
        MemberError::OwnWorkspace => Ok("A personal workspace stays with its person. It goes with their account."),
        MemberError::Unexpected(error) => Err(error.into()),
    }
}
