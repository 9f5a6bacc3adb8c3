//! The appointment as calendars read it (RFC 5545), attached to the mails. Its UID is Outlook's, so that it is
//! the same meeting as Exchange's own invitation; nobody but the host is named in it, since a published meeting
//! has no attendees (RFC 5546, 3.2.1).

use calcard::{
    common::{IanaString, PartialDateTime},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarMethod,
        ICalendarParameter, ICalendarParameterName, ICalendarParameterValue, ICalendarProperty,
        ICalendarStatus, ICalendarValue, Uri,
    },
};
use jiff::{Timestamp, tz::TimeZone};
use outbox::Invite;

use crate::{Appointment, Place, title::title};

/// What is told about the meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// It stands.
    Publish,
    /// It is called off.
    Cancel,
}

/// The event in Outlook, as far as other calendars care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook<'a> {
    /// Its `iCalUId`.
    pub(crate) uid: &'a str,
    /// The address of the mailbox that it stands in.
    pub(crate) organizer: &'a str,
}

/// The attachment; `stamp` is when this was said.
pub(crate) fn invite(
    appointment: &Appointment,
    event: Outlook<'_>,
    stamp: Timestamp,
    method: Method,
) -> Invite {
    let (method, status, sequence) = match method {
        Method::Publish => (ICalendarMethod::Publish, ICalendarStatus::Confirmed, 0),
        Method::Cancel => (ICalendarMethod::Cancel, ICalendarStatus::Cancelled, 1),
    };
    let name = method.as_str().to_owned();
    let mut entries = vec![
        text(ICalendarProperty::Uid, event.uid),
        entry(ICalendarProperty::Dtstamp, utc(stamp)),
        entry(ICalendarProperty::Sequence, ICalendarValue::Integer(sequence)),
        entry(ICalendarProperty::Status, ICalendarValue::Status(status)),
        entry(ICalendarProperty::Dtstart, utc(appointment.start)),
        entry(ICalendarProperty::Dtend, utc(appointment.end)),
        text(ICalendarProperty::Summary, &title(appointment.title.as_deref(), &appointment.guest)),
        organizer(&appointment.host_name, event.organizer),
    ];
    let place = match &appointment.place {
        Place::Address(address) => Some(address.as_str()),
        Place::WebMeeting => appointment.join_url.as_deref(),
    };
    entries.extend(place.map(|place| text(ICalendarProperty::Location, place)));
    if let Some(url) = &appointment.join_url {
        entries.push(text(ICalendarProperty::Description, url));
        entries.push(entry(ICalendarProperty::Url, location(url.clone())));
    }
    let calendar = ICalendarComponent {
        component_type: ICalendarComponentType::VCalendar,
        entries: vec![
            text(ICalendarProperty::Version, "2.0"),
            text(ICalendarProperty::Prodid, "-//Setten//Setten//EN"),
            entry(ICalendarProperty::Method, ICalendarValue::Method(method)),
        ],
        component_ids: vec![1],
    };
    let event = ICalendarComponent {
        component_type: ICalendarComponentType::VEvent,
        entries,
        component_ids: Vec::new(),
    };
    Invite { method: name, ics: ICalendar { components: vec![calendar, event] }.to_string() }
}

fn organizer(name: &str, address: &str) -> ICalendarEntry {
    let name = ICalendarParameter {
        name: ICalendarParameterName::Cn,
        // A parameter can neither escape nor hold quotes.
        value: ICalendarParameterValue::Text(name.replace('"', "'")),
    };
    let address = location(format!("mailto:{address}"));
    ICalendarEntry { params: vec![name], ..entry(ICalendarProperty::Organizer, address) }
}

fn text(name: ICalendarProperty, text: &str) -> ICalendarEntry {
    entry(name, ICalendarValue::Text(text.to_owned()))
}

fn entry(name: ICalendarProperty, value: ICalendarValue) -> ICalendarEntry {
    ICalendarEntry { name, params: Vec::new(), values: vec![value] }
}

fn location(uri: String) -> ICalendarValue {
    ICalendarValue::Uri(Uri::Location(uri))
}

fn utc(instant: Timestamp) -> ICalendarValue {
    let time = TimeZone::UTC.to_datetime(instant);
    let part = |part: i8| u8::try_from(part).ok();
    ICalendarValue::PartialDateTime(Box::new(PartialDateTime {
        year: u16::try_from(time.year()).ok(),
        month: part(time.month()),
        day: part(time.day()),
        hour: part(time.hour()),
        minute: part(time.minute()),
        second: part(time.second()),
        tz_hour: Some(0),
        tz_minute: Some(0),
        tz_minus: false,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::appointment;

    const EVENT: Outlook<'_> = Outlook { uid: "040000008200E00074C5", organizer: "sato@aozora.example" };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Folded lines made whole (RFC 5545, 3.1), having checked their length.
    fn lines(ics: &str) -> Vec<String> {
        assert!(ics.split("\r\n").all(|line| line.len() <= 75), "{ics}");
        assert!(!ics.replace("\r\n", "").contains(['\r', '\n']), "{ics:?}");
        ics.replace("\r\n ", "").trim_end().split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn e17_the_meeting_is_published_under_outlooks_uid_with_nobody_but_its_host() {
        let invite = invite(&appointment(), EVENT, at("2026-11-22T10:00:05Z"), Method::Publish);
        assert_eq!(invite.method, "PUBLISH");
        assert_eq!(
            lines(&invite.ics),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Setten//Setten//EN",
                "METHOD:PUBLISH",
                "BEGIN:VEVENT",
                "UID:040000008200E00074C5",
                "DTSTAMP:20261122T100005Z",
                "SEQUENCE:0",
                "STATUS:CONFIRMED",
                "DTSTART:20261124T010000Z",
                "DTEND:20261124T013000Z",
                "SUMMARY:株式会社テスト:三田花子",
                "ORGANIZER;CN=\"佐藤 太郎\":mailto:sato@aozora.example",
                "LOCATION:https://teams.example/l/meetup-join/1",
                "DESCRIPTION:https://teams.example/l/meetup-join/1",
                "URL:https://teams.example/l/meetup-join/1",
                "END:VEVENT",
                "END:VCALENDAR",
            ]
        );
    }

    #[test]
    fn a_cancelled_meeting_has_the_same_uid_and_a_later_sequence() {
        let invite = invite(&appointment(), EVENT, at("2026-11-23T00:00:00Z"), Method::Cancel);
        let lines = lines(&invite.ics);
        assert_eq!(invite.method, "CANCEL");
        for line in ["METHOD:CANCEL", "UID:040000008200E00074C5", "SEQUENCE:1", "STATUS:CANCELLED"] {
            assert!(lines.iter().any(|own| own == line), "{line} is not in {lines:?}");
        }
    }

    #[test]
    fn what_anybody_wrote_stays_in_its_property_and_reads_back() {
        let mut appointment = appointment();
        let title = format!("a;b,c\\d\"e\":f {}", "長い題名".repeat(30));
        appointment.title = Some(title.clone());
        appointment.place = Place::Address("東京都,千代田区;1-1\nATTENDEE:mailto:x@y.example".to_owned());
        appointment.host_name = "佐藤; \"太郎\": x".to_owned();
        appointment.join_url = None;
        let invite = invite(&appointment, EVENT, at("2026-11-22T10:00:05Z"), Method::Publish);
        let lines = lines(&invite.ics);
        assert!(lines.iter().all(|line| !line.starts_with("ATTENDEE")), "{lines:?}");
        let read = ICalendar::parse(&invite.ics).expect("it reads back");
        let value = |name: ICalendarProperty| {
            let entry =
                read.components[1].entries.iter().find(|entry| entry.name == name).expect("it is there");
            entry.values[0].as_text().expect("a text").to_owned()
        };
        assert_eq!(value(ICalendarProperty::Summary), title);
        assert_eq!(value(ICalendarProperty::Location), "東京都,千代田区;1-1\nATTENDEE:mailto:x@y.example");
        let organizers: Vec<_> = lines.iter().filter(|line| line.contains("mailto:sato@")).collect();
        assert_eq!(organizers, ["ORGANIZER;CN=\"佐藤; '太郎': x\":mailto:sato@aozora.example"]);
    }
}
