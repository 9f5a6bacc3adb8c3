//! What a person is asked before a sign-in counts: whether another account than expected is the right one
//! (requirement R45, feature E09), and whether the tenant is to be connected to this organization (feature A11). The
//! sign-in waits with the question and is used for nothing; its tokens are sealed and go with the answer,
//! whichever it is.

use jiff::Timestamp;
use types::{Feature, TenantId, UserId};

use crate::{
    Account, AccountsError, Connect, Event, NotConnected, Refusal, SignedIn,
    proof::Proof,
    state::{Flow, Purpose, Unconfirmed},
};

/// What a person is asked before anything is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the answer must carry: signed, single use.
    pub state: String,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
    /// What it is about.
    pub doubt: Doubt,
    /// The page on our own site that the person came from.
    pub return_path: Option<String>,
}

/// What may be wrong about a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// Another account than expected signed in to link.
    Account {
        /// What is being linked.
        feature: Feature,
        /// Who signed in.
        account: String,
        /// Who was expected: the account that is linked, or the user's address.
        expected: String,
    },
    /// A tenant is to be connected to an organization that its administrator may not know.
    Organization {
        /// The organization's name.
        organization: String,
        /// The tenant.
        tenant_id: TenantId,
        /// Who signed in.
        account: String,
        /// What would be granted.
        features: Vec<Feature>,
        /// Whether the tenant is connected to another organization already. Which, is nobody's business here.
        is_another_connected: bool,
    },
}

impl Connect {
    /// Keeps the sign-in until the user has answered.
    pub(crate) async fn ask_for_account(
        &self,
        flow: &Flow,
        user_id: &UserId,
        feature: Feature,
        account: Account,
        expected: String,
        sealed_tokens: String,
    ) -> Result<Question, AccountsError> {
        let (user_id, name) = (user_id.clone(), account.name.clone());
        let event = Event::AccountQuestioned {
            user_id: user_id.clone(),
            feature,
            account: name.clone(),
            expected: expected.clone(),
        };
        let doubt = Doubt::Account { feature, account: name, expected: expected.clone() };
        let unconfirmed = Unconfirmed { user_id, account, expected, sealed_tokens };
        let asked = self.next_step(flow, vec![feature], Purpose::Confirm(unconfirmed));
        self.put_question(asked, &event, doubt).await
    }

    /// Keeps what was proved until the administrator has answered.
    pub(crate) async fn ask_for_organization(
        &self,
        flow: &Flow,
        proof: Proof,
        is_another_connected: bool,
    ) -> Result<Question, AccountsError> {
        let (tenant_id, account) = (flow.tenant_id.clone(), proof.account.clone());
        let features: Vec<Feature> = proof.proved.iter().map(|proved| proved.feature).collect();
        let event = Event::ConsentQuestioned { tenant_id: tenant_id.clone(), account: account.clone() };
        let organization = self.accounts.organization(&flow.organization_id).await?.name;
        let asked = self.next_step(flow, features.clone(), Purpose::ConfirmConsent(proof));
        let doubt = Doubt::Organization { organization, tenant_id, account, features, is_another_connected };
        self.put_question(asked, &event, doubt).await
    }

    async fn put_question(
        &self,
        asked: Flow,
        event: &Event,
        doubt: Doubt,
    ) -> Result<Question, AccountsError> {
        let (Doubt::Account { account, .. } | Doubt::Organization { account, .. }) = &doubt;
        let by = self.accounts.by(asked.actor(Some(account)));
        let entry = by.audit_entry(&asked.organization_id, event)?;
        let (expires_at, return_path) = (asked.valid_until, asked.return_path.clone());
        let (state, put) = self.accounts.remember(&self.signer, asked)?;
        by.aws.transact(vec![put, entry]).await?;
        Ok(Question { state, expires_at, doubt, return_path })
    }

    /// Takes the person's answer: saves what the sign-in was for, or forgets it.
    ///
    /// # Errors
    /// `Refused` when it is not the right account or organization, or the question is forged, expired or answered
    /// already; otherwise the store failed. Either is in the audit log.
    pub async fn confirm(&self, state: Option<&str>, is_right: bool) -> Result<SignedIn, NotConnected> {
        let flow = self.accounts.take_flow(&self.signer, state).await?;
        match self.answered(&flow, is_right).await {
            Err(error) => Err(self.accounts.refuse(&flow, error).await),
            Ok(done) => Ok(done),
        }
    }

    async fn answered(&self, flow: &Flow, is_right: bool) -> Result<SignedIn, AccountsError> {
        match (&flow.purpose, flow.features.as_slice()) {
            (Purpose::Confirm(unconfirmed), &[feature]) => {
                self.account_answered(flow, feature, unconfirmed.clone(), is_right).await
            }
            (Purpose::ConfirmConsent(_), _) if !is_right => Err(Refusal::NotThisOrganization.into()),
            (Purpose::ConfirmConsent(proof), _) => {
                Ok(SignedIn::Consented(self.save(flow, proof.clone()).await?))
            }
            _ => Err(Refusal::StateForged.into()),
        }
    }

    async fn account_answered(
        &self,
        flow: &Flow,
        feature: Feature,
        unconfirmed: Unconfirmed,
        is_right: bool,
    ) -> Result<SignedIn, AccountsError> {
        let Unconfirmed { user_id, account, expected, sealed_tokens } = unconfirmed;
        if !is_right {
            return Err(Refusal::WrongAccount { actual: account.name, expected }.into());
        }
        let confirmed =
            Event::AccountConfirmed { user_id: user_id.clone(), feature, account: account.name.clone() };
        let linked = self.link(flow, &user_id, feature, account, sealed_tokens, &[confirmed]).await?;
        Ok(SignedIn::Linked(linked))
    }
}
