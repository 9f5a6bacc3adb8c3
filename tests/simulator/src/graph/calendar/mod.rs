//! Calendars, events and free/busy times below a user.

mod body;
mod calendars;
mod delta;
mod events;
mod find;
mod route;
mod schedule;
mod schema;
mod show;
mod time;
mod view;

use super::call::Call;
use super::error::GraphError;
use super::wire::Response;

pub(crate) use self::body::read_event;
pub(super) use self::route::{ROOTS, Target, parse, template};
pub(crate) use self::show::for_control as event_for_control;

use self::route::{Action, Within};

const READ: [&str; 4] =
    ["Calendars.ReadBasic", "Calendars.ReadBasic.All", "Calendars.Read", "Calendars.ReadWrite"];
const READ_CHANGES: [&str; 3] = ["Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"];
const WRITE: [&str; 1] = ["Calendars.ReadWrite"];

/// The permissions of which a token must hold one; the same for users and apps.
pub(super) fn accepted(target: &Target, method: &str, _delegated: bool) -> &'static [&'static str] {
    match (target, method) {
        (Target::Schedule(_), _) => &READ,
        (Target::ViewDelta(_), _) => &READ_CHANGES,
        (_, "GET") => &READ,
        _ => &WRITE,
    }
}

/// Works the call off.
pub(super) fn work(call: &Call<'_>, target: &Target) -> Result<Response, GraphError> {
    let method = call.request.method.as_str();
    if let Some(owner) = &call.owner {
        call.app.world().settle_calendar(&owner.id, call.request.now);
    }
    match (target, method) {
        (Target::Calendars, "GET") => calendars::list(call),
        (Target::Calendar(within), "GET") => calendars::get(call, within),
        (Target::Events(within), "GET") => events::list(call, within),
        (Target::EventsCount(within), "GET") => events::count(call, within),
        (Target::Events(within), "POST") => events::create(call, within),
        (Target::Event(within, id), "GET") => events::get(call, within, id),
        (Target::Event(within, id), "PATCH") => events::patch(call, within, id),
        (Target::Event(within, id), "DELETE") => events::delete(call, within, id),
        (Target::Action(within, id, action), "POST") => match action {
            Action::Cancel => events::cancel(call, within, id),
            Action::Answer(answer) => events::answer(call, within, id, *answer),
            Action::Purge => events::purge(call, within, id),
        },
        (Target::Instances(within, id), "GET") => view::instances(call, within, id),
        (Target::View(within), "GET") => view::list(call, within),
        (Target::ViewDelta(within), "GET") => delta::page(call, within),
        (Target::Schedule(within), "POST") => schedule::get(call, within),
        _ => Err(GraphError::method(method)),
    }
}

/// Whether the token shows bodies, attachments and extended properties: `ReadBasic` alone does not.
fn sees_bodies(call: &Call<'_>) -> bool {
    let caller = call.caller;
    let held = if caller.user_object_id.is_some() { &caller.scopes } else { &caller.roles };
    held.iter().any(|held| ["calendars.read", "calendars.readwrite"].contains(&held.to_lowercase().as_str()))
}

/// The path below `users('…')` in `@odata.context`.
fn context(call: &Call<'_>, within: &Within, collection: &str) -> String {
    let user = call.user_id();
    match within {
        Within::Mailbox => format!("users('{user}')/{collection}"),
        Within::Default => format!("users('{user}')/calendar/{collection}"),
        Within::Calendar(id) => format!("users('{user}')/calendars('{id}')/{collection}"),
    }
}
