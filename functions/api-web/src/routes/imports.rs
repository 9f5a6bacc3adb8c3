//! `/v1/users/{user}/imports`: many cards at once, from a file.

use ::cards::{
    Change, Preview,
    import::{self, Format, ImportError},
};
use axum::extract::{Query, Request, State};
use serde::{Deserialize, Serialize};
use types::{CardId, UserId};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::{bytes, media_type},
    path::Path,
    problem::Problem,
};

/// How to import.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Only tell what would happen, card by card.
    preview: bool,
    /// What the file is, where the body comes as `application/octet-stream`: `vcard`, `csv` or `ndjson`.
    #[param(value_type = Option<String>, pattern = "^(vcard|csv|ndjson)$")]
    format: Option<Format>,
}

/// What an import did, or would do.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Import {
    created: usize,
    updated: usize,
    unchanged: usize,
    /// Cards that could not be read; the others go in.
    errors: Vec<LineError>,
    /// Columns of a table that say nothing a card holds.
    ignored_columns: Vec<String>,
    /// Of a preview: every card that can be read, in the order of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    cards: Option<Vec<CardPreview>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineError {
    /// The line of the file, from 1.
    line: usize,
    /// The kind of fault, for programs.
    problem: &'static str,
    detail: String,
}

/// What would happen to one card.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardPreview {
    /// The line of the file where the card begins, from 1.
    line: usize,
    #[schema(value_type = String)]
    id: CardId,
    /// `created`, `updated` or `unchanged`.
    #[schema(value_type = String)]
    change: Change,
    /// Whether Outlook would show a difference.
    reaches_outlook: bool,
    /// The fields that would be different.
    fields: Vec<String>,
}

/// Imports a file of at most 4 MB and 5,000 cards: vCard (2.1, 3.0, 4.0), a table (`text/csv`, whose first line
/// names the columns in Japanese or English; comma, semicolon or tab), or one JSON card a line with its `id`
/// (`application/x-ndjson`). A file in UTF-16 or Shift_JIS, as Excel and phones write them, is sent as
/// `application/octet-stream` with its `format`: the gateway reads `text/*` as UTF-8. A card's `UID` or `id` is
/// its id, so the same file again changes nothing; without one the id comes from the content. What cannot be read
/// is reported with its line and the rest goes in. With `preview=true` nothing is written.
#[utoipa::path(post, path = "/v1/users/{user}/imports", operation_id = "import_cards", tag = "cards",
    params(("user" = String, Path), ImportQuery),
    request_body(content((String = "text/vcard"), (String = "text/csv"), (String = "application/x-ndjson"),
        (Vec<u8> = "application/octet-stream"))),
    responses((status = 200, body = Import), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(user): Path<UserId>,
    query: Result<Query<ImportQuery>, axum::extract::rejection::QueryRejection>,
    request: Request,
) -> Result<axum::Json<Import>, Problem> {
    let Query(ImportQuery { preview, format }) = query.map_err(|error| query_problem(&error.body_text()))?;
    let media_type = media_type(&request).unwrap_or_default();
    let format = format_of(&media_type, format)?;
    let file = bytes(request, import::MAX_FILE_BYTES).await?;
    if media_type.starts_with("text/") && is_damaged(&file) {
        return Err(Problem::field("body", NOT_UTF_8));
    }
    api.accounts.user(&organization, &user).await?;
    let read = import::read(format, &file);
    let lines: Vec<usize> = read.cards.iter().map(|card| card.line).collect();
    let cards: Vec<_> = read.cards.into_iter().map(|imported| (imported.id, imported.card)).collect();
    let mut answer = Import {
        errors: read.errors.iter().map(line_error).collect(),
        ignored_columns: read.ignored_columns,
        ..Import::default()
    };
    if preview {
        let previews = api.cards.preview(&organization, &user, &cards).await?;
        answer.count(previews.iter().map(|preview| preview.change));
        let ids = lines.into_iter().zip(cards).map(|(line, (id, _))| (line, id));
        answer.cards = Some(ids.zip(previews).map(card_preview).collect());
    } else {
        answer.count(api.cards.put(&organization, &user, cards).await?.into_iter());
    }
    Ok(axum::Json(answer))
}

/// What to do with a file that the gateway could not read.
const NOT_UTF_8: &str = "has U+FFFD in it, as text has that was not UTF-8 when it was sent: send the file as \
    application/octet-stream with ?format=csv or ?format=vcard";

/// Whether bytes were lost on the way: API Gateway hands a `text/*` body over as a string, and what is not UTF-8
/// has become U+FFFD in it.
fn is_damaged(file: &[u8]) -> bool {
    std::str::from_utf8(file).is_ok_and(|text| text.contains('\u{fffd}'))
}

/// The field at fault, of the two there are.
fn query_problem(text: &str) -> Problem {
    if text.contains(": format: ") {
        Problem::field("format", "must be vcard, csv or ndjson")
    } else {
        Problem::field("preview", "must be true or false; the only other parameter is format")
    }
}

/// The format of the body: its media type's, and that of bytes as the caller says it.
fn format_of(media_type: &str, said: Option<Format>) -> Result<Format, Problem> {
    if media_type == "application/octet-stream" {
        return said
            .ok_or_else(|| Problem::field("format", "is missing: what the file is, vcard, csv or ndjson"));
    }
    Format::of_media_type(media_type).ok_or_else(|| {
        Problem::media_type("text/vcard, text/csv, application/x-ndjson or application/octet-stream")
    })
}

impl Import {
    fn count(&mut self, changes: impl Iterator<Item = Change>) {
        for change in changes {
            match change {
                Change::Created => self.created += 1,
                Change::Updated => self.updated += 1,
                Change::Unchanged => self.unchanged += 1,
            }
        }
    }
}

fn line_error(error: &ImportError) -> LineError {
    LineError { line: error.line, problem: error.problem.key(), detail: error.problem.to_string() }
}

fn card_preview(((line, id), preview): ((usize, CardId), Preview)) -> CardPreview {
    let Preview { change, reaches_outlook, fields } = preview;
    CardPreview { line, id, change, reaches_outlook, fields }
}
