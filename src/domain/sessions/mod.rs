//! A browser's session: signing in, resuming it with each request, and ending it.
//!
//! The cookie carries a random key; the database keeps its digest. A session ends when it is idle for too long, at
//! its absolute end, by sign-out, and whenever its owner or an administrator ends it. All of that is decided here,
//! from the database, with each request. Every session begins at the [`gate`].

mod change_password;
mod compare;
mod confirm;
mod end;
mod enrol;
pub mod gate;
mod half;
mod notice;
mod people;
mod resume;
mod sign_in;
mod store;

pub use change_password::{ChangePasswordError, change_password};
pub use confirm::{ConfirmError, confirm};
pub use end::{EndError, end_by_key, end_one, end_others, sign_out, sweep};
pub use enrol::{SwitchOffError, SwitchOnError, switch_off, switch_on};
pub use gate::{Begun, Stage};
pub use half::{HalfSession, SecondStepError, second_step};
pub use people::{list_viewed, remove_second_factor, restore, sign_out_everywhere, suspend};
pub use resume::{Overview, Presence, list, presence, resume};
pub use sign_in::{Credentials, SignInError, sign_in};

pub(in crate::domain) use store::end_all as end_all_in;
