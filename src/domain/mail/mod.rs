//! Mail: what we write to people.
//!
//! | module | what it is |
//! |---|---|
//! | [`messages`] | everything we ever write to somebody |
//! | [`rendering`] | from a message to its subject, its text and its HTML |

pub mod messages;
pub mod rendering;

pub use messages::{Cause, Message, Revoker};
pub use rendering::{Rendered, Service, render};
