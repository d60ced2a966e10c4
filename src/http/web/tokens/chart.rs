//! How a token was used, day by day, as bars: allowed below, refused on top.

use crate::base::time::Timestamp;

/// The width of a day in units of the drawing, of which a bar takes all but the gap on both sides.
const STEP: i64 = 20;
const GAP: i64 = 3;
/// The height of the drawing in the same units.
const HEIGHT: i64 = 120;
/// The least that can be seen.
const LEAST: i64 = 2;

/// What happened on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayUse {
    /// Its first instant.
    pub day: Timestamp,
    /// How many requests were allowed.
    pub allowed: i64,
    /// How many were refused.
    pub refused: i64,
}

/// One bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// What it shows.
    pub of: DayUse,
    /// Its left edge.
    pub x: i64,
    /// The upper edge and the height of what was allowed.
    pub allowed: (i64, i64),
    /// The same of what was refused.
    pub refused: (i64, i64),
}

/// The chart, and the sums that stand beside it.
#[derive(Debug, Clone)]
pub struct UsageChart {
    /// One bar a day, oldest first.
    pub bars: Vec<Bar>,
    /// All that was allowed.
    pub allowed: i64,
    /// All that was refused.
    pub refused: i64,
    /// The requests of the busiest day.
    pub highest: i64,
}

impl UsageChart {
    /// Of these days, oldest first.
    pub fn of(days: impl IntoIterator<Item = DayUse>) -> Self {
        let days: Vec<DayUse> = days.into_iter().collect();
        let highest = days.iter().map(|day| day.allowed + day.refused).max().unwrap_or_default();
        Self {
            allowed: days.iter().map(|day| day.allowed).sum(),
            refused: days.iter().map(|day| day.refused).sum(),
            bars: days.into_iter().zip(0..).map(|(day, n)| bar(day, n, highest)).collect(),
            highest,
        }
    }

    /// The part of the plane that is drawn.
    pub fn view_box(&self) -> String {
        format!("0 0 {} {HEIGHT}", STEP * i64::try_from(self.bars.len()).unwrap_or_default())
    }

    /// The height of the drawing.
    pub fn height(&self) -> i64 {
        HEIGHT
    }

    /// The width of a bar.
    pub fn bar_width(&self) -> i64 {
        STEP - 2 * GAP
    }

    /// The place that a day takes, bar and gaps: where its numbers can be pointed at.
    pub fn step(&self) -> i64 {
        STEP
    }

    /// The days on which something happened, latest first: what the table beside the chart says.
    pub fn busy(&self) -> Vec<DayUse> {
        self.bars.iter().rev().map(|bar| bar.of).filter(|day| day.allowed + day.refused > 0).collect()
    }

    /// Whether nothing happened at all.
    pub fn is_empty(&self) -> bool {
        self.highest == 0
    }
}

impl Bar {
    /// The left edge of the day's whole place.
    pub fn left(&self) -> i64 {
        self.x - GAP
    }
}

fn bar(of: DayUse, n: i64, highest: i64) -> Bar {
    let (allowed, refused) = (tall(of.allowed, highest), tall(of.refused, highest));
    // What is too small to be seen is drawn larger than it is; the bar still fits.
    let allowed = allowed.min(HEIGHT - refused);
    Bar { of, x: n * STEP + GAP, allowed: (HEIGHT - allowed, allowed), refused: (HEIGHT - allowed - refused, refused) }
}

fn tall(count: i64, highest: i64) -> i64 {
    if count == 0 { 0 } else { (count.saturating_mul(HEIGHT) / highest.max(1)).clamp(LEAST, HEIGHT) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::time::Span;

    fn day(n: i64, allowed: i64, refused: i64) -> DayUse {
        DayUse { day: Timestamp::parse_day("2026-10-24").expect("a day") + Span::days(n), allowed, refused }
    }

    #[test]
    fn the_busiest_day_fills_the_chart_and_what_was_refused_lies_on_top() {
        let chart = UsageChart::of([day(0, 1, 0), day(1, 0, 0), day(2, 30, 10)]);
        assert_eq!((chart.highest, chart.allowed, chart.refused, chart.view_box().as_str()), (40, 31, 10, "0 0 60 120"));
        assert_eq!((chart.bars[2].allowed, chart.bars[2].refused), ((30, 90), (0, 30)));
        assert_eq!((chart.bars[0].allowed, chart.bars[0].left(), chart.bars[2].left()), ((117, 3), 0, 40));
        assert_eq!(chart.busy().iter().map(|day| day.allowed).collect::<Vec<_>>(), [30, 1], "latest first, empty days left out");
    }

    #[test]
    fn one_refusal_among_a_million_is_seen() {
        let chart = UsageChart::of([day(0, 1_000_000, 1)]);
        assert_eq!((chart.bars[0].refused, chart.bars[0].allowed), ((0, 2), (2, 118)));
        assert!(UsageChart::of([day(0, 0, 0)]).is_empty() && UsageChart::of([]).is_empty());
    }

    proptest! {
        #[test]
        fn no_bar_leaves_the_chart(counts in proptest::collection::vec((0i64..1 << 40, 0i64..1 << 40), 30)) {
            let days = counts.iter().zip(0..).map(|((allowed, refused), n)| day(n, *allowed, *refused));
            for bar in UsageChart::of(days).bars {
                prop_assert!(bar.refused.0 >= 0 && bar.refused.1 + bar.allowed.1 <= HEIGHT);
                prop_assert_eq!(bar.refused.0 + bar.refused.1, bar.allowed.0);
                prop_assert_eq!(bar.allowed.0 + bar.allowed.1, HEIGHT);
            }
        }
    }
}
