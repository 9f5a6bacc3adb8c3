//! One worker at a time at an appointment ([`aws::Lease`]), and the steps that only the worker whose turn it is
//! can take.

use std::time::Instant;

use aws::{AwsError, Condition, Holder, Key, Lease, Write};
use jiff::SignedDuration;

use super::{
    BookingStore, appointment_key,
    appointments::Item,
    due::{DUE_AT, DUE_SHARD},
};
use crate::{AppointmentState, BookingError, EndedBy, state::Step};

/// Whose turn it is.
pub(crate) enum Turn {
    /// Ours; the appointment as it stood.
    Ours(Box<Item>),
    /// Another job's; or there is nothing to do any more.
    Theirs,
    /// An earlier delivery of this very job, which may be dead or still at work.
    OfAnEarlierAttempt,
}

/// How long after the turn of a dead holder ran out its appointment is due again.
const MARGIN: SignedDuration = SignedDuration::from_secs(5);

impl BookingStore {
    /// Takes the turn at an appointment that is on its way somewhere. While it is held the appointment is not
    /// due; should the holder die, it is due again.
    pub(crate) async fn take_turn(
        &self,
        item: &Item,
        message_id: &str,
        deadline: Instant,
    ) -> Result<Turn, BookingError> {
        let lease = Lease::new(self.now(), deadline, message_id);
        let as_read = Condition::equals("state", item.appointment.state);
        let take = lease
            .put_on(self.table.update(key_of(item)))?
            .set(DUE_AT, (lease.until() + MARGIN).as_second())?
            .when(Condition::All(vec![lease.free(), as_read]));
        self.aws.write_if(take).await?;
        let found: Option<Item> = self.table.get(key_of(item)).await?;
        let Some(found) = found else { return Ok(Turn::Theirs) };
        Ok(match lease.turn(&found.progress.holder) {
            aws::Turn::Ours => Turn::Ours(Box::new(found)),
            aws::Turn::OfAnEarlierAttempt => Turn::OfAnEarlierAttempt,
            aws::Turn::Theirs => Turn::Theirs,
        })
    }

    /// Writes the progress down before something that cannot be taken back. False: the turn is not ours any
    /// more, or the state changed.
    pub(crate) async fn note_progress(&self, item: &Item) -> Result<bool, BookingError> {
        self.ours(self.with_progress(self.table.update(key_of(item)), item)?, item, Vec::new()).await
    }

    /// Gives the turn back; the appointment is due again after `pause`.
    pub(crate) async fn put_back(&self, item: &Item, pause: SignedDuration) -> Result<(), BookingError> {
        let update = self.table.update(key_of(item)).set(DUE_AT, (self.now() + pause).as_second())?;
        let update = Holder::leaves(self.with_progress(update, item)?);
        self.aws.write_if(update.when(item.progress.holder.unchanged())).await?;
        Ok(())
    }

    /// Takes a step and gives the turn back, together with what else belongs to it. An appointment that stands
    /// or is over is not due any more; one that ends is due at once. None: the turn is not ours any more, or
    /// the state changed; nothing was written.
    pub(crate) async fn take_step(
        &self,
        item: &Item,
        step: Step,
        ended_by: Option<&EndedBy>,
        with: Vec<Write>,
    ) -> Result<Option<AppointmentState>, BookingError> {
        let Some(next) = item.appointment.state.after(step) else { return Ok(None) };
        let now = self.now();
        let mut update = self.table.update(key_of(item)).set("state", next)?.set("updated_at", now)?;
        if let Some(ended_by) = ended_by {
            update = update.set("ended_by", Some(ended_by))?;
        }
        if step == Step::Confirm {
            let join_url = item.appointment.join_url.as_deref();
            update = update.set("confirmed_at", Some(now))?.set("join_url", join_url)?;
        }
        update = Holder::leaves(self.with_progress(update, item)?);
        update = if next == AppointmentState::Cancelling {
            update.set(DUE_AT, now.as_second())?
        } else {
            update.remove(DUE_SHARD).remove(DUE_AT)
        };
        let is_taken = self.ours(update, item, with).await?;
        Ok(is_taken.then_some(next))
    }

    /// Writes if the turn is still ours and nobody changed the state.
    async fn ours(&self, update: Write, item: &Item, with: Vec<Write>) -> Result<bool, BookingError> {
        let own = Condition::All(vec![
            item.progress.holder.unchanged(),
            Condition::equals("state", item.appointment.state),
        ]);
        let mut writes = vec![update.when(own)];
        writes.extend(with);
        Ok(self.aws.transact_if(writes).await?)
    }

    fn with_progress(&self, update: Write, item: &Item) -> Result<Write, AwsError> {
        let progress = &item.progress;
        let mut update = update.set("failures", progress.failures)?;
        if let Some(posted_at) = progress.posted_at {
            update = update.set("posted_at", posted_at)?;
        }
        if let Some(calendar) = &progress.calendar {
            update = update.set("calendar", calendar)?;
        }
        if let Some(event_id) = &progress.event_id {
            update = update.set("event_id", event_id)?;
        }
        if let Some(ical_uid) = &progress.ical_uid {
            update = update.set("ical_uid", ical_uid)?;
        }
        if let Some(organizer) = &progress.organizer {
            update = update.set("organizer", organizer)?;
        }
        Ok(update)
    }
}

fn key_of(item: &Item) -> Key {
    let appointment = &item.appointment;
    appointment_key(&appointment.organization_id, appointment.start, &appointment.id)
}
