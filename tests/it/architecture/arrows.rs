//! Which part of the code may know which other: down only.

use super::source::{Code, File, rust};

/// Layers from the top; each may use those below it, and those of its own line that are named here.
const LAYERS: &[(&str, &[&str])] = &[
    ("main", &["cli"]),
    ("cli", &["app", "http", "jobs", "telemetry", "config", "domain", "db", "base"]),
    ("app", &["http", "jobs", "telemetry", "config", "domain", "db", "base"]),
    ("http", &["app", "telemetry", "config", "domain", "db", "base"]),
    ("jobs", &["domain", "db", "base"]),
    ("telemetry", &["config"]),
    ("config", &["domain", "db", "base"]),
    ("domain", &["db", "base"]),
    ("db", &["base"]),
    ("base", &[]),
];

/// Features of the domain; each may use those below it, and the root of the domain (`Ctx`).
const FEATURES: &[(&str, &[&str])] = &[
    (
        "profile",
        &[
            "grants",
            "credentials",
            "clients",
            "sessions",
            "signing",
            "second_factor",
            "access",
            "workspaces",
            "accounts",
            "attempts",
            "audit",
            "mail",
            "limits",
            "repeats",
        ],
    ),
    (
        "grants",
        &[
            "credentials",
            "clients",
            "sessions",
            "signing",
            "access",
            "workspaces",
            "accounts",
            "attempts",
            "audit",
            "mail",
            "limits",
            "repeats",
        ],
    ),
    ("credentials", &["signing", "access", "workspaces", "accounts", "audit", "mail", "limits", "repeats"]),
    (
        "clients",
        &["sessions", "second_factor", "access", "workspaces", "accounts", "attempts", "audit", "mail", "limits", "repeats"],
    ),
    (
        "sessions",
        &["signing", "second_factor", "access", "workspaces", "accounts", "attempts", "audit", "mail", "limits", "repeats"],
    ),
    ("signing", &["audit"]),
    ("second_factor", &["access", "workspaces", "accounts", "attempts", "audit", "mail", "limits", "repeats"]),
    ("access", &["workspaces", "accounts", "attempts", "audit", "mail", "limits", "repeats"]),
    ("workspaces", &["accounts", "attempts", "audit", "mail", "limits", "repeats"]),
    ("accounts", &["attempts", "audit", "mail", "limits", "repeats"]),
    ("attempts", &["limits"]),
    ("audit", &[]),
    ("mail", &[]),
    ("limits", &[]),
    ("repeats", &[]),
];

/// What a file uses that it may not.
fn forbidden(file: &File) -> Vec<String> {
    let module = module(&file.path);
    let mut found: Vec<String> = Vec::new();
    for used in paths(&Code::of(&file.text).code, &module) {
        let layer = (module.first(), used.first());
        let feature = match (module.as_slice(), used.as_slice()) {
            ([own, from, ..], [to, name, ..]) if own == "domain" && to == "domain" => (Some(from), Some(name)),
            _ => (None, None),
        };
        if !allowed(LAYERS, layer.0, layer.1) || !allowed(FEATURES, feature.0, feature.1) {
            let part = if feature.1.is_some() { 2 } else { 1 };
            found.push(format!("{} uses {}", file.path, used[..part].join("::")));
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Whether the table lets `from` use `to`. What the table does not know is nobody's business here.
fn allowed(table: &[(&str, &[&str])], from: Option<&String>, to: Option<&String>) -> bool {
    let (Some(from), Some(to)) = (from, to) else { return true };
    let known = |name: &String| table.iter().find(|(known, _)| known == name);
    match (known(from), known(to)) {
        (Some((_, below)), Some(_)) => from == to || below.contains(&to.as_str()),
        _ => true,
    }
}

/// The module that a file is: `src/domain/mail/store.rs` is `domain::mail::store`.
fn module(path: &str) -> Vec<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    inside.split('/').filter(|part| *part != "lib").map(str::to_owned).collect()
}

/// Every path of this crate that the code of `module` names, in full.
fn paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::").chain(code.match_indices("latchkey::")) {
        let inside_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        if !inside_word {
            let (_, tree) = code[at..].split_once("::").expect("it ends so");
            tree_paths(tree, &mut Vec::new(), &mut found);
        }
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("::") || code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut base = module.to_vec();
        let mut rest = &code[at..];
        while let Some(up) = rest.strip_prefix("super::") {
            base.pop();
            rest = up;
        }
        tree_paths(rest, &mut base, &mut found);
    }
    found
}

/// Reads `a::{b, c::d}`; gives back what follows it.
fn tree_paths<'a>(text: &'a str, base: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut inside) = text.strip_prefix('{') {
        loop {
            inside = inside.trim_start().trim_start_matches(',').trim_start();
            if inside.is_empty() || inside.starts_with('}') {
                return inside.strip_prefix('}').unwrap_or(inside);
            }
            let rest = tree_paths(inside, &mut base.clone(), found);
            // Something that is no path: skip a character rather than stand still.
            inside = if rest.len() == inside.len() { rest.get(1..).unwrap_or("") } else { rest };
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.is_empty() {
        base.push(name.to_owned());
    }
    match rest.strip_prefix("::") {
        Some(more) => tree_paths(more, base, found),
        None => {
            found.push(base.clone());
            rest
        }
    }
}

#[test]
fn arrows_point_down_only() {
    let found: Vec<String> = rust("src").iter().flat_map(forbidden).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_layer_and_feature_is_in_the_tables() {
    for file in rust("src") {
        let module = module(&file.path);
        let Some(layer) = module.first() else { continue };
        assert!(LAYERS.iter().any(|(name, _)| name == layer), "{} belongs to no layer of the table", file.path);
        let is_folder = file.path.matches('/').count() > 2;
        if let (true, [domain, feature, ..]) = (is_folder && layer == "domain", module.as_slice()) {
            assert!(FEATURES.iter().any(|(name, _)| name == feature), "{domain}::{feature} is in no row of the table");
        }
    }
}

#[test]
fn an_arrow_that_points_up_is_found_however_it_is_written() {
    let check = |path: &str, text: &str| forbidden(&File { path: path.to_owned(), text: text.to_owned() });
    for (path, text) in [
        ("src/base/text.rs", "use crate::db::Db;"),
        ("src/db/open.rs", "use crate::{\n    base::time::Clock,\n    domain::mail,\n};"),
        ("src/domain/mail/mod.rs", "fn f() { crate::http::serve() }"),
        ("src/domain/mail/mod.rs", "use crate::domain::accounts::Account;"),
        ("src/domain/mail/store.rs", "use super::super::audit;"),
        ("src/domain/accounts/sign_up.rs", "use crate::domain::{Ctx, sessions::{self, Session}};"),
        ("src/domain/mod.rs", "use super::config::Config;"),
        ("src/jobs/mod.rs", "use crate::http;"),
        ("src/domain/limits.rs", "use super::audit;"),
    ] {
        assert_eq!(check(path, text).len(), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("src/domain/accounts/sign_up.rs", "use crate::domain::{Ctx, audit, mail::{self, Message}};\nuse super::store;"),
        ("src/domain/accounts/sign_up.rs", "// use crate::http;\nlet a = \"crate::http\";"),
        ("src/http/web/tokens.rs", "use crate::app::App; use crate::domain::credentials;"),
        ("src/domain/accounts/mod.rs", "#[cfg(all())]\nfn f() {}\n#[cfg(test)]\nmod tests { use crate::http; }"),
    ] {
        assert_eq!(check(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}
