//! Links: what one user connected, per feature, with a status.

use aws::{AwsError, Condition, Query, Stored, Write};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId, UserId};

use crate::{
    Accounts, AccountsError, LinkNews, News,
    admin_link::GRANT_REVOKED,
    admin_link::same_live_link,
    due,
    store::{LINK, link_key, of_organization},
};

/// How often an outcome is noted again when others note theirs at the same time.
const ATTEMPTS: u32 = 5;

/// How a link stands, in the words people see (`ui.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkStatus {
    /// 同期中: switched on by an admin, the mailbox is being looked up and subscribed to.
    Syncing,
    /// 連携中
    Linked,
    /// 認証失敗: no Microsoft 365 account or mailbox (C10).
    AuthenticationFailed,
    /// 権限なし: the permission is missing (C11).
    NoPermission,
    /// 連携失敗: anything else that a person has to look at (C12).
    Failed,
    /// 要再連携: the user has to sign in again (R06).
    ReconnectNeeded,
    /// 解除済
    Unlinked,
}

/// One user's link for one feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// What.
    pub feature: Feature,
    /// How it stands.
    pub status: LinkStatus,
    /// Why it stands so: Microsoft's error code or ours; none while all is well.
    pub reason: Option<String>,
    /// The tenant that was signed in to.
    pub tenant_id: TenantId,
    /// The Microsoft 365 account; none until it is known which one it is.
    pub account: Option<Account>,
    /// When it was linked last.
    pub linked_at: Timestamp,
    /// When its work last succeeded.
    pub last_success_at: Option<Timestamp>,
}

/// A Microsoft 365 account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The Entra object id: with the tenant the only lasting key of an account.
    pub object_id: String,
    /// The sign-in name at that time, for people.
    pub name: String,
}

impl Link {
    /// The account's Entra object id; empty until it is known. Who signed in is known from the start.
    #[must_use]
    pub fn object_id(&self) -> &str {
        self.account.as_ref().map_or("", |account| &account.object_id)
    }

    /// Whether it was unlinked, or stopped with its grant: it then wants nothing until it is linked anew.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        let is_revoked = self.reason.as_deref() == Some(GRANT_REVOKED);
        self.status == LinkStatus::Unlinked || (self.status == LinkStatus::NoPermission && is_revoked)
    }
}

impl Accounts {
    /// The writes that make a user linked and due at once, and tell of it. The token goes into the same
    /// transaction.
    pub(crate) fn link_writes(&self, link: &Link) -> Result<Vec<Write>, AwsError> {
        self.link_writes_of(link, false).map(Vec::from)
    }

    /// The same, and whether a group of the directory switched the link on (peer row P14).
    pub(crate) fn link_writes_of(&self, link: &Link, by_group: bool) -> Result<[Write; 2], AwsError> {
        let key = link_key(&link.organization_id, &link.user_id, link.feature);
        let item = LinkItem {
            link: link.clone(),
            due_shard: Some(due::shard_of(link)),
            due_at: Some(self.now().as_second()),
            by_group,
        };
        let news = self.tell(&link.organization_id, News::Link(LinkNews::of(link)))?;
        Ok([self.table.put(&Stored::at(key, &item))?, news])
    }

    /// Reads a link; none when the user never linked.
    ///
    /// # Errors
    /// The store failed.
    pub async fn link(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        feature: Feature,
    ) -> Result<Option<Link>, AccountsError> {
        Ok(self.link_item(organization, user, feature).await?.map(|item| item.link))
    }

    pub(crate) async fn link_item(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        feature: Feature,
    ) -> Result<Option<LinkItem>, AccountsError> {
        let stored: Option<Stored<LinkItem>> = self.table.get(link_key(organization, user, feature)).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// All links of one user.
    ///
    /// # Errors
    /// The store failed.
    pub async fn links(
        &self,
        organization: &OrganizationId,
        user: &UserId,
    ) -> Result<Vec<Link>, AccountsError> {
        let query = Query::partition(&of_organization(organization)).begins_with(&format!("{LINK}{user}#"));
        let stored: Vec<Stored<LinkItem>> = self.table.query_all(query).await?;
        Ok(stored.into_iter().map(|stored| stored.record.link).collect())
    }

    /// Notes the outcome of a link's work, and tells of it when the status or the reason is another now: both
    /// in one step (requirement R07). A link that was unlinked or linked anew meanwhile is left alone.
    ///
    /// # Errors
    /// The store failed, or others noted something else at the same moment, again and again.
    pub async fn note_outcome(
        &self,
        link: &Link,
        status: LinkStatus,
        reason: Option<&str>,
    ) -> Result<(), AccountsError> {
        let mut known = link.clone();
        for _ in 0..ATTEMPTS {
            let is_noted = match <[Write; 1]>::try_from(self.outcome_writes(&known, status, reason)?) {
                Ok([update]) => self.aws.write_if(update).await?,
                Err(writes) => self.aws.transact_if(writes).await?,
            };
            if is_noted {
                return Ok(());
            }
            let (organization, user) = (&link.organization_id, &link.user_id);
            match self.link(organization, user, link.feature).await? {
                Some(now) if now.linked_at == link.linked_at && !now.is_stopped() => known = now,
                _ => return Ok(()),
            }
        }
        Err(AccountsError::Contended)
    }

    /// The outcome, on the condition that the link stands as it is known; and word of it, if it changes.
    fn outcome_writes(
        &self,
        known: &Link,
        status: LinkStatus,
        reason: Option<&str>,
    ) -> Result<Vec<Write>, AwsError> {
        let key = link_key(&known.organization_id, &known.user_id, known.feature);
        let mut outcome = Link { status, reason: reason.map(str::to_owned), ..known.clone() };
        let mut update = self.table.update(key).set("status", status)?.set("reason", reason)?;
        if status == LinkStatus::Linked {
            outcome.last_success_at = Some(self.now());
            update = update.set("last_success_at", outcome.last_success_at)?;
        }
        if due::is_refused(known) && !due::is_refused(&outcome) {
            update = update.set(due::DUE_AT, due::turn_after(&outcome, self.now()))?;
        }
        let as_known = Condition::All(vec![
            same_live_link(known),
            Condition::equals("status", known.status),
            Condition::equals("reason", &known.reason),
        ]);
        let mut writes = vec![update.when(as_known)];
        if (outcome.status, &outcome.reason) != (known.status, &known.reason) {
            writes.push(self.tell(&known.organization_id, News::Link(LinkNews::of(&outcome)))?);
        }
        Ok(writes)
    }

    /// Unlinks: the token is deleted, nothing is due any more, what was pushed stays (feature B16). Needs no
    /// word from Microsoft (requirement R06). Unlinking again changes nothing, and nobody is told of it twice.
    ///
    /// # Errors
    /// `NotFound` when the user never linked, or the store failed.
    pub async fn unlink(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        feature: Feature,
    ) -> Result<(), AccountsError> {
        if self.aws.transact_if(self.unlink_writes(organization, user, feature)?).await? {
            return Ok(());
        }
        let unlinked = self.link(organization, user, feature).await?;
        unlinked.map(drop).ok_or(AccountsError::NotFound("link"))
    }
}

/// A link with its place in the `due` index.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LinkItem {
    #[serde(flatten)]
    pub(crate) link: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due_shard: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<i64>,
    /// A group of the directory switched it on, and nobody asked for it by hand since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_group: bool,
}
