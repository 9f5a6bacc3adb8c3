//! `/v1/card-updates`: news about people and companies, for many cards of many members in one call.

use std::collections::BTreeMap;

use ::cards::{CardsError, Change, Patch, Patched};
use axum::extract::State;
use futures::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use types::{CardId, OrganizationId, UserId};
use utoipa::ToSchema;

use super::cards::field_problems;
use crate::{
    Api,
    auth::Organization,
    body::Json,
    problem::{FieldProblem, Problem},
};

/// The most updates of one call.
const MOST_UPDATES: usize = 1_000;

/// Bytes of the body; with room for 1,000 updates of the usual kind.
const MOST_BYTES: usize = 4_000_000;

/// How many members' cards are written at a time: with three calls of the store for each, one after the other, a
/// thousand members take some seconds.
const AT_ONCE: usize = 24;

/// Changes of cards.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardUpdates {
    /// At most 1,000. Two of the same card happen in this order.
    #[schema(max_items = 1000)]
    updates: Vec<CardUpdate>,
}

/// A change of one card.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CardUpdate {
    /// Whose card.
    #[schema(value_type = String)]
    user: UserId,
    /// Which.
    #[schema(value_type = String)]
    card: CardId,
    /// The fields of the card that change: a value replaces, null clears, what is not named stays.
    #[schema(value_type = Object)]
    set: Map<String, Value>,
}

/// What became of each update, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardUpdatesResult {
    updated: usize,
    unchanged: usize,
    failed: usize,
    items: Vec<CardUpdateResult>,
}

/// What became of one update.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CardUpdateResult {
    #[schema(value_type = String)]
    user: UserId,
    #[schema(value_type = String)]
    card: CardId,
    /// `updated`, `unchanged`, `not_found`, `invalid`, or `unavailable`: send that one again in a moment.
    result: &'static str,
    /// Of an invalid one: what is wrong with the card that would come out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

/// Changes some fields of many cards of many members, as news about people and companies do. Each is told of on its
/// own: one that cannot be done keeps none of the others. Several of one card count as one, a later value before an
/// earlier. The same again changes nothing. What changed reaches Outlook
/// with the next push.
#[utoipa::path(post, path = "/v1/card-updates", operation_id = "update_cards", tag = "cards", request_body = CardUpdates,
    responses((status = 200, body = CardUpdatesResult),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn apply(
    Organization(organization): Organization,
    State(api): State<Api>,
    Json(CardUpdates { updates }): Json<CardUpdates, MOST_BYTES>,
) -> Result<axum::Json<CardUpdatesResult>, Problem> {
    if updates.len() > MOST_UPDATES {
        return Err(Problem::field("updates", format!("must have at most {MOST_UPDATES} entries")));
    }
    let mut items: Vec<Option<CardUpdateResult>> = vec![None; updates.len()];
    // Several updates of one card are one: a later value counts.
    let mut by_user: BTreeMap<UserId, BTreeMap<CardId, Update>> = BTreeMap::new();
    for (position, CardUpdate { user, card, set }) in updates.into_iter().enumerate() {
        let update = by_user.entry(user).or_default().entry(card).or_default();
        update.positions.push(position);
        update.set.extend(set);
    }
    let users = stream::iter(by_user).map(|(user, updates)| of_user(&api, &organization, user, updates));
    let done: Vec<Vec<(usize, CardUpdateResult)>> = users.buffer_unordered(AT_ONCE).try_collect().await?;
    for (position, result) in done.into_iter().flatten() {
        items[position] = Some(result);
    }
    let items: Vec<CardUpdateResult> = items.into_iter().flatten().collect();
    let count = |result| items.iter().filter(|item| item.result == result).count();
    let (updated, unchanged) = (count("updated"), count("unchanged"));
    Ok(axum::Json(CardUpdatesResult { updated, unchanged, failed: items.len() - updated - unchanged, items }))
}

/// What is wanted of one card, and where in the list.
#[derive(Default)]
struct Update {
    positions: Vec<usize>,
    set: Map<String, Value>,
}

async fn of_user(
    api: &Api,
    organization: &OrganizationId,
    user: UserId,
    updates: BTreeMap<CardId, Update>,
) -> Result<Vec<(usize, CardUpdateResult)>, Problem> {
    let (places, patches): (Vec<_>, Vec<_>) = updates
        .into_iter()
        .map(|(card, Update { positions, set })| ((positions, card.clone()), (card, Patch(set))))
        .unzip();
    let results = match api.cards.patch(organization, &user, patches).await {
        Ok(results) => results.into_iter().map(told).collect(),
        // The others are not held up by one whom somebody else writes all the time.
        Err(CardsError::Contended) => vec![("unavailable", Vec::new()); places.len()],
        Err(error) => return Err(error.into()),
    };
    let mut said = Vec::new();
    for ((positions, card), (result, errors)) in places.into_iter().zip(results) {
        let told = CardUpdateResult { user: user.clone(), card, result, errors };
        said.extend(positions.into_iter().map(|at| (at, told.clone())));
    }
    Ok(said)
}

fn told(patched: Patched) -> (&'static str, Vec<FieldProblem>) {
    match patched {
        Patched::Done(Change::Unchanged) => ("unchanged", Vec::new()),
        Patched::Done(_) => ("updated", Vec::new()),
        Patched::NotFound => ("not_found", Vec::new()),
        Patched::Invalid(errors) => ("invalid", field_problems(errors, "set")),
    }
}
