//! Grants: tokens that an app or a program holds to act for a person, and what services and jobs get in the same way.
//!
//! A grant is a session without a key. It gives *access tokens*, signed and good for a quarter of an hour, and one
//! *refresh token* that each use replaces. Whatever ends sessions ends grants, and at our own doors their access tokens
//! with them, on the next request.
//!
//! | verb | who gets tokens | what they live by |
//! |---|---|---|
//! | [`sign_in`] | a program, for a password | a grant of the person, for all that the person may |
//! | [`sign_in_to`] | the same in one workspace | a grant that is bound to it, and ends with the membership |
//! | [`redeem_code`], [`redeem_device`] | an app, for a person's consent | a grant of the person, for what was asked and allowed |
//! | [`refresh`](refresh()) | whoever holds a refresh token | the same grant |
//! | [`for_service`] | a service account, for a secret | that secret |
//! | [`activate`](activate()) | an SDK, for any secret of a workspace | what was presented |
//! | [`derive`](derive()) | whoever holds any secret or access token | what that one lives by, and never more than it may |

mod access;
mod activate;
mod begin;
mod derive;
mod redeem;
mod refresh;
mod refresh_token;
mod revoke;
mod service;
mod store;
mod theft;
mod tokens;

pub use activate::{ActivateError, Activation, activate};
pub use begin::{EnterError, Entrance, sign_in, sign_in_among, sign_in_to};
pub use derive::{DeriveError, Narrowing, derive};
pub use redeem::{CodePresented, DeviceError, RedeemError, redeem_code, redeem_device};
pub use refresh::{Presenter, RefreshError, RefreshForError, refresh, refresh_for};
pub use refresh_token::is_refresh_token;
pub use revoke::{HeldGrant, find, in_person, revoke, revoke_for, revoke_named};
pub use service::{ServiceTokenError, for_service};
pub use tokens::{ACCESS_LIFE, RefreshFacts, Tokens};
