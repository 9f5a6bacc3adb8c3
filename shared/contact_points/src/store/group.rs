//! People and companies: what contact points are grouped by. They keep when contact began and when it was
//! last; counts are left out, since no write that may be repeated can keep one.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::{AwsError, Condition, Key, Write};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::OrganizationId;

use super::{ContactPoints, WRITES_AT_ONCE, digest, point::occurred};
use crate::{
    ContactPointsError,
    mail::{Address, Seen},
};

/// A person outside, by the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Ours; the same for the same address.
    pub id: String,
    /// The address in one form.
    pub address: String,
    /// The name on the latest mail that had one.
    pub name: Option<String>,
    /// The company's registrable domain in ASCII; none of free mail.
    pub company: Option<String>,
    /// When the first known contact was.
    pub first_at: Timestamp,
    /// When the latest was.
    pub last_at: Timestamp,
}

/// A company outside, by its registrable domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// The domain in ASCII, which is also the id.
    pub domain: String,
    /// When the first known contact was.
    pub first_at: Timestamp,
    /// When the latest was.
    pub last_at: Timestamp,
}

/// A person or a company with its keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Group {
    pk: String,
    pub(super) sk: String,
    organization: String,
    pub(super) occurred: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    named_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company: Option<String>,
    first_at: Timestamp,
    last_at: Timestamp,
}

/// The people and companies on some mails.
#[derive(Debug, Default)]
pub(crate) struct Groups(BTreeMap<(String, String), Group>);

/// Writers of one group take turns; after so many lost turns a writer gives up.
const TURNS: u32 = 10;

impl Groups {
    /// Takes in that somebody was seen on a mail of that instant.
    pub(crate) fn add(&mut self, organization: &OrganizationId, seen: &Seen, at: Timestamp) {
        self.merge(Group::of_person(organization, seen, at));
        if let Some(domain) = &seen.company {
            self.merge(Group::of_company(organization, domain, at));
        }
    }

    fn merge(&mut self, group: Group) {
        let key = (group.pk.clone(), group.sk.clone());
        match self.0.get_mut(&key) {
            Some(known) => known.merge(&group),
            None => drop(self.0.insert(key, group)),
        }
    }
}

impl Group {
    fn of_person(organization: &OrganizationId, seen: &Seen, at: Timestamp) -> Self {
        let id = person_id(organization, &seen.address);
        let partition = people(organization);
        Self {
            occurred: occurred(at, &id),
            sk: id,
            company_key: seen.company.as_ref().map(|company| people_of(organization, company)),
            organization: partition.clone(),
            pk: partition,
            address: Some(seen.address.to_string()),
            named_at: seen.name.as_ref().map(|_| at),
            name: seen.name.clone(),
            company: seen.company.clone(),
            first_at: at,
            last_at: at,
        }
    }

    fn of_company(organization: &OrganizationId, domain: &str, at: Timestamp) -> Self {
        let partition = companies(organization);
        Self {
            occurred: occurred(at, domain),
            sk: domain.to_owned(),
            company_key: None,
            organization: partition.clone(),
            pk: partition,
            address: None,
            name: None,
            named_at: None,
            company: None,
            first_at: at,
            last_at: at,
        }
    }

    /// Takes in what another knows: whatever the order, and however often, the result is the same.
    fn merge(&mut self, other: &Self) {
        if other.first_at < self.first_at {
            self.first_at = other.first_at;
            self.occurred = occurred(self.first_at, &self.sk);
        }
        self.last_at = self.last_at.max(other.last_at);
        if (other.named_at, &other.name) > (self.named_at, &self.name) {
            self.named_at = other.named_at;
            self.name.clone_from(&other.name);
        }
    }

    /// That the stored group is still as it was read.
    fn is_unchanged(&self) -> Condition {
        let same_name = match &self.name {
            Some(name) => Condition::equals("name", name),
            None => Condition::Absent("name"),
        };
        let same_time = match self.named_at {
            Some(at) => Condition::equals("named_at", at),
            None => Condition::Absent("named_at"),
        };
        Condition::All(vec![
            Condition::equals("first_at", self.first_at),
            Condition::equals("last_at", self.last_at),
            same_name,
            same_time,
        ])
    }

    fn key(&self) -> Key {
        Key::new(&self.pk, &self.sk)
    }
}

impl ContactPoints {
    /// Takes in people and companies. What says nothing new is not written.
    pub(crate) async fn put_groups(&self, groups: Groups) -> Result<(), ContactPointsError> {
        let mut open: Vec<Group> = groups.0.into_values().collect();
        for turn in 0..TURNS {
            let read: Vec<Group> = self.table.get_many(open.iter().map(Group::key).collect()).await?;
            let read: BTreeMap<_, _> =
                read.into_iter().map(|group| ((group.pk.clone(), group.sk.clone()), group)).collect();
            let mut writes = Vec::new();
            for group in open {
                let known = read.get(&(group.pk.clone(), group.sk.clone()));
                if let Some(write) = self.write_of(&group, known)? {
                    writes.push((group, write));
                }
            }
            let results = stream::iter(writes).map(|(group, write)| self.write_group(group, write));
            let lost: Vec<Option<Group>> = results.buffer_unordered(WRITES_AT_ONCE).try_collect().await?;
            open = lost.into_iter().flatten().collect();
            if open.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10 << turn)).await;
        }
        Err(ContactPointsError::Contended)
    }

    fn write_of(&self, group: &Group, known: Option<&Group>) -> Result<Option<Write>, AwsError> {
        let Some(known) = known else {
            return Ok(Some(self.table.put(group)?.when(Condition::new_item())));
        };
        let mut merged = known.clone();
        merged.merge(group);
        if merged == *known {
            return Ok(None);
        }
        Ok(Some(self.table.put(&merged)?.when(known.is_unchanged())))
    }

    /// Gives the group back when another writer was first.
    async fn write_group(&self, group: Group, write: Write) -> Result<Option<Group>, AwsError> {
        match self.aws.write(write).await {
            Ok(()) => Ok(None),
            Err(error) if error.is_condition_failed() => Ok(Some(group)),
            Err(error) => Err(error),
        }
    }

    /// Reads a person.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn person(
        &self,
        organization: &OrganizationId,
        id: &str,
    ) -> Result<Person, ContactPointsError> {
        let group: Option<Group> = self.table.get(Key::new(people(organization), id)).await?;
        group.map(Person::from).ok_or(ContactPointsError::NotFound("person"))
    }

    /// Reads a company by any host name below its domain.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn company(
        &self,
        organization: &OrganizationId,
        host: &str,
    ) -> Result<Company, ContactPointsError> {
        let domain = company_id(host).ok_or(ContactPointsError::NotFound("company"))?;
        let group: Option<Group> = self.table.get(Key::new(companies(organization), domain)).await?;
        group.map(Company::from).ok_or(ContactPointsError::NotFound("company"))
    }
}

impl From<Group> for Person {
    fn from(group: Group) -> Self {
        let Group { sk: id, address, name, company, first_at, last_at, .. } = group;
        Self { id, address: address.unwrap_or_default(), name, company, first_at, last_at }
    }
}

impl From<Group> for Company {
    fn from(group: Group) -> Self {
        let Group { sk: domain, first_at, last_at, .. } = group;
        Self { domain, first_at, last_at }
    }
}

/// The id of the person with this address. The organization goes in, so that ids of one say nothing to another.
pub(crate) fn person_id(organization: &OrganizationId, address: &Address) -> String {
    digest(&[organization.as_str(), "person", address.as_str()])
}

/// The id of the company that a host name belongs to.
pub(super) fn company_id(host: &str) -> Option<String> {
    let host = idna::domain_to_ascii(host.trim_end_matches('.')).ok()?;
    crate::mail::registrable_domain(&host).map(str::to_owned)
}

pub(super) fn people(organization: &OrganizationId) -> String {
    format!("PEOPLE#{organization}")
}

pub(super) fn people_of(organization: &OrganizationId, company: &str) -> String {
    format!("PEOPLE#{organization}#{company}")
}

pub(super) fn companies(organization: &OrganizationId) -> String {
    format!("COMPANIES#{organization}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn group(at: i64, name: Option<&str>) -> Group {
        let organization = "org_1".parse().expect("an id");
        let address = Address::parse("hana@contoso.example").expect("an address");
        let seen =
            Seen { address, name: name.map(str::to_owned), company: Some("contoso.example".to_owned()) };
        Group::of_person(&organization, &seen, Timestamp::from_second(at).expect("an instant"))
    }

    #[test]
    fn a_group_knows_its_first_and_latest_contact_and_the_latest_name() {
        let mut merged = group(20, None);
        merged.merge(&group(30, Some("佐藤 花")));
        merged.merge(&group(10, Some("Hana Sato")));
        merged.merge(&group(40, None));
        assert_eq!((merged.first_at.as_second(), merged.last_at.as_second()), (10, 40));
        assert_eq!(merged.name.as_deref(), Some("佐藤 花"));
        assert!(merged.occurred.starts_with("1970-01-01T00:00:10Z#"), "{}", merged.occurred);
    }

    proptest! {
        /// Whatever the order and however often: that makes every step of a read repeatable.
        #[test]
        fn merging_knows_no_order(mut seen in proptest::collection::vec((0_i64..9, proptest::option::of("[ab]")), 1..8), turn in 0_usize..8) {
            let all = |seen: &[(i64, Option<String>)]| {
                let mut groups = seen.iter().map(|(at, name)| group(*at, name.as_deref()));
                let mut first = groups.next().expect("one at least");
                groups.for_each(|next| first.merge(&next));
                first
            };
            let straight = all(&seen);
            let places = seen.len();
            seen.rotate_left(turn % places);
            seen.push(seen[0].clone());
            prop_assert_eq!(all(&seen), straight);
        }
    }
}
