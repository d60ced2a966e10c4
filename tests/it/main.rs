//! The integration tests: one binary, in the order of the doors.

mod architecture;
mod support;

mod api;
mod cli;
mod clients;
mod compat;
mod credentials;
mod db;
mod documents;
mod edge;
mod keys;
mod mail;
mod matrix;
mod oauth;
mod process;
mod services;
mod signing;
mod web;
mod workspaces;
