//! Which times are offered: working hours on the page's grid, less notice, horizon, what is busy with the
//! buffer around, and what is claimed.

use std::collections::HashSet;

use graph::calendar::Busy;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{Hours, Refusal, Terms, cells::cells};

/// The times at which guests may begin within `from..until`, in order.
pub(crate) fn free(
    terms: &Terms,
    now: Timestamp,
    (from, until): (Timestamp, Timestamp),
    busy: &[Busy],
    claimed: &HashSet<Timestamp>,
) -> Vec<Timestamp> {
    let mut offered = offered(terms, from, until);
    offered.retain(|start| check_distance(terms, now, *start).is_ok());
    offered.retain(|start| !is_busy(terms, *start, busy));
    offered.retain(|start| {
        cells(*start, *start + duration(terms), terms.buffer_minutes)
            .iter()
            .all(|cell| !claimed.contains(cell))
    });
    offered
}

/// Whether the page would offer this time now if nothing else were in the host's calendar.
pub(crate) fn check(terms: &Terms, now: Timestamp, start: Timestamp) -> Result<(), Refusal> {
    check_distance(terms, now, start)?;
    let after = start.checked_add(SignedDuration::from_nanos(1)).map_err(|_| Refusal::TooFar)?;
    if offered(terms, start, after).is_empty() { Err(Refusal::NotOffered) } else { Ok(()) }
}

fn is_busy(terms: &Terms, start: Timestamp, busy: &[Busy]) -> bool {
    meets(busy, start, start + duration(terms), terms.buffer_minutes)
}

/// Whether a time, with its buffer around, meets something that is not free.
pub(crate) fn meets(busy: &[Busy], start: Timestamp, end: Timestamp, buffer_minutes: u16) -> bool {
    let (first, after) = with_buffer(start, end, buffer_minutes);
    busy.iter().any(|busy| busy.from < after && first < busy.until)
}

/// A time with its buffer around.
pub(crate) fn with_buffer(start: Timestamp, end: Timestamp, buffer_minutes: u16) -> (Timestamp, Timestamp) {
    let buffer = SignedDuration::from_mins(buffer_minutes.into());
    (start - buffer, end + buffer)
}

/// How long a meeting takes.
pub(crate) fn duration(terms: &Terms) -> SignedDuration {
    SignedDuration::from_mins(terms.duration_minutes.into())
}

/// The last instant that can be booked lies before this one: the end of the page's last day.
pub(crate) fn horizon(terms: &Terms, now: Timestamp) -> Timestamp {
    let zone = terms.time_zone.rules();
    let today = zone.to_datetime(now).date();
    let after = today.checked_add((i64::from(terms.horizon_days) + 1).days());
    let end = after.ok().and_then(|date| zone.to_ambiguous_zoned(date.at(0, 0, 0, 0)).earlier().ok());
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}

fn check_distance(terms: &Terms, now: Timestamp, start: Timestamp) -> Result<(), Refusal> {
    if start <= now {
        Err(Refusal::Past)
    } else if start < now + SignedDuration::from_mins(terms.notice_minutes.into()) {
        Err(Refusal::TooSoon)
    } else if start >= horizon(terms, now) {
        Err(Refusal::TooFar)
    } else {
        Ok(())
    }
}

/// The grid within the working hours, whatever the calendar says.
fn offered(terms: &Terms, from: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    let zone = terms.time_zone.rules();
    let (first, last) = (zone.to_datetime(from).date(), zone.to_datetime(until).date());
    let days = first.series(1.day()).take_while(|date| *date <= last);
    let mut starts: Vec<Timestamp> = days
        .flat_map(|date| {
            let hours = terms.working_hours.of(date.weekday());
            hours.iter().flat_map(|hours| grid(terms, &zone, date, *hours)).collect::<Vec<_>>()
        })
        .filter(|start| (from..until).contains(start))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}

/// The grid of one day's hours, anchored at their beginning. In the night in which clocks are set forward the
/// skipped hour has no times; set back, the repeated one has them twice. Nothing is offered during which clocks
/// change: on the wall such a meeting would have another length.
fn grid<'a>(
    terms: &'a Terms,
    zone: &'a TimeZone,
    date: Date,
    hours: Hours,
) -> impl Iterator<Item = Timestamp> + 'a {
    let step = SignedDuration::from_mins(terms.step_minutes.into());
    let begin = zone.to_ambiguous_zoned(date.at(0, 0, 0, 0) + minutes(hours.from.minutes())).compatible();
    let latest = zone.to_ambiguous_zoned(date.at(0, 0, 0, 0) + minutes(hours.until.minutes())).later();
    let bounds = begin.ok().zip(latest.ok()).map(|(begin, latest)| (begin.timestamp(), latest.timestamp()));
    let (begin, latest) = bounds.unwrap_or((Timestamp::MAX, Timestamp::MIN));
    std::iter::successors(Some(begin), move |start| start.checked_add(step).ok())
        .take_while(move |start| *start < latest)
        .filter(move |start| is_within(terms, zone, date, hours, *start))
}

/// Whether a meeting that begins then lies within the hours on the wall, and no clock changes during it.
fn is_within(terms: &Terms, zone: &TimeZone, date: Date, hours: Hours, start: Timestamp) -> bool {
    let Ok(last) = start.checked_add(duration(terms) - SignedDuration::from_secs(1)) else { return false };
    let local = zone.to_datetime(start);
    let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
    local.date() == date
        && minute >= i32::from(hours.from.minutes())
        && minute + i32::from(terms.duration_minutes) <= i32::from(hours.until.minutes())
        && zone.to_offset(start) == zone.to_offset(last)
}

fn minutes(minutes: u16) -> jiff::Span {
    i64::from(minutes).minutes()
}

#[cfg(test)]
mod tests;
