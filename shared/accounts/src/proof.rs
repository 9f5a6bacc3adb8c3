//! What a tenant's consent is proved by: an administrator's sign-in and the permissions that tokens carry. Each
//! feature is proved, and saved, on its own.

use std::{collections::BTreeSet, time::Duration};

use graph::entra::{IdToken, Tokens};
use types::{Chain, Feature};

use crate::{
    AccountsError, Connect, Event, Grant, Refusal, RefusedFeature, Tenant, sign_in::refused_by_entra,
    state::Flow,
};

/// Waits before each look whether a consent has arrived; a person is waiting for the page.
const PROPAGATION: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// AADSTS numbers that a fresh consent may leave for a moment: no service principal in the tenant.
const NOT_THERE_YET: [u32; 2] = [700_011, 700_016];

/// What an admin's way through the consent pages achieved.
#[derive(Debug)]
pub struct Consented {
    /// The tenant with its grants.
    pub tenant: Tenant,
    /// What was granted just now.
    pub granted: Vec<Feature>,
    /// What was asked for and not granted.
    pub refused: Vec<RefusedFeature>,
    /// The page on our own site that the admin came from.
    pub return_path: Option<String>,
}

impl Connect {
    /// Saves what the sign-in proves of what the admin accepted; `refused` is what a page refused before.
    pub(crate) async fn prove(
        &self,
        flow: &Flow,
        refused: &[RefusedFeature],
        tokens: &Tokens,
        id_token: &IdToken,
    ) -> Result<Consented, AccountsError> {
        let accounts = self.accounts.by(flow.actor(Some(&id_token.preferred_username)));
        let (mut granted, mut refused) = (Vec::new(), refused.to_vec());
        let mut tenant = None;
        for &feature in &flow.features {
            match self.proved(flow, feature, tokens, id_token).await {
                Ok(scopes) => {
                    let grant = Grant {
                        granted_at: self.accounts.now(),
                        granted_by: id_token.preferred_username.clone(),
                        scopes,
                        revoked_at: None,
                    };
                    let saved = accounts.save_grant(&flow.organization_id, &flow.tenant_id, feature, grant);
                    tenant = Some(saved.await?);
                    let (organization, tenant) = (&flow.organization_id, &flow.tenant_id);
                    accounts.token_issued(organization, tenant, feature, self.accounts.now()).await;
                    granted.push(feature);
                }
                Err(AccountsError::Refused(refusal)) => refused.push(RefusedFeature { feature, refusal }),
                Err(error) if granted.is_empty() => return Err(error),
                Err(error) => {
                    tracing::warn!(error = %Chain(&error), feature = feature.as_str(), "not proved");
                    refused.push(RefusedFeature { feature, refusal: Refusal::ConsentNotVisible });
                }
            }
        }
        let Some(tenant) = tenant else {
            let first = refused.into_iter().next().map_or(Refusal::Incomplete, |refused| refused.refusal);
            return Err(first.into());
        };
        for RefusedFeature { feature, refusal } in &refused {
            let (tenant_id, reason) = (flow.tenant_id.clone(), refusal.to_string());
            let event = Event::ConsentRefused { tenant_id, feature: *feature, reason };
            accounts.record(&flow.organization_id, &event).await?;
        }
        Ok(Consented { tenant, granted, refused, return_path: flow.return_path.clone() })
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
