//! `/v1/users/{user}/cards/{card}/sources`: what several sources say of one card (row P15).

use ::cards::{Card, Change, KeptSource};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use types::{CardId, SourceId, UserId};
use utoipa::ToSchema;

use super::cards::{PutResult, field_problems};
use crate::{Api, auth::Organization, body::Json, paging::List, path::Path, problem::Problem, schema};

/// What one source says of a card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardSource {
    /// The source's name; `default` is what `PUT …/cards/{card}` writes.
    #[schema(value_type = schema::Id)]
    source: SourceId,
    card: Card,
}

impl From<KeptSource> for CardSource {
    fn from(KeptSource { source, card }: KeptSource) -> Self {
        Self { source, card }
    }
}

/// Lists what each source says of a card, the one that counts most first. `sources` of `/v1/settings` says which; then
/// come `default` and the others by their names.
#[utoipa::path(get, path = "/v1/users/{user}/cards/{card}/sources", operation_id = "list_card_sources", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)),
    responses((status = 200, body = List<CardSource>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card)): Path<(UserId, CardId)>,
) -> Result<axum::Json<List<CardSource>>, Problem> {
    api.accounts.user(&organization, &user).await?;
    let order = api.accounts.settings(&organization).await?.sources;
    let sources = api.cards.sources(&organization, &user, &card, &order).await?;
    Ok(List::of((sources, None)))
}

/// Writes what a source says of a card; the same again changes nothing. The card that is read and pushed is made of
/// all its sources, field by field of the first that has it: what belongs together, such as the numbers of one kind or
/// the department and its company, is not mixed. At most four sources beside `default`, together at most 200 kB.
#[utoipa::path(put, path = "/v1/users/{user}/cards/{card}/sources/{source}", operation_id = "put_card_source", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path), ("source" = String, Path)), request_body = Card,
    responses((status = 200, body = PutResult), (status = 201, body = PutResult),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, id, source)): Path<(UserId, CardId, SourceId)>,
    Json(card): Json<Card>,
) -> Result<(StatusCode, axum::Json<PutResult>), Problem> {
    card.validate().map_err(|errors| Problem::fields(field_problems(errors, "")))?;
    api.accounts.user(&organization, &user).await?;
    let change = api.cards.put_source(&organization, &user, &id, &source, &card).await?;
    let status = if change == Change::Created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(PutResult { id, change })))
}

/// Takes back what a source says of a card. With its last source the card is deleted.
#[utoipa::path(delete, path = "/v1/users/{user}/cards/{card}/sources/{source}", operation_id = "delete_card_source",
    tag = "cards", params(("user" = String, Path), ("card" = String, Path), ("source" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card, source)): Path<(UserId, CardId, SourceId)>,
) -> Result<StatusCode, Problem> {
    api.accounts.user(&organization, &user).await?;
    match api.cards.delete_source(&organization, &user, &card, &source).await {
        Err(::cards::CardsError::NotFound) => Err(Problem::not_found("source of that card")),
        result => Ok(result.map(|()| StatusCode::NO_CONTENT)?),
    }
}
