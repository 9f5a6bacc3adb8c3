//! Every page of a booking from a sample of its own: for the tests, and to look at.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Appointment, AppointmentState, BookingPage, Closed, Day, Details, Fault, Field, Meeting, Notice, Place,
    Question, Refused, Times, Zone,
};

/// Each page with the name of its file.
#[must_use]
pub fn pages() -> Vec<(&'static str, BookingPage)> {
    let mut pages = vec![
        ("book-times", times().into()),
        ("book-times-abroad", abroad().into()),
        ("book-times-taken", Times { taken: true, ..times() }.into()),
        ("book-times-empty", empty().into()),
        ("book-times-over", Times { later: None, next: None, ..empty() }.into()),
        ("book-details", details().into()),
        ("book-details-faulty", faulty().into()),
        ("book-details-taken", taken().into()),
        ("book-details-none-left", noticed(Notice::NotOffered(Vec::new())).into()),
        ("book-details-stale", noticed(Notice::Stale).into()),
        ("book-details-closed", noticed(Notice::Closed(Closed::Unreadable)).into()),
        ("book-cancel", BookingPage::Cancel(Box::new(appointment(AppointmentState::Confirmed)))),
    ];
    let closed = [
        ("book-closed-unreadable", Closed::Unreadable),
        ("book-closed-unlinked", Closed::Unlinked),
        ("book-closed-refused", Closed::Refused("ErrorAccessDenied".to_owned())),
        ("book-closed-no-web-meeting", Closed::NoWebMeeting),
    ];
    pages.extend(closed.map(|(name, why)| {
        (name, Times { closed: Some(why), days: Vec::new(), chosen: None, ..times() }.into())
    }));
    let states = [
        ("book-pending", AppointmentState::Pending),
        ("book-confirmed", AppointmentState::Confirmed),
        ("book-cancelling", AppointmentState::Cancelling),
        ("book-undoing", AppointmentState::Undoing),
        ("book-cancelled", AppointmentState::Cancelled),
        ("book-cancelled-by-host", AppointmentState::CancelledByHost),
        ("book-failed", AppointmentState::Failed),
    ];
    pages.extend(states.map(|(name, state)| (name, appointment(state).into())));
    let refused = [
        ("book-refused-not-found", Refused::NotFound),
        ("book-refused-too-large", Refused::TooLarge),
        ("book-refused-method", Refused::Method),
        ("book-refused-unavailable", Refused::Unavailable { reference: "K7QF-2M9D-XR41".to_owned() }),
    ];
    pages.extend(refused.map(|(name, refused)| (name, BookingPage::Refused(refused))));
    pages
}

/// A web meeting of a Japanese company.
#[must_use]
pub fn meeting() -> Meeting {
    Meeting {
        key: "0b9tK3xQv5T1mYw7ZcR2sA".to_owned(),
        title: Some("製品のご紹介とご相談".to_owned()),
        host: "佐藤 花子".to_owned(),
        company: "株式会社山田製作所".to_owned(),
        minutes: 30,
        place: Place::Web,
        zone: zone("Asia/Tokyo"),
    }
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).expect("a zone of the list")
}

/// A week with free times on five days.
#[must_use]
pub fn times() -> Times {
    let monday = Date::constant(2026, 11, 23);
    Times {
        meeting: meeting(),
        zone: zone("Asia/Tokyo"),
        zone_is_chosen: false,
        days: days(monday, &zone("Asia/Tokyo")),
        chosen: Some(Date::constant(2026, 11, 24)),
        previous: None,
        next: Some(Date::constant(2026, 11, 30)),
        later: None,
        closed: None,
        taken: false,
    }
}

/// Office hours of Tokyo, with gaps, on the dates of another zone.
fn days(first: Date, shown: &Zone) -> Vec<Day> {
    let open = |number: i64| [1, 2, 3, 4].contains(&number);
    let host = zone("Asia/Tokyo");
    let starts = (0..7).filter(|number| open(*number)).flat_map(|number| {
        let date = first.saturating_add(number.days());
        let minutes = (0..18).filter(move |slot| (slot * 7 + number) % 4 != 0 && *slot != 6 && *slot != 7);
        let host = host.clone();
        minutes.filter_map(move |slot| {
            let time = date.at(9, 0, 0, 0).saturating_add((slot * 30).minutes());
            Some(time.to_zoned(host.rules().clone()).ok()?.timestamp())
        })
    });
    let starts: Vec<Timestamp> = starts.collect();
    let day = |number: i64| {
        let date = first.saturating_add(number.days());
        let on_date = |start: &&Timestamp| start.to_zoned(shown.rules().clone()).date() == date;
        Day { date, times: starts.iter().filter(on_date).copied().collect() }
    };
    (0..7).map(day).collect()
}

/// A guest in another zone, in a week of two months, at an address.
fn abroad() -> Times {
    let (first, shown) = (Date::constant(2026, 11, 29), zone("America/New_York"));
    let address = "東京都千代田区丸の内1-2-3 丸の内ビル 12階".to_owned();
    Times {
        meeting: Meeting { place: Place::Address(address), title: None, minutes: 90, ..meeting() },
        days: days(first, &shown),
        zone: shown,
        zone_is_chosen: true,
        chosen: Some(Date::constant(2026, 11, 30)),
        previous: Some(Date::constant(2026, 11, 22)),
        ..times()
    }
}

fn empty() -> Times {
    let days = times().days.into_iter().map(|day| Day { times: Vec::new(), ..day }).collect();
    Times { days, chosen: None, later: Some(Date::constant(2026, 12, 1)), ..times() }
}

/// The form for a time that differs between guest and host.
#[must_use]
pub fn details() -> Details {
    let question = |id: &str, label: &str, required, long| Question {
        id: id.to_owned(),
        label: label.to_owned(),
        required,
        long,
        answer: String::new(),
    };
    Details {
        meeting: meeting(),
        zone: zone("Europe/London"),
        start: Some(Timestamp::constant(1_795_669_200, 0)),
        form: "01998a3c-7d11-7d30-9c62-1f7d3c1d2b11.1764000000.c2lnbmF0dXJl".to_owned(),
        company: String::new(),
        name: String::new(),
        email: String::new(),
        questions: vec![
            question("people", "参加人数", true, false),
            question("topic", "ご相談の内容", false, true),
        ],
        faults: Vec::new(),
        notice: None,
    }
}

fn filled() -> Details {
    Details {
        company: "Contoso Ltd".to_owned(),
        name: "三田 花子".to_owned(),
        email: "hanako.mita@contoso.example".to_owned(),
        zone: zone("Asia/Tokyo"),
        ..details()
    }
}

fn faulty() -> Details {
    Details {
        email: "hanako.mita＠contoso".to_owned(),
        name: String::new(),
        faults: vec![
            (Field::Name, Fault::Missing),
            (Field::Email, Fault::NotAnAddress),
            (Field::Answer("people".to_owned()), Fault::Missing),
            (Field::Answer("topic".to_owned()), Fault::Text { most: 2_000 }),
        ],
        ..filled()
    }
}

fn noticed(notice: Notice) -> Details {
    Details { notice: Some(notice), ..filled() }
}

fn taken() -> Details {
    let others: Vec<_> = times().days.into_iter().flat_map(|day| day.times).skip(9).take(9).collect();
    Details { start: None, ..noticed(Notice::Taken(others)) }
}

/// An appointment in this state.
#[must_use]
pub fn appointment(state: AppointmentState) -> Appointment {
    let is_standing = matches!(state, AppointmentState::Pending | AppointmentState::Confirmed);
    Appointment {
        meeting: meeting(),
        zone: zone("Europe/London"),
        token: "01998a3c-7d11-7d30-9c62-1f7d3c1d2b11.c2lnbmF0dXJl".to_owned(),
        state,
        start: Timestamp::constant(1_795_669_200, 0),
        guest: "三田 花子".to_owned(),
        email: "hanako.mita@contoso.example".to_owned(),
        join_url: Some(
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_sample%40thread.v2/0".to_owned(),
        ),
        may_be_cancelled: is_standing,
    }
}
