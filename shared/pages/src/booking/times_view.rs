//! Pick a time: a week of days, and the times of one of them.

use askama::Template;
use jiff::{Timestamp, civil::Date};

use super::{
    Closed, Day, Times,
    frame::{Frame, MeetingView},
    moment::PartOfDay,
};
use crate::{
    address,
    branding::Branding,
    date::{clock, months, short_date, short_weekday, zone_name},
    text::Texts,
    zone::{COMMON, Zone},
};

/// With more times than this in a week, only the chosen day's are in the page; the others come when picked.
const MOST_TIMES: usize = 200;

#[derive(Template)]
#[template(path = "book_times.html")]
pub(super) struct TimesView {
    frame: Frame,
    meeting: MeetingView,
    month: String,
    days: Vec<DayView>,
    sections: Vec<SectionView>,
    previous: Option<String>,
    next: Option<String>,
    /// No day of the week has a free time.
    is_empty: bool,
    /// Words and address of the next free day.
    later: Option<(String, String)>,
    closed: Option<ClosedView>,
    taken: bool,
    zone: String,
    shown_in: String,
    zones: Vec<(String, String, bool)>,
    zone_is_chosen: bool,
    /// Kept when the zone is changed.
    chosen: Option<Date>,
}

/// A day of the strip.
struct DayView {
    date: Date,
    weekday: String,
    label: String,
    count: usize,
    address: String,
    chosen: bool,
}

/// The times of a day.
struct SectionView {
    date: Date,
    heading: String,
    count: String,
    parts: Vec<(String, Vec<TimeView>)>,
    chosen: bool,
}

/// A time to pick.
struct TimeView {
    clock: String,
    address: String,
}

/// Why nothing is offered, and what the guest can do.
pub(super) struct ClosedView {
    pub(super) title: String,
    why: String,
    pub(super) steps: Vec<String>,
    /// What the host's support asks for.
    code: Option<String>,
}

impl ClosedView {
    pub(super) fn of(texts: &Texts, closed: &Closed) -> Self {
        let name = match closed {
            Closed::Unreadable => "unreadable",
            Closed::Unlinked => "unlinked",
            Closed::Refused(_) => "refused",
            Closed::NoWebMeeting => "no-web-meeting",
        };
        let code = match closed {
            Closed::Refused(code) => Some(texts.get_with("book-closed-code", &[("code", code.clone())])),
            _ => None,
        };
        let part = |part: &str| format!("book-closed-{name}.{part}");
        Self {
            title: texts.get(&part("title")),
            why: texts.get(&part("why")),
            steps: texts.lines(&part("steps")),
            code,
        }
    }
}

impl TimesView {
    pub(super) fn of(texts: Texts, product: &Branding, times: &Times) -> Self {
        let texts = texts.with("host", &times.meeting.host).with("company", &times.meeting.company);
        let meeting = MeetingView::of(&texts, &times.meeting);
        let zone = times.zone.name().to_owned();
        let chosen = times.chosen.map(|date| date.to_string());
        let mut here = Vec::new();
        if times.zone_is_chosen {
            here.push(("zone", zone.as_str()));
        }
        here.extend(chosen.as_deref().map(|date| ("day", date)));
        let to = |date: Date| day_address(times, date);
        let total: usize = times.days.iter().map(|day| day.times.len()).sum();
        let is_sent = |day: &&Day| total <= MOST_TIMES || Some(day.date) == times.chosen;
        let at = reference(times);
        let ends = times.days.first().zip(times.days.last());
        Self {
            month: ends.map(|(first, last)| months(&texts, first.date, last.date)).unwrap_or_default(),
            days: times.days.iter().map(|day| DayView::of(&texts, times, day)).collect(),
            sections: times
                .days
                .iter()
                .filter(|day| !day.times.is_empty())
                .filter(is_sent)
                .map(|day| SectionView::of(&texts, times, day))
                .collect(),
            previous: times.previous.map(to),
            next: times.next.map(to),
            is_empty: total == 0,
            later: times.later.map(|date| (later(&texts, date), to(date))),
            closed: times.closed.as_ref().map(|closed| ClosedView::of(&texts, closed)),
            taken: times.taken,
            shown_in: texts.get_with("book-shown-in", &[("zone", zone_name(&texts, &times.zone, at))]),
            zones: zones(&texts, times, at),
            zone_is_chosen: times.zone_is_chosen,
            chosen: times.chosen,
            frame: Frame::new(texts, product, meeting.title.clone(), &here).of(&times.meeting),
            zone,
            meeting,
        }
    }
}

fn later(texts: &Texts, date: Date) -> String {
    texts.get_with("book-week-later", &[("date", short_date(texts, date))])
}

/// The instant by which offsets are told: the zones may change their clocks in any week.
fn reference(times: &Times) -> Timestamp {
    let first = times.days.iter().find_map(|day| day.times.first().copied());
    let noon = times.days.first().and_then(|day| {
        Some(day.date.at(12, 0, 0, 0).to_zoned(times.zone.rules().clone()).ok()?.timestamp())
    });
    first.or(noon).unwrap_or_default()
}

/// The list of zones, by their offsets, with those of the page and of the guest.
fn zones(texts: &Texts, times: &Times, at: Timestamp) -> Vec<(String, String, bool)> {
    let common = COMMON.iter().filter_map(|name| Zone::parse(name));
    let mut zones: Vec<Zone> = common.collect();
    for own in [&times.zone, &times.meeting.zone] {
        if zones.iter().all(|zone| zone.name() != own.name()) {
            zones.push(own.clone());
        }
    }
    zones.sort_by_key(|zone| zone.rules().to_offset(at));
    let entry =
        |zone: &Zone| (zone.name().to_owned(), zone_name(texts, zone, at), zone.name() == times.zone.name());
    zones.iter().map(entry).collect()
}

fn day_address(times: &Times, date: Date) -> String {
    let date = date.to_string();
    let mut query = vec![("day", date.as_str())];
    if times.zone_is_chosen {
        query.push(("zone", times.zone.name()));
    }
    address::query(&query)
}

impl DayView {
    fn of(texts: &Texts, times: &Times, day: &Day) -> Self {
        let key = if day.times.is_empty() { "book-day-full" } else { "book-day-free" };
        let values = [("date", short_date(texts, day.date)), ("count", day.times.len().to_string())];
        Self {
            date: day.date,
            weekday: short_weekday(texts, day.date),
            label: texts.get_with(key, &values),
            count: day.times.len(),
            address: day_address(times, day.date),
            chosen: times.chosen == Some(day.date),
        }
    }
}

impl SectionView {
    fn of(texts: &Texts, times: &Times, day: &Day) -> Self {
        let mut parts: Vec<(PartOfDay, Vec<TimeView>)> = Vec::new();
        for start in &day.times {
            let local = start.to_zoned(times.zone.rules().clone());
            let part = PartOfDay::of(&local);
            let query = [("start", start.to_string())];
            let query = query.iter().map(|(name, value)| (*name, value.as_str()));
            let query: Vec<_> = query.chain([("zone", times.zone.name())]).collect();
            let time = TimeView { clock: clock(local.time()), address: address::query(&query) };
            match parts.last_mut() {
                Some((last, entries)) if *last == part => entries.push(time),
                _ => parts.push((part, vec![time])),
            }
        }
        Self {
            date: day.date,
            heading: short_date(texts, day.date),
            count: texts.get_with("book-times-count", &[("count", day.times.len().to_string())]),
            parts: parts.into_iter().map(|(part, entries)| (texts.get(part.key()), entries)).collect(),
            chosen: times.chosen == Some(day.date),
        }
    }
}
