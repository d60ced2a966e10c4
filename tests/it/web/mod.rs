//! The pages.

mod home;
mod samples;
