//! Links that an admin switches on for users: no sign-in, the tenant's grant is what permits them.

use aws::{Condition, Query, Stored, Write};
use futures::{StreamExt, TryStreamExt, stream};
use types::{Feature, OrganizationId, TenantId, UserId};

use crate::{
    Account, Accounts, AccountsError, Event, Link, LinkNews, LinkStatus, News,
    audience::BY_GROUP,
    due::{DUE_AT, DUE_SHARD},
    link::LinkItem,
    store::{LINK, link_key, of_organization, tenant_key, token_key, user_key},
    tenant_end::AT_ONCE,
};

/// How often a link is tried again when others write the same records at the same time.
const ATTEMPTS: u32 = 5;

/// The reason of a link whose grant was revoked.
pub(crate) const GRANT_REVOKED: &str = "grant_revoked";

impl Accounts {
    /// Links a user for a feature that an admin switches on: `syncing`, and due at once, so that a tick repeats
    /// a job that was never queued. A link that is `syncing` or `linked` in that tenant is left as it is.
    ///
    /// # Errors
    /// `NotInPlan` (features A01, C16); `GrantMissing` when the tenant's admin has not granted the feature (or it is one that users link
    /// themselves), `NotFound` when there is no such user or tenant, or the store failed.
    pub async fn link_by_admin(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Link, AccountsError> {
        self.require_in_plan(organization, &[feature]).await?;
        for _ in 0..ATTEMPTS {
            self.user(organization, user).await?;
            let granted = self.tenant(organization, tenant).await?;
            if !feature.is_linked_by_admin() || granted.grant(feature).is_none() {
                return Err(AccountsError::GrantMissing(feature));
            }
            let present = self.link_item(organization, user, feature).await?;
            if let Some(item) = present.filter(|item| item.link.tenant_id == *tenant && stands(&item.link)) {
                if item.by_group {
                    self.link_by_hand(&item.link).await?;
                }
                return Ok(item.link);
            }
            let link = Link {
                organization_id: organization.clone(),
                user_id: user.clone(),
                feature,
                status: LinkStatus::Syncing,
                reason: None,
                tenant_id: tenant.clone(),
                account: None,
                linked_at: self.now(),
                last_success_at: None,
            };
            let event =
                Event::UserLinkedByAdmin { user_id: user.clone(), feature, tenant_id: tenant.clone() };
            let mut writes = self.link_writes(&link)?;
            writes.push(self.audit_entry(organization, &event)?);
            writes.push(self.table.check(user_key(organization, user)).when(Condition::existing_item()));
            let as_granted = Condition::equals("grants", &granted.grants);
            writes.push(self.table.check(tenant_key(organization, tenant)).when(as_granted));
            match self.aws.transact(writes).await {
                Err(error) if error.is_condition_failed() => {}
                result => return Ok(result.map(|()| link)?),
            }
        }
        Err(AccountsError::Contended)
    }

    /// Notes which Microsoft 365 account a link stands for, once it was found in the directory.
    ///
    /// # Errors
    /// `NotFound` when the link was unlinked or made anew meanwhile, or the store failed.
    pub async fn note_account(&self, link: &Link, account: Account) -> Result<Link, AccountsError> {
        if link.account.as_ref() == Some(&account) {
            return Ok(link.clone());
        }
        let event = Event::AccountFound {
            user_id: link.user_id.clone(),
            feature: link.feature,
            account: account.name.clone(),
        };
        let update = self
            .table
            .update(link_key(&link.organization_id, &link.user_id, link.feature))
            .set("account", &account)?
            .when(same_live_link(link));
        match self.aws.transact(vec![update, self.audit_entry(&link.organization_id, &event)?]).await {
            Err(error) if error.is_condition_failed() => Err(AccountsError::NotFound("link")),
            result => Ok(result.map(|()| Link { account: Some(account), ..link.clone() })?),
        }
    }

    /// Stops every link of a feature in a tenant, after its grant was revoked. Returns those that are not
    /// unlinked, stopped now or before.
    pub(crate) async fn stop_links(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Vec<Link>, AccountsError> {
        let query = Query::partition(&of_organization(organization)).begins_with(LINK);
        let stored: Vec<Stored<LinkItem>> = self.table.query_all(query).await?;
        let mut links: Vec<Link> = stored.into_iter().map(|stored| stored.record.link).collect();
        links.retain(|link| {
            link.feature == feature && link.tenant_id == *tenant && link.status != LinkStatus::Unlinked
        });
        let mut alive = links.clone();
        alive.retain(|link| !link.is_stopped());
        // Each owned: a closure over references would keep the future from being sent between threads.
        let stop = |link: Link| async move { self.stop(&link).await };
        stream::iter(alive.into_iter().map(stop)).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        Ok(links)
    }

    async fn stop(&self, link: &Link) -> Result<(), AccountsError> {
        let update = self
            .table
            .update(link_key(&link.organization_id, &link.user_id, link.feature))
            .set("status", LinkStatus::NoPermission)?
            .set("reason", GRANT_REVOKED)?
            .remove(DUE_SHARD)
            .remove(DUE_AT)
            .when(same_live_link(link));
        let reason = Some(GRANT_REVOKED.to_owned());
        let stopped = Link { status: LinkStatus::NoPermission, reason, ..link.clone() };
        let news = self.tell(&link.organization_id, News::Link(LinkNews::of(&stopped)))?;
        let token = self.table.delete(token_key(&link.organization_id, &link.user_id, link.feature));
        self.aws.transact_if(vec![update, token, news]).await?;
        Ok(())
    }

    /// The writes that unlink whoever is not unlinked yet: the token is deleted, nothing is due any more, and the log and the news tell.
    pub(crate) fn unlink_writes(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        feature: Feature,
    ) -> Result<Vec<Write>, AccountsError> {
        let event = Event::UserUnlinked { user_id: user.clone(), feature };
        let is_so = Condition::All(vec![
            Condition::existing_item(),
            Condition::differs("status", LinkStatus::Unlinked),
        ]);
        self.unlink_writes_of(organization, user, feature, &event, is_so)
    }

    /// The same for this reason, if the link is so.
    pub(crate) fn unlink_writes_of(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        feature: Feature,
        event: &Event,
        is_so: Condition,
    ) -> Result<Vec<Write>, AccountsError> {
        let update = self
            .table
            .update(link_key(organization, user, feature))
            .set("status", LinkStatus::Unlinked)?
            .set("reason", None::<&str>)?
            .remove(DUE_SHARD)
            .remove(DUE_AT)
            .remove(BY_GROUP)
            .when(is_so);
        let token = self.table.delete(token_key(organization, user, feature));
        let news = News::Link(LinkNews {
            user_id: user.clone(),
            feature,
            status: LinkStatus::Unlinked,
            reason: None,
            tenant_id: None,
            account: None,
            last_success_at: None,
        });
        let news = self.tell(organization, news)?;
        Ok(vec![update, token, self.audit_entry(organization, event)?, news])
    }
}

/// Whether linking again would change nothing.
fn stands(link: &Link) -> bool {
    matches!(link.status, LinkStatus::Syncing | LinkStatus::Linked)
}

/// The link is the one that was read: not unlinked, stopped or made anew.
pub(crate) fn same_live_link(link: &Link) -> Condition {
    Condition::All(vec![Condition::equals("linked_at", link.linked_at), Condition::Present(DUE_SHARD)])
}

#[cfg(test)]
mod tests;
