//! `POST /oauth2/revoke`: a token that its holder does not need any more (RFC 7009).
//!
//! The answer is 200 whatever becomes of it: of what is unknown, ended already or somebody else's nobody learns. The hint
//! is only a hint, and is not read.
//!
//! | presented | by whom | what ends |
//! |---|---|---|
//! | a refresh token, an access token of a grant | the app that holds it; a program without a name, if no app does | the grant, with all its tokens |
//! | a session token | a program without a name | the session |
//! | a secret of a service account, a token that it bought | this service account | the service account; that token |
//! | a personal token, a token that it bought or that was derived | a program without a name | the personal token; that token |

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::client::{Client, client_of};
use super::error::OAuthError;
use super::form::OAuthForm;
use crate::app::App;
use crate::base::id::{ClientId, SessionId};
use crate::base::net::Origin;
use crate::db;
use crate::domain::Ctx;
use crate::domain::credentials::{self, Demand, Granted, Kind, RevokeError, Unverified};
use crate::domain::grants::{self, Presenter};
use crate::domain::sessions;
use crate::domain::signing::{self, Class, MeantFor};
use crate::http::edge::origin_of;

/// The handler.
///
/// # Errors
/// When the client is not who it says it is, or the database did not do it.
pub async fn revoke(request: HttpRequest, app: Data<App>, form: OAuthForm) -> Result<HttpResponse, OAuthError> {
    let (ctx, origin) = (&app.ctx, origin_of(&request));
    let client = client_of(&app, &request, &form).await?;
    let token = form.need("token")?;
    match &client {
        Client::App(id) => grants::revoke(ctx, token, Presenter::App(*id), &origin).await?,
        Client::Unnamed => grants::revoke(ctx, token, Presenter::Unnamed, &origin).await?,
        Client::Service(_) => {}
    }
    if let Client::Unnamed = client {
        sessions::give_up(ctx, token, &origin).await?;
    }
    let demand = Demand { cost: 0, ..Demand::default() };
    match credentials::verify(ctx, None, token, &demand, &origin, Some(origin.address)).await {
        Ok(granted) => end(ctx, &client, token, &granted, &origin).await?,
        Err(Unverified::Refused { .. }) => {}
        Err(Unverified::Stale(stale)) => return Err(stale.into()),
        Err(Unverified::Unexpected(error)) => return Err(error.into()),
    }
    Ok(HttpResponse::Ok().finish())
}

/// Ends what is the client's own, and nothing else.
async fn end(ctx: &Ctx, client: &Client, token: &str, granted: &Granted, origin: &Origin) -> Result<(), OAuthError> {
    if let (Some(session), Some(account)) = (granted.ends_grant(), granted.account()) {
        if holds(ctx, client, token, session).await {
            sessions::end_grant(ctx, account, session, origin).await?;
        }
        return Ok(());
    }
    let own = match client {
        Client::Service(service) => service.credential() == granted.credential(),
        Client::Unnamed => granted.kind() == Kind::Personal,
        Client::App(_) => false,
    };
    if !own {
        return Ok(());
    }
    match credentials::revoke_presented(ctx, granted, origin).await {
        Ok(()) | Err(RevokeError::NotFound) => Ok(()),
        Err(RevokeError::Unexpected(error)) => Err(db::Error::into(error)),
    }
}

/// Whether a client holds the grant that an access token is of: the token says whose it is.
async fn holds(ctx: &Ctx, client: &Client, token: &str, session: SessionId) -> bool {
    let claims = signing::read(ctx, Class::Access, token, MeantFor::Anybody).await;
    let Ok(claims) = claims else { return false };
    let holder: Option<ClientId> = claims.client.parse().ok();
    match client {
        Client::App(id) => holder == Some(*id) && claims.session == signing::Sid::Session(session),
        Client::Unnamed => holder.is_none(),
        Client::Service(_) => false,
    }
}
