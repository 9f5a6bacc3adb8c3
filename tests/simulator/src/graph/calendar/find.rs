//! Ids of calendars, events and the single times of a series.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::model::mailbox::{CALENDAR, Event, GoneEvent, Mailbox, Occurrence};

use super::super::call::Call;
use super::super::error::GraphError;
use super::super::ids;
use super::route::Within;

/// Below the day of an occurrence stands the number of its series.
const DAY_BITS: u32 = 40;

/// What an id denotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// The number of the event.
    pub(super) number: u64,
    /// The day, if it is one time of a series.
    pub(super) day: Option<Date>,
}

/// The id of a calendar.
pub(super) fn calendar_id(mailbox: &Mailbox) -> String {
    ids::folder(mailbox, CALENDAR)
}

/// Checks that the path goes through a calendar that is there.
pub(super) fn check_calendar(mailbox: &Mailbox, within: &Within) -> Result<(), GraphError> {
    match within {
        Within::Mailbox | Within::Default => Ok(()),
        Within::Calendar(id) if *id == calendar_id(mailbox) => Ok(()),
        Within::Calendar(id) => ids::number(id).and(Err(GraphError::item_not_found())),
    }
}

/// Days since 1970, for ids; 0 for none.
fn days(day: Option<Date>) -> u64 {
    // Dates are told apart in days unless another unit is asked for.
    let since = day.and_then(|day| date(1970, 1, 1).until(day).ok());
    since.and_then(|span| u64::try_from(span.get_days()).ok()).unwrap_or(0)
}

fn id(mailbox: &Mailbox, (number, place): (u64, u64), day: Option<Date>, immutable: bool) -> String {
    let days = days(day) << DAY_BITS;
    ids::item(mailbox, number | days, place | days, immutable)
}

/// The id of an event, or of one time of a series.
pub(super) fn occurrence_id(mailbox: &Mailbox, occurrence: &Occurrence<'_>, immutable: bool) -> String {
    let Event { number, place, .. } = *occurrence.event;
    id(mailbox, (number, place), occurrence.day, immutable)
}

/// The id of an event as a whole.
pub(super) fn event_id(mailbox: &Mailbox, event: &Event, immutable: bool) -> String {
    id(mailbox, (event.number, event.place), None, immutable)
}

/// The id of an event that is no longer there.
pub(super) fn gone_id(mailbox: &Mailbox, gone: GoneEvent, immutable: bool) -> String {
    id(mailbox, (gone.number, gone.place), None, immutable)
}

/// What the id denotes.
///
/// # Errors
/// 400 for what is no id, 404 for what is not (or no longer) in the calendar. With strict ids, also for an
/// id of the other form than the request asked for.
pub(super) fn find(
    call: &Call<'_>,
    mailbox: &Mailbox,
    within: &Within,
    wanted: &str,
) -> Result<Found, GraphError> {
    check_calendar(mailbox, within)?;
    let (immutable, _, number) = ids::number(wanted)?;
    let (days, number) = (number >> DAY_BITS, number & ((1 << DAY_BITS) - 1));
    let event =
        if immutable { mailbox.event(number) } else { mailbox.events().find(|event| event.place == number) };
    let day = i64::try_from(days).ok().filter(|days| *days > 0);
    let day = day.and_then(|days| date(1970, 1, 1).checked_add(days.days()).ok());
    let event = event.filter(|event| id(mailbox, (event.number, event.place), day, immutable) == wanted);
    let event = event.filter(|event| day.is_none_or(|day| event.on(day).is_some()));
    let is_form = !call.settings.strict_id_type || immutable == call.request.wants_immutable_ids();
    let event = event.filter(|_| is_form).ok_or_else(GraphError::item_not_found)?;
    Ok(Found { number: event.number, day })
}
