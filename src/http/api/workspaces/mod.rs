//! `/v1/workspaces`: the tenants that one belongs to.

mod audit;
mod change;
mod create;
mod invites;
mod list;
mod members;
mod service_account;
mod service_accounts;
mod service_change;
mod usage;

use serde_json::{Value, json};

use super::operation::Operation;
use super::schema;
use crate::base::text::Label;
use crate::domain::workspaces::{KeysManage, MemberRoles, Slug, Workspace};
use crate::http::api::fields::Fields;

/// The chapter of the document.
const TAG: &str = "Workspaces";

/// The operations.
pub fn operations() -> Vec<Operation> {
    let mut all = list::operations();
    all.push(create::operation());
    all.extend(change::operations());
    all.extend(members::operations());
    all.extend(invites::operations());
    all.push(service_account::operation());
    all.extend(service_accounts::operations());
    all.extend(service_change::operations());
    all.extend([audit::operation(), usage::operation()]);
    all
}

fn shape() -> Value {
    schema::object(&[
        ("id", schema::id("wsp", "The id of the workspace.")),
        ("slug", schema::told("Its name in addresses.")),
        ("name", schema::told("Its name.")),
        ("plan", schema::told("Its plan, which says how much it may ask.")),
        ("personal", schema::flag("Whether it is somebody's own.")),
        ("roles", schema::list(schema::told("A role."), 100, "What the caller is there; empty for a key or a service account.")),
        ("keysManage", schema::flag("Whether its secret keys may manage keys.")),
        ("createdAt", schema::time("When it was made.")),
        ("suspendedAt", schema::or_null(schema::time("Since when it is suspended."))),
    ])
}

fn example() -> Value {
    json!({
        "id": "wsp_019ab3c1d2e37f4089ab12cd34ef5678",
        "slug": "acme",
        "name": "Acme",
        "plan": "free",
        "personal": false,
        "roles": ["owner"],
        "keysManage": true,
        "createdAt": "2026-11-22T09:00:00.000Z",
        "suspendedAt": null,
    })
}

fn view(workspace: &Workspace, roles: Option<&MemberRoles>) -> Value {
    json!({
        "id": workspace.id,
        "slug": workspace.slug.as_str(),
        "name": workspace.name.as_str(),
        "plan": workspace.plan,
        "personal": workspace.personal_of.is_some(),
        "roles": roles.iter().flat_map(|roles| roles.words()).collect::<Vec<_>>(),
        "keysManage": workspace.keys_manage == KeysManage::Allowed,
        "createdAt": workspace.created_at,
        "suspendedAt": workspace.suspended_at,
    })
}

/// A name, if it is there.
fn name(fields: &mut Fields) -> Option<Label> {
    let text = fields.optional_text("name")?;
    Label::parse(&text).map_err(|why| fields.problem("name", &why.to_string())).ok()
}

/// A slug, if it is there.
fn slug(fields: &mut Fields) -> Option<Slug> {
    let text = fields.optional_text("slug")?;
    let slug = Slug::parse(&text);
    if slug.is_none() {
        fields.problem("slug", "must be 2 to 50 small letters, digits and single hyphens between them");
    }
    slug
}

/// Roles in a workspace, of which there must be at least one.
fn roles(fields: &mut Fields) -> Option<MemberRoles> {
    let words = fields.texts("roles");
    let separate = words.iter().all(|word| !word.contains(|c: char| c == ',' || c.is_whitespace()));
    let parsed = if separate { MemberRoles::parse(&words.join(" ")).ok() } else { None };
    if parsed.is_none() {
        fields.problem("roles", "must name at least one role: owner, admin, developer, viewer, or a word of your own");
    }
    parsed
}

/// What is asked for as roles.
fn roles_asked() -> Value {
    let about = "owner, admin, developer, viewer, and any words of your own. At least one.";
    let mut roles = schema::list(schema::text(1, 50, "A role."), 20, about);
    roles["minItems"] = json!(1);
    roles
}
