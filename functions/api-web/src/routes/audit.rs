//! `/v1/audit`: who did what when.

use accounts::AuditFilter;
use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use utoipa::ToSchema;

use super::contact_points::AN_INSTANT;
use crate::{
    Api,
    auth::Organization,
    csv,
    paging::{Filters, Given, List, PageQuery},
    problem::Problem,
    schema,
};

/// Which lines, as it is described. All that is given must hold.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`filter` reads them one by one, to name the one at fault")]
pub(crate) struct AuditQuery {
    /// Done by such an actor: `operator`, `api_key`, `user`, `microsoft` or `system`.
    #[param(pattern = "^(operator|api_key|user|microsoft|system)$")]
    actor: Option<String>,
    /// About this member.
    #[param(value_type = Option<schema::Id>)]
    user: Option<String>,
    /// The event's name, as in `user_linked`.
    #[param(pattern = "^[a-z_]{1,64}$")]
    event: Option<String>,
    /// At this instant or later, as in `2026-11-22T08:00:00Z`.
    #[param(format = DateTime)]
    since: Option<String>,
    /// Before this instant.
    #[param(format = DateTime)]
    until: Option<String>,
}

const NAMES: [&str; 5] = ["actor", "user", "event", "since", "until"];

/// The most lines of one file: it stays below what a function may answer.
const MOST_LINES: usize = 5_000;

/// One line of the log; beside these fields an event carries its own, such as `user_id` or `tenant_id`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    #[schema(value_type = String, format = DateTime)]
    at: jiff::Timestamp,
    /// Who did it; null where nobody knows.
    actor: Option<Actor>,
    #[serde(flatten)]
    #[schema(value_type = AuditEvent)]
    event: accounts::Event,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Actor {
    /// `operator`; `api_key`, a key of the organization; `user`, a member in the console or signing in; `microsoft`,
    /// somebody who is known only by a Microsoft account; `system`, work that runs by itself.
    r#type: &'static str,
    /// Which one: the key's or the member's id, the account's name; null where there is only one.
    id: Option<String>,
    /// Of an API key, its first characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
}

impl From<accounts::Actor> for Actor {
    fn from(actor: accounts::Actor) -> Self {
        let (r#type, id) = (actor.as_str(), actor.id().map(str::to_owned));
        let prefix = match actor {
            accounts::Actor::ApiKey { prefix, .. } => Some(prefix),
            _ => None,
        };
        Self { r#type, id, prefix }
    }
}

/// What happened.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, not made")]
pub(crate) struct AuditEvent {
    /// Its name, as in `user_linked`.
    event: String,
}

impl From<accounts::AuditEntry> for AuditEntry {
    fn from(entry: accounts::AuditEntry) -> Self {
        let accounts::AuditEntry { at, actor, event } = entry;
        Self { at, actor: actor.map(Actor::from), event }
    }
}

/// Lists the organization's log, newest first. With filters a page may be short, even empty, before the last: go
/// on while there is a cursor. With `Accept: text/csv` the answer is a file of up to 5,000 lines, whatever the
/// limit; its `Link` header leads to the rest.
#[utoipa::path(get, path = "/v1/audit", operation_id = "list_audit", tag = "audit", params(AuditQuery, PageQuery),
    responses((status = 200, content((List<AuditEntry> = "application/json"), (String = "text/csv"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    headers: HeaderMap,
    OriginalUri(uri): OriginalUri,
    given: Given,
) -> Result<Response, Problem> {
    let (page, filters) = given.read(&NAMES)?;
    let filter = filter(filters)?;
    let is_file = csv::is_wanted(&headers);
    let limit = if is_file { MOST_LINES } else { page.limit as usize };
    let (entries, next) =
        api.accounts.find_in_audit(&organization, &filter, limit, page.cursor.as_deref()).await?;
    if !is_file {
        return Ok(List::<AuditEntry>::of((entries, next)).into_response());
    }
    let mut response = csv::file("audit.csv", &COLUMNS, entries.iter().map(line));
    if let Some(next) = next {
        let link = csv::next_part(&uri, &next);
        let link = HeaderValue::try_from(link).map_err(|_| Problem::malformed("query", "is no query"))?;
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

fn filter(mut given: Filters) -> Result<AuditFilter, Problem> {
    let instant = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let is_name = |text: &str| {
        let fits =
            (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        fits.then(|| text.to_owned())
    };
    let is_actor = |text: &str| accounts::Actor::NAMES.contains(&text).then(|| text.to_owned());
    let filter = AuditFilter {
        actor: given.take("actor", "is no kind of actor", is_actor)?,
        user: given.take("user", "is not a user's id", |text| text.parse().ok())?,
        event: given.take("event", "is not an event's name", is_name)?,
        since: given.take("since", AN_INSTANT, instant)?,
        until: given.take("until", AN_INSTANT, instant)?,
    };
    match (filter.since, filter.until) {
        (Some(since), Some(until)) if until <= since => Err(Problem::field("until", "must be after since")),
        _ => Ok(filter),
    }
}

/// Those after `actor` are fields of the event.
const COLUMNS: [&str; 9] =
    ["at", "actor", "actor_id", "event", "user_id", "tenant_id", "feature", "account", "reason"];

fn line(entry: &accounts::AuditEntry) -> Vec<String> {
    let actor = entry.actor.as_ref();
    let id = actor.and_then(accounts::Actor::id).unwrap_or_default();
    let first = [entry.at.to_string(), actor.map_or("", accounts::Actor::as_str).to_owned(), id.to_owned()];
    let fields = COLUMNS[3..].iter().map(|column| entry.field(column).unwrap_or_default());
    first.into_iter().chain(fields).collect()
}
