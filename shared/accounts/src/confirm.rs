//! Linking another account than expected: the user is asked first (requirement R45, feature E09). The tokens of
//! the sign-in lie sealed with the question and are used for nothing; whatever the answer, they go with it.

use jiff::Timestamp;
use types::{Feature, UserId};

use crate::{
    Account, AccountsError, Connect, Event, Linked, NotConnected, Refusal,
    state::{Flow, Purpose, Unconfirmed},
};

/// What a user is asked before another account than expected is linked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the answer must carry: signed, single use.
    pub state: String,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
    /// What is being linked.
    pub feature: Feature,
    /// Who signed in.
    pub account: String,
    /// Who was expected: the account that is linked, or the user's address.
    pub expected: String,
    /// The page on our own site that the user came from.
    pub return_path: Option<String>,
}

impl Connect {
    /// Keeps the sign-in until the user has answered.
    pub(crate) async fn ask_first(
        &self,
        flow: &Flow,
        user_id: &UserId,
        feature: Feature,
        account: Account,
        expected: String,
        sealed_tokens: String,
    ) -> Result<Question, AccountsError> {
        let Flow { organization_id, tenant_id, return_path, .. } = flow;
        let (user_id, name) = (user_id.clone(), account.name.clone());
        let event = Event::AccountQuestioned {
            user_id: user_id.clone(),
            feature,
            account: name.clone(),
            expected: expected.clone(),
        };
        let unconfirmed = Unconfirmed { user_id, account, expected: expected.clone(), sealed_tokens };
        let purpose = Purpose::Confirm(unconfirmed);
        let asked = self.flow(organization_id, tenant_id, vec![feature], purpose, return_path.clone());
        let expires_at = asked.valid_until;
        let (state, put) = self.accounts.remember(&self.signer, asked)?;
        let by = self.accounts.by(flow.actor(Some(&name)));
        by.aws.transact(vec![put, by.audit_entry(organization_id, &event)?]).await?;
        Ok(Question { state, expires_at, feature, account: name, expected, return_path: return_path.clone() })
    }

    /// Takes the user's answer: links the account that signed in, or forgets it.
    ///
    /// # Errors
    /// `Refused` when it is not the right account, or the question is forged, expired or answered already;
    /// otherwise the store failed. Either is in the audit log.
    pub async fn confirm(&self, state: Option<&str>, is_right: bool) -> Result<Linked, NotConnected> {
        let flow = self.accounts.take_flow(&self.signer, state).await?;
        match self.answered(&flow, is_right).await {
            Err(error) => Err(self.accounts.refuse(&flow, error).await),
            Ok(linked) => Ok(linked),
        }
    }

    async fn answered(&self, flow: &Flow, is_right: bool) -> Result<Linked, AccountsError> {
        let (Purpose::Confirm(unconfirmed), &[feature]) = (&flow.purpose, flow.features.as_slice()) else {
            return Err(Refusal::StateForged.into());
        };
        let Unconfirmed { user_id, account, expected, sealed_tokens } = unconfirmed.clone();
        if !is_right {
            return Err(Refusal::WrongAccount { actual: account.name, expected }.into());
        }
        let confirmed =
            Event::AccountConfirmed { user_id: user_id.clone(), feature, account: account.name.clone() };
        self.link(flow, &user_id, feature, account, sealed_tokens, &[confirmed]).await
    }
}
