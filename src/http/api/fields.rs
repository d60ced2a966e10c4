//! A body of `/v1`, field by field. What is asked for is known; what is left over is refused by name.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde_json::{Map, Value};

use super::code::Code;
use super::envelope::ApiError;
use crate::http::extract::{JSON_LIMIT, json_object, read_body};

/// The longest text of one field, in bytes, where nothing says otherwise.
const TEXT: usize = 4 * 1024;

/// The members of a JSON body that nobody has asked for yet, and what was wrong with those that were.
pub struct Fields {
    members: Map<String, Value>,
    problems: Map<String, Value>,
}

/// A body that says nothing: none at all, or an object without members. Whoever sends more means something that we
/// would not do.
pub struct NoFields;

/// One after the other: nothing is read of a body before it is certain who sends it.
pub struct Then<First, Second>(pub First, pub Second);

impl FromRequest for Fields {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (json, mut payload) = (says_json(request), payload.take());
        Box::pin(async move {
            if !json {
                return Err(Code::MediaType.into());
            }
            Self::parse(&read_body(&mut payload, JSON_LIMIT).await?)
        })
    }
}

impl FromRequest for NoFields {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (json, mut payload) = (says_json(request), payload.take());
        Box::pin(async move {
            let body = read_body(&mut payload, JSON_LIMIT).await?;
            match (body.is_empty(), json) {
                (true, _) => Ok(Self),
                (false, true) => Fields::parse(&body)?.finish().map(|()| Self),
                (false, false) => Err(Code::MediaType.into()),
            }
        })
    }
}

impl<First, Second> FromRequest for Then<First, Second>
where
    First: FromRequest<Error = ApiError> + 'static,
    Second: FromRequest<Error = ApiError> + 'static,
{
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let first = First::from_request(request, &mut Payload::None);
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let first = first.await?;
            Ok(Self(first, Second::from_request(&request, &mut payload).await?))
        })
    }
}

fn says_json(request: &HttpRequest) -> bool {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json)
}

/// `application/json`, with or without parameters; nothing that a form of another site could send.
fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

impl Fields {
    fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let members = json_object(body).map_err(ApiError::unreadable)?;
        Ok(Self { members, problems: Map::new() })
    }

    /// A text that must be there.
    pub fn text(&mut self, name: &str) -> String {
        match self.optional_text(name) {
            Some(text) => text,
            None => {
                self.problem(name, "is required, as a text");
                String::new()
            }
        }
    }

    /// A text that may be missing.
    pub fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.members.remove(name)? {
            Value::String(text) if text.len() <= TEXT => Some(text),
            Value::String(_) => self.wrong(name, "is too long"),
            Value::Null => None,
            _ => self.wrong(name, "must be a text"),
        }
    }

    /// A list of texts that may be missing; empty then.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let Some(value) = self.members.remove(name) else { return Vec::new() };
        let texts = match &value {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            Value::Null => Some(Vec::new()),
            _ => None,
        };
        texts.or_else(|| self.wrong(name, "must be a list of texts")).unwrap_or_default()
    }

    /// A list of 1 to `most` objects that must be there, each to be read as fields of its own and then [taken
    /// in](Self::take_in).
    pub fn objects(&mut self, name: &str, most: usize) -> Vec<Self> {
        let Some(Value::Array(items)) = self.members.remove(name) else {
            self.problem(name, "is required, as a list of objects");
            return Vec::new();
        };
        if items.is_empty() || items.len() > most {
            self.problem(name, &format!("must hold 1 to {most} objects, not {}", items.len()));
            return Vec::new();
        }
        let part = |(index, item)| match item {
            Value::Object(members) => Self { members, problems: Map::new() },
            _ => {
                self.problem(&format!("{name}[{index}]"), "must be an object");
                Self { members: Map::new(), problems: Map::new() }
            }
        };
        items.into_iter().enumerate().map(part).collect()
    }

    /// Takes over what was wrong with a part, and what is left of it: `items[3].token`.
    pub fn take_in(&mut self, place: &str, part: Self) {
        let within = |name: &str| format!("{place}.{name}");
        if !self.problems.contains_key(place) {
            self.problems.extend(part.problems.into_iter().map(|(name, reason)| (within(&name), reason)));
        }
        self.members.extend(part.members.into_iter().map(|(name, value)| (within(&name), value)));
    }

    /// A whole number that may be missing.
    pub fn number(&mut self, name: &str, allowed: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        match value.as_u64().and_then(|n| u32::try_from(n).ok()).filter(|n| allowed.contains(n)) {
            Some(number) => Some(number),
            None => self.wrong(name, &format!("must be a whole number from {} to {}", allowed.start(), allowed.end())),
        }
    }

    /// Notes that a field is wrong. The reason goes on after the field's name and repeats nothing of its value.
    pub fn problem(&mut self, name: &str, reason: &str) {
        self.problems.entry(name).or_insert_with(|| reason.into());
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 400 when there are fields that nobody knows, 422 when known ones are wrong.
    pub fn finish(mut self) -> Result<(), ApiError> {
        if !self.members.is_empty() {
            let unknown = std::mem::take(&mut self.members).into_iter().take(20);
            let named = unknown.map(|(name, _)| (name.chars().take(60).collect(), Value::from("is not a field of this request")));
            return Err(ApiError::fields(Code::Invalid, named.collect()));
        }
        if self.problems.is_empty() { Ok(()) } else { Err(ApiError::fields(Code::Unprocessable, self.problems)) }
    }

    fn wrong<T>(&mut self, name: &str, reason: &str) -> Option<T> {
        self.problem(name, reason);
        None
    }
}
