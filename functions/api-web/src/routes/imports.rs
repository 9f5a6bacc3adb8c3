//! `/v1/users/{user}/imports`: many cards at once, from a vCard file.

use ::cards::{Change, vcard};
use axum::extract::{Request, State};
use serde::Serialize;
use types::UserId;
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::{bytes, media_type},
    path::Path,
    problem::Problem,
};

/// What an import did.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Import {
    created: usize,
    updated: usize,
    unchanged: usize,
    /// Cards that could not be read; the others went in.
    errors: Vec<LineError>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineError {
    /// The line of the file, from 1.
    line: usize,
    /// The kind of fault, for programs.
    problem: &'static str,
    detail: String,
}

/// Imports a vCard file (2.1, 3.0, 4.0; at most 5 MB and 5,000 cards). A card's `UID` is its id, so the same
/// file again changes nothing. A broken card is reported with its line and the others go in.
#[utoipa::path(post, path = "/v1/users/{user}/imports", operation_id = "import_cards", tag = "cards", params(("user" = String, Path)),
    request_body(content = String, content_type = "text/vcard"),
    responses((status = 200, body = Import), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
    request: Request,
) -> Result<axum::Json<Import>, Problem> {
    if !matches!(media_type(&request).as_deref(), Some("text/vcard" | "text/x-vcard" | "text/directory")) {
        return Err(Problem::media_type("text/vcard"));
    }
    let file = bytes(request, &api).await?;
    if file.len() > vcard::MAX_FILE_BYTES {
        return Err(Problem::too_large("5 MB"));
    }
    api.accounts.user(&organization, &user).await?;
    let read = vcard::import(&file);
    let cards = read.cards.into_iter().map(|imported| (imported.id, imported.card)).collect();
    let mut import = Import::default();
    for change in api.cards.put(&organization, &user, cards).await? {
        match change {
            Change::Created => import.created += 1,
            Change::Updated => import.updated += 1,
            Change::Unchanged => import.unchanged += 1,
        }
    }
    import.errors = read
        .errors
        .into_iter()
        .map(|error| LineError {
            line: error.line,
            problem: error.problem.key(),
            detail: error.problem.to_string(),
        })
        .collect();
    Ok(axum::Json(import))
}
