//! An app asks a person, with a browser: the request, the decision, and the code that the decision becomes (RFC 6749
//! section 4.1, RFC 7636, RFC 9700 section 2.1).
//!
//! Where the answer may go is settled first. An app that there is not, or an address that is not its own, is told to the
//! person and to nobody else; everything that comes after is told to the app.

mod decide;
mod spend;
mod store;

use super::client::Client;
use super::read;
use crate::db::{self, Db};
use crate::domain::access::{self, Audiences, Catalogue, Holder, Scopes};
use crate::domain::accounts::Roles;

pub use decide::{AllowError, allow, deny};
pub(in crate::domain) use spend::{NotSpent, Presented, spend_in};

/// What an app sends along, as it came; what is empty counts as absent (RFC 6749 section 3.1).
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `client_id`
    pub client_id: Option<&'a str>,
    /// `redirect_uri`
    pub redirect_uri: Option<&'a str>,
    /// `response_type`
    pub response_type: Option<&'a str>,
    /// `response_mode`
    pub response_mode: Option<&'a str>,
    /// `scope`
    pub scope: Option<&'a str>,
    /// `code_challenge`
    pub challenge: Option<&'a str>,
    /// `code_challenge_method`
    pub challenge_method: Option<&'a str>,
    /// `audience`, or `resource` (RFC 8707)
    pub audience: Option<&'a str>,
}

/// A request that can be put to a person.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who asks.
    pub client: Client,
    /// Where the answer goes.
    pub redirect_uri: String,
    /// What it asks for, as far as the app may.
    pub scopes: Scopes,
    /// For whom its tokens are to be, beside Latchkey itself.
    pub audiences: Audiences,
    challenge: String,
}

/// Why a request is not put to a person.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// No app that there is and that may be used.
    #[error("there is no such app, or it is disabled")]
    UnknownClient,
    /// An address that is not the app's.
    #[error("the app is not registered for this redirect_uri")]
    UnknownRedirect,
    /// Something else, to be told to the app.
    #[error("{0}")]
    Wrong(Wrong),
    /// The database did not answer.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

/// What is wrong with a request, for the app (RFC 6749 section 4.1.2.1, RFC 8707 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// No `response_type`.
    #[error("response_type is missing")]
    NoResponseType,
    /// Another `response_type`.
    #[error("response_type must be code")]
    ResponseType,
    /// Another `response_mode`.
    #[error("response_mode must be query")]
    ResponseMode,
    /// No proof to come, or a weak one.
    #[error("PKCE is required: send code_challenge and code_challenge_method=S256 (RFC 7636)")]
    Challenge,
    /// A scope that cannot be, or none that the app may ask for.
    #[error("scope names nothing that this app may ask for")]
    Scope,
    /// Nobody that the app may have tokens for.
    #[error("this app may not have tokens for that audience")]
    Audience,
}

impl Wrong {
    /// The word for the app.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoResponseType | Self::ResponseMode | Self::Challenge => "invalid_request",
            Self::ResponseType => "unsupported_response_type",
            Self::Scope => "invalid_scope",
            Self::Audience => "invalid_target",
        }
    }
}

/// The app that asks, once it is certain that it is led back to an address of its own.
///
/// # Errors
/// [`CheckError::UnknownClient`] and [`CheckError::UnknownRedirect`]: then nothing may be sent to `redirect_uri`.
pub async fn asker(db: &Db, asked: &Asked<'_>) -> Result<Client, CheckError> {
    let id = asked.client_id.and_then(|id| id.parse().ok()).ok_or(CheckError::UnknownClient)?;
    let client = read::find(db, id).await?.ok_or(CheckError::UnknownClient)?;
    let led_back = asked.redirect_uri.is_some_and(|uri| client.is_led_to(uri));
    if led_back { Ok(client) } else { Err(CheckError::UnknownRedirect) }
}

/// The request, once it can be put to a person.
///
/// # Errors
/// What is wrong with it, and to whom that may be told.
pub async fn check(db: &Db, public_url: &str, asked: &Asked<'_>) -> Result<Request, CheckError> {
    let client = asker(db, asked).await?;
    let catalogue = access::catalogue(db).await?;
    read_request(client, &catalogue, public_url, asked).map_err(CheckError::Wrong)
}

fn read_request(client: Client, catalogue: &Catalogue, public_url: &str, asked: &Asked<'_>) -> Result<Request, Wrong> {
    match asked.response_type {
        None => return Err(Wrong::NoResponseType),
        Some("code") => {}
        Some(_) => return Err(Wrong::ResponseType),
    }
    if asked.response_mode.is_some_and(|mode| mode != "query") {
        return Err(Wrong::ResponseMode);
    }
    let challenge = asked.challenge.filter(|text| is_challenge(text)).filter(|_| asked.challenge_method == Some("S256"));
    let challenge = challenge.ok_or(Wrong::Challenge)?.to_owned();
    let scopes = asked_scopes(&client, catalogue, asked.scope).ok_or(Wrong::Scope)?;
    let audiences = asked_audiences(&client, public_url, asked.audience).ok_or(Wrong::Audience)?;
    let redirect_uri = asked.redirect_uri.unwrap_or_default().to_owned();
    Ok(Request { client, redirect_uri, scopes, audiences, challenge })
}

/// A SHA-256 in base64url, without padding.
fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// What of the scopes that are asked for the app may ask for; all of those if none is named. Nothing if nothing is left of
/// what was named, or it cannot be read.
pub(super) fn asked_scopes(client: &Client, catalogue: &Catalogue, asked: Option<&str>) -> Option<Scopes> {
    let known = |word: &str| client.facts.scopes.names().iter().any(|own| own.as_str() == word && catalogue.find(own).is_some());
    let Some(asked) = asked else { return Scopes::parse(client.facts.scopes.words().filter(|word| known(word))).ok() };
    let named = Scopes::parse(asked.split(' ').filter(|word| !word.is_empty())).ok()?;
    let scopes = Scopes::parse(named.words().filter(|word| known(word))).ok()?;
    (!scopes.names().is_empty()).then_some(scopes)
}

/// For whom tokens are to be: Latchkey itself if nobody is named.
pub(super) fn asked_audiences(client: &Client, public_url: &str, asked: Option<&str>) -> Option<Audiences> {
    let asked = asked.filter(|asked| *asked != public_url);
    let Some(asked) = asked else { return Some(Audiences::default()) };
    client.facts.audiences.words().any(|own| own == asked).then(|| Audiences::parse([asked]).ok())?
}

/// What of these scopes somebody can give now.
pub(super) fn given(catalogue: &Catalogue, scopes: &Scopes, roles: &Roles) -> Scopes {
    let holder = Holder::from(roles);
    let own: Vec<&str> = catalogue.open_to(holder).map(|scope| scope.name.as_str()).collect();
    Scopes::parse(scopes.words().filter(|word| own.contains(word))).unwrap_or_default()
}

impl Request {
    /// What of it this person can give now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn given_by(&self, db: &Db, roles: &Roles) -> db::Result<Scopes> {
        Ok(given(&access::catalogue(db).await?, &self.scopes, roles))
    }
}
