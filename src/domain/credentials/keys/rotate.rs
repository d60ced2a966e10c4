//! A new secret for a key that stays what it is.

use serde_json::json;

use super::detail;
use super::key::Key;
use super::manager::{KeyManager, Manager, NotManager};
use super::store;
use crate::base::id::{CredentialId, SecretId};
use crate::base::secret::PlainSecret;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Change, Tx};
use crate::domain::Ctx;
use crate::domain::audit::{self, Action, Event};
use crate::domain::credentials::format::Spelling;
use crate::domain::credentials::rotate::{Overlap, store as secrets};
use crate::domain::credentials::store::{NewSecret, insert_secret};
use crate::domain::credentials::told;
use crate::domain::mail::CredentialNews;
use crate::domain::repeats::{self, NotDone, Repeat};

/// How long the old secret stays good beside the new one: not at all, or up to seven days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace(Span);

impl Grace {
    /// Not at all.
    pub const NONE: Self = Self(Span::ZERO);
    /// At the most.
    pub const MOST: Span = Span::days(7);

    /// So many seconds; nothing for less than none, or more than seven days.
    pub fn seconds(seconds: i64) -> Option<Self> {
        (0..=Self::MOST.seconds_up()).contains(&seconds).then(|| Self(Span::seconds(seconds)))
    }
}

impl From<Overlap> for Grace {
    fn from(overlap: Overlap) -> Self {
        Self(overlap.span())
    }
}

/// How somebody wants a key rotated.
#[derive(Debug, Clone)]
pub struct KeyRotation {
    /// How long the old secret stays good.
    pub grace: Grace,
    /// How the new one is spelled.
    pub spelling: Spelling,
    /// The form's nonce, if a form does it: one form makes one secret, however often it is sent.
    pub nonce: Option<String>,
}

/// A key with a new secret, and the only value that holds it.
pub struct RotatedKey {
    /// The key as it was, with the secret that is the previous one now.
    pub key: Key,
    /// Its new secret, to be shown once.
    pub secret: PlainSecret,
    /// The beginning of its new secret, to be shown from now on.
    pub prefix: String,
    /// The end of its new secret, likewise.
    pub last_four: String,
    /// Until when the old secret is good: the instant of the rotation if it ended at once.
    pub old_ends_at: Timestamp,
}

/// Why no secret was made.
#[derive(Debug, thiserror::Error)]
pub enum RotateKeyError {
    /// They may not manage this key.
    #[error(transparent)]
    Manager(#[from] NotManager),
    /// The key is revoked or expired.
    #[error("this key has ended. Create a new one")]
    Ended,
    /// This form has made its secret.
    #[error("this form has already rotated its key")]
    AlreadyRotated(Box<Key>),
}

impl From<db::Error> for RotateKeyError {
    fn from(error: db::Error) -> Self {
        Self::Manager(error.into())
    }
}

/// Gives a key a new secret. What was good before ends: the newest when the grace is over, and never after the key
/// itself, anything older at once.
///
/// # Errors
/// When a rule forbids it; then every secret stays as it was.
pub async fn rotate(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId, how: KeyRotation) -> Result<RotatedKey, RotateKeyError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let rotated = rotate_in(&mut tx, ctx, by, id, how).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(rotated)
}

/// The same for a request that may be sent again: with one key of that kind it makes one secret.
///
/// # Errors
/// When a rule forbids it, or an earlier request has rotated the key.
pub async fn rotate_once(
    ctx: &Ctx,
    by: KeyManager<'_>,
    id: CredentialId,
    how: KeyRotation,
    repeat: Option<&Repeat>,
) -> Result<RotatedKey, NotDone<RotateKeyError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let rotated = rotate_in(&mut tx, ctx, by, id, how).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, id).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(rotated)
}

async fn rotate_in(
    tx: &mut Tx,
    ctx: &Ctx,
    by: KeyManager<'_>,
    id: CredentialId,
    how: KeyRotation,
) -> Result<RotatedKey, RotateKeyError> {
    let now = ctx.now();
    let (manager, key) = detail::managed(tx, ctx, by, id).await?;
    let nonce = how.nonce.map(|nonce| format!("{}/{nonce}", manager.workspace));
    if let Some(nonce) = &nonce
        && let Some(made) = store::rotated_by_form(tx, manager.workspace, nonce).await?
    {
        return Err(RotateKeyError::AlreadyRotated(Box::new(detail::held(tx, &manager, made).await?)));
    }
    if !key.is_living(now) {
        return Err(RotateKeyError::Ended);
    }
    let until = now + how.grace.0;
    let old_ends_at = key.detail.summary.expires_at.map_or(until, |end| end.min(until));
    secrets::end_previous(tx, id, now).await?;
    if !secrets::end_current(tx, id, old_ends_at).await? {
        return Err(RotateKeyError::Ended);
    }
    let format = ctx.verifier.format();
    let secret = format.spell(how.spelling, key.kind.kind(), Some(key.environment), &ctx.rng);
    let hints = format.hints(&secret);
    let digest = ctx.keys.digest(secret.reveal());
    let new = NewSecret { id: SecretId::new(now, &ctx.rng), digest, hints: &hints, nonce: nonce.as_deref() };
    insert_secret(tx, id, &new, now).await?;
    let details = json!({ "name": key.detail.summary.name, "oldEndsAt": old_ends_at.rfc3339() });
    record(tx, ctx, &manager, (id, Action::KeyRotated, details)).await?;
    let news = CredentialNews::Rotated { old_ends_at: (old_ends_at > now).then_some(old_ends_at) };
    told::tell(tx, ctx, &manager.tells(id, news)).await?;
    let (prefix, last_four) = hints;
    Ok(RotatedKey { key, secret, prefix, last_four, old_ends_at })
}

/// Ends the overlap of a key at once: only its newest secret is good from the next request on. Without an overlap it
/// stays as it is.
///
/// # Errors
/// When it is not theirs to manage.
pub async fn end_overlap(ctx: &Ctx, by: KeyManager<'_>, id: CredentialId) -> Result<(), NotManager> {
    let (mut tx, manager, key) = detail::open(ctx, by, id).await?;
    if !secrets::end_previous(&mut tx, id, ctx.now()).await? {
        return Ok(());
    }
    let details = json!({ "name": key.detail.summary.name });
    close(tx, ctx, &manager, (id, Action::KeyOverlapEnded, details)).await?;
    Ok(())
}

/// Ends a change of a key. Every process forgets what it knew of it.
pub(super) async fn close(
    mut tx: Tx,
    ctx: &Ctx,
    by: &Manager<'_>,
    changed: (CredentialId, Action, serde_json::Value),
) -> db::Result<()> {
    record(&mut tx, ctx, by, changed).await?;
    tx.commit().await
}

/// The same without the commit, for a change that has more to do.
async fn record(
    tx: &mut Tx,
    ctx: &Ctx,
    by: &Manager<'_>,
    (id, action, details): (CredentialId, Action, serde_json::Value),
) -> db::Result<()> {
    let now = ctx.now();
    tx.narrow(Change::Credential(id.to_db()), now).await?;
    let event = Event::done_in(by.actor, by.origin, action, by.workspace).of(id).with(details);
    audit::record(tx, ctx, now, event).await
}
