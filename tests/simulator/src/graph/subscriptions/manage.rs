//! Making, showing, changing and removing subscriptions.
//! Source: Graph pages "Create subscription", "Update subscription", "reauthorize", "List subscriptions".

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::entra::Caller;
use crate::graph::call::Call;
use crate::graph::error::GraphError;
use crate::graph::query::{Options, Place};
use crate::graph::wire::Response;
use crate::model::subscription::{Signature, Watched};
use crate::model::{Subscription, World};

use super::payload::{self, NewSubscription, SubscriptionChange};
use super::resource::{self, Resource};
use super::settings::NotificationSettings;
use super::{notice, outgoing, refusal, sender};

const TOP_MAX: usize = 999;

/// `POST /subscriptions`: the client's endpoints are asked first, Exchange afterwards.
pub(super) async fn create(call: &Call<'_>) -> Result<Response, GraphError> {
    let new: NewSubscription = payload::read(&call.request.body, "creation")?;
    let change_types = new.change_types()?;
    let (resource, asked) = (Resource::parse(new.resource()?)?, new.expiration()?);
    new.check()?;
    for url in
        [Some(new.notification_url()?), new.lifecycle_notification_url.as_deref()].into_iter().flatten()
    {
        outgoing::validate(call.app, url).await.map_err(refusal::validation)?;
    }
    let (now, settings) = (call.app.clock.now(), call.app.notifications.settings());
    let mut world = call.app.world();
    // What happened before it was there is not told.
    sender::collect(call.app, &mut world, now);
    let watched = resource.find(&mut world, call.caller, now.as_second())?;
    let expires = payload::end(asked, now, settings.lifetime_minutes)?;
    let (creator_id, signed_in) = creator(&world, call.caller)?;
    let subscription = Subscription {
        id: Uuid::new_v4(),
        tenant_id: call.caller.tenant_id.clone(),
        application_id: call.caller.app_id.clone(),
        creator_id,
        signed_in,
        resource: new.resource()?.to_owned(),
        watched,
        change_types,
        notification_url: new.notification_url()?.to_owned(),
        lifecycle_url: new.lifecycle_notification_url,
        client_state: new.client_state,
        latest_tls: new.latest_supported_tls_version,
        immutable_ids: call.request.wants_immutable_ids(),
        expires,
        unauthorized_since: None,
        renewal_asked: false,
    };
    check_room(&world, &subscription, &settings)?;
    let mut shown = show(&subscription);
    shown["clientState"] = json!(subscription.client_state);
    shown["@odata.context"] = place(call).context("/$entity");
    world.subscriptions.insert(subscription.id, subscription);
    Ok(Response::json(201, shown))
}

/// The object id of who acts, and the sign-in that it stands on.
fn creator(world: &World, caller: &Caller) -> Result<(String, Option<Signature>), GraphError> {
    let tenant = world.directory.tenant(&caller.tenant_id).ok_or_else(refusal::denied)?;
    match &caller.user_object_id {
        Some(id) => {
            let user = tenant.user(id).ok_or_else(refusal::denied)?;
            Ok((id.clone(), Some(Signature { user_id: id.clone(), generation: user.generation })))
        }
        None => {
            let principal = tenant.principal(&caller.app_id).ok_or_else(refusal::denied)?;
            Ok((principal.id.clone(), None))
        }
    }
}

/// Whether the mailbox may have one more.
fn check_room(world: &World, new: &Subscription, settings: &NotificationSettings) -> Result<(), GraphError> {
    let of_mailbox = |other: &&Subscription| other.watched.user_id == new.watched.user_id;
    let others: Vec<&Subscription> = world.subscriptions.values().filter(of_mailbox).collect();
    if others.len() >= settings.per_mailbox {
        return Err(refusal::too_many());
    }
    let same = |other: &&&Subscription| {
        other.application_id == new.application_id
            && other.watched == new.watched
            && other.change_types == new.change_types
    };
    match others.iter().find(same) {
        Some(other) if settings.reject_duplicates => Err(refusal::exists(other.id)),
        _ => Ok(()),
    }
}

/// `GET /subscriptions`: the app's own, or those of the app and the signed-in user.
pub(super) fn list(call: &Call<'_>) -> Result<Response, GraphError> {
    let world = call.app.world();
    let options = Options::parse(&call.request.query, TOP_MAX)?;
    let mine = world.subscriptions.values().filter(|subscription| is_visible(call, subscription));
    let after: Option<Uuid> = match &options.skip_token {
        None => None,
        Some(token) => Some(token.parse().map_err(|_| refusal::request("The skip token is malformed."))?),
    };
    let mine: Vec<&Subscription> =
        mine.filter(|subscription| after.is_none_or(|after| subscription.id > after)).collect();
    let size = options.top.unwrap_or(call.app.notifications.settings().page_size);
    let page: Vec<Value> = mine.iter().take(size).map(|subscription| show(subscription)).collect();
    let mut body = json!({"@odata.context": place(call).context("")});
    if let Some(last) = mine.get(size.saturating_sub(1)).filter(|_| mine.len() > size) {
        let query = options.next_query("$skiptoken", &last.id.to_string());
        body["@odata.nextLink"] = place(call).link(&query).into();
    }
    body["value"] = page.into();
    Ok(Response::json(200, body))
}

/// `GET /subscriptions/{id}`
pub(super) fn get(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let world = call.app.world();
    let mut shown = show(find(call, &world, id)?);
    shown["@odata.context"] = place(call).context("/$entity");
    Ok(Response::json(200, shown))
}

/// `PATCH /subscriptions/{id}`: a new end, a new address (asked first). Renewing authorizes again.
pub(super) async fn patch(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let change: SubscriptionChange = payload::read(&call.request.body, "update")?;
    let asked = change.expiration()?;
    let watched = find(call, &call.app.world(), id)?.watched.clone();
    if let Some(url) = &change.notification_url {
        payload::check_url(url, "notificationUrl")?;
        outgoing::validate(call.app, url).await.map_err(refusal::validation)?;
    }
    let (now, settings) = (call.app.clock.now(), call.app.notifications.settings());
    let expires = asked.map(|asked| payload::end(asked, now, settings.lifetime_minutes)).transpose()?;
    let mut world = call.app.world();
    let subscription = authorize(call, &mut world, id, &watched, now)?;
    if let Some(expires) = expires {
        subscription.expires = expires;
        subscription.renewal_asked = false;
    }
    if let Some(url) = change.notification_url {
        subscription.notification_url = url;
    }
    let mut shown = show(subscription);
    shown["@odata.context"] = place(call).context("/$entity");
    Ok(Response::json(200, shown))
}

/// `POST /subscriptions/{id}/reauthorize`
pub(super) fn reauthorize(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let watched = find(call, &world, id)?.watched.clone();
    authorize(call, &mut world, id, &watched, call.app.clock.now())?;
    Ok(Response::no_content())
}

/// `DELETE /subscriptions/{id}`: no event follows.
pub(super) fn delete(call: &Call<'_>, id: &str) -> Result<Response, GraphError> {
    let mut world = call.app.world();
    let id = find(call, &world, id)?.id;
    // What happened before is still told.
    sender::collect(call.app, &mut world, call.app.clock.now());
    world.subscriptions.remove(&id);
    Ok(Response::no_content())
}

/// The subscription, with the permission it needs shown once more.
fn authorize<'w>(
    call: &Call<'_>,
    world: &'w mut World,
    id: &str,
    watched: &Watched,
    now: Timestamp,
) -> Result<&'w mut Subscription, GraphError> {
    resource::check_permission(call.caller, watched.kind)?;
    // Until now it told nothing, if its permission was missing.
    sender::collect(call.app, world, now);
    let (id, signed_in) = (find(call, world, id)?.id, creator(world, call.caller)?.1);
    let subscription = world.subscriptions.get_mut(&id).ok_or_else(refusal::not_found)?;
    subscription.signed_in = signed_in;
    subscription.unauthorized_since = None;
    Ok(subscription)
}

fn find<'w>(call: &Call<'_>, world: &'w World, id: &str) -> Result<&'w Subscription, GraphError> {
    let found = id.parse().ok().and_then(|id: Uuid| world.subscriptions.get(&id));
    found.filter(|subscription| is_visible(call, subscription)).ok_or_else(refusal::not_found)
}

fn is_visible(call: &Call<'_>, subscription: &Subscription) -> bool {
    let caller = call.caller;
    subscription.expires > call.app.clock.now()
        && subscription.belongs_to(&caller.tenant_id, &caller.app_id, caller.user_object_id.as_deref())
}

fn place<'a>(call: &Call<'a>) -> Place<'a> {
    Place { base: &call.request.base, path: &call.request.path, context: "subscriptions".to_owned() }
}

/// As Graph shows it; the client state only where it was just written.
fn show(subscription: &Subscription) -> Value {
    let change_types: Vec<&str> = subscription.change_types.iter().map(|c| notice::change_name(*c)).collect();
    json!({
        "id": subscription.id,
        "resource": subscription.resource,
        "applicationId": subscription.application_id,
        "changeType": change_types.join(","),
        "clientState": null,
        "notificationUrl": subscription.notification_url,
        "lifecycleNotificationUrl": subscription.lifecycle_url,
        "expirationDateTime": subscription.expires.to_string(),
        "creatorId": subscription.creator_id,
        "includeResourceData": null,
        "latestSupportedTlsVersion": subscription.latest_tls.as_deref().unwrap_or("v1_2"),
        "encryptionCertificate": null,
        "encryptionCertificateId": null,
        "notificationQueryOptions": null,
        "notificationUrlAppId": null,
    })
}
