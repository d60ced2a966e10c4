//! Words that every part of the code shares. Pure: nothing here reads a clock, a file or a database.
//!
//! | module | the word |
//! |---|---|
//! | [`id`] | identities, and their spelling on the wire (`usr_…`) |
//! | [`time`] | instants, spans, and the [`Clock`](time::Clock) that hands them out |
//! | [`rng`] | where random bytes come from |
//! | [`checked`] | random texts that carry their own checksum |
//! | [`secret`] | plaintext that is shown once, digests that are kept, keys that are derived |
//! | [`json`] | objects that say everything once |
//! | [`jwt`] | texts that are signed |
//! | [`seal`] | values that are encrypted in the database, each for its own row |
//! | [`text`] | names and addresses that cannot be wrong once they exist |
//! | [`metadata`] | small objects that the product keeps with us |
//! | [`page`] | how much of a list to show, and where it goes on |
//! | [`net`] | the address and the agent a request came from |
//! | [`url`] | the address under which this service is reached |

pub mod checked;
pub mod id;
pub mod json;
pub mod jwt;
pub mod metadata;
pub mod net;
pub mod page;
pub mod rng;
pub mod seal;
pub mod secret;
pub mod text;
pub mod time;
pub mod url;
