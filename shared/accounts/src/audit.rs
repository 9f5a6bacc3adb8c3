//! The audit log: who did what when. Written in the same transaction as what it tells of.

use std::collections::BTreeSet;

use aws::{Key, Page, Position, Query, Stored, Write};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId, UserId};
use uuid::Uuid;

use crate::{Accounts, AccountsError};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The operator created the organization.
    OrganizationCreated,
    /// The operator made an API key.
    ApiKeyCreated,
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
    /// An admin switched a feature on for a user.
    UserLinkedByAdmin {
        /// Who.
        user_id: UserId,
        /// What.
        feature: Feature,
        /// In which tenant.
        tenant_id: TenantId,
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
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

impl Accounts {
    pub(crate) fn audit_entry(
        &self,
        organization: &OrganizationId,
        event: &Event,
    ) -> Result<Write, AccountsError> {
        let at = self.now();
        // Fixed width, so that the keys sort by time; the id keeps two of the same microsecond apart.
        let sk = format!("{:020}#{}", at.as_microsecond(), Uuid::new_v4().simple());
        let entry = AuditEntry { at, event: event.clone() };
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
}

fn log_of(organization: &OrganizationId) -> String {
    format!("AUDIT#{organization}")
}
