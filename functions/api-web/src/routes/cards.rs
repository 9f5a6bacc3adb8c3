//! `/v1/users/{user}/cards`: a member's business cards, by the CRM's own ids.

use ::cards::{Card, Change, KeptCard};
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use types::{CardId, UserId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::Json,
    paging::{List, PageQuery, Paging},
    path::Path,
    problem::{FieldProblem, Problem},
};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredCard {
    #[schema(value_type = String)]
    id: CardId,
    #[schema(value_type = String, format = DateTime)]
    updated_at: jiff::Timestamp,
    card: Card,
}

impl From<KeptCard> for StoredCard {
    fn from(kept: KeptCard) -> Self {
        let KeptCard { id, card, updated_at } = kept;
        Self { id, updated_at, card }
    }
}

/// What a PUT did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PutResult {
    #[schema(value_type = String)]
    id: CardId,
    /// `created`, `updated` or `unchanged`.
    #[schema(value_type = String)]
    change: Change,
}

/// Writes a card; the same card again changes nothing. It reaches Outlook with the next push.
#[utoipa::path(put, path = "/v1/users/{user}/cards/{card}", operation_id = "put_card", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)), request_body = Card,
    responses((status = 200, body = PutResult), (status = 201, body = PutResult),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, id)): Path<(UserId, CardId)>,
    Json(card): Json<Card>,
) -> Result<(StatusCode, axum::Json<PutResult>), Problem> {
    card.validate().map_err(|errors| {
        let problems = errors.into_iter().map(|error| FieldProblem {
            field: if error.field.is_empty() { "body".to_owned() } else { error.field },
            detail: error.problem.to_string(),
        });
        Problem::fields(problems.collect())
    })?;
    api.accounts.user(&organization, &user).await?;
    let changes = api.cards.put(&organization, &user, vec![(id.clone(), card)]).await?;
    let change = changes.into_iter().next().unwrap_or(Change::Unchanged);
    let status = if change == Change::Created { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(PutResult { id, change })))
}

/// Reads a card.
#[utoipa::path(get, path = "/v1/users/{user}/cards/{card}", operation_id = "read_card", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)),
    responses((status = 200, body = StoredCard), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card)): Path<(UserId, CardId)>,
) -> Result<axum::Json<StoredCard>, Problem> {
    api.accounts.user(&organization, &user).await?;
    Ok(axum::Json(api.cards.get(&organization, &user, &card).await?.into()))
}

/// Lists a member's cards by id.
#[utoipa::path(get, path = "/v1/users/{user}/cards", operation_id = "list_cards", tag = "cards",
    params(("user" = String, Path), PageQuery),
    responses((status = 200, body = List<StoredCard>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
    page: Paging,
) -> Result<axum::Json<List<StoredCard>>, Problem> {
    api.accounts.user(&organization, &user).await?;
    Ok(List::of(api.cards.list(&organization, &user, page.limit, page.cursor.as_deref()).await?))
}

/// Deletes a card; the next push takes it out of Outlook.
#[utoipa::path(delete, path = "/v1/users/{user}/cards/{card}", operation_id = "delete_card", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card)): Path<(UserId, CardId)>,
) -> Result<StatusCode, Problem> {
    api.accounts.user(&organization, &user).await?;
    api.cards.delete(&organization, &user, &card).await?;
    Ok(StatusCode::NO_CONTENT)
}
