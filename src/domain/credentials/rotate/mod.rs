//! A new secret for a token that stays what it is. The old one ends at once, or after an overlap in which both are
//! good, so that whatever uses it can be changed without a gap.

pub(super) mod store;

use serde_json::json;

use super::change::{self, ChangeError, Changed};
use super::credential::Kind;
use super::detail::{self, Detail};
use super::store::{NewSecret, insert_secret};
use crate::base::id::{CredentialId, SecretId};
use crate::base::secret::PlainSecret;
use crate::base::text::Label;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Error, Tx};
use crate::domain::Ctx;
use crate::domain::access::{self, Forbidden};
use crate::domain::accounts::{Confirmed, Person};
use crate::domain::audit::Action;
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};
use crate::domain::repeats::{self, NotDone, Repeat};

/// How long the old secret stays good beside the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Overlap {
    /// Not at all.
    #[default]
    None,
    /// An hour.
    Hour,
    /// 24 hours.
    Day,
    /// Seven days.
    Week,
    /// As long as a program asks for, in seconds: seven days at the most.
    Seconds(u32),
}

impl Overlap {
    /// Those to choose from, shortest first.
    pub const ALL: &[Self] = &[Self::None, Self::Hour, Self::Day, Self::Week];

    /// The word in a form; empty for what no form offers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "now",
            Self::Hour => "1h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Seconds(_) => "",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|overlap| overlap.as_str() == word)
    }

    /// How long it is.
    pub fn span(self) -> Span {
        match self {
            Self::None => Span::ZERO,
            Self::Hour => Span::hours(1),
            Self::Day => Span::days(1),
            Self::Week => Span::days(7),
            Self::Seconds(seconds) => Span::seconds(seconds.into()),
        }
    }

    /// So many seconds; nothing for more than seven days.
    pub fn seconds(seconds: u32) -> Option<Self> {
        (i64::from(seconds) <= Self::Week.span().seconds_up()).then_some(Self::Seconds(seconds))
    }
}

/// How a person wants a token rotated.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// How long the old secret stays good.
    pub overlap: Overlap,
    /// The form's nonce: one form makes one secret, however often it is sent.
    pub nonce: String,
}

/// A token with a new secret, and the only value that holds it.
pub struct Rotated {
    /// The token as it was, with the secret that is the previous one now.
    pub token: Detail,
    /// Its new secret, to be shown once.
    pub secret: PlainSecret,
    /// The beginning of its new secret, to be shown from now on.
    pub prefix: String,
    /// The end of its new secret, likewise.
    pub last_four: String,
    /// Until when the old secret is good: the instant of the rotation if there is no overlap.
    pub old_ends_at: Timestamp,
}

/// Why no secret was made.
#[derive(Debug, thiserror::Error)]
pub enum RotateError {
    /// The policy does not allow the token any more.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// This form has made its secret.
    #[error("this form has already rotated its token")]
    AlreadyRotated(Box<Detail>),
    /// The token cannot be changed.
    #[error(transparent)]
    Unchanged(#[from] ChangeError),
}

impl From<db::Error> for RotateError {
    fn from(error: db::Error) -> Self {
        Self::Unchanged(error.into())
    }
}

/// Gives one of the person's tokens a new secret. What was good before ends: the newest when the overlap is over, and
/// never after the token itself, anything older at once.
///
/// # Errors
/// When a rule forbids it; then every secret stays as it was.
pub async fn rotate(ctx: &Ctx, by: &Confirmed, id: CredentialId, how: Rotation) -> Result<Rotated, RotateError> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    let rotated = rotate_in(&mut tx, ctx, by.person(), id, how).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(rotated)
}

/// The same for a request that may be sent again: with one key of that kind it makes one secret.
///
/// # Errors
/// When a rule forbids it, or an earlier request has rotated the token.
pub async fn rotate_once(
    ctx: &Ctx,
    by: &Confirmed,
    id: CredentialId,
    how: Rotation,
    repeat: Option<&Repeat>,
) -> Result<Rotated, NotDone<RotateError>> {
    let mut tx = ctx.db.write().await?;
    tx.alone().await?;
    repeats::claim_in(&mut tx, repeat, ctx.now()).await?;
    let rotated = rotate_in(&mut tx, ctx, by.person(), id, how).await.map_err(NotDone::Refused)?;
    repeats::note_in(&mut tx, repeat, id).await?;
    tx.commit().await?;
    ctx.mail.wake();
    Ok(rotated)
}

async fn rotate_in(tx: &mut Tx, ctx: &Ctx, by: &Person, id: CredentialId, how: Rotation) -> Result<Rotated, RotateError> {
    let now = ctx.now();
    let nonce = format!("{}/{}", by.id(), how.nonce);
    let token = change::living(tx, by.id(), id, now).await?;
    if let Some(made) = store::made_by_form(tx, by.id(), &nonce).await? {
        let made = detail::store::find(tx, by.id(), made).await?.ok_or(ChangeError::NotFound)?;
        return Err(RotateError::AlreadyRotated(Box::new(made)));
    }
    let policy = access::terms_in(tx).await?.policy;
    let owner = access::Owner::from(by.account()).with(token.summary.roles_there());
    policy.permits_use(owner, token.summary.created_at, token.summary.expires_at)?;
    let old_ends_at = token.summary.expires_at.map_or(now + how.overlap.span(), |end| end.min(now + how.overlap.span()));
    store::end_previous(tx, id, now).await?;
    if !store::end_current(tx, id, old_ends_at).await? {
        return Err(ChangeError::NotFound.into());
    }
    let format = ctx.verifier.format();
    let secret = format.generate(Kind::Personal, None, &ctx.rng);
    let hints = format.hints(&secret);
    let digest = ctx.keys.digest(secret.reveal());
    let new = NewSecret { id: SecretId::new(now, &ctx.rng), digest, hints: &hints, nonce: Some(&nonce) };
    insert_secret(tx, id, &new, now).await?;
    let details = json!({ "name": token.summary.name, "oldEndsAt": old_ends_at.rfc3339() });
    change::record(tx, ctx, by, Changed { id, action: Action::TokenRotated, details }).await?;
    let overlap = (old_ends_at > now).then_some(old_ends_at);
    tell(tx, ctx, by, &token, Told { prefix: hints.0.clone(), overlap }).await?;
    let (prefix, last_four) = hints;
    Ok(Rotated { token, secret, prefix, last_four, old_ends_at })
}

struct Told {
    prefix: String,
    overlap: Option<Timestamp>,
}

async fn tell(tx: &mut Tx, ctx: &Ctx, by: &Person, token: &Detail, told: Told) -> db::Result<()> {
    let message = Message::TokenRotated {
        name: by.account().name.clone(),
        token: token.summary.id.to_string(),
        token_name: Label::parse(&token.summary.name).map_err(|_| Error::corrupt("name"))?,
        token_prefix: told.prefix,
        old_ends_at: told.overlap,
        cause: Cause::new(ctx.now(), by.origin()),
    };
    ctx.post(tx, by.account(), &message, NOTICE_LIFE).await
}

/// Ends the overlap of a token at once: only its newest secret is good from the next request on. Without an overlap
/// it stays as it is.
///
/// # Errors
/// When it is not theirs, or has ended.
pub async fn end_overlap(ctx: &Ctx, by: &Person, id: CredentialId) -> Result<(), ChangeError> {
    let (mut tx, token) = change::open(ctx, by.id(), id).await?;
    if !store::end_previous(&mut tx, id, ctx.now()).await? {
        return Ok(());
    }
    let details = json!({ "name": token.summary.name });
    change::close(tx, ctx, by, Changed { id, action: Action::OverlapEnded, details }).await?;
    Ok(())
}
