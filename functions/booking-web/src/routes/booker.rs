//! `/book/{key}`: pick a time, say who you are, book.

use axum::{
    body::{Body, Bytes},
    extract::{Path, State, rejection::BytesRejection},
    http::Response,
};
use booking::{Booked, BookingError, FreeTimes, OpenPage, Refusal};
use jiff::{SignedDuration, Timestamp, civil::Date};
use pages::{
    Reader,
    booking::{BookingPage, Details, Notice, Refused, Times},
};

use super::{Named, is_name};
use crate::{Site, days::Week, form::Form, query::Query, refuse, translate};

/// How far ahead a free day is looked for after a week without one.
const LOOK_AHEAD: SignedDuration = SignedDuration::from_hours(5 * 7 * 24);
/// How far after a time others are looked for, and how many are offered.
const NEARBY: SignedDuration = SignedDuration::from_hours(7 * 24);
const MOST_OTHERS: usize = 12;

/// The free times, or the form for one of them.
pub(super) async fn show(
    reader: Reader,
    State(site): State<Site>,
    query: Query,
    key: Named<String>,
) -> Response<Body> {
    let page = async {
        let Some(open) = find(&site, key).await? else { return Ok(Refused::NotFound.into()) };
        match query.start {
            Some(start) => picked(&site, &open, &query, start).await,
            None => Ok(times(&site, &open, &query, query.day).await?.into()),
        }
    };
    match page.await {
        Ok(page) => pages::booking::respond(&reader, &site.branding, &page),
        Err(error) => refuse::error(&site, &reader, &error),
    }
}

/// Books what the form says.
pub(super) async fn book(
    reader: Reader,
    State(site): State<Site>,
    key: Named<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response<Body> {
    let answered = async {
        let Some(open) = find(&site, key).await? else {
            return Ok(refuse::with(&site, &reader, Refused::NotFound));
        };
        match body {
            Ok(body) => book_form(&site, &reader, &open, Form::parse(&body)).await,
            Err(_) => Ok(refuse::with(&site, &reader, Refused::TooLarge)),
        }
    };
    answered.await.unwrap_or_else(|error| refuse::error(&site, &reader, &error))
}

/// On to the appointment, or the form again with what stands against it.
async fn book_form(
    site: &Site,
    reader: &Reader,
    open: &OpenPage,
    form: Form,
) -> Result<Response<Body>, BookingError> {
    let details = match form.start {
        None => again(site, open, &form, Some(Notice::Unpicked(others(site, open, site.clock.now()).await?))),
        Some(start) => {
            let zone = form.zone.as_ref().and_then(|zone| zone.name().parse().ok());
            let zone = zone.unwrap_or_else(|| open.page.terms.time_zone.clone());
            match site.desk.book(open, form.request(start, reader.language, zone)).await? {
                Booked::Made { token } => return Ok(pages::booking::go_to(&open.page.key, &[&token])),
                Booked::Invalid(faults) => {
                    // The same form still: nothing was booked with it.
                    let faults = translate::faults(&faults);
                    Details { form: form.id.clone(), faults, ..again(site, open, &form, None) }
                }
                Booked::Taken { others: known } => {
                    // What is known without the calendar; it is asked only for a guest who could pick nothing.
                    let free = if known.is_empty() { others(site, open, start).await? } else { known };
                    again(site, open, &form, Some(Notice::Taken(free)))
                }
                Booked::Unreadable(why) => {
                    again(site, open, &form, Some(Notice::Closed(translate::closed(&why))))
                }
                Booked::Refused(refusal) => {
                    let notice = refused(site, open, start, refusal).await?;
                    again(site, open, &form, Some(notice))
                }
            }
        }
    };
    Ok(pages::booking::respond(reader, &site.branding, &details.into()))
}

async fn refused(
    site: &Site,
    open: &OpenPage,
    start: Timestamp,
    refusal: Refusal,
) -> Result<Notice, BookingError> {
    Ok(match refusal {
        Refusal::FormForged | Refusal::FormExpired | Refusal::FormUsed => Notice::Stale,
        Refusal::Past | Refusal::TooSoon | Refusal::TooFar | Refusal::NotOffered => {
            Notice::NotOffered(others(site, open, start).await?)
        }
    })
}

async fn find(site: &Site, key: Named<String>) -> Result<Option<OpenPage>, BookingError> {
    match key {
        Ok(Path(key)) if is_name(&key) => site.desk.page(&key).await.map(Some),
        _ => Ok(None),
    }
}

/// The week with the wanted day.
async fn times(
    site: &Site,
    open: &OpenPage,
    query: &Query,
    wanted: Option<Date>,
) -> Result<Times, BookingError> {
    let meeting = translate::meeting(open);
    let zone = query.zone.clone().unwrap_or_else(|| meeting.zone.clone());
    let week = Week::new(zone.rules(), site.clock.now(), open.page.terms.horizon_days, wanted);
    let mut shown = Times {
        meeting,
        zone,
        zone_is_chosen: query.zone.is_some(),
        days: Vec::new(),
        chosen: None,
        previous: week.previous(),
        next: week.next(),
        later: None,
        closed: None,
        taken: false,
    };
    match site.desk.free_times(open, week.from(), week.until()).await? {
        FreeTimes::Unreadable(why) => shown.closed = Some(translate::closed(&why)),
        FreeTimes::Open(starts) if starts.is_empty() && shown.next.is_some() => {
            shown.days = week.days(&[]);
            shown.later = later(site, open, &week).await?;
        }
        FreeTimes::Open(starts) => shown.days = week.days(&starts),
    }
    let is_free = |date: &Date| shown.days.iter().any(|day| day.date == *date && !day.times.is_empty());
    let first = shown.days.iter().find(|day| !day.times.is_empty()).map(|day| day.date);
    shown.chosen = wanted.filter(is_free).or(first);
    Ok(shown)
}

/// The first free day after the week. That it is not known is no reason to show nothing.
async fn later(site: &Site, open: &OpenPage, week: &Week) -> Result<Option<Date>, BookingError> {
    let (from, until) = (week.until(), week.until().saturating_add(LOOK_AHEAD).unwrap_or(Timestamp::MAX));
    let found = site.desk.free_times(open, from, until).await?;
    Ok(match found {
        FreeTimes::Open(starts) => starts.first().map(|start| week.date_of(*start)),
        FreeTimes::Unreadable(_) => None,
    })
}

/// The form for a time, if it is free; otherwise the times of its day.
async fn picked(
    site: &Site,
    open: &OpenPage,
    query: &Query,
    start: Timestamp,
) -> Result<BookingPage, BookingError> {
    let end = start.saturating_add(SignedDuration::from_mins(1)).unwrap_or(Timestamp::MAX);
    let free = site.desk.free_times(open, start, end).await?;
    if matches!(free, FreeTimes::Open(starts) if starts.contains(&start)) {
        let form = Form { start: Some(start), zone: query.zone.clone(), ..Form::default() };
        return Ok(again(site, open, &form, None).into());
    }
    let zone = query.zone.clone().unwrap_or_else(|| translate::zone(&open.page.terms.time_zone));
    let date = start.to_zoned(zone.rules().clone()).date();
    let shown = times(site, open, query, Some(date)).await?;
    Ok(Times { taken: shown.closed.is_none(), ..shown }.into())
}

/// The form with what was typed, under a new id.
fn again(site: &Site, open: &OpenPage, form: &Form, notice: Option<Notice>) -> Details {
    let meeting = translate::meeting(open);
    let must_pick = matches!(notice, Some(Notice::Taken(_) | Notice::NotOffered(_) | Notice::Unpicked(_)));
    Details {
        zone: form.zone.clone().unwrap_or_else(|| meeting.zone.clone()),
        meeting,
        start: form.start.filter(|_| !must_pick),
        form: site.desk.new_form(open),
        company: form.company.clone(),
        name: form.name.clone(),
        email: form.email.clone(),
        questions: translate::questions(open, form),
        faults: Vec::new(),
        notice,
    }
}

/// Free times from an instant on; none if the calendar cannot be read.
async fn others(site: &Site, open: &OpenPage, from: Timestamp) -> Result<Vec<Timestamp>, BookingError> {
    let from = from.max(site.clock.now());
    let until = from.saturating_add(NEARBY).unwrap_or(Timestamp::MAX);
    Ok(match site.desk.free_times(open, from, until).await? {
        FreeTimes::Open(starts) => starts.into_iter().take(MOST_OTHERS).collect(),
        FreeTimes::Unreadable(_) => Vec::new(),
    })
}
