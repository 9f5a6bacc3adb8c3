//! The `state` of a flow through Entra: signed, single use, bound to organization, user, feature and tenant.

use aws::{Condition, Key, Stored, Write};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use types::{Chain, Feature, OrganizationId, TenantId, UserId};
use url::Url;

use crate::{
    Account, Accounts, AccountsError, Actor, Event, Refusal, Signer, proof::Proof, session::digest_of,
};

/// How long a person may take at Entra.
const LIFETIME: SignedDuration = SignedDuration::from_mins(20);

/// How long a used or expired state is remembered, so that its return can be told and audited.
pub(crate) const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A flow that was started: where to send the person, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Started {
    /// The page at Entra to open.
    pub url: Url,
    /// When the way back closes.
    pub expires_at: Timestamp,
}

/// What a flow is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "purpose", rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// An admin is at a consent page; other pages and a proof may follow.
    Consent(Asking),
    /// The admin went through the consent pages; a sign-in proves in which tenant, and what stands.
    ConsentProof {
        /// What a page refused.
        refused: Vec<RefusedFeature>,
    },
    /// A user is signing in to link.
    Link {
        /// Who.
        user_id: UserId,
    },
    /// A user signed in with another account than expected and is asked whether it is the right one.
    Confirm(Unconfirmed),
    /// An admin proved a tenant and is asked whether the organization is the one to connect it to.
    ConfirmConsent(Proof),
}

/// Which of Entra's consent pages is open, and how those before it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asking {
    pub(crate) page: ConsentPage,
    pub(crate) accepted: Vec<Feature>,
    pub(crate) refused: Vec<RefusedFeature>,
}

/// Entra's consent pages, in the order in which they are asked.
///
/// The page of the registration comes first: consenting to it may take away what the tenant granted before and
/// the registration does not list (Microsoft's "grant-admin-consent"); named permissions only add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ConsentPage {
    /// Application permissions, which only the registration as a whole (`.default`) brings.
    Application,
    /// Delegated permissions, by name.
    Delegated,
}

impl ConsentPage {
    /// The page on which a feature is asked for.
    pub(crate) fn of(feature: Feature) -> Self {
        if feature.is_linked_by_admin() { Self::Application } else { Self::Delegated }
    }
}

/// A feature that was asked for and not granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFeature {
    /// Which.
    pub feature: Feature,
    /// Why.
    pub refusal: Refusal,
}

/// A sign-in that waits for the user's word. Its tokens are used for nothing before that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unconfirmed {
    pub(crate) user_id: UserId,
    /// Who signed in.
    pub(crate) account: Account,
    /// The account that was expected: the one that is linked, or the user's address.
    pub(crate) expected: String,
    /// As they will be stored; taken away with the answer.
    #[serde(default)]
    pub(crate) sealed_tokens: String,
}

/// A flow under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) organization_id: OrganizationId,
    pub(crate) tenant_id: TenantId,
    /// What is asked for; a link is of one.
    pub(crate) features: Vec<Feature>,
    #[serde(flatten)]
    pub(crate) purpose: Purpose,
    /// Echoed in the id token.
    pub(crate) nonce: String,
    /// The PKCE verifier, sealed; a consent page has none.
    pub(crate) sealed_verifier: Option<String>,
    /// Where the person came from, on our own site.
    #[serde(default)]
    pub(crate) return_path: Option<String>,
    /// The digest of what the browser holds in which it began; none where that is nobody's.
    #[serde(default)]
    pub(crate) browser_digest: Option<String>,
    pub(crate) valid_until: Timestamp,
    #[serde(default)]
    pub(crate) used_at: Option<Timestamp>,
}

impl Flow {
    pub(crate) fn user(&self) -> Option<&UserId> {
        match &self.purpose {
            Purpose::Link { user_id } | Purpose::Confirm(Unconfirmed { user_id, .. }) => Some(user_id),
            Purpose::Consent(_) | Purpose::ConsentProof { .. } | Purpose::ConfirmConsent(_) => None,
        }
    }

    /// Whether it comes back in the browser in which it began.
    pub(crate) fn began_in(&self, browser: Option<&str>) -> bool {
        let (Some(digest), Some(browser)) = (&self.browser_digest, browser) else { return false };
        digest_of(browser).as_bytes().ct_eq(digest.as_bytes()).into()
    }

    /// Who comes back from it: the user whom it was begun for, else whoever signs in at Microsoft.
    pub(crate) fn actor(&self, account: Option<&str>) -> Actor {
        match (self.user(), &self.purpose) {
            (Some(id), _) => Actor::User { id: id.clone() },
            (None, Purpose::ConfirmConsent(Proof { account, .. })) => {
                Actor::Microsoft { account: Some(account.clone()) }
            }
            (None, _) => Actor::Microsoft { account: account.map(str::to_owned) },
        }
    }

    /// The log's word on a flow that came back but led nowhere.
    pub(crate) fn refused(&self, error: &AccountsError) -> Event {
        let reason = match error {
            AccountsError::Refused(refusal) => refusal.to_string(),
            error => Chain(error).to_string(),
        };
        Event::ConnectionRefused { user_id: self.user().cloned(), tenant_id: self.tenant_id.clone(), reason }
    }
}

/// A flow that led nowhere: nothing was stored. Where the flow is known, so is what belongs to it.
#[derive(Debug, thiserror::Error)]
#[error("the connection was not made")]
pub struct NotConnected {
    /// Why.
    #[source]
    pub error: AccountsError,
    /// The tenant that was expected.
    pub tenant_id: Option<TenantId>,
    /// The page on our own site that the person came from.
    pub return_path: Option<String>,
    /// Where an administrator consents to what a user's sign-in lacked (feature A17).
    pub consent_url: Option<Url>,
}

impl NotConnected {
    pub(crate) fn of(flow: &Flow, error: AccountsError) -> Self {
        let (tenant_id, return_path) = (Some(flow.tenant_id.clone()), flow.return_path.clone());
        Self { error, tenant_id, return_path, consent_url: None }
    }
}

impl<E: Into<AccountsError>> From<E> for NotConnected {
    fn from(error: E) -> Self {
        Self { error: error.into(), tenant_id: None, return_path: None, consent_url: None }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct FlowItem {
    #[serde(flatten)]
    flow: Flow,
    /// The table's time to live, in seconds since 1970.
    expires_at: i64,
}

/// A random text of 256 bits: ids of states, nonces.
pub(crate) fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

impl Accounts {
    pub(crate) fn flow_end(&self) -> Timestamp {
        self.now() + LIFETIME
    }

    /// The `state` to send to Entra and the write that remembers the flow.
    pub(crate) fn remember(&self, signer: &Signer, flow: Flow) -> Result<(String, Write), AccountsError> {
        let id = random_text();
        // Tokens that nobody answers for do not lie about.
        let is_remembered = !matches!(flow.purpose, Purpose::Confirm(_));
        let remembered = if is_remembered { REMEMBERED } else { SignedDuration::ZERO };
        let expires_at = (flow.valid_until + remembered).as_second();
        let put = self.table.put(&Stored::at(key_of(&id), &FlowItem { flow, expires_at }))?;
        Ok((signer.sign(&id), put.when(Condition::new_item())))
    }

    /// The flow of a state that came back, used up by this call: whatever happens next, the same state is
    /// refused from now on, and the refusal is in the audit log.
    pub(crate) async fn take_flow(&self, signer: &Signer, state: Option<&str>) -> Result<Flow, NotConnected> {
        let id = state.and_then(|state| signer.verify(state)).ok_or(Refusal::StateForged)?;
        let stored: Option<Stored<FlowItem>> = self.table.get(key_of(id)).await?;
        let flow = stored.ok_or(Refusal::StateExpired)?.record.flow;
        let refusal = if flow.used_at.is_some() {
            Some(Refusal::StateUsed)
        } else if flow.valid_until < self.now() {
            Some(Refusal::StateExpired)
        } else {
            let used = self.table.update(key_of(id)).set("used_at", self.now())?.remove("sealed_tokens");
            let unused = Condition::Any(vec![
                Condition::Absent("used_at"),
                Condition::equals("used_at", None::<Timestamp>),
            ]);
            match self.aws.write(used.when(unused)).await {
                Err(error) if error.is_condition_failed() => Some(Refusal::StateUsed),
                result => result.map(|()| None)?,
            }
        };
        match refusal {
            Some(refusal) => Err(self.refuse(&flow, refusal.into()).await),
            None => Ok(flow),
        }
    }

    /// Writes the error into the audit log and hands it back.
    pub(crate) async fn refuse(&self, flow: &Flow, error: AccountsError) -> NotConnected {
        let by = self.by(flow.actor(None));
        let error = match by.record(&flow.organization_id, &flow.refused(&error)).await {
            Ok(()) => error,
            Err(unwritten) => unwritten,
        };
        NotConnected::of(flow, error)
    }
}

fn key_of(id: &str) -> Key {
    Key::new(format!("FLOW#{id}"), "FLOW")
}
