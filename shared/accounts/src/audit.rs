//! The audit log: who did what when. Written in the same transaction as what it tells of.

use std::collections::BTreeSet;

use aws::{Key, Page, Position, Query, Stored, Write};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId, UserId};
use uuid::Uuid;

use crate::{Accounts, AccountsError, Actor};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The operator created the organization.
    OrganizationCreated,
    /// The operator gave the organization another name.
    OrganizationRenamed {
        /// The name since then.
        name: String,
    },
    /// An API key was made.
    ApiKeyCreated {
        /// The key's id.
        id: String,
    },
    /// An API key was revoked.
    ApiKeyRevoked {
        /// The key's id.
        id: String,
    },
    /// The organization changed its settings.
    SettingsChanged,
    /// The operator changed what the organization's plan has in it.
    PlanChanged {
        /// What it has now.
        features: BTreeSet<Feature>,
    },
    /// The organization registered a tenant.
    TenantRegistered {
        /// Which.
        tenant_id: TenantId,
    },
    /// The organization removed a tenant.
    TenantRemoved {
        /// Which.
        tenant_id: TenantId,
    },
    /// A tenant's admin granted a feature.
    ConsentGranted {
        /// Which tenant.
        tenant_id: TenantId,
        /// What for.
        feature: Feature,
        /// The account that signed in.
        account: String,
    },
    /// A tenant's admin was asked for a feature and did not grant it.
    ConsentRefused {
        /// Which tenant.
        tenant_id: TenantId,
        /// What for.
        feature: Feature,
        /// Why.
        reason: String,
    },
    /// A tenant's admin was asked whether the organization is the one to connect the tenant to. Grants or a
    /// refusal follow in the log.
    ConsentQuestioned {
        /// Which tenant.
        tenant_id: TenantId,
        /// The account that signed in.
        account: String,
    },
    /// The organization revoked what a tenant's admin had granted.
    GrantRevoked {
        /// Which tenant.
        tenant_id: TenantId,
        /// What for.
        feature: Feature,
    },
    /// A user linked a feature.
    UserLinked {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// The Microsoft 365 account.
        account: String,
    },
    /// A user signed in with another account than expected and was asked whether it is the right one.
    AccountQuestioned {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// The Microsoft 365 account that signed in.
        account: String,
        /// The one that was expected.
        expected: String,
    },
    /// A user said that the account is the right one; the link follows in the log.
    AccountConfirmed {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// The Microsoft 365 account.
        account: String,
    },
    /// An admin switched a feature on for a user.
    UserLinkedByAdmin {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// In which tenant.
        tenant_id: TenantId,
    },
    /// A user was switched on because a group of the directory holds them.
    UserLinkedByGroup {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// In which tenant.
        tenant_id: TenantId,
        /// The group's object id.
        group_id: String,
    },
    /// A user was invited to link because a group of the directory holds them.
    UserInvitedByGroup {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// In which tenant.
        tenant_id: TenantId,
        /// The group's object id.
        group_id: String,
    },
    /// A user was switched off because the group that had switched them on does not hold them any more, or they
    /// were excluded.
    UserUnlinkedByGroup {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// The group's object id.
        group_id: String,
    },
    /// The organization chose a group whose members a feature is switched on for.
    AudienceSet {
        /// In which tenant.
        tenant_id: TenantId,
        /// What.
        feature: Feature,
        /// The group's object id.
        group_id: String,
    },
    /// The organization removed such a choice.
    AudienceRemoved {
        /// In which tenant.
        tenant_id: TenantId,
        /// What.
        feature: Feature,
    },
    /// The Microsoft 365 account of a user whom an admin linked was found.
    AccountFound {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// The Microsoft 365 account.
        account: String,
    },
    /// A user was unlinked.
    UserUnlinked {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
    },
    /// A user's contact folder was gone and another one was made, with every card in it.
    ContactFolderReplaced {
        /// Whose.
        user_id: UserId,
    },
    /// A contact folder left from an earlier link was taken up.
    ContactFolderAdopted {
        /// Whose.
        user_id: UserId,
    },
    /// A user's cards were taken out of Outlook after the unlinking, as was asked for.
    ContactFolderRemoved {
        /// Whose.
        user_id: UserId,
    },
    /// Somebody entered the console: by a portal link, or by signing in with Microsoft.
    ConsoleEntered {
        /// Who.
        user_id: UserId,
        /// The Microsoft 365 account that signed in; none of a portal link.
        account: Option<String>,
    },
    /// Somebody was not let into the console.
    ConsoleRefused {
        /// Whose portal link it was.
        user_id: Option<UserId>,
        /// The tenant that was signed in to.
        tenant_id: Option<TenantId>,
        /// The Microsoft 365 account that signed in.
        account: Option<String>,
        /// Why.
        reason: String,
    },
    /// Somebody left the console.
    ConsoleLeft {
        /// Who.
        user_id: UserId,
    },
    /// A user was removed, unlinked from everything.
    UserRemoved {
        /// Who.
        user_id: UserId,
    },
    /// A consent or sign-in came back but was refused; nothing was stored.
    ConnectionRefused {
        /// For whom, when a user was linking.
        user_id: Option<UserId>,
        /// Which tenant was expected.
        tenant_id: TenantId,
        /// Why.
        reason: String,
    },
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who; none where nobody knows, as of a stranger who opened a used portal link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// Which lines to find. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Done by such an actor, as in [`Actor::as_str`].
    pub actor: Option<String>,
    /// About this user.
    pub user: Option<UserId>,
    /// The event's name, as in `user_linked`.
    pub event: Option<String>,
    /// At this instant or later.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

impl AuditFilter {
    fn fits(&self, entry: &AuditEntry) -> bool {
        let is = |field: &str, wanted: Option<&str>| {
            wanted.is_none_or(|wanted| entry.field(field).as_deref() == Some(wanted))
        };
        let actor = entry.actor.as_ref().map(Actor::as_str);
        self.actor.as_deref().is_none_or(|wanted| actor == Some(wanted))
            && is("event", self.event.as_deref())
            && is("user_id", self.user.as_ref().map(UserId::as_str))
    }

    /// The first and the last sort key that can be of such a line.
    fn range(&self) -> (String, String) {
        let key = |at: Timestamp| format!("{:020}", at.as_microsecond().max(0));
        let last = || "~".to_owned();
        (self.since.map_or_else(String::new, key), self.until.map_or_else(last, key))
    }
}

impl AuditEntry {
    /// What the line says of one thing, by its name in JSON; none when it says nothing of it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        let fields = serde_json::to_value(&self.event).ok()?;
        match fields.get(name)? {
            serde_json::Value::Null => None,
            serde_json::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

/// The most lines that one search looks at, so that it ends within a request.
const MOST_LOOKED_AT: usize = 5_000;

/// How many of them are read at a time.
const READ_AT_ONCE: u32 = 500;

impl Accounts {
    pub(crate) fn audit_entry(
        &self,
        organization: &OrganizationId,
        event: &Event,
    ) -> Result<Write, AccountsError> {
        let at = self.now();
        // Fixed width, so that the keys sort by time; the id keeps two of the same microsecond apart.
        let sk = format!("{:020}#{}", at.as_microsecond(), Uuid::new_v4().simple());
        let entry = AuditEntry { at, actor: self.actor.clone(), event: event.clone() };
        Ok(self.table.put(&Stored::at(Key::new(log_of(organization), sk), &entry))?)
    }

    pub(crate) async fn record(
        &self,
        organization: &OrganizationId,
        event: &Event,
    ) -> Result<(), AccountsError> {
        Ok(self.aws.write(self.audit_entry(organization, event)?).await?)
    }

    /// One page of the log, newest first, and the cursor of the next.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audit(
        &self,
        organization: &OrganizationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<AuditEntry>, Option<String>), AccountsError> {
        let pk = log_of(organization);
        let after = cursor.map(|cursor| Position::at(&pk, cursor));
        let query = Query::partition(&pk).newest_first().limit(limit).after(after);
        let Page { items, next } = self.table.query::<Stored<AuditEntry>>(query).await?;
        let next = next.map(|position| position.sort_key().to_owned());
        Ok((items.into_iter().map(|stored| stored.record).collect(), next))
    }

    /// Finds lines of the log, newest first, and the cursor of the next page. A page may be short, even empty,
    /// before the last: one search looks at 5,000 lines at most.
    ///
    /// # Errors
    /// The store failed.
    pub async fn find_in_audit(
        &self,
        organization: &OrganizationId,
        filter: &AuditFilter,
        limit: usize,
        cursor: Option<&str>,
    ) -> Result<(Vec<AuditEntry>, Option<String>), AccountsError> {
        let pk = log_of(organization);
        let (low, high) = filter.range();
        // DynamoDB refuses to begin outside of the range.
        let cursor = cursor.filter(|cursor| *cursor <= high.as_str());
        if cursor.is_some_and(|cursor| cursor < low.as_str()) {
            return Ok((Vec::new(), None));
        }
        let mut after = cursor.map(|cursor| Position::at(&pk, cursor));
        let (mut found, mut looked_at) = (Vec::new(), 0);
        loop {
            let query = Query::partition(&pk).newest_first().limit(READ_AT_ONCE).after(after);
            // An empty text is no key.
            let low = if low.is_empty() { "0" } else { &low };
            let query = query.between("sk", low, &high);
            let Page { items, next } = self.table.query::<Stored<AuditEntry>>(query).await?;
            looked_at += items.len();
            let read = items.len();
            for (position, Stored { sk, record, .. }) in items.into_iter().enumerate() {
                if filter.fits(&record) {
                    found.push(record);
                    if found.len() == limit {
                        let is_last = position + 1 == read && next.is_none();
                        return Ok((found, Some(sk).filter(|_| !is_last)));
                    }
                }
            }
            let end = next.as_ref().map(|end| end.sort_key().to_owned());
            if end.is_none() || looked_at >= MOST_LOOKED_AT {
                return Ok((found, end));
            }
            after = next;
        }
    }
}

fn log_of(organization: &OrganizationId) -> String {
    format!("AUDIT#{organization}")
}

#[cfg(test)]
mod tests;
