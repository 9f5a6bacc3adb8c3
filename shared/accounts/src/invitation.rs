//! The consent page that a user without the organization's consent can send to an administrator (feature A17).

use jiff::SignedDuration;
use types::Chain;
use url::Url;

use crate::{
    AccountsError, Connect, NotConnected, Refusal,
    state::{Asking, ConsentPage, Flow, Purpose},
};

/// How long the page may lie in an administrator's mail. Whoever opens it needs the right to consent in this very
/// tenant, and it works once.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// AADSTS numbers that an administrator's consent mends: no consent, approval wanted, application not in the tenant.
const MENDED_BY_CONSENT: [u32; 5] = [65_001, 90_094, 90_095, 700_011, 700_016];

impl Connect {
    /// The same refusal of a user's sign-in, with the page that mends it if a consent does.
    pub(crate) async fn with_invitation(&self, flow: &Flow, refused: NotConnected) -> NotConnected {
        if !matches!(flow.purpose, Purpose::Link { .. }) || !is_mended_by_consent(&refused.error) {
            return refused;
        }
        match self.invite(flow).await {
            Ok(url) => NotConnected { consent_url: Some(url), ..refused },
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "no consent page to send on");
                refused
            }
        }
    }

    async fn invite(&self, flow: &Flow) -> Result<Url, AccountsError> {
        let Flow { organization_id, tenant_id, features, .. } = flow;
        let page = features.iter().map(|&feature| ConsentPage::of(feature)).min();
        let page = page.ok_or(AccountsError::NotFound("feature"))?;
        let asking = Purpose::Consent(Asking { page, accepted: Vec::new(), refused: Vec::new() });
        let flow = self.flow(organization_id, tenant_id, features.clone(), asking, None);
        let valid_until = self.accounts.now() + LIFETIME;
        Ok(self.ask(Flow { valid_until, ..flow }).await?.url)
    }
}

fn is_mended_by_consent(error: &AccountsError) -> bool {
    match error {
        AccountsError::Refused(Refusal::ConsentMissing) => true,
        AccountsError::Refused(Refusal::Entra { aadsts: Some(number), .. }) => {
            MENDED_BY_CONSENT.contains(number)
        }
        _ => false,
    }
}
