//! Tokens of linked users: sealed at rest, refreshed once for all workers (requirements R03–R05).

use std::time::Duration;

use aws::{Condition, Stored, Write};
use graph::{GraphError, entra};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use types::{Feature, OrganizationId, UserId};
use uuid::Uuid;

use crate::{Accounts, AccountsError, AppSecrets, Link, seal::Sealer, store::token_key};

/// A token is not used when it has less than this left: a push must not outlive it.
const MARGIN: SignedDuration = SignedDuration::from_mins(6);

/// A refresh token dies after 90 days without use (Microsoft's "refresh-tokens"); one that rested so long is
/// used (requirement R03).
const KEEP_ALIVE: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How long one process may take to refresh before another takes over.
const REFRESH_CLAIM: SignedDuration = SignedDuration::from_secs(30);

/// How often, and after which wait, a process looks whether another has finished refreshing.
const LOOKS: u32 = 160;
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Hands out access tokens.
#[derive(Clone)]
pub struct Tokens {
    accounts: Accounts,
    entra: entra::Entra,
    sealer: Sealer,
}

#[derive(Debug, Serialize, Deserialize)]
struct TokenItem {
    sealed: String,
    refreshed_at: Timestamp,
    // Left out rather than null when nobody refreshes: the claim's condition is that it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_owner: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_until: Option<i64>,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Plain {
    access_token: String,
    refresh_token: String,
    expires_at: Timestamp,
}

impl Tokens {
    /// Tokens of these accounts.
    ///
    /// # Errors
    /// The sealing key is malformed.
    pub fn new(accounts: Accounts, entra: entra::Entra, secrets: &AppSecrets) -> Result<Self, AccountsError> {
        Ok(Self { accounts, entra, sealer: secrets.sealer()? })
    }

    /// An access token for the link that lasts for some minutes. However many workers ask at once, one of
    /// them refreshes and the rest wait for it.
    ///
    /// # Errors
    /// `SignInNeeded` when Entra refuses the refresh for good; otherwise try again later.
    pub async fn access_token(&self, link: &Link) -> Result<SecretString, AccountsError> {
        let me = Uuid::new_v4();
        for _ in 0..LOOKS {
            let item = self.read(link).await?;
            let plain = self.open(link, &item.sealed)?;
            if plain.expires_at > self.accounts.now() + MARGIN {
                return Ok(plain.access_token.into());
            }
            if item.refresh_owner == Some(me) || self.claim(link, &item, me).await? {
                self.refresh(link, &item, plain, me).await?;
            } else {
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        Err(AccountsError::RefreshBusy)
    }

    /// Refreshes a token that rested for long, so that it does not die of rest; one in use is left alone. Whether
    /// it was refreshed.
    ///
    /// # Errors
    /// As [`Tokens::access_token`].
    pub async fn keep_alive(&self, link: &Link) -> Result<bool, AccountsError> {
        let refreshed_at = self.read(link).await?.refreshed_at;
        let has_rested = self.accounts.now().duration_since(refreshed_at) > KEEP_ALIVE;
        if has_rested {
            // No access token lives so long: asking for one refreshes.
            self.access_token(link).await?;
        }
        Ok(has_rested)
    }

    async fn read(&self, link: &Link) -> Result<TokenItem, AccountsError> {
        let key = token_key(&link.organization_id, &link.user_id, link.feature);
        let stored: Option<Stored<TokenItem>> = self.accounts.table.get(key).await?;
        Ok(stored.ok_or(AccountsError::SignInNeeded(None))?.record)
    }

    /// Takes the right to refresh what was read, unless somebody holds it.
    async fn claim(&self, link: &Link, read: &TokenItem, me: Uuid) -> Result<bool, AccountsError> {
        let now = self.accounts.now();
        let free = Condition::Any(vec![
            Condition::Absent("refresh_until"),
            Condition::less_than("refresh_until", now.as_millisecond()),
        ]);
        let write = self
            .update(link)
            .set("refresh_owner", me)?
            .set("refresh_until", (now + REFRESH_CLAIM).as_millisecond())?
            .when(Condition::All(vec![Condition::equals("sealed", &read.sealed), free]));
        Ok(self.accounts.aws.write_if(write).await?)
    }

    /// Refreshes as the holder of the claim. A claim lost meanwhile is no error: the caller looks again.
    async fn refresh(
        &self,
        link: &Link,
        read: &TokenItem,
        plain: Plain,
        me: Uuid,
    ) -> Result<(), AccountsError> {
        let scopes = scopes_of(&[link.feature]);
        let refresh_token = SecretString::from(plain.refresh_token);
        let asked_at = self.accounts.now();
        let Link { organization_id, tenant_id, feature, .. } = link;
        let write = match self.entra.refresh(&link.tenant_id, &refresh_token, &scopes).await {
            Ok(tokens) => {
                let sealed = self.seal(link, &tokens, &refresh_token)?;
                self.update(link).set("sealed", sealed)?.set("refreshed_at", self.accounts.now())?
            }
            Err(error) => return self.give_up(link, read, error, me).await,
        };
        self.release(write, me).await?;
        self.accounts.token_issued(organization_id, tenant_id, *feature, asked_at).await;
        Ok(())
    }

    /// Before giving up for good the store is read again: another process may have been faster (R04).
    async fn give_up(
        &self,
        link: &Link,
        read: &TokenItem,
        error: GraphError,
        me: Uuid,
    ) -> Result<(), AccountsError> {
        self.release(self.update(link), me).await?;
        let needs_sign_in = error.needs_sign_in();
        if needs_sign_in && self.read(link).await?.sealed != read.sealed {
            return Ok(());
        }
        let Link { organization_id, tenant_id, feature, .. } = link;
        self.accounts.token_refused(organization_id, tenant_id, *feature, &error).await;
        Err(if needs_sign_in { AccountsError::SignInNeeded(Some(error)) } else { error.into() })
    }

    async fn release(&self, write: Write, me: Uuid) -> Result<(), AccountsError> {
        let write = write.remove("refresh_owner").remove("refresh_until");
        self.accounts.aws.write_if(write.when(Condition::equals("refresh_owner", me))).await?;
        Ok(())
    }

    fn update(&self, link: &Link) -> Write {
        self.accounts.table.update(token_key(&link.organization_id, &link.user_id, link.feature))
    }

    fn seal(
        &self,
        link: &Link,
        tokens: &entra::Tokens,
        previous: &SecretString,
    ) -> Result<String, AccountsError> {
        self.sealed(&link.organization_id, &link.user_id, link.feature, tokens, Some(previous))
    }

    fn sealed(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        feature: Feature,
        tokens: &entra::Tokens,
        previous: Option<&SecretString>,
    ) -> Result<String, AccountsError> {
        let refresh_token =
            tokens.refresh_token.as_ref().or(previous).ok_or(AccountsError::SignInNeeded(None))?;
        let lifetime = SignedDuration::try_from(tokens.expires_in).unwrap_or(SignedDuration::ZERO);
        let plain = Plain {
            access_token: tokens.access_token.expose_secret().to_owned(),
            refresh_token: refresh_token.expose_secret().to_owned(),
            expires_at: self.accounts.now() + lifetime,
        };
        let json = serde_json::to_string(&plain).map_err(|_| AccountsError::Seal)?;
        self.sealer.seal(&owner(organization, user, feature), &json.into())
    }

    fn open(&self, link: &Link, sealed: &str) -> Result<Plain, AccountsError> {
        let owner = owner(&link.organization_id, &link.user_id, link.feature);
        let json = self.sealer.open(&owner, sealed)?;
        serde_json::from_str(json.expose_secret()).map_err(|_| AccountsError::Seal)
    }

    /// The tokens of a fresh sign-in, sealed for the link that they are for.
    pub(crate) fn seal_first(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        feature: Feature,
        tokens: &entra::Tokens,
    ) -> Result<String, AccountsError> {
        self.sealed(organization, user, feature, tokens, None)
    }

    /// The write that stores what [`Tokens::seal_first`] sealed.
    pub(crate) fn first(&self, link: &Link, sealed: String) -> Result<Write, AccountsError> {
        let item =
            TokenItem { sealed, refreshed_at: self.accounts.now(), refresh_owner: None, refresh_until: None };
        let key = token_key(&link.organization_id, &link.user_id, link.feature);
        Ok(self.accounts.table.put(&Stored::at(key, &item))?)
    }
}

/// What is asked for at every token call for these features; the same at each refresh (requirement R05). Where
/// users do not link themselves, the only sign-in is the admin's, who is to be known and nothing more.
pub(crate) fn scopes_of(features: &[Feature]) -> Vec<&'static str> {
    let delegated: Vec<&str> =
        features.iter().flat_map(|feature| feature.delegated_scopes()).copied().collect();
    if delegated.is_empty() {
        return vec!["openid", "profile"];
    }
    let ground = ["openid", "profile", "offline_access", "https://graph.microsoft.com/User.Read"];
    ground.into_iter().chain(delegated).collect()
}

fn owner(organization: &OrganizationId, user: &UserId, feature: Feature) -> String {
    format!("{organization}/{user}/{}", feature.as_str())
}

/// Kept out of `Debug` output by having none of its own.
impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}
