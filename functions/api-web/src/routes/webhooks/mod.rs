//! `/v1/webhooks`: where the CRM wants to be told, and what was delivered there.

pub(super) mod events;

use std::collections::BTreeSet;

use axum::extract::State;
use http::{HeaderMap, StatusCode};
use outbox::{DeliveryState, DisabledReason, EventKind, MOST_WEBHOOKS, NewSecret, OutboxError};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::Json,
    idempotency,
    paging::{Given, List, PageQuery},
    path::Path,
    problem::Problem,
};

/// What a CRM can be told of, as it is described.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, not made")]
pub(crate) enum EventName {
    /// A link has another status or another reason.
    #[schema(rename = "link.status_changed")]
    LinkStatusChanged,
    /// A push of cards had something to do and did it.
    #[schema(rename = "push.finished")]
    PushFinished,
    /// A tenant's admin granted a feature, or a grant ended.
    #[schema(rename = "tenant.grant_changed")]
    GrantChanged,
    /// Nothing works in a tenant any more, whoever the user is, or works again.
    #[schema(rename = "tenant.outage_changed")]
    OutageChanged,
}

/// Where to tell what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewWebhook {
    /// An `https` address on port 443 that leads to the public internet. Redirects are not followed.
    #[schema(format = "uri", max_length = 2000, example = "https://crm.example/hooks/setten")]
    url: String,
    /// What to be told of.
    #[schema(value_type = Vec<EventName>, min_items = 1)]
    events: BTreeSet<EventKind>,
}

/// A webhook as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhook {
    /// Ours.
    #[schema(example = "whk_0f8fad5bd9cb469fa16570867728950e")]
    id: String,
    url: String,
    #[schema(value_type = Vec<EventName>)]
    events: BTreeSet<EventKind>,
    /// Whether it is told. It is not any more once it answered 410, or failed every time for five days.
    enabled: bool,
    /// `gone` or `failing`; null while it is enabled.
    #[schema(value_type = Option<String>)]
    disabled_reason: Option<DisabledReason>,
    /// Since when every attempt has failed; null after a success.
    #[schema(value_type = Option<String>, format = DateTime)]
    failing_since: Option<jiff::Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
}

impl From<outbox::Webhook> for Webhook {
    fn from(webhook: outbox::Webhook) -> Self {
        let outbox::Webhook { id, url, events, disabled, failing_since, created_at, .. } = webhook;
        Self {
            id,
            url,
            events,
            enabled: disabled.is_none(),
            disabled_reason: disabled.map(|disabled| disabled.reason),
            failing_since,
            created_at,
        }
    }
}

/// A webhook with its secret.
#[derive(Serialize, ToSchema)]
pub(crate) struct WebhookWithSecret {
    /// Signs what is delivered, as Standard Webhooks say. Shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=")]
    secret: String,
    /// Until when the secret before signs too, beside this one; null if there was none.
    #[schema(value_type = Option<String>, format = DateTime)]
    previous_secret_valid_until: Option<jiff::Timestamp>,
    #[serde(flatten)]
    webhook: Webhook,
}

impl From<NewSecret> for WebhookWithSecret {
    fn from(new: NewSecret) -> Self {
        Self {
            secret: new.secret.expose_secret().to_owned(),
            previous_secret_valid_until: new.previous_valid_until,
            webhook: new.webhook.into(),
        }
    }
}

/// An organization's webhooks; there are at most 5.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhooks {
    items: Vec<Webhook>,
}

/// One event on its way to one webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Delivery {
    /// The event's id, which every attempt carries as `webhook-id`.
    #[schema(example = "evt_0199f4c2a5d07c9e8a6b1f2c3d4e5f60")]
    id: String,
    #[schema(value_type = EventName)]
    event: EventKind,
    /// `waiting`, `sending`, `delivered` or `dead`.
    state: &'static str,
    /// When it was put on its way.
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
    /// How often it was tried; from 0 again when it is taken up again.
    attempts: u32,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_attempt_at: Option<jiff::Timestamp>,
    /// Why the last attempt failed: `status_500`, `timeout`, `unreachable`; or why it is dead.
    reason: Option<String>,
    /// When it is tried next; null when it is over.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_attempt_at: Option<jiff::Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    delivered_at: Option<jiff::Timestamp>,
}

impl From<outbox::Delivery> for Delivery {
    fn from(delivery: outbox::Delivery) -> Self {
        let is_open = matches!(delivery.state, DeliveryState::Waiting);
        let due_at = delivery.due_at.filter(|_| is_open);
        Self {
            id: delivery.id,
            event: delivery.kind,
            state: delivery.state.name(),
            created_at: delivery.posted_at,
            attempts: delivery.attempts,
            last_attempt_at: delivery.attempted_at,
            reason: delivery.reason,
            next_attempt_at: due_at.and_then(|second| jiff::Timestamp::from_second(second).ok()),
            delivered_at: delivery.delivered_at,
        }
    }
}

/// The state of a delivery, as it is described.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "described, not made")]
pub(crate) enum StateOfDelivery {
    Waiting,
    Sending,
    Delivered,
    Dead,
}

/// Which deliveries, as it is described.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`list_deliveries` reads it, to name it when it is at fault")]
pub(crate) struct DeliveriesQuery {
    /// Only those in this state. A page may then be short, or empty, and yet not be the last.
    #[param(inline, value_type = Option<StateOfDelivery>)]
    state: Option<String>,
}

impl From<OutboxError> for Problem {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::NotFound(what) => Self::not_found(what),
            OutboxError::Account(error) => error.into(),
            OutboxError::Target(fault) => Self::field("url", fault.to_string()),
            OutboxError::TooManyWebhooks => Self::conflict(
                "urn:setten:problem:too-many-webhooks",
                &format!(
                    "The organization has {MOST_WEBHOOKS} webhooks: remove one that is not used any more."
                ),
            ),
            OutboxError::NotDead => Self::conflict(
                "urn:setten:problem:delivery-not-dead",
                "Only a dead delivery can be sent again: this one arrived, or is still on its way.",
            ),
            OutboxError::WebhookDisabled => Self::conflict(
                "urn:setten:problem:webhook-disabled",
                "Nothing is sent to this webhook: POST /v1/webhooks/{id}/enable first.",
            ),
            error => Self::of_store(&error, error.is_retryable()),
        }
    }
}

/// Makes a webhook, at most 5 for each organization. What happens from now on is posted to it, with the headers
/// `webhook-id` (the same at every attempt: keep it to tell repeats), `webhook-timestamp` and `webhook-signature`
/// (Standard Webhooks, `v1`). An answer other than 2xx within 10 seconds is a failure; it is tried 10 times, over
/// three days.
#[utoipa::path(post, path = "/v1/webhooks", operation_id = "create_webhook", tag = "webhooks", request_body = NewWebhook,
    responses((status = 201, body = WebhookWithSecret), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    Organization(organization): Organization,
    State(api): State<Api>,
    headers: HeaderMap,
    Json(NewWebhook { url, events }): Json<NewWebhook>,
) -> Result<(StatusCode, axum::Json<WebhookWithSecret>), Problem> {
    if events.is_empty() {
        return Err(Problem::field("events", "must name at least one event"));
    }
    let key = idempotency::key(&headers).ok();
    let made = api.webhooks.add(&organization, &url, events, key).await?;
    Ok((StatusCode::CREATED, axum::Json(made.into())))
}

/// Lists the webhooks.
#[utoipa::path(get, path = "/v1/webhooks", operation_id = "list_webhooks", tag = "webhooks",
    responses((status = 200, body = Webhooks), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
) -> Result<axum::Json<Webhooks>, Problem> {
    let mut webhooks = api.webhooks.list(&organization).await?;
    webhooks.sort_by_key(|webhook| webhook.created_at);
    Ok(axum::Json(Webhooks { items: webhooks.into_iter().map(Into::into).collect() }))
}

/// Reads a webhook.
#[utoipa::path(get, path = "/v1/webhooks/{webhook}", operation_id = "read_webhook", tag = "webhooks",
    params(("webhook" = String, Path)),
    responses((status = 200, body = Webhook), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(webhook): Path<String>,
) -> Result<axum::Json<Webhook>, Problem> {
    Ok(axum::Json(api.webhooks.read(&organization, &webhook).await?.into()))
}

/// Removes a webhook. What has not arrived there yet will not.
#[utoipa::path(delete, path = "/v1/webhooks/{webhook}", operation_id = "remove_webhook", tag = "webhooks",
    params(("webhook" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(webhook): Path<String>,
) -> Result<StatusCode, Problem> {
    api.webhooks.remove(&organization, &webhook).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a webhook another secret. For 24 hours the secret before signs too, so that the receiver can change over
/// without a gap: `webhook-signature` then carries both. Of several changes in a day the last three
/// secrets before sign, each for its own 24 hours.
#[utoipa::path(post, path = "/v1/webhooks/{webhook}/rotate-secret", operation_id = "rotate_webhook_secret", tag = "webhooks",
    params(("webhook" = String, Path)),
    responses((status = 200, body = WebhookWithSecret), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn rotate_secret(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(webhook): Path<String>,
) -> Result<axum::Json<WebhookWithSecret>, Problem> {
    Ok(axum::Json(api.webhooks.rotate(&organization, &webhook).await?.into()))
}

/// Takes a webhook into use again that was disabled. What died meanwhile can be sent again, one by one.
#[utoipa::path(post, path = "/v1/webhooks/{webhook}/enable", operation_id = "enable_webhook", tag = "webhooks",
    params(("webhook" = String, Path)),
    responses((status = 200, body = Webhook), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn enable(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(webhook): Path<String>,
) -> Result<axum::Json<Webhook>, Problem> {
    Ok(axum::Json(api.webhooks.enable(&organization, &webhook).await?.into()))
}

/// Lists what was put on its way to a webhook, the newest first. Kept for 14 days after it is over.
#[utoipa::path(get, path = "/v1/webhooks/{webhook}/deliveries", operation_id = "list_deliveries", tag = "webhooks",
    params(("webhook" = String, Path), PageQuery, DeliveriesQuery),
    responses((status = 200, body = List<Delivery>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_deliveries(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(webhook): Path<String>,
    given: Given,
) -> Result<axum::Json<List<Delivery>>, Problem> {
    let (page, mut filters) = given.read(&["state"])?;
    let state = filters.take("state", "must be waiting, sending, delivered or dead", |name| {
        DeliveryState::ALL.into_iter().find(|state| state.name() == name)
    })?;
    let cursor = page.cursor.as_deref();
    Ok(List::of(api.webhooks.deliveries(&organization, &webhook, state, page.limit, cursor).await?))
}

/// Sends a dead delivery again, under the same `webhook-id`, as often as a new one. It is tried within a minute.
#[utoipa::path(post, path = "/v1/webhooks/{webhook}/deliveries/{delivery}/retry", operation_id = "retry_delivery", tag = "webhooks",
    params(("webhook" = String, Path), ("delivery" = String, Path)),
    responses((status = 202, body = Delivery), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn retry_delivery(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((webhook, delivery)): Path<(String, String)>,
) -> Result<(StatusCode, axum::Json<Delivery>), Problem> {
    let taken_up = api.webhooks.retry(&organization, &webhook, &delivery).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(taken_up.into())))
}
