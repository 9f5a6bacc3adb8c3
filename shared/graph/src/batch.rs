//! `POST /$batch` (facts 2.1): many requests in one, each throttled and refused on its own.
//!
//! What is repeated, and what is given back:
//!
//! | answer | of the whole batch | of one inner request |
//! |---|---|---|
//! | 429, 509, a 503 that says busy or names a time | not executed: repeated | not executed: that one is repeated |
//! | another 503 | from the gateway, not executed: repeated | a read is repeated, a write is in doubt |
//! | 408, 500, 502, 504, no reply | repeated if all are reads, else in doubt | a read is repeated, a write is in doubt |
//! | anything else | given back | given back |
//!
//! Pauses are the longest `Retry-After` of a reply. What is in doubt is
//! [`GraphError::OutcomeUnknown`]: look it up before repeating it.

mod answer;
mod request;

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::Method;
use tokio::time::Instant;

pub use answer::BatchAnswer;
pub use request::BatchRequest;

use crate::error::GraphError;
use crate::mailbox::Mailbox;
use crate::transport::Repeat;

/// The most requests that Graph takes in one batch. [`Mailbox::batch`] cuts what is longer.
pub const MOST_IN_BATCH: usize = 20;

/// How many of an app's requests Outlook works on at once for one mailbox.
const AT_ONCE: usize = 4;

/// How many requests the next batch of a mailbox holds.
#[derive(Debug)]
pub(crate) struct Pace(usize);

impl Pace {
    pub(crate) fn of(size: usize) -> Self {
        Self(size)
    }
}

/// A request waiting to be sent: where it stands in the caller's list, and how often it was sent.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    index: usize,
    attempts: u32,
}

impl Mailbox {
    /// Sends the requests, twenty to a batch; four to a batch from the moment that Outlook refuses some for
    /// running at the same time. Answers stand in the order of the requests.
    ///
    /// # Errors
    /// Nothing is known of any of the requests: the batch was refused, could not be sent, or (if
    /// [`GraphError::is_outcome_unknown`]) its reply was lost. Once some answers are known, the others carry
    /// such a failure in [`BatchAnswer::error`] instead.
    pub async fn batch(&self, requests: &[BatchRequest]) -> Result<Vec<BatchAnswer>, GraphError> {
        let mut pace = self.pace.lock().await;
        let limit = self.graph.transport.limit();
        let mut answers: Vec<Option<BatchAnswer>> = requests.iter().map(|_| None).collect();
        let mut waiting: VecDeque<Waiting> =
            (0..requests.len()).map(|index| Waiting { index, attempts: 0 }).collect();
        while !waiting.is_empty() {
            let sent: Vec<Waiting> = waiting.drain(..pace.0.min(waiting.len())).collect();
            match self.send_batch(requests, &sent, limit).await {
                Ok(received) => {
                    let pause = self.sort(sent, received, &mut answers, &mut waiting, &mut pace);
                    if !waiting.is_empty() && !rest(pause, limit).await {
                        break;
                    }
                }
                Err(error) if answers.iter().all(Option::is_none) => return Err(error),
                Err(error) => {
                    sent.iter().for_each(|one| answers[one.index] = Some(BatchAnswer::failed(error.clone())));
                    break;
                }
            }
        }
        Ok(answers
            .into_iter()
            .map(|answer| answer.unwrap_or_else(|| BatchAnswer::failed(GraphError::NotSent)))
            .collect())
    }

    /// Notes the answers, puts the refused requests back, and says how long to rest before the next batch.
    fn sort(
        &self,
        sent: Vec<Waiting>,
        received: Vec<BatchAnswer>,
        answers: &mut [Option<BatchAnswer>],
        waiting: &mut VecDeque<Waiting>,
        pace: &mut Pace,
    ) -> Option<Duration> {
        let policy = &self.graph.transport.policy;
        let mut pause = None;
        for (one, answer) in sent.into_iter().zip(received) {
            let attempts = one.attempts + 1;
            if answer.is_refused_for_concurrency() {
                pace.0 = pace.0.min(AT_ONCE);
            }
            if answer.may_be_repeated() && attempts < policy.attempts {
                pause = pause.max(Some(policy.pause(attempts, answer.retry_after())));
                waiting.push_back(Waiting { attempts, ..one });
            }
            answers[one.index] = Some(answer);
        }
        pause
    }

    /// Sends these requests as one batch; the answers come in their order.
    async fn send_batch(
        &self,
        requests: &[BatchRequest],
        sent: &[Waiting],
        limit: Instant,
    ) -> Result<Vec<BatchAnswer>, GraphError> {
        let inner = || sent.iter().map(|one| &requests[one.index]);
        let reads = inner().all(|request| request.repeat() == Repeat::Always);
        let repeat = if reads { Repeat::Always } else { Repeat::IfNotExecuted };
        let body = request::body(inner());
        let outer = self.request(Method::POST, "/$batch", Some(body.into()))?;
        let reply = self.send(repeat, outer, limit).await?;
        answer::read(&reply.body, inner()).map_err(|error| if reads { error } else { error.in_doubt() })
    }
}

/// Waits, if there is something to wait for and time for it.
async fn rest(pause: Option<Duration>, limit: Instant) -> bool {
    let Some(pause) = pause else { return true };
    let in_time = Instant::now() + pause < limit;
    if in_time {
        tokio::time::sleep(pause).await;
    }
    in_time
}

#[cfg(test)]
mod tests;
