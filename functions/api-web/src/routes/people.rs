//! `/v1/people`: who outside is known from contact points.

use ::contact_points::PeopleFilter;
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::contact_points::is_key;
use crate::{
    Api,
    auth::Organization,
    paging::{Given, List, PageQuery},
    path::Path,
    problem::Problem,
};

/// Which people, as it is described. All that is given must hold.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`list` reads them one by one, to name the one at fault")]
pub(crate) struct PeopleQuery {
    /// Of this company, by its domain.
    company: Option<String>,
    /// With this address.
    address: Option<String>,
}

const NAMES: [&str; 2] = ["company", "address"];

/// A person outside, by the address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    id: String,
    address: String,
    /// The name on the latest mail that had one.
    name: Option<String>,
    /// The domain of the company; null of free mail.
    company: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    first_contact_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    last_contact_at: Timestamp,
}

impl From<::contact_points::Person> for Person {
    fn from(person: ::contact_points::Person) -> Self {
        let ::contact_points::Person { id, address, name, company, first_at, last_at } = person;
        Self { id, address, name, company, first_contact_at: first_at, last_contact_at: last_at }
    }
}

/// Lists people, the latest acquaintance first.
#[utoipa::path(get, path = "/v1/people", operation_id = "list_people", tag = "contact points",
    params(PeopleQuery, PageQuery),
    responses((status = 200, body = List<Person>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    given: Given,
) -> Result<axum::Json<List<Person>>, Problem> {
    let (page, mut filters) = given.read(&NAMES)?;
    let text = |text: &str| Some(text.to_owned()).filter(|text| is_key(text));
    let filter = PeopleFilter {
        company: filters.take("company", "is not a domain", text)?,
        address: filters.take("address", "is not an address", text)?,
    };
    let people = api.contact_points.people(&organization, &filter, page.limit, page.cursor.as_deref());
    Ok(List::of(people.await?))
}

/// Reads a person.
#[utoipa::path(get, path = "/v1/people/{person}", operation_id = "read_person", tag = "contact points",
    params(("person" = String, Path)),
    responses((status = 200, body = Person), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
    Path(person): Path<String>,
) -> Result<axum::Json<Person>, Problem> {
    if !is_key(&person) {
        return Err(Problem::not_found("person"));
    }
    Ok(axum::Json(api.contact_points.person(&organization, &person).await?.into()))
}
