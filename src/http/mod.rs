//! The doors: everything that speaks HTTP. A door translates; it decides nothing.

pub mod web;
