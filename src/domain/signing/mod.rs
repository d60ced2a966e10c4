//! The keys that sign tokens, and the tokens that they sign.
//!
//! Keys live in the database, sealed under the master key; the part of a key that everybody may have is derived from the
//! sealed part and never read from the database, so that a key which somebody plants there signs nothing.
//!
//! | instant | what happens to a key |
//! |---|---|
//! | made | it is published: whoever verifies tokens elsewhere fetches it within five minutes |
//! | ten minutes later | it signs, and the one before it signs no more |
//! | 90 days later | the next one is made |
//! | a day after it signed last | it is gone: no token lives that it signed |
//!
//! A key that has leaked is put out of use at once, and every token that it signed with it.

mod keyring;
mod rotate;
mod store;
mod token;

pub use keyring::{Keyring, Published, published};
pub use rotate::{Rotated, Rotation, open, rotate, tend};
pub use token::{Claims, Class, FIRST_PARTY, MeantFor, ReadError, Sid, Signer, claims_a_person, public_key, read, sign, signer};

use crate::base::time::Span;

/// The longest life of a token.
pub const LONGEST_LIFE: Span = Span::hours(24);
/// How far the clocks of two machines may be apart.
const LEEWAY: Span = Span::minutes(1);
