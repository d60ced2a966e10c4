//! How a token was used, for its page.

use super::{Denial, store};
use crate::base::id::CredentialId;
use crate::base::time::{Span, Timestamp};
use crate::db;
use crate::domain::Ctx;
use crate::domain::accounts::Person;

/// How long hours are kept.
const KEPT: Span = Span::days(DAYS_KEPT);
/// The same in days.
pub(super) const DAYS_KEPT: i64 = 90;

/// Uses and refusals in a day or an hour that begins at this instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Its first instant.
    pub at: Timestamp,
    /// Uses.
    pub allowed: i64,
    /// Refusals.
    pub denied: i64,
}

/// Uses over time, oldest first; days and hours without any are there, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageSeries {
    /// By the day, in UTC, today being the last.
    pub days: Vec<Point>,
    /// By the hour, the last 24 of them, the present one being the last.
    pub hours: Vec<Point>,
}

/// Uses or refusals that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentUse {
    /// The latest of them.
    pub at: Timestamp,
    /// Why they were refused, if they were.
    pub denial: Option<Denial>,
    /// From which address.
    pub address: String,
    /// With what.
    pub agent: String,
    /// How many, within a few seconds.
    pub uses: i64,
}

/// How one of the person's tokens was used in the last days: 1 to 90, today included. Somebody else's does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn usage(ctx: &Ctx, of: &Person, id: CredentialId, days: i64) -> db::Result<Option<UsageSeries>> {
    let (now, days) = (ctx.now(), days.clamp(1, DAYS_KEPT));
    let mut cx = ctx.db.read().await?;
    if !store::is_of(&mut cx, of.id(), id).await? {
        return Ok(None);
    }
    let (first, first_hour) = first_instants(now, days);
    let hours = store::hours(&mut cx, id, first.min(first_hour)).await?;
    Ok(Some(days_and_hours(&hours, now, days)))
}

/// The first instants of a series of so many days, and of its last 24 hours.
pub(super) fn first_instants(now: Timestamp, days: i64) -> (Timestamp, Timestamp) {
    (floor(now, Span::days(1)) - Span::days(days - 1), floor(now, Span::hours(1)) - Span::hours(23))
}

/// The series that these hours make.
pub(super) fn days_and_hours(hours: &[Point], now: Timestamp, days: i64) -> UsageSeries {
    let (first, first_hour) = first_instants(now, days);
    UsageSeries { days: fold(hours, first, Span::days(1), days), hours: fold(hours, first_hour, Span::hours(1), 24) }
}

/// The latest uses and refusals of one of the person's tokens, newest first. Somebody else's does not exist.
///
/// # Errors
/// When the database does not answer.
pub async fn recent(ctx: &Ctx, of: &Person, id: CredentialId) -> db::Result<Option<Vec<RecentUse>>> {
    let mut cx = ctx.db.read().await?;
    if !store::is_of(&mut cx, of.id(), id).await? {
        return Ok(None);
    }
    store::recent(&mut cx, id).await.map(Some)
}

/// Deletes hours that are older than 90 days. Returns how many.
///
/// # Errors
/// When the database did not do it.
pub async fn sweep(ctx: &Ctx) -> db::Result<u64> {
    let mut tx = ctx.db.write().await?;
    let gone = store::sweep_hours(&mut tx, ctx.now() - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}

fn floor(at: Timestamp, step: Span) -> Timestamp {
    Timestamp::from_micros(at.micros() - at.micros() % step.micros())
}

/// Sums hours into `count` steps from `first` on.
fn fold(hours: &[Point], first: Timestamp, step: Span, count: i64) -> Vec<Point> {
    let empty = |n: i64| Point { at: Timestamp::from_micros(first.micros() + n * step.micros()), allowed: 0, denied: 0 };
    let mut points: Vec<Point> = (0..count).map(empty).collect();
    for hour in hours.iter().filter(|hour| hour.at >= first) {
        let place = usize::try_from((hour.at.micros() - first.micros()) / step.micros());
        if let Some(point) = place.ok().and_then(|place| points.get_mut(place)) {
            point.allowed += hour.allowed;
            point.denied += hour.denied;
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_summed_into_steps_and_none_is_left_out() {
        let first = Timestamp::parse_rfc3339("2026-11-20T00:00:00Z").expect("an instant");
        let hour = |n: i64, allowed, denied| Point { at: first + Span::hours(n), allowed, denied };
        let hours = [
            Point { at: first - Span::hours(1), allowed: 9, denied: 9 },
            hour(0, 1, 0),
            hour(23, 2, 1),
            hour(24, 4, 0),
            hour(72, 8, 8),
        ];
        let days = fold(&hours, first, Span::days(1), 3);
        assert_eq!(days.iter().map(|day| (day.allowed, day.denied)).collect::<Vec<_>>(), [(3, 1), (4, 0), (0, 0)]);
        assert_eq!(days[2].at, first + Span::days(2));
    }
}
