//! Notifications as they are written.
//! Sources: Graph pages "Receive change notifications through webhooks" and "Reduce missing change
//! notifications"; the types `changeNotification` and `changeNotificationCollection`.

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::graph;
use crate::model::mailbox::{Announcement, ChangeType, ItemKind};
use crate::model::{Mailbox, Subscription};

/// One notification on its way.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    /// Where it goes.
    pub(crate) url: String,
    /// The subscription it is about.
    pub(crate) subscription: Uuid,
    /// What happened to the subscription itself, in place of a change of an item.
    pub(crate) lifecycle: bool,
    /// A `changeNotification`.
    pub(crate) body: Value,
}

/// What can happen to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LifecycleEvent {
    /// It must be renewed or authorized again, or notifications stop.
    ReauthorizationRequired,
    /// It is gone.
    SubscriptionRemoved,
    /// Changes were not told.
    Missed,
}

impl LifecycleEvent {
    fn name(self) -> &'static str {
        match self {
            Self::ReauthorizationRequired => "reauthorizationRequired",
            Self::SubscriptionRemoved => "subscriptionRemoved",
            Self::Missed => "missed",
        }
    }
}

/// The name of a change type in `changeType`.
pub(super) fn change_name(change: ChangeType) -> &'static str {
    match change {
        ChangeType::Created => "created",
        ChangeType::Updated => "updated",
        ChangeType::Deleted => "deleted",
    }
}

/// Segment and type name of a kind of items, spelled as notifications spell them.
fn names(kind: ItemKind) -> (&'static str, &'static str) {
    match kind {
        ItemKind::Message => ("Messages", "Message"),
        ItemKind::Event => ("Events", "Event"),
        ItemKind::Contact => ("Contacts", "Contact"),
    }
}

/// A change of an item.
pub(crate) fn of_change(subscription: &Subscription, mailbox: &Mailbox, change: &Announcement) -> Notice {
    let (ordinary, immutable) = graph::item_ids(mailbox, change);
    let id = if subscription.immutable_ids { immutable } else { ordinary };
    let (segment, type_name) = names(change.kind);
    let resource = format!("Users/{}/{segment}/{id}", subscription.watched.user_id);
    let mut body = about(subscription);
    body["id"] = Uuid::new_v4().to_string().into();
    body["changeType"] = change_name(change.change_type).into();
    body["resource"] = resource.as_str().into();
    body["resourceData"] = json!({
        "@odata.type": format!("#Microsoft.Graph.{type_name}"),
        "@odata.id": resource,
        "@odata.etag": graph::item_etag(mailbox, change),
        "id": id,
    });
    Notice {
        url: subscription.notification_url.clone(),
        subscription: subscription.id,
        lifecycle: false,
        body,
    }
}

/// What happened to the subscription; none when nobody is to be told.
pub(crate) fn of_lifecycle(subscription: &Subscription, event: LifecycleEvent) -> Option<Notice> {
    let url = subscription.lifecycle_url.clone()?;
    let mut body = about(subscription);
    body["lifecycleEvent"] = event.name().into();
    Some(Notice { url, subscription: subscription.id, lifecycle: true, body })
}

/// What every notification says.
fn about(subscription: &Subscription) -> Value {
    json!({
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": subscription.expires.to_string(),
        "tenantId": subscription.tenant_id,
        "clientState": subscription.client_state,
    })
}
