//! Apps for people, registered by an administrator: what they are.

mod client;
mod read;
mod redirect;
mod register;
mod store;

pub use client::{Client, ClientDraft, DeviceSignIn, REDIRECTS_AT_MOST};
pub use read::{Listed, find, find_listed, list, sweep};
pub use redirect::{BadRedirectUri, RedirectUri};
pub use register::{CLIENTS_AT_MOST, ChangeClientError, RegisterError, change, delete, disable, enable, register};
