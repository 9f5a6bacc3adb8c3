//! `/v1/companies`: the companies that people outside belong to, by their domains.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::contact_points::is_key;
use crate::{
    Api,
    auth::Organization,
    paging::{List, PageQuery, Paging},
    path::Path,
    problem::Problem,
};

/// A company outside.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Company {
    /// The registrable domain, in ASCII; also the id.
    domain: String,
    #[schema(value_type = String, format = DateTime)]
    first_contact_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_contact_at: Timestamp,
}

impl From<::contact_points::Company> for Company {
    fn from(company: ::contact_points::Company) -> Self {
        let ::contact_points::Company { domain, first_at, last_at } = company;
        Self { domain, first_contact_at: first_at, last_contact_at: last_at }
    }
}

/// Lists companies, the latest acquaintance first.
#[utoipa::path(get, path = "/v1/companies", operation_id = "list_companies", tag = "contact points",
    params(PageQuery),
    responses((status = 200, body = List<Company>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    page: Paging,
) -> Result<axum::Json<List<Company>>, Problem> {
    let companies = api.contact_points.companies(&organization, page.limit, page.cursor.as_deref());
    Ok(List::of(companies.await?))
}

/// Reads a company, by its domain or any host name below it.
#[utoipa::path(get, path = "/v1/companies/{company}", operation_id = "read_company", tag = "contact points",
    params(("company" = String, Path)),
    responses((status = 200, body = Company), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(company): Path<String>,
) -> Result<axum::Json<Company>, Problem> {
    if !is_key(&company) {
        return Err(Problem::not_found("company"));
    }
    Ok(axum::Json(api.contact_points.company(&organization, &company).await?.into()))
}
