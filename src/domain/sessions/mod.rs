//! Sessions of browsers and of programs: signing in, resuming them with each request, and ending them.
//!
//! A browser's cookie carries a random key, whose digest the database keeps; a program presents a signed token that names its
//! session.
//! A session ends when it is idle for too long, at its absolute end, by sign-out, and whenever its owner or an
//! administrator ends it. All of that is decided here, from the database, with each request. Every session begins at the
//! [`gate`].

mod active;
mod change_password;
mod compare;
mod confirm;
mod end;
mod enrol;
pub mod gate;
mod half;
mod log_in;
mod notice;
mod people;
mod program;
mod resume;
mod session;
mod sign_in;
mod store;
mod token;

pub use active::{ActivateError, activate, active};
pub use change_password::{ChangePasswordError, change_password, replace_password};
pub use confirm::{ConfirmError, confirm};
pub use end::{EndError, end_by_key, end_one, end_others, sign_out, sweep};
pub use enrol::{SwitchOffError, SwitchOnError, switch_off, switch_on};
pub use gate::{Begun, MissingFactor, Stage};
pub use half::{HalfSession, SecondStepError, second_step};
pub use log_in::{LogInError, LoggedIn, log_in, sign_in_at_once};
pub use people::{list_viewed, remove_second_factor, restore, sign_out_everywhere, suspend};
pub use program::{ResumeTokenError, Seen, end_grant, give_up, look, resume_key, resume_token};
pub use resume::{Overview, Presence, list, presence, resume};
pub use session::Kind;
pub use sign_in::{Credentials, SignInError, sign_in};

pub(in crate::domain) use gate::{Program, admit_app};
pub(in crate::domain) use log_in::{enter, enter_in};
pub(in crate::domain) use session::GrantTerms;
pub(in crate::domain) use store::{end_all as end_all_in, end_beyond as end_beyond_in, end_of_client as end_of_client_in};
