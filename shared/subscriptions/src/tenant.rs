//! The end of a tenant, for whoever asks: the console and the API.

use accounts::{Accounts, AccountsError};
use aws::Queue;
use types::{OrganizationId, TenantId};

use crate::{SubscribeJob, links_ended};

/// Unlinks everybody in a tenant, whatever the feature, takes its grants back and removes it (feature A15). What
/// was pushed or booked stays. A crash leaves the tenant, so that it can be asked for again.
///
/// # Errors
/// `NotFound`, or the store or the queue failed; some may be unlinked.
pub async fn end_tenant(
    accounts: &Accounts,
    queue: &Queue<SubscribeJob>,
    organization: &OrganizationId,
    tenant: &TenantId,
) -> Result<(), AccountsError> {
    let grants = accounts.tenant(organization, tenant).await?.grants;
    let unlinked = accounts.unlink_tenant(organization, tenant).await?;
    links_ended(queue, &unlinked).await?;
    for feature in grants.into_keys() {
        accounts.revoke_grant(organization, tenant, feature).await?;
    }
    accounts.remove_tenant(organization, tenant).await
}
