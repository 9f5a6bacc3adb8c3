//! One push at a time for each user ([`aws::Lease`]).

use std::time::Instant;

use accounts::{Accounts, Deed, Link, News, PushNews};
use aws::{AwsError, Condition, Holder, Lease, Write};

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
            .set("shape", &state.shape)?
            .set("token_used_at", state.token_used_at)?
            .set("last_push", &state.last_push)?
            .set("refused", &state.refused)?
            .set("failures", state.failures)?;
        let end = end_removal(Holder::leaves(end), state)?;
        let audit = state.told.iter().map(|event| self.accounts.audit_write(link, event));
        let mut writes = audit.collect::<Result<Vec<_>, _>>()?;
        writes.extend(state.finished.then(|| finished(&self.accounts, link, state)).flatten().transpose()?);
        let is_told = if writes.is_empty() {
            self.cards.aws.write_if(end).await?
        } else {
            writes.push(end);
            self.cards.aws.transact_if(writes).await?
        };
        if is_told && state.finished {
            self.accounts.note_deeds(&link.organization_id, &deeds(state)).await;
        }
        Ok(())
    }
}

/// With how the removal of the folder ended, if this turn ended it. A removal that was asked for during the turn is
/// another, and stays.
fn end_removal(end: Write, state: &PushState) -> Result<Write, AwsError> {
    let unchanged = state.holder.unchanged();
    let (Some(asked), Some(outcome)) = (&state.removal, &state.removal_outcome) else {
        return Ok(end.when(unchanged));
    };
    let as_asked = Condition::equals("removal", asked);
    Ok(end.set("removal", asked.ended(outcome))?.when(Condition::All(vec![unchanged, as_asked])))
}

/// What a finished push did, in numbers.
fn deeds(state: &PushState) -> [(Deed, u64); 4] {
    let last = &state.last_push;
    [
        (Deed::CardsCreated, last.created.into()),
        (Deed::CardsUpdated, last.updated.into()),
        (Deed::CardsDeleted, last.deleted.into()),
        (Deed::CardsRefused, last.refused.into()),
    ]
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
