//! One reader for each mailbox, and what others tell it.
//!
//! ```text
//! free ──take──▶ held by attempt A of message M ──release, if nothing else is wanted──▶ free
//!                   │      ▲      │ others note what they want seen
//!                   │      └──────┘ A reads again
//!                   └ A dies ── until runs out ──▶ free
//! ```

use std::time::Instant;

use accounts::Link;
use aws::{AwsError, Condition, Holder, Lease};
use jiff::Timestamp;

use super::{
    Reader,
    state::{ReadState, state_key},
};
use crate::ContactPointsError;

/// Whose turn it is.
pub(super) enum Turn {
    /// Ours; the state as it stood.
    Ours(Box<ReadState>),
    /// Nobody's for this job: a read has seen its news, or the one at work will.
    Done,
    /// An earlier delivery of this very job's, which may be dead or still at work.
    OfAnEarlierAttempt,
}

/// Whether the lease was given back.
pub(super) enum Released {
    /// It was, or another took it after its end.
    Yes,
    /// Others told of news of this instant meanwhile.
    MoreToSee(Timestamp),
}

/// How often a job looks again whether it is its turn, while the one at work comes and goes.
const LOOKS: u32 = 8;

impl Reader {
    pub(super) async fn take_turn(
        &self,
        link: &Link,
        seen_at: Timestamp,
        message_id: &str,
        deadline: Instant,
    ) -> Result<Turn, ContactPointsError> {
        let lease = Lease::new(self.clock.now(), deadline, message_id);
        for _ in 0..LOOKS {
            let state = self.points.read_state(link).await?.unwrap_or_default();
            if state.has_seen(seen_at) {
                return Ok(Turn::Done);
            }
            let take = lease.put_on(self.points.table.update(state_key(link)))?.when(lease.free());
            self.points.aws.write_if(take).await?;
            let state = self.points.read_state(link).await?.unwrap_or_default();
            match lease.turn(&state.holder) {
                aws::Turn::Ours => return Ok(Turn::Ours(Box::new(state))),
                aws::Turn::OfAnEarlierAttempt => return Ok(Turn::OfAnEarlierAttempt),
                aws::Turn::Theirs => {}
            }
            if self.tell(link, seen_at).await? {
                return Ok(Turn::Done);
            }
        }
        Err(ContactPointsError::LeaseHeld)
    }

    /// Tells whoever holds the lease of news; it will not give the lease back before it has seen them. False
    /// if nobody holds it any more.
    async fn tell(&self, link: &Link, seen_at: Timestamp) -> Result<bool, AwsError> {
        let wanted_at = seen_at.as_millisecond();
        let is_news = Condition::All(vec![
            Holder::somebody(),
            Condition::Any(vec![
                Condition::Absent("wanted_at"),
                Condition::less_than("wanted_at", wanted_at),
            ]),
        ]);
        let tell = self.points.table.update(state_key(link)).set("wanted_at", wanted_at)?.when(is_news);
        if self.points.aws.write_if(tell).await? {
            return Ok(true);
        }
        let state = self.points.read_state(link).await?.unwrap_or_default();
        Ok(state.holder.is_there() && state.wanted_at >= Some(wanted_at))
    }

    /// Writes the state and gives the lease back, unless others want something seen that was not. After a
    /// failure it is given back in any case: the link comes up again.
    pub(super) async fn release(
        &self,
        link: &Link,
        state: &mut ReadState,
        has_failed: bool,
    ) -> Result<Released, AwsError> {
        let is_ours = state.holder.unchanged();
        let seen_until = state.seen_until.map_or(i64::MIN, Timestamp::as_millisecond);
        let is_all_seen = Condition::Any(vec![
            Condition::Absent("wanted_at"),
            Condition::less_than("wanted_at", seen_until.saturating_add(1)),
        ]);
        let condition = if has_failed { is_ours } else { Condition::All(vec![is_ours, is_all_seen]) };
        let release = self
            .points
            .table
            .update(state_key(link))
            .set("cursor", state.cursor)?
            .set("seen_until", state.seen_until)?
            .set("layout", &state.layout)?
            .set("last_read", &state.last_read)?
            .set("fruitless", state.fruitless)?
            .set("failures", state.failures)?
            .set("has_reported", state.has_reported)?
            .remove("wanted_at");
        if self.points.aws.write_if(Holder::leaves(release).when(condition)).await? {
            return Ok(Released::Yes);
        }
        let stored = self.points.read_state(link).await?.unwrap_or_default();
        match stored.wanted_at.and_then(|at| Timestamp::from_millisecond(at).ok()) {
            Some(wanted_at) if stored.holder == state.holder => Ok(Released::MoreToSee(wanted_at)),
            _ => Ok(Released::Yes),
        }
    }
}
