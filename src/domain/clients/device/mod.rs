//! A device without a browser asks for somebody: it shows a code, a person types the code in here and decides, and the
//! device, which asks again and again, gets its answer (RFC 8628).
//!
//! The device keeps a code of 256 bits. The code that people type is short, so it is guarded by how rarely one may be
//! wrong: nobody, and no network, may try five times in the life of a code (RFC 8628 section 5.1).

mod begin;
mod decide;
mod poll;
mod store;
mod user_code;

pub use begin::{BeginError, BegunDevice, DeviceAsked, begin};
pub use decide::{DecideError, Waiting, approve, deny, look};
pub use poll::NotApproved;
pub(in crate::domain) use poll::poll_in;
pub use user_code::UserCode;

use crate::base::time::Span;

/// How long somebody has to type the code in.
const LIFE: Span = Span::minutes(15);
/// How many seconds a device waits between two questions, at first.
const INTERVAL: i64 = 5;
