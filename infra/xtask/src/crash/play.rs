//! One run of a scenario: invocations by name, one of which may be cut, and deliveries of what is queued.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::stage::{Message, Process, Run, Stage};
use crate::gate::{Call, When};

/// Seconds after which the lease of a worker that died is over; more than any function's time limit.
const LEASE: i64 = 6 * 60;
/// How often a message is delivered before it would go to the dead-letter queue.
const MOST_DELIVERIES: usize = 5;

/// One call to be cut.
#[derive(Debug, Clone)]
pub(super) struct Cut {
    /// The invocation's name in the scenario.
    pub(super) act: String,
    /// The number of the call in it, from 1.
    pub(super) nth: usize,
    pub(super) when: When,
}

/// A run under way.
pub(super) struct Play<'a> {
    pub(super) stage: &'a Stage<'a>,
    /// The number of the run, for names of its own.
    pub(super) number: usize,
    cut: Option<Cut>,
    /// The calls of each named invocation, in their order.
    pub(super) acts: Vec<(String, Vec<Call>)>,
    /// Whether the chosen call was made, and so was cut.
    pub(super) is_cut: bool,
    /// Seconds for which somebody had to wait in this run; every clock is so much later. No clock ever goes
    /// back within a run.
    late: i64,
}

impl<'a> Play<'a> {
    pub(super) fn new(stage: &'a Stage<'a>, number: usize, cut: Option<Cut>) -> Self {
        Self { stage, number, cut, acts: Vec::new(), is_cut: false, late: 0 }
    }

    /// An invocation by its name, which is the same in every run; cut down in it if this is the run for that.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn act(
        &mut self,
        name: &str,
        function: &str,
        offset: i64,
        event: &Value,
    ) -> Result<Run> {
        let process = match &self.cut {
            None => Process::Fresh,
            Some(cut) if cut.act == name => Process::CutAt(cut.nth, cut.when),
            Some(_) => Process::Any,
        };
        let run = self.stage.run(function, offset + self.late, event, process).await?;
        self.acts.push((name.to_owned(), run.calls.clone()));
        self.is_cut |= run.is_cut;
        Ok(run)
    }

    /// An invocation after one that died, or one that is not walked; it must succeed.
    ///
    /// # Errors
    /// The function failed.
    pub(super) async fn again(&self, function: &str, offset: i64, event: &Value) -> Result<Value> {
        let run = self.stage.run(function, offset + self.late, event, Process::Any).await?;
        run.answer.with_context(|| format!("{function} failed"))
    }

    /// The schedule's tick; one that died is followed by the next minute's.
    ///
    /// # Errors
    /// The tick failed by itself.
    pub(super) async fn tick(&mut self, name: &str, offset: i64) -> Result<()> {
        let run = self.act(name, "schedule-tick", offset, &json!({})).await?;
        if run.is_cut {
            self.again("schedule-tick", offset, &json!({})).await?;
            return Ok(());
        }
        run.answer.map(drop).context("the tick failed")
    }

    /// Delivers all that is on a queue. The first message is the invocation of this name; a further one, which
    /// a process that died may have led to, must do no harm. Returns how many there were.
    ///
    /// # Errors
    /// A message is never worked off.
    pub(super) async fn deliver_all(
        &mut self,
        name: &str,
        queue: &'static str,
        function: &str,
        offset: i64,
    ) -> Result<usize> {
        let messages = self.stage.receive(queue).await?;
        for (position, message) in messages.iter().enumerate() {
            let name = Some(name).filter(|name| position == 0 && !name.is_empty());
            self.deliver(name, function, offset, message).await?;
        }
        Ok(messages.len())
    }

    /// Delivers each message as an invocation of its own: `NAME 1`, `NAME 2`… in the order of what they say,
    /// since queues keep none. Without a name none of them is walked.
    ///
    /// # Errors
    /// A message is never worked off.
    pub(super) async fn deliver_each(
        &mut self,
        name: &str,
        mut messages: Vec<Message>,
        function: &str,
        offset: i64,
    ) -> Result<()> {
        messages.sort_by_cached_key(Message::says);
        for (position, message) in messages.iter().enumerate() {
            let name = Some(format!("{name} {}", position + 1)).filter(|_| !name.is_empty());
            self.deliver(name.as_deref(), function, offset, message).await?;
        }
        Ok(())
    }

    /// Delivers a message until it is worked off, as the queue would.
    async fn deliver(
        &mut self,
        name: Option<&str>,
        function: &str,
        offset: i64,
        message: &Message,
    ) -> Result<()> {
        for delivery in 0..MOST_DELIVERIES {
            let run = match name.filter(|_| delivery == 0) {
                Some(name) => self.act(name, function, offset, &message.event()).await?,
                None => self.stage.run(function, offset + self.late, &message.event(), Process::Any).await?,
            };
            match &run.answer {
                Ok(answer) if is_done(answer) => return self.stage.delete(message).await,
                // Delivered again at once: the dead attempt's lease is still held, which must do no harm.
                _ if run.is_cut => {}
                Ok(_) => self.late += LEASE,
                Err(error) => bail!("{function} failed: {error:#}"),
            }
        }
        bail!("{function} did not work the job off in {MOST_DELIVERIES} deliveries")
    }

    /// Nothing of this run may reach a later one.
    ///
    /// # Errors
    /// A message is left on one of the queues.
    pub(super) async fn nothing_is_left(&self, queues: &[&'static str]) -> Result<()> {
        for queue in queues {
            let left = self.stage.receive(queue).await?;
            ensure!(left.is_empty(), "left on the queue {queue}: {left:?}");
        }
        Ok(())
    }
}

/// Whether the worker gave no message back.
pub(super) fn is_done(answer: &Value) -> bool {
    answer["batchItemFailures"].as_array().is_none_or(Vec::is_empty)
}
