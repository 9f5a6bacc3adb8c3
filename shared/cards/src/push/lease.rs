//! One push at a time for each user ([`aws::Lease`]).

use std::time::Instant;

use accounts::{Accounts, Link, News, PushNews};
use aws::{AwsError, Holder, Lease, Write};

use super::{
    Push,
    state::{PushState, state_key},
};
use crate::CardsError;

/// Whose turn it is.
pub(super) enum Turn {
    /// Ours; the state as it stood.
    Ours(Box<PushState>),
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
            aws::Turn::Ours => Turn::Ours(Box::new(state)),
            aws::Turn::OfAnEarlierAttempt => Turn::OfAnEarlierAttempt,
            aws::Turn::Theirs => Turn::Theirs,
        })
    }

    /// Writes the state, with what there is to tell of the turn, and gives the turn back, unless it ran out and was
    /// taken.
    pub(super) async fn end_turn(&self, link: &Link, state: &PushState) -> Result<(), CardsError> {
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
            .set("removal", &state.removal)?;
        let end = Holder::leaves(end).when(state.holder.unchanged());
        let audit = state.told.iter().map(|event| self.accounts.audit_write(link, event));
        let mut writes = audit.collect::<Result<Vec<_>, _>>()?;
        writes.extend(state.finished.then(|| finished(&self.accounts, link, state)).flatten().transpose()?);
        if writes.is_empty() {
            self.cards.aws.write_if(end).await?;
        } else {
            writes.push(end);
            self.cards.aws.transact_if(writes).await?;
        }
        Ok(())
    }
}

/// The news of a push that had something to do and did it.
fn finished(accounts: &Accounts, link: &Link, state: &PushState) -> Option<Result<Write, AwsError>> {
    let last = &state.last_push;
    let news = PushNews {
        user_id: link.user_id.clone(),
        started_at: last.at?,
        created: last.created,
        updated: last.updated,
        deleted: last.deleted,
        refused: last.refused,
    };
    Some(accounts.tell(&link.organization_id, News::Push(news)))
}
