//! What may be done in a workspace and by whom, below the pages.

mod change;
mod create;
