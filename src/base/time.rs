//! Instants and spans. The one place that reads the system's clock.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// An instant: microseconds since 1970-01-01T00:00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A length of time in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// That many seconds.
    pub const fn seconds(n: i64) -> Self {
        Self(n * 1_000_000)
    }

    /// That many minutes.
    pub const fn minutes(n: i64) -> Self {
        Self::seconds(n * 60)
    }

    /// That many hours.
    pub const fn hours(n: i64) -> Self {
        Self::minutes(n * 60)
    }

    /// That many days of 24 hours.
    pub const fn days(n: i64) -> Self {
        Self::hours(n * 24)
    }

    /// Microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded up: what a `Retry-After` header wants.
    pub const fn seconds_up(self) -> i64 {
        (self.0 + 999_999) / 1_000_000
    }
}

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short] [year]");
const DAY_TIME: &[BorrowedFormatItem<'_>] = format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute]");
const ISO_DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
/// The last instant that four-digit years can write; everything we store stays below it.
const LATEST: i64 = 253_402_300_799_999_999;

impl Timestamp {
    /// From microseconds since 1970. Values that no calendar can write are held to the years 1970–9999.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(0, LATEST))
    }

    /// Microseconds since 1970.
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub fn unix_seconds(self) -> i64 {
        self.0 / 1_000_000
    }

    /// Reads RFC 3339 with any offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        let micros = i64::try_from(at.unix_timestamp_nanos() / 1_000).ok()?;
        (0..=LATEST).contains(&micros).then_some(Self(micros))
    }

    /// Reads a day as a date field sends it (`2026-11-28`): its first instant in UTC.
    pub fn parse_day(text: &str) -> Option<Self> {
        let day = time::Date::parse(text, ISO_DAY).ok()?;
        let micros = day.midnight().assume_utc().unix_timestamp().checked_mul(1_000_000)?;
        (0..=LATEST).contains(&micros).then_some(Self(micros))
    }

    /// RFC 3339 in UTC, to the millisecond: `2026-11-28T00:00:00.000Z`.
    pub fn rfc3339(self) -> String {
        let at = self.date_time();
        let millis = at.microsecond() / 1_000;
        let (day, hour, minute, second) = (at.date(), at.hour(), at.minute(), at.second());
        format!("{day}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }

    /// The day as a date field wants it: `2026-11-28`.
    pub fn iso_day(self) -> String {
        self.date_time().format(ISO_DAY).expect("an instant of the years 1970 to 9999 can be written")
    }

    /// For people: `28 Nov 2026`.
    pub fn day(self) -> String {
        self.date_time().format(DAY).expect("an instant of the years 1970 to 9999 can be written")
    }

    /// For people, exact and with its zone: `28 Nov 2026, 00:00 UTC`.
    pub fn day_and_time(self) -> String {
        let text = self.date_time().format(DAY_TIME).expect("an instant of the years 1970 to 9999 can be written");
        format!("{text} UTC")
    }

    /// For people, seen from `now`: `in 6 days`, `3 minutes ago`, `just now`.
    pub fn relative_to(self, now: Self) -> String {
        let seconds = (self.0 - now.0) / 1_000_000;
        let size = seconds.abs();
        let (length, unit) = match size {
            0..60 => return if seconds > 0 { "in less than a minute".into() } else { "just now".into() },
            60..3_600 => (60, "minute"),
            3_600..86_400 => (3_600, "hour"),
            86_400..5_184_000 => (86_400, "day"),
            5_184_000..63_072_000 => (2_592_000, "month"),
            _ => (31_536_000, "year"),
        };
        // A token of 30 days ends "in 30 days" also a second after it was made; the past is counted in whole units.
        let count = if seconds > 0 { (size + length / 2) / length } else { size / length };
        let plural = if count == 1 { "" } else { "s" };
        if seconds > 0 { format!("in {count} {unit}{plural}") } else { format!("{count} {unit}{plural} ago") }
    }

    /// How long from `earlier` to here; never negative.
    pub fn since(self, earlier: Self) -> Span {
        Span((self.0 - earlier.0).max(0))
    }

    fn date_time(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).expect("held to the years 1970 to 9999")
    }
}

impl std::ops::Add<Span> for Timestamp {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self::from_micros(self.0.saturating_add(span.0))
    }
}

impl std::ops::Sub<Span> for Timestamp {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self::from_micros(self.0.saturating_sub(span.0))
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.rfc3339())
    }
}

/// Hands out instants. In production the system's clock; in tests one that moves only when told.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `start` until [`advance`](Self::advance) moves it.
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.0))))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => {
                #[expect(clippy::disallowed_methods, reason = "this is the clock that everyone else must ask")]
                let now = OffsetDateTime::now_utc();
                Timestamp::from_micros(i64::try_from(now.unix_timestamp_nanos() / 1_000).unwrap_or(LATEST))
            }
            Source::Manual(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward (or back, with a negative span).
    ///
    /// # Panics
    /// On the system's clock, which nobody moves.
    pub fn advance(&self, span: Span) {
        match &self.0 {
            Source::System => panic!("only a manual clock can be moved"),
            Source::Manual(at) => drop(at.fetch_add(span.0, Ordering::SeqCst)),
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({:?})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_and_read_back() {
        let at = Timestamp::parse_rfc3339("2026-11-28T01:00:00.5+01:00").expect("a valid instant");
        assert_eq!(at.rfc3339(), "2026-11-28T00:00:00.500Z");
        assert_eq!(at.day_and_time(), "28 Nov 2026, 00:00 UTC");
        assert_eq!(Timestamp::parse_rfc3339(&at.rfc3339()), Some(at));
        assert_eq!(Timestamp::parse_day("2026-11-28").map(Timestamp::rfc3339).as_deref(), Some("2026-11-28T00:00:00.000Z"));
        for wrong in ["", "28.11.2026", "2026-02-30", "10000-01-01", "-001-01-01", "1969-12-31"] {
            assert_eq!(Timestamp::parse_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn distances_read_as_a_person_would_say_them() {
        let now = Timestamp::from_micros(1_800_000_000_000_000);
        assert_eq!((now + Span::days(6)).relative_to(now), "in 6 days");
        assert_eq!((now + Span::days(30)).relative_to(now + Span::seconds(5)), "in 30 days");
        assert_eq!((now - Span::hours(47)).relative_to(now), "1 day ago");
        assert_eq!((now - Span::minutes(1)).relative_to(now), "1 minute ago");
        assert_eq!(now.relative_to(now), "just now");
        assert_eq!((now + Span::days(365)).relative_to(now), "in 12 months");
    }

    #[test]
    fn no_span_leads_out_of_the_calendar() {
        let end = Timestamp::from_micros(i64::MAX) + Span::days(1_000_000);
        assert_eq!(end.rfc3339(), "9999-12-31T23:59:59.999Z");
    }
}
