//! `getSchedule`: when people and rooms are free.
//! Source: Graph pages "calendar: getSchedule" and "Get free/busy schedule of Outlook calendar users and
//! resources".

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::model::World;
use crate::model::directory::MailboxKind;
use crate::model::mailbox::{Occurrence, Schedule, ZonedTime};

use super::super::call::Call;
use super::super::error::GraphError;
use super::super::schema::{object, unexpected};
use super::super::wire::Response;
use super::find;
use super::route::Within;
use super::time::{self, ShownZone};

const SCHEDULES_MAX: usize = 20;
const DAYS_BELOW: i64 = 62;
const DEFAULT_INTERVAL: i64 = 30;

/// What is asked for.
struct Asked {
    schedules: Vec<String>,
    start: Timestamp,
    end: Timestamp,
    interval: SignedDuration,
}

pub(super) fn get(call: &Call<'_>, within: &Within) -> Result<Response, GraphError> {
    let asked = read(call)?;
    let zone = ShownZone::of(call.request)?;
    let mut world = call.app.world();
    find::check_calendar(call.mailbox(&mut world)?, within)?;
    let values: Vec<Value> =
        asked.schedules.iter().map(|address| schedule(call, &mut world, address, &asked, &zone)).collect();
    let context =
        format!("{}/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)", call.request.base);
    let response = Response::json(200, json!({"@odata.context": context, "value": values}));
    Ok(match call.request.preference("outlook.timezone") {
        Some(name) => response.with_header("Preference-Applied", format!("outlook.timezone=\"{name}\"")),
        None => response,
    })
}

fn read(call: &Call<'_>) -> Result<Asked, GraphError> {
    let given: Map<String, Value> = object(&call.request.body)?
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    let known = ["schedules", "starttime", "endtime", "availabilityviewinterval"];
    if let Some(name) = given.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(GraphError::body(format!("The parameter '{name}' is not one of the action.")));
    }
    let schedules = given.get("schedules").cloned().unwrap_or_default();
    let read: Result<Vec<String>, _> = serde_json::from_value(schedules.clone());
    let schedules = read.map_err(|_| unexpected(&schedules, "StartArray", "Collection(Edm.String)"))?;
    if schedules.is_empty() || schedules.len() > SCHEDULES_MAX {
        let message = format!("Between 1 and {SCHEDULES_MAX} schedules can be asked for at a time.");
        return Err(GraphError::new(400, "ErrorIdentityArrayTooBig", message));
    }
    let instant = |name: &str| {
        let time: ZonedTime = time::read(name, given.get(name).cloned().unwrap_or_default())?;
        Ok::<Timestamp, GraphError>(time.instant())
    };
    let (start, end) = (instant("starttime")?, instant("endtime")?);
    let length = end.duration_since(start);
    if length <= SignedDuration::ZERO || length >= SignedDuration::from_hours(DAYS_BELOW * 24) {
        let message = "The time duration specified for FreeBusyViewOptions.TimeWindow is invalid.";
        return Err(GraphError::new(400, "ErrorInvalidTimeInterval", message));
    }
    let minutes = match given.get("availabilityviewinterval") {
        None => DEFAULT_INTERVAL,
        Some(Value::Number(number)) => number.as_i64().unwrap_or(0),
        // Seen with real clients, who sent null.
        Some(_) => return Err(GraphError::new(500, "InternalServerError", "An internal error occurred.")),
    };
    if !(5..=1440).contains(&minutes) || SignedDuration::from_mins(minutes) > length {
        let message = "The value specified for the MergedFreeBusyIntervalInMinutes is invalid. The valid \
                       range is 5 to 1440 minutes, and not more than the time window.";
        return Err(GraphError::new(400, "ErrorInvalidMergedFreeBusyInterval", message));
    }
    Ok(Asked { schedules, start, end, interval: SignedDuration::from_mins(minutes) })
}

/// The mailbox behind an address: its key and the zone its owner works in.
fn resolve(call: &Call<'_>, world: &World, address: &str) -> Option<(String, String)> {
    let tenant = world.directory.tenant(&call.caller.tenant_id)?;
    let by_mail = |user: &&crate::model::directory::User| {
        user.mailbox == MailboxKind::Cloud
            && user.addresses().any(|known| known.eq_ignore_ascii_case(address))
    };
    let user = tenant.users.values().find(by_mail).map(|user| (user.id.clone(), user.time_zone.clone()));
    let room = || tenant.rooms.values().find(|room| room.email_address.eq_ignore_ascii_case(address));
    user.or_else(|| room().map(|room| (room.id.clone(), room.time_zone.clone())))
}

/// The entry of one address: its times, or why they cannot be told. The others are told all the same.
fn schedule(call: &Call<'_>, world: &mut World, address: &str, asked: &Asked, zone: &ShownZone) -> Value {
    let failed = |message: String, code: &str| json!({"scheduleId": address, "error": {"message": message, "responseCode": code}});
    let Some((key, works_in)) = resolve(call, world, address) else {
        let message = format!("Unable to resolve e-mail address {address} to an Active Directory object.");
        return failed(message, "5009");
    };
    world.settle_calendar(&key, call.request.now);
    let is_own = key == call.user_id();
    let mailbox = world.mailboxes.entry(key).or_default();
    if let Schedule::Error(code) = &mailbox.calendar.behaviour.schedule {
        return failed(format!("The free/busy information of {address} could not be read."), code);
    }
    let taken: Vec<_> = mailbox
        .occurrences(asked.start, asked.end)
        .into_iter()
        .filter(|one| !one.event.is_cancelled)
        .collect();
    json!({
        "scheduleId": address,
        "availabilityView": availability(&taken, asked),
        "scheduleItems": taken.iter().map(|one| item(one, is_own, zone)).collect::<Vec<_>>(),
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": works_in},
        },
    })
}

/// One digit for each interval: 0 free or working elsewhere, 1 tentative, 2 busy, 3 out of office.
fn availability(taken: &[Occurrence<'_>], asked: &Asked) -> String {
    let digit = |one: &Occurrence<'_>| match one.event.show_as() {
        "free" | "workingElsewhere" => '0',
        "tentative" => '1',
        "oof" => '3',
        _ => '2',
    };
    let mut view = String::new();
    let mut from = asked.start;
    while from < asked.end {
        let until = (from + asked.interval).min(asked.end);
        let inside = taken.iter().filter(|one| one.overlaps(from, until));
        view.push(inside.map(digit).max().unwrap_or('0'));
        from = until;
    }
    view
}

/// What is told of an event: to its owner all but what is private, to others when and as what.
fn item(one: &Occurrence<'_>, is_own: bool, zone: &ShownZone) -> Value {
    let event = one.event;
    let is_private = event.text("sensitivity") == "private";
    let mut item = json!({
        "status": event.show_as(),
        "start": zone.show(&one.start),
        "end": zone.show(&one.end),
    });
    if is_own {
        item["isPrivate"] = is_private.into();
    }
    if is_own && !is_private {
        let place = event.properties.get("location").and_then(|place| place["displayName"].as_str());
        item["subject"] = event.text("subject").into();
        item["location"] = place.unwrap_or_default().into();
    }
    item
}
