//! An account, as somebody types it into a filter: by its address or its id.

use crate::app::App;
use crate::base::id::AccountId;
use crate::base::text::EmailAddress;
use crate::http::web::outcome::WebError;
use crate::http::web::visitor::Administering;

/// What to say about a text that names no account.
pub(super) const UNREADABLE: &str = "This is neither an email address nor the id of an account. Enter one of them, or nothing.";

/// Whose things are asked for.
pub(super) enum Whose {
    /// Everybody's.
    All,
    /// Of this account, which need not exist.
    Account(AccountId),
    /// Of an address without an account.
    Nobody,
    /// What was typed is neither an address nor an id.
    Unreadable,
}

/// Reads what was typed.
pub(super) async fn whose(typed: &str, app: &App, admin: &Administering) -> Result<Whose, WebError> {
    if typed.is_empty() {
        return Ok(Whose::All);
    }
    if let Ok(id) = typed.parse() {
        return Ok(Whose::Account(id));
    }
    let Ok(email) = EmailAddress::parse(typed) else { return Ok(Whose::Unreadable) };
    let found = admin.administrator().account_of(&app.ctx, &email).await?;
    Ok(found.map_or(Whose::Nobody, Whose::Account))
}
