//! What a client of this door sends, field by field. A field that nobody asks for is passed by; one of a wrong kind is 400,
//! named in the message.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use super::answer::DoorError;
use crate::base::id::InvalidId;
use crate::http::api::{ApiError, Code, says_json};
use crate::http::extract::{JSON_LIMIT, json_object, read_body};

/// The longest text of one field, in bytes, where nothing says otherwise.
const TEXT: usize = 4 * 1024;

/// The members of a JSON body.
pub struct Body(Map<String, Value>);

/// One after the other: nothing is read of a body before it is certain who sends it.
pub struct Asked<By>(pub By, pub Body);

impl FromRequest for Body {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (json, mut payload) = (says_json(request), payload.take());
        Box::pin(async move {
            if !json {
                return Err(Code::MediaType.into());
            }
            let body = read_body(&mut payload, JSON_LIMIT).await.map_err(ApiError::from)?;
            json_object(&body).map(Self).map_err(|why| DoorError::from(Code::Invalid).told(why))
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
            Ok(Self(by, Body::from_request(&request, &mut payload).await?))
        })
    }
}

impl Body {
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

    /// A text that must be there, of 1 to `most` characters.
    ///
    /// # Errors
    /// When it is not.
    pub fn short_text(&self, name: &str, most: usize) -> Result<&str, DoorError> {
        let text = self.text(name)?;
        let fits = (1..=most).contains(&text.chars().count());
        if fits { Ok(text) } else { Err(DoorError::field(name, &format!("must have 1 to {most} characters"))) }
    }

    /// An id that must be there, as a UUID or in our own spelling, which `read` knows.
    ///
    /// # Errors
    /// When it is not.
    pub fn id<Id>(&self, name: &str, read: fn(&str) -> Result<Id, InvalidId>) -> Result<Id, DoorError> {
        read(self.text(name)?).map_err(|InvalidId| DoorError::field(name, "must be a UUID"))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::id::WorkspaceId;

    fn body(members: &Value) -> Body {
        Body(members.as_object().expect("an object").clone())
    }

    #[test]
    fn a_field_of_a_wrong_kind_is_400_and_one_that_nobody_asks_for_is_nothing() {
        let id = "01890a5d-1c2b-7d3e-8f90-a1b2c3d4e5f6";
        let fields = body(&json!({ "a": "x", "n": 5, "nothing": null, "empty": "", "id": id, "long": "x".repeat(TEXT + 1) }));
        assert_eq!(fields.text("a").expect("a text"), "x");
        assert_eq!(fields.optional_text("nothing").expect("none"), None);
        assert_eq!(fields.id("id", WorkspaceId::from_either).expect("an id").to_db(), id);
        let wrong = [
            fields.text("n").err(),
            fields.text("nothing").err(),
            fields.text("missing").err(),
            fields.optional_text("long").err(),
            fields.short_text("empty", 5).err(),
            fields.short_text("id", 5).err(),
            fields.id("a", WorkspaceId::from_either).err(),
            fields.id("n", WorkspaceId::from_either).err(),
        ];
        for error in wrong {
            assert_eq!(error.expect("refused").status_code().as_u16(), 400);
        }
    }

    proptest! {
        #[test]
        fn reading_an_id_never_panics(text in "\\PC{0,40}") {
            let _ = body(&json!({ "id": text })).id("id", WorkspaceId::from_either);
        }
    }
}
