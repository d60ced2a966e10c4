//! What an app gets for a person's yes: the grant types `authorization_code` and `device_code`.

use actix_web::HttpRequest;

use super::client::{Client, client_of};
use super::error::{OAuthError, Problem};
use super::form::OAuthForm;
use crate::app::App;
use crate::base::id::ClientId;
use crate::domain::clients::device::NotApproved;
use crate::domain::grants::{self, CodePresented, DeviceError, RedeemError, Tokens};
use crate::http::edge::origin_of;

/// `POST /oauth2/token` with a code of RFC 6749 section 4.1.
pub(super) async fn authorization_code(request: &HttpRequest, app: &App, form: &OAuthForm) -> Result<Tokens, OAuthError> {
    let client = app_of(request, app, form).await?;
    let (code, redirect_uri) = (form.need("code")?, form.need("redirect_uri")?);
    let presented = CodePresented { code, client, redirect_uri, verifier: form.need("code_verifier")? };
    grants::redeem_code(&app.ctx, presented, &origin_of(request)).await.map_err(|error| match error {
        RedeemError::Invalid => {
            OAuthError::new(Problem::InvalidGrant, "The code is not good, or not for this. Ask the person again.")
        }
        RedeemError::TooManyUnknown(exhausted) => exhausted.into(),
        RedeemError::Unexpected(error) => error.into(),
    })
}

/// The same with a code of RFC 8628.
pub(super) async fn device_code(request: &HttpRequest, app: &App, form: &OAuthForm) -> Result<Tokens, OAuthError> {
    let client = app_of(request, app, form).await?;
    let device_code = form.need("device_code")?;
    grants::redeem_device(&app.ctx, client, device_code, &origin_of(request)).await.map_err(|error| match error {
        DeviceError::NotApproved(why) => not_approved(why),
        DeviceError::TooManyUnknown(exhausted) => exhausted.into(),
        DeviceError::Unexpected(error) => error.into(),
    })
}

fn not_approved(why: NotApproved) -> OAuthError {
    match why {
        NotApproved::Wrong => OAuthError::new(Problem::InvalidGrant, "The device code is not good. Begin again."),
        NotApproved::Pending => OAuthError::new(Problem::AuthorizationPending, "Nobody has decided yet. Ask again later."),
        NotApproved::SlowDown => OAuthError::new(Problem::SlowDown, "Wait five seconds longer between two questions."),
        NotApproved::Denied => OAuthError::new(Problem::AccessDenied, "The person said no."),
        NotApproved::Expired => OAuthError::new(Problem::ExpiredToken, "Nobody decided in time. Begin again."),
    }
}

/// The app that asks: a service account has a secret of its own, and no people to ask.
async fn app_of(request: &HttpRequest, app: &App, form: &OAuthForm) -> Result<ClientId, OAuthError> {
    match client_of(app, request, form).await? {
        Client::App(id) => Ok(id),
        Client::Unnamed => Err(OAuthError::new(Problem::InvalidRequest, "The parameter client_id is missing.")),
        Client::Service(_) => Err(OAuthError::new(Problem::UnauthorizedClient, "Only apps ask people for tokens.")),
    }
}
