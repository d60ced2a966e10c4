//! From operations to routes.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::{Next, from_fn};
use actix_web::{Error, Scope, web};
use serde_json::Map;

use super::code::Code;
use super::envelope::ApiError;
use super::operation::Operation;
use crate::http::caller::presented;
use crate::http::cors;
use crate::http::extract::pairs;

/// Adds the routes of all operations to the scope: one resource for each path, so that another method is answered with 405
/// and what is allowed.
pub fn mount(operations: Vec<Operation>, mut scope: Scope) -> Scope {
    let mut rest = operations;
    while let Some(first) = rest.first() {
        let path = first.path;
        let (these, others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|operation| operation.path == path);
        rest = others;
        let mut resource = web::resource(path);
        let has_pages = these.iter().any(Operation::is_for_pages);
        for operation in these {
            let (known, is_open, for_pages) = (operation.queries(), operation.callers.is_empty(), operation.is_for_pages());
            for route in operation.routes {
                let known = known.clone();
                let checked = move |request, next| check_query(request, next, known.clone(), is_open);
                let route = route.wrap(from_fn(checked));
                resource = resource.route(if for_pages { route.wrap(from_fn(cors::tell)) } else { route });
            }
        }
        if has_pages {
            resource = resource.route(cors::preflight());
        }
        scope = scope.service(resource);
    }
    scope
}

/// Refuses a query parameter that nobody knows, by its name. Whoever presents no credential where one is needed is told
/// that first.
async fn check_query(
    request: ServiceRequest,
    next: Next<BoxBody>,
    known: Vec<&'static str>,
    is_open: bool,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let asked = pairs(request.query_string().as_bytes());
    let mut wrong = Map::new();
    for (at, (name, _)) in asked.iter().enumerate().take(100) {
        if !known.contains(&name.as_str()) {
            wrong.insert(name.chars().take(60).collect(), "is not a parameter of this request".into());
        } else if asked[..at].iter().any(|(earlier, _)| earlier == name) {
            wrong.insert(name.clone(), "is there twice".into());
        }
    }
    let silent = matches!(presented(request.headers()), Ok(None));
    if wrong.is_empty() || (silent && !is_open) {
        return next.call(request).await;
    }
    Ok(request.error_response(ApiError::fields(Code::Invalid, wrong)))
}
