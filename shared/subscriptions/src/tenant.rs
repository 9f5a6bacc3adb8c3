//! The end of a tenant, for whoever asks, the console and the API, and for the worker that finishes what is too
//! much for a request (feature A15).

use accounts::{Accounts, AccountsError, Ending};
use aws::Queue;
use serde::{Deserialize, Serialize};
use types::{OrganizationId, TenantId};

use crate::{SubscribeJob, SubscriptionsJob, links_ended};

/// How many pages of links a request works off itself: a few hundred links, done in some seconds.
const PAGES_OF_A_REQUEST: usize = 3;

/// Go on with the end of this tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndTenantJob {
    /// Whose.
    pub organization_id: OrganizationId,
    /// Which.
    pub tenant_id: TenantId,
    /// Where in the organization's links; none: at the first.
    after: Option<String>,
    /// Which time through the links: the tenant goes when one time found nobody any more.
    pass: u32,
    /// Whether this time found somebody.
    found: bool,
}

/// Whether a tenant is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Everybody is unlinked, and it is gone.
    Gone,
    /// There are many: the worker goes on, and the tenant says how far it came.
    GoesOn,
}

/// Unlinks everybody in a tenant, whatever the feature, takes its grants back and removes it (feature A15). What
/// was pushed or booked stays. From the first moment nobody can be linked there any more. Asking again finishes
/// what a crash left.
///
/// # Errors
/// `NotFound`, or the store or the queue failed; some may be unlinked.
pub async fn end_tenant(
    accounts: &Accounts,
    queue: &Queue<SubscribeJob>,
    organization: &OrganizationId,
    tenant: &TenantId,
) -> Result<Ended, AccountsError> {
    accounts.begin_tenant_end(organization, tenant).await?;
    let job = EndTenantJob {
        organization_id: organization.clone(),
        tenant_id: tenant.clone(),
        after: None,
        pass: 1,
        found: false,
    };
    let mut pages = 0..PAGES_OF_A_REQUEST;
    go_on_ending(accounts, queue, job, || pages.next().is_some()).await
}

/// Goes on with a tenant's end, page by page, as long as `may_go_on` says so; what is left then is queued.
///
/// # Errors
/// The store or the queue failed: the job is to be delivered again.
pub async fn go_on_ending(
    accounts: &Accounts,
    queue: &Queue<SubscribeJob>,
    mut job: EndTenantJob,
    mut may_go_on: impl FnMut() -> bool,
) -> Result<Ended, AccountsError> {
    let (organization, tenant) = (job.organization_id.clone(), job.tenant_id.clone());
    let Some(mut ending) = ending(accounts, &organization, &tenant).await? else { return Ok(Ended::Gone) };
    while may_go_on() {
        let page = accounts.unlink_page(&organization, &tenant, job.after.as_deref()).await?;
        // Also those who had been unlinked: perhaps by an attempt that died before it could say so.
        if job.pass == 1 || page.unlinked > 0 {
            links_ended(queue, &page.links).await?;
        }
        if page.unlinked > 0 {
            ending = Ending { unlinked: ending.unlinked + page.unlinked, ..ending };
            accounts.note_ending(&organization, &tenant, ending).await?;
        }
        job.found |= page.unlinked > 0;
        job.after = page.next;
        if job.after.is_none() {
            if !job.found {
                accounts.remove_tenant(&organization, &tenant).await?;
                return Ok(Ended::Gone);
            }
            job = EndTenantJob { pass: job.pass + 1, found: false, ..job };
        }
    }
    queue.carrying::<SubscriptionsJob>().send(&SubscriptionsJob::EndTenant(job)).await?;
    Ok(Ended::GoesOn)
}

/// How far the end has come; none when the tenant is gone, or was registered anew since.
async fn ending(
    accounts: &Accounts,
    organization: &OrganizationId,
    tenant: &TenantId,
) -> Result<Option<Ending>, AccountsError> {
    match accounts.tenant(organization, tenant).await {
        Err(AccountsError::NotFound(_)) => Ok(None),
        result => Ok(result?.ending),
    }
}
