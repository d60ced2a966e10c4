//! The pages of workspaces.

mod mine;
mod settings;
