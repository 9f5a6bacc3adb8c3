//! Who joins and who leaves, from a whole group and everybody in the organization. No I/O.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use graph::Person;
use types::{TenantId, UserId};

use super::{Headcount, StandingAudience, members::Row};
use crate::{LinkStatus, User, admin_link::GRANT_REVOKED, link::LinkItem};

/// What a reading leads to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// Who is in the group and was not taken in yet, or whose link stopped with a grant that is back.
    pub(super) join: Vec<UserId>,
    /// Who was taken in and is not in the group any more, or is excluded now.
    pub(super) leave: Vec<UserId>,
    pub(super) headcount: Headcount,
}

/// Everybody in the organization.
pub(super) struct Organization {
    pub(super) users: Vec<User>,
    /// Every link, of removed users too.
    pub(super) links: BTreeMap<UserId, Vec<LinkItem>>,
}

impl Organization {
    /// The user's link of the audience's feature.
    pub(super) fn link(&self, standing: &StandingAudience, user: &UserId) -> Option<&LinkItem> {
        self.links.get(user)?.iter().find(|item| item.link.feature == standing.feature)
    }
}

/// What follows of these people in the group. `rows` are those whom the audience took in and who have not left.
pub(super) fn plan(
    standing: &StandingAudience,
    people: &[Person],
    organization: &Organization,
    rows: &[Row],
) -> Plan {
    let group = Group::of(people);
    let taken_in: BTreeSet<&UserId> = rows.iter().map(|row| &row.user_id).collect();
    let (mut plan, mut known, mut wanted) = (Plan::default(), BTreeSet::new(), BTreeSet::new());
    for user in &organization.users {
        let links = organization.links.get(&user.id).map_or(&[][..], Vec::as_slice);
        let Some(person) = group.find(&standing.tenant_id, user, links) else { continue };
        known.insert(person);
        plan.headcount.users += 1;
        if standing.audience.excluded_user_ids.contains(&user.id) {
            plan.headcount.excluded += 1;
            continue;
        }
        wanted.insert(&user.id);
        if !taken_in.contains(&user.id) || organization.link(standing, &user.id).is_some_and(waits_for_grant)
        {
            plan.join.push(user.id.clone());
        }
    }
    let gone = rows.iter().map(|row| &row.user_id).filter(|user| !wanted.contains(user));
    plan.leave = gone.cloned().collect();
    plan.headcount.members = count(people.len());
    plan.headcount.unknown = count(people.len() - known.len());
    plan
}

/// The group had switched the link on, and it stopped with its grant: the audience reads only under a grant, so
/// it is back.
fn waits_for_grant(item: &LinkItem) -> bool {
    let has_lost_grant = item.link.reason.as_deref() == Some(GRANT_REVOKED);
    item.by_group && item.link.status == LinkStatus::NoPermission && has_lost_grant
}

/// The people of a group, by what users are found by. An address of several people is nobody's.
struct Group {
    by_id: HashMap<String, usize>,
    by_address: HashMap<String, Option<usize>>,
}

impl Group {
    fn of(people: &[Person]) -> Self {
        let mut by_address: HashMap<String, Option<usize>> = HashMap::new();
        for (number, person) in people.iter().enumerate() {
            for address in person.addresses() {
                let owner = by_address.entry(address.to_lowercase()).or_insert(Some(number));
                *owner = owner.filter(|owner| *owner == number);
            }
        }
        let by_id = people.iter().enumerate().map(|(number, person)| (person.id.to_lowercase(), number));
        Self { by_id: by_id.collect(), by_address }
    }

    /// Which of the people the user is: the account of a link that stands, else whoever has the user's address.
    fn find(&self, tenant: &TenantId, user: &User, links: &[LinkItem]) -> Option<usize> {
        if user.tenant_id.as_ref().is_some_and(|own| own != tenant) {
            return None;
        }
        let here = links.iter().map(|item| &item.link);
        let mut standing =
            here.filter(|link| link.tenant_id == *tenant && link.status != LinkStatus::Unlinked);
        match standing.find_map(|link| link.account.as_ref()) {
            Some(account) => self.by_id.get(&account.object_id.to_lowercase()).copied(),
            None => self.by_address.get(&user.email.to_lowercase()).copied().flatten(),
        }
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const TENANT: &str = "11111111-2222-3333-4444-555555555555";
    const OTHER: &str = "99999999-2222-3333-4444-555555555555";

    fn person(id: &str, addresses: &[&str]) -> Value {
        json!({"id": id, "mail": null, "userPrincipalName": null, "proxyAddresses": addresses})
    }

    /// A user without links, or with one of another feature in a tenant.
    fn organization(user: &Value, link: Option<(&str, &str, &str)>) -> Organization {
        let mut record = json!({"id": "sato", "email": "sato@contoso.test", "display_name": "Sato",
            "tenant_id": null, "role": "member", "updated_at": "2026-11-22T10:00:00Z"});
        record.as_object_mut().expect("an object").extend(user.as_object().expect("an object").clone());
        let link = link.map(|(tenant, object_id, status)| {
            let item = json!({"organization_id": "o1", "user_id": "sato", "feature": "contacts",
                "status": status, "reason": null, "tenant_id": tenant,
                "account": {"object_id": object_id, "name": "x"}, "linked_at": "2026-11-22T10:00:00Z",
                "last_success_at": null});
            let item: LinkItem = serde_json::from_value(item).expect("a link");
            (item.link.user_id.clone(), vec![item])
        });
        let user = serde_json::from_value(record).expect("a user");
        Organization { users: vec![user], links: link.into_iter().collect() }
    }

    /// Whether the user is taken in, where these people are in the group.
    fn joins(people: &[Value], organization: &Organization) -> bool {
        let standing = json!({"organization_id": "o1", "tenant_id": TENANT, "feature": "mail",
            "group_id": "6e0c7a1e-0000-4000-8000-000000000001", "excluded_user_ids": [],
            "set_at": "2026-11-22T10:00:00Z", "status": "waiting", "reason": null, "read_at": null,
            "headcount": null});
        let standing: StandingAudience = serde_json::from_value(standing).expect("an audience");
        let people: Vec<Person> = serde_json::from_value(json!(people)).expect("people");
        let plan = plan(&standing, &people, organization, &[]);
        assert_eq!(plan.headcount.unknown, plan.headcount.members - plan.headcount.users, "{plan:?}");
        !plan.join.is_empty()
    }

    #[test]
    fn p14_a_user_of_another_tenant_is_nobody_in_this_one() {
        let people = [person("a", &["smtp:sato@contoso.test"])];
        assert!(joins(&people, &organization(&json!({}), None)));
        assert!(joins(&people, &organization(&json!({"tenant_id": TENANT}), None)));
        assert!(!joins(&people, &organization(&json!({"tenant_id": OTHER}), None)));
    }

    #[test]
    fn p14_only_an_address_of_one_person_is_somebodys() {
        let sato = organization(&json!({"email": "Sato@Contoso.test"}), None);
        assert!(joins(&[person("a", &["SMTP:sato@contoso.test", "smtp:SATO@contoso.test"])], &sato));
        let two = [person("a", &["smtp:sato@contoso.test"]), person("b", &["smtp:SATO@contoso.test"])];
        assert!(!joins(&two, &sato), "whoever of the two it is");
        let third = person("c", &["smtp:sato@contoso.test"]);
        assert!(!joins(&[&two[..], &[third]].concat(), &sato));
        assert!(!joins(&[person("a", &["SIP:sato@contoso.test"])], &sato), "no mail is sent there");
    }

    #[test]
    fn p14_the_account_that_a_user_linked_counts_more_than_an_address() {
        let user = json!({});
        let renamed = [person("Account", &["smtp:s.sato@contoso.test"])];
        let namesake = [person("another", &["smtp:sato@contoso.test"])];
        let linked = organization(&user, Some((TENANT, "ACCOUNT", "linked")));
        assert_eq!((joins(&renamed, &linked), joins(&namesake, &linked)), (true, false));
        // What was unlinked, or stands in another tenant, says nothing of whose account it is here.
        for link in [(TENANT, "account", "unlinked"), (OTHER, "account", "linked")] {
            let elsewhere = organization(&user, Some(link));
            assert_eq!(
                (joins(&renamed, &elsewhere), joins(&namesake, &elsewhere)),
                (false, true),
                "{link:?}"
            );
        }
    }
}
