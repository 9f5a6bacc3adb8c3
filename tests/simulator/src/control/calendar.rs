//! Calendars from outside of Graph: how they behave, and events that were always there.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::{Body, Refused, with_user};
use crate::app::App;
use crate::graph;
use crate::model::Mailbox;
use crate::model::mailbox::CalendarBehaviour;

/// The part of a mailbox that is about its calendar: events, mails to attendees, behaviour.
pub(super) fn show(mailbox: &Mailbox) -> [(&'static str, Value); 3] {
    let calendar = &mailbox.calendar;
    let events: Vec<Value> =
        calendar.events.values().map(|event| graph::event_for_control(mailbox, event)).collect();
    [
        ("events", Value::Array(events)),
        ("invitations", json!(calendar.invitations)),
        ("calendarBehaviour", json!(calendar.behaviour)),
    ]
}

/// Switches some of the behaviour; what is not named stays.
pub(super) async fn behave(
    State(app): State<Arc<App>>,
    address: Path<String>,
    Body(changes): Body<Map<String, Value>>,
) -> Result<Json<CalendarBehaviour>, Refused> {
    with_user(&app, &address, |world, user| {
        let behaviour = &mut world.mailboxes.entry(user.id.clone()).or_default().calendar.behaviour;
        let mut merged = json!(behaviour);
        if let Some(members) = merged.as_object_mut() {
            members.extend(changes);
        }
        *behaviour = serde_json::from_value(merged)
            .map_err(|error| Refused(StatusCode::BAD_REQUEST, error.to_string()))?;
        Ok(Json(behaviour.clone()))
    })?
}

/// Puts an event, as Graph spells it, into the calendar; attendees are invited.
pub(super) async fn add_event(
    State(app): State<Arc<App>>,
    address: Path<String>,
    Body(event): Body<Map<String, Value>>,
) -> Result<(StatusCode, Json<Value>), Refused> {
    let refused = |reason: String| Refused(StatusCode::BAD_REQUEST, reason);
    let changes = graph::read_event(event).map_err(refused)?;
    let now = app.clock.now();
    with_user(&app, &address, |world, user| {
        let made = world.create_event(&user.id, changes, now);
        let number = made.map_err(|problem| Refused(StatusCode::CONFLICT, format!("{problem:?}")))?;
        let mailbox = world.mailboxes.entry(user.id.clone()).or_default();
        let shown = mailbox.event(number).map(|event| graph::event_for_control(mailbox, event));
        Ok((StatusCode::CREATED, Json(json!(shown))))
    })?
}
