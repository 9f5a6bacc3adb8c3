//! Everybody in an organization with their links: what lists with filters and counts are made of.

use std::collections::BTreeMap;

use aws::{Query, Stored};
use serde::de::DeserializeOwned;
use types::{OrganizationId, UserId};

use crate::{
    Accounts, AccountsError, Link, User,
    link::LinkItem,
    store::{LINK, USER, of_organization},
};

/// The most reads for users, and for links: a read brings up to a megabyte, some 3,000 users or 1,500 links.
/// So a thousand users cost one read for themselves and two for their links.
const MOST_READS: u32 = 16;

/// A user with the links that there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEntry {
    /// Who.
    pub user: User,
    /// What they linked, or an admin for them; also what was unlinked.
    pub links: Vec<Link>,
}

impl Accounts {
    /// Everybody in the organization, by id, with their links. Reads a bounded number of times: of an
    /// organization of many tens of thousands the last are left out, and the log says so.
    ///
    /// # Errors
    /// The store failed.
    pub async fn roster(&self, organization: &OrganizationId) -> Result<Vec<RosterEntry>, AccountsError> {
        let (users, _) = self.read_all::<User>(organization, USER).await?;
        let mut links: BTreeMap<UserId, Vec<Link>> = BTreeMap::new();
        let (items, _) = self.read_all::<LinkItem>(organization, LINK).await?;
        for link in items.into_iter().map(|item| item.link) {
            links.entry(link.user_id.clone()).or_default().push(link);
        }
        let entry = |user: User| RosterEntry { links: links.remove(&user.id).unwrap_or_default(), user };
        Ok(users.into_iter().map(entry).collect())
    }

    /// The organization's records of a kind, and whether these are all; links of removed users are among them.
    pub(crate) async fn read_all<T: DeserializeOwned>(
        &self,
        organization: &OrganizationId,
        kind: &str,
    ) -> Result<(Vec<T>, bool), AccountsError> {
        let query = Query::partition(&of_organization(organization)).begins_with(kind);
        let (mut records, mut after) = (Vec::new(), None);
        for _ in 0..MOST_READS {
            let page = self.table.query::<Stored<T>>(query.clone().after(after)).await?;
            records.extend(page.items.into_iter().map(|stored| stored.record));
            if page.next.is_none() {
                return Ok((records, true));
            }
            after = page.next;
        }
        tracing::warn!(%organization, kind, read = records.len(), "more than is read at once: the rest is left out");
        Ok((records, false))
    }
}
