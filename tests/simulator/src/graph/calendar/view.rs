//! `/calendarView` and `/events/{id}/instances`: what takes place in a window, series spread out.

use crate::model::mailbox::{Event, Occurrence};

use super::super::call::Call;
use super::super::error::GraphError;
use super::super::wire::Response;
use super::events::{options, page, wanted};
use super::find;
use super::route::Within;
use super::{context, time};

/// Exchange shows no longer window than this at once.
const DAYS_MAX: i64 = 1825;

pub(super) fn list(call: &Call<'_>, within: &Within) -> Result<Response, GraphError> {
    let options = options(call)?;
    let (start, end) = time::window(&call.request.query)?;
    if end.duration_since(start).as_hours() > DAYS_MAX * 24 {
        let message = format!("The requested time window is too long; the maximum is {DAYS_MAX} days.");
        return Err(GraphError::new(400, "ErrorCalendarViewRangeTooBig", message));
    }
    let mut world = call.app.world();
    let mailbox = call.mailbox(&mut world)?;
    find::check_calendar(mailbox, within)?;
    let found = wanted(mailbox, mailbox.occurrences(start, end), &options);
    let response = page(call, mailbox, &found, &options, context(call, within, "calendarView"));
    let shown: Vec<u64> = found.iter().map(|one| one.event.number).collect();
    shown.into_iter().for_each(|number| mailbox.count_read(number));
    response
}

pub(super) fn instances(call: &Call<'_>, within: &Within, id: &str) -> Result<Response, GraphError> {
    let options = options(call)?;
    let (start, end) = time::window(&call.request.query)?;
    let mut world = call.app.world();
    let mailbox = &*call.mailbox(&mut world)?;
    let number = find::find(call, mailbox, within, id)?.number;
    let event = mailbox.event(number).filter(|event: &&Event| event.recurrence.is_some());
    let occurrences: Vec<Occurrence<'_>> =
        event.map(|event| event.occurrences(start, end)).unwrap_or_default();
    let found = wanted(mailbox, occurrences, &options);
    page(call, mailbox, &found, &options, context(call, within, &format!("events('{id}')/instances")))
}
