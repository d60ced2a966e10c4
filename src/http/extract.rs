//! Reading what a client sends: never more than fits, never longer than patience lasts, never twice the same member.

use std::fmt;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use futures_util::StreamExt;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The largest JSON body, in bytes.
pub const JSON_LIMIT: usize = 64 * 1024;
/// The largest form, in bytes.
pub const FORM_LIMIT: usize = 16 * 1024;
/// How long a body may take to arrive. The server's own patience covers the head of a request only.
const BODY_PATIENCE: Duration = Duration::from_secs(10);
/// Objects within objects, at the most.
const DEPTH: usize = 32;
/// Items of one list, and members of one object, at the most.
const ITEMS: usize = 1_000;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// More than fits.
    #[error("the body is too large")]
    TooLarge,
    /// It did not arrive in ten seconds.
    #[error("the body took too long to arrive")]
    TooSlow,
    /// The connection broke.
    #[error("the body did not arrive whole")]
    Broken,
}

/// Reads a body to its end.
///
/// # Errors
/// When it is larger than `limit` bytes, too slow, or broken off.
pub async fn read_body(payload: &mut Payload, limit: usize) -> Result<Bytes, BodyError> {
    let read = async {
        let mut body = Vec::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| BodyError::Broken)?;
            if body.len() + chunk.len() > limit {
                return Err(BodyError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Bytes::from(body))
    };
    tokio::time::timeout(BODY_PATIENCE, read).await.map_err(|_| BodyError::TooSlow)?
}

/// Reads one JSON object, strictly: no duplicate members, no deep nesting, no endless lists.
///
/// # Errors
/// What is wrong, in words that repeat nothing of the body.
pub fn json_object(body: &[u8]) -> Result<Map<String, Value>, String> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Strict { depth: 0 }.deserialize(&mut reader).map_err(|error| explain(&error))?;
    reader.end().map_err(|_| "There is something after the JSON object. Send one object.".to_owned())?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err("The body must be a JSON object.".to_owned()),
    }
}

fn explain(error: &serde_json::Error) -> String {
    const OURS: [&str; 3] = ["duplicate member", "nested too deep", "too many items"];
    let text = error.to_string();
    match OURS.iter().find(|ours| text.starts_with(**ours)) {
        Some(ours) => {
            format!("The JSON has a {ours}. Send each member once, at most {DEPTH} levels deep and {ITEMS} items long.")
        }
        None => format!("The body is not valid JSON (line {}, column {}).", error.line(), error.column()),
    }
}

/// Builds a value while it holds the limits.
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        if self.depth == DEPTH { Err(E::custom("nested too deep")) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.deeper()?)? {
            if list.len() == ITEMS {
                return Err(A::Error::custom("too many items"));
            }
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.len() == ITEMS {
                return Err(A::Error::custom("too many items"));
            }
            let value = members.next_value_seed(self.deeper()?)?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate member"));
            }
        }
        Ok(Value::Object(object))
    }
}

/// A value of the request's query; of several, the first.
pub fn query(request: &HttpRequest, name: &str) -> Option<String> {
    pairs(request.query_string().as_bytes()).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

/// The part of the path that the route calls `{name}`; empty if it has none.
pub fn path_part<'r>(request: &'r HttpRequest, name: &str) -> &'r str {
    request.match_info().get(name).unwrap_or_default()
}

/// Reads a query or a form: names and values in their order. Bytes that are no UTF-8 become U+FFFD.
pub fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r111_hostile_json_is_refused_without_repeating_it() {
        let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        let many = format!("{{\"a\":[{}1]}}", "1,".repeat(1_000));
        for wrong in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":1}}"#,
            &deep,
            &many,
            "\u{feff}{}",
            "[]",
            "1",
            "",
            "{",
            r#"{"a":1} {}"#,
            "{\"a\":1e999}",
        ] {
            let told = json_object(wrong.as_bytes()).expect_err(&wrong[..wrong.len().min(20)]);
            assert!(told.ends_with('.') && told.len() < 160, "{told}");
        }
        assert!(json_object(b"{\"a\":\"\xff\"}").is_err());
        assert_eq!(json_object(br#"{"a":[1,-2,0.5,"x",null,true]}"#).map(|o| o.len()), Ok(1));
    }

    proptest! {
        #[test]
        fn reading_a_body_never_panics(body in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = json_object(&body);
            let _ = pairs(&body);
        }
    }
}
