//! The cookie of a session: actix-session carries it, signs it and renews it; what it means stands in the database.
//!
//! The cookie holds a random key, the database its digest. The store below only hands keys over: a key is made by
//! the verb that signs in, in the transaction that records it, and [`Visitor`](super::visitor::Visitor) asks the
//! database with each request whether it is still good. So nothing a cookie says is ever believed, and ending a
//! session is one row.

use actix_session::config::{BrowserSession, CookieContentSecurity, TtlExtensionPolicy};
use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_session::{Session, SessionMiddleware};
use actix_web::HttpResponse;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Key, SameSite};
use actix_web::web::Data;
use std::collections::HashMap;

use super::page::see_other;
use super::visitor::{forgotten_browser, marks_cookie};
use crate::app::App;
use crate::base::secret::PlainSecret;
use crate::domain::sessions::{self, Begun};

/// The one entry of a session's state: its key.
const KEY: &str = "key";

/// Hands session keys between the cookie and the database.
pub struct Store(Data<App>);

/// The cookie over HTTPS carries the `__Host-` prefix; on plain HTTP browsers would not take that.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-sid" } else { "sid" }
}

/// The middleware of the pages.
pub fn middleware(app: &Data<App>) -> SessionMiddleware<Store> {
    let https = app.public_url.is_https();
    SessionMiddleware::builder(Store(app.clone()), Key::from(app.ctx.keys.cookie()))
        .cookie_name(cookie_name(https).to_owned())
        .cookie_secure(https)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(BrowserSession::default().state_ttl_extension_policy(TtlExtensionPolicy::OnStateChanges))
        .build()
}

/// The key that the request's cookie carries, if any.
pub fn key_of(session: &Session) -> Option<String> {
    session.get::<String>(KEY).ok().flatten()
}

/// Gives the browser the key of a session that has just begun; the session it had before ends.
pub fn adopt(session: &Session, key: &PlainSecret) {
    session.clear();
    session.insert(KEY, key.reveal()).expect("a text is JSON");
    session.renew();
}

/// 303 to where somebody goes on whose session has just begun: with its cookie, and without the one that the forms of a
/// browser without a session were bound to.
pub fn enter(app: &App, session: &Session, begun: &Begun, location: &str) -> HttpResponse {
    let mut answer = see_other(location);
    give(app, session, begun, &mut answer);
    answer
}

/// Gives the browser a session that has just begun, with this answer.
pub fn give(app: &App, session: &Session, begun: &Begun, answer: &mut HttpResponse) {
    adopt(session, begun.key());
    if !begun.marks().is_empty() {
        answer.add_cookie(&marks_cookie(app, begun.marks())).expect("marks are letters and digits");
    }
    answer.add_cookie(&forgotten_browser(app)).expect("a cookie without a value is a header");
}

/// Takes the cookie away.
pub fn abandon(session: &Session) {
    session.purge();
}

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        let well_formed = key.as_ref().len() == 43 && key.as_ref().bytes().all(|b| b.is_ascii_alphanumeric());
        let state = || HashMap::from([(KEY.to_owned(), serde_json::Value::from(key.as_ref()).to_string())]);
        Ok(well_formed.then(state))
    }

    async fn save(&self, state: HashMap<String, String>, _: &Duration) -> Result<SessionKey, SaveError> {
        let key = state.get(KEY).and_then(|json| serde_json::from_str::<String>(json).ok()).unwrap_or_default();
        key.try_into().map_err(|error| SaveError::Other(anyhow::Error::new(error)))
    }

    /// A session's state never changes: whatever changes about it is a new session or a row.
    async fn update(&self, _: SessionKey, _: HashMap<String, String>, _: &Duration) -> Result<SessionKey, UpdateError> {
        Err(UpdateError::Other(anyhow::anyhow!("the state of a session does not change")))
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(sessions::end_by_key(&self.0.ctx, key.as_ref()).await?)
    }
}
