//! Single-use links: a secret that goes out by mail (or to the console) and comes back once.
//!
//! The row holds a random seed and a digest. The secret is derived from the seed under the master key, so the outbox
//! can write the mail, and write it again after a failure, without the secret ever being in the database.

use super::store::{self, OpenLink};
use crate::base::id::{AccountId, LinkId};
use crate::base::secret::{PlainSecret, base62_of_32, hex};
use crate::base::text::EmailAddress;
use crate::base::time::{Span, Timestamp};
use crate::db::{Cx, Result, Tx};
use crate::domain::Ctx;

/// How long a link that confirms an address can be used.
pub(super) const CONFIRMATION_LIFE: Span = Span::hours(24);
/// How long the code beside it can be used: six digits can be guessed, so they live short (OWASP ASVS 6.5.5).
pub(super) const CODE_LIFE: Span = Span::minutes(10);
/// How long the link that sets up the first administrator can be used.
const SETUP_LIFE: Span = Span::hours(1);
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
    let gone = store::sweep_links(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To confirm an address.
    Verify,
    /// To make the first administrator.
    SetUp,
}

impl Purpose {
    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::SetUp => "setup",
        }
    }
}

/// A link before it is kept.
pub(super) struct Link {
    pub id: LinkId,
    pub purpose: Purpose,
    pub account: Option<AccountId>,
    pub email: Option<EmailAddress>,
    pub seed: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
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

/// Makes a link and ends older ones of the same purpose. Returns its seed.
async fn issue_in(
    tx: &mut Tx,
    ctx: &Ctx,
    purpose: Purpose,
    to: Option<(AccountId, &EmailAddress)>,
    life: Span,
) -> Result<String> {
    let now = ctx.now();
    let account = to.map(|(id, _)| id);
    store::void_links(tx, purpose.as_str(), account, now).await?;
    let seed = hex(&ctx.rng.bytes32());
    let secret = base62_of_32(&ctx.keys.link_secret(&seed));
    let link = Link {
        id: LinkId::new(now, &ctx.rng),
        purpose,
        account,
        email: to.map(|(_, email)| email.clone()),
        seed,
        created_at: now,
        expires_at: now + life,
    };
    store::insert_link(tx, &link, &ctx.keys.digest(&secret)).await?;
    Ok(link.seed)
}

/// A link that confirms this account's address. Returns the seed, for the mail.
pub(super) async fn issue_confirmation_in(tx: &mut Tx, ctx: &Ctx, account: AccountId, email: &EmailAddress) -> Result<String> {
    issue_in(tx, ctx, Purpose::Verify, Some((account, email)), CONFIRMATION_LIFE).await
}

/// A link that makes the first administrator. Returns the secret, for the console.
pub(in crate::domain) async fn issue_setup_in(tx: &mut Tx, ctx: &Ctx) -> Result<LinkSecret> {
    let seed = issue_in(tx, ctx, Purpose::SetUp, None, SETUP_LIFE).await?;
    Ok(LinkSecret(PlainSecret::new(base62_of_32(&ctx.keys.link_secret(&seed)))))
}

/// Until when this link sets up the first administrator; nothing if it does not any more.
pub(in crate::domain) async fn setup_open_until(cx: &mut Cx, ctx: &Ctx, secret: &LinkSecret) -> Result<Option<Timestamp>> {
    let digest = ctx.keys.digest(secret.reveal());
    let link = store::open_link(cx, Purpose::SetUp.as_str(), &digest, ctx.now()).await?;
    Ok(link.map(|link| link.expires_at))
}

/// Uses up the link that sets up the first administrator; false if it is not open any more.
pub(in crate::domain) async fn consume_setup_in(tx: &mut Tx, ctx: &Ctx, secret: &LinkSecret) -> Result<bool> {
    let digest = ctx.keys.digest(secret.reveal());
    match store::open_link(tx, Purpose::SetUp.as_str(), &digest, ctx.now()).await? {
        Some(link) => store::use_link(tx, link.id, ctx.now()).await,
        None => Ok(false),
    }
}

/// The open confirmation link with this secret.
pub(super) async fn open_by_secret(cx: &mut Cx, ctx: &Ctx, secret: &LinkSecret) -> Result<Option<OpenLink>> {
    store::open_link(cx, Purpose::Verify.as_str(), &ctx.keys.digest(secret.reveal()), ctx.now()).await
}

/// Counts a wrong code against the link.
pub(super) async fn wrong_code_in(tx: &mut Tx, ctx: &Ctx, link: LinkId) -> Result<()> {
    store::count_wrong_code(tx, link, WRONG_CODES, ctx.now()).await
}
