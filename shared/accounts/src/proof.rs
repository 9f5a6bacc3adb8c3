//! What a tenant's consent is proved by: an administrator's sign-in and the permissions that tokens carry. Each
//! feature is proved, and saved, on its own.

use std::{collections::BTreeSet, time::Duration};

use graph::entra::{IdToken, Tokens};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use types::{Chain, Feature};

use crate::{
    AccountsError, Connect, Event, Grant, Refusal, RefusedFeature, SignedIn, Tenant,
    sign_in::refused_by_entra, state::Flow,
};

/// Waits before each look whether a consent has arrived; a person is waiting for the page.
const PROPAGATION: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// AADSTS numbers that a fresh consent may leave for a moment: no service principal in the tenant.
const NOT_THERE_YET: [u32; 2] = [700_011, 700_016];

/// What an admin's way through the consent pages achieved.
#[derive(Debug)]
pub struct Consented {
    /// The name of the organization that the tenant is connected to.
    pub organization: String,
    /// The tenant with its grants.
    pub tenant: Tenant,
    /// What was granted just now.
    pub granted: Vec<Feature>,
    /// What was asked for and not granted.
    pub refused: Vec<RefusedFeature>,
    /// The page on our own site that the admin came from.
    pub return_path: Option<String>,
}

/// What a sign-in proves of a tenant's consent. Nothing of it is saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// The account that signed in.
    pub(crate) account: String,
    /// When the tokens were there.
    pub(crate) proved_at: Timestamp,
    /// At least one.
    pub(crate) proved: Vec<Proved>,
    /// What was asked for and is not proved.
    pub(crate) refused: Vec<RefusedFeature>,
}

/// A feature with the permissions that the tokens carry for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proved {
    pub(crate) feature: Feature,
    pub(crate) scopes: Vec<String>,
}

impl Connect {
    /// What the sign-in proves of what the admin accepted; `refused` is what a page refused before.
    pub(crate) async fn prove(
        &self,
        flow: &Flow,
        refused: &[RefusedFeature],
        tokens: &Tokens,
        id_token: &IdToken,
    ) -> Result<Proof, AccountsError> {
        let proved_at = self.accounts.now();
        let (mut proved, mut refused) = (Vec::new(), refused.to_vec());
        for &feature in &flow.features {
            match self.proved(flow, feature, tokens, id_token).await {
                Ok(scopes) => proved.push(Proved { feature, scopes }),
                Err(AccountsError::Refused(refusal)) => refused.push(RefusedFeature { feature, refusal }),
                Err(error) if proved.is_empty() => return Err(error),
                Err(error) => {
                    tracing::warn!(error = %Chain(&error), feature = feature.as_str(), "not proved");
                    refused.push(RefusedFeature { feature, refusal: Refusal::ConsentNotVisible });
                }
            }
        }
        if proved.is_empty() {
            let first = refused.into_iter().next().map_or(Refusal::Incomplete, |refused| refused.refusal);
            return Err(first.into());
        }
        Ok(Proof { account: id_token.preferred_username.clone(), proved_at, proved, refused })
    }

    /// Saves what was proved, or asks first. Whoever has an administrator open a consent page may be a stranger
    /// who typed the tenant's id into a foreign organization. So the administrator is not asked only where the
    /// way began in this very browser, in the organization's console, whose pages name it, or where the
    /// organization is connected to the tenant already; and always where another one is.
    pub(crate) async fn save_or_ask(
        &self,
        flow: &Flow,
        proof: Proof,
        browser: Option<&str>,
    ) -> Result<SignedIn, AccountsError> {
        let (organization, tenant) = (&flow.organization_id, &flow.tenant_id);
        let is_expected =
            flow.began_in(browser) || !self.accounts.tenant(organization, tenant).await?.granted().is_empty();
        let is_another_connected = self.accounts.is_connected_elsewhere(organization, tenant).await?;
        if is_expected && !is_another_connected {
            return Ok(SignedIn::Consented(self.save(flow, proof).await?));
        }
        Ok(SignedIn::Unconfirmed(self.ask_for_organization(flow, proof, is_another_connected).await?))
    }

    /// Saves what was proved.
    pub(crate) async fn save(&self, flow: &Flow, proof: Proof) -> Result<Consented, AccountsError> {
        let Flow { organization_id, tenant_id, return_path, .. } = flow;
        let Proof { account, proved_at, proved, refused } = proof;
        let organization = self.accounts.organization(organization_id).await?.name;
        let accounts = self.accounts.by(flow.actor(Some(&account)));
        let (mut granted, mut saved) = (Vec::new(), None);
        for Proved { feature, scopes } in proved {
            let granted_at = accounts.now();
            let grant = Grant { granted_at, granted_by: account.clone(), scopes, revoked_at: None };
            saved = Some(accounts.save_grant(organization_id, tenant_id, feature, grant).await?);
            // An answer may be long in coming: an outage that began meanwhile is not over.
            accounts.token_issued(organization_id, tenant_id, feature, proved_at).await;
            granted.push(feature);
        }
        let tenant = saved.ok_or(Refusal::Incomplete)?;
        for RefusedFeature { feature, refusal } in &refused {
            let (tenant_id, reason) = (tenant_id.clone(), refusal.to_string());
            let event = Event::ConsentRefused { tenant_id, feature: *feature, reason };
            accounts.record(organization_id, &event).await?;
        }
        Ok(Consented { organization, tenant, granted, refused, return_path: return_path.clone() })
    }

    /// The permissions of one feature as the tokens carry them.
    async fn proved(
        &self,
        flow: &Flow,
        feature: Feature,
        tokens: &Tokens,
        id_token: &IdToken,
    ) -> Result<Vec<String>, AccountsError> {
        require_administrator(id_token, feature)?;
        if feature.is_linked_by_admin() {
            return self.granted_roles(flow, feature).await;
        }
        if lacks_scopes(feature, tokens) {
            return Err(Refusal::ConsentMissing.into());
        }
        Ok(tokens.scopes.iter().filter(|scope| !is_of_another(feature, scope)).cloned().collect())
    }

    /// The application permissions that the tenant's token carries. A consent takes a few seconds to arrive
    /// there.
    async fn granted_roles(&self, flow: &Flow, feature: Feature) -> Result<Vec<String>, AccountsError> {
        let wanted = feature.application_roles();
        for wait in PROPAGATION {
            tokio::time::sleep(wait).await;
            match self.entra.client_credentials(&flow.tenant_id).await {
                Ok(token) if token.has(wanted) => {
                    return Ok(token
                        .roles
                        .into_iter()
                        .filter(|role| wanted.contains(&role.as_str()))
                        .collect());
                }
                Ok(token) => tracing::info!(roles = ?token.roles, "the consent has not arrived yet"),
                Err(error) if error.aadsts().is_some_and(|number| NOT_THERE_YET.contains(&number)) => {
                    tracing::info!(%error, "the application has not arrived in the tenant yet");
                }
                Err(error) => return Err(refused_by_entra(error)),
            }
        }
        Err(Refusal::ConsentNotVisible.into())
    }
}

/// That the tenant consented once says nothing about this organization: without this, any member could sign in
/// and hand the tenant, with application permissions every mailbox of it, to a foreign one.
fn require_administrator(id_token: &IdToken, feature: Feature) -> Result<(), Refusal> {
    if id_token.directory_roles.is_empty() {
        tracing::warn!("no directory roles in the id token: does the registration ask for them?");
    }
    let may_grant = if feature.is_linked_by_admin() {
        id_token.may_grant_application_permissions()
    } else {
        id_token.may_grant_delegated_permissions()
    };
    if may_grant { Ok(()) } else { Err(Refusal::NotAdministrator) }
}

/// Whether the tokens lack a permission of the feature.
pub(crate) fn lacks_scopes(feature: Feature, tokens: &Tokens) -> bool {
    let granted: BTreeSet<String> = tokens.scopes.iter().map(|scope| bare(scope)).collect();
    !feature.delegated_scopes().iter().all(|scope| granted.contains(&bare(scope)))
}

/// Whether the permission is only another feature's: a token of several features proves each its own.
fn is_of_another(feature: Feature, scope: &str) -> bool {
    let is_of = |feature: &Feature| feature.delegated_scopes().iter().any(|own| bare(own) == bare(scope));
    !is_of(&feature) && Feature::ALL.iter().any(is_of)
}

/// Entra names granted Graph scopes with or without the resource; only the last part is compared.
fn bare(scope: &str) -> String {
    scope.rsplit('/').next().unwrap_or_default().to_ascii_lowercase()
}
