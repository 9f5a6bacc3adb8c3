//! The `state` of a flow through Entra: signed, single use, bound to organization, user, feature and tenant.

use aws::{Condition, Key, Stored, Write};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use types::{Chain, Feature, OrganizationId, TenantId, UserId};
use url::Url;

use crate::{Accounts, AccountsError, Event, Refusal, Signer};

/// How long a person may take at Entra.
const LIFETIME: SignedDuration = SignedDuration::from_mins(20);

/// How long a used or expired state is remembered, so that its return can be told and audited.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

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
    /// An admin is at the consent page.
    Consent,
    /// The admin consented; a sign-in proves in which tenant.
    ConsentProof,
    /// A user is signing in to link.
    Link {
        /// Who.
        user_id: UserId,
    },
}

/// A flow under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) organization_id: OrganizationId,
    pub(crate) tenant_id: TenantId,
    pub(crate) feature: Feature,
    #[serde(flatten)]
    pub(crate) purpose: Purpose,
    /// Echoed in the id token.
    pub(crate) nonce: String,
    /// The PKCE verifier, sealed; a consent page has none.
    pub(crate) sealed_verifier: Option<String>,
    pub(crate) valid_until: Timestamp,
    #[serde(default)]
    pub(crate) used_at: Option<Timestamp>,
}

impl Flow {
    pub(crate) fn user(&self) -> Option<&UserId> {
        match &self.purpose {
            Purpose::Link { user_id } => Some(user_id),
            Purpose::Consent | Purpose::ConsentProof => None,
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
        let expires_at = (flow.valid_until + REMEMBERED).as_second();
        let put = self.table.put(&Stored::at(key_of(&id), &FlowItem { flow, expires_at }))?;
        Ok((signer.sign(&id), put.when(Condition::new_item())))
    }

    /// The flow of a state that came back, used up by this call: whatever happens next, the same state is
    /// refused from now on, and the refusal is in the audit log.
    pub(crate) async fn take_flow(
        &self,
        signer: &Signer,
        state: Option<&str>,
    ) -> Result<Flow, AccountsError> {
        let id = state.and_then(|state| signer.verify(state)).ok_or(Refusal::StateForged)?;
        let stored: Option<Stored<FlowItem>> = self.table.get(key_of(id)).await?;
        let flow = stored.ok_or(Refusal::StateExpired)?.record.flow;
        let refusal = if flow.used_at.is_some() {
            Some(Refusal::StateUsed)
        } else if flow.valid_until < self.now() {
            Some(Refusal::StateExpired)
        } else {
            let used = self.table.update(key_of(id)).set("used_at", self.now())?;
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
            Some(refusal) => Err(self.refuse(&flow, refusal.into()).await?),
            None => Ok(flow),
        }
    }

    /// Writes the error into the audit log and hands it back.
    pub(crate) async fn refuse(
        &self,
        flow: &Flow,
        error: AccountsError,
    ) -> Result<AccountsError, AccountsError> {
        self.record(&flow.organization_id, &flow.refused(&error)).await?;
        Ok(error)
    }
}

fn key_of(id: &str) -> Key {
    Key::new(format!("FLOW#{id}"), "FLOW")
}
