//! Every page in every state: empty, one, many, with mistakes, with long texts.
//!
//! `cargo test --test it -- samples` writes them all to `target/pages`, where `index.html` lists them, and holds
//! them to the rules that all pages share.

mod accounts;
mod admin;
mod apps;
mod consent;
mod console;
mod docs;
mod entry;
mod governed_workspaces;
mod keys;
mod members;
mod profile;
mod rules;
mod second_factor;
mod services;
mod token;
mod tokens;
mod troubles;
mod workspaces;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use askama::Template;
use latchkey::base::time::{Span, Timestamp};
use latchkey::http::web::assets;
use latchkey::http::web::chrome::{Chrome, WhoView};

/// A page: the name of its file, and the page.
type Sample = (String, String);

/// What people type when they mean harm, or have long names.
const HOSTILE: &str = "\"><svg/onload=alert(1)>{{7*7}}javascript:alert(1)";
const LONG: &str =
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft nightly export of everything";
const LONG_AGENT: &str = "Mozilla/5.0 (compatible; SomethingWithoutAnySpacesInItWhatsoever/1.…";

fn all() -> Vec<Sample> {
    [
        entry::samples(),
        profile::samples(),
        tokens::samples(),
        token::samples(),
        admin::samples(),
        apps::samples(),
        consent::samples(),
        accounts::samples(),
        troubles::samples(),
        second_factor::samples(),
        console::samples(),
        workspaces::samples(),
        docs::samples(),
        members::samples(),
        governed_workspaces::samples(),
        keys::samples(),
        services::samples(),
    ]
    .concat()
}

fn page(name: &str, page: &impl Template) -> Sample {
    (name.to_owned(), page.render().expect("a page is rendered into memory"))
}

/// The instant at which all samples are made.
fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-22T08:31:07Z").expect("a valid instant")
}

fn ago(span: Span) -> Timestamp {
    now() - span
}

fn anna() -> WhoView {
    WhoView { name: "Anna Berg".into(), email: "anna@example.com".into(), is_admin: false }
}

fn signed_out() -> Chrome {
    Chrome { signed_in: None, service_name: "Latchkey".into(), now: now(), form_token: "k3Zb2nX0".into() }
}

fn as_member() -> Chrome {
    Chrome { signed_in: Some(anna()), ..signed_out() }
}

fn as_admin() -> Chrome {
    Chrome {
        signed_in: Some(WhoView { name: "Ada Quist".into(), email: "ada@example.com".into(), is_admin: true }),
        ..signed_out()
    }
}

const BASE_URL: &str = "http://127.0.0.1:8080";

#[test]
fn every_page_in_every_state_is_written_to_a_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    let statics = folder.join("static");
    fs::create_dir_all(&statics).expect("target can be written to");
    for name in ["style.css", "app.js", "icons.svg"] {
        let url = assets::url(name);
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("static").join(name);
        fs::copy(source, folder.join(&url[1..])).expect("static files are there");
    }
    let mut index = String::from("<!doctype html><html lang=en><meta charset=utf-8><title>Pages</title><h1>Pages</h1><ul>");
    for (name, html) in all() {
        // Opened from the disk, a page finds its sheet beside it.
        fs::write(folder.join(format!("{name}.html")), html.replace("\"/static/", "\"static/"))
            .expect("target can be written to");
        write!(index, "<li><a href={name}.html>{name}</a>").expect("a String takes what is written to it");
    }
    fs::write(folder.join("index.html"), index).expect("target can be written to");
}
