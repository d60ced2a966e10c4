//! Tokens: what they say, and reading them.
//!
//! The claims are those of RFC 9068 §2.2. `scope` is there when the token is for less than everything that whoever it acts
//! for may do, and left out when nothing was narrowed: a list that says "everything" could be read as one that grants it.
//! `nbf` is left out, for a token is good from the instant at which it is made; `iat` says so.
//!
//! That a token is signed and in its time says that we made it. Whether it is still good is asked of what it lives by.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::keyring::{self, Key, Published, Ring};
use super::{LEEWAY, LONGEST_LIFE, rotate};
use crate::base::id::{SecretId, SessionId, WorkspaceId};
use crate::base::jwt::{self, NoToken, Unchecked};
use crate::base::time::Timestamp;
use crate::db::{self, Error};
use crate::domain::Ctx;

/// The client of a token that no app asked for: a program that signed in by password.
pub const FIRST_PARTY: &str = "first-party";

/// What a token is for. One class is never taken for the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// An access token (RFC 9068).
    Access,
    /// A session of a person who signed in by password.
    Session,
}

impl Class {
    /// Both.
    pub const ALL: &[Self] = &[Self::Access, Self::Session];

    /// The word in the header.
    pub fn typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Session => "session+jwt",
        }
    }
}

/// What a token lives by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sid {
    /// A session of a person, or a grant.
    Session(SessionId),
    /// A secret of a credential, which bought the token.
    Secret(SecretId),
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(id) => id.fmt(f),
            Self::Secret(id) => id.fmt(f),
        }
    }
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: whom it acts for.
    pub subject: String,
    /// `aud`: who may accept it.
    pub audiences: Vec<String>,
    /// `exp`, to the second.
    pub expires_at: Timestamp,
    /// `iat`, to the second.
    pub issued_at: Timestamp,
    /// `jti`: which one it is.
    pub id: String,
    /// `client_id`: what it was given to.
    pub client: String,
    /// `scope`: scopes with spaces between them; nothing when nothing was narrowed.
    pub scope: Option<String>,
    /// `sid`: what it lives by.
    pub session: Sid,
    /// `tenant_id`: the workspace that it acts in.
    pub workspace: Option<WorkspaceId>,
    /// `roles`, as they were when it was made.
    pub roles: Vec<String>,
    /// `act.sub`: who acts, if that is somebody else than the subject (RFC 8693 §4.1).
    pub actor: Option<String>,
}

/// Whom a token has to be meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeantFor {
    /// Us: its audiences name this service.
    Us,
    /// Anybody: somebody else asks about it.
    Anybody,
}

/// Why a token says nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is none of ours, of another class, meant for somebody else, or its time is over.
    #[error("the token is not good")]
    NotGood,
    /// Nobody can say now.
    #[error(transparent)]
    Unexpected(#[from] db::Error),
}

impl From<NoToken> for ReadError {
    fn from(_: NoToken) -> Self {
        Self::NotGood
    }
}

/// The key that signs now.
pub struct Signer {
    ring: Arc<Ring>,
    issuer: String,
    now: Timestamp,
}

impl Signer {
    fn key(&self) -> Option<&Key> {
        self.ring.signing(self.now)
    }

    /// Signs a token.
    ///
    /// # Panics
    /// When it is to live longer than any token may: keys are gone by then.
    pub fn sign(&self, class: Class, claims: &Claims) -> String {
        assert!(claims.expires_at <= claims.issued_at + LONGEST_LIFE, "no token lives longer than its key is published");
        let key = self.key().expect("a signer is made with a key that signs");
        jwt::sign(&key.private, class.typ(), &key.kid, &claims.members(&self.issuer))
    }
}

/// The key that signs now. It waits for the database, so ask for it before a transaction begins.
///
/// # Errors
/// When the database does not answer, or holds a key that is not ours.
pub async fn signer(ctx: &Ctx) -> db::Result<Signer> {
    let (issuer, now) = (ctx.settings.public_url.clone(), ctx.now());
    let signer = Signer { ring: keyring::ring(ctx).await?, issuer: issuer.clone(), now };
    if signer.key().is_some() {
        return Ok(signer);
    }
    rotate::open(ctx).await?;
    let signer = Signer { ring: keyring::ring(ctx).await?, issuer, now };
    if signer.key().is_some() { Ok(signer) } else { Err(Error::corrupt("signing key")) }
}

/// The key of this name, if tokens that it signed may live; without a name, the one that signs now.
///
/// # Errors
/// When the database does not answer, or holds a key that is not ours.
pub async fn public_key(ctx: &Ctx, kid: Option<&str>) -> db::Result<Option<Published>> {
    match kid {
        Some(kid) => Ok(keyring::ring_with(ctx, kid).await?.named(kid, ctx.now()).map(Key::published)),
        None => Ok(signer(ctx).await?.key().map(Key::published)),
    }
}

/// Signs a token. Outside a transaction; inside one, ask for a [`signer`] before.
///
/// # Errors
/// When the database does not answer, or holds a key that is not ours.
pub async fn sign(ctx: &Ctx, class: Class, claims: &Claims) -> db::Result<String> {
    Ok(signer(ctx).await?.sign(class, claims))
}

/// Whether a text says that it speaks for a person as a session does, and not for what a credential may do. Nobody has
/// checked that: it only says which of the two is to check it.
pub fn claims_a_person(text: &str) -> bool {
    let Ok(token) = Unchecked::parse(text) else { return false };
    if token.typ() == Class::Session.typ() {
        return true;
    }
    let says = token.says().unwrap_or_default();
    let of_session = says.get("sid").and_then(Value::as_str).is_some_and(|id| id.starts_with(SessionId::PREFIX));
    token.typ() == Class::Access.typ() && of_session && !says.contains_key("scope") && !says.contains_key("tenant_id")
}

/// Reads a token of this class: one that we signed, in its time.
///
/// # Errors
/// [`ReadError::NotGood`] for every reason that lies with the token.
pub async fn read(ctx: &Ctx, class: Class, text: &str, meant: MeantFor) -> Result<Claims, ReadError> {
    let token = Unchecked::parse(text)?;
    if token.typ() != class.typ() {
        return Err(ReadError::NotGood);
    }
    let ring = keyring::ring_with(ctx, token.kid()).await?;
    let now = ctx.now();
    let key = ring.named(token.kid(), now).ok_or(ReadError::NotGood)?;
    let members = token.check(&key.public)?;
    let ours = &ctx.settings.public_url;
    let claims = Claims::of(&members, ours, now).ok_or(ReadError::NotGood)?;
    let for_us = claims.audiences.iter().any(|audience| audience == ours);
    if meant == MeantFor::Us && !for_us { Err(ReadError::NotGood) } else { Ok(claims) }
}

impl Claims {
    fn members(&self, issuer: &str) -> Map<String, Value> {
        let audience = match self.audiences.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        let all = [
            ("iss", Some(json!(issuer))),
            ("sub", Some(json!(self.subject))),
            ("aud", Some(audience)),
            ("exp", Some(json!(self.expires_at.unix_seconds()))),
            ("iat", Some(json!(self.issued_at.unix_seconds()))),
            ("jti", Some(json!(self.id))),
            ("client_id", Some(json!(self.client))),
            ("scope", self.scope.as_ref().map(|scope| json!(scope))),
            ("sid", Some(json!(self.session.to_string()))),
            ("tenant_id", self.workspace.map(|id| json!(id))),
            ("roles", Some(json!(self.roles))),
            ("act", self.actor.as_ref().map(|actor| json!({ "sub": actor }))),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }

    /// What was signed, if it says everything and this is its time.
    fn of(members: &Map<String, Value>, issuer: &str, now: Timestamp) -> Option<Self> {
        let text = |name: &str| members.get(name)?.as_str().map(str::to_owned);
        let time =
            |name: &str| members.get(name)?.as_i64().map(|seconds| Timestamp::from_micros(seconds.saturating_mul(1_000_000)));
        let optional = |name: &str| members.get(name).map_or(Some(None), |value| value.as_str().map(str::to_owned).map(Some));
        let (expires_at, issued_at) = (time("exp")?, time("iat")?);
        let begins = if members.contains_key("nbf") { time("nbf")? } else { issued_at };
        if text("iss")? != issuer || expires_at <= now || issued_at.max(begins) > now + LEEWAY {
            return None;
        }
        let workspace = optional("tenant_id")?.map(|id| id.parse()).transpose().ok()?;
        let actor = members.get("act").map_or(Some(None), |act| act.get("sub")?.as_str().map(str::to_owned).map(Some))?;
        Some(Self {
            subject: text("sub")?,
            audiences: members.get("aud").and_then(|aud| aud.as_str().map(|one| vec![one.to_owned()]).or_else(|| words(aud)))?,
            expires_at,
            issued_at,
            id: text("jti")?,
            client: text("client_id")?,
            scope: optional("scope")?,
            session: sid(&text("sid")?)?,
            workspace,
            roles: words(members.get("roles")?)?,
            actor,
        })
    }
}

fn words(list: &Value) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}

fn sid(text: &str) -> Option<Sid> {
    let session = text.parse().map(Sid::Session);
    session.or_else(|_| text.parse().map(Sid::Secret)).ok()
}
