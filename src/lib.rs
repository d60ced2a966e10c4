//! Latchkey gives a product its accounts, its sign-in and its API credentials.
//!
//! This page is the map of the code. Arrows point down only, and `tests/it/architecture/` holds them:
//!
//! | layer | what it is |
//! |---|---|
//! | [`cli`] | what the program does when it is not answering requests |
//! | [`app`] | puts one server together, starts it and stops it |
//! | [`http`] | the doors; a door translates and decides nothing |
//! | [`jobs`] | work that goes on beside the requests |
//! | [`telemetry`] | log lines and metrics |
//! | [`config`] | the settings of this process; the only place that reads the environment |
//! | [`domain`] | every rule, by feature |
//! | [`db`] | the only place that knows there are two databases |
//! | [`base`] | words everyone shares; pure |

#![forbid(unsafe_code)]

pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod db;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod telemetry;
