//! The end of a tenant (feature A15). One write begins it: nothing is granted there any more and nobody can be
//! linked. Then everybody is unlinked, page by page, and at last the tenant goes. Each step may be repeated.

use aws::{Condition, Write};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId};

use crate::{
    Accounts, AccountsError, Event, GrantNews, Link, LinkStatus, News, Tenant,
    link::LinkItem,
    store::{LINK, tenant_key},
    tenant::ATTEMPTS,
};

/// How many links are ended at a time.
pub(crate) const AT_ONCE: usize = 24;

/// How many links are read at a time: what is done between two notes of how far it came.
const PAGE: u32 = 250;

/// How far the end of a tenant has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When it began.
    pub since: Timestamp,
    /// How many links have been ended so far.
    pub unlinked: u64,
}

/// What one page of the organization's links held.
#[derive(Debug)]
pub struct UnlinkedPage {
    /// The links in that tenant, as they stood before; also those that had been unlinked before.
    pub links: Vec<Link>,
    /// How many of them were unlinked just now.
    pub unlinked: u64,
    /// Where the next page begins; none after the last.
    pub next: Option<String>,
}

impl Accounts {
    /// Begins a tenant's end: its grants are revoked, and it takes no links any more. Told once, as the tenant's
    /// removal. Beginning again changes nothing.
    ///
    /// # Errors
    /// `NotFound`, or the store failed, or others changed the tenant at the same time, again and again.
    pub async fn begin_tenant_end(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<(), AccountsError> {
        for _ in 0..ATTEMPTS {
            let present = self.tenant(organization, tenant).await?;
            if present.ending.is_some()
                || self.aws.transact_if(self.end_writes(organization, &present)?).await?
            {
                return Ok(());
            }
        }
        Err(AccountsError::Contended)
    }

    fn end_writes(
        &self,
        organization: &OrganizationId,
        present: &Tenant,
    ) -> Result<Vec<Write>, AccountsError> {
        let mut ended = present.clone();
        for grant in ended.grants.values_mut() {
            grant.revoked_at.get_or_insert(self.now());
        }
        let update = self
            .table
            .update(tenant_key(organization, &present.tenant_id))
            .set("grants", &ended.grants)?
            .set("ending", Ending { since: self.now(), unlinked: 0 })?
            .when(Condition::All(vec![
                Condition::equals("grants", &present.grants),
                Condition::Absent("ending"),
            ]));
        let event = Event::TenantRemoved { tenant_id: present.tenant_id.clone() };
        let news = News::Grants(GrantNews::of_removed(present));
        Ok(vec![
            update,
            self.connected_write(organization, &ended)?,
            self.audit_entry(organization, &event)?,
            self.tell(organization, news)?,
        ])
    }

    /// Unlinks those of the organization's next links who are in the tenant, whatever the feature; needs no word
    /// from Microsoft. What was pushed stays where it is.
    ///
    /// # Errors
    /// The store failed; some may be unlinked.
    pub async fn unlink_page(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        after: Option<&str>,
    ) -> Result<UnlinkedPage, AccountsError> {
        let (items, next) = self.page::<LinkItem>(organization, LINK, PAGE, after).await?;
        let links = items.into_iter().map(|item| item.link);
        let links: Vec<Link> = links.filter(|link| link.tenant_id == *tenant).collect();
        let unlink = |link: Link| async move {
            match self.unlink(&link.organization_id, &link.user_id, link.feature).await {
                // The user was removed meanwhile, and the link with them.
                Err(AccountsError::NotFound(_)) => Ok(0),
                result => result.map(|()| 1),
            }
        };
        let standing = links.clone().into_iter().filter(|link| link.status != LinkStatus::Unlinked);
        let ended = stream::iter(standing).map(unlink).buffer_unordered(AT_ONCE);
        let unlinked = ended.try_fold(0, |sum, one| async move { Ok(sum + one) }).await?;
        Ok(UnlinkedPage { links, unlinked, next })
    }

    /// Notes how far a tenant's end has come, for whoever looks.
    ///
    /// # Errors
    /// The store failed.
    pub async fn note_ending(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        ending: Ending,
    ) -> Result<(), AccountsError> {
        let update = self.table.update(tenant_key(organization, tenant)).set("ending", ending)?;
        self.aws.write_if(update.when(Condition::Present("ending"))).await?;
        Ok(())
    }

    /// Removes a tenant and its grants. Whoever has users there has it end first.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn remove_tenant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<(), AccountsError> {
        self.begin_tenant_end(organization, tenant).await?;
        for feature in Feature::ALL {
            match self.remove_audience(organization, tenant, feature, None).await {
                Err(AccountsError::NotFound(_)) => {}
                result => result?,
            }
        }
        let delete = self.table.delete(tenant_key(organization, tenant)).when(Condition::Present("ending"));
        self.aws.write_if(delete).await?;
        Ok(())
    }
}

/// That a tenant is there and does not end.
pub(crate) fn standing() -> Condition {
    Condition::All(vec![Condition::existing_item(), Condition::Absent("ending")])
}

impl Tenant {
    /// The tenant, unless it ends.
    ///
    /// # Errors
    /// `TenantEnding`.
    pub(crate) fn unless_ending(self) -> Result<Self, AccountsError> {
        if self.ending.is_some() { Err(AccountsError::TenantEnding) } else { Ok(self) }
    }
}
