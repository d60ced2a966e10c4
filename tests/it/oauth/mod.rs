//! OAuth 2: what is said of it, and what it does.

mod metadata;
