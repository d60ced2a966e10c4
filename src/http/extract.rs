//! Reading what a client sends: never more than fits, never longer than patience lasts, never twice the same member.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Bytes;
use futures_util::StreamExt;
use serde_json::{Map, Value};

use crate::base::json;

/// The largest JSON body, in bytes.
pub const JSON_LIMIT: usize = 64 * 1024;
/// The largest form, in bytes.
pub const FORM_LIMIT: usize = 16 * 1024;
/// How long a body may take to arrive. The server's own patience covers the head of a request only.
const BODY_PATIENCE: Duration = Duration::from_secs(10);

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
    json::object(body).map_err(|bad| bad.to_string())
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
