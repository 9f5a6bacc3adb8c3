//! The clerk: writes appointments into calendars and takes them out again, one job at a time. Called by the
//! worker behind the queue.

mod make;
mod unmake;

use std::time::{Duration, Instant};

use accounts::{Accounts, AppSecrets, SiteSettings, Tokens};
use aws::{Queue, Write};
use graph::Graph;
use jiff::SignedDuration;
use outbox::{Outbox, SendJob};

use crate::{
    Appointment, AppointmentState, BookingError, BookingJob, BookingStore, CalendarJob, EndedBy, Why,
    calendars::Calendars,
    invite::Outlook,
    letters::{Letter, Reader},
    mails::{Circumstances, Mails},
    state::Step,
    store::{Item, Turn},
    tokens::GuestTokens,
};

/// Works appointments off.
#[derive(Clone)]
pub struct Clerk {
    store: BookingStore,
    calendars: Calendars,
    outbox: Outbox,
    sends: Queue<SendJob>,
    mails: Mails,
}

/// What came of one attempt at an appointment.
enum Outcome {
    /// A step can be taken.
    Step(Step, Ending),
    /// Not now; it comes up again after this pause, or sooner or later by the number of failures.
    Later(Option<SignedDuration>),
    /// The turn or the state is another by now.
    Overtaken,
}

/// What a step leaves behind.
#[derive(Default)]
struct Ending {
    /// Why it ends, where it ends by itself.
    reason: Option<String>,
    /// Why the event could not be taken out of Outlook, if so.
    left: Option<String>,
}

/// What is kept back of the function's time to write down how far an attempt came.
const RESERVE: Duration = Duration::from_secs(8);

impl Clerk {
    /// A clerk on these.
    ///
    /// # Errors
    /// The signing key is malformed.
    #[expect(clippy::too_many_arguments, reason = "called once, by the worker")]
    pub fn new(
        store: BookingStore,
        accounts: Accounts,
        tokens: Tokens,
        graph: Graph,
        outbox: Outbox,
        sends: Queue<SendJob>,
        site: SiteSettings,
        secrets: &AppSecrets,
    ) -> Result<Self, BookingError> {
        let calendars = Calendars::new(store.clone(), accounts, tokens, graph);
        let mails = Mails::new(site, GuestTokens::new(secrets)?);
        Ok(Self { store, calendars, outbox, sends, mails })
    }

    /// Works off one job. `message_id` is the queue's and the same at every delivery of the job.
    ///
    /// What fails in passing comes up again by itself: the appointment stays due.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn work(
        &self,
        job: &BookingJob,
        message_id: &str,
        deadline: Instant,
    ) -> Result<(), BookingError> {
        let stop = deadline.checked_sub(RESERVE).unwrap_or(deadline);
        // Two states at most are worked off: what is pending may be cancelled meanwhile, or given up.
        while let Some(item) = self.store.item(&job.organization_id, &job.appointment_id).await? {
            let state = item.appointment.state;
            if !matches!(state, AppointmentState::Pending | AppointmentState::Cancelling) {
                return Ok(());
            }
            let mut item = match self.store.take_turn(&item, message_id, deadline).await? {
                Turn::Theirs => return Ok(()),
                Turn::OfAnEarlierAttempt => return Err(BookingError::TurnTaken),
                Turn::Ours(item) => item,
            };
            let result = if state == AppointmentState::Pending {
                self.make(&mut item, stop).await
            } else {
                self.unmake(&mut item, stop).await
            };
            if !self.settle(&mut item, result).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Keeps a calendar link alive (requirement R03). What fails in passing comes up again by itself.
    ///
    /// # Errors
    /// The job is to be delivered again.
    pub async fn keep_alive(&self, job: &CalendarJob) -> Result<(), BookingError> {
        self.calendars.keep_alive(&job.organization_id, &job.user_id).await
    }

    /// Writes down what came of an attempt. Says whether the appointment is to be looked at again at once.
    async fn settle(
        &self,
        item: &mut Item,
        result: Result<Outcome, BookingError>,
    ) -> Result<bool, BookingError> {
        match result {
            Ok(Outcome::Step(step, ending)) => self.take_step(item, step, ending).await,
            Ok(Outcome::Overtaken) => {
                self.store.put_back(item, SignedDuration::ZERO).await?;
                Ok(true)
            }
            Ok(Outcome::Later(pause)) => {
                item.progress.failures += 1;
                let pause = pause.unwrap_or_else(|| pause_after(item.progress.failures));
                self.store.put_back(item, pause).await?;
                Ok(false)
            }
            Err(error) => {
                item.progress.failures += 1;
                self.store.put_back(item, pause_after(item.progress.failures)).await?;
                Err(error)
            }
        }
    }

    /// Takes a step with everything that belongs to it, in one transaction: cells, mails, what is due.
    async fn take_step(&self, item: &mut Item, step: Step, ending: Ending) -> Result<bool, BookingError> {
        let ended_by = ending.reason.map(EndedBy::Failure);
        if let Some(ended_by) = &ended_by {
            item.appointment.ended_by = Some(ended_by.clone());
        }
        let mails = self.mails_of(item, step, ending.left.as_deref())?;
        let ids: Vec<String> = mails.iter().map(|(id, _)| id.clone()).collect();
        let mut with: Vec<Write> = mails.into_iter().map(|(_, write)| write).collect();
        if matches!(step, Step::Refuse | Step::Gone | Step::Undone) {
            with.extend(self.store.release(&item.appointment));
        }
        let Some(next) = self.store.take_step(item, step, ended_by.as_ref(), with).await? else {
            // Our own earlier attempt may have got through, or somebody cancelled.
            self.store.put_back(item, SignedDuration::ZERO).await?;
            return Ok(true);
        };
        let Appointment { id, organization_id, host, start, end, .. } = &item.appointment;
        tracing::info!(appointment_id = %id, state = next.as_str(), "the appointment took a step");
        if !ids.is_empty()
            && let Err(error) = self.outbox.hurry(&self.sends, &ids).await
        {
            tracing::warn!(error = %types::Chain(&error), "the mails wait for the tick");
        }
        self.store.forget(organization_id, host, *start, *end).await?;
        Ok(next == AppointmentState::Cancelling)
    }

    /// The mails of a step: one to each person whom it tells something new.
    fn mails_of(
        &self,
        item: &Item,
        step: Step,
        left: Option<&str>,
    ) -> Result<Vec<(String, Write)>, BookingError> {
        let (appointment, progress) = (&item.appointment, &item.progress);
        let was_confirmed = appointment.confirmed_at.is_some();
        let (letter, readers): (Letter, &[Reader]) = match step {
            Step::Confirm => (Letter::Confirmed, &[Reader::Guest, Reader::Host]),
            Step::Refuse | Step::Undone => (Letter::Failed, &[Reader::Guest, Reader::Host]),
            // A host who never heard of it hears of what is left.
            Step::Gone if was_confirmed || left.is_some() => {
                (Letter::Cancelled, &[Reader::Guest, Reader::Host])
            }
            Step::Gone => (Letter::Cancelled, &[Reader::Guest]),
            Step::GiveUp | Step::Cancel => (Letter::Failed, &[]),
        };
        let event = progress.ical_uid.as_deref().zip(progress.organizer.as_deref());
        let event = event.map(|(uid, organizer)| Outlook { uid, organizer });
        let circumstances = Circumstances { event, left };
        let now = self.store.now();
        let mut mails = Vec::new();
        for reader in readers {
            let mail = self.mails.mail(letter, *reader, appointment, circumstances, now);
            let write = self.outbox.post(&mail)?;
            mails.push((mail.id, write));
        }
        Ok(mails)
    }
}

/// How long to wait after so many failures in passing: 15 s, 30 s, 1, 2, 4, then 8 minutes.
fn pause_after(failures: u32) -> SignedDuration {
    SignedDuration::from_secs(15 << failures.clamp(1, 6).saturating_sub(1))
}

/// The word for a calendar that cannot be used.
fn word(why: &Why) -> String {
    match why {
        Why::NotLinked => "not_linked".to_owned(),
        Why::NoOnlineMeetings => "no_online_meetings".to_owned(),
        Why::Refused(code) => code.clone(),
        Why::Unavailable => "unavailable".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_in_passing_are_tried_again_soon_at_first() {
        let seconds = [1, 2, 3, 4, 5, 6, 7, 99].map(|failures| pause_after(failures).as_secs());
        assert_eq!(seconds, [15, 30, 60, 120, 240, 480, 480, 480]);
    }
}
