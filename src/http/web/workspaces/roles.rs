//! What somebody is, or is to be, in a workspace: one of four roles, and words of the product's own beside it.

use crate::domain::workspaces::{Member, MemberRoles, Right, Standing};
use crate::http::web::form::{Choice, Problems};
use crate::http::web::posted::Posted;

/// *Role* and *Other roles*, as they are or as they were sent.
#[derive(Debug, Clone)]
pub struct RolesForm {
    /// *Role*: those that whoever looks can give; the chosen one marked.
    pub choices: Vec<Choice>,
    /// *Other roles*, with commas between them.
    pub others: String,
}

impl RolesForm {
    /// As they are.
    pub fn of(roles: &MemberRoles, by: &Member) -> Self {
        let others = roles.words().filter(|word| Standing::parse(word).is_none()).collect::<Vec<_>>().join(", ");
        Self { choices: choices(roles.standing(), by), others }
    }

    /// As they were sent.
    pub fn sent(form: &Posted, by: &Member) -> Self {
        let chosen = Standing::parse(form.text("role")).unwrap_or(Standing::Viewer);
        Self { choices: choices(chosen, by), others: form.text("others").to_owned() }
    }

    /// Reads what was sent.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(form: &Posted) -> Result<MemberRoles, Problems> {
        let Some(standing) = Standing::parse(form.text("role")) else {
            return Err(Problems::one("role", "Choose a role."));
        };
        let others = form.text("others");
        let known = |word: &str| Standing::parse(&word.to_ascii_lowercase());
        if let Some(word) = others.split(|c: char| c == ',' || c.is_whitespace()).find_map(known) {
            let said = format!("“{}” is one of the roles above. Choose it there, or leave it out.", word.as_str());
            return Err(Problems::one("others", said));
        }
        MemberRoles::parse(&format!("{} {others}", standing.as_str())).map_err(|why| Problems::one("others", why.to_string()))
    }
}

/// The roles that this member can give, from the furthest reach.
fn choices(chosen: Standing, by: &Member) -> Vec<Choice> {
    let can_give = |standing: &&Standing| **standing != Standing::Owner || by.may(Right::Delete);
    let choice = |standing: &Standing| Choice {
        value: standing.as_str().to_owned(),
        label: called(*standing).to_owned(),
        hint: standing.sentence().to_owned(),
        chosen: *standing == chosen,
    };
    Standing::ALL.iter().rev().filter(can_give).map(choice).collect()
}

fn called(standing: Standing) -> &'static str {
    match standing {
        Standing::Viewer => "Viewer",
        Standing::Developer => "Developer",
        Standing::Admin => "Admin",
        Standing::Owner => "Owner",
    }
}
