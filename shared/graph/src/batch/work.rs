//! What is still to be sent of a caller's requests, and what came back.

use std::collections::VecDeque;
use std::time::Duration;

use super::MOST_IN_BATCH;
use super::answer::BatchAnswer;
use super::request::BatchRequest;
use crate::error::GraphError;
use crate::mailbox::MOST_AT_ONCE;
use crate::retry::RetryPolicy;

/// A caller's requests on their way.
pub(super) struct Work<'a> {
    requests: &'a [BatchRequest],
    answers: Vec<Option<BatchAnswer>>,
    /// To be sent in chains.
    chained: VecDeque<Waiting>,
    /// To be sent side by side: those that a failed request stood before in their chain.
    apart: VecDeque<Waiting>,
    under_way: Part,
}

/// A request waiting to be sent: where it stands in the caller's list, and how often it was refused.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    index: usize,
    attempts: u32,
}

/// The requests of one batch.
#[derive(Default)]
struct Part {
    is_chain: bool,
    sent: Vec<Waiting>,
}

/// What the refusals in a batch ask for.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    /// The longest pause.
    pub(super) pause: Option<Duration>,
    /// Whether one was for running at the same time as others.
    pub(super) for_concurrency: bool,
}

impl<'a> Work<'a> {
    pub(super) fn of(requests: &'a [BatchRequest]) -> Self {
        Self {
            requests,
            answers: requests.iter().map(|_| None).collect(),
            chained: (0..requests.len()).map(|index| Waiting { index, attempts: 0 }).collect(),
            apart: VecDeque::new(),
            under_way: Part::default(),
        }
    }

    /// How many places of the mailbox the next batch wants; `None` when all is done.
    pub(super) fn places(&self) -> Option<usize> {
        if self.chained.is_empty() {
            Some(self.apart.len().min(MOST_AT_ONCE)).filter(|&places| places > 0)
        } else {
            Some(1)
        }
    }

    /// Makes the next batch, of which so many requests may run at once.
    pub(super) fn begin(&mut self, at_once: usize) {
        let is_chain = !self.chained.is_empty();
        let (queue, most) =
            if is_chain { (&mut self.chained, MOST_IN_BATCH) } else { (&mut self.apart, at_once) };
        let sent = queue.drain(..most.min(queue.len())).collect();
        self.under_way = Part { is_chain, sent };
    }

    /// The requests of the batch under way.
    pub(super) fn under_way(&self) -> impl Iterator<Item = &'a BatchRequest> {
        self.under_way.sent.iter().map(|one| &self.requests[one.index])
    }

    /// Whether it is a chain.
    pub(super) fn is_chain(&self) -> bool {
        self.under_way.is_chain
    }

    /// The number of this attempt, from 1, for the request in it that has been refused most.
    pub(super) fn attempt(&self) -> u32 {
        self.under_way.sent.iter().map(|one| one.attempts + 1).max().unwrap_or(1)
    }

    /// The batch as a whole was refused.
    pub(super) fn put_back(&mut self) {
        let Part { is_chain, sent } = std::mem::take(&mut self.under_way);
        let queue = if is_chain { &mut self.chained } else { &mut self.apart };
        queue.extend(sent.into_iter().map(|one| Waiting { attempts: one.attempts + 1, ..one }));
    }

    /// Notes the answers and puts back what is to be sent again. Of a chain that is the refused request with
    /// all behind it; behind a request that failed for good, the others go apart, so that none can hold up
    /// another a second time.
    pub(super) fn sort(&mut self, received: Vec<BatchAnswer>, policy: &RetryPolicy) -> Refusals {
        let Part { is_chain, sent } = std::mem::take(&mut self.under_way);
        let mut refusals = Refusals::default();
        let mut goes_again = false;
        for (one, answer) in sent.into_iter().zip(received) {
            if is_chain && answer.is_failed_dependency() {
                // Not executed. It has no answer of its own yet, and no attempt is counted.
                let queue = if goes_again { &mut self.chained } else { &mut self.apart };
                queue.push_back(one);
                continue;
            }
            let attempts = one.attempts + 1;
            goes_again = answer.may_be_repeated() && attempts < policy.attempts;
            if answer.may_be_repeated() {
                refusals.pause = refusals.pause.max(Some(policy.pause(attempts, answer.retry_after())));
                refusals.for_concurrency |= answer.is_refused_for_concurrency();
            }
            if goes_again {
                let queue = if is_chain { &mut self.chained } else { &mut self.apart };
                queue.push_back(Waiting { attempts, ..one });
            }
            self.answers[one.index] = Some(answer);
        }
        refusals
    }

    /// All that came back, in the order of the requests. What has no answer was not executed.
    pub(super) fn into_answers(self) -> Vec<BatchAnswer> {
        let not_sent = || BatchAnswer::failed(GraphError::NotSent);
        self.answers.into_iter().map(|answer| answer.unwrap_or_else(not_sent)).collect()
    }

    /// Ends with a failure of the batch under way: the error of all, if nothing is known of any.
    pub(super) fn end(mut self, error: GraphError) -> Result<Vec<BatchAnswer>, GraphError> {
        if self.answers.iter().all(Option::is_none) {
            return Err(error);
        }
        for one in std::mem::take(&mut self.under_way).sent {
            self.answers[one.index] = Some(BatchAnswer::failed(error.clone()));
        }
        Ok(self.into_answers())
    }
}
