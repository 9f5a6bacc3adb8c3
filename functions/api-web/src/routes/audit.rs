//! `/v1/audit`: who did what when.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    paging::{List, PageQuery, Paging},
    problem::Problem,
};

/// One line of the log; beside these fields an event carries its own, such as `user_id` or `tenant_id`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditEntry {
    #[schema(value_type = String, format = DateTime)]
    at: jiff::Timestamp,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    event: accounts::Event,
}

impl From<accounts::AuditEntry> for AuditEntry {
    fn from(entry: accounts::AuditEntry) -> Self {
        let accounts::AuditEntry { at, event } = entry;
        Self { at, event }
    }
}

/// Lists the organization's log, newest first.
#[utoipa::path(get, path = "/v1/audit", operation_id = "list_audit", tag = "audit", params(PageQuery),
    responses((status = 200, body = List<AuditEntry>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    page: Paging,
) -> Result<axum::Json<List<AuditEntry>>, Problem> {
    Ok(List::of(api.accounts.audit(&organization, page.limit, page.cursor.as_deref()).await?))
}
