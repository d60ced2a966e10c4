//! An operation: one method of one path, with everything that can be said of it.
//!
//! Its route and its entry in the OpenAPI document are made from one value that stands beside the handler, so they cannot
//! disagree: a query parameter that is not declared here is refused, and what is not declared cannot be reached.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, Responder, Route, web};
use serde_json::{Value, json};

use super::code::Code;
use super::schema;
pub use super::who::Who;

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// After the question mark.
    Query,
    /// In a header.
    Header,
}

impl Place {
    /// The word in the document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
        }
    }
}

/// A parameter of an operation.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What it may be.
    pub schema: Value,
}

/// What an operation answers when all goes well.
pub struct Outcome {
    /// The status.
    pub status: u16,
    /// What it means.
    pub about: &'static str,
    /// The body, as far as it is JSON: its schema, and an example of it.
    pub body: Option<(Value, Value)>,
}

/// One method of one path.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path below `/v1`.
    pub path: &'static str,
    /// Its name in the document.
    pub id: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// What else there is to know.
    pub about: &'static str,
    /// The chapter it belongs to.
    pub tag: &'static str,
    /// Who may call it; empty for anybody.
    pub callers: &'static [Who],
    /// The scope that a credential needs for it.
    pub scope: Option<&'static str>,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What its body has to be, and an example; nothing if it takes none.
    pub body: Option<(Value, Value)>,
    /// What it answers.
    pub outcomes: Vec<Outcome>,
    /// What can go wrong besides what can go wrong everywhere.
    pub errors: &'static [Code],
    pub(super) routes: Vec<Route>,
}

impl Operation {
    /// `GET`, and `HEAD` with it.
    pub fn get<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let routes = vec![web::get().to(handler.clone()), web::head().to(handler)];
        Self::new(Method::GET, path, routes)
    }

    /// `POST`.
    pub fn post<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::POST, path, vec![web::post().to(handler)])
    }

    /// `PATCH`.
    pub fn patch<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::PATCH, path, vec![web::patch().to(handler)])
    }

    /// `DELETE`.
    pub fn delete<F, Args>(path: &'static str, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self::new(Method::DELETE, path, vec![web::delete().to(handler)])
    }

    fn new(method: Method, path: &'static str, routes: Vec<Route>) -> Self {
        let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let parameters = named.map(|name| Parameter { name, place: Place::Path, schema: in_path(name) }).collect();
        Self {
            method,
            path,
            id: "",
            summary: "",
            about: "",
            tag: "",
            callers: &[],
            scope: None,
            parameters,
            body: None,
            outcomes: Vec::new(),
            errors: &[],
            routes,
        }
    }

    /// The same, with its name and what it does.
    #[must_use]
    pub fn named(self, tag: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self { tag, id, summary, ..self }
    }

    /// The same, with what else there is to know.
    #[must_use]
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// The same, for these callers alone.
    #[must_use]
    pub fn by(self, callers: &'static [Who]) -> Self {
        Self { callers, ..self }
    }

    /// The same, for credentials with this scope alone.
    #[must_use]
    pub fn scope(self, scope: &'static str) -> Self {
        Self { scope: Some(scope), ..self }
    }

    /// The same, with a parameter after the question mark.
    #[must_use]
    pub fn query(mut self, name: &'static str, schema: Value) -> Self {
        self.parameters.push(Parameter { name, place: Place::Query, schema });
        self
    }

    /// The same, with a body.
    #[must_use]
    pub fn takes(self, schema: Value, example: Value) -> Self {
        Self { body: Some((schema, example)), ..self }
    }

    /// The same, carried out once for one `Idempotency-Key`; a second request is told this.
    #[must_use]
    pub fn once(mut self, schema: Value, example: Value) -> Self {
        let about = "One key makes one thing: a request that is sent again with it within 24 hours is told what the first made.";
        self.parameters.push(idempotency_key(about));
        let about = "An earlier request with this Idempotency-Key has made it. No secret is shown again.";
        self.outcomes.push(Outcome { status: 200, about, body: Some((enveloped(schema), envelope(example))) });
        self
    }

    /// The same for what is changed and not made: a second request gets the same answer without the secret.
    #[must_use]
    pub fn repeatable(mut self) -> Self {
        let about = "A request that is sent again with it within 24 hours changes nothing more, and is not told the secret.";
        self.parameters.push(idempotency_key(about));
        self
    }

    /// The same, answering 200 with `data`.
    #[must_use]
    pub fn answers(self, about: &'static str, schema: Value, example: Value) -> Self {
        self.outcome(200, about, Some((enveloped(schema), envelope(example))))
    }

    /// The same, answering 201 with `data`.
    #[must_use]
    pub fn creates(self, about: &'static str, schema: Value, example: Value) -> Self {
        self.outcome(201, about, Some((enveloped(schema), envelope(example))))
    }

    /// The same, answering 204 and nothing.
    #[must_use]
    pub fn ends(self, about: &'static str) -> Self {
        self.outcome(204, about, None)
    }

    /// The same, answering a list, a page at a time.
    #[must_use]
    pub fn lists(self, about: &'static str, item: Value, example: Value) -> Self {
        let limit = "How many at the most. Usually 50.";
        let cursor = "`meta.nextCursor` of the page before. Without it the list begins.";
        let meta = schema::object(&[
            ("requestId", schema::told("The id of this request.")),
            ("timestamp", schema::time("When it was answered.")),
            ("nextCursor", schema::or_null(schema::told("Where the next page begins; null on the last one."))),
        ]);
        let body = schema::object(&[("data", schema::list(item, 200, "The rows of this page.")), ("meta", meta)]);
        let mut whole = envelope(json!([example]));
        whole["meta"]["nextCursor"] = Value::Null;
        self.query("limit", schema::whole(1, 200, limit)).query("cursor", schema::text(1, 2_000, cursor)).outcome(
            200,
            about,
            Some((body, whole)),
        )
    }

    /// The same, answering JSON without an envelope.
    #[must_use]
    pub fn answers_bare(self, about: &'static str, schema: Value, example: Value) -> Self {
        self.outcome(200, about, Some((schema, example)))
    }

    fn outcome(mut self, status: u16, about: &'static str, body: Option<(Value, Value)>) -> Self {
        self.outcomes.insert(0, Outcome { status, about, body });
        self
    }

    /// The same, with what else can go wrong.
    #[must_use]
    pub fn refuses(self, errors: &'static [Code]) -> Self {
        Self { errors, ..self }
    }

    /// Everything that can go wrong with it, in the order of the table.
    pub fn problems(&self) -> Vec<Code> {
        let mut codes = vec![Code::Invalid];
        if !self.callers.is_empty() {
            codes.extend([Code::NoCredential, Code::BadCredential, Code::Suspended, Code::NotAllowed, Code::RateLimited]);
        }
        if self.path.contains('{') {
            codes.push(Code::NotFound);
        }
        if self.body.is_some() {
            codes.extend([Code::MediaType, Code::TooLarge, Code::TooSlow, Code::Unprocessable]);
        }
        codes.extend(self.errors);
        codes.extend([Code::Unexpected, Code::Overloaded]);
        codes.sort_unstable_by_key(|code| code.status().as_u16());
        codes.dedup();
        codes
    }

    /// Whether web pages of other origins may call it: what only reads, for publishable keys.
    pub fn is_for_pages(&self) -> bool {
        self.method == Method::GET && self.callers.contains(&Who::PublishableKey)
    }

    /// The names of what may stand after the question mark.
    pub(super) fn queries(&self) -> Vec<&'static str> {
        self.parameters.iter().filter(|parameter| parameter.place == Place::Query).map(|parameter| parameter.name).collect()
    }
}

fn idempotency_key(about: &str) -> Parameter {
    let mut schema = schema::text(1, 255, about);
    schema["pattern"] = json!("^[!-~]+$");
    Parameter { name: "Idempotency-Key", place: Place::Header, schema }
}

/// What the parts of a path may be.
fn in_path(name: &str) -> Value {
    match name {
        "workspace" => schema::text(2, 50, "The id or the slug of a workspace."),
        "key" => schema::id("key", "The id of the key."),
        "token" => schema::id("key", "The id of the token."),
        "service" => schema::id("key", "The id of the service account."),
        "secret" => schema::id("sct", "The id of the secret."),
        "session" => schema::id("ses", "The id of the session."),
        "member" => schema::id("mem", "The id of the membership."),
        "account" => schema::id("usr", "The id of the account."),
        "invitation" => schema::id("inv", "The id of the invitation."),
        _ => schema::told("The id."),
    }
}

/// `data` with what stands around it.
fn enveloped(data: Value) -> Value {
    let meta = schema::object(&[
        ("requestId", schema::told("The id of this request.")),
        ("timestamp", schema::time("When it was answered.")),
    ]);
    schema::object(&[("data", data), ("meta", meta)])
}

fn envelope(data: Value) -> Value {
    let meta = json!({ "requestId": "req_019ab3c1d2e37f4089ab12cd34ef5678", "timestamp": "2026-11-22T09:00:00.000Z" });
    json!({ "data": data, "meta": meta })
}
