//! The pages that people see.
//!
//! | module | what it is |
//! |---|---|
//! | [`assets`] | the sheet, the script and the icons |

pub mod assets;
