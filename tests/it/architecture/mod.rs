//! The rules of the house, held by reading the source. Their tables are their documentation.

mod arrows;
mod gate;
mod places;
mod requirements;
mod shape;
pub mod source;
mod templates;
