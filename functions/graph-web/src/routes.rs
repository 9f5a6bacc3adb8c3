//! The routes of `/graph`.

use std::{collections::HashMap, sync::Arc};

use aws::{AwsError, Job, Queue};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Response, StatusCode},
    routing::post,
};
use subscriptions::Owner;
use types::Chain;

use crate::{
    Webhook, handshake,
    jobs::{self, Jobs},
    notification::{self, Item, Word},
};

/// The largest delivery: some thousand items, far more than Graph sends at once.
const MOST_BYTES: usize = 1024 * 1024;

/// The webhook. Both addresses take both kinds of item: an item says itself what it is.
pub fn router(webhook: Webhook) -> Router {
    Router::new()
        .route("/graph/notifications", post(receive))
        .route("/graph/lifecycle", post(receive))
        .with_state(webhook)
}

/// A handshake, or a delivery: 202 once everything in it that proved itself is queued, 503 so that Graph sends
/// it again when it could not be queued.
async fn receive(State(webhook): State<Webhook>, request: Request) -> Response<Body> {
    if let Some(token) = request.uri().query().and_then(handshake::token) {
        return handshake::answer(token);
    }
    let Ok(body) = to_bytes(request.into_body(), MOST_BYTES).await else {
        return status(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let (items, odd) = match notification::items(&body) {
        Ok(found) => found,
        Err(error) => {
            tracing::warn!(line = error.line(), column = error.column(), "a delivery is no notification");
            return status(StatusCode::BAD_REQUEST);
        }
    };
    match webhook.take(&items, odd).await {
        Ok(()) => status(StatusCode::ACCEPTED),
        Err(error) => {
            tracing::error!(error = %Chain(&error), items = items.len(), "a delivery could not be queued");
            status(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

fn status(code: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = code;
    response
}

impl Webhook {
    /// Queues what these items ask for; `odd` is how many more of the delivery were none.
    async fn take(&self, items: &[Item<'_>], odd: usize) -> Result<(), AwsError> {
        let ids: Vec<&str> = items.iter().map(Item::subscription_id).collect();
        let owners = self.owners.of(&ids).await?;
        let proved: Vec<(&Owner, Word)> = items.iter().filter_map(|item| proved(&owners, item)).collect();
        let forged = items.len() - proved.len();
        if forged + odd > 0 {
            let proved = proved.len();
            tracing::warn!(proved, forged, odd, "items of a delivery are of nobody's subscription or forged");
        }
        let Jobs { reads, subscribes } = jobs::of(proved.into_iter(), self.clock.now());
        futures::try_join!(send(&self.reads, &reads), send(&self.subscribes, &subscribes))?;
        Ok(())
    }
}

/// Whose item it is, if it comes from Graph.
fn proved<'a>(owners: &'a HashMap<String, Arc<Owner>>, item: &Item<'_>) -> Option<(&'a Owner, Word)> {
    let owner = owners.get(item.subscription_id())?;
    owner.is_proved_by(item.client_state()).then_some((owner, item.word()))
}

/// All of them, or it is an error.
async fn send<J: Job>(queue: &Queue<J>, jobs: &[J]) -> Result<(), AwsError> {
    let refused = queue.send_many(jobs).await?;
    if refused.is_empty() {
        return Ok(());
    }
    Err(AwsError::Unavailable {
        operation: "SendMessageBatch",
        source: format!("{} of {} jobs were not taken", refused.len(), jobs.len()).into(),
    })
}
