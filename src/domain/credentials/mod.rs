//! Credentials: what stays when secrets come and go.
//!
//! A personal token ("API token" on the pages) acts as its owner. [`verify`](Verifier) is the path that every request
//! takes: format and checksum, digest, cache or one indexed read, state, owner, policy, limits; it makes no write and
//! takes no lock that all requests share.

mod addresses;
mod cache;
mod change;
mod credential;
mod detail;
mod ends;
pub mod fit;
mod format;
pub mod governed;
mod granted;
mod issue;
mod judge;
pub mod keys;
mod list;
pub mod of_workspace;
mod origins;
mod read;
mod reader;
mod revoke;
mod rotate;
pub mod service;
mod signed;
mod store;
mod told;
mod usage;
mod verify;

pub use crate::base::metadata::{BadMetadata, Metadata};
pub use addresses::{AddressList, BadAddresses};
pub use cache::Verifier;
pub use change::{ChangeError, NarrowError, Narrower, RenameError, narrow, pause, rename, resume};
pub use credential::{Credential, Environment, Expiry, Kind, Lock, Maker, Owner, RevokedBy, State};
pub use detail::{Detail, Duplicate, duplicate_of, find};
pub use ends::{Progress, revoke_idle, tell_of_ends};
pub use format::{SecretFormat, Spelling, secret_patterns};
pub use granted::{Granted, GrantedIn};
pub use issue::{
    IssueError, Issued, PersonalDraft, TOKENS_AT_MOST, WholeDraft, issue_personal, issue_personal_once, issue_whole,
};
pub use list::{
    Column, Counts, Direction, ListFilter, Listing, LockedTo, SecretFacts, Sort, Subset, Summary, Tab, count, count_viewed, list,
};
pub use of_workspace::{CredentialsThere, credentials_there};
pub use origins::{BadOrigins, OriginList};
pub use reader::{NotReader, reader};
pub use revoke::{REVOKED_AT_ONCE, RevokeError, RevokeManyError, Why, revoke_many, revoke_own, revoke_presented};
pub use rotate::{Overlap, RotateError, Rotated, Rotation, end_overlap, rotate, rotate_once};
pub use signed::sweep_given_up;
pub use usage::{Busy, recent_in, usage_in, usage_of_workspace};
pub use usage::{Denial, Flushed, Point, RecentUse, UsageSeries, flush, recent, sweep, usage};
pub use verify::{Demand, Refusal, Sender, Unverified, authenticate, grant_is_good_for, verify};

pub(in crate::domain) use store::revoke_all as revoke_all_in;
