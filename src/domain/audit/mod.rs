//! What happened, by whom, from where: an event in the transaction of every change.
//!
//! The events are a chain: each carries a digest over itself and the digest before it, under a key derived from the
//! master key. Whoever can write the database and has not the key cannot change, drop or insert an event without
//! breaking it. [`verify()`] says where it is broken; a [`Head`] that was kept elsewhere shows that the end was cut off.

mod chain;
mod event;
mod list;
mod store;
mod verify;

pub use chain::{Head, InvalidHead};
pub use event::{Action, Actor, Event, Outcome};
pub use list::{Filter, Recorded, about, about_in, count_refused, list};
pub use store::{record, was_done};
pub use verify::{Broken, Verified, VerifyError, head, verify};
