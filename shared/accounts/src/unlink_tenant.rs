//! The end of a tenant: everybody who is linked there is unlinked at once (feature A15).

use futures::{StreamExt, TryStreamExt, stream};
use types::{OrganizationId, TenantId};

use crate::{Accounts, AccountsError, Link, LinkStatus};

/// How many links are ended at a time: a thousand users are done within a request.
const AT_ONCE: usize = 24;

impl Accounts {
    /// Unlinks everybody who is linked in the tenant, whatever the feature; needs no word from Microsoft.
    /// Returns the links that stood, so that what Microsoft holds for them can be taken back. What was pushed
    /// stays where it is. Repeating the call finishes what a crash left.
    ///
    /// # Errors
    /// The store failed; some may be unlinked.
    pub async fn unlink_tenant(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
    ) -> Result<Vec<Link>, AccountsError> {
        let links = self.all_links(organization).await?.into_iter();
        let stands = |link: &Link| link.tenant_id == *tenant && link.status != LinkStatus::Unlinked;
        let standing: Vec<Link> = links.filter(stands).collect();
        let unlink = |link: Link| async move {
            match self.unlink(&link.organization_id, &link.user_id, link.feature).await {
                // The user was removed meanwhile, and the link with them.
                Err(AccountsError::NotFound(_)) => Ok(()),
                result => result,
            }
        };
        stream::iter(standing.clone()).map(unlink).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        Ok(standing)
    }
}
