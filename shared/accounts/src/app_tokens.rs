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
use types::{Feature, OrganizationId, TenantId};

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
        self.token(&owner_of(link), since).await
    }

    /// A token to read a tenant's groups with, for an organization that a tenant's administrator granted the
    /// feature to. One that was issued before `since` may lack permissions that were assigned by then.
    ///
    /// # Errors
    /// `GrantMissing` when the feature is not, or no longer, granted; otherwise the store or Entra failed.
    pub(crate) async fn for_groups(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        since: Timestamp,
    ) -> Result<SecretString, AccountsError> {
        let granted_at = self.granted_at(organization, tenant, feature).await?;
        self.token(&(organization.clone(), tenant.clone()), granted_at.max(since)).await
    }

    async fn token(&self, owner: &Owner, since: Timestamp) -> Result<SecretString, AccountsError> {
        let slot = self.slot(owner);
        let mut held = slot.lock().await;
        let soon = self.accounts.now() + MARGIN;
        // A consent may have added permissions that older tokens lack.
        let is_good = |held: &Held| held.valid_until > soon && held.obtained_at >= since;
        if let Some(held) = held.as_ref().filter(|held| is_good(held)) {
            return Ok(held.access_token.clone());
        }
        let found = match self.stored(owner).await?.filter(is_good) {
            Some(stored) => stored,
            None => self.obtain(owner).await?,
        };
        Ok(held.insert(found).access_token.clone())
    }

    /// Gives up the token that was handed out last for this tenant, because Graph did not take it. A token
    /// that another process got meanwhile stays.
    ///
    /// # Errors
    /// The store failed.
    pub async fn forget(&self, link: &Link) -> Result<(), AccountsError> {
        let owner = owner_of(link);
        let Some(held) = self.slot(&owner).lock().await.take() else { return Ok(()) };
        let delete =
            self.accounts.table.delete(key_of(&owner)).when(Condition::equals("sealed", held.sealed));
        self.accounts.aws.write_if(delete).await?;
        Ok(())
    }

    /// Since when a token for this use may have been issued.
    async fn allowed_since(&self, link: &Link, token_use: TokenUse) -> Result<Timestamp, AccountsError> {
        if !link.feature.is_linked_by_admin() {
            return Err(AccountsError::GrantMissing(link.feature));
        }
        match token_use {
            // The link itself is the proof that the organization had the grant once.
            TokenUse::CleanUp => Ok(Timestamp::MIN),
            TokenUse::Work => self.granted_at(&link.organization_id, &link.tenant_id, link.feature).await,
        }
    }

    async fn granted_at(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Timestamp, AccountsError> {
        let missing = || AccountsError::GrantMissing(feature);
        match self.accounts.tenant(organization, tenant).await {
            Ok(tenant) => Ok(tenant.grant(feature).ok_or_else(missing)?.granted_at),
            Err(AccountsError::NotFound(_)) => Err(missing()),
            Err(error) => Err(error),
        }
    }

    fn slot(&self, owner: &Owner) -> Slot {
        let mut held = self.held.lock().expect("no holder of the cache panics");
        if held.len() >= MOST_TENANTS && !held.contains_key(owner) {
            held.clear();
        }
        Arc::clone(held.entry(owner.clone()).or_default())
    }

    async fn stored(&self, owner: &Owner) -> Result<Option<Held>, AccountsError> {
        let stored: Option<Stored<AppTokenItem>> = self.accounts.table.get(key_of(owner)).await?;
        let Some(Stored { record, .. }) = stored else { return Ok(None) };
        let AppTokenItem { sealed, obtained_at, expires_at } = record;
        let Ok(valid_until) = Timestamp::from_second(expires_at) else { return Ok(None) };
        let access_token = self.sealer.open(&sealed_for(owner), &sealed)?;
        Ok(Some(Held { access_token, obtained_at, valid_until, sealed }))
    }

    /// Two processes may do this at once: either token is good, and the later one stays.
    async fn obtain(&self, owner: &Owner) -> Result<Held, AccountsError> {
        let (organization, tenant) = owner;
        let asked_at = self.accounts.now();
        let token = match self.entra.client_credentials(tenant).await {
            Ok(token) => token,
            Err(error) => {
                self.accounts.token_refused(organization, tenant, Feature::Mail, &error).await;
                return Err(error.into());
            }
        };
        self.accounts.app_token_issued(organization, tenant, &token, asked_at).await;
        tracing::debug!(%tenant, roles = ?token.roles, "got an application token");
        let obtained_at = self.accounts.now();
        let valid_until = obtained_at + SignedDuration::try_from(token.expires_in).unwrap_or_default();
        let sealed = self.sealer.seal(&sealed_for(owner), &token.access_token)?;
        let item = AppTokenItem { sealed: sealed.clone(), obtained_at, expires_at: valid_until.as_second() };
        self.accounts.aws.write(self.accounts.table.put(&Stored::at(key_of(owner), &item))?).await?;
        Ok(Held { access_token: token.access_token, obtained_at, valid_until, sealed })
    }
}

fn owner_of(link: &Link) -> Owner {
    (link.organization_id.clone(), link.tenant_id.clone())
}

fn key_of((organization, tenant): &Owner) -> Key {
    app_token_key(organization, tenant)
}

/// Has a space, which no id has: nothing sealed for a user opens as the application's.
fn sealed_for((organization, tenant): &Owner) -> String {
    format!("application {organization}/{tenant}")
}

/// Kept out of `Debug` output by having none of its own.
impl std::fmt::Debug for AppTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppTokens").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
