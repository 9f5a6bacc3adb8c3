//! A pending appointment becomes an event.

use std::time::{Duration, Instant};

use graph::{
    GraphError,
    calendar::{Event, NewEvent, Party},
};
use jiff::SignedDuration;

use super::{Clerk, Ending, Outcome, word};
use crate::{
    Appointment, BookingError, Place, Why, calendars::HostCalendar, letters, state::Step, store::Item,
    title::title,
};

/// So long it is tried; then the guest is told that it failed.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_mins(60);

/// So long a Teams meeting may come later than its event (requirement R38).
const JOIN_URL_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// How often, with growing pauses, a job looks for the Teams meeting before it leaves the rest to the next.
const JOIN_URL_LOOKS: u32 = 4;

impl Clerk {
    /// Tries once. Before the first POST the calendar is asked whether the time is free; the POST is announced
    /// in the appointment; after any doubt the event is looked up by our key and adopted.
    pub(super) async fn make(&self, item: &mut Item, stop: Instant) -> Result<Outcome, BookingError> {
        let appointment = item.appointment.clone();
        let now = self.store.now();
        if now >= (appointment.created_at + GIVEN_UP_AFTER).min(appointment.start) {
            return Ok(give_up(item, "took_too_long"));
        }
        let (organization, host) = (&appointment.organization_id, &appointment.host);
        let calendar = match self.calendars.open(organization, host, Some(stop)).await? {
            Ok(calendar) => calendar,
            Err(Why::Unavailable) => return Ok(Outcome::Later(None)),
            Err(why) => return Ok(give_up(item, &word(&why))),
        };
        let is_other = item.progress.calendar.as_ref().is_some_and(|own| *own != calendar.known.calendar);
        if is_other {
            return Ok(give_up(item, "linked_to_another_account"));
        }
        if appointment.place == Place::WebMeeting && !calendar.known.allows_teams {
            return Ok(give_up(item, &word(&Why::NoOnlineMeetings)));
        }
        let event = if item.progress.posted_at.is_some() {
            match self.look_up(&calendar, &appointment).await? {
                Ok(found) => found,
                Err(outcome) => return Ok(outcome),
            }
        } else {
            let Appointment { start, end, buffer_minutes, .. } = appointment;
            match self.calendars.is_free(&calendar, start, end, buffer_minutes).await? {
                Ok(true) => None,
                Ok(false) => return Ok(give_up(item, "busy")),
                Err(_) => return Ok(Outcome::Later(None)),
            }
        };
        match event {
            Some(event) => self.adopt(&calendar, item, event, stop).await,
            None => self.post(&calendar, item, stop).await,
        }
    }

    async fn post(
        &self,
        calendar: &HostCalendar,
        item: &mut Item,
        stop: Instant,
    ) -> Result<Outcome, BookingError> {
        let is_first = item.progress.posted_at.is_none();
        item.progress.posted_at = Some(self.store.now());
        item.progress.calendar = Some(calendar.known.calendar.clone());
        if !self.store.note_progress(item).await? {
            return Ok(Outcome::Overtaken);
        }
        let appointment = item.appointment.clone();
        let subject = title(appointment.title.as_deref(), &appointment.guest);
        let text = letters::event_text(&appointment, &self.mails.links(&appointment));
        let guest = &appointment.guest;
        let result = calendar
            .mailbox
            .create_event(&NewEvent {
                key: appointment.id.as_str(),
                subject: &subject,
                text: &text,
                start: appointment.start,
                end: appointment.end,
                zone: appointment.host_zone.name(),
                place: match &appointment.place {
                    Place::Address(address) => Some(address),
                    Place::WebMeeting => None,
                },
                is_online: appointment.place == Place::WebMeeting,
                attendee: Party { name: Some(guest.name.clone()), address: guest.email.clone() },
            })
            .await;
        match result {
            Ok(event) => self.adopt(calendar, item, event, stop).await,
            Err(error) if error.is_outcome_unknown() || error.status() == Some(409) => {
                tracing::warn!(error = %types::Chain(&error), "nobody knows whether the event was made");
                match self.look_up(calendar, &appointment).await? {
                    Ok(Some(event)) => self.adopt(calendar, item, event, stop).await,
                    Ok(None) => Ok(Outcome::Later(None)),
                    Err(outcome) => Ok(outcome),
                }
            }
            Err(error) => self.refused(calendar, item, error, is_first).await,
        }
    }

    /// Certainly no event was made by this request.
    async fn refused(
        &self,
        calendar: &HostCalendar,
        item: &Item,
        error: GraphError,
        is_first: bool,
    ) -> Result<Outcome, BookingError> {
        // What is wrong with this event says nothing about the link.
        if error.status() == Some(400) {
            tracing::error!(error = %types::Chain(&error), "the event was refused");
            let reason = error.code().unwrap_or("unknown").to_owned();
            return Ok(end(if is_first { Step::Refuse } else { Step::GiveUp }, reason));
        }
        let why = self.calendars.refused(calendar, error).await?;
        Ok(match why {
            Why::Unavailable => Outcome::Later(None),
            why if is_first => end(Step::Refuse, word(&why)),
            why => give_up(item, &word(&why)),
        })
    }

    async fn look_up(
        &self,
        calendar: &HostCalendar,
        appointment: &Appointment,
    ) -> Result<Result<Option<Event>, Outcome>, BookingError> {
        match calendar.mailbox.find_event(appointment.id.as_str()).await {
            Ok(found) => Ok(Ok(found)),
            Err(error) => {
                let why = self.calendars.refused(calendar, error).await?;
                let is_passing = why == Why::Unavailable;
                let ends = || end(Step::GiveUp, word(&why));
                Ok(Err(if is_passing { Outcome::Later(None) } else { ends() }))
            }
        }
    }

    /// The event is there. What is missing is its Teams meeting, perhaps.
    async fn adopt(
        &self,
        calendar: &HostCalendar,
        item: &mut Item,
        mut event: Event,
        stop: Instant,
    ) -> Result<Outcome, BookingError> {
        item.progress.event_id = Some(event.id.clone());
        item.progress.ical_uid.clone_from(&event.ical_uid);
        let organizer = event.organizer.as_ref().map_or(&calendar.known.address, |party| &party.address);
        item.progress.organizer = Some(organizer.clone());
        let is_online = item.appointment.place == Place::WebMeeting;
        for look in 0..JOIN_URL_LOOKS {
            if event.is_cancelled {
                return Ok(end(Step::GiveUp, "cancelled_in_outlook".to_owned()));
            }
            if !is_online || event.join_url.is_some() {
                item.appointment.join_url = event.join_url;
                return Ok(Outcome::Step(Step::Confirm, Ending::default()));
            }
            let pause = Duration::from_millis(500 << look);
            if Instant::now() + pause >= stop {
                break;
            }
            tokio::time::sleep(pause).await;
            event = match calendar.mailbox.event(&event.id).await {
                Ok(Some(event)) => event,
                Ok(None) => return Ok(end(Step::GiveUp, "cancelled_in_outlook".to_owned())),
                Err(error) => {
                    self.calendars.refused(calendar, error).await?;
                    break;
                }
            };
        }
        let waited = item.progress.posted_at.is_some_and(|at| self.store.now() >= at + JOIN_URL_AFTER);
        if waited {
            return Ok(end(Step::GiveUp, "no_join_url".to_owned()));
        }
        Ok(Outcome::Later(None))
    }
}

/// Without a POST there is certainly no event; with one it has to be looked for.
fn give_up(item: &Item, reason: &str) -> Outcome {
    let step = if item.progress.posted_at.is_none() { Step::Refuse } else { Step::GiveUp };
    end(step, reason.to_owned())
}

fn end(step: Step, reason: String) -> Outcome {
    Outcome::Step(step, Ending { reason: Some(reason), left: None })
}
