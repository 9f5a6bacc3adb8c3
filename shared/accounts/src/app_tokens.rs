//! Tokens of the application itself, one a tenant: kept in the process and, sealed, in the store, so that
//! Entra is asked about once an hour however many processes start (AADSTS50196 is what asking too often
//! gets).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws::{Condition, Key, Stored};
use graph::entra::Entra;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use types::{OrganizationId, TenantId};

use crate::{Accounts, AccountsError, AppSecrets, Link, seal::Sealer, store::app_token_key};

/// A token is not used when it has less than this left: the work begun with it must not outlive it.
const MARGIN: SignedDuration = SignedDuration::from_mins(6);

/// Tenants kept in the process at most; a full cache starts afresh.
const MOST_TENANTS: usize = 256;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenUse {
    /// The feature's work: only while its grant stands.
    Work,
    /// Taking back what we made, such as a subscription, after the grant was revoked or the user unlinked.
    CleanUp,
}

/// Hands out the application's access tokens.
#[derive(Clone)]
pub struct AppTokens {
    accounts: Accounts,
    entra: Entra,
    sealer: Sealer,
    held: Arc<Mutex<HashMap<Owner, Slot>>>,
}

/// Organizations do not share a token although Entra's would be the same: what is sealed for one does not
/// open for another.
type Owner = (OrganizationId, TenantId);

/// Locked while it is filled, so that one process asks once.
type Slot = Arc<tokio::sync::Mutex<Option<Held>>>;

#[derive(Clone)]
struct Held {
    access_token: SecretString,
    obtained_at: Timestamp,
    valid_until: Timestamp,
    /// As it lies in the store.
    sealed: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct AppTokenItem {
    sealed: String,
    obtained_at: Timestamp,
    /// When the token ends, in seconds since 1970; also the table's time to live.
    expires_at: i64,
}

impl AppTokens {
    /// Tokens of these accounts.
    ///
    /// # Errors
    /// The sealing key is malformed.
    pub fn new(accounts: Accounts, entra: Entra, secrets: &AppSecrets) -> Result<Self, AccountsError> {
        Ok(Self { accounts, entra, sealer: secrets.sealer()?, held: Arc::default() })
    }

    /// A token for the tenant of a link that an admin switched on; it lasts for some minutes.
    ///
    /// # Errors
    /// `GrantMissing` when the work is not, or no longer, granted; otherwise the store or Entra failed.
    pub async fn access_token(
        &self,
        link: &Link,
        token_use: TokenUse,
    ) -> Result<SecretString, AccountsError> {
        let since = self.allowed_since(link, token_use).await?;
        let slot = self.slot(link);
        let mut held = slot.lock().await;
        let soon = self.accounts.now() + MARGIN;
        // A consent may have added permissions that older tokens lack.
        let is_good = |held: &Held| held.valid_until > soon && held.obtained_at >= since;
        if let Some(held) = held.as_ref().filter(|held| is_good(held)) {
            return Ok(held.access_token.clone());
        }
        let found = match self.stored(link).await?.filter(is_good) {
            Some(stored) => stored,
            None => self.obtain(link).await?,
        };
        Ok(held.insert(found).access_token.clone())
    }

    /// Gives up the token that was handed out last for this tenant, because Graph did not take it. A token
    /// that another process got meanwhile stays.
    ///
    /// # Errors
    /// The store failed.
    pub async fn forget(&self, link: &Link) -> Result<(), AccountsError> {
        let Some(held) = self.slot(link).lock().await.take() else { return Ok(()) };
        let delete = self.accounts.table.delete(key_of(link)).when(Condition::equals("sealed", held.sealed));
        self.accounts.aws.write_if(delete).await?;
        Ok(())
    }

    /// Since when a token for this use may have been issued.
    async fn allowed_since(&self, link: &Link, token_use: TokenUse) -> Result<Timestamp, AccountsError> {
        let missing = || AccountsError::GrantMissing(link.feature);
        if !link.feature.is_linked_by_admin() {
            return Err(missing());
        }
        match token_use {
            // The link itself is the proof that the organization had the grant once.
            TokenUse::CleanUp => Ok(Timestamp::MIN),
            TokenUse::Work => match self.accounts.tenant(&link.organization_id, &link.tenant_id).await {
                Ok(tenant) => Ok(tenant.grant(link.feature).ok_or_else(missing)?.granted_at),
                Err(AccountsError::NotFound(_)) => Err(missing()),
                Err(error) => Err(error),
            },
        }
    }

    fn slot(&self, link: &Link) -> Slot {
        let owner = (link.organization_id.clone(), link.tenant_id.clone());
        let mut held = self.held.lock().expect("no holder of the cache panics");
        if held.len() >= MOST_TENANTS && !held.contains_key(&owner) {
            held.clear();
        }
        Arc::clone(held.entry(owner).or_default())
    }

    async fn stored(&self, link: &Link) -> Result<Option<Held>, AccountsError> {
        let stored: Option<Stored<AppTokenItem>> = self.accounts.table.get(key_of(link)).await?;
        let Some(Stored { record, .. }) = stored else { return Ok(None) };
        let AppTokenItem { sealed, obtained_at, expires_at } = record;
        let Ok(valid_until) = Timestamp::from_second(expires_at) else { return Ok(None) };
        let access_token = self.sealer.open(&owner_of(link), &sealed)?;
        Ok(Some(Held { access_token, obtained_at, valid_until, sealed }))
    }

    /// Two processes may do this at once: either token is good, and the later one stays.
    async fn obtain(&self, link: &Link) -> Result<Held, AccountsError> {
        let token = self.entra.client_credentials(&link.tenant_id).await?;
        tracing::debug!(tenant = %link.tenant_id, roles = ?token.roles, "got an application token");
        let obtained_at = self.accounts.now();
        let valid_until = obtained_at + SignedDuration::try_from(token.expires_in).unwrap_or_default();
        let sealed = self.sealer.seal(&owner_of(link), &token.access_token)?;
        let item = AppTokenItem { sealed: sealed.clone(), obtained_at, expires_at: valid_until.as_second() };
        self.accounts.aws.write(self.accounts.table.put(&Stored::at(key_of(link), &item))?).await?;
        Ok(Held { access_token: token.access_token, obtained_at, valid_until, sealed })
    }
}

fn key_of(link: &Link) -> Key {
    app_token_key(&link.organization_id, &link.tenant_id)
}

/// Has a space, which no id has: nothing sealed for a user opens as the application's.
fn owner_of(link: &Link) -> String {
    format!("application {}/{}", link.organization_id, link.tenant_id)
}

/// Kept out of `Debug` output by having none of its own.
impl std::fmt::Debug for AppTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppTokens").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
