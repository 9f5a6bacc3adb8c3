//! A small chart of what was done per day: bars, drawn without a script.

use super::{Day, frame::number};
use crate::{
    date::{brief_date, compact_date},
    text::Texts,
};

/// The drawing's height, in its own units.
const HEIGHT: u64 = 40;
/// A bar with the gap after it.
const STEP: u64 = 12;
const BAR: u64 = 8;
/// A day with anything at all is seen.
const LEAST: u64 = 2;

/// Bars from left to right.
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    pub(super) width: u64,
    /// What the chart says, in words.
    pub(super) summary: String,
    pub(super) first: String,
    pub(super) last: String,
}

/// A day.
pub(super) struct Bar {
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) height: u64,
    pub(super) label: String,
}

impl Chart {
    /// None where there is nothing to draw.
    pub(super) fn of(texts: &Texts, days: &[Day]) -> Option<Self> {
        let (first, last) = (days.first()?, days.last()?);
        let top = days.iter().max_by_key(|day| day.count)?;
        let bar = |(index, day): (u64, &Day)| {
            let height = match day.count {
                0 => 1,
                count => (count * HEIGHT / top.count.max(1)).max(LEAST),
            };
            let values = [("day", compact_date(texts, day.date)), ("count", number(day.count))];
            Bar { x: index * STEP, y: HEIGHT - height, height, label: texts.get_with("chart-day", &values) }
        };
        let bars: Vec<_> = (0..).zip(days).map(bar).collect();
        let total: u64 = days.iter().map(|day| day.count).sum();
        let values = [
            ("days", number(days.len() as u64)),
            ("total", number(total)),
            ("top", number(top.count)),
            ("day", compact_date(texts, top.date)),
        ];
        Some(Self {
            width: days.len() as u64 * STEP - (STEP - BAR),
            bars,
            summary: texts.get_with("chart-summary", &values),
            first: brief_date(texts, first.date),
            last: brief_date(texts, last.date),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use types::Language;

    use super::*;

    #[test]
    fn the_highest_day_fills_the_height_and_no_busy_day_vanishes() {
        let day = |day, count| Day { date: date(2026, 11, day), count };
        let days = [day(1, 0), day(2, 1), day(3, 1_000), day(4, 500)];
        let chart = Chart::of(&Texts::new(Language::En), &days).expect("a chart");
        let heights: Vec<_> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [1, LEAST, HEIGHT, HEIGHT / 2]);
        assert!(chart.bars.iter().all(|bar| bar.y + bar.height == HEIGHT));
        assert!(chart.summary.contains("1,501") && chart.summary.contains("3 Nov 2026"), "{}", chart.summary);
        assert!(Chart::of(&Texts::new(Language::En), &[]).is_none());
        assert!(Chart::of(&Texts::new(Language::En), &[day(1, 0)]).is_some(), "a quiet day is no division");
    }
}
