//! A client that was written from a document alone: it knows a base URL and what is said there, and is strict about it.

use latchkey::base::time::Timestamp;
use serde_json::{Map, Value};

use crate::support::TestApp;
use crate::support::answer::Answer;

/// One request, until its answer is compared.
pub struct Exchange<'a> {
    app: &'a TestApp,
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, String)>,
    body: String,
}

/// `POST /v1/auth/login`, say.
pub fn exchange<'a>(app: &'a TestApp, line: &'a str) -> Exchange<'a> {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    Exchange { app, method, path, headers: Vec::new(), body: String::new() }
}

impl<'a> Exchange<'a> {
    /// With a header.
    pub fn header(mut self, name: &'a str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With `Authorization: Bearer …`.
    pub fn bearer(self, secret: &str) -> Self {
        self.header("authorization", format!("Bearer {secret}"))
    }

    /// With a body.
    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string();
        self.header("content-type", "application/json")
    }

    /// With the body of an OAuth client.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// The answer, whatever it is.
    pub async fn send(&self) -> Answer {
        let headers: Vec<(&str, &str)> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.app.send(self.method, self.path, &headers, self.body.clone()).await
    }

    /// The answer has this status and exactly this body, in which `<…>` stands for a text of that kind (see
    /// [`is_kind`]), and a field `…` for whatever else a product may tell beyond the document.
    #[track_caller]
    pub fn answers(self, status: u16, body: Value) -> impl Future<Output = Answer> {
        let line = format!("{} {} at {}", self.method, self.path, std::panic::Location::caller());
        async move {
            let answer = self.send().await;
            assert_eq!(answer.status, status, "{line}: {}", answer.body);
            assert!(answer.header("content-type").starts_with("application/json"), "{line}: {:?}", answer.headers);
            assert_every_answer(&answer, &line);
            let said = answer.json();
            if let Some(difference) = difference(&said, &body, "") {
                panic!("{line}: {difference}\nsaid     {said}\nexpected {body}");
            }
            answer
        }
    }

    /// The answer is 204, without a body and without a word about one.
    #[track_caller]
    pub fn answers_nothing(self) -> impl Future<Output = Answer> {
        let line = format!("{} {} at {}", self.method, self.path, std::panic::Location::caller());
        async move {
            let answer = self.send().await;
            assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{line}");
            assert_eq!(answer.header("content-type"), "", "{line}");
            assert_every_answer(&answer, &line);
            answer
        }
    }
}

/// What every answer carries.
fn assert_every_answer(answer: &Answer, line: &str) {
    assert!(answer.header("x-request-id").starts_with("req_"), "{line}: {:?}", answer.headers);
    assert!(answer.header("cache-control").contains("no-store"), "{line}: {:?}", answer.headers);
}

/// Where two values differ, if they do.
fn difference(said: &Value, expected: &Value, at: &str) -> Option<String> {
    match (said, expected) {
        (Value::Object(said), Value::Object(expected)) => difference_of_fields(said, expected, at),
        (Value::Array(said), Value::Array(expected)) if said.len() == expected.len() => {
            let mut pairs = said.iter().zip(expected).enumerate();
            pairs.find_map(|(index, (said, expected))| difference(said, expected, &format!("{at}/{index}")))
        }
        (said, Value::String(kind)) if kind.starts_with('<') => {
            (!is_kind(said, kind)).then(|| format!("{at} is {said} and not {kind}"))
        }
        (said, expected) => (said != expected).then(|| format!("{at} is {said} and not {expected}")),
    }
}

fn difference_of_fields(said: &Map<String, Value>, expected: &Map<String, Value>, at: &str) -> Option<String> {
    let open = expected.contains_key("…");
    let expected: Map<String, Value> =
        expected.iter().filter(|(name, _)| *name != "…").map(|(n, v)| (n.clone(), v.clone())).collect();
    let missing = expected.keys().find(|name| !said.contains_key(*name)).map(|name| format!("{at}/{name} is missing"));
    let unknown =
        said.keys().find(|name| !open && !expected.contains_key(*name)).map(|name| format!("{at}/{name} is not expected"));
    let differs = || expected.iter().find_map(|(name, expected)| difference(&said[name], expected, &format!("{at}/{name}")));
    missing.or(unknown).or_else(differs)
}

/// `<time>` is RFC 3339 in UTC, `<uuid>` a UUID, `<number>` a whole number, `<JWT>` three parts with dots between them,
/// `<text>` anything that can be read, `<abc_…>` what begins so and goes on.
fn is_kind(said: &Value, kind: &str) -> bool {
    if kind == "<number>" {
        return said.is_u64();
    }
    let Some(text) = said.as_str().filter(|text| !text.is_empty()) else { return false };
    match kind {
        "<time>" => text.ends_with('Z') && Timestamp::parse_rfc3339(text).is_some(),
        "<uuid>" => text.len() == 36 && uuid::Uuid::parse_str(text).is_ok(),
        "<JWT>" => text.split('.').count() == 3 && !text.contains(char::is_whitespace),
        "<text>" => true,
        _ => {
            let start = kind.trim_start_matches('<').strip_suffix("…>").unwrap_or_else(|| panic!("{kind} is no kind"));
            text.strip_prefix(start).is_some_and(|rest| rest.len() > 20 && rest.bytes().all(|b| b.is_ascii_graphic()))
        }
    }
}

/// A text of an answer.
#[track_caller]
pub fn text(answer: &Answer, pointer: &str) -> String {
    let body = answer.json();
    body.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in {body}")).to_owned()
}

#[test]
fn a_strict_client_notices_every_difference() {
    use serde_json::json;
    let expected = json!({ "id": "<usr_…>", "at": "<time>", "list": [1, null], "n": "<number>" });
    let good =
        json!({ "id": "usr_019ab3c1d2e37f4089ab12cd34ef5678", "at": "2026-11-22T09:00:00.000Z", "list": [1, null], "n": 3 });
    assert_eq!(difference(&good, &expected, ""), None);
    for (field, wrong) in [
        ("id", json!("usr_")),
        ("id", json!("key_019ab3c1d2e37f4089ab12cd34ef5678")),
        ("id", Value::Null),
        ("at", json!("2026-11-22")),
        ("at", json!("2026-11-22T09:00:00+01:00")),
        ("list", json!([1])),
        ("list", json!([1, 0])),
        ("n", json!("3")),
        ("more", json!(1)),
    ] {
        let mut said = good.clone();
        said[field] = wrong;
        assert!(difference(&said, &expected, "").is_some(), "{said}");
    }
    let mut more = good.clone();
    more["more"] = json!(1);
    let mut open = expected.clone();
    open["…"] = json!("…");
    assert_eq!(difference(&more, &open, ""), None);
    let mut less = good;
    less.as_object_mut().expect("an object").remove("at");
    assert_eq!(difference(&less, &expected, "").as_deref(), Some("/at is missing"));
    assert_eq!(difference(&less, &open, "").as_deref(), Some("/at is missing"));
}
