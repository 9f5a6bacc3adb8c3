//! Calendars, events and free/busy times below a user.

use super::call::Call;
use super::error::GraphError;
use super::route::Rest;
use super::wire::Response;

/// What this module answers below a user, by the first segment in lower case.
pub(super) const ROOTS: [&str; 7] =
    ["calendar", "calendars", "calendargroups", "calendarview", "events", "findmeetingtimes", "outlook"];

/// What a path denotes; nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {}

/// Reads a path from its first segment below the user on.
pub(super) fn parse(rest: Rest<'_>) -> Result<Target, GraphError> {
    Err(GraphError::not_simulated(&rest.id(0)))
}

/// The path below `/users/{id}` with `{id}` for every key.
pub(super) fn template(target: &Target) -> String {
    match *target {}
}

/// The permissions of which a token must hold one, by whether it is a user's or an app's own.
pub(super) fn accepted(target: &Target, _method: &str, _delegated: bool) -> &'static [&'static str] {
    match *target {}
}

/// Works the call off.
pub(super) fn work(_call: &Call<'_>, target: &Target) -> Result<Response, GraphError> {
    match *target {}
}
