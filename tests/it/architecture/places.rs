//! What may stand in a few places only, so that each concern is found in one place.

use super::source::{Code, File, rust};

/// A word of the code, the places where it may stand, and why. A place that ends in `/` is a folder, one that begins
/// with `*` is a file name.
const PLACES: &[(&str, &[&str], &str)] = &[
    ("actix_web", &["src/http/", "src/app.rs", "src/app/", "src/cli/serve.rs"], "only the doors speak HTTP"),
    ("actix_session", &["src/http/"], "only the doors know cookies"),
    ("tracing_actix_web", &["src/http/", "src/app.rs", "src/app/"], "only the doors speak HTTP"),
    ("sqlx", &["src/db/", "*store.rs"], "SQL lives in stores"),
    ("sql!", &["src/db/", "*store.rs"], "SQL lives in stores"),
    ("on!", &["src/db/", "*store.rs"], "SQL lives in stores"),
    ("execute!", &["src/db/", "*store.rs"], "SQL lives in stores"),
    ("askama", &["src/http/web/", "src/domain/mail/"], "templates belong to pages and mails"),
    ("askama_web", &["src/http/web/"], "templates belong to pages"),
    ("rust_embed", &["src/http/web/"], "assets belong to pages"),
    ("lettre", &["src/domain/mail/transport.rs", "src/domain/mail/transport/", "src/base/text.rs"], "mail leaves at one place"),
    ("env::", &["src/config/"], "settings are read at one place"),
    ("clap", &["src/config/", "src/cli/"], "arguments are read at the edge"),
    ("toml", &["src/config/"], "settings are read at one place"),
    ("argon2", &["src/domain/accounts/"], "passwords are hashed at one place"),
    ("now_utc", &["src/base/time.rs"], "one clock"),
    ("now_local", &[], "everything is UTC"),
    ("SystemTime", &[], "ask the clock"),
    ("OffsetDateTime", &["src/base/time.rs"], "times are Timestamp"),
    ("getrandom", &["src/base/rng.rs"], "one source of random bytes"),
    ("hmac", &["src/base/secret.rs"], "keys are derived and used at one place"),
    ("println!", &["src/cli/"], "only commands speak to a terminal"),
    ("eprintln!", &["src/cli/"], "everything else logs"),
    ("AssertSqlSafe", &[], "SQL is never put together at run time"),
    ("QueryBuilder", &[], "SQL is never put together at run time"),
    ("todo!", &[], "finish it, or leave it out"),
    ("unimplemented!", &[], "finish it, or leave it out"),
    ("dbg!", &[], "remove it"),
];

/// Words that begin a SQL text; a sentence for people does not write them so.
const SQL: &[&str] = &["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE", "ALTER TABLE", "PRAGMA ", "BEGIN"];
const SQL_PLACES: &[&str] = &["src/db/", "*store.rs"];

fn stands_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| match (place.strip_prefix('*'), place.ends_with('/')) {
        (Some(name), _) => path.ends_with(&format!("/{name}")),
        (None, true) => path.starts_with(place),
        (None, false) => path == *place,
    })
}

fn misplaced(file: &File) -> Vec<String> {
    let code = Code::of(&file.text);
    let words = PLACES.iter().filter(|(_, places, _)| !stands_in(&file.path, places));
    let words = words.flat_map(|(word, _, why)| code.lines_with(word).into_iter().map(move |line| (line, *word, *why)));
    let texts = code.texts.iter().filter(|_| !stands_in(&file.path, SQL_PLACES));
    let texts = texts.filter_map(|(line, text)| {
        Some((*line, *SQL.iter().find(|sql| text.trim_start().starts_with(**sql))?, "SQL lives in stores"))
    });
    words.chain(texts).map(|(line, word, why)| format!("{}:{line}: {word} does not belong here: {why}", file.path)).collect()
}

/// A query is written as `sql!("…")`, so that the suite finds it and prepares it on both databases.
fn unfindable(file: &File) -> Vec<String> {
    let code = Code::of(&file.text).code;
    let calls = ["query(", "query_as(", "query_scalar(", "query_with("];
    let found = calls.iter().flat_map(|call| code.match_indices(call).map(|(at, call)| (at, &code[at + call.len()..])));
    let found = found.filter(|(at, after)| code[..*at].ends_with("sqlx::") && !after.trim_start().starts_with("sql!("));
    found.map(|(at, _)| format!("{}:{}: write it as sql!(\"…\")", file.path, code[..at].matches('\n').count() + 1)).collect()
}

fn check(rule: fn(&File) -> Vec<String>) {
    let found: Vec<String> = rust("src").iter().flat_map(rule).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_concern_stays_in_its_place() {
    check(misplaced);
}

#[test]
fn r113_every_query_is_a_literal_that_the_suite_finds() {
    check(unfindable);
}

#[test]
fn there_is_one_clock() {
    let lines: Vec<usize> = rust("src").iter().flat_map(|file| Code::of(&file.text).lines_with("now_utc")).collect();
    assert_eq!(lines.len(), 1);
}

#[test]
fn what_stands_in_the_wrong_place_is_found() {
    let found = |path: &str, text: &str| misplaced(&File { path: path.to_owned(), text: text.to_owned() }).len();
    for (path, text) in [
        ("src/domain/mail/mod.rs", "use actix_web::web;"),
        ("src/domain/accounts/mod.rs", "sqlx::raw_sql(a)"),
        ("src/domain/accounts/restore.rs", "use crate::sql;\nsql!(a)"),
        ("src/domain/accounts/mod.rs", "f(\"SELECT a FROM b\")"),
        ("src/domain/accounts/mod.rs", "f(r#\"\n  UPDATE a SET b = c\"#)"),
        ("src/jobs/mod.rs", "std::env::var(a)"),
        ("src/domain/mod.rs", "use std::time::SystemTime;"),
        ("src/db/open.rs", "let a = AssertSqlSafe(b);"),
        ("src/http/mod.rs", "println!(\"a\")"),
    ] {
        assert_eq!(found(path, text), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("src/http/api/me.rs", "use actix_web::web;"),
        ("src/domain/accounts/store.rs", "sqlx::query(sql!(\"SELECT a FROM b\"))"),
        ("src/domain/mod.rs", "// use sqlx, and SELECT all you want\nlet condition = on; f(\"Select one.\")"),
        ("src/domain/mod.rs", "let my_toml = 1; let tomlike = 2;"),
    ] {
        assert_eq!(found(path, text), 0, "{path}: {text}");
    }
    let hidden = |text: &str| unfindable(&File { path: "src/domain/a/store.rs".to_owned(), text: text.to_owned() }).len();
    assert_eq!(hidden("sqlx::query(sql!(\"SELECT a\")); sqlx::query_as(\n  sql!(\"b\"))"), 0);
    assert_eq!(hidden("sqlx::query(&format!(\"a {b}\")); sqlx::query_scalar(\"SELECT a\")"), 2);
}
