//! Mail: what we write to people, and the ways it goes.
//!
//! | module | what it is |
//! |---|---|
//! | [`messages`] | everything we ever write to somebody |
//! | [`rendering`] | from a message to its subject, its text and its HTML |
//! | [`transport`] | SMTP, a folder of files, or memory |

pub mod messages;
pub mod rendering;
pub mod transport;

pub use messages::{Cause, Message, Revoker};
pub use rendering::{Rendered, Service, render};
pub use transport::{Class, Letter, SendError, Transport};
