//! The exhaustive walk: every call of every invocation is cut, once before and once after its effect.

use anyhow::{Context, Result};
use serde_json::Value;

use super::cards::{Cards, STEPS};
use super::end_state::difference;
use super::stage::Run;
use crate::gate::{Call, When};
use crate::progress::step;

/// How many differing lines of a run are shown.
const MOST_LINES: usize = 20;

/// Which invocation of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invocation {
    /// `schedule-tick`.
    Tick,
    /// The worker's first delivery.
    Worker,
}

/// One call to be cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    pub(super) step: usize,
    pub(super) invocation: Invocation,
    /// The number of the call, from 1.
    pub(super) nth: usize,
    pub(super) when: When,
}

/// What a run through all steps came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Where it ended, comparable with other runs.
    pub(super) state: Value,
    /// The calls of each invocation, in the order of steps and invocations.
    pub(super) calls: Vec<Vec<Call>>,
    /// Whether the chosen call was made, and so was cut.
    pub(super) is_cut: bool,
}

impl Outcome {
    /// Notes an invocation.
    pub(super) fn saw(&mut self, run: &Run) {
        self.calls.push(run.calls.clone());
        self.is_cut |= run.is_cut;
    }
}

/// The figures of a walk.
#[derive(Debug, Default, serde::Serialize)]
pub(super) struct Summary {
    scenario: &'static str,
    /// Calls of the fault-free run.
    calls: usize,
    /// Calls that were cut.
    cuts: usize,
    /// Runs, the fault-free one included.
    runs: usize,
    /// Runs that ended otherwise than the fault-free one.
    pub(super) differing: usize,
}

/// Walks the scenario.
///
/// # Errors
/// The stack does not answer, or the fault-free run does not end as it must.
pub(super) async fn walk(cards: &Cards<'_>) -> Result<Summary> {
    let baseline = step("cards: without faults", cards.run(0, None)).await?;
    cards.check(&baseline.state)?;
    let calls = baseline.calls.iter().map(Vec::len).sum();
    let mut summary = Summary { scenario: "cards", calls, runs: 1, ..Summary::default() };
    for (position, calls) in baseline.calls.iter().enumerate() {
        let invocation = if position % 2 == 0 { Invocation::Tick } else { Invocation::Worker };
        let name = format!("cards: {}, {invocation:?}, {} calls", STEPS[position / 2], calls.len());
        let cuts = (1..).flat_map(|nth| {
            [When::Before, When::After].map(|when| Cut { step: position / 2, invocation, nth, when })
        });
        step(&name, each(cards, &baseline, cuts, &mut summary)).await?;
    }
    Ok(summary)
}

/// Makes one cut after the other until the invocation has no such call any more.
async fn each(
    cards: &Cards<'_>,
    baseline: &Outcome,
    cuts: impl Iterator<Item = Cut>,
    summary: &mut Summary,
) -> Result<()> {
    for cut in cuts {
        let outcome = cards.run(summary.runs, Some(cut)).await.with_context(|| format!("{cut:?}"))?;
        summary.runs += 1;
        summary.cuts += usize::from(outcome.is_cut);
        let differing = difference(&baseline.state, &outcome.state);
        if !differing.is_empty() {
            summary.differing += 1;
            tell(cut, &outcome, &differing);
        }
        if !outcome.is_cut {
            return Ok(());
        }
    }
    Ok(())
}

/// Shows which call was cut and the first lines of the difference.
fn tell(cut: Cut, outcome: &Outcome, differing: &[String]) {
    let call = outcome.calls.iter().flatten().find(|call| call.outcome != crate::gate::Outcome::Passed);
    eprintln!("  {cut:?} ends otherwise; the call: {call:?}");
    for line in differing.iter().take(MOST_LINES) {
        eprintln!("    {line}");
    }
    if differing.len() > MOST_LINES {
        eprintln!("    … {} lines in all", differing.len());
    }
}
