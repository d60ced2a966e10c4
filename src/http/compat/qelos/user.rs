//! A person as this door tells of them.

use serde_json::{Value, json};

use super::workspaces::roles_there;
use crate::base::id::AccountId;
use crate::base::text::{EmailAddress, PersonName};
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::{self, Account, Attributes, Person, Roles};
use crate::domain::credentials::Granted;
use crate::domain::sessions;
use crate::domain::workspaces::{self, MemberRoles, Workspace};

/// Whoever signed in: `{user, workspace?}`.
///
/// # Errors
/// When the database does not answer.
pub async fn payload(ctx: &Ctx, of: &Person) -> db::Result<Value> {
    let attributes = accounts::attributes(ctx, of.id()).await?;
    let mut payload = json!({ "user": basics(Named::of(of.account()), &attributes) });
    if let Some(member) = sessions::active(ctx, of).await? {
        payload["workspace"] = place(member.workspace(), member.roles());
    }
    Ok(payload)
}

/// Whoever has just signed up. Of an address that had an account, it is what they sent and an id that is nobody's.
pub fn newcomer(id: AccountId, email: &EmailAddress, name: &PersonName, attributes: &Attributes) -> Value {
    let roles = Roles::user();
    let named = Named { id: id.to_string(), email: Some(email.as_str()), name: name.as_str(), roles: roles.words().collect() };
    basics(named, attributes)
}

/// The person of a session, with all that is known of them.
///
/// # Errors
/// When the database does not answer.
pub async fn of_person(ctx: &Ctx, of: &Person) -> db::Result<Value> {
    let attributes = accounts::attributes(ctx, of.id()).await?;
    let active = sessions::active(ctx, of).await?;
    Ok(whole(Named::of(of.account()), &attributes, active.map(|member| place(member.workspace(), member.roles()))))
}

/// Whoever stands behind a credential: its owner, as far as the credential acts for them in everything, else itself.
///
/// # Errors
/// When the database does not answer.
pub async fn of_credential(ctx: &Ctx, granted: &Granted) -> db::Result<Value> {
    // What an app was allowed is less than the profile.
    let own = granted.account().filter(|_| granted.grant().is_none());
    let attributes = match own {
        Some(account) => accounts::attributes(ctx, account).await?,
        None => Attributes::default(),
    };
    let named = Named {
        id: granted.account().map_or_else(|| granted.credential().to_string(), |id| id.to_string()),
        email: granted.email(),
        name: granted.person().unwrap_or_else(|| granted.name()),
        roles: granted.roles().into_iter().flat_map(|roles| roles.words()).collect(),
    };
    let place = match (granted.account(), granted.workspace()) {
        (Some(account), Some(home)) => {
            let own = workspaces::list(&ctx.db, account).await?;
            own.iter().find(|(workspace, _)| workspace.id == home.id()).map(|(workspace, roles)| place(workspace, roles))
        }
        (None, Some(home)) => Some(json!({ "_id": home.id(), "name": home.name(), "roles": [], "labels": [] })),
        (_, None) => None,
    };
    Ok(whole(named, &attributes, place))
}

/// What every answer says of somebody.
pub struct Named<'a> {
    /// Who.
    pub id: String,
    /// Their address, if they have one.
    pub email: Option<&'a str>,
    /// What they are called.
    pub name: &'a str,
    /// What they may be.
    pub roles: Vec<&'a str>,
}

impl<'a> Named<'a> {
    /// Of an account.
    pub fn of(account: &'a Account) -> Self {
        Self {
            id: account.id.to_string(),
            email: Some(account.email.as_str()),
            name: account.name.as_str(),
            roles: account.roles.words().collect(),
        }
    }
}

/// What a list says of them.
pub fn basics(who: Named<'_>, attributes: &Attributes) -> Value {
    let (first, last) = attributes.parts(who.name);
    json!({
        "_id": who.id,
        "username": who.email,
        "email": who.email,
        "name": who.name,
        "fullName": who.name,
        "firstName": first,
        "lastName": last,
        "roles": who.roles,
    })
}

/// All that is known of them.
pub fn whole(who: Named<'_>, attributes: &Attributes, place: Option<Value>) -> Value {
    let mut user = basics(who, attributes);
    user["phone"] = text(attributes.phone.as_str());
    user["birthDate"] = text(attributes.birth_date.as_str());
    user["profileImage"] = text(attributes.picture.as_str());
    user["metadata"] = json!(attributes.metadata.members());
    user["workspace"] = json!(place);
    user
}

/// What is not known is null.
fn text(known: &str) -> Value {
    if known.is_empty() { Value::Null } else { known.into() }
}

fn place(workspace: &Workspace, roles: &MemberRoles) -> Value {
    json!({
        "_id": workspace.id,
        "name": workspace.name.as_str(),
        "roles": roles_there(roles),
        "labels": workspace.look.labels.words().collect::<Vec<_>>(),
    })
}
