//! Single-use links: a secret that goes out by mail (or to the console) and comes back once.
//!
//! The row holds a random seed and a digest. The secret is derived from the seed under the master key, so the outbox
//! can write the mail, and write it again after a failure, without the secret ever being in the database.

mod store;

pub(in crate::domain) use self::store::OpenLink;

use crate::base::id::{AccountId, LinkId};
use crate::base::secret::{PlainSecret, base62_of_32, hex};
use crate::base::text::EmailAddress;
use crate::base::time::{Span, Timestamp};
use crate::db::{Cx, Result, Tx};
use crate::domain::Ctx;

/// How long the code beside a confirmation can be used: six digits can be guessed, so they live short (OWASP ASVS
/// 6.5.5).
pub(super) const CODE_LIFE: Span = Span::minutes(10);
/// How many wrong codes end a link.
const WRONG_CODES: i64 = 5;

/// How long links that cannot be used any more stay in the database.
const KEPT: Span = Span::days(30);

/// Deletes links that could not be used any more a month ago. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep_links(ctx: &Ctx) -> Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::domain) enum Purpose {
    /// To confirm an address.
    Verify,
    /// To make the first administrator.
    SetUp,
    /// To choose a new password.
    Recover,
    /// To set up an account that an administrator made.
    Invite,
    /// To confirm the address that an account is to have.
    ChangeEmail,
    /// To put the address back that an account had.
    UndoEmail,
}

impl Purpose {
    /// The word in the database.
    fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::SetUp => "setup",
            Self::Recover => "recover",
            Self::Invite => "invite",
            Self::ChangeEmail => "change_email",
            Self::UndoEmail => "undo_email",
        }
    }

    /// How long a link can be used.
    pub(in crate::domain) const fn life(self) -> Span {
        match self {
            Self::Verify => Span::hours(24),
            Self::SetUp => Span::hours(1),
            Self::Recover => Span::minutes(30),
            Self::Invite | Self::UndoEmail => Span::hours(72),
            Self::ChangeEmail => Span::hours(2),
        }
    }
}

/// Whom a link is for.
#[derive(Clone, Copy)]
pub(in crate::domain) struct To<'a> {
    /// The account it is about.
    pub account: AccountId,
    /// Where it goes.
    pub email: &'a EmailAddress,
    /// The administrator who wants it, if one does.
    pub by: Option<AccountId>,
}

/// A link before it is kept.
struct Link {
    id: LinkId,
    purpose: Purpose,
    account: Option<AccountId>,
    email: Option<EmailAddress>,
    by: Option<AccountId>,
    seed: String,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// The secret of a link as somebody presents it: 43 characters, nothing else.
pub struct LinkSecret(PlainSecret);

impl LinkSecret {
    /// Reads what stands in the URL; nothing if no link can look like that.
    pub fn parse(text: &str) -> Option<Self> {
        let whole = text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric());
        whole.then(|| Self(PlainSecret::new(text.to_owned())))
    }

    /// The text, to put it into the form that uses it.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// Makes a link and ends older ones of the same purpose. Returns its seed, for the mail.
pub(in crate::domain) async fn issue_in(tx: &mut Tx, ctx: &Ctx, purpose: Purpose, to: Option<To<'_>>) -> Result<String> {
    let now = ctx.now();
    let account = to.map(|to| to.account);
    // Whoever took an account over and changed its address twice must not end the first owner's way back.
    let only_to = to.map(|to| to.email).filter(|_| purpose == Purpose::UndoEmail);
    store::void(tx, purpose, account, only_to, now).await?;
    let seed = hex(&ctx.rng.bytes32());
    let link = Link {
        id: LinkId::new(now, &ctx.rng),
        purpose,
        account,
        email: to.map(|to| to.email.clone()),
        by: to.and_then(|to| to.by),
        seed,
        created_at: now,
        expires_at: now + purpose.life(),
    };
    store::insert(tx, &link, &ctx.keys.digest(secret_of(ctx, &link.seed).reveal())).await?;
    Ok(link.seed)
}

/// The secret that belongs to a seed.
pub(in crate::domain) fn secret_of(ctx: &Ctx, seed: &str) -> LinkSecret {
    LinkSecret(PlainSecret::new(base62_of_32(&ctx.keys.link_secret(seed))))
}

/// The open link with this secret, if it is for this.
pub(in crate::domain) async fn open_in(
    cx: &mut Cx,
    ctx: &Ctx,
    purpose: Purpose,
    secret: &LinkSecret,
) -> Result<Option<OpenLink>> {
    store::by_digest(cx, purpose, &ctx.keys.digest(secret.reveal()), ctx.now()).await
}

/// The newest open link of an account, if it was made within `age`.
pub(in crate::domain) async fn newest_in(
    cx: &mut Cx,
    ctx: &Ctx,
    purpose: Purpose,
    account: AccountId,
    age: Span,
) -> Result<Option<OpenLink>> {
    store::newest(cx, purpose, account, ctx.now() - age, ctx.now()).await
}

/// Uses a link up; false if somebody was faster.
pub(in crate::domain) async fn use_in(tx: &mut Tx, ctx: &Ctx, link: &OpenLink) -> Result<bool> {
    store::use_up(tx, link.id, ctx.now()).await
}

/// Ends every unused link of an account but those that bring its old address back: they are its owner's last resort.
pub(in crate::domain) async fn end_all_in(tx: &mut Tx, ctx: &Ctx, account: AccountId) -> Result<u64> {
    store::void_all(tx, account, Some(Purpose::UndoEmail), ctx.now()).await
}

/// Ends every unused link of an account.
pub(in crate::domain) async fn end_really_all_in(tx: &mut Tx, ctx: &Ctx, account: AccountId) -> Result<u64> {
    store::void_all(tx, account, None, ctx.now()).await
}

/// How many links for a purpose an account was sent since then because somebody asked, administrators aside.
pub(in crate::domain) async fn asked_since_in(
    cx: &mut Cx,
    purpose: Purpose,
    account: AccountId,
    since: Timestamp,
) -> Result<i64> {
    store::count_asked(cx, purpose, account, since).await
}

/// Counts a wrong code against the link.
pub(super) async fn wrong_code_in(tx: &mut Tx, ctx: &Ctx, link: &OpenLink) -> Result<()> {
    store::count_wrong_code(tx, link.id, WRONG_CODES, ctx.now()).await
}

/// A link that makes the first administrator. Returns the secret, for the console.
pub(in crate::domain) async fn issue_setup_in(tx: &mut Tx, ctx: &Ctx) -> Result<LinkSecret> {
    let seed = issue_in(tx, ctx, Purpose::SetUp, None).await?;
    Ok(secret_of(ctx, &seed))
}

/// Until when this link sets up the first administrator; nothing if it does not any more.
pub(in crate::domain) async fn setup_open_until(cx: &mut Cx, ctx: &Ctx, secret: &LinkSecret) -> Result<Option<Timestamp>> {
    let link = open_in(cx, ctx, Purpose::SetUp, secret).await?;
    Ok(link.map(|link| link.expires_at))
}

/// Uses up the link that sets up the first administrator; false if it is not open any more.
pub(in crate::domain) async fn consume_setup_in(tx: &mut Tx, ctx: &Ctx, secret: &LinkSecret) -> Result<bool> {
    match open_in(tx, ctx, Purpose::SetUp, secret).await? {
        Some(link) => use_in(tx, ctx, &link).await,
        None => Ok(false),
    }
}
