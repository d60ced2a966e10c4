//! What a client of this door sends to make a key.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use super::answer::{DoorError, Problem};
use crate::base::text::Label;
use crate::base::time::Timestamp;
use crate::domain::access::{ScopeName, Scopes};
use crate::http::api::ApiError;
use crate::http::extract::{JSON_LIMIT, json_object, read_body};

/// A key that somebody wants.
#[derive(Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What to call it.
    pub name: Label,
    /// What it may be used for.
    pub scopes: Scopes,
    /// The same as they were sent, to say where a problem is.
    pub sent_scopes: Vec<String>,
    /// When it ends, if the client says so.
    pub expires_at: Option<Timestamp>,
}

/// Reads the body.
///
/// # Errors
/// What is wrong, field by field.
pub async fn read(request: &HttpRequest, payload: &mut Payload, now: Timestamp) -> Result<NewKey, DoorError> {
    let unreadable = |why: String| DoorError::Wrong(vec![Problem::at(&[], "json_invalid", why)]);
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        return Err(unreadable("The body must be JSON. Send `Content-Type: application/json`.".to_owned()));
    }
    let body = read_body(payload, JSON_LIMIT).await.map_err(ApiError::from)?;
    let members = json_object(&body).map_err(unreadable)?;
    parse(&members, now).map_err(DoorError::Wrong)
}

fn parse(members: &Map<String, Value>, now: Timestamp) -> Result<NewKey, Vec<Problem>> {
    let mut problems = Vec::new();
    let name = name(members.get("name")).map_err(|problem| problems.push(problem));
    let scopes = scopes(members.get("scopes")).map_err(|some| problems.extend(some));
    let words = members.get("scopes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let sent_scopes = words.map(str::to_owned).collect();
    let expires_at = expires_at(members.get("expires_at"), now).map_err(|problem| problems.push(problem));
    match (name, scopes, expires_at) {
        (Ok(name), Ok(scopes), Ok(expires_at)) => Ok(NewKey { name, scopes, sent_scopes, expires_at }),
        (_, _, _) => Err(problems),
    }
}

fn name(value: Option<&Value>) -> Result<Label, Problem> {
    let place = [Value::from("name")];
    match value {
        None => Err(Problem::at(&place, "missing", "Field required")),
        Some(Value::String(text)) => Label::parse(text).map_err(|why| Problem::at(&place, "value_error", why.to_string())),
        Some(_) => Err(Problem::at(&place, "string_type", "Input should be a valid string")),
    }
}

fn scopes(value: Option<&Value>) -> Result<Scopes, Vec<Problem>> {
    let list = match value {
        None => return Err(vec![Problem::at(&["scopes".into()], "missing", "Field required")]),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(vec![Problem::at(&["scopes".into()], "list_type", "Input should be a valid list")]),
    };
    let wrong = |(index, item): (usize, &Value)| {
        let place = ["scopes".into(), index.into()];
        match item {
            Value::String(text) if ScopeName::parse(text).is_some() => None,
            Value::String(_) => Some(Problem::at(&place, "value_error", "This is no name of a scope.")),
            _ => Some(Problem::at(&place, "string_type", "Input should be a valid string")),
        }
    };
    let problems: Vec<Problem> = list.iter().enumerate().filter_map(wrong).collect();
    let words = list.iter().filter_map(Value::as_str);
    Scopes::parse(words).ok().filter(|_| problems.is_empty()).ok_or(problems)
}

fn expires_at(value: Option<&Value>, now: Timestamp) -> Result<Option<Timestamp>, Problem> {
    let place = [Value::from("expires_at")];
    let parsed = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => Timestamp::parse_rfc3339(text),
        Some(_) => None,
    };
    match parsed {
        None => Err(Problem::at(&place, "datetime_type", "Input should be a valid datetime, as RFC 3339 writes it")),
        Some(at) if at <= now => Err(Problem::at(&place, "value_error", "It must be in the future.")),
        Some(at) => Ok(Some(at)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-22T09:00:00Z").expect("an instant")
    }

    fn problems(body: &Value) -> Value {
        let members = body.as_object().expect("an object");
        parse(members, now()).map_or_else(|problems| json!(problems), |key| panic!("{key:?}"))
    }

    #[test]
    fn each_problem_says_where_it_is() {
        let required = "Field required";
        assert_eq!(
            problems(&json!({})),
            json!([
                { "loc": ["body", "name"], "msg": required, "type": "missing" },
                { "loc": ["body", "scopes"], "msg": required, "type": "missing" },
            ])
        );
        let told = problems(&json!({ "name": 5, "scopes": ["read", 7, "a b"], "expires_at": "2026-11-22T09:00:00Z" }));
        let places: Vec<&Value> = told.as_array().expect("a list").iter().map(|problem| &problem["loc"]).collect();
        let expected =
            [json!(["body", "name"]), json!(["body", "scopes", 1]), json!(["body", "scopes", 2]), json!(["body", "expires_at"])];
        assert_eq!(places, expected.iter().collect::<Vec<_>>());
        for late in [json!("tomorrow"), json!(17), json!("2026-11-22")] {
            let told = problems(&json!({ "name": "a", "scopes": [], "expires_at": late }));
            assert_eq!(told[0]["type"], "datetime_type", "{late}");
        }
    }

    #[test]
    fn what_is_right_is_read_and_unknown_fields_are_passed_by() {
        let body = json!({ "name": " CI ", "scopes": ["search", "admin"], "expires_at": null, "tenant_id": "x" });
        let key = parse(body.as_object().expect("an object"), now()).expect("a key");
        assert_eq!((key.name.as_str(), key.scopes.words().collect::<Vec<_>>()), ("CI", vec!["admin", "search"]));
        assert_eq!(key.expires_at, None);
    }

    proptest! {
        #[test]
        fn parsing_never_panics(name in "\\PC{0,20}", scope in "\\PC{0,20}", at in "\\PC{0,30}") {
            let body = json!({ "name": name, "scopes": [scope, 1, null], "expires_at": at });
            let _ = parse(body.as_object().expect("an object"), now());
        }
    }
}
