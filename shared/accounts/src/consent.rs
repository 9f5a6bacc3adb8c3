//! Admin consent: to Entra's consent page, back, and on to a sign-in that proves which tenant consented. The
//! callback's own `tenant` can be typed by anybody and is never believed.

use std::collections::BTreeSet;

use graph::entra::{Authorize, DEFAULT_SCOPE, Entra, Pkce};
use jiff::Timestamp;
use secrecy::SecretString;
use types::{Feature, OrganizationId, TenantId, UserId};
use url::Url;

use crate::{
    Accounts, AccountsError, AppSecrets, NotConnected, Refusal, RefusedFeature, Signer, SiteSettings,
    Started, Tokens,
    seal::Sealer,
    session::digest_of,
    state::{Asking, ConsentPage, Flow, Purpose, random_text},
    tokens::scopes_of,
};

/// The cookie that ties a consent to the browser in which it began. The prefix makes browsers insist on `Secure`,
/// the whole site and this host only.
pub const CONSENT_COOKIE: &str = "__Host-setten-consent";

/// The longest address of a page to come back to.
const MOST_PATH: usize = 512;

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

/// A consent that was started.
#[derive(Debug)]
pub struct StartedConsent {
    /// The page at Entra to open.
    pub url: Url,
    /// When the way back closes.
    pub expires_at: Timestamp,
    /// To be kept in [`CONSENT_COOKIE`] by the browser of an admin of the organization who begins it. Whoever comes
    /// back without it is asked whether the organization is the right one.
    pub browser: SecretString,
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

    /// Starts admin consent for features in a registered tenant (features A09, A10, A12): one page of Entra's
    /// for all application permissions, one for all delegated ones, then a sign-in that proves them.
    ///
    /// `return_path` is a page on our own site, for the way back from the result.
    ///
    /// # Errors
    /// `NotInPlan` (feature A01); `TenantEnding`; `NotFound` when the tenant is not registered, there is nothing to ask for, or the page to come back to
    /// is not one of ours; or the store failed.
    pub async fn start_consent(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        features: &[Feature],
        return_path: Option<&str>,
    ) -> Result<StartedConsent, AccountsError> {
        let return_path = return_path.map(own_path).transpose()?;
        self.accounts.tenant(organization, tenant).await?.unless_ending()?;
        self.accounts.require_in_plan(organization, features).await?;
        let features: BTreeSet<Feature> = features.iter().copied().collect();
        let page = features.iter().map(|&feature| ConsentPage::of(feature)).min();
        let page = page.ok_or(AccountsError::NotFound("feature"))?;
        let asking = Asking { page, accepted: Vec::new(), refused: Vec::new() };
        let features = features.into_iter().collect();
        let flow = self.flow(organization, tenant, features, Purpose::Consent(asking), return_path);
        let browser = random_text();
        let flow = Flow { browser_digest: Some(digest_of(&browser)), ..flow };
        let Started { url, expires_at } = self.ask(flow).await?;
        Ok(StartedConsent { url, expires_at, browser: browser.into() })
    }

    /// Opens the consent page of the flow.
    pub(crate) async fn ask(&self, flow: Flow) -> Result<Started, AccountsError> {
        let (tenant, expires_at) = (flow.tenant_id.clone(), flow.valid_until);
        let scopes = match &flow.purpose {
            Purpose::Consent(Asking { page: ConsentPage::Delegated, .. }) => scopes_of(&asked(&flow)),
            // Application permissions cannot be named, only taken as the registration lists them.
            _ => vec![DEFAULT_SCOPE],
        };
        let (state, put) = self.accounts.remember(&self.signer, flow)?;
        self.accounts.aws.write(put).await?;
        let url = self.entra.admin_consent_url(&tenant, &scopes, &self.consent_redirect, &state);
        Ok(Started { url, expires_at })
    }

    /// Takes what came back from a consent page and names the next page: the next consent, or the sign-in that
    /// proves what was accepted. What an admin refuses on one page is no refusal of the other.
    ///
    /// # Errors
    /// `Refused` with the reason, which is in the audit log; otherwise the store failed.
    pub async fn continue_consent(&self, reply: ConsentReply) -> Result<Url, NotConnected> {
        let flow = self.accounts.take_flow(&self.signer, reply.state.as_deref()).await?;
        match self.next_page(&flow, &reply).await {
            Ok(started) => Ok(started.url),
            Err(error) => Err(self.accounts.refuse(&flow, error).await),
        }
    }

    async fn next_page(&self, flow: &Flow, reply: &ConsentReply) -> Result<Started, AccountsError> {
        let Purpose::Consent(asking) = &flow.purpose else { return Err(Refusal::StateForged.into()) };
        let mut asking = asking.clone();
        let here = asked(flow);
        match answer_of(flow, reply)? {
            None => asking.accepted.extend(here),
            Some(refusal) => {
                let refused =
                    here.into_iter().map(|feature| RefusedFeature { feature, refusal: refusal.clone() });
                asking.refused.extend(refused);
            }
        }
        let pages = flow.features.iter().map(|&feature| ConsentPage::of(feature));
        if let Some(page) = pages.filter(|&page| page > asking.page).min() {
            let purpose = Purpose::Consent(Asking { page, ..asking });
            return self.ask(self.next_step(flow, flow.features.clone(), purpose)).await;
        }
        let Asking { accepted, refused, .. } = asking;
        if let ([], Some(first)) = (accepted.as_slice(), refused.first()) {
            return Err(first.refusal.clone().into());
        }
        let purpose = Purpose::ConsentProof { refused };
        self.start_sign_in(self.next_step(flow, accepted, purpose), None).await
    }

    /// Starts a user's own link (features B01, B02). `return_path` as in [`Connect::start_consent`].
    ///
    /// # Errors
    /// `NotFound` when there is no such user, tenant or page, `TenantEnding`, or the store failed.
    pub async fn start_link(
        &self,
        organization: &OrganizationId,
        user: &UserId,
        tenant: &TenantId,
        feature: Feature,
        return_path: Option<&str>,
    ) -> Result<Started, AccountsError> {
        let return_path = return_path.map(own_path).transpose()?;
        self.accounts.user(organization, user).await?;
        self.accounts.tenant(organization, tenant).await?.unless_ending()?;
        self.accounts.require_in_plan(organization, &[feature]).await?;
        let purpose = Purpose::Link { user_id: user.clone() };
        let flow = self.flow(organization, tenant, vec![feature], purpose, return_path);
        self.start_sign_in(flow, Some("select_account")).await
    }

    async fn start_sign_in(&self, mut flow: Flow, prompt: Option<&str>) -> Result<Started, AccountsError> {
        let pkce = Pkce::generate(&mut rand::rng());
        let (tenant, scopes) = (flow.tenant_id.clone(), scopes_of(&flow.features));
        let (nonce, expires_at) = (flow.nonce.clone(), flow.valid_until);
        flow.sealed_verifier = Some(self.sealer.seal(&nonce, &pkce.verifier)?);
        let (state, put) = self.accounts.remember(&self.signer, flow)?;
        self.accounts.aws.write(put).await?;
        let url = self.entra.authorize_url(&Authorize {
            tenant: &tenant,
            scopes: &scopes,
            redirect_uri: &self.sign_in_redirect,
            state: &state,
            nonce: &nonce,
            code_challenge: &pkce.challenge,
            prompt,
            login_hint: None,
        });
        Ok(Started { url, expires_at })
    }

    pub(crate) fn flow(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        features: Vec<Feature>,
        purpose: Purpose,
        return_path: Option<String>,
    ) -> Flow {
        Flow {
            organization_id: organization.clone(),
            tenant_id: tenant.clone(),
            features,
            purpose,
            nonce: random_text(),
            sealed_verifier: None,
            return_path,
            browser_digest: None,
            valid_until: self.accounts.flow_end(),
            used_at: None,
        }
    }

    /// The flow's next step, with a time of its own.
    pub(crate) fn next_step(&self, flow: &Flow, features: Vec<Feature>, purpose: Purpose) -> Flow {
        let Flow { organization_id, tenant_id, return_path, browser_digest, .. } = flow;
        let next = self.flow(organization_id, tenant_id, features, purpose, return_path.clone());
        Flow { browser_digest: browser_digest.clone(), ..next }
    }
}

impl std::fmt::Debug for Connect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connect")
            .field("sign_in_redirect", &self.sign_in_redirect.as_str())
            .finish_non_exhaustive()
    }
}

/// What the open consent page asks for.
fn asked(flow: &Flow) -> Vec<Feature> {
    let Purpose::Consent(Asking { page, .. }) = &flow.purpose else { return Vec::new() };
    flow.features.iter().copied().filter(|&feature| ConsentPage::of(feature) == *page).collect()
}

/// What the admin answered: nothing against it, or Entra's refusal. What is not Entra's answer at all ends the
/// flow.
fn answer_of(flow: &Flow, reply: &ConsentReply) -> Result<Option<Refusal>, Refusal> {
    if let Some(error) = &reply.error {
        return Ok(Some(entra_refusal(error, reply.error_description.as_deref())));
    }
    if !reply.admin_consent.as_deref().is_some_and(|given| given.eq_ignore_ascii_case("true")) {
        return Err(Refusal::Incomplete);
    }
    let actual = reply.tenant.as_deref().ok_or(Refusal::Incomplete)?.parse::<TenantId>().ok();
    if actual.as_ref() == Some(&flow.tenant_id) { Ok(None) } else { Err(Refusal::WrongTenant { actual }) }
}

/// A page on our own site: below the console or a user's own page, and nothing that a browser could read as
/// another site's address.
///
/// # Errors
/// `NotFound` when it is no such page.
pub fn own_path(path: &str) -> Result<String, AccountsError> {
    let (plain, _) = path.split_once(['?', '#']).unwrap_or((path, ""));
    let below =
        |root: &str| plain.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let stays = !plain.split('/').any(|part| part == "." || part == "..") && !plain.contains("//");
    if path.len() <= MOST_PATH && is_plain && stays && (below("/console") || below("/me")) {
        Ok(path.to_owned())
    } else {
        Err(AccountsError::NotFound("page to return to"))
    }
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

    #[test]
    fn a_page_to_return_to_is_one_of_ours() {
        for good in
            ["/me", "/console", "/console/microsoft365", "/console/users?q=sato&cursor=a%2Fb", "/me#calendar"]
        {
            assert_eq!(own_path(good).expect(good), good);
        }
        for bad in [
            "",
            "me",
            "/",
            "/media",
            "/consoles",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/me",
            "/console/../v1/users",
            "/console//evil.example",
            "/me\r\nSet-Cookie: x=y",
            "/me/\u{65e5}",
        ] {
            assert!(matches!(own_path(bad), Err(AccountsError::NotFound(_))), "{bad:?}");
        }
        assert!(own_path(&format!("/me?{}", "x".repeat(MOST_PATH))).is_err());
    }
}
