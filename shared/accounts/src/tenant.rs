//! Tenants of an organization and what their admins granted.

use std::collections::BTreeMap;

use aws::{Condition, Stored};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId};

use crate::{
    Accounts, AccountsError, Ending, Event, GrantNews, Link, News, Outage,
    store::{TENANT, tenant_key},
};

/// A Microsoft Entra directory that an organization registered (features A06–A13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The directory id.
    pub tenant_id: TenantId,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// What its admin granted, by feature; also what was revoked.
    #[serde(default)]
    pub grants: BTreeMap<Feature, Grant>,
    /// How far its end has come; none as long as nobody asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Why nothing works there at the moment, whoever the user is; none while it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<Outage>,
}

impl Tenant {
    /// The grant of a feature that stands.
    #[must_use]
    pub fn grant(&self, feature: Feature) -> Option<&Grant> {
        self.grants.get(&feature).filter(|grant| grant.revoked_at.is_none())
    }

    /// The features whose grants stand.
    #[must_use]
    pub fn granted(&self) -> Vec<Feature> {
        self.grants.keys().copied().filter(|feature| self.grant(*feature).is_some()).collect()
    }

    /// Whether nothing is granted any more that the outage concerns: nobody asks for a token by which it could end.
    fn has_idle_outage(&self) -> bool {
        self.outage.as_ref().is_some_and(|outage| match outage.feature {
            Some(feature) => self.grant(feature).is_none(),
            None => self.granted().is_empty(),
        })
    }
}

/// What a tenant's admin consented to for one feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// When the consent was proved.
    pub granted_at: Timestamp,
    /// The account that signed in.
    pub granted_by: String,
    /// The permissions that the proof carried.
    pub scopes: Vec<String>,
    /// When the organization revoked it. Kept, since what was made under it has to be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// How often a change of the grants is tried again when others change them at the same time.
pub(crate) const ATTEMPTS: u32 = 5;

impl Accounts {
    /// Registers a tenant; registering it again changes nothing (feature A08). The caller has made sure that
    /// it exists.
    ///
    /// # Errors
    /// `TenantEnding` until everybody is unlinked there, or the store failed.
    pub async fn register_tenant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<Tenant, AccountsError> {
        let record = Tenant {
            tenant_id: tenant.clone(),
            registered_at: self.now(),
            grants: BTreeMap::new(),
            ending: None,
            outage: None,
        };
        let key = tenant_key(organization, tenant);
        let put = self.table.put(&Stored::at(key, &record))?.when(Condition::new_item());
        let event = Event::TenantRegistered { tenant_id: tenant.clone() };
        match self.aws.transact(vec![put, self.audit_entry(organization, &event)?]).await {
            Err(error) if error.is_condition_failed() => {
                self.tenant(organization, tenant).await?.unless_ending()
            }
            result => Ok(result.map(|()| record)?),
        }
    }

    /// Reads a tenant of the organization.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn tenant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<Tenant, AccountsError> {
        let stored: Option<Stored<Tenant>> = self.table.get(tenant_key(organization, tenant)).await?;
        Ok(stored.ok_or(AccountsError::NotFound("tenant"))?.record)
    }

    /// One page of the organization's tenants and the cursor of the next.
    ///
    /// # Errors
    /// The store failed.
    pub async fn tenants(
        &self,
        organization: &OrganizationId,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<(Vec<Tenant>, Option<String>), AccountsError> {
        Ok(self.page(organization, TENANT, limit, cursor).await?)
    }

    pub(crate) async fn save_grant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        grant: Grant,
    ) -> Result<Tenant, AccountsError> {
        let event =
            Event::ConsentGranted { tenant_id: tenant.clone(), feature, account: grant.granted_by.clone() };
        let insert = |record: &mut Tenant| {
            if record.ending.is_some() {
                return Err(AccountsError::TenantEnding);
            }
            record.grants.insert(feature, grant.clone());
            Ok(true)
        };
        self.change_grants(organization, tenant, &event, insert).await
    }

    /// Revokes what a tenant's admin granted for a feature and stops its links: `no_permission`, reason
    /// `grant_revoked`, never due again until they are linked anew. Other features, other tenants and other
    /// organizations keep what they have. Returns the stopped links, so that what Microsoft holds for them
    /// can be taken back; repeating the call finishes what a crash left.
    ///
    /// # Errors
    /// `NotFound` when the tenant is not registered or never granted it, or the store failed.
    pub async fn revoke_grant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Vec<Link>, AccountsError> {
        let event = Event::GrantRevoked { tenant_id: tenant.clone(), feature };
        let revoke = |record: &mut Tenant| {
            let grant = record.grants.get_mut(&feature).ok_or(AccountsError::NotFound("grant"))?;
            let is_live = grant.revoked_at.is_none();
            grant.revoked_at.get_or_insert(self.now());
            Ok(is_live)
        };
        self.change_grants(organization, tenant, &event, revoke).await?;
        self.stop_links(organization, tenant, feature).await
    }

    /// Changes the grants as they were read, with the event; `change` says whether there is anything to write.
    async fn change_grants(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        event: &Event,
        change: impl Fn(&mut Tenant) -> Result<bool, AccountsError>,
    ) -> Result<Tenant, AccountsError> {
        for _ in 0..ATTEMPTS {
            let mut record = self.tenant(organization, tenant).await?;
            let mut as_read = vec![Condition::equals("grants", &record.grants)];
            let before = record.clone();
            if !change(&mut record)? {
                return Ok(record);
            }
            let mut update =
                self.table.update(tenant_key(organization, tenant)).set("grants", &record.grants)?;
            let mut writes =
                vec![self.audit_entry(organization, event)?, self.connected_write(organization, &record)?];
            if record.has_idle_outage()
                && let Some(outage) = record.outage.take()
            {
                as_read.push(Condition::equals("outage", &outage));
                update = update.remove("outage");
                writes.push(self.outage_over(organization, tenant, outage)?);
            }
            writes.push(update.when(Condition::All(as_read)));
            if let Some(news) = GrantNews::between(&before, &record) {
                writes.push(self.tell(organization, News::Grants(news))?);
            }
            match self.aws.transact(writes).await {
                Err(error) if error.is_condition_failed() => {}
                result => return Ok(result.map(|()| record)?),
            }
        }
        Err(AccountsError::Contended)
    }
}
