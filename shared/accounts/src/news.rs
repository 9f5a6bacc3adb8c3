//! News: what people and the CRM have to be told of. Written in the transaction of what it tells of, and kept
//! here until the outbox has made mails and deliveries of it, in one transaction too: so each is told once,
//! whoever dies in between (requirement R07).

use aws::{AwsError, Condition, Key, Query, Stored, Write};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId, UserId};
use uuid::Uuid;

use crate::{
    Accounts, AccountsError, Link, LinkStatus, Outage, Tenant,
    due::{DUE_AT, DUE_SHARD},
};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum News {
    /// A link has another status or another reason.
    Link(LinkNews),
    /// What a tenant's admin granted is not what it was.
    Grants(GrantNews),
    /// A push of cards had something to do and did it.
    Push(PushNews),
    /// A whole tenant does not let the application in, or does again.
    Outage(OutageNews),
    /// A user may link now, and is asked to.
    Invite(InviteNews),
}

/// How a link stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkNews {
    /// Whose.
    pub user_id: UserId,
    /// What.
    pub feature: Feature,
    /// How it stands.
    pub status: LinkStatus,
    /// Why: Microsoft's error code or a word of ours; none while all is well.
    pub reason: Option<String>,
    /// The tenant; none when it was unlinked.
    pub tenant_id: Option<TenantId>,
    /// The sign-in name of the Microsoft 365 account, if it is known.
    pub account: Option<String>,
    /// When its work last succeeded.
    pub last_success_at: Option<Timestamp>,
}

/// Who is asked to link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteNews {
    /// Who.
    pub user_id: UserId,
    /// What.
    pub feature: Feature,
}

/// What changed of a tenant's grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantNews {
    /// Which tenant.
    pub tenant_id: TenantId,
    /// What was granted now and was not before.
    pub granted: Vec<Feature>,
    /// What was granted before and is not now.
    pub revoked: Vec<Feature>,
    /// Whether the tenant itself is gone.
    pub is_removed: bool,
    /// The account that granted it, if it was one.
    pub account: Option<String>,
}

/// That nothing works in a tenant, or works again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutageNews {
    /// Which tenant.
    pub tenant_id: TenantId,
    /// Why, and since when.
    pub outage: Outage,
    /// Whether it is over.
    pub is_over: bool,
}

/// What one push did, in numbers of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushNews {
    /// Whose cards.
    pub user_id: UserId,
    /// When it began.
    pub started_at: Timestamp,
    /// Made.
    pub created: u32,
    /// Overwritten.
    pub updated: u32,
    /// Taken out.
    pub deleted: u32,
    /// Refused by Outlook.
    pub refused: u32,
}

/// News as it waits to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untold {
    /// Its id, the same however often it is told.
    pub id: String,
    /// Whose.
    pub organization_id: OrganizationId,
    /// When it happened.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub news: News,
    due_shard: String,
    due_at: i64,
}

/// The `due` index is split so that no single partition of it takes all the writes.
const SHARDS: u128 = 4;

/// How many of one shard a tick takes at most.
const MOST_DUE: u32 = 500;

/// Revoked grants wait so long: when the tenant itself is removed a moment later, one mail tells of both.
const REMOVAL_MAY_FOLLOW: SignedDuration = SignedDuration::from_secs(15);

impl LinkStatus {
    /// Whether somebody has to do something before the link works again.
    #[must_use]
    pub fn is_broken(self) -> bool {
        matches!(self, Self::AuthenticationFailed | Self::NoPermission | Self::Failed | Self::ReconnectNeeded)
    }
}

impl GrantNews {
    /// What changed from one state of a tenant to the next; none when nothing did.
    pub(crate) fn between(before: &Tenant, after: &Tenant) -> Option<Self> {
        let (had, has) = (before.granted(), after.granted());
        let granted: Vec<Feature> = has.iter().copied().filter(|feature| !had.contains(feature)).collect();
        let revoked: Vec<Feature> = had.iter().copied().filter(|feature| !has.contains(feature)).collect();
        if granted.is_empty() && revoked.is_empty() {
            return None;
        }
        let account = granted.first().and_then(|first| after.grant(*first));
        Some(Self {
            tenant_id: after.tenant_id.clone(),
            account: account.map(|grant| grant.granted_by.clone()),
            granted,
            revoked,
            is_removed: false,
        })
    }

    /// That a tenant is gone, with all that was granted.
    pub(crate) fn of_removed(tenant: &Tenant) -> Self {
        Self {
            tenant_id: tenant.tenant_id.clone(),
            granted: Vec::new(),
            revoked: tenant.granted(),
            is_removed: true,
            account: None,
        }
    }
}

impl LinkNews {
    /// How this link stands.
    #[must_use]
    pub fn of(link: &Link) -> Self {
        Self {
            user_id: link.user_id.clone(),
            feature: link.feature,
            status: link.status,
            reason: link.reason.clone(),
            tenant_id: Some(link.tenant_id.clone()),
            account: link.account.as_ref().map(|account| account.name.clone()),
            last_success_at: link.last_success_at,
        }
    }
}

impl Accounts {
    /// The write that tells of something, for the transaction in which it happens.
    ///
    /// # Errors
    /// None: news serialise.
    pub fn tell(&self, organization: &OrganizationId, news: News) -> Result<Write, AwsError> {
        let at = self.now();
        let id = sorted_id(at);
        let is_revocation =
            matches!(&news, News::Grants(grants) if !grants.is_removed && !grants.revoked.is_empty());
        let pause = if is_revocation { REMOVAL_MAY_FOLLOW } else { SignedDuration::ZERO };
        let untold = Untold {
            id: id.simple().to_string(),
            organization_id: organization.clone(),
            at,
            news,
            due_shard: shard_name(id.as_u128() % SHARDS),
            due_at: (at + pause).as_second(),
        };
        self.table.put(&Stored::at(key_of(organization, &untold.id), &untold))
    }

    /// The news that are to be told now, the oldest first; of many, no more than a tick can queue.
    ///
    /// # Errors
    /// The store failed.
    pub async fn untold(&self) -> Result<Vec<Untold>, AccountsError> {
        let now = self.now().as_second();
        let mut due = Vec::new();
        for shard in 0..SHARDS {
            let query = Query::index("due", DUE_SHARD, shard_name(shard)).at_most(DUE_AT, now);
            let page = self.table.query::<Stored<Untold>>(query.limit(MOST_DUE)).await?;
            due.extend(page.items.into_iter().map(|stored| stored.record));
        }
        Ok(due)
    }

    /// One of the news; none once it was told.
    ///
    /// # Errors
    /// The store failed.
    pub async fn news(
        &self,
        organization: &OrganizationId,
        id: &str,
    ) -> Result<Option<Untold>, AccountsError> {
        let stored: Option<Stored<Untold>> = self.table.get(key_of(organization, id)).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// Keeps the next ticks from queueing what was just queued.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_off_news(&self, untold: &Untold, pause: SignedDuration) -> Result<(), AccountsError> {
        let update = self.table.update(key_of(&untold.organization_id, &untold.id));
        let update = update.set(DUE_AT, (self.now() + pause).as_second())?;
        self.aws.write_if(update.when(Condition::equals(DUE_AT, untold.due_at))).await?;
        Ok(())
    }

    /// The write that takes news away, for the transaction of what is made of it; its condition is that nobody
    /// took it before.
    #[must_use]
    pub fn told(&self, untold: &Untold) -> Write {
        let key = key_of(&untold.organization_id, &untold.id);
        self.table.delete(key).when(Condition::existing_item())
    }
}

/// An id that sorts by time, at random within a millisecond.
fn sorted_id(at: Timestamp) -> Uuid {
    let seconds = u64::try_from(at.as_second()).unwrap_or_default();
    let nanoseconds = u32::try_from(at.subsec_nanosecond()).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds))
}

fn key_of(organization: &OrganizationId, id: &str) -> Key {
    Key::new(format!("NEWS#{organization}"), id)
}

fn shard_name(shard: u128) -> String {
    format!("news#{shard}")
}

#[cfg(test)]
mod tests;
