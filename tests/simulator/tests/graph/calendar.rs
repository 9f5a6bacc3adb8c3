//! People with calendars, for the tests of this folder.

use serde_json::{Value, json};

use crate::support::{Client, HANAKO, TARO, World, world};

pub(crate) const APPOINTMENT: &str = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name AppointmentId";

/// A world, Hanako and Taro with their calendars.
pub(crate) async fn people() -> (World, Client, Client) {
    let world = world().await;
    let hanako = signed_in(&world, HANAKO).await;
    let taro = signed_in(&world, TARO).await;
    (world, hanako, taro)
}

pub(crate) async fn signed_in(world: &World, user: &str) -> Client {
    world.signed_in(user, "https://graph.microsoft.com/Calendars.ReadWrite").await
}

/// An hour in Tokyo, on 24 November 2026.
pub(crate) fn hour(subject: &str, from: u8) -> Value {
    json!({
        "subject": subject,
        "start": {"dateTime": format!("2026-11-24T{from:02}:00:00"), "timeZone": "Tokyo Standard Time"},
        "end": {"dateTime": format!("2026-11-24T{:02}:00:00", from + 1), "timeZone": "Asia/Tokyo"},
    })
}

/// The same with members added or replaced.
pub(crate) fn with(mut event: Value, more: Value) -> Value {
    let (Some(event_members), Value::Object(more)) = (event.as_object_mut(), more) else {
        panic!("objects");
    };
    event_members.extend(more);
    event
}

pub(crate) fn attendee(address: &str) -> Value {
    json!({"type": "required", "emailAddress": {"address": address, "name": address}})
}

/// Who was mailed from a calendar, and what about, oldest first.
pub(crate) async fn invitations(world: &World, address: &str) -> Vec<(String, String)> {
    let mailbox = world.shown(&format!("mailboxes/{address}")).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sent = mailbox["invitations"].as_array().expect("invitations");
    sent.iter().map(|one| (text(&one["kind"]), text(&one["to"]))).collect()
}

/// The events of a mailbox that are not deleted, as the control API shows them.
pub(crate) async fn events(world: &World, address: &str) -> Vec<Value> {
    let mailbox = world.shown(&format!("mailboxes/{address}")).await;
    let events = mailbox["events"].as_array().expect("events").iter();
    events.filter(|event| event["deleted"] == false).cloned().collect()
}
