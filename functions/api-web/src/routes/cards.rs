//! `/v1/users/{user}/cards`: a member's business cards, by the CRM's own ids.

use ::cards::{Card, Change, FieldError, KeptCard, Merged, Photo, PhotoError};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use types::{CardId, UserId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::{Json, bytes},
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
    /// Whether it has a picture, at `…/photo`.
    has_photo: bool,
    /// The card as Outlook is to show it, made of all that its sources say.
    card: Card,
}

impl From<KeptCard> for StoredCard {
    fn from(kept: KeptCard) -> Self {
        let KeptCard { id, card, has_photo, updated_at } = kept;
        Self { id, updated_at, has_photo, card }
    }
}

/// What a PUT did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PutResult {
    #[schema(value_type = String)]
    pub(super) id: CardId,
    /// `created`, `updated` or `unchanged`.
    #[schema(value_type = String)]
    pub(super) change: Change,
}

/// Writes a card, as what its source `default` says; the same card again changes nothing. It reaches Outlook with the next push.
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
    card.validate().map_err(|errors| Problem::fields(field_problems(errors, "")))?;
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
    let order = api.accounts.settings(&organization).await?.sources;
    Ok(axum::Json(api.cards.get(&organization, &user, &card, &order).await?.into()))
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
    let order = api.accounts.settings(&organization).await?.sources;
    let page = (page.limit, page.cursor.as_deref());
    Ok(List::of(api.cards.list(&organization, &user, &order, page).await?))
}

/// Deletes a card, whatever its sources; the next push takes it out of Outlook.
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

/// What is wrong with a card whose fields stand below `prefix` in the body.
pub(super) fn field_problems(errors: Vec<FieldError>, prefix: &str) -> Vec<FieldProblem> {
    let problem = |error: FieldError| {
        let field = match (prefix, error.field) {
            ("", field) if field.is_empty() => "body".to_owned(),
            ("", field) => field,
            (prefix, field) if field.is_empty() => prefix.to_owned(),
            (prefix, field) => format!("{prefix}.{field}"),
        };
        FieldProblem { field, detail: error.problem.to_string() }
    };
    errors.into_iter().map(problem).collect()
}

/// How to merge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Merge {
    /// The card that stays.
    #[schema(value_type = String)]
    into: CardId,
    /// What its source `default` says afterwards. Without it, it stays as it is and gets what it lacks from the other,
    /// source by source.
    #[serde(default)]
    card: Option<Card>,
}

/// What a merge did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MergeResult {
    /// The card that stays.
    #[schema(value_type = String)]
    id: CardId,
    /// `merged`, or `unchanged` if it was so before.
    #[schema(value_type = String)]
    change: Merged,
}

/// Merges a card into another one of the same member. It goes, and its contact with it; the other one's contact shows
/// what came of it with the next push. The same again changes nothing.
#[utoipa::path(post, path = "/v1/users/{user}/cards/{card}/merge", operation_id = "merge_card", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)), request_body = Merge,
    responses((status = 200, body = MergeResult), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn merge(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card)): Path<(UserId, CardId)>,
    Json(Merge { into, card: result }): Json<Merge>,
) -> Result<axum::Json<MergeResult>, Problem> {
    if let Some(result) = &result {
        result.validate().map_err(|errors| Problem::fields(field_problems(errors, "card")))?;
    }
    api.accounts.user(&organization, &user).await?;
    let change = api.cards.merge(&organization, &user, &card, &into, result.as_ref()).await?;
    Ok(axum::Json(MergeResult { id: into, change }))
}

/// Reads a card's picture.
#[utoipa::path(get, path = "/v1/users/{user}/cards/{card}/photo", operation_id = "read_card_photo", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)),
    responses((status = 200, content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_photo(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card)): Path<(UserId, CardId)>,
) -> Result<Response, Problem> {
    api.accounts.user(&organization, &user).await?;
    let photo = match api.cards.photo(&organization, &user, &card).await {
        Err(::cards::CardsError::NotFound) => return Err(Problem::not_found("picture")),
        result => result?,
    };
    Ok(([(header::CONTENT_TYPE, photo.media_type())], photo.into_bytes()).into_response())
}

/// Gives a card a picture, in place of another: JPEG or PNG, at most 290 kB, shown by Outlook with the contact after
/// the next push. The same again changes nothing. It is kept as it is: send it in the size in which it is to be shown.
#[utoipa::path(put, path = "/v1/users/{user}/cards/{card}/photo", operation_id = "put_card_photo", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)),
    request_body(content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_photo(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card)): Path<(UserId, CardId)>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let photo =
        Photo::of(bytes(request, Photo::MOST_BYTES).await?.to_vec()).map_err(|error| match error {
            PhotoError::Format => Problem::media_type("image/jpeg or image/png"),
            PhotoError::TooLarge => Problem::too_large("290 kB"),
        })?;
    api.accounts.user(&organization, &user).await?;
    api.cards.put_photo(&organization, &user, &card, Some(&photo)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a card's picture away, here and with the next push in Outlook.
#[utoipa::path(delete, path = "/v1/users/{user}/cards/{card}/photo", operation_id = "delete_card_photo", tag = "cards",
    params(("user" = String, Path), ("card" = String, Path)),
    responses((status = 204), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete_photo(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path((user, card)): Path<(UserId, CardId)>,
) -> Result<StatusCode, Problem> {
    api.accounts.user(&organization, &user).await?;
    api.cards.put_photo(&organization, &user, &card, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
