//! `/api/users`: everybody's accounts, for administrators with a session, as at every door. What cannot be undone asks for a
//! password that was typed a short while ago.

mod change;
mod list;

use serde_json::Value;

pub use change::{create, remove, update};
pub use list::{list, roles, show, stats};

use super::answer::DoorError;
use super::user::{Named, whole};
use crate::base::id::AccountId;
use crate::domain::Ctx;
use crate::domain::access::{Administrator, view_account};
use crate::domain::accounts::{self, Attributes};
use crate::http::api::Code;

/// An account as an administrator views it, which the log keeps.
async fn viewed(ctx: &Ctx, by: &Administrator, id: AccountId) -> Result<Value, DoorError> {
    let viewed = view_account(ctx, by, id).await?.ok_or(Code::NotFound)?;
    let attributes: Attributes = accounts::attributes(ctx, id).await?;
    Ok(whole(Named::of(viewed.account()), &attributes, None))
}

/// The account that a path names.
fn named(text: &str) -> Result<AccountId, DoorError> {
    text.parse().map_err(|_| Code::NotFound.into())
}
