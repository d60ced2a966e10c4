//! The pages.

mod samples;
