//! Tenants of an organization and what their admins granted.

use std::collections::BTreeMap;

use aws::Condition;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, TenantId};

use crate::{
    Accounts, AccountsError, Event,
    store::{Stored, TENANT, tenant_key},
};

/// A Microsoft Entra directory that an organization registered (features A06–A13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// The directory id.
    pub tenant_id: TenantId,
    /// When it was registered.
    pub registered_at: Timestamp,
    /// What its admin granted, by feature.
    #[serde(default)]
    pub grants: BTreeMap<Feature, Grant>,
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
}

impl Accounts {
    /// Registers a tenant; registering it again changes nothing (feature A08). The caller has made sure that
    /// it exists.
    ///
    /// # Errors
    /// The store failed.
    pub async fn register_tenant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<Tenant, AccountsError> {
        let record = Tenant { tenant_id: tenant.clone(), registered_at: self.now(), grants: BTreeMap::new() };
        let key = tenant_key(organization, tenant);
        let put = self.table.put(&Stored::at(key, &record))?.when(Condition::new_item());
        let event = Event::TenantRegistered { tenant_id: tenant.clone() };
        match self.aws.transact(vec![put, self.audit_entry(organization, &event)?]).await {
            Err(error) if error.is_condition_failed() => self.tenant(organization, tenant).await,
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

    /// Removes a tenant and its grants.
    ///
    /// # Errors
    /// `NotFound`, or the store failed.
    pub async fn remove_tenant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<(), AccountsError> {
        let delete = self.table.delete(tenant_key(organization, tenant)).when(Condition::existing_item());
        let event = Event::TenantRemoved { tenant_id: tenant.clone() };
        match self.aws.transact(vec![delete, self.audit_entry(organization, &event)?]).await {
            Err(error) if error.is_condition_failed() => Err(AccountsError::NotFound("tenant")),
            result => Ok(result?),
        }
    }

    pub(crate) async fn save_grant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        grant: Grant,
    ) -> Result<Tenant, AccountsError> {
        let mut record = self.tenant(organization, tenant).await?;
        let event =
            Event::ConsentGranted { tenant_id: tenant.clone(), feature, account: grant.granted_by.clone() };
        record.grants.insert(feature, grant);
        let key = tenant_key(organization, tenant);
        let update = self.table.update(key).set("grants", &record.grants)?.when(Condition::existing_item());
        self.aws.transact(vec![update, self.audit_entry(organization, &event)?]).await?;
        Ok(record)
    }
}
