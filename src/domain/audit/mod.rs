//! What happened, by whom, from where: an event in the transaction of every change.

mod event;
mod list;
mod store;

pub use event::{Action, Actor, Event, Outcome};
pub use list::{Filter, Recorded, list};
pub use store::record;
