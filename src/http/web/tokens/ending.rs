//! *Expires* on the forms for something new: a span, a day of one's own, or never.

use super::new::{CustomDay, SpanChoice};
use crate::base::time::{Span, Timestamp};
use crate::domain::access::{NoExpiry, TokenPolicy};
use crate::domain::credentials::Expiry;
use crate::http::web::posted::Posted;

/// The spans to choose from, in days, with their names.
const SPANS: [(i64, &str); 3] = [(30, "30 days"), (90, "90 days"), (365, "1 year")];
/// What is chosen before anybody chooses.
const USUAL: i64 = 90;

/// The fields, as they were sent.
#[derive(Default)]
pub(in crate::http::web) struct Ending {
    expires: String,
    until: String,
}

impl Ending {
    /// What a new form begins with.
    pub fn usual(policy: &TokenPolicy, now: Timestamp) -> Self {
        Self::near(Some(USUAL), policy, now)
    }

    /// A life as near to these days as the policy allows; nothing for ever.
    pub fn near(days: Option<i64>, policy: &TokenPolicy, now: Timestamp) -> Self {
        let endless = days.is_none() && policy.no_expiry == NoExpiry::Allowed;
        let days = days.unwrap_or(USUAL);
        let days = policy.longest.as_days().map_or(days, |longest| days.min(longest)).clamp(1, 36_500);
        let offered = SPANS.iter().any(|(span, _)| *span == days);
        match (endless, offered) {
            (true, _) => Self::sent("never", ""),
            (false, true) => Self::sent(&days.to_string(), ""),
            (false, false) => Self::sent("custom", &(now + Span::days(days)).iso_day()),
        }
    }

    /// As it was sent.
    pub fn of(form: &Posted) -> Self {
        Self::sent(form.text("expires"), form.text("until"))
    }

    /// These words.
    pub fn sent(expires: &str, until: &str) -> Self {
        Self { expires: expires.to_owned(), until: until.to_owned() }
    }

    /// Reads it; what is wrong comes with its field.
    pub fn parse(&self, now: Timestamp) -> Result<Expiry, (&'static str, &'static str)> {
        match self.expires.as_str() {
            "never" => Ok(Expiry::Never),
            "custom" => {
                let day = Timestamp::parse_day(&self.until).ok_or(("until", "Choose the day on which it ends."))?;
                Ok(Expiry::At(day))
            }
            days => {
                let span = SPANS.iter().find(|(span, _)| span.to_string() == days);
                let (days, _) = span.ok_or(("expires", "Choose when it ends."))?;
                Ok(Expiry::At(now + Span::days(*days)))
            }
        }
    }

    /// The field that says when it ends.
    pub fn field(&self) -> &'static str {
        if self.expires == "custom" { "until" } else { "expires" }
    }

    /// The days of the span that is chosen; empty when none is.
    pub fn days_of_span(&self) -> &str {
        if SPANS.iter().any(|(span, _)| span.to_string() == self.expires) { self.expires.as_str() } else { "" }
    }

    /// The spans that the policy allows.
    pub fn spans(&self, policy: &TokenPolicy, now: Timestamp) -> Vec<SpanChoice> {
        let fits = |(days, _): &&(i64, &str)| policy.longest.as_days().is_none_or(|longest| *days <= longest);
        let span = |(days, label): &(i64, &'static str)| SpanChoice {
            days: *days,
            label,
            ends: now + Span::days(*days),
            chosen: self.expires == days.to_string(),
        };
        SPANS.iter().filter(fits).map(span).collect()
    }

    /// The day of one's own.
    pub fn custom(&self, policy: &TokenPolicy, now: Timestamp) -> CustomDay {
        let day = |days| (now + Span::days(days)).iso_day();
        CustomDay {
            chosen: self.expires == "custom",
            day: self.until.clone(),
            earliest: day(1),
            latest: policy.longest.as_days().map(day).unwrap_or_default(),
        }
    }

    /// Whether it never ends, where the policy allows that.
    pub fn no_expiry(&self, policy: &TokenPolicy) -> Option<bool> {
        (policy.no_expiry == NoExpiry::Allowed).then_some(self.expires == "never")
    }
}
