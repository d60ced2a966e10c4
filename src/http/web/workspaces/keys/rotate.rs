//! `/w/{slug}/keys/{id}/rotate`: a new secret for a key, and how long the old one goes on working.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use askama_web::WebTemplate;

use super::create::already;
use super::created::KeyCreatedPage;
use super::{KeyRow, address_of, environment, id_in, kind};
use crate::app::App;
use crate::base::id::CredentialId;
use crate::domain::credentials::keys::{self, KeyManager, KeyRotation, RotateKeyError, RotatedKey};
use crate::domain::credentials::{Overlap, Spelling};
use crate::domain::workspaces::{Member, Right};
use crate::http::web::chrome::Chrome;
use crate::http::web::form::Problems;
use crate::http::web::outcome::WebError;
use crate::http::web::page::{Answer, Page as _};
use crate::http::web::tokens::created::Story;
use crate::http::web::tokens::draft::read_nonce;
use crate::http::web::tokens::list::TokenRow;
use crate::http::web::tokens::rotate::{OverlapChoice, choices};
use crate::http::web::tokens::row::{places, shown, words};
use crate::http::web::workspaces::WorkspaceView;
use crate::http::web::workspaces::within::{ConfirmedInWorkspace, InWorkspace};

/// "Rotate *Build*".
#[derive(Template, WebTemplate)]
#[template(path = "pages/keys/rotate.html")]
pub struct RotateKeyPage {
    /// What stands around it.
    pub chrome: Chrome,
    /// Which workspace.
    pub of: WorkspaceView,
    /// What is wrong with what was sent.
    pub problems: Problems,
    /// The key.
    pub token: TokenRow,
    /// When the old secret may end.
    pub ends: Vec<OverlapChoice>,
    /// What makes sure that sending the form twice rotates once.
    pub nonce: String,
}

/// `GET /w/{slug}/keys/{id}/rotate`. One that has ended is shown on its page.
///
/// # Errors
/// 403 for members who may not; 404 for one of another workspace, as for one that does not exist.
pub async fn show(app: Data<App>, me: InWorkspace, request: HttpRequest) -> Answer {
    me.require(Right::ManageKeys)?;
    let form = (me.nonce(), Problems::none());
    page(&app, (me.chrome(), me.view()), me.member(), id_in(&request)?, form).await?.ok()
}

/// `POST /w/{slug}/keys/{id}/rotate`: answers with the new secret, once.
///
/// # Errors
/// When the form is none of ours; 404 as above.
pub async fn rotate(app: Data<App>, me: ConfirmedInWorkspace, request: HttpRequest) -> Answer {
    let (id, by) = (id_in(&request)?, KeyManager::Member(me.member()));
    // What is not there is not there, whatever the form says of it.
    keys::find(&app.ctx, by, id).await?;
    let nonce = read_nonce(me.form().text("nonce"))?;
    let Some(overlap) = Overlap::parse(me.form().text("overlap")) else {
        let form = (nonce, Problems::one("overlap", "Choose when the old secret ends."));
        return page(&app, (me.chrome(), me.view()), me.member(), id, form).await?.unprocessable();
    };
    let how = KeyRotation { grace: overlap.into(), spelling: Spelling::Native, nonce: Some(nonce) };
    match keys::rotate(&app.ctx, by, id, how).await {
        Ok(rotated) => reveal(&app, &me, &rotated),
        Err(RotateKeyError::AlreadyRotated(made)) => already(&me, "rotated", &made),
        Err(RotateKeyError::Ended) => Err(WebError::see_other(address_of(me.member(), id))),
        Err(RotateKeyError::Manager(error)) => Err(error.into()),
    }
}

async fn page(
    app: &App,
    (chrome, of): (Chrome, WorkspaceView),
    member: &Member,
    id: CredentialId,
    (nonce, problems): (String, Problems),
) -> Result<RotateKeyPage, WebError> {
    let key = keys::find(&app.ctx, KeyManager::Member(member), id).await?;
    if !key.is_living(chrome.now) {
        return Err(WebError::see_other(address_of(member, id)));
    }
    let KeyRow { token, .. } = KeyRow::of(&key, chrome.now);
    let ends = choices(Overlap::default(), token.expires, chrome.now);
    Ok(RotateKeyPage { chrome, of, problems, token, ends, nonce })
}

/// Rendered straight from the verb's outcome, which goes out of existence with this answer.
fn reveal(app: &App, me: &ConfirmedInWorkspace, rotated: &RotatedKey) -> Answer {
    let (chrome, key) = (me.chrome(), &rotated.key);
    let summary = &key.detail.summary;
    KeyCreatedPage {
        of: me.view(),
        story: Story::Rotated {
            old: shown(&summary.prefix, &summary.last_four),
            until: Some(rotated.old_ends_at).filter(|end| *end > chrome.now),
        },
        id: summary.id.to_string(),
        name: summary.name.clone(),
        kind: kind(key.kind),
        environment: environment(key.environment),
        secret: rotated.secret.reveal(),
        shown: shown(&rotated.prefix, &rotated.last_four),
        scopes: words(summary.scopes.as_ref()),
        allowed_from: places(key.detail.allowed_addresses.as_ref()),
        origins: key.origins.iter().flat_map(|list| list.words()).map(str::to_owned).collect(),
        expires: summary.expires_at,
        base_url: app.ctx.settings.public_url.clone(),
        chrome,
    }
    .ok()
}
