//! People: their accounts, how they sign up, how they confirm their address, and their passwords.

mod account;
mod attributes;
mod blocklist;
mod confirm;
mod create;
mod guess;
mod hasher;
mod invitation;
pub(in crate::domain) mod links;
mod password;
mod password_hash;
pub mod people;
mod roles;
mod sign_up;
mod store;

pub use account::{Account, Confirmed, Person};
pub use attributes::{Attributes, attributes};
pub use confirm::{ConfirmError, ResendError, confirm_by_code, confirm_by_link, confirmation_address, resend_confirmation};
pub use create::{CreateError, NewAccount, create_by_operator};
pub use hasher::{Busy, Hasher, Match};
pub use invitation::{AcceptError, Acceptance, OpenInvitation, accept_invitation, open_invitation};
pub use links::{LinkSecret, sweep_links};
pub use password::{MAX_BYTES as MAX_PASSWORD_BYTES, Password, PasswordAttempt, PasswordProblem};
pub use password_hash::{BadHashParams, BadPasswordHash, HashParams, PasswordHash};
pub use roles::{BadRoles, Role, Roles};
pub use sign_up::{SignUpDraft, SignUpError, SignedUp, choose_password, choose_password_in, sign_up};

pub(in crate::domain) use create::{insert_in, insert_invited_in};
pub(in crate::domain) use invitation::send_invitation_in;
pub(in crate::domain) use links::{consume_setup_in, issue_setup_in, setup_open_until};
pub(in crate::domain) use sign_up::send_confirmation_in;
pub(in crate::domain) use store::{
    attributes as attributes_in, by_email_key, by_id, change_email, delete, delete_invited, delete_unconfirmed, forget_password,
    invited, recover, rename, set_password, set_profile,
};
