//! `/v1/openapi.json`: the document says what the server does.

use std::collections::BTreeSet;

use latchkey::http::api::operation::{Operation, Place};
use latchkey::http::api::operations;
use serde_json::Value;

use crate::edge::inventory::{Access, ROUTES};
use crate::served;

/// What a value is that does not fit its schema.
pub fn misfits(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Vec::new(),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.contains(&is) {
        return vec![format!("{at} is {is} and not {kinds:?}")];
    }
    let mut found = Vec::new();
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        found.push(format!("{at} is none of the words"));
    }
    if let (Some(members), Some(known)) = (value.as_object(), schema["properties"].as_object()) {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        found.extend(required.filter(|name| !members.contains_key(*name)).map(|name| format!("{at}.{name} is missing")));
        for (name, member) in members {
            match known.get(name) {
                Some(schema) => found.extend(misfits(schema, member, &format!("{at}.{name}"))),
                None => found.push(format!("{at}.{name} is not in the schema")),
            }
        }
    }
    for item in value.as_array().into_iter().flatten() {
        found.extend(misfits(&schema["items"], item, &format!("{at}[]")));
    }
    found
}

/// `GET /v1/me`, for every operation.
fn spelled(operation: &Operation) -> String {
    format!("{} /v1{}", operation.method, operation.path)
}

#[test]
fn every_operation_is_described_whole_and_its_examples_fit() {
    let all = operations();
    let ids: BTreeSet<&str> = all.iter().map(|operation| operation.id).collect();
    assert_eq!(ids.len(), all.len(), "each has a name of its own");
    for operation in &all {
        let what = spelled(operation);
        assert!(!operation.tag.is_empty() && !operation.summary.is_empty() && !operation.outcomes.is_empty(), "{what}");
        let bodies = operation.outcomes.iter().filter_map(|outcome| outcome.body.as_ref()).chain(&operation.body);
        for (schema, example) in bodies {
            assert_eq!(misfits(schema, example, "$"), Vec::<String>::new(), "{what}");
        }
        if let Some((schema, _)) = &operation.body {
            let closed = |schema: &Value| schema["additionalProperties"] == false;
            let one_of = schema["oneOf"].as_array().is_some_and(|all| all.iter().all(closed));
            assert!(closed(schema) || one_of, "{what}");
        }
        let named = operation.path.matches('{').count();
        assert_eq!(operation.parameters.iter().filter(|parameter| parameter.place == Place::Path).count(), named, "{what}");
    }
}

#[test]
fn the_document_and_the_inventory_name_the_same_callers() {
    for operation in operations() {
        let path = format!("/v1{}", operation.path);
        let row = ROUTES.iter().find(|row| row.path == path && row.methods.contains(&operation.method.as_str()));
        let row = row.unwrap_or_else(|| panic!("{} has no row", spelled(&operation)));
        let words: Vec<&str> = operation.callers.iter().map(|who| who.as_str()).collect();
        let expected: &[&str] = match row.access {
            Access::Everybody => &[],
            Access::Session if words == ["fresh-session"] => &["fresh-session"],
            Access::Session => &["session"],
            Access::Keys => &["session", "secret"],
            Access::Reader => &["session", "personal"],
            Access::Insider => &["session", "personal", "secret", "service"],
            Access::Governor => &["administrator"],
            Access::Token => &["session", "personal", "secret", "publishable", "service"],
            Access::Verify => &["personal", "secret", "publishable", "service"],
            Access::KeyManager
            | Access::Credential
            | Access::Service
            | Access::Person
            | Access::Member
            | Access::Administrator
            | Access::Mixed
            | Access::Elsewhere => {
                panic!("{path} is of another door")
            }
        };
        assert_eq!(words, expected, "{}", spelled(&operation));
    }
}

served! {
    async fn the_document_and_the_routes_agree_both_ways(app: &TestApp) {
        let answer = app.anon("GET", "/v1/openapi.json").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        let document = answer.json();
        assert_eq!(document["openapi"], "3.1.0");
        let mut told: Vec<String> = Vec::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            told.extend(item.as_object().expect("operations").keys().map(|method| format!("{} {path}", method.to_uppercase())));
        }
        told.sort();
        let mut there: Vec<String> = operations().iter().map(spelled).collect();
        there.sort();
        assert_eq!(told, there);
        let mut listed: Vec<String> = ROUTES
            .iter()
            .filter(|row| row.path.starts_with("/v1/"))
            .flat_map(|row| row.methods.iter().filter(|method| **method != "HEAD").map(|method| format!("{method} {}", row.path)))
            .collect();
        listed.sort();
        assert_eq!(told, listed, "and every route of the inventory is in it");
        for row in ROUTES.iter().filter(|row| row.path.starts_with("/v1/")) {
            let others = app.send("PROPFIND", &row.sample(), &[], "").await;
            assert_eq!((others.status, others.code().as_str()), (405, "VAL_001"), "{}", row.path);
            let allowed = others.header("allow").to_owned();
            assert!(row.methods.iter().all(|method| allowed.contains(method)), "{}: {allowed}", row.path);
        }
    }

    async fn r95_every_operation_that_needs_a_caller_says_so_and_asks_for_one(app: &TestApp) {
        let document = app.anon("GET", "/v1/openapi.json").await.json();
        for operation in operations() {
            let entry = &document["paths"][format!("/v1{}", operation.path)][operation.method.as_str().to_lowercase()];
            let open = entry["security"].as_array().expect("security").is_empty();
            assert_eq!(open, operation.callers.is_empty(), "{}", spelled(&operation));
            for status in ["400", "500", "503", "default"] {
                assert!(entry["responses"][status].is_object(), "{} has no {status}", spelled(&operation));
            }
            assert!(open || entry["responses"]["401"].is_object(), "{}", spelled(&operation));
        }
    }
}
