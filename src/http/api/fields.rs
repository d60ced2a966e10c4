//! A body of `/v1`, field by field. What is asked for is known; what is left over is refused by name.

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_TYPE, HeaderName};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use ipnet::IpNet;
use serde_json::{Map, Value};

use super::code::Code;
use super::envelope::ApiError;
use crate::app::App;
use crate::base::secret::Digest;
use crate::base::time::Timestamp;
use crate::domain::credentials::AddressList;
use crate::domain::repeats::Repeat;
use crate::http::extract::{JSON_LIMIT, json_object, read_body};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest text of one field, in bytes, where nothing says otherwise.
const TEXT: usize = 4 * 1024;

/// The members of a JSON body that nobody has asked for yet, and what was wrong with those that were.
pub struct Fields {
    members: Map<String, Value>,
    problems: Map<String, Value>,
    repeat: Option<(String, Digest)>,
}

/// A member that may be missing, and may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given<T> {
    /// It is not there.
    Missing,
    /// It is null.
    Null,
    /// It is there.
    Value(T),
}

/// A body that says nothing: none at all, or an object without members. Whoever sends more means something that we
/// would not do.
pub struct NoFields;

/// The same, of a request that may be sent again.
pub struct NoFieldsOnce(Fields);

impl NoFieldsOnce {
    /// What makes sure that this request, sent again by the same caller, is carried out once; nothing if it does not ask
    /// for that.
    pub fn once(&self, caller: impl ToString) -> Option<Repeat> {
        self.0.once(caller)
    }
}

/// One after the other: nothing is read of a body before it is certain who sends it.
pub struct Then<First, Second>(pub First, pub Second);

impl FromRequest for Fields {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !says_json(&request) {
                return Err(Code::MediaType.into());
            }
            let mut fields = Self::parse(&read_body(&mut payload, JSON_LIMIT).await?)?;
            fields.repeat = fields.repeat_of(&request)?;
            Ok(fields)
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

impl FromRequest for NoFieldsOnce {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (said, request) = (NoFields::from_request(request, payload), request.clone());
        Box::pin(async move {
            said.await?;
            let mut nothing = Fields { members: Map::new(), problems: Map::new(), repeat: None };
            nothing.repeat = nothing.repeat_of(&request)?;
            Ok(Self(nothing))
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

/// Whether a request says that its body is JSON.
pub fn says_json(request: &HttpRequest) -> bool {
    request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(is_json)
}

/// `application/json`, with or without parameters; nothing that a form of another site could send.
fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

impl Fields {
    fn parse(body: &[u8]) -> Result<Self, ApiError> {
        let members = json_object(body).map_err(ApiError::unreadable)?;
        Ok(Self { members, problems: Map::new(), repeat: None })
    }

    /// The request's `Idempotency-Key`, with a digest of all that the request says.
    fn repeat_of(&self, request: &HttpRequest) -> Result<Option<(String, Digest)>, ApiError> {
        let mut keys = request.headers().get_all(IDEMPOTENCY_KEY);
        let Some(key) = keys.next() else { return Ok(None) };
        let readable =
            key.to_str().ok().filter(|key| (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()));
        let (Some(key), None) = (readable, keys.next()) else {
            let why = "must be there once, with 1 to 255 visible ASCII characters";
            return Err(ApiError::field(Code::Invalid, "Idempotency-Key", why));
        };
        let app = request.app_data::<Data<App>>().expect("every server has its App");
        let said = serde_json::json!([request.method().as_str(), request.path(), self.members]);
        Ok(Some((key.to_owned(), app.ctx.keys.digest(&said.to_string()))))
    }

    /// Whether a member is there, before anybody asks for it.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// What makes sure that this request, sent again by the same caller, is carried out once; nothing if it does not ask
    /// for that.
    pub fn once(&self, caller: impl ToString) -> Option<Repeat> {
        self.repeat.as_ref().map(|(key, fingerprint)| Repeat::new(caller, key, fingerprint))
    }

    /// Whether this is there, and not null.
    pub fn names(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| !value.is_null())
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
        self.optional_texts(name).unwrap_or_default()
    }

    /// A list of texts, if it is there.
    pub fn optional_texts(&mut self, name: &str) -> Option<Vec<String>> {
        let texts = match &self.members.remove(name)? {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            Value::Null => return None,
            _ => None,
        };
        texts.or_else(|| self.wrong(name, "must be a list of texts"))
    }

    /// An instant, RFC 3339 with any offset.
    pub fn time(&mut self, name: &str) -> Given<Timestamp> {
        match self.members.remove(name) {
            None => Given::Missing,
            Some(Value::Null) => Given::Null,
            Some(value) => match value.as_str().and_then(Timestamp::parse_rfc3339) {
                Some(at) => Given::Value(at),
                None => {
                    self.problem(name, "must be an instant in the form of RFC 3339, such as 2027-02-20T09:00:00Z");
                    Given::Null
                }
            },
        }
    }

    /// Addresses and networks; none is anywhere. A network is written by its first address: one with bits beyond its
    /// length was meant to be something else.
    pub fn addresses(&mut self, name: &str) -> Option<AddressList> {
        let words = self.texts(name);
        let slipped = |word: &&String| word.parse::<IpNet>().is_ok_and(|net| net.addr() != net.network());
        let listed = match words.iter().find(slipped) {
            Some(word) => Err(format!("{word} has bits beyond its length. Write the first address of the network")),
            None => AddressList::parse(&words.join(" ")).map_err(|why| why.to_string()),
        };
        listed.map_err(|why| self.problem(name, &why)).ok()
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
            Value::Object(members) => Self { members, problems: Map::new(), repeat: None },
            _ => {
                self.problem(&format!("{name}[{index}]"), "must be an object");
                Self { members: Map::new(), problems: Map::new(), repeat: None }
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

    /// A word that must be there, of those that `read` knows.
    pub fn word<T>(&mut self, name: &str, reason: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let known = self.optional_text(name).and_then(|word| read(&word));
        if known.is_none() {
            self.problem(name, reason);
        }
        known
    }

    /// Yes or no, if it is there.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.members.remove(name).filter(|value| !value.is_null())?;
        value.as_bool().or_else(|| self.wrong(name, "must be true or false"))
    }

    /// An object that may be missing; empty then.
    pub fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.members.remove(name) {
            Some(Value::Object(members)) => members,
            None | Some(Value::Null) => Map::new(),
            Some(_) => {
                self.problem(name, "must be an object");
                Map::new()
            }
        }
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
