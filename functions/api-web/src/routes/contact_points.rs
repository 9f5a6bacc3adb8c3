//! `/v1/contact-points`: who outside wrote to whom inside, and the other way round.

use ::contact_points::{Direction, Filter};
use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use types::UserId;
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    paging::{Filters, Given, List, PageQuery},
    problem::Problem,
};

/// Which contact points, as it is described. All that is given must hold.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "`filter` reads them one by one, to name the one at fault")]
pub(crate) struct ContactPointsQuery {
    /// Of this user's mailbox.
    user: Option<String>,
    /// With this person, by the id.
    person: Option<String>,
    /// With this company, by its domain.
    company: Option<String>,
    /// `received` or `sent`.
    direction: Option<String>,
    /// At this instant or later, as in `2026-11-22T08:00:00Z`.
    #[param(format = DateTime)]
    since: Option<String>,
    /// Before this instant.
    #[param(format = DateTime)]
    until: Option<String>,
}

const NAMES: [&str; 6] = ["user", "person", "company", "direction", "since", "until"];

/// One interaction of a user with a person outside, found in one mail. Nothing that somebody wrote is in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactPoint {
    /// The same for the same mail, user and person.
    id: String,
    #[schema(value_type = String)]
    user_id: UserId,
    /// `received` or `sent`, seen from the user.
    #[schema(value_type = String)]
    direction: Direction,
    /// When the mail arrived or was sent, to the second.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    person: PersonOnMail,
    /// The domain of the company; null of free mail.
    company: Option<String>,
    source: Source,
}

/// The person as on that mail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonOnMail {
    id: String,
    address: String,
    name: Option<String>,
}

/// The mail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Source {
    /// Its `Message-ID`: the same in every mailbox.
    internet_message_id: Option<String>,
    /// Its immutable id in Microsoft Graph.
    message_id: String,
}

impl From<::contact_points::ContactPoint> for ContactPoint {
    fn from(point: ::contact_points::ContactPoint) -> Self {
        let ::contact_points::ContactPoint { id, user_id, direction, at, company, .. } = point;
        let person = PersonOnMail { id: point.person_id, address: point.address, name: point.name };
        let source = Source { internet_message_id: point.internet_message_id, message_id: point.message_id };
        Self { id, user_id, direction, at, person, company, source }
    }
}

/// Lists the organization's contact points, the latest first. With several filters a page may be short, even
/// empty, before the last: go on while there is a cursor.
#[utoipa::path(get, path = "/v1/contact-points", operation_id = "list_contact_points", tag = "contact points",
    params(ContactPointsQuery, PageQuery),
    responses((status = 200, body = List<ContactPoint>), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    Organization(organization): Organization,
    State(api): State<Api>,
    given: Given,
) -> Result<axum::Json<List<ContactPoint>>, Problem> {
    let (page, filters) = given.read(&NAMES)?;
    let filter = filter(filters)?;
    let points = api.contact_points.points(&organization, &filter, page.limit, page.cursor.as_deref());
    Ok(List::of(points.await?))
}

fn filter(mut given: Filters) -> Result<Filter, Problem> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| is_key(text));
    let instant = |text: &str| text.parse::<Timestamp>().ok();
    let direction = |text: &str| match text {
        "received" => Some(Direction::Received),
        "sent" => Some(Direction::Sent),
        _ => None,
    };
    let filter = Filter {
        user: given.take("user", "is not a user's id", |text| text.parse().ok())?,
        person: given.take("person", "is not a person's id", text)?,
        company: given.take("company", "is not a domain", text)?,
        direction: given.take("direction", "must be received or sent", direction)?,
        since: given.take("since", AN_INSTANT, instant)?,
        until: given.take("until", AN_INSTANT, instant)?,
    };
    match (filter.since, filter.until) {
        (Some(since), Some(until)) if until <= since => Err(Problem::field("until", "must be after since")),
        _ => Ok(filter),
    }
}

pub(super) const AN_INSTANT: &str =
    "must be an instant, as in 2026-11-22T08:00:00Z (in an address `+` is written %2B)";

/// What can be part of a key: not empty, not long, without what separates the parts.
pub(super) fn is_key(text: &str) -> bool {
    (1..=254).contains(&text.len()) && !text.contains('#') && !text.contains(char::is_control)
}
