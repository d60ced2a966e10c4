//! People, and how they prove who they are.

mod blocklist;
mod guess;
mod hasher;
mod password;
mod password_hash;

pub use hasher::{Busy, Hasher, Match};
pub use password::{MAX_BYTES as MAX_PASSWORD_BYTES, Password, PasswordAttempt, PasswordProblem};
pub use password_hash::{BadHashParams, BadPasswordHash, HashParams, PasswordHash};
