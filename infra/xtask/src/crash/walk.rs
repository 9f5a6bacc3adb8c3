//! The exhaustive walk: every call of every invocation is cut, once before and once after its effect.

use anyhow::Result;
use serde_json::Value;

use super::end_state::difference;
use super::play::{Cut, Play};
use super::stage::Stage;
use crate::gate::{Outcome, When};
use crate::progress::step;

/// How many differing lines of a run are shown.
const MOST_LINES: usize = 20;

/// What is walked.
pub(super) trait Scenario {
    /// What people call it.
    const NAME: &'static str;

    /// Takes fresh users through it and says how it ended, comparable over runs.
    ///
    /// # Errors
    /// The stack does not answer, or a job is never worked off.
    async fn run(&self, play: &mut Play<'_>) -> Result<Value>;

    /// Fails when the fault-free end is not what it must be: a walk that compares with nothing would find
    /// nothing.
    ///
    /// # Errors
    /// It is not.
    fn check(&self, end: &Value) -> Result<()>;
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

/// Walks a scenario; only invocations whose name has `part` in it.
///
/// # Errors
/// The stack does not answer, or the fault-free run does not end as it must.
pub(super) async fn walk<S: Scenario>(scenario: &S, stage: &Stage<'_>, part: &str) -> Result<Summary> {
    let mut play = Play::new(stage, 0, None);
    let baseline = step(&format!("{}: without faults", S::NAME), scenario.run(&mut play)).await?;
    scenario.check(&baseline)?;
    let calls = play.acts.iter().map(|(_, calls)| calls.len()).sum();
    let mut summary = Summary { scenario: S::NAME, calls, runs: 1, ..Summary::default() };
    for (act, calls) in play.acts.iter().filter(|(act, _)| act.contains(part)) {
        let name = format!("{}: {act}, {} calls", S::NAME, calls.len());
        step(&name, each(scenario, stage, &baseline, (act, calls.len()), &mut summary)).await?;
    }
    Ok(summary)
}

/// Makes one cut after the other until the invocation, which made so many calls without faults, has no such
/// call any more. A run that cannot go on after its cut has an end of its own.
async fn each<S: Scenario>(
    scenario: &S,
    stage: &Stage<'_>,
    baseline: &Value,
    (act, calls): (&str, usize),
    summary: &mut Summary,
) -> Result<()> {
    let cuts = (1..).flat_map(|nth| [When::Before, When::After].map(|when| (nth, when)));
    for (nth, when) in cuts {
        let cut = Cut { act: act.to_owned(), nth, when };
        let (mut play, mut end) = once(scenario, stage, &cut, summary).await;
        // It may make a call less than without faults, when time did it; then once more.
        if !play.is_cut && nth <= calls {
            (play, end) = once(scenario, stage, &cut, summary).await;
        }
        let differing = match end {
            Ok(end) => difference(baseline, &end),
            Err(error) if play.is_cut => vec![format!("{error:#}")],
            Err(error) => return Err(error.context(format!("{cut:?}, which was not reached"))),
        };
        summary.cuts += usize::from(play.is_cut);
        if !differing.is_empty() {
            summary.differing += 1;
            tell(&cut, &play, &differing);
        }
        match play.is_cut {
            false if nth > calls => return Ok(()),
            false => eprintln!("  {cut:?}: there was no such call"),
            true => {}
        }
    }
    Ok(())
}

/// One run with a cut.
async fn once<'a, S: Scenario>(
    scenario: &S,
    stage: &'a Stage<'a>,
    cut: &Cut,
    summary: &mut Summary,
) -> (Play<'a>, Result<Value>) {
    let mut play = Play::new(stage, summary.runs, Some(cut.clone()));
    let end = scenario.run(&mut play).await;
    summary.runs += 1;
    (play, end)
}

/// Shows which call was cut and the first lines of the difference.
fn tell(cut: &Cut, play: &Play<'_>, differing: &[String]) {
    let call = play.acts.iter().flat_map(|(_, calls)| calls).find(|call| call.outcome != Outcome::Passed);
    eprintln!("  {cut:?} ends otherwise; the call: {call:?}");
    for line in differing.iter().take(MOST_LINES) {
        eprintln!("    {line}");
    }
    if differing.len() > MOST_LINES {
        eprintln!("    … {} lines in all", differing.len());
    }
}
