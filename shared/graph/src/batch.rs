//! `POST /$batch` (facts 2.1): many requests in one, each throttled and refused on its own.
//!
//! A batch is a chain: each request depends on the one before, so Outlook works on one of them at a time and
//! the batch takes one of the mailbox's four places. Callers who want to use all four send several batches
//! at once. Behind a request that fails, Graph does not execute the rest of the chain (424). These are sent
//! again side by side, at most four to a batch, which takes a place for each.
//!
//! What is repeated, and what is given back:
//!
//! | answer | of the whole batch | of one inner request |
//! |---|---|---|
//! | 429, 509, a 503 that says busy or names a time | not executed: repeated | not executed: repeated, with what is behind it in the chain |
//! | another 503 | from the gateway, not executed: repeated | a read is repeated, a write is in doubt |
//! | 408, 500, 502, 504, no reply | repeated if all are reads, else in doubt | a read is repeated, a write is in doubt |
//! | 424 in a chain | | not executed: sent again |
//! | anything else | given back | given back |
//!
//! Pauses are the longest `Retry-After` of a reply, and hold for the whole mailbox. What is in doubt is
//! [`GraphError::OutcomeUnknown`]: look it up before repeating it.

mod answer;
mod request;
mod work;

use reqwest::Method;
use tokio::time::Instant;

pub use answer::BatchAnswer;
pub use request::BatchRequest;
use work::Work;

use crate::error::GraphError;
use crate::mailbox::{Mailbox, Place};
use crate::transport::Repeat;

/// The most requests that Graph takes in one batch. [`Mailbox::batch`] cuts what is longer.
pub const MOST_IN_BATCH: usize = 20;

impl Mailbox {
    /// Sends the requests, twenty to a batch, one batch after the other; any number of callers may do so at
    /// once. Answers stand in the order of the requests; after a refusal or failure they are not executed in
    /// any particular order.
    ///
    /// # Errors
    /// Nothing is known of any of the requests: the batch was refused, could not be sent, or (if
    /// [`GraphError::is_outcome_unknown`]) its reply was lost. Once some answers are known, the others carry
    /// such a failure in [`BatchAnswer::error`] instead.
    pub async fn batch(&self, requests: &[BatchRequest]) -> Result<Vec<BatchAnswer>, GraphError> {
        let mut work = Work::of(requests);
        let mut limit = None;
        while let Some(places) = work.places() {
            if let Err(error) = self.send_next(&mut work, places, &mut limit).await {
                return work.end(error);
            }
        }
        Ok(work.into_answers())
    }

    /// Sends the next batch once and sorts what comes back.
    async fn send_next(
        &self,
        work: &mut Work<'_>,
        places: usize,
        limit: &mut Option<Instant>,
    ) -> Result<(), GraphError> {
        let (place, limit) = self.enter(places, limit).await?;
        work.begin(place.at_once);
        let Some(received) = self.send_batch(work, &place, limit).await? else {
            work.put_back();
            return Ok(());
        };
        let refusals = work.sort(received, &self.graph.transport.policy);
        // Before the place is given back, so that whoever comes next knows.
        if refusals.for_concurrency {
            self.places.reduce(&place);
        }
        refusals.pause.into_iter().for_each(|pause| self.places.rest(pause));
        Ok(())
    }

    /// The answers in the order of the requests in the batch; `None` if it was refused and may be repeated.
    async fn send_batch(
        &self,
        work: &Work<'_>,
        place: &Place<'_>,
        limit: Instant,
    ) -> Result<Option<Vec<BatchAnswer>>, GraphError> {
        let reads = work.under_way().all(|request| request.repeat() == Repeat::Always);
        let repeat = if reads { Repeat::Always } else { Repeat::IfNotExecuted };
        let body = request::body(work.under_way(), work.is_chain());
        let outer = self.request(Method::POST, "/$batch", Some(body.into()))?;
        let Some(reply) = self.attempt(repeat, &outer, work.attempt(), place, limit).await else {
            return Ok(None);
        };
        let answers = answer::read(&reply?.body, work.under_way());
        answers.map(Some).map_err(|error| if reads { error } else { error.in_doubt() })
    }
}

#[cfg(test)]
mod tests;
