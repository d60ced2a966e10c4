//! Every session begins at one gate, and the gate's own list of the ways there is complete.

use super::source::{Code, rust};

const GATE: &str = "src/domain/sessions/gate.rs";
/// The verbs that give a session, each with the one of `sessions` that it is, or goes through.
const VERBS: &[(&str, &str)] = &[
    ("sessions::sign_in(", "sessions::sign_in("),
    ("sessions::second_step(", "sessions::second_step("),
    ("sessions::log_in(", "sessions::log_in("),
    ("sessions::sign_in_at_once(", "sessions::sign_in_at_once("),
    ("grants::sign_in(", "sessions::enter("),
    ("grants::sign_in_to(", "sessions::enter_in("),
    ("grants::sign_in_among(", "sessions::enter("),
    ("grants::redeem_", "sessions::admit_app("),
];

/// The routes that a handler's file says it is, where it calls one of the verbs.
fn pathways() -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for file in rust("src").into_iter().filter(|file| file.path.starts_with("src/http/") || file.path.starts_with("src/cli/")) {
        let code = Code::of(&file.text).code;
        for (_, verb) in VERBS.iter().filter(|(called, _)| code.contains(called)) {
            let routes = file.text.lines().filter_map(|line| line.strip_prefix("/// `POST "));
            let routes: Vec<_> = routes.filter_map(|line| line.split('`').next()).map(str::to_owned).collect();
            assert!(!routes.is_empty(), "{} gives a session, and says at no route", file.path);
            found.extend(routes.into_iter().map(|route| (route, *verb)));
        }
    }
    found.sort();
    found
}

/// The rows of the gate's table: route and verb.
fn listed(gate: &str) -> Vec<(String, String)> {
    let rows = gate.lines().filter_map(|line| line.strip_prefix("//! | `POST "));
    let rows = rows.filter_map(|row| {
        let (route, rest) = row.split_once('`')?;
        let verb = rest.split_once("super::")?.1.split_once('(')?.0;
        Some((route.to_owned(), format!("sessions::{verb}(")))
    });
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

#[test]
fn r23_the_list_of_ways_in_is_complete() {
    let gate = rust("src").into_iter().find(|file| file.path == GATE).expect("there is a gate");
    let pathways: Vec<_> = pathways().into_iter().map(|(route, verb)| (route, verb.to_owned())).collect();
    assert_eq!(listed(&gate.text), pathways, "the table in {GATE} names every handler that gives a session, and no other");
}

#[test]
fn r23_nothing_but_the_gate_begins_a_session() {
    for file in rust("src").into_iter().filter(|file| file.path != GATE) {
        let code = Code::of(&file.text).code;
        assert!(!code.contains("Begun {") && !code.contains("Admitted {"), "{} builds what the gate alone may build", file.path);
        let sessions = file.path.starts_with("src/domain/sessions/");
        assert!(!sessions || file.path.ends_with("/store.rs") || !code.contains("store::insert("), "{}", file.path);
        let text = file.text.replace(char::is_whitespace, "");
        assert!(sessions || !text.contains("INSERTINTOsessions("), "{} adds a session", file.path);
    }
    let gate = rust("src").into_iter().find(|file| file.path == GATE).expect("there is a gate");
    for must in ["suspended_at.is_some()", "second_factor.is_some()", "attempts::", "audit::record(", "needs_factor_in("] {
        assert!(Code::of(&gate.text).code.contains(must), "the gate looks at {must}");
    }
    assert!(!gate.text.contains("pub fn new"), "its outcome is built here alone");
}
