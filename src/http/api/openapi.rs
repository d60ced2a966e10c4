//! `GET /v1/openapi.json`: this API as an OpenAPI 3.1 document, made from the operations that its routes are made from.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde_json::{Map, Value, json};

use super::code::Code;
use super::operation::{Operation, Outcome, Parameter, Who};
use super::{offered, schema};
use crate::app::App;

/// What the document says of itself.
pub fn operation() -> Operation {
    Operation::get("/openapi.json", show)
        .named("About this API", "describe", "Describe this API")
        .about("This document, in OpenAPI 3.1. The same is at `/docs` for people.")
        .answers_bare("The document.", json!({ "type": "object" }), json!({ "openapi": "3.1.0" }))
}

/// `GET /v1/openapi.json`
pub async fn show(app: Data<App>) -> HttpResponse {
    let settings = &app.ctx.settings;
    HttpResponse::Ok().json(document(&offered(app.doors), &settings.service_name, &settings.public_url))
}

/// The document of these operations.
pub fn document(operations: &[Operation], service: &str, server: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let path = paths.entry(format!("/v1{}", operation.path)).or_insert_with(|| json!({}));
        path[operation.method.as_str().to_lowercase()] = entry(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{service} API"),
            "version": "1",
            "description": ABOUT,
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": server }],
        "tags": tags(operations),
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "A session token, a personal token or a key." },
                "apiKey": { "type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same, for whom this is easier." },
            },
            "schemas": { "Error": error() },
            "headers": headers(),
        },
    })
}

const ABOUT: &str = "Accounts, sign-in and API credentials. A success is `{data, meta}`, a failure `{error, meta}` with a \
    stable `code`, a sentence, and what to do next. Unknown fields and parameters are refused by name. Times are RFC 3339 \
    in UTC; ids are opaque.";

fn tags(operations: &[Operation]) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for operation in operations {
        if !names.contains(&operation.tag) {
            names.push(operation.tag);
        }
    }
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

fn entry(operation: &Operation) -> Value {
    let mut entry = json!({
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": security(operation),
        "responses": responses(operation),
        "x-latchkey-callers": operation.callers.iter().copied().map(Who::as_str).collect::<Vec<_>>(),
    });
    if !operation.about.is_empty() {
        entry["description"] = operation.about.into();
    }
    if let Some(scope) = operation.scope {
        entry["x-latchkey-scope"] = scope.into();
    }
    if !operation.parameters.is_empty() {
        entry["parameters"] = operation.parameters.iter().map(parameter).collect();
    }
    if let Some((schema, example)) = &operation.body {
        let media = json!({ "schema": schema, "example": example });
        entry["requestBody"] = json!({ "required": true, "content": { "application/json": media } });
    }
    entry
}

fn security(operation: &Operation) -> Value {
    if operation.callers.is_empty() { json!([]) } else { json!([{ "bearer": [] }, { "apiKey": [] }]) }
}

fn parameter(parameter: &Parameter) -> Value {
    let in_path = parameter.place == super::operation::Place::Path;
    json!({ "name": parameter.name, "in": parameter.place.as_str(), "required": in_path, "schema": parameter.schema })
}

fn responses(operation: &Operation) -> Value {
    let mut all: Map<String, Value> = Map::new();
    for outcome in &operation.outcomes {
        all.insert(outcome.status.to_string(), success(operation, outcome));
    }
    let problems = operation.problems();
    for status in problems.iter().map(|code| code.status()) {
        let codes: Vec<Code> = problems.iter().copied().filter(|code| code.status() == status).collect();
        all.insert(status.as_u16().to_string(), failure(status, &codes));
    }
    all.insert("default".to_owned(), failure_of("Anything else that can go wrong with a request.", Code::Invalid));
    Value::Object(all)
}

fn success(operation: &Operation, outcome: &Outcome) -> Value {
    let mut headers = json!({ "X-Request-Id": header("RequestId") });
    if !operation.callers.is_empty() {
        for name in ["Limit", "Remaining", "Reset"] {
            headers[format!("X-RateLimit-{name}")] = header(&format!("RateLimit{name}"));
        }
    }
    let mut response = json!({ "description": outcome.about, "headers": headers });
    if let Some((schema, example)) = &outcome.body {
        response["content"] = json!({ "application/json": { "schema": schema, "example": example } });
    }
    response
}

fn failure(status: StatusCode, codes: &[Code]) -> Value {
    let told: Vec<String> = codes.iter().map(|code| format!("`{}`: {}", code.row().0, code.row().2)).collect();
    let mut response = failure_of(&told.join(" "), codes[0]);
    if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        response["headers"]["Retry-After"] = header("RetryAfter");
    }
    if status == StatusCode::UNAUTHORIZED {
        response["headers"]["WWW-Authenticate"] = header("WwwAuthenticate");
    }
    response
}

fn failure_of(about: &str, code: Code) -> Value {
    let (word, _, message, fix) = code.row();
    let meta = json!({ "requestId": "req_019ab3c1d2e37f4089ab12cd34ef5678", "timestamp": "2026-11-22T09:00:00.000Z" });
    let example = json!({ "error": { "code": word, "message": message, "details": {}, "fix": fix }, "meta": meta });
    let media = json!({ "schema": { "$ref": "#/components/schemas/Error" }, "example": example });
    json!({
        "description": about,
        "headers": { "X-Request-Id": header("RequestId") },
        "content": { "application/json": media },
    })
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn headers() -> Value {
    let header = |schema: Value| json!({ "required": false, "schema": schema });
    json!({
        "RequestId": header(schema::told("The id of the request, for the logs and for whoever helps.")),
        "RateLimitLimit": header(schema::count("How many requests fit in a minute.")),
        "RateLimitRemaining": header(schema::count("How many are left.")),
        "RateLimitReset": header(schema::count("When all of them are left again, in unix seconds.")),
        "RetryAfter": header(schema::count("How many seconds to wait.")),
        "WwwAuthenticate": header(schema::told("What to present (RFC 6750).")),
    })
}

/// What every failure looks like.
fn error() -> Value {
    let details = json!({
        "type": "object",
        "description": "Facts about it: `fields` names what is wrong with each field, `reason` is a word for programs.",
    });
    let told = schema::object(&[
        ("code", json!({ "type": "string", "pattern": "^[A-Z]+_[0-9]{3}$", "description": "A word that never changes." })),
        ("message", schema::told("What is wrong.")),
        ("details", details),
        ("fix", schema::told("What to do next.")),
    ]);
    let meta = schema::object(&[
        ("requestId", schema::told("The id of the request.")),
        ("timestamp", schema::time("When it was answered.")),
    ]);
    schema::object(&[("error", told), ("meta", meta)])
}
