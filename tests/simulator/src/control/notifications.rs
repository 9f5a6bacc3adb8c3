//! Subscriptions and their notifications: looking at them, making them fail, forging them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Body, Refused};
use crate::app::App;
use crate::graph::subscriptions::{self, LifecycleEvent, of_change, of_lifecycle};
use crate::model::mailbox::{Announcement, ChangeType};
use crate::model::{Subscription, World};

/// What of the queue is shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    /// Only counts and settings, without every request.
    #[serde(default)]
    summary: bool,
}

/// Counts, settings and every request with its attempts.
pub(super) async fn show(State(app): State<Arc<App>>, Query(shown): Query<Shown>) -> Json<Value> {
    Json(app.notifications.show(!shown.summary))
}

/// Changes settings; what is absent stays.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Body(changes): Body<Value>,
) -> Result<Json<Value>, Refused> {
    let changed = app.notifications.settings().with(&changes);
    let changed = changed.map_err(|error| Refused(StatusCode::BAD_REQUEST, error.to_string()))?;
    app.notifications.set_settings(changed.clone());
    Ok(Json(json!(changed)))
}

/// Forgets what waits and what was sent; the settings are the first ones again.
pub(super) async fn clear(State(app): State<Arc<App>>) -> StatusCode {
    app.notifications.clear();
    StatusCode::NO_CONTENT
}

/// Every subscription of every app, the client state included.
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Value> {
    let world = app.world();
    let subscriptions: Vec<&Subscription> = world.subscriptions.values().collect();
    Json(json!({ "subscriptions": subscriptions }))
}

/// Removes one without a word to anybody.
pub(super) async fn remove(State(app): State<Arc<App>>, Path(id): Path<Uuid>) -> Result<StatusCode, Refused> {
    let removed = app.world().subscriptions.remove(&id);
    removed.map(|_| StatusCode::NO_CONTENT).ok_or_else(|| unknown(id))
}

/// An event in the life of a subscription.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Event {
    event: LifecycleEvent,
}

/// Something happens to a subscription; one that is to be removed is removed.
pub(super) async fn lifecycle(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Body(Event { event }): Body<Event>,
) -> Result<StatusCode, Refused> {
    let mut world = app.world();
    let subscription = find(&world, id)?;
    let now = app.clock.now();
    let notice = of_lifecycle(subscription, event);
    if event == LifecycleEvent::SubscriptionRemoved {
        subscriptions::remove(&app, &mut world, id, now);
    } else if let Some(notice) = notice {
        app.notifications.send(notice, now);
    } else {
        let reason = "the subscription has no lifecycleNotificationUrl".to_owned();
        return Err(Refused(StatusCode::CONFLICT, reason));
    }
    Ok(StatusCode::ACCEPTED)
}

/// A notification that no change stands behind; what is absent is as a true one would have it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(super) struct Forgery {
    /// How often it is sent; once if absent.
    copies: Option<u32>,
    /// Null leaves the client state empty.
    #[serde(deserialize_with = "given")]
    client_state: Option<Option<String>>,
    subscription_id: Option<Uuid>,
    tenant_id: Option<String>,
    change_type: Option<ChangeType>,
    /// The item's id.
    item_id: Option<String>,
}

/// Tells a member that is null from one that is not there.
fn given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Sends copies of a notification of this subscription, or forgeries of one.
pub(super) async fn notify(
    State(app): State<Arc<App>>,
    Path(id): Path<Uuid>,
    Body(forgery): Body<Forgery>,
) -> Result<StatusCode, Refused> {
    let mut world = app.world();
    let subscription = find(&world, id)?.clone();
    let mailbox = world.mailboxes.entry(subscription.watched.user_id.clone()).or_default();
    // An item that was never there, unless one is named.
    let number = mailbox.last_change() + 1_000_000;
    let announcement = Announcement {
        kind: subscription.watched.kind,
        number,
        place: number,
        folder: 0,
        change: number,
        change_type: forgery.change_type.unwrap_or(ChangeType::Created),
    };
    let mut notice = of_change(&subscription, mailbox, &announcement);
    if let Some(id) = forgery.item_id {
        let resource = notice.body["resource"].as_str().unwrap_or_default();
        // Ids may hold slashes.
        let real = notice.body["resourceData"]["id"].as_str().unwrap_or_default();
        let resource = format!("{}{id}", resource.strip_suffix(real).unwrap_or_default());
        notice.body["resource"] = resource.as_str().into();
        notice.body["resourceData"]["@odata.id"] = resource.into();
        notice.body["resourceData"]["id"] = id.into();
    }
    if let Some(state) = forgery.client_state {
        notice.body["clientState"] = state.into();
    }
    if let Some(id) = forgery.subscription_id {
        notice.body["subscriptionId"] = id.to_string().into();
    }
    if let Some(id) = forgery.tenant_id {
        notice.body["tenantId"] = id.into();
    }
    let now = app.clock.now();
    for _ in 0..forgery.copies.unwrap_or(1) {
        app.notifications.send(notice.clone(), now);
    }
    Ok(StatusCode::ACCEPTED)
}

fn find(world: &World, id: Uuid) -> Result<&Subscription, Refused> {
    world.subscriptions.get(&id).ok_or_else(|| unknown(id))
}

fn unknown(id: Uuid) -> Refused {
    Refused(StatusCode::NOT_FOUND, format!("there is no subscription {id}"))
}
