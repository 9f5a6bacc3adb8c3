//! The calendar of one mailbox: a week, one event in full.

mod detail;
mod layout;
mod words;

use askama::Template;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use url::form_urlencoded;

use self::detail::Detail;
use self::layout::{Place, places};
use self::words::Words;
use super::View;
use super::head::{Head, Part};
use super::text::Text;
use super::time::{WallClock, clock};
use crate::model::directory::{MailboxKind, User};
use crate::model::mailbox::Occurrence;
use crate::model::{Mailbox, World};

/// Hours that are always shown.
const HOURS: (u16, u16) = (8, 19);

/// An event in the week.
struct Block {
    number: u64,
    subject: String,
    /// From when until when, on that day.
    time: String,
    location: String,
    /// How the time counts, as Graph names it: a class.
    show_as: String,
    tag: Option<&'static str>,
    cancelled: bool,
    online: bool,
    place: Place,
    selected: bool,
    href: String,
}

/// A day of the week.
struct Day {
    name: String,
    today: bool,
    all_day: Vec<Block>,
    timed: Vec<Block>,
}

/// A full hour in the margin.
struct Hour {
    row: u16,
    label: String,
}

/// Everything on the page.
#[derive(Template)]
#[template(path = "outlook/calendar.html")]
pub(super) struct CalendarPage {
    text: &'static Text,
    words: &'static Words,
    switch: String,
    head: Head,
    kind: MailboxKind,
    zone: String,
    /// "23 – 29 November 2026".
    heading: String,
    found: usize,
    hours: Vec<Hour>,
    days: Vec<Day>,
    previous: String,
    next: String,
    this_week: String,
    /// Where the next event is, if the week is empty: its day and the way there.
    nearest: Option<(String, String)>,
    back: String,
    open: Option<Detail>,
    picked: bool,
}

/// The style sheet of the places.
pub(super) fn styles() -> &'static str {
    &layout::STYLES
}

impl CalendarPage {
    /// The page of the mailbox of that user; none if there is no such user.
    pub(super) fn new(
        world: &mut World,
        name: &str,
        view: &View,
        japanese: bool,
        now: Timestamp,
    ) -> Option<Self> {
        let id = world.directory.user(name)?.1.id.clone();
        world.settle_calendar(&id, now);
        let (tenant, user) = world.directory.user(&id)?;
        let (text, words) = (Text::of(japanese), Words::of(japanese));
        let empty = Mailbox::default();
        let mailbox = world.mailboxes.get(&user.id).unwrap_or(&empty);
        let clock = WallClock::new(&user.time_zone, text);
        let today = clock.date(now);
        let monday = monday(view.week.unwrap_or(today));
        let week = Week { user, words, clock, monday, picked: view.event };
        let occurrences = week.occurrences(mailbox);
        let open = occurrences.iter().find(|found| {
            Some(found.event.number) == view.event && (view.day.is_none() || found.day == view.day)
        });
        let first = week.first_hour(&occurrences);
        Some(Self {
            switch: week.to(monday, view.event, view.day, Some(if japanese { "en" } else { "ja" })),
            head: Head::new(tenant, user, Part::Calendar, text),
            kind: user.mailbox,
            zone: week.clock.zone_name.clone(),
            heading: format!("{} – {}", week.clock.day(monday), week.clock.day(after(monday, 6))),
            found: occurrences.len(),
            hours: hours(first, week.last_hour(&occurrences)),
            days: (0..7).map(|index| week.day(after(monday, index), today, &occurrences, first)).collect(),
            previous: week.to(after(monday, -7), None, None, None),
            next: week.to(after(monday, 7), None, None, None),
            this_week: format!("/outlook/{}/calendar", user.id),
            nearest: occurrences.is_empty().then(|| week.nearest(mailbox, now)).flatten(),
            back: week.to(monday, None, None, None),
            picked: open.is_some(),
            open: open.map(|found| Detail::new(found, &week.clock, words)),
            text,
            words,
        })
    }
}

/// A week of somebody's calendar.
struct Week<'a> {
    user: &'a User,
    words: &'static Words,
    clock: WallClock,
    monday: Date,
    /// The number of the event that is open.
    picked: Option<u64>,
}

impl Week<'_> {
    fn to(&self, monday: Date, event: Option<u64>, day: Option<Date>, language: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("week", &monday.to_string());
        if let Some(event) = event {
            query.append_pair("event", &event.to_string());
        }
        if let Some(day) = day {
            query.append_pair("day", &day.to_string());
        }
        if let Some(language) = language {
            query.append_pair("mkt", language);
        }
        format!("/outlook/{}/calendar?{}", self.user.id, query.finish())
    }

    fn occurrences<'m>(&self, mailbox: &'m Mailbox) -> Vec<Occurrence<'m>> {
        let (from, until) = (self.clock.midnight(self.monday), self.clock.midnight(after(self.monday, 7)));
        mailbox.occurrences(from, until)
    }

    /// Minutes after midnight of `day` that an event takes; none if it takes none of them.
    fn minutes(&self, occurrence: &Occurrence<'_>, day: Date) -> Option<(u16, u16)> {
        let (midnight, next) = (self.clock.midnight(day), self.clock.midnight(after(day, 1)));
        let (start, end) = (occurrence.start.instant(), occurrence.end.instant());
        if !occurrence.overlaps(midnight, next) {
            return None;
        }
        let since =
            |at: Timestamp| u16::try_from(at.duration_since(midnight).as_mins()).unwrap_or(0).min(1_440);
        Some((since(start.max(midnight)), since(end.min(next))))
    }

    /// The hour at the top.
    fn first_hour(&self, occurrences: &[Occurrence<'_>]) -> u16 {
        let begins = self.timed(occurrences).map(|(from, _)| from / 60);
        begins.min().unwrap_or(HOURS.0).min(HOURS.0)
    }

    /// The hour at the bottom.
    fn last_hour(&self, occurrences: &[Occurrence<'_>]) -> u16 {
        let ends = self.timed(occurrences).map(|(_, until)| until.div_ceil(60));
        ends.max().unwrap_or(HOURS.1).max(HOURS.1)
    }

    fn timed(&self, occurrences: &[Occurrence<'_>]) -> impl Iterator<Item = (u16, u16)> {
        let timed = occurrences.iter().filter(|found| !found.event.is_all_day);
        timed.flat_map(|found| (0..7).filter_map(|index| self.minutes(found, after(self.monday, index))))
    }

    fn day(&self, day: Date, today: Date, occurrences: &[Occurrence<'_>], first: u16) -> Day {
        let (mut all_day, mut timed, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for found in occurrences {
            if found.event.is_all_day {
                // Whole days are days wherever one is.
                if (found.start.local.date()..found.end.local.date()).contains(&day) {
                    all_day.push(self.block(found, self.words.all_day.to_owned()));
                }
            } else if let Some((from, until)) = self.minutes(found, day) {
                let at = |instant| clock(self.clock.time(instant));
                let time = format!("{}–{}", at(found.start.instant()), at(found.end.instant()));
                timed.push(self.block(found, time));
                times.push((from, until));
            }
        }
        for (block, place) in timed.iter_mut().zip(places(&times, first * 4)) {
            block.place = place;
        }
        Day { name: self.clock.short_day(day), today: day == today, all_day, timed }
    }

    fn block(&self, found: &Occurrence<'_>, time: String) -> Block {
        let event = found.event;
        let shown_as = self.words.shown_as(event.show_as());
        Block {
            number: event.number,
            subject: detail::subject(event, self.words),
            time,
            location: detail::location(event),
            show_as: event.show_as().to_owned(),
            tag: if event.is_cancelled { Some(self.words.cancelled) } else { shown_as },
            cancelled: event.is_cancelled,
            online: event.online.is_some(),
            place: Place { row: 1, span: 1, lane: 1, lanes: 1 },
            selected: self.picked == Some(event.number),
            href: self.to(self.monday, Some(event.number), found.day, None),
        }
    }

    /// The next event within a year, else the last one before: its day and the way there.
    fn nearest(&self, mailbox: &Mailbox, now: Timestamp) -> Option<(String, String)> {
        let year = SignedDuration::from_hours(366 * 24);
        let found = mailbox.occurrences(now, now + year);
        let before = mailbox.occurrences(now - year, now);
        let nearest = found.first().or(before.last())?;
        let day = self.clock.date(nearest.start.instant());
        Some((self.clock.day(day), self.to(monday(day), None, None, None)))
    }
}

fn hours(first: u16, last: u16) -> Vec<Hour> {
    let row = |hour: u16| (hour - first) * 4 + 1;
    (first..last).map(|hour| Hour { row: row(hour), label: format!("{hour}:00") }).collect()
}

/// The Monday of a day's week.
fn monday(day: Date) -> Date {
    after(day, -i64::from(day.weekday().to_monday_zero_offset()))
}

/// So many days later.
fn after(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

/// Events of a calendar that are still to come or going on, series counted once.
pub(super) fn living_events(mailbox: &Mailbox) -> usize {
    mailbox.events().filter(|event| !event.is_cancelled).count()
}
