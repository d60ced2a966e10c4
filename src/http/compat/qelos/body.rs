//! What a client of this door sends, field by field. A field that nobody asks for is passed by; one of a wrong kind is 400,
//! named in the sentence.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use super::answer::DoorError;
use crate::base::time::Timestamp;
use crate::http::api::{ApiError, Code, says_json};
use crate::http::extract::{JSON_LIMIT, json_object, read_body};

/// The longest text of one field, in bytes, where nothing says otherwise.
const TEXT: usize = 4 * 1024;

/// The members of a JSON body.
pub struct Fields(Map<String, Value>);

/// One after the other: nothing is read of a body before it is certain who sends it.
pub struct Asked<By>(pub By, pub Fields);

impl FromRequest for Fields {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !says_json(&request) {
                return Err(Code::MediaType.into());
            }
            let body = read_body(&mut payload, JSON_LIMIT).await.map_err(ApiError::from)?;
            json_object(&body).map(Self).map_err(|why| DoorError::told(Code::Invalid, why))
        })
    }
}

impl<By> FromRequest for Asked<By>
where
    By: FromRequest<Error = DoorError> + 'static,
{
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let by = By::from_request(request, &mut Payload::None);
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let by = by.await?;
            Ok(Self(by, Fields::from_request(&request, &mut payload).await?))
        })
    }
}

impl Fields {
    /// Whether this is there, and not null.
    pub fn names(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null())
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// When it is not, or no text.
    pub fn text(&self, name: &str) -> Result<&str, DoorError> {
        self.optional_text(name)?.ok_or_else(|| DoorError::field(name, "is required, as a text"))
    }

    /// A text that may be missing, or null.
    ///
    /// # Errors
    /// When it is something else.
    pub fn optional_text(&self, name: &str) -> Result<Option<&str>, DoorError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.len() <= TEXT => Ok(Some(text)),
            Some(Value::String(_)) => Err(DoorError::field(name, "is too long")),
            Some(_) => Err(DoorError::field(name, "must be a text")),
        }
    }

    /// A list of texts that may be missing, or null.
    ///
    /// # Errors
    /// When it is something else.
    pub fn optional_texts(&self, name: &str) -> Result<Option<Vec<&str>>, DoorError> {
        let items = match self.0.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(DoorError::field(name, "must be a list of texts")),
        };
        let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        texts.map(Some).ok_or_else(|| DoorError::field(name, "must be a list of texts"))
    }

    /// An object that may be missing, or null.
    ///
    /// # Errors
    /// When it is something else.
    pub fn optional_object(&self, name: &str) -> Result<Option<&Map<String, Value>>, DoorError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(_) => Err(DoorError::field(name, "must be an object")),
        }
    }

    /// An instant that must be there, in the form of RFC 3339, or a day. Without an offset it is meant in UTC.
    ///
    /// # Errors
    /// When it is not, or no instant.
    pub fn time(&self, name: &str) -> Result<Timestamp, DoorError> {
        let wrong = || DoorError::field(name, "must be an instant in the form of RFC 3339, such as 2027-02-20T09:00:00Z");
        let text = self.text(name)?;
        let read = Timestamp::parse_rfc3339(text).or_else(|| Timestamp::parse_rfc3339(&format!("{text}Z")));
        read.or_else(|| Timestamp::parse_day(text)).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_of_a_wrong_kind_is_400_and_one_that_nobody_asks_for_is_nothing() {
        let body = json!({ "a": "x", "n": 5, "list": ["x", 1], "o": { "x": 1 }, "nothing": null, "at": "soon" });
        let fields = Fields(body.as_object().expect("an object").clone());
        assert_eq!(fields.text("a").expect("a text"), "x");
        assert_eq!(fields.optional_text("nothing").expect("none"), None);
        assert!(fields.optional_object("o").expect("an object").is_some());
        for wrong in [
            fields.text("n").err(),
            fields.text("nothing").err(),
            fields.optional_text("o").err(),
            fields.optional_texts("list").err(),
            fields.optional_texts("a").err(),
            fields.optional_object("a").err(),
            fields.time("at").err(),
            fields.time("n").err(),
        ] {
            assert_eq!(wrong.expect("refused").status_code().as_u16(), 400);
        }
    }
}
