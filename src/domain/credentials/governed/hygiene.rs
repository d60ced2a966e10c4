//! What the board of an administrator counts.

use super::store;
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::Ctx;
use crate::domain::access::Administrator;
use crate::domain::audit::{self, Action};
use crate::domain::mail;

/// The numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hygiene {
    /// Credentials that nothing but the policy may refuse.
    pub active: i64,
    /// Of those, that never end.
    pub never_expire: i64,
    /// Of those, without a use for 90 days.
    pub unused: i64,
    /// Of those, with the scope `admin`.
    pub too_wide: i64,
    /// Living ones of suspended accounts.
    pub owner_suspended: i64,
    /// Of the active ones, that end within 14 days.
    pub expiring: i64,
    /// Sign-ins that were refused.
    pub refused_sign_ins: Spike,
    /// Uses of credentials that were refused.
    pub refused_uses: Spike,
    /// Mails that were given up.
    pub mails_given_up: i64,
}

/// A number of the last 24 hours beside that of the 24 hours before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spike {
    /// Of the last 24 hours.
    pub last_day: i64,
    /// Of the 24 hours before.
    pub day_before: i64,
}

impl Spike {
    /// Fewer than this many a day are no spike, whatever was before.
    const NOTED: i64 = 10;

    /// Whether there are many, and more than twice as many as the day before.
    pub fn is_unusual(self) -> bool {
        self.last_day >= Self::NOTED && self.last_day > self.day_before.saturating_mul(2)
    }
}

/// Counts. Hours that are not over yet count as far as they have come.
///
/// # Errors
/// When the database does not answer.
pub async fn hygiene(ctx: &Ctx, _by: &Administrator) -> db::Result<Hygiene> {
    let now = ctx.now();
    let (day, two) = (now - Span::days(1), now - Span::days(2));
    let mut cx = ctx.db.read().await?;
    let (active, never_expire, unused, too_wide, owner_suspended, expiring) = store::counts(&mut cx, now).await?;
    let until = now + Span::hours(1);
    let refused_uses =
        Spike { last_day: store::denied(&mut cx, day, until).await?, day_before: store::denied(&mut cx, two, day).await? };
    drop(cx);
    let refused = async |from: Timestamp, until: Timestamp| audit::count_refused(&ctx.db, Action::SignedIn, from, until).await;
    let refused_sign_ins = Spike { last_day: refused(day, until).await?, day_before: refused(two, day).await? };
    let mails_given_up = mail::count_given_up(&ctx.db).await?;
    Ok(Hygiene {
        active,
        never_expire,
        unused,
        too_wide,
        owner_suspended,
        expiring,
        refused_sign_ins,
        refused_uses,
        mails_given_up,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spike_is_much_and_more_than_twice_as_much_as_the_day_before() {
        let unusual = |last_day, day_before| Spike { last_day, day_before }.is_unusual();
        assert!(unusual(10, 0) && unusual(100, 49));
        assert!(!unusual(9, 0) && !unusual(100, 50) && !unusual(0, 0) && !unusual(i64::MAX, i64::MAX));
    }
}
