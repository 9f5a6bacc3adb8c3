//! Lists, page by page. A cursor holds where an item lies but never in whose partition: that comes from the
//! caller's organization and filter alone.

use aws::{Page, Position, Query};
use jiff::{SignedDuration, Timestamp};
use types::{OrganizationId, UserId};

use super::{
    Company, ContactPoint, ContactPoints, Person, PointItem,
    group::{Group, companies, company_id, people, people_of},
    person_id,
    point::point_key,
    second,
};
use crate::{
    ContactPointsError,
    mail::{Address, Direction},
};

/// Which contact points; all that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of this user's mailbox.
    pub user: Option<UserId>,
    /// With this person, by the id.
    pub person: Option<String>,
    /// With this company, by any host name below its domain.
    pub company: Option<String>,
    /// That went this way.
    pub direction: Option<Direction>,
    /// At this instant or later.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

/// Which people; all that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Of this company, by any host name below its domain.
    pub company: Option<String>,
    /// With this address.
    pub address: Option<String>,
}

/// What is looked through at most for one page, in portions: a page may end short, but it always ends.
const PORTION: u32 = 200;
const MOST_PORTIONS: u32 = 10;

/// A page of a list, and the cursor of the next.
pub(crate) type Listed<T> = Result<(Vec<T>, Option<String>), ContactPointsError>;

impl ContactPoints {
    /// One page of an organization's contact points, the latest first. With several filters a page may be
    /// short, even empty, before the last.
    ///
    /// # Errors
    /// `Cursor` when the cursor is of another list, or the store failed.
    pub async fn points(
        &self,
        organization: &OrganizationId,
        filter: &Filter,
        limit: u32,
        cursor: Option<&str>,
    ) -> Listed<ContactPoint> {
        let Some(plan) = Plan::of(organization, filter) else { return Ok((Vec::new(), None)) };
        let mut after = cursor.map(|cursor| plan.position(organization, cursor)).transpose()?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let portion = if plan.rest.is_everything() { limit } else { PORTION };
        let (mut points, mut last) = (Vec::new(), None);
        for _ in 0..MOST_PORTIONS {
            let Page { items, next } = self.table.query::<PointItem>(plan.query(portion, after)).await?;
            let mut items = items.into_iter().map(|item| item.point).peekable();
            while let Some(point) = items.next() {
                last = Some(cursor_of(&point));
                if plan.rest.takes(&point) {
                    points.push(point);
                }
                if points.len() >= wanted {
                    let has_more = items.peek().is_some() || next.is_some();
                    return Ok((points, last.filter(|_| has_more)));
                }
            }
            after = next;
            if after.is_none() {
                return Ok((points, None));
            }
        }
        Ok((points, last))
    }

    /// One page of an organization's people, the latest acquaintance first: whoever is new or known for longer
    /// than thought comes twice at worst while pages are read, and nobody is left out.
    ///
    /// # Errors
    /// `Cursor` when the cursor is of another list, or the store failed.
    pub async fn people(
        &self,
        organization: &OrganizationId,
        filter: &PeopleFilter,
        limit: u32,
        cursor: Option<&str>,
    ) -> Listed<Person> {
        let company = filter.company.as_deref().map(company_id);
        if let Some(address) = &filter.address {
            let Some(address) = Address::parse(address) else { return Ok((Vec::new(), None)) };
            let found = match self.person(organization, &person_id(organization, &address)).await {
                Err(ContactPointsError::NotFound(_)) => None,
                result => Some(result?),
            };
            let is_wanted =
                |person: &Person| company.as_ref().is_none_or(|company| *company == person.company);
            return Ok((found.into_iter().filter(is_wanted).collect(), None));
        }
        let list = match company {
            None => ("by_organization", "organization", people(organization)),
            Some(None) => return Ok((Vec::new(), None)),
            Some(Some(domain)) => ("by_company", "company_key", people_of(organization, &domain)),
        };
        self.groups(list, people(organization), limit, cursor).await
    }

    /// One page of an organization's companies, the latest acquaintance first.
    ///
    /// # Errors
    /// `Cursor` when the cursor is of another list, or the store failed.
    pub async fn companies(
        &self,
        organization: &OrganizationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Listed<Company> {
        let list = ("by_organization", "organization", companies(organization));
        self.groups(list, companies(organization), limit, cursor).await
    }

    async fn groups<T: From<Group>>(
        &self,
        (index, attribute, value): (&'static str, &'static str, String),
        pk: String,
        limit: u32,
        cursor: Option<&str>,
    ) -> Listed<T> {
        let position = |cursor: &str| {
            let (_, sk) = parts(cursor)?;
            let own = [(attribute, value.as_str()), ("occurred", cursor)];
            Ok::<_, ContactPointsError>(Position::in_index(aws::Key::new(pk, sk), own))
        };
        let after = cursor.map(position).transpose()?;
        let query = Query::index(index, attribute, &value).newest_first().limit(limit).after(after);
        let Page { items, next } = self.table.query::<Group>(query).await?;
        let next = items.last().map(|last| last.occurred.clone()).filter(|_| next.is_some());
        Ok((items.into_iter().map(T::from).collect(), next))
    }
}

/// How a filtered list is read: the narrowest index, what is left to be looked at, and the range of time.
struct Plan<'a> {
    index: &'static str,
    attribute: &'static str,
    value: String,
    rest: Rest<'a>,
    from: String,
    until: String,
}

/// The filters that the index does not see to.
struct Rest<'a> {
    user: Option<&'a UserId>,
    company: Option<String>,
    direction: Option<Direction>,
}

impl<'a> Plan<'a> {
    /// None when nothing can match.
    fn of(organization: &OrganizationId, filter: &'a Filter) -> Option<Self> {
        let company = match filter.company.as_deref().map(company_id) {
            Some(None) => return None,
            company => company.flatten(),
        };
        let mut rest = Rest { user: filter.user.as_ref(), company, direction: filter.direction };
        let (index, attribute, value) = if let Some(person) = &filter.person {
            ("by_person", "person_key", format!("{organization}#{person}"))
        } else if let Some(company) = rest.company.take() {
            ("by_company", "company_key", format!("{organization}#{company}"))
        } else if let Some(user) = rest.user.take() {
            ("by_user", "user_key", format!("{organization}#{user}"))
        } else {
            ("by_organization", "organization", organization.to_string())
        };
        // Keys continue behind the second, so the bare second comes before all of it.
        let from = filter.since.map_or("0".to_owned(), |since| second(whole_second(since)));
        let until = filter.until.map_or(":".to_owned(), |until| second(whole_second(until)));
        (from < until).then_some(Self { index, attribute, value, rest, from, until })
    }

    fn query(&self, limit: u32, after: Option<Position>) -> Query {
        Query::index(self.index, self.attribute, &self.value)
            .between("occurred", &self.from, &self.until)
            .newest_first()
            .limit(limit)
            .after(after)
    }

    /// The position of a cursor `{time}#{id}#{user}`.
    fn position(&self, organization: &OrganizationId, cursor: &str) -> Result<Position, ContactPointsError> {
        let (occurred, user) = cursor.rsplit_once('#').ok_or(ContactPointsError::Cursor)?;
        let (_, id) = parts(occurred)?;
        let user: UserId = user.parse().map_err(|_| ContactPointsError::Cursor)?;
        if occurred < self.from.as_str() || occurred > self.until.as_str() {
            return Err(ContactPointsError::Cursor);
        }
        let own = [(self.attribute, self.value.as_str()), ("occurred", occurred)];
        Ok(Position::in_index(point_key(organization, &user, id), own))
    }
}

impl Rest<'_> {
    fn is_everything(&self) -> bool {
        self.user.is_none() && self.company.is_none() && self.direction.is_none()
    }

    fn takes(&self, point: &ContactPoint) -> bool {
        self.user.is_none_or(|user| *user == point.user_id)
            && self.company.as_ref().is_none_or(|company| Some(company) == point.company.as_ref())
            && self.direction.is_none_or(|direction| direction == point.direction)
    }
}

fn cursor_of(point: &ContactPoint) -> String {
    format!("{}#{}#{}", second(point.at), point.id, point.user_id)
}

/// Time and id of `{time}#{id}`.
fn parts(occurred: &str) -> Result<(Timestamp, &str), ContactPointsError> {
    let (time, id) = occurred.split_once('#').ok_or(ContactPointsError::Cursor)?;
    let at: Timestamp = time.parse().map_err(|_| ContactPointsError::Cursor)?;
    if second(at) == time && !id.is_empty() { Ok((at, id)) } else { Err(ContactPointsError::Cursor) }
}

/// The first whole second at or after an instant.
fn whole_second(at: Timestamp) -> Timestamp {
    let down = Timestamp::from_second(at.as_second()).unwrap_or(at);
    if down < at { down.checked_add(SignedDuration::from_secs(1)).unwrap_or(down) } else { down }
}
