//! `/profile/tokens…`: API tokens.
//!
//! | module | what it is |
//! |---|---|
//! | [`list`] | one's tokens, with what the address asks for and a card for each thing to look at |
//! | [`new`], [`create`], [`created`], [`save`] | the form, what it makes, and the one page that shows a secret |
//! | [`detail`], [`chart`] | all that is known of one token |
//! | [`change`] | rename, narrow, pause, resume, end an overlap |
//! | [`rotate`], [`check`] | a new secret, and whether it has arrived |
//! | [`revoke`], [`revoke_many`] | what breaks, before it breaks |

pub(super) mod asked;
pub mod change;
pub mod chart;
pub mod check;
pub mod create;
pub mod created;
pub mod detail;
pub(super) mod draft;
pub(super) mod ending;
pub mod list;
pub mod new;
mod preset;
pub mod revoke;
pub mod revoke_many;
pub mod rotate;
pub(super) mod row;
pub mod save;
