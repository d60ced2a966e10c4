//! Every SQL text in the source is found and prepared on both databases, and keeps to the dialect they share.

use std::path::{Path, PathBuf};

use latchkey::db::Raw;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::both;
use crate::support::Engine;

/// A SQL text and where it was found.
struct Statement {
    place: String,
    text: String,
    /// The one engine it is for, if it is marked.
    only: Option<Engine>,
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("readable").map(|entry| entry.expect("readable").path());
    entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] }).collect()
}

/// The statements of all of `src/`.
fn statements() -> Vec<Statement> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    rust_files(&source)
        .iter()
        .flat_map(|file| in_source(&file.display().to_string(), &std::fs::read_to_string(file).expect("UTF-8")))
        .collect()
}

fn in_source(file: &str, source: &str) -> Vec<Statement> {
    let code: Vec<&str> = source.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect();
    let code = code.join("\n");
    code.match_indices("sql!(")
        .map(|(at, opening)| {
            let line = code[..at].matches('\n').count() + 1;
            let rest = code[at + opening.len()..].trim_start();
            let (only, rest) = match (rest.strip_prefix("lite"), rest.strip_prefix("pg")) {
                (Some(rest), _) => (Some(Engine::Sqlite), rest.trim_start()),
                (_, Some(rest)) => (Some(Engine::Postgres), rest.trim_start()),
                _ => (None, rest),
            };
            Statement { place: format!("{file}:{line}"), text: literal(rest), only }
        })
        .collect()
}

/// The value of the Rust string literal that `source` begins with.
fn literal(source: &str) -> String {
    if let Some(raw) = source.strip_prefix('r') {
        let hashes: String = raw.chars().take_while(|c| *c == '#').collect();
        let body = &raw[hashes.len() + 1..];
        return body[..body.find(&format!("\"{hashes}")).expect("the literal ends")].to_owned();
    }
    let mut chars = source.strip_prefix('"').expect("sql! takes a literal").chars().peekable();
    let mut text = String::new();
    loop {
        match chars.next().expect("the literal ends") {
            '"' => return text,
            '\\' => match chars.next().expect("an escape") {
                '\n' => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                'n' => text.push('\n'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}

#[test]
fn statements_are_found_however_they_are_written() {
    let source =
        "on!(cx, |c| q(sql!(\n  \"SELECT \\\"a\\\" \\\n     FROM b\")));\n// sql!(\"no\")\nsql!(pg\n  r#\"SELECT \"c\"\"#)";
    let found = in_source("x.rs", source);
    assert_eq!(found.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(), ["SELECT \"a\" FROM b", "SELECT \"c\""]);
    assert_eq!(found[0].place, "x.rs:1");
    assert!(found[0].only.is_none() && found[1].only == Some(Engine::Postgres));
}

both! {
    async fn every_statement_is_understood(db: &TestDb) {
        let statements = statements();
        assert!(statements.len() > 5, "the statements are found");
        let mut wrong = Vec::new();
        for Statement { place, text, only } in statements {
            if only.is_some_and(|only| only != db.engine()) {
                continue;
            }
            let mut cx = db.read().await.expect("a connection");
            let statement = AssertSqlSafe(text.clone()).into_sql_str();
            let prepared = match cx.raw() {
                Raw::Lite(c) => c.prepare(statement).await.map(drop),
                Raw::Pg(c) => c.prepare(statement).await.map(drop),
            };
            wrong.extend(prepared.err().map(|error| format!("{place}: {error}\n  {text}")));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// What is wrong with a statement in the dialect that both databases speak.
fn slips(text: &str) -> Vec<String> {
    let mut slips = Vec::new();
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_uppercase).collect();
    for banned in ["NOW", "CURRENT_TIMESTAMP", "LIKE", "ILIKE", "BOOLEAN", "TRUE", "FALSE", "DATETIME"] {
        if words.iter().any(|word| word == banned) {
            slips.push(format!("{banned} is not in our dialect"));
        }
    }
    if text.contains("SELECT *") || text.contains(".*") || text.contains("RETURNING *") {
        slips.push("columns are listed one by one".to_owned());
    }
    let numbers =
        text.split('$').skip(1).filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse::<u32>().ok());
    let mut numbers: Vec<u32> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.iter().zip(1..).any(|(found, wanted)| *found != wanted) {
        slips.push("parameters are numbered without a gap".to_owned());
    }
    slips
}

#[test]
fn statements_keep_to_the_dialect_that_both_databases_speak() {
    assert_eq!(slips("SELECT a FROM b WHERE c = $1 AND d = $2 AND e = $1"), Vec::<String>::new());
    for wrong in ["SELECT * FROM a", "SELECT a FROM b WHERE c = $3 AND d = $1", "SELECT now()", "SELECT a FROM b WHERE c like $1"]
    {
        assert_eq!(slips(wrong).len(), 1, "{wrong}");
    }
    let found: Vec<String> = statements()
        .iter()
        .filter(|s| s.only.is_none())
        .flat_map(|s| slips(&s.text).into_iter().map(|slip| format!("{}: {slip}", s.place)))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
