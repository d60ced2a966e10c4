//! Apps for people, registered by an administrator: what they are, and how somebody lets one act for them.
//!
//! There are two ways to ask. An app with a browser leads the person to a page of ours and gets a code back ([`authorize`],
//! RFC 6749 section 4.1 with RFC 7636). A device without one shows a code that the person types in here ([`device`], RFC
//! 8628). Either way the person sees the app and what it would be allowed, and decides; what becomes of a yes is a grant.

pub mod authorize;
mod client;
pub mod device;
mod read;
mod redirect;
mod register;
mod store;

pub use client::{Client, ClientDraft, DeviceSignIn, REDIRECTS_AT_MOST};
pub use read::{Listed, find, find_listed, list, sweep};
pub use redirect::{BadRedirectUri, RedirectUri};
pub use register::{CLIENTS_AT_MOST, ChangeClientError, RegisterError, change, delete, disable, enable, register};
