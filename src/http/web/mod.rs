//! The pages that people see: one file per page or family of pages, and a template of the same name under
//! `templates/pages/`.
//!
//! | module | what it is |
//! |---|---|
//! | [`chrome`] | what every page needs: who is signed in, the hour, the form token |
//! | [`form`] | what a form shows again after a mistake |
//! | [`list`] | the marks of a list that is too long for one page |
//! | [`agent`] | a browser's name, made from its `User-Agent` |
//! | [`assets`] | the sheet, the script and the icons |
//! | [`error`] | the page that says what went wrong and what to do next |
//! | [`home`], [`sign_up`], [`verify`], [`sign_in`], [`setup`] | the way in |
//! | [`profile`] | what belongs to oneself, [`tokens`] aside |
//! | [`tokens`] | API tokens: list, create, reveal once, revoke |
//! | [`admin`] | the token policy and the audit log |

pub mod admin;
pub mod agent;
pub mod assets;
pub mod chrome;
pub mod error;
pub mod form;
pub mod home;
pub mod list;
pub mod profile;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod tokens;
pub mod verify;
