//! `/admin/accounts…`: everybody's accounts.

use actix_web::HttpRequest;

use crate::base::id::AccountId;
use crate::domain::access::Viewed;
use crate::domain::accounts::people::State;
use crate::http::extract::path_part;
use crate::http::web::error::Trouble;

mod asked;
pub mod change;
pub mod links;
pub mod list;
pub mod new;
pub mod show;

/// What an account is called on the pages of administrators, and where it stands.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// Its id on the wire: `usr_…`.
    pub id: String,
    /// Its owner's name; empty if none was given.
    pub name: String,
    /// Its address.
    pub email: String,
    /// Where it is in its life.
    pub state: State,
}

impl AccountView {
    fn of(viewed: &Viewed) -> Self {
        let account = viewed.account();
        Self {
            id: account.id.to_string(),
            name: account.name.as_str().to_owned(),
            email: account.email.as_str().to_owned(),
            state: viewed.state(),
        }
    }

    /// Whether it waits to be set up.
    pub fn is_invited(&self) -> bool {
        self.state == State::Invited
    }

    /// Whether it is stopped.
    pub fn is_suspended(&self) -> bool {
        self.state == State::Suspended
    }

    /// What to call it: the name, or the address of those who gave none.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

/// The account that the path names.
///
/// # Errors
/// 404 for what is no id.
fn asked_id(request: &HttpRequest) -> Result<AccountId, Trouble> {
    path_part(request, "id").parse().map_err(|_| Trouble::NotFound)
}

/// The page of an account.
fn page_of(id: AccountId) -> String {
    format!("/admin/accounts/{id}")
}
