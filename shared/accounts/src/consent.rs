//! Admin consent: to Entra's consent page, back, and on to a sign-in that proves which tenant consented. The
//! callback's own `tenant` can be typed by anybody and is never believed.

use graph::entra::{Authorize, DEFAULT_SCOPE, Entra, Pkce};
use secrecy::SecretString;
use types::{Feature, OrganizationId, TenantId, UserId};
use url::Url;

use crate::{
    Accounts, AccountsError, AppSecrets, Refusal, Signer, SiteSettings, Started, Tokens,
    seal::Sealer,
    state::{Flow, Purpose, random_text},
    tokens::scopes_of,
};

/// The flows through Entra that connect tenants and users.
#[derive(Clone)]
pub struct Connect {
    pub(crate) accounts: Accounts,
    pub(crate) entra: Entra,
    pub(crate) tokens: Tokens,
    pub(crate) signer: Signer,
    pub(crate) sealer: Sealer,
    consent_redirect: Url,
    pub(crate) sign_in_redirect: Url,
}

/// What came back from the consent page.
#[derive(Debug, Default)]
pub struct ConsentReply {
    /// Ours.
    pub state: Option<String>,
    /// The tenant, as the address says: compared, never believed.
    pub tenant: Option<String>,
    /// `True` when consent was given; sent with some refusals too, so an error decides first.
    pub admin_consent: Option<String>,
    /// The OAuth error.
    pub error: Option<String>,
    /// Its text, which carries the AADSTS number.
    pub error_description: Option<String>,
}

impl Connect {
    /// The flows of this deployment.
    ///
    /// # Errors
    /// A key in the secrets is malformed, or the public URL cannot carry a path.
    pub fn new(
        accounts: Accounts,
        entra: Entra,
        secrets: &AppSecrets,
        settings: &SiteSettings,
    ) -> Result<Self, AccountsError> {
        Ok(Self {
            tokens: Tokens::new(accounts.clone(), entra.clone(), secrets)?,
            signer: secrets.signer("state")?,
            sealer: secrets.sealer()?,
            consent_redirect: settings.below(&["connect", "consent"]),
            sign_in_redirect: settings.below(&["connect", "sign-in"]),
            accounts,
            entra,
        })
    }

    /// Whether Entra knows the tenant.
    ///
    /// # Errors
    /// Entra did not answer.
    pub async fn tenant_exists(&self, tenant: &TenantId) -> Result<bool, AccountsError> {
        Ok(self.entra.tenant_exists(tenant).await?)
    }

    /// Starts admin consent for a feature in a registered tenant (features A09, A10).
    ///
    /// # Errors
    /// `NotFound` when the tenant is not registered, or the store failed.
    pub async fn start_consent(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Started, AccountsError> {
        self.accounts.tenant(organization, tenant).await?;
        let flow = self.flow(organization, tenant, feature, Purpose::Consent);
        let expires_at = flow.valid_until;
        let (state, put) = self.accounts.remember(&self.signer, flow)?;
        self.accounts.aws.write(put).await?;
        // Application permissions cannot be named on the consent page, only taken as the registration lists them.
        let scopes = if feature.is_linked_by_admin() { vec![DEFAULT_SCOPE] } else { scopes_of(feature) };
        let url = self.entra.admin_consent_url(tenant, &scopes, &self.consent_redirect, &state);
        Ok(Started { url, expires_at })
    }

    /// Takes what came back from the consent page and names the sign-in page that proves it.
    ///
    /// # Errors
    /// `Refused` with the reason, which is in the audit log; otherwise the store failed.
    pub async fn continue_consent(&self, reply: ConsentReply) -> Result<Url, AccountsError> {
        let flow = self.accounts.take_flow(&self.signer, reply.state.as_deref()).await?;
        if let Some(refusal) = refusal_of(&flow, &reply) {
            return Err(self.accounts.refuse(&flow, refusal.into()).await?);
        }
        let Flow { organization_id, tenant_id, feature, .. } = flow;
        let started =
            self.start_sign_in(&organization_id, &tenant_id, feature, Purpose::ConsentProof, None).await?;
        Ok(started.url)
    }

    /// Starts a user's own link (features B01, B02).
    ///
    /// # Errors
    /// `NotFound` when there is no such user or tenant, or the store failed.
    pub async fn start_link(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        tenant: &TenantId,
        feature: Feature,
    ) -> Result<Started, AccountsError> {
        self.accounts.user(organization, user).await?;
        self.accounts.tenant(organization, tenant).await?;
        let purpose = Purpose::Link { user_id: user.clone() };
        self.start_sign_in(organization, tenant, feature, purpose, Some("select_account")).await
    }

    async fn start_sign_in(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        purpose: Purpose,
        prompt: Option<&str>,
    ) -> Result<Started, AccountsError> {
        let mut flow = self.flow(organization, tenant, feature, purpose);
        let pkce = Pkce::generate(&mut rand::rng());
        let (nonce, expires_at) = (flow.nonce.clone(), flow.valid_until);
        flow.sealed_verifier = Some(self.sealer.seal(&nonce, &pkce.verifier)?);
        let (state, put) = self.accounts.remember(&self.signer, flow)?;
        self.accounts.aws.write(put).await?;
        let url = self.entra.authorize_url(&Authorize {
            tenant,
            scopes: &scopes_of(feature),
            redirect_uri: &self.sign_in_redirect,
            state: &state,
            nonce: &nonce,
            code_challenge: &pkce.challenge,
            prompt,
            login_hint: None,
        });
        Ok(Started { url, expires_at })
    }

    fn flow(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        feature: Feature,
        purpose: Purpose,
    ) -> Flow {
        Flow {
            organization_id: organization.clone(),
            tenant_id: tenant.clone(),
            feature,
            purpose,
            nonce: random_text(),
            sealed_verifier: None,
            valid_until: self.accounts.flow_end(),
            used_at: None,
        }
    }
}

impl std::fmt::Debug for Connect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connect")
            .field("sign_in_redirect", &self.sign_in_redirect.as_str())
            .finish_non_exhaustive()
    }
}

fn refusal_of(flow: &Flow, reply: &ConsentReply) -> Option<Refusal> {
    if flow.purpose != Purpose::Consent {
        return Some(Refusal::StateForged);
    }
    if let Some(error) = &reply.error {
        return Some(entra_refusal(error, reply.error_description.as_deref()));
    }
    if !reply.admin_consent.as_deref().is_some_and(|given| given.eq_ignore_ascii_case("true")) {
        return Some(Refusal::Incomplete);
    }
    let tenant = reply.tenant.as_deref()?.parse::<TenantId>().ok();
    (tenant.as_ref() != Some(&flow.tenant_id)).then_some(Refusal::WrongTenant)
}

/// Entra's refusal, reduced to what may be shown and logged: the OAuth error and the AADSTS number.
pub(crate) fn entra_refusal(error: &str, description: Option<&str>) -> Refusal {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let error: String = error.chars().filter(|&c| is_word(c)).take(64).collect();
    let number = description.and_then(|text| text.split_once("AADSTS")).map(|(_, rest)| rest);
    let aadsts = number.and_then(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok());
    Refusal::Entra { error, aadsts }
}

/// The PKCE verifier of a flow. A consent page's state has none and does not belong to a sign-in.
pub(crate) fn verifier_of(flow: &Flow, sealer: &Sealer) -> Result<SecretString, AccountsError> {
    let sealed = flow.sealed_verifier.as_deref().ok_or(Refusal::StateForged)?;
    sealer.open(&flow.nonce, sealed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_aadsts_number_is_read_and_nothing_else_is_kept() {
        let refusal =
            entra_refusal("consent_required<b>", Some("AADSTS65004: User declined.\r\nTrace ID: 1"));
        assert_eq!(refusal, Refusal::Entra { error: "consent_requiredb".to_owned(), aadsts: Some(65004) });
        assert_eq!(
            entra_refusal("access_denied", Some("the user said no")),
            Refusal::Entra { error: "access_denied".to_owned(), aadsts: None }
        );
    }
}
