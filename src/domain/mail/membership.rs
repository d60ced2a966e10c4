//! What is written to people about workspaces: that they are invited, that their roles have changed, that they do not
//! belong to one any more.

use askama::Template;
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::phrases::{as_itself, moment};
use super::rendering::{Frame, Linked};
use super::stored;
use crate::base::secret::Keys;
use crate::base::text::{Label, PersonName};
use crate::base::time::Timestamp;

/// Somebody is invited to a workspace: a link that leads there. It goes to an address that may have no account, so it
/// says nothing that a stranger could use to advertise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceInvitation {
    /// Nobody's: the account of the address, if there is one, is not looked up.
    #[serde(with = "stored::person")]
    pub name: PersonName,
    /// What the workspace is called.
    #[serde(with = "stored::label")]
    pub workspace: Label,
    /// The address of whoever invites.
    pub inviter: String,
    /// What the person would be there: `owner`, `admin`, `developer` or `viewer`.
    pub role: String,
    /// The seed of the link's secret.
    pub seed: String,
    /// When the link ends.
    #[serde(with = "stored::instant")]
    pub expires_at: Timestamp,
    /// The invitation.
    pub cause: Cause,
}

/// Somebody else has given a member other roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRolesChanged {
    /// Of the account.
    #[serde(with = "stored::person")]
    pub name: PersonName,
    /// What the workspace is called.
    #[serde(with = "stored::label")]
    pub workspace: Label,
    /// Its name in addresses.
    pub slug: String,
    /// The address of whoever did it.
    pub by: String,
    /// The roles that the member has now, with commas between them.
    pub roles: String,
    /// The change.
    pub cause: Cause,
}

/// Somebody does not belong to a workspace any more, by somebody else's doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipEnded {
    /// Of the account.
    #[serde(with = "stored::person")]
    pub name: PersonName,
    /// What the workspace is called.
    #[serde(with = "stored::label")]
    pub workspace: Label,
    /// The address of whoever did it.
    pub by: String,
    /// What they did.
    pub end: MembershipEnd,
    /// The end.
    pub cause: Cause,
}

/// How a membership ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipEnd {
    /// The member was removed.
    Removed,
    /// The workspace was deleted.
    WorkspaceDeleted,
}

impl WorkspaceInvitation {
    /// The subject.
    pub(super) fn subject(&self) -> String {
        format!("You're invited to {}", as_itself(self.workspace.as_str(), "a workspace"))
    }

    /// The text and the HTML.
    pub(super) fn words(&self, frame: &Frame<'_>, keys: &Keys, now: Timestamp) -> (String, String) {
        let it = Linked::new(frame, "join", &self.seed, keys, moment(self.expires_at, now));
        let (workspace, invitation) = (as_itself(self.workspace.as_str(), "a workspace"), self);
        both(&InvitationText { frame, it: &it, workspace, invitation }, &InvitationHtml { frame, it: &it, workspace, invitation })
    }
}

impl MemberRolesChanged {
    /// The subject.
    pub(super) fn subject(&self) -> String {
        format!("Your roles in {} have changed", self.workspace.as_str())
    }

    /// The text and the HTML.
    pub(super) fn words(&self, frame: &Frame<'_>) -> (String, String) {
        both(&RolesText { frame, change: self }, &RolesHtml { frame, change: self })
    }
}

impl MembershipEnded {
    /// The subject.
    pub(super) fn subject(&self) -> String {
        match self.end {
            MembershipEnd::Removed => format!("You were removed from {}", self.workspace.as_str()),
            MembershipEnd::WorkspaceDeleted => format!("Workspace {} deleted", self.workspace.as_str()),
        }
    }

    /// The text and the HTML.
    pub(super) fn words(&self, frame: &Frame<'_>) -> (String, String) {
        both(&EndedText { frame, ended: self }, &EndedHtml { frame, ended: self })
    }
}

fn both(text: &impl Template, html: &impl Template) -> (String, String) {
    let written = "writing to memory does not fail";
    (text.render().expect(written), html.render().expect(written))
}

#[derive(Template)]
#[template(path = "mails/workspace_invitation.txt")]
struct InvitationText<'a> {
    frame: &'a Frame<'a>,
    it: &'a Linked,
    workspace: &'a str,
    invitation: &'a WorkspaceInvitation,
}

#[derive(Template)]
#[template(path = "mails/workspace_invitation.html")]
struct InvitationHtml<'a> {
    frame: &'a Frame<'a>,
    it: &'a Linked,
    workspace: &'a str,
    invitation: &'a WorkspaceInvitation,
}

#[derive(Template)]
#[template(path = "mails/member_roles_changed.txt")]
struct RolesText<'a> {
    frame: &'a Frame<'a>,
    change: &'a MemberRolesChanged,
}

#[derive(Template)]
#[template(path = "mails/member_roles_changed.html")]
struct RolesHtml<'a> {
    frame: &'a Frame<'a>,
    change: &'a MemberRolesChanged,
}

#[derive(Template)]
#[template(path = "mails/membership_ended.txt")]
struct EndedText<'a> {
    frame: &'a Frame<'a>,
    ended: &'a MembershipEnded,
}

#[derive(Template)]
#[template(path = "mails/membership_ended.html")]
struct EndedHtml<'a> {
    frame: &'a Frame<'a>,
    ended: &'a MembershipEnded,
}
