//! One push at a time for each user ([`aws::Lease`]).

use std::time::Instant;

use accounts::Link;
use aws::{AwsError, Holder, Lease};

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

impl Push {
    pub(super) async fn take_turn(
        &self,
        link: &Link,
        message_id: &str,
        deadline: Instant,
    ) -> Result<Turn, AwsError> {
        let lease = Lease::new(self.clock.now(), deadline, message_id);
        let take = lease.put_on(self.cards.table.update(state_key(link)))?.when(lease.free());
        self.cards.aws.write_if(take).await?;
        let state = self.cards.push_state(link).await?.unwrap_or_default();
        Ok(match lease.turn(&state.holder) {
            aws::Turn::Ours => Turn::Ours(state),
            aws::Turn::OfAnEarlierAttempt => Turn::OfAnEarlierAttempt,
            aws::Turn::Theirs => Turn::Theirs,
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
            .set("failures", state.failures)?;
        let end = Holder::leaves(end).when(state.holder.unchanged());
        self.cards.aws.write_if(end).await.map(drop)
    }
}
