//! Which resource of a calendar a path denotes.

use crate::model::mailbox::Answer;

use super::super::error::GraphError;
use super::super::route::Rest;

/// What this module answers below a user, by the first segment in lower case.
pub(in crate::graph) const ROOTS: [&str; 7] =
    ["calendar", "calendars", "calendargroups", "calendarview", "events", "findmeetingtimes", "outlook"];

/// Through which path an event is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) enum Within {
    /// `/events`
    Mailbox,
    /// `/calendar/events`
    Default,
    /// `/calendars/{id}/events`
    Calendar(String),
}

/// What is done to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum Action {
    Cancel,
    Answer(Answer),
    Purge,
}

/// What a path denotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::graph) enum Target {
    Calendars,
    Calendar(Within),
    Events(Within),
    EventsCount(Within),
    Event(Within, String),
    Action(Within, String, Action),
    Instances(Within, String),
    View(Within),
    ViewDelta(Within),
    Schedule(Within),
}

/// Reads a path from its first segment below the user on.
pub(in crate::graph) fn parse(rest: Rest<'_>) -> Result<Target, GraphError> {
    match (rest.name(0), rest.name(1)) {
        (Some("events" | "calendarview"), _) => within(rest, Within::Mailbox),
        (Some("calendar"), None) => Ok(Target::Calendar(Within::Default)),
        (Some("calendar"), Some(_)) => within(rest.from(1), Within::Default),
        (Some("calendars"), None) => Ok(Target::Calendars),
        (Some("calendars"), Some(_)) => {
            let calendar = Within::Calendar(rest.id(1));
            if rest.len() == 2 { Ok(Target::Calendar(calendar)) } else { within(rest.from(2), calendar) }
        }
        _ => Err(GraphError::not_simulated(&rest.id(0))),
    }
}

/// What comes after `events`, `calendar` or `calendars/{id}`.
fn within(rest: Rest<'_>, within: Within) -> Result<Target, GraphError> {
    match (rest.name(0), rest.name(1), rest.len()) {
        (Some("getschedule"), None, _) => Ok(Target::Schedule(within)),
        (Some("calendarview"), None, _) => Ok(Target::View(within)),
        (Some("calendarview"), Some("delta"), 2) => Ok(Target::ViewDelta(within)),
        (Some("events"), None, _) => Ok(Target::Events(within)),
        (Some("events"), Some("$count"), 2) => Ok(Target::EventsCount(within)),
        (Some("events"), Some("delta"), _) => Err(GraphError::not_simulated("events/delta")),
        (Some("events"), Some(_), 2) => Ok(Target::Event(within, rest.id(1))),
        (Some("events"), Some(_), 3) => event(rest, within),
        (Some("events"), Some(_), _) => Err(GraphError::not_simulated(&rest.id(2))),
        (Some("allowedcalendarsharingroles" | "permanentdelete" | "calendarpermissions"), ..) => {
            Err(GraphError::not_simulated(&rest.id(0)))
        }
        _ => Err(rest.unknown(0)),
    }
}

fn event(rest: Rest<'_>, within: Within) -> Result<Target, GraphError> {
    let id = rest.id(1);
    let action = match rest.name(2) {
        Some("instances") => return Ok(Target::Instances(within, id)),
        Some("cancel") => Action::Cancel,
        Some("accept") => Action::Answer(Answer::Accepted),
        Some("tentativelyaccept") => Action::Answer(Answer::TentativelyAccepted),
        Some("decline") => Action::Answer(Answer::Declined),
        Some("permanentdelete") => Action::Purge,
        Some(
            "attachments"
            | "calendar"
            | "dismissreminder"
            | "exceptionoccurrences"
            | "extensions"
            | "forward"
            | "snoozereminder",
        ) => return Err(GraphError::not_simulated(&rest.id(2))),
        _ => return Err(rest.unknown(2)),
    };
    Ok(Target::Action(within, id, action))
}

/// The path below `/users/{id}` with `{id}` for every key.
pub(in crate::graph) fn template(target: &Target) -> String {
    let below = |within: &Within, path: &str| match within {
        Within::Mailbox => path.to_owned(),
        Within::Default => format!("/calendar{path}"),
        Within::Calendar(_) => format!("/calendars/{{id}}{path}"),
    };
    match target {
        Target::Calendars => "/calendars".to_owned(),
        Target::Calendar(within) => below(within, ""),
        Target::Events(within) => below(within, "/events"),
        Target::EventsCount(within) => below(within, "/events/$count"),
        Target::Event(within, _) => below(within, "/events/{id}"),
        Target::Instances(within, _) => below(within, "/events/{id}/instances"),
        Target::View(within) => below(within, "/calendarView"),
        Target::ViewDelta(within) => below(within, "/calendarView/delta"),
        Target::Schedule(within) => below(within, "/getSchedule"),
        Target::Action(within, _, action) => {
            let name = match action {
                Action::Cancel => "cancel",
                Action::Answer(Answer::Accepted) => "accept",
                Action::Answer(Answer::Declined) => "decline",
                Action::Answer(_) => "tentativelyAccept",
                Action::Purge => "permanentDelete",
            };
            below(within, &format!("/events/{{id}}/{name}"))
        }
    }
}
