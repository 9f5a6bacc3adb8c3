//! Audiences: whom a feature is switched on for because a group of the tenant's directory holds them (peer row
//! P14). What the organization chose and how it stands is one item; everybody who was taken in has a row in a
//! partition of the audience's own. Entra computes the members of dynamic groups, so they need nothing here.

mod due;
mod group_id;
mod members;
mod plan;
mod reader;
mod turn;

use std::collections::BTreeSet;

use aws::{Condition, Query, Stored, Write};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Feature, GROUP_ROLES, OrganizationId, TenantId, UserId};
use uuid::Uuid;

use crate::{
    Accounts, AccountsError, Connect, Event, Version, Versioned,
    store::{AUDIENCE, audience_key, of_organization, tenant_key},
};

pub(crate) use members::BY_GROUP;

pub use due::{DueAudience, queue_audiences};
pub use group_id::{GroupId, InvalidGroupId};
pub use reader::{AudienceJob, AudienceReader, AudienceWork};

/// How often a change is tried again when others change the audience at the same time.
const ATTEMPTS: u32 = 5;

/// What an organization chooses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// The group, by its object id in the tenant's directory.
    pub group_id: GroupId,
    /// Whom the group never switches on; 500 at most.
    pub excluded_user_ids: BTreeSet<UserId>,
}

impl Audience {
    /// The most users that may be excluded.
    pub const MOST_EXCLUDED: usize = 500;
}

/// How an audience stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudienceStatus {
    /// It was set, and the group is being read.
    Waiting,
    /// The group was read, and everybody in it is seen to.
    Current,
    /// The group cannot be read until somebody acts. Nobody was switched off for it.
    Stopped,
}

impl AudienceStatus {
    /// The name in JSON and text keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Current => "current",
            Self::Stopped => "stopped",
        }
    }
}

/// Who is in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headcount {
    /// People in the group, and in the groups within it.
    pub members: u32,
    /// Users of the organization among them.
    pub users: u32,
    /// Those of them who are excluded.
    pub excluded: u32,
    /// People in the group who are no users of the organization; none is made of them.
    pub unknown: u32,
}

/// An audience as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingAudience {
    /// Whose.
    pub organization_id: OrganizationId,
    /// In which tenant.
    pub tenant_id: TenantId,
    /// What is switched on.
    pub feature: Feature,
    /// What the organization chose.
    #[serde(flatten)]
    pub audience: Audience,
    /// When it was chosen, or last asked for again.
    pub set_at: Timestamp,
    /// How it stands.
    pub status: AudienceStatus,
    /// Why it is stopped: `group_not_found`, `groups_not_permitted`, `grant_missing`, `too_many_users`, or
    /// Microsoft's code.
    pub reason: Option<String>,
    /// When the whole group was read last.
    pub read_at: Option<Timestamp>,
    /// What was found then.
    pub headcount: Option<Headcount>,
}

/// An audience in the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AudienceItem {
    #[serde(flatten)]
    standing: StandingAudience,
    /// Of what the organization chose.
    version: Version,
    /// Whose turn it is: a reading changes nothing once another one began, or something else was chosen.
    turn: Uuid,
    /// It was removed, and only its rows have to go.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_ending: bool,
    due_shard: String,
    due_at: i64,
}

impl AudienceItem {
    /// It is as it was found.
    fn unchanged(&self) -> Condition {
        Condition::equals("turn", self.turn)
    }

    /// Somebody who looks from outside does not see what is ending.
    fn shown(self) -> Option<Versioned<StandingAudience>> {
        let Self { standing, version, is_ending, .. } = self;
        (!is_ending).then_some(Versioned { record: standing, version })
    }
}

impl Connect {
    /// Makes sure that a group can switch the feature on in the tenant. Nobody is asked to consent: the tenant
    /// itself assigns what reading groups takes.
    ///
    /// # Errors
    /// `NotInPlan`, `NotFound` (the tenant), `GrantMissing`; `GroupsNotPermitted` when the application's token
    /// lacks a permission of [`GROUP_ROLES`]; otherwise Entra or the store failed.
    pub async fn require_groups(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<(), AccountsError> {
        self.accounts.require_in_plan(organization, &[feature]).await?;
        if self.accounts.tenant(organization, tenant).await?.grant(feature).is_none() {
            return Err(AccountsError::GrantMissing(feature));
        }
        match self.entra.client_credentials(tenant).await {
            Ok(token) if token.has(&GROUP_ROLES) => Ok(()),
            Err(error) if error.is_retryable() => Err(error.into()),
            // Who has no token there has no permission either; the connection test says why.
            _ => Err(AccountsError::GroupsNotPermitted),
        }
    }
}

impl Accounts {
    /// An audience.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn audience(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Versioned<StandingAudience>, AccountsError> {
        let item = self.audience_item(organization, tenant, feature).await?;
        item.and_then(AudienceItem::shown).ok_or(AccountsError::NotFound("audience"))
    }

    /// Every audience of the organization.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audiences(
        &self,
        organization: &OrganizationId,
    ) -> Result<Vec<StandingAudience>, AccountsError> {
        let query = Query::partition(&of_organization(organization)).begins_with(AUDIENCE);
        let stored: Vec<Stored<AudienceItem>> = self.table.query_all(query).await?;
        let shown = stored.into_iter().filter_map(|stored| stored.record.shown());
        Ok(shown.map(|versioned| versioned.record).collect())
    }

    /// Removes an audience. Who was switched on stays on, as if linked by hand.
    ///
    /// # Errors
    /// `NotFound`; `Changed` when it is not of the `expected` version; or the store failed.
    pub async fn remove_audience(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        expected: Option<&Version>,
    ) -> Result<(), AccountsError> {
        for _ in 0..ATTEMPTS {
            let item = self.audience_item(organization, tenant, feature).await?;
            let item = item.filter(|item| !item.is_ending).ok_or(AccountsError::NotFound("audience"))?;
            if expected.is_some_and(|expected| *expected != item.version) {
                return Err(AccountsError::Changed);
            }
            let update = self
                .table
                .update(audience_key(organization, tenant, feature))
                .set("is_ending", true)?
                .set("turn", Uuid::new_v4())?
                .set("due_at", self.now().as_second())?
                .when(item.unchanged());
            let event = Event::AudienceRemoved { tenant_id: tenant.clone(), feature };
            if self.aws.transact_if(vec![update, self.audit_entry(organization, &event)?]).await? {
                return Ok(());
            }
        }
        Err(AccountsError::Contended)
    }

    async fn audience_item(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Option<AudienceItem>, AccountsError> {
        let stored: Option<Stored<AudienceItem>> =
            self.table.get(audience_key(organization, tenant, feature)).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// Chooses whom a group switches a feature on for; the group is read next. The same choice again has the
    /// group read again. Whether it can be read is [`Connect::require_groups`]' to say.
    ///
    /// # Errors
    /// `NotFound` (the tenant), `GrantMissing`, `Changed` when the audience is not of the `expected` version, or
    /// the store failed.
    pub async fn put_audience(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        audience: &Audience,
        expected: Option<&Version>,
    ) -> Result<Versioned<StandingAudience>, AccountsError> {
        for _ in 0..ATTEMPTS {
            let found = self.audience_item(organization, tenant, feature).await?;
            let present = found.as_ref().filter(|item| !item.is_ending);
            if expected.is_some_and(|expected| present.is_none_or(|item| item.version != *expected)) {
                return Err(AccountsError::Changed);
            }
            let chosen = self.chosen(organization, tenant, feature, audience, present);
            let mut writes = self.choice_writes(&chosen, found.as_ref()).await?;
            if present.is_none_or(|item| item.version != chosen.version) {
                let event = Event::AudienceSet {
                    tenant_id: tenant.clone(),
                    feature,
                    group_id: audience.group_id.to_string(),
                };
                writes.push(self.audit_entry(organization, &event)?);
            }
            if self.aws.transact_if(writes).await? {
                return Ok(Versioned { record: chosen.standing, version: chosen.version });
            }
        }
        Err(AccountsError::Contended)
    }

    /// The item of a choice, due at once. The same choice keeps what is known of the group.
    fn chosen(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        audience: &Audience,
        present: Option<&AudienceItem>,
    ) -> AudienceItem {
        let version = Versioned::of(audience.clone()).version;
        let fresh = StandingAudience {
            organization_id: organization.clone(),
            tenant_id: tenant.clone(),
            feature,
            audience: audience.clone(),
            set_at: self.now(),
            status: AudienceStatus::Waiting,
            reason: None,
            read_at: None,
            headcount: None,
        };
        let standing = match present.filter(|item| item.version == version) {
            Some(same) => StandingAudience { set_at: self.now(), ..same.standing.clone() },
            None => fresh,
        };
        AudienceItem {
            standing,
            version,
            turn: Uuid::new_v4(),
            is_ending: false,
            due_shard: due::SHARD.to_owned(),
            due_at: self.now().as_second(),
        }
    }

    /// The writes of a choice, while the grant stands.
    async fn choice_writes(
        &self,
        chosen: &AudienceItem,
        found: Option<&AudienceItem>,
    ) -> Result<Vec<Write>, AccountsError> {
        let StandingAudience { organization_id, tenant_id, feature, .. } = &chosen.standing;
        let granted = self.tenant(organization_id, tenant_id).await?;
        if granted.grant(*feature).is_none() {
            return Err(AccountsError::GrantMissing(*feature));
        }
        let key = audience_key(organization_id, tenant_id, *feature);
        let as_found = found.map_or_else(Condition::new_item, AudienceItem::unchanged);
        let as_granted = Condition::equals("grants", &granted.grants);
        Ok(vec![
            self.table.put(&Stored::at(key, chosen))?.when(as_found),
            self.table.check(tenant_key(organization_id, tenant_id)).when(as_granted),
        ])
    }
}
