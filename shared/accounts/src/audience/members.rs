//! Those whom an audience took in: who joins is switched on, who leaves is unlinked if the group had switched them
//! on, and nobody else ever is. Each is one transaction, on the condition that the reading still has its turn.

use std::collections::BTreeMap;

use aws::{AwsError, Condition, Query, Stored, Write};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{OrganizationId, UserId};

use super::{AudienceItem, StandingAudience, plan::Organization};
use crate::{
    Accounts, AccountsError, Event, Link, LinkStatus, News, Tenant,
    link::LinkItem,
    news::InviteNews,
    store::{LINK, USER, link_key, tenant_key, user_key},
};

/// Somebody whom the audience took in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) user_id: UserId,
    /// Since when.
    pub(super) since: Timestamp,
    /// Unlinked again: whoever looks after subscriptions has to be told, then the row goes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) has_left: bool,
}

impl Accounts {
    pub(super) async fn audience_rows(&self, standing: &StandingAudience) -> Result<Vec<Row>, AccountsError> {
        let stored: Vec<Stored<Row>> = self.table.query_all(Query::partition(&standing.rows())).await?;
        Ok(stored.into_iter().map(|stored| stored.record).collect())
    }

    /// Everybody in the organization with their links; none when there are more than are read at once.
    pub(super) async fn everybody(
        &self,
        organization: &OrganizationId,
    ) -> Result<Option<Organization>, AccountsError> {
        let (users, has_all_users) = self.read_all(organization, USER).await?;
        let (items, has_all_links) = self.read_all::<LinkItem>(organization, LINK).await?;
        if !has_all_users || !has_all_links {
            return Ok(None);
        }
        let mut links = BTreeMap::<UserId, Vec<LinkItem>>::new();
        for item in items {
            links.entry(item.link.user_id.clone()).or_default().push(item);
        }
        Ok(Some(Organization { users, links }))
    }

    /// Takes a user in. One who is linked already stays as is; others are linked where an admin may, and invited
    /// where users sign in themselves. False: something changed meanwhile.
    pub(super) async fn join_audience(
        &self,
        item: &AudienceItem,
        tenant: &Tenant,
        user: &UserId,
        present: Option<&LinkItem>,
    ) -> Result<bool, AccountsError> {
        let standing = &item.standing;
        let StandingAudience { organization_id, feature, .. } = standing;
        let row = Row { user_id: user.clone(), since: self.now(), has_left: false };
        let as_granted = Condition::equals("grants", &tenant.grants);
        let mut writes = vec![
            self.own_turn(item),
            self.table.put(&Stored::at(standing.row_key(user), &row))?,
            self.table.check(user_key(organization_id, user)).when(Condition::existing_item()),
            self.table.check(tenant_key(organization_id, &tenant.tenant_id)).when(as_granted),
        ];
        if present.is_none_or(|item| item.link.is_stopped()) {
            writes.extend(match feature.is_linked_by_admin() {
                true => self.switch_on(standing, user, present)?,
                false => self.invitation(standing, user)?,
            });
        }
        Ok(self.aws.transact_if(writes).await?)
    }

    fn switch_on(
        &self,
        standing: &StandingAudience,
        user: &UserId,
        present: Option<&LinkItem>,
    ) -> Result<Vec<Write>, AccountsError> {
        let link = Link {
            organization_id: standing.organization_id.clone(),
            user_id: user.clone(),
            feature: standing.feature,
            status: LinkStatus::Syncing,
            reason: None,
            tenant_id: standing.tenant_id.clone(),
            account: None,
            linked_at: self.now(),
            last_success_at: None,
        };
        let [put, news] = self.link_writes_of(&link, true)?;
        let event = Event::UserLinkedByGroup {
            user_id: user.clone(),
            feature: link.feature,
            tenant_id: link.tenant_id,
            group_id: standing.audience.group_id.to_string(),
        };
        let log = self.audit_entry(&standing.organization_id, &event)?;
        Ok(vec![put.when(as_found(present)), news, log])
    }

    fn invitation(&self, standing: &StandingAudience, user: &UserId) -> Result<Vec<Write>, AccountsError> {
        let StandingAudience { organization_id, tenant_id, feature, audience, .. } = standing;
        let event = Event::UserInvitedByGroup {
            user_id: user.clone(),
            feature: *feature,
            tenant_id: tenant_id.clone(),
            group_id: audience.group_id.to_string(),
        };
        let news = News::Invite(InviteNews { user_id: user.clone(), feature: *feature });
        Ok(vec![self.tell(organization_id, news)?, self.audit_entry(organization_id, &event)?])
    }

    /// Lets a user go. A link that the group had switched on is unlinked, and the row stays until whoever looks
    /// after subscriptions was told. False: something changed meanwhile.
    pub(super) async fn leave_audience(
        &self,
        item: &AudienceItem,
        user: &UserId,
        present: Option<&LinkItem>,
    ) -> Result<bool, AccountsError> {
        let standing = &item.standing;
        let row = standing.row_key(user);
        let mut writes = vec![self.own_turn(item)];
        match present.filter(|present| is_switched_on(standing, present)) {
            None => writes.push(self.table.delete(row)),
            Some(present) => {
                let event = Event::UserUnlinkedByGroup {
                    user_id: user.clone(),
                    feature: standing.feature,
                    group_id: standing.audience.group_id.to_string(),
                };
                writes.push(self.table.update(row).set("has_left", true)?);
                writes.extend(self.unlink_writes_of(
                    &standing.organization_id,
                    user,
                    standing.feature,
                    &event,
                    as_found(Some(present)),
                )?);
            }
        }
        Ok(self.aws.transact_if(writes).await?)
    }

    /// Takes a row of a removed audience away; the link stays, as if linked by hand.
    pub(super) async fn release(
        &self,
        item: &AudienceItem,
        user: &UserId,
        present: Option<&LinkItem>,
    ) -> Result<bool, AccountsError> {
        let standing = &item.standing;
        let mut writes = vec![self.own_turn(item), self.table.delete(standing.row_key(user))];
        if let Some(present) = present.filter(|present| is_switched_on(standing, present)) {
            let key = link_key(&standing.organization_id, user, standing.feature);
            writes.push(self.table.update(key).remove(BY_GROUP).when(as_found(Some(present))));
        }
        Ok(self.aws.transact_if(writes).await?)
    }

    /// The row of somebody who left goes: it was told.
    pub(super) async fn forget_row(
        &self,
        standing: &StandingAudience,
        user: &UserId,
    ) -> Result<(), AccountsError> {
        let delete = self.table.delete(standing.row_key(user)).when(Condition::equals("has_left", true));
        self.aws.write_if(delete).await?;
        Ok(())
    }

    /// A link that the group had switched on is one by hand from now on: somebody asked for it.
    pub(crate) async fn link_by_hand(&self, link: &Link) -> Result<(), AwsError> {
        let key = link_key(&link.organization_id, &link.user_id, link.feature);
        let is_by_group = Condition::All(vec![
            Condition::equals("linked_at", link.linked_at),
            Condition::Present(BY_GROUP),
        ]);
        self.aws.write_if(self.table.update(key).remove(BY_GROUP).when(is_by_group)).await.map(drop)
    }
}

/// The mark of a link that a group switched on.
pub(crate) const BY_GROUP: &str = "by_group";

/// Whether the audience's group switched the link on, and it was not unlinked since.
fn is_switched_on(standing: &StandingAudience, item: &LinkItem) -> bool {
    item.by_group && item.link.tenant_id == standing.tenant_id && item.link.status != LinkStatus::Unlinked
}

/// The link is as it was read, made by the same hand.
fn as_found(present: Option<&LinkItem>) -> Condition {
    let Some(LinkItem { link, by_group, .. }) = present else { return Condition::new_item() };
    let mark = if *by_group { Condition::Present(BY_GROUP) } else { Condition::Absent(BY_GROUP) };
    Condition::All(vec![
        Condition::equals("linked_at", link.linked_at),
        Condition::equals("status", link.status),
        mark,
    ])
}
