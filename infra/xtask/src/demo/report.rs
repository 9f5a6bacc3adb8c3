//! The table of what happened.

use std::fmt::Write;
use std::future::Future;
use std::time::Duration;

use anyhow::Result;
use tokio::time::Instant;

use super::far_side::{Calls, FarSide};
use crate::progress::step;

/// What happened so far.
#[derive(Debug)]
pub(super) struct Report {
    far_side: FarSide,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    outcome: String,
    calls: Calls,
    took: Duration,
}

impl Report {
    pub(super) fn new(far_side: FarSide) -> Self {
        Self { far_side, rows: Vec::new() }
    }

    /// Does a step of the job; `work` says in words what came of it. Returns its calls to Microsoft.
    ///
    /// # Errors
    /// The work's own.
    pub(super) async fn step<T>(
        &mut self,
        what: &str,
        work: impl Future<Output = Result<(String, T)>>,
    ) -> Result<(Calls, T)> {
        let (before, started) = (self.far_side.calls().await?, Instant::now());
        let (outcome, value) = step(what, work).await?;
        let took = started.elapsed();
        let calls = self.far_side.calls().await? - before;
        self.rows.push(Row { what: what.to_owned(), outcome, calls, took });
        Ok((calls, value))
    }

    /// The table, one line a step.
    pub(super) fn table(&self) -> String {
        let head = ["Step", "Outcome", "Graph calls", "(batched)", "Token calls", "Time"];
        let mut lines: Vec<[String; 6]> = vec![head.map(str::to_owned)];
        lines.extend(self.rows.iter().map(|row| {
            let Row { what, outcome, calls, took } = row;
            [
                what.clone(),
                outcome.clone(),
                calls.graph.to_string(),
                calls.batched.to_string(),
                calls.tokens.to_string(),
                format!("{:.1} s", took.as_secs_f32()),
            ]
        }));
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: [usize; 6] = std::array::from_fn(width);
        lines.insert(1, widths.map(|width| "-".repeat(width)));
        let mut table = String::new();
        for line in &lines {
            for (column, text) in line.iter().enumerate() {
                let width = widths[column];
                // Words to the left, numbers to the right.
                let _never = if column < 2 {
                    write!(table, "  {text:<width$}")
                } else {
                    write!(table, "  {text:>width$}")
                };
            }
            table.push('\n');
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_step() {
        let mut report = Report::new(FarSide::new("http://127.0.0.1:1").expect("a client"));
        let calls = Calls { graph: 7, batched: 99, ..Calls::default() };
        report.rows.push(Row {
            what: "Push".to_owned(),
            outcome: "99 contacts".to_owned(),
            calls,
            took: Duration::from_millis(1234),
        });
        let table = report.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[2], "  Push  99 contacts            7         99            0  1.2 s");
        assert!(lines[0].starts_with("  Step  Outcome      Graph calls  (batched)"), "{table}");
    }
}
