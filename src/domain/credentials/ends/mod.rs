//! Tokens and keys that come to their end by themselves: those whose they are are told 30, 7 and 1 days before and when it
//! has come; a token that nobody uses is revoked where the policy says so.

mod idle;
mod keys;
mod store;

pub use idle::revoke_idle;

use super::credential::Owner;
use super::detail;
use super::list::Summary;
use crate::base::id::{AccountId, CredentialId};
use crate::base::net::Origin;
use crate::base::text::Label;
use crate::base::time::{Span, Timestamp};
use crate::db::{self, Error, Tx};
use crate::domain::Ctx;
use crate::domain::accounts::{self, Account};
use crate::domain::mail::{Cause, Message, NOTICE_LIFE};

/// How many tokens one transaction takes on.
const BATCH: i64 = 100;
/// An end that nobody was told of for so long is no news any more.
const NEWS: Span = Span::days(30);

/// What is left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many were done, and there may be more.
    More(usize),
    /// So many were done, and nothing is left for now.
    Done(usize),
}

impl Progress {
    fn of(found: usize, done: usize) -> Self {
        // Nothing done of a full batch is somebody else's work.
        let full = i64::try_from(found).is_ok_and(|found| found >= BATCH);
        if full && done > 0 { Self::More(done) } else { Self::Done(done) }
    }
}

/// Which notice is due: the tightest that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notice {
    /// So many days before the end.
    Before(i64),
    /// At the end.
    Over,
}

impl Notice {
    /// For a token with this life, if its owner is to be told anything now. A notice is for tokens that live longer
    /// than the time it is about.
    fn due(created_at: Timestamp, ends_at: Timestamp, now: Timestamp) -> Option<Self> {
        if ends_at <= now {
            return Some(Self::Over);
        }
        let days = [1, 7, 30].into_iter().find(|days| ends_at <= now + Span::days(*days))?;
        (ends_at > created_at + Span::days(days)).then_some(Self::Before(days))
    }

    /// How long it is news: what comes after the end says something else.
    fn life(self, ends_at: Timestamp, now: Timestamp) -> Span {
        match self {
            Self::Before(_) => ends_at.since(now).min(NOTICE_LIFE),
            Self::Over => NOTICE_LIFE,
        }
    }

    /// The column `told_days`.
    fn days(self) -> i64 {
        match self {
            Self::Before(days) => days,
            Self::Over => 0,
        }
    }
}

/// Tells owners of tokens that end soon or have ended, each of each once, on however many processes this runs: who
/// notes a notice with the token sends it. One that was missed comes late, and never beside a tighter one.
///
/// # Errors
/// When the database does not answer; then nobody was told.
pub async fn tell_of_ends(ctx: &Ctx) -> db::Result<Progress> {
    let now = ctx.now();
    let due = store::ending(&mut ctx.db.read().await?, now, now - NEWS, BATCH).await?;
    if due.is_empty() {
        return Ok(Progress::Done(0));
    }
    let mut tx = ctx.db.write().await?;
    let mut told = 0;
    for (owner, id) in due.iter().copied() {
        let sent = match owner {
            Owner::Account(account) => tell(&mut tx, ctx, account, id, now).await?,
            Owner::Workspace(workspace) => keys::tell(&mut tx, ctx, workspace, id, now).await?,
        };
        told += usize::from(sent.is_some());
    }
    tx.commit().await?;
    ctx.mail.wake();
    Ok(Progress::of(due.len(), told))
}

/// Nothing when somebody else was faster, or it is not due any more.
async fn tell(tx: &mut Tx, ctx: &Ctx, account: AccountId, id: CredentialId, now: Timestamp) -> db::Result<Option<()>> {
    let Some(token) = detail::store::find(tx, account, id).await? else { return Ok(None) };
    let Some(ends_at) = token.summary.expires_at else { return Ok(None) };
    let Some(notice) = Notice::due(token.summary.created_at, ends_at, now) else { return Ok(None) };
    if !store::claim(tx, id, ends_at, notice.days()).await? {
        return Ok(None);
    }
    let Some(owner) = accounts::by_id(tx, account).await? else { return Ok(None) };
    ctx.post(tx, &owner, &message(&owner, &token.summary, notice, (ends_at, now))?, notice.life(ends_at, now)).await?;
    Ok(Some(()))
}

fn message(owner: &Account, token: &Summary, notice: Notice, (ends_at, now): (Timestamp, Timestamp)) -> db::Result<Message> {
    let Summary { id, prefix, last_used_at, .. } = token;
    let name = owner.name.clone();
    let token_name = Label::parse(&token.name).map_err(|_| Error::corrupt("name"))?;
    let (token, token_prefix, last_used_at) = (id.to_string(), prefix.clone(), *last_used_at);
    let cause = Cause::new(now, &Origin::local(""));
    Ok(match notice {
        Notice::Before(_) => Message::TokenExpiring { name, token, token_name, token_prefix, ends_at, last_used_at, cause },
        Notice::Over => Message::TokenExpired { name, token, token_name, token_prefix, ends_at, last_used_at, cause },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(life: Span, left: i64) -> Option<i64> {
        let created = Timestamp::from_micros(1_800_000_000_000_000);
        let end = created + life;
        Notice::due(created, end, end - Span::seconds(left)).map(Notice::days)
    }

    #[test]
    fn only_the_tightest_notice_is_due_and_none_that_is_longer_than_the_life() {
        let day = 86_400;
        let year = Span::days(365);
        assert_eq!([31 * day, 30 * day + 1].map(|left| due(year, left)), [None, None]);
        assert_eq!([30 * day, 7 * day + 1].map(|left| due(year, left)), [Some(30), Some(30)]);
        assert_eq!([7 * day, day + 1].map(|left| due(year, left)), [Some(7), Some(7)]);
        assert_eq!([day, 1, 0, -day].map(|left| due(year, left)), [Some(1), Some(1), Some(0), Some(0)]);
        let five = Span::days(5);
        assert_eq!([5 * day, 2 * day, day, 0].map(|left| due(five, left)), [None, None, Some(1), Some(0)]);
        assert_eq!([30 * day, 29 * day].map(|left| due(Span::days(30), left)), [None, None]);
        assert_eq!([day, 1, 0].map(|left| due(Span::days(1), left)), [None, None, Some(0)]);
    }
}
