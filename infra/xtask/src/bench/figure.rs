//! What a benchmark prints: one JSON line per figure, and a refusal at the end when a limit is missed.

use std::io::Write;

use anyhow::{Result, bail};
use serde::Serialize;

/// One measured figure.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figure {
    bench: &'static str,
    figure: String,
    value: f64,
    unit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    peer_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
}

/// What a figure may be at most.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// It is only shown.
    None,
    /// The value itself.
    Value(f64),
    /// The value divided by the peer's.
    Ratio(f64),
}

/// The figures of one benchmark.
#[derive(Debug)]
pub(super) struct Report {
    bench: &'static str,
    misses: Vec<String>,
}

impl Report {
    /// Starts the report of a benchmark.
    #[must_use]
    pub(super) fn new(bench: &'static str) -> Self {
        Self { bench, misses: Vec::new() }
    }

    /// Prints a figure of ours alone.
    ///
    /// # Errors
    /// Standard output is closed.
    pub(super) fn figure(
        &mut self,
        figure: impl Into<String>,
        value: f64,
        unit: &'static str,
        limit: Limit,
    ) -> Result<()> {
        let bench = self.bench;
        let figure = Figure {
            bench,
            figure: figure.into(),
            value: round(value),
            unit,
            peer: None,
            peer_value: None,
            ratio: None,
        };
        self.print(figure, limit)
    }

    /// Prints a figure beside that of a peer, measured in the same run.
    ///
    /// # Errors
    /// Standard output is closed.
    pub(super) fn beside(
        &mut self,
        figure: impl Into<String>,
        value: f64,
        unit: &'static str,
        (peer, peer_value): (&'static str, f64),
        limit: Limit,
    ) -> Result<()> {
        let figure = Figure {
            bench: self.bench,
            figure: figure.into(),
            value: round(value),
            unit,
            peer: Some(peer),
            peer_value: Some(round(peer_value)),
            ratio: Some(round(value / peer_value)),
        };
        self.print(figure, limit)
    }

    fn print(&mut self, figure: Figure, limit: Limit) -> Result<()> {
        writeln!(std::io::stdout().lock(), "{}", serde_json::to_string(&figure)?)?;
        self.misses.extend(miss(&figure, limit));
        Ok(())
    }

    /// Ends the report.
    ///
    /// # Errors
    /// Every limit that was missed, in words.
    pub(super) fn finish(self) -> Result<()> {
        if self.misses.is_empty() {
            return Ok(());
        }
        bail!("bench {}: {}", self.bench, self.misses.join("; "))
    }
}

/// Says how a figure misses its limit. A value that is no number misses every limit.
fn miss(figure: &Figure, limit: Limit) -> Option<String> {
    let Figure { figure: name, value, unit, .. } = figure;
    let within = |value: f64, most: f64| value <= most;
    match limit {
        Limit::Value(most) if !within(*value, most) => {
            Some(format!("{name} is {value} {unit}, at most {most} allowed"))
        }
        Limit::Ratio(most) if !figure.ratio.is_some_and(|ratio| within(ratio, most)) => {
            Some(format!("{name} is {:?} of the peer's, at most {most} allowed", figure.ratio))
        }
        _ => None,
    }
}

/// Thousandths are more than any of our measurements can tell.
fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Millions of bytes.
#[expect(clippy::cast_precision_loss, reason = "a size of some megabytes is exact in 52 bits")]
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// The middle value; of an even number, the lower of the two.
///
/// # Panics
/// There are no values.
#[must_use]
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() - 1) / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_limit_is_an_error_that_names_the_figure() {
        let mut report = Report::new("start");
        report.figure("a size", 8.0, "MB", Limit::Value(8.0)).expect("printed");
        report.beside("CPU", 2.0, "s", ("peer", 4.0), Limit::Ratio(0.5)).expect("printed");
        report.figure("unlimited", 1e9, "MB", Limit::None).expect("printed");
        report.finish().expect("within the limits");

        let mut report = Report::new("start");
        report.figure("a size", 8.01, "MB", Limit::Value(8.0)).expect("printed");
        report.beside("CPU", 2.1, "s", ("peer", 4.0), Limit::Ratio(0.5)).expect("printed");
        report.figure("broken", f64::NAN, "s", Limit::Value(8.0)).expect("printed");
        let misses = report.finish().expect_err("over the limits").to_string();
        assert!(misses.contains("a size") && misses.contains("CPU") && misses.contains("broken"), "{misses}");
    }

    #[test]
    fn the_median_of_odd_and_even_numbers() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.0);
    }
}
