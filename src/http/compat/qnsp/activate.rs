//! `POST /billing/v1/sdk/activate`: what an SDK may use, and a token that stands for the key.

use actix_web::dev::Payload;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig, resource};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::answer::{self, DoorError};
use super::body::Asked;
use crate::app::App;
use crate::domain::grants::{self, ActivateError};
use crate::domain::workspaces::plans::{Feature, PlanTerms};
use crate::http::api::Code;
use crate::http::caller::Caller;
use crate::http::compat::sentence;

/// What there is of `/billing`.
pub fn billing(config: &mut ServiceConfig) {
    let billing = web::scope("/billing")
        .wrap(from_fn(answer::present))
        .service(resource("/v1/sdk/activate").post(activate))
        .default_service(web::to(answer::not_found));
    config.service(billing);
}

/// The longest name of an SDK, of its version and of what it runs on, in characters.
const NAME: usize = 200;

/// Whoever wants to activate an SDK.
pub struct Activating(Caller);

impl FromRequest for Activating {
    type Error = DoorError;
    type Future = LocalBoxFuture<'static, Result<Self, DoorError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        Box::pin(async move { caller.await.map(Self).map_err(|error| DoorError::from(error).of_activation()) })
    }
}

/// `POST /billing/v1/sdk/activate`. What the SDK says of itself has to be there, and is not kept.
///
/// # Errors
/// `{activated: false, error, code}` for everything that lies with the key; as at all of this door for the rest.
pub async fn activate(app: Data<App>, asked: Asked<Activating>) -> Result<HttpResponse, DoorError> {
    let Asked(Activating(caller), body) = asked;
    for name in ["sdkId", "sdkVersion", "runtime"] {
        body.short_text(name, NAME)?;
    }
    let now = app.ctx.now();
    let active = grants::activate(&app.ctx, &caller.granted).await.map_err(inactive)?;
    Ok(HttpResponse::Ok().json(json!({
        "activated": true,
        "tenantId": active.workspace.uuid().to_string(),
        "tier": active.plan.as_str(),
        "limits": limits(&active.terms),
        "activationToken": active.tokens.access.reveal(),
        "expiresInSeconds": active.tokens.life.seconds_up(),
        "activatedAt": now,
    })))
}

/// `apiCalls` is what the limiter holds the workspace to: requests a minute.
fn limits(terms: &PlanTerms) -> Value {
    let included = |feature| terms.entitlements.include(feature);
    json!({
        "storageGB": terms.entitlements.storage_gb(),
        "apiCalls": terms.rate.count(),
        "enclavesEnabled": included(Feature::Enclaves),
        "aiTrainingEnabled": included(Feature::AiTraining),
        "aiInferenceEnabled": included(Feature::AiInference),
        "sseEnabled": included(Feature::Sse),
        "vaultEnabled": included(Feature::Vault),
    })
}

fn inactive(error: ActivateError) -> DoorError {
    let (code, why) = match error {
        ActivateError::Unexpected(error) => return DoorError::from(error).of_activation(),
        ActivateError::Suspended => (Code::Suspended, sentence(&error)),
        ActivateError::Homeless | ActivateError::Publishable | ActivateError::Plan(_) => (Code::NotAllowed, sentence(&error)),
    };
    let inactive = DoorError::from(code).of_activation().told(why);
    if matches!(error, ActivateError::Plan(_)) { inactive.named("TIER_INSUFFICIENT") } else { inactive }
}
