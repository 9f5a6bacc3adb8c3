//! Times of the clock, written as the host reads them.

use proptest::prelude::*;
use types::Language;

use super::*;
use crate::{Place, WorkingHours};

fn terms(zone: &str, hours: &[(&str, &str)]) -> Terms {
    let hours: Vec<Hours> = hours
        .iter()
        .map(|(from, until)| Hours { from: from.parse().unwrap(), until: until.parse().unwrap() })
        .collect();
    let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] =
        std::array::from_fn(|_| hours.clone());
    Terms {
        host: "sato".parse().unwrap(),
        title: None,
        duration_minutes: 30,
        step_minutes: 30,
        buffer_minutes: 0,
        notice_minutes: 0,
        horizon_days: 60,
        time_zone: zone.parse().unwrap(),
        working_hours: WorkingHours { monday, tuesday, wednesday, thursday, friday, saturday, sunday },
        place: Place::WebMeeting,
        questions: Vec::new(),
        language: Language::Ja,
        active: true,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What is free on a day of the page's zone, as its clocks show it.
fn on_the_wall(terms: &Terms, date: &str, busy: &[Busy], claimed: &[Timestamp]) -> Vec<String> {
    let zone = terms.time_zone.rules();
    let date: Date = date.parse().unwrap();
    let midnight = |date: Date| date.to_zoned(zone.clone()).unwrap().timestamp();
    let now = midnight(date) - SignedDuration::from_hours(24);
    let claimed = claimed.iter().copied().collect();
    let window = (midnight(date), midnight(date.tomorrow().unwrap()));
    let free = free(terms, now, window, busy, &claimed);
    free.into_iter().map(|start| zone.to_datetime(start).strftime("%H:%M").to_string()).collect()
}

#[test]
fn the_grid_begins_with_each_of_the_hours_and_ends_within_them() {
    let terms =
        Terms { duration_minutes: 45, ..terms("Asia/Tokyo", &[("09:00", "11:00"), ("13:10", "14:00")]) };
    assert_eq!(on_the_wall(&terms, "2026-11-24", &[], &[]), ["09:00", "09:30", "10:00", "13:10"]);
    let closed = Terms { working_hours: WorkingHours::default(), ..terms };
    assert!(on_the_wall(&closed, "2026-11-24", &[], &[]).is_empty());
}

#[test]
fn the_last_minute_of_the_day_can_be_worked() {
    let terms = terms("Asia/Tokyo", &[("23:00", "24:00")]);
    assert_eq!(on_the_wall(&terms, "2026-11-24", &[], &[]), ["23:00", "23:30"]);
}

#[test]
fn what_is_busy_is_not_offered_nor_what_its_buffer_touches() {
    let hours = [("09:00", "12:00")];
    let plain = terms("Asia/Tokyo", &hours);
    let busy = [Busy { from: at("2026-11-24T01:00:00Z"), until: at("2026-11-24T01:30:00Z") }];
    assert_eq!(on_the_wall(&plain, "2026-11-24", &busy, &[]), ["09:00", "09:30", "10:30", "11:00", "11:30"]);
    let buffered = Terms { buffer_minutes: 10, ..plain.clone() };
    assert_eq!(on_the_wall(&buffered, "2026-11-24", &busy, &[]), ["09:00", "11:00", "11:30"]);
    let instant = [Busy { from: at("2026-11-24T01:10:00Z"), until: at("2026-11-24T01:10:00Z") }];
    assert_eq!(on_the_wall(&plain, "2026-11-24", &instant, &[]).len(), 5);
    let whole_day = [Busy { from: at("2026-11-20T00:00:00Z"), until: at("2026-11-30T00:00:00Z") }];
    assert!(on_the_wall(&plain, "2026-11-24", &whole_day, &[]).is_empty());
}

#[test]
fn what_is_claimed_is_not_offered_nor_what_would_end_in_it() {
    let terms = Terms { buffer_minutes: 10, ..terms("Asia/Tokyo", &[("09:00", "12:00")]) };
    let claimed = cells(at("2026-11-24T01:00:00Z"), at("2026-11-24T01:30:00Z"), 10);
    assert_eq!(on_the_wall(&terms, "2026-11-24", &[], &claimed), ["09:00", "11:00", "11:30"]);
}

#[test]
fn r33_clocks_set_forward_skip_an_hour_and_set_back_repeat_one() {
    let night = [("01:00", "04:00")];
    let new_york = terms("America/New_York", &night);
    assert_eq!(on_the_wall(&new_york, "2026-03-08", &[], &[]), ["01:00", "01:30", "03:00", "03:30"]);
    assert_eq!(
        on_the_wall(&new_york, "2026-11-01", &[], &[]),
        ["01:00", "01:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]
    );
    // A meeting during which clocks change is not offered.
    let long = Terms { duration_minutes: 60, ..new_york };
    assert_eq!(on_the_wall(&long, "2026-03-08", &[], &[]), ["01:00", "03:00"]);
    assert_eq!(
        on_the_wall(&long, "2026-11-01", &[], &[]),
        ["01:00", "01:00", "01:30", "02:00", "02:30", "03:00"]
    );
}

#[test]
fn r33_hours_that_begin_or_end_in_a_skipped_or_repeated_hour_hold_on_the_wall() {
    for (hours, date, expected) in [
        (("02:30", "04:00"), "2026-03-08", vec!["03:30"]),
        (("01:00", "02:30"), "2026-03-08", vec!["01:00", "01:30"]),
        (("02:00", "03:00"), "2026-03-08", vec![]),
        (("01:30", "03:00"), "2026-11-01", vec!["01:30", "01:30", "02:00", "02:30"]),
        (("00:30", "01:30"), "2026-11-01", vec!["00:30", "01:00", "01:00"]),
    ] {
        let terms = terms("America/New_York", &[hours]);
        assert_eq!(on_the_wall(&terms, date, &[], &[]), expected, "{hours:?} on {date}");
    }
}

#[test]
fn only_what_would_be_offered_can_be_booked() {
    let terms = Terms { notice_minutes: 120, horizon_days: 7, ..terms("Asia/Tokyo", &[("09:00", "18:00")]) };
    let now = at("2026-11-24T00:00:00Z");
    for (start, expected) in [
        ("2026-11-24T02:00:00Z", Ok(())),
        ("2026-11-24T01:30:00Z", Err(Refusal::TooSoon)),
        ("2026-11-24T00:00:00Z", Err(Refusal::Past)),
        ("2026-11-23T03:00:00Z", Err(Refusal::Past)),
        ("2026-11-24T02:10:00Z", Err(Refusal::NotOffered)),
        ("2026-11-24T02:00:00.000000001Z", Err(Refusal::NotOffered)),
        ("2026-11-24T09:00:00Z", Err(Refusal::NotOffered)),
        ("2026-12-01T08:30:00Z", Ok(())),
        ("2026-12-02T00:00:00Z", Err(Refusal::TooFar)),
        ("9999-12-30T22:00:00Z", Err(Refusal::TooFar)),
    ] {
        assert_eq!(check(&terms, now, at(start)), expected, "{start}");
    }
}

fn any_terms() -> impl Strategy<Value = Terms> {
    const ZONES: &[&str] =
        &["Asia/Tokyo", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"];
    let hours = prop::collection::vec((0_u16..288, 1_u16..100), 1..4);
    (prop::sample::select(ZONES), hours, 1_u16..=48, 1_u16..=12, 0_u16..=24).prop_map(
        |(zone, hours, duration, step, buffer)| {
            let text = |cell: u16| format!("{:02}:{:02}", cell * 5 / 60, cell * 5 % 60);
            let hours: Vec<(String, String)> =
                hours.iter().map(|(from, length)| (text(*from), text((from + length).min(288)))).collect();
            let hours: Vec<(&str, &str)> = hours.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
            Terms {
                duration_minutes: duration * 5,
                step_minutes: step * 5,
                buffer_minutes: buffer * 5,
                ..terms(zone, &hours)
            }
        },
    )
}

proptest! {
    /// Days around the clock changes of both hemispheres, busy at any minute.
    #[test]
    fn nothing_is_offered_that_is_busy_claimed_or_outside_of_the_hours(
        terms in any_terms(),
        day in prop::sample::select(&["2026-03-07", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-10-31", "2026-11-24"][..]),
        busy in prop::collection::vec((0_i64..4320, 1_i64..300), 0..6),
        claimed in prop::collection::vec(0_i64..864, 0..6),
    ) {
        let zone = terms.time_zone.rules();
        let from = day.parse::<Date>().unwrap().to_zoned(zone.clone()).unwrap().timestamp();
        let until = from + SignedDuration::from_hours(72);
        let minute = |minute: i64| from + SignedDuration::from_mins(minute);
        let busy: Vec<Busy> =
            busy.iter().map(|(start, length)| Busy { from: minute(*start), until: minute(start + length) }).collect();
        let claimed: HashSet<Timestamp> = claimed.iter().map(|cell| minute(cell * 5)).collect();
        let buffer = SignedDuration::from_mins(terms.buffer_minutes.into());
        let now = from - SignedDuration::from_hours(24);
        let free = free(&terms, now, (from, until), &busy, &claimed);
        prop_assert!(free.is_sorted());
        for start in free {
            let end = start + duration(&terms);
            prop_assert!(start >= from && start < until);
            prop_assert_eq!(start.as_second() % 300, 0);
            for busy in &busy {
                prop_assert!(end + buffer <= busy.from || start - buffer >= busy.until);
            }
            for cell in &claimed {
                prop_assert!(*cell < start || *cell >= end + buffer);
            }
            prop_assert_eq!(check(&terms, now, start), Ok(()));
            // On the wall the whole meeting lies in one of the day's hours and has its length.
            let (local, local_end) = (zone.to_datetime(start), zone.to_datetime(end - SignedDuration::from_secs(60)));
            let of_day = |time: jiff::civil::Time| i32::from(time.hour()) * 60 + i32::from(time.minute());
            prop_assert_eq!(local.date(), local_end.date());
            let (first, last) = (of_day(local.time()), of_day(local_end.time()) + 1);
            prop_assert_eq!(last - first, i32::from(terms.duration_minutes));
            let hours = terms.working_hours.of(local.weekday());
            let is_in = |hours: &Hours| {
                i32::from(hours.from.minutes()) <= first && last <= i32::from(hours.until.minutes())
            };
            prop_assert!(hours.iter().any(is_in));
        }
    }
}
