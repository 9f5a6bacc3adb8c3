//! One push at a time for each user.
//!
//! ```text
//! free ──take──▶ held by attempt A of message M ──end──▶ free
//!                      │ A dies                      
//!                      └──────── until runs out ────▶ free
//! ```

use std::time::Instant;

use accounts::Link;
use aws::{AwsError, Condition};
use jiff::SignedDuration;
use uuid::Uuid;

use super::{
    Push,
    state::{PushState, state_key},
};

/// Whose turn it is.
pub(super) enum Turn {
    /// Ours; the state as it stood.
    Ours(PushState),
    /// Another job's.
    Theirs,
    /// An earlier delivery of this very job, which may be dead or still at work.
    OfAnEarlierAttempt,
}

/// How much longer than the function may run its lease is held.
const GRACE: SignedDuration = SignedDuration::from_secs(5);

impl Push {
    pub(super) async fn take_turn(
        &self,
        link: &Link,
        message_id: &str,
        deadline: Instant,
    ) -> Result<Turn, AwsError> {
        let attempt = Uuid::new_v4();
        let now = self.clock.now();
        let left = deadline.saturating_duration_since(Instant::now());
        let until = now + SignedDuration::try_from(left).unwrap_or(SignedDuration::ZERO) + GRACE;
        let free = Condition::Any(vec![
            Condition::Absent("lease_until"),
            Condition::less_than("lease_until", now.as_millisecond()),
        ]);
        let take = self
            .cards
            .table
            .update(state_key(link))
            .set("lease_attempt", attempt)?
            .set("lease_message", message_id)?
            .set("lease_until", until.as_millisecond())?
            .when(free);
        match self.cards.aws.write(take).await {
            Err(error) if !error.is_condition_failed() => return Err(error),
            _ => {}
        }
        // Read in any case: the condition also fails when the SDK repeats a write whose reply was lost.
        let state = self.cards.push_state(link).await?.unwrap_or_default();
        Ok(if state.lease_attempt == Some(attempt) {
            Turn::Ours(state)
        } else if state.lease_message.as_deref() == Some(message_id) {
            Turn::OfAnEarlierAttempt
        } else {
            Turn::Theirs
        })
    }

    /// Writes the state and gives the turn back, unless it ran out and was taken.
    pub(super) async fn end_turn(&self, link: &Link, state: &PushState) -> Result<(), AwsError> {
        let end = self
            .cards
            .table
            .update(state_key(link))
            .set("folder", &state.folder)?
            .set("pushed_revision", state.pushed_revision)?
            .set("token_used_at", state.token_used_at)?
            .set("last_push", &state.last_push)?
            .set("refused", &state.refused)?
            .set("failures", state.failures)?
            .remove("lease_attempt")
            .remove("lease_message")
            .remove("lease_until")
            .when(Condition::equals("lease_attempt", state.lease_attempt));
        match self.cards.aws.write(end).await {
            Err(error) if error.is_condition_failed() => Ok(()),
            result => result,
        }
    }
}
