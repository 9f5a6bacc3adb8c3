//! Which organizations a tenant is connected to. A mark for each, written with the grants themselves, so that
//! somebody who connects the tenant to one more can be told; nothing else is reached by it.

use aws::{Key, Query, Write};
use serde::{Deserialize, Serialize};
use types::{OrganizationId, TenantId};

use crate::{Accounts, AccountsError, Tenant, store::connected_to};

/// That a grant of the tenant stands for the organization.
#[derive(Debug, Serialize, Deserialize)]
struct ConnectedItem {
    pk: String,
    sk: OrganizationId,
}

impl Accounts {
    /// The write that goes with every change of a tenant's grants: the mark stands as long as one of them does.
    pub(crate) fn connected_write(
        &self,
        organization: &OrganizationId,
        tenant: &Tenant,
    ) -> Result<Write, AccountsError> {
        let pk = connected_to(&tenant.tenant_id);
        if tenant.granted().is_empty() {
            return Ok(self.table.delete(Key::new(pk, organization.as_str())));
        }
        Ok(self.table.put(&ConnectedItem { pk, sk: organization.clone() })?)
    }

    /// Whether a grant of the tenant stands for another organization than this one. Which, is not told.
    pub(crate) async fn is_connected_elsewhere(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<bool, AccountsError> {
        // Two are enough: one of them may be this one.
        let query = Query::partition(&connected_to(tenant)).limit(2);
        let page = self.table.query::<ConnectedItem>(query).await?;
        Ok(page.items.iter().any(|connected| connected.sk != *organization))
    }
}
