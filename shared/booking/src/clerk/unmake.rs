//! An appointment that ends leaves the calendar.

use std::time::Instant;

use graph::GraphError;
use jiff::SignedDuration;

use super::{Clerk, Ending, Outcome, word};
use crate::{
    BookingError, EndedBy, Why,
    calendars::HostCalendar,
    state::Step,
    store::{Item, Progress},
};

/// So long after a POST an event that is not found may still appear.
const MAY_APPEAR: SignedDuration = SignedDuration::from_mins(2);

impl Clerk {
    /// Tries once. What is not there any more is as good as taken out. A calendar that only a person could open
    /// again does not hold up the guest: the host is told what is left in it.
    pub(super) async fn unmake(&self, item: &mut Item, stop: Instant) -> Result<Outcome, BookingError> {
        let Progress { posted_at, event_id, calendar: made_in, .. } = &item.progress;
        if posted_at.is_none() && event_id.is_none() {
            return Ok(gone(item, None));
        }
        let (organization, host) = (&item.appointment.organization_id, &item.appointment.host);
        let calendar = match self.calendars.open(organization, host, Some(stop)).await? {
            Ok(calendar) => calendar,
            Err(Why::Unavailable) => return Ok(Outcome::Later(None)),
            Err(why) => return Ok(gone(item, Some(word(&why)))),
        };
        if made_in.as_ref().is_some_and(|made_in| *made_in != calendar.known.calendar) {
            return Ok(gone(item, Some("linked_to_another_account".to_owned())));
        }
        self.take_out(&calendar, item).await
    }

    async fn take_out(&self, calendar: &HostCalendar, item: &mut Item) -> Result<Outcome, BookingError> {
        let event_id = match item.progress.event_id.clone() {
            Some(event_id) => event_id,
            None => match calendar.mailbox.find_event(item.appointment.id.as_str()).await {
                Ok(Some(event)) => {
                    item.progress.ical_uid = event.ical_uid;
                    event.id
                }
                Ok(None) => return Ok(self.not_found(item)),
                Err(error) => return self.not_taken_out(calendar, item, error).await,
            },
        };
        match calendar.mailbox.delete_event(&event_id).await {
            Ok(()) => {
                item.progress.event_id = Some(event_id);
                Ok(gone(item, None))
            }
            Err(error) => self.not_taken_out(calendar, item, error).await,
        }
    }

    fn not_found(&self, item: &Item) -> Outcome {
        let posted_at = item.progress.posted_at;
        let left = posted_at.map(|at| (at + MAY_APPEAR).duration_since(self.store.now()));
        match left {
            Some(left) if left.is_positive() => Outcome::Later(Some(left)),
            _ => gone(item, None),
        }
    }

    async fn not_taken_out(
        &self,
        calendar: &HostCalendar,
        item: &Item,
        error: GraphError,
    ) -> Result<Outcome, BookingError> {
        Ok(match self.calendars.refused(calendar, error).await? {
            Why::Unavailable => Outcome::Later(None),
            why => gone(item, Some(word(&why))),
        })
    }
}

/// The last step: cancelled if somebody wanted it, failed if it was given up.
fn gone(item: &Item, left: Option<String>) -> Outcome {
    let step = match item.appointment.ended_by {
        Some(EndedBy::Failure(_)) => Step::Undone,
        Some(EndedBy::Guest | EndedBy::Organization) | None => Step::Gone,
    };
    Outcome::Step(step, Ending { reason: None, left })
}
