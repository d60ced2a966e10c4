//! `/api/workspaces`: the tenants that one belongs to.

mod change;
mod read;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

pub use change::{activate, create, remove, update};
pub use read::{list, members, show};

use super::answer::DoorError;
use super::caller::Me;
use crate::app::App;
use crate::domain::workspaces::members::Membership;
use crate::domain::workspaces::{Logo, Look, Member, MemberRoles, Right, Standing, Workspace};
use crate::http::api::member_of;
use crate::http::extract::path_part;

/// A person in the workspace that the path names.
pub struct Here(pub Member);

impl FromRequest for Here {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (me, request) = (Me::from_request(request, payload), request.clone());
        Box::pin(async move {
            let app = request.app_data::<Data<App>>().expect("every server has its App");
            Ok(Self(member_of(app, &me.await?.person, path_part(&request, "workspace")).await?))
        })
    }
}

/// A workspace that somebody sees.
struct Row {
    workspace: Workspace,
    /// What they are there; nothing for what belongs to the workspace itself.
    roles: Option<MemberRoles>,
    /// Who belongs to it.
    members: Vec<Membership>,
}

impl Row {
    fn view(&self) -> Value {
        let privileged = self.roles.as_ref().is_some_and(|roles| roles.standing().may(Right::ManageSettings));
        let mut row = seen(self.workspace.id.to_string(), self.workspace.name.as_str(), &self.workspace.look);
        row["members"] = self.members.iter().map(member_view).collect();
        row["isPrivilegedUser"] = privileged.into();
        row
    }
}

/// What every answer says of a workspace.
pub fn seen(id: String, name: &str, look: &Look) -> Value {
    let labels: Vec<&str> = look.labels.words().collect();
    json!({ "_id": id, "name": name, "logo": look.logo.as_ref().map(Logo::as_str), "labels": labels })
}

fn member_view(member: &Membership) -> Value {
    json!({ "_id": member.id, "user": member.account, "roles": roles_there(&member.roles), "created": member.since })
}

/// What somebody is in a workspace, in the words of this door: it knows no owners. Whoever has made a workspace is there
/// what its clients expect.
pub fn roles_there(roles: &MemberRoles) -> Vec<&str> {
    const OWNER: &[&str] = &["admin", "user"];
    let others = roles.words().filter(|word| *word != Standing::Owner.as_str());
    if roles.standing() == Standing::Owner {
        OWNER.iter().copied().chain(others.filter(|word| !OWNER.contains(word))).collect()
    } else {
        others.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_an_admin_and_a_user_and_everybody_else_what_they_are() {
        for (ours, told) in [
            ("owner", vec!["admin", "user"]),
            ("owner admin billing", vec!["admin", "user", "billing"]),
            ("admin", vec!["admin"]),
            ("viewer editor", vec!["viewer", "editor"]),
        ] {
            assert_eq!(roles_there(&MemberRoles::parse(ours).expect("roles")), told, "{ours}");
        }
    }
}
