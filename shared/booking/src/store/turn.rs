//! One worker at a time at an appointment, and the steps that only the worker whose turn it is can take.
//!
//! ```text
//! free ──take──▶ held by attempt A of message M ──step, later──▶ free
//!                      │ A dies
//!                      └──────── its time runs out ────────────▶ free
//! ```

use std::time::Instant;

use aws::{AwsError, Condition, Key, Write};
use jiff::SignedDuration;
use uuid::Uuid;

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

/// How much longer than the function may run its turn is held.
const GRACE: SignedDuration = SignedDuration::from_secs(5);

const TURN_UNTIL: &str = "turn_until";

impl BookingStore {
    /// Takes the turn at an appointment that is on its way somewhere. While it is held the appointment is not
    /// due; should the holder die, it is due again.
    pub(crate) async fn take_turn(
        &self,
        item: &Item,
        message_id: &str,
        deadline: Instant,
    ) -> Result<Turn, BookingError> {
        let attempt = Uuid::new_v4();
        let now = self.now();
        let left = deadline.saturating_duration_since(Instant::now());
        let until = now + SignedDuration::try_from(left).unwrap_or(SignedDuration::ZERO) + GRACE;
        let free = Condition::Any(vec![
            Condition::Absent(TURN_UNTIL),
            Condition::less_than(TURN_UNTIL, now.as_millisecond()),
        ]);
        let take = self
            .table
            .update(key_of(item))
            .set("turn_attempt", attempt)?
            .set("turn_message", message_id)?
            .set(TURN_UNTIL, until.as_millisecond())?
            .set(DUE_AT, (until + GRACE).as_second())?
            .when(Condition::All(vec![free, Condition::equals("state", item.appointment.state)]));
        match self.aws.write(take).await {
            Err(error) if !error.is_condition_failed() => return Err(error.into()),
            _ => {}
        }
        // Read in any case: the condition also fails when the SDK repeats a write whose reply was lost.
        let found: Option<Item> = self.table.get(key_of(item)).await?;
        let Some(found) = found else { return Ok(Turn::Theirs) };
        Ok(if found.progress.turn_attempt == Some(attempt) {
            Turn::Ours(Box::new(found))
        } else if found.progress.turn_message.as_deref() == Some(message_id) {
            Turn::OfAnEarlierAttempt
        } else {
            Turn::Theirs
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
        let update = without_turn(self.with_progress(update, item)?);
        let own = Condition::equals("turn_attempt", item.progress.turn_attempt);
        match self.aws.write(update.when(own)).await {
            Err(error) if error.is_condition_failed() => Ok(()),
            result => Ok(result?),
        }
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
        update = without_turn(self.with_progress(update, item)?);
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
            Condition::equals("turn_attempt", item.progress.turn_attempt),
            Condition::equals("state", item.appointment.state),
        ]);
        let mut writes = vec![update.when(own)];
        writes.extend(with);
        match self.aws.transact(writes).await {
            Err(error) if error.is_condition_failed() => Ok(false),
            result => Ok(result.map(|()| true)?),
        }
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

fn without_turn(update: Write) -> Write {
    update.remove("turn_attempt").remove("turn_message").remove(TURN_UNTIL)
}

fn key_of(item: &Item) -> Key {
    let appointment = &item.appointment;
    appointment_key(&appointment.organization_id, appointment.start, &appointment.id)
}
