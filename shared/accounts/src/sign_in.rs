//! The way back from Entra's sign-in page: a tenant's consent is proved or a user is linked. Nothing is
//! stored before everything is checked.

use std::collections::BTreeSet;

use graph::{
    Graph, Me,
    entra::{IdToken, RedeemCode, Tokens},
};
use types::{Feature, OrganizationId, UserId};

use crate::{
    Account, AccountsError, Connect, Event, Grant, Link, LinkStatus, Refusal, Tenant,
    consent::{entra_refusal, verifier_of},
    state::{Flow, Purpose},
    tokens::scopes_of,
};

/// What came back from the sign-in page.
#[derive(Debug, Default)]
pub struct SignInReply {
    /// Ours.
    pub state: Option<String>,
    /// The authorization code.
    pub code: Option<String>,
    /// The OAuth error.
    pub error: Option<String>,
    /// Its text, which carries the AADSTS number.
    pub error_description: Option<String>,
}

/// What a sign-in achieved.
#[derive(Debug)]
pub enum SignedIn {
    /// The tenant's admin granted the feature.
    Consented(Tenant, Feature),
    /// The user is linked.
    Linked(Link),
}

impl Connect {
    /// Takes what came back from the sign-in page.
    ///
    /// # Errors
    /// `Refused` with the reason; otherwise the store or Microsoft failed. Either is in the audit log.
    pub async fn finish_sign_in(&self, graph: &Graph, reply: SignInReply) -> Result<SignedIn, AccountsError> {
        let flow = self.accounts.take_flow(&self.signer, reply.state.as_deref()).await?;
        match self.checked(graph, &flow, &reply).await {
            Err(error) => Err(self.accounts.refuse(&flow, error).await?),
            result => result,
        }
    }

    async fn checked(
        &self,
        graph: &Graph,
        flow: &Flow,
        reply: &SignInReply,
    ) -> Result<SignedIn, AccountsError> {
        if let Some(error) = &reply.error {
            return Err(entra_refusal(error, reply.error_description.as_deref()).into());
        }
        let code = reply.code.as_deref().ok_or(Refusal::Incomplete)?;
        let (tokens, id_token) = self.redeem(flow, code).await?;
        require_scopes(flow.feature, &tokens)?;
        match &flow.purpose {
            Purpose::Consent => Err(Refusal::StateForged.into()),
            Purpose::ConsentProof => self.granted(flow, &tokens, id_token).await,
            Purpose::Link { user_id } => {
                self.require_own_account(graph, flow, user_id, &tokens).await?;
                self.linked(flow, user_id, &tokens, id_token).await
            }
        }
    }

    async fn redeem(&self, flow: &Flow, code: &str) -> Result<(Tokens, IdToken), AccountsError> {
        let redeemed = self
            .entra
            .redeem_code(RedeemCode {
                tenant: &flow.tenant_id,
                code,
                code_verifier: &verifier_of(flow, &self.sealer)?,
                redirect_uri: &self.sign_in_redirect,
                scopes: &scopes_of(flow.feature),
            })
            .await;
        let tokens = redeemed.map_err(|error| match error.aadsts() {
            Some(aadsts) if !error.is_retryable() => {
                Refusal::Entra { error: error.code().unwrap_or_default().to_owned(), aadsts: Some(aadsts) }
                    .into()
            }
            _ => AccountsError::from(error),
        })?;
        let id_token = tokens.id_token.as_ref().ok_or(Refusal::IdToken)?;
        let now = self.accounts.now();
        let verified = self.entra.verify_id_token(id_token, &flow.tenant_id, &flow.nonce, now).await;
        let id_token = verified.map_err(|error| {
            tracing::warn!(%error, "the id token does not hold");
            if error.is_retryable() { AccountsError::from(error) } else { Refusal::IdToken.into() }
        })?;
        if id_token.tenant_id != flow.tenant_id {
            return Err(Refusal::WrongTenant.into());
        }
        Ok((tokens, id_token))
    }

    async fn granted(
        &self,
        flow: &Flow,
        tokens: &Tokens,
        id_token: IdToken,
    ) -> Result<SignedIn, AccountsError> {
        let grant = Grant {
            granted_at: self.accounts.now(),
            granted_by: id_token.preferred_username,
            scopes: tokens.scopes.clone(),
        };
        let tenant =
            self.accounts.save_grant(&flow.organization_id, &flow.tenant_id, flow.feature, grant).await?;
        Ok(SignedIn::Consented(tenant, flow.feature))
    }

    /// The account must be known by the user's address, as sign-in name, mail or alias (requirement R09).
    async fn require_own_account(
        &self,
        graph: &Graph,
        flow: &Flow,
        user: &UserId,
        tokens: &Tokens,
    ) -> Result<(), AccountsError> {
        let user = self.accounts.user(&flow.organization_id, user).await?;
        let me = graph.mailbox(tokens.access_token.clone()).me().await?;
        if is_known_as(&me, &user.email) { Ok(()) } else { Err(Refusal::WrongAccount.into()) }
    }

    async fn linked(
        &self,
        flow: &Flow,
        user: &UserId,
        tokens: &Tokens,
        id_token: IdToken,
    ) -> Result<SignedIn, AccountsError> {
        let link = Link {
            organization_id: flow.organization_id.clone(),
            user_id: user.clone(),
            feature: flow.feature,
            status: LinkStatus::Linked,
            reason: None,
            tenant_id: flow.tenant_id.clone(),
            account: Some(Account { object_id: id_token.object_id, name: id_token.preferred_username }),
            linked_at: self.accounts.now(),
            last_success_at: None,
        };
        let mut writes = self.accounts.link_writes(&link)?;
        writes.push(self.tokens.first(&link, tokens)?);
        let event = linked_event(&link);
        writes.push(self.accounts.audit_entry(organization(&link), &event)?);
        self.accounts.aws.transact(writes).await?;
        Ok(SignedIn::Linked(link))
    }
}

fn organization(link: &Link) -> &OrganizationId {
    &link.organization_id
}

fn linked_event(link: &Link) -> Event {
    Event::UserLinked { user_id: link.user_id.clone(), feature: link.feature, account: name_of(link) }
}

fn name_of(link: &Link) -> String {
    link.account.as_ref().map(|account| account.name.clone()).unwrap_or_default()
}

/// Entra names granted Graph scopes with or without the resource; only the last part is compared.
fn require_scopes(feature: Feature, tokens: &Tokens) -> Result<(), Refusal> {
    let last = |scope: &str| scope.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let granted: BTreeSet<String> = tokens.scopes.iter().map(|scope| last(scope)).collect();
    let has_all = feature.delegated_scopes().iter().all(|scope| granted.contains(&last(scope)));
    if has_all { Ok(()) } else { Err(Refusal::ConsentMissing) }
}

/// Whether the address is the account's sign-in name, mail address or one of its aliases. Exchange compares
/// addresses without regard to case.
fn is_known_as(me: &Me, address: &str) -> bool {
    let aliases = me.proxy_addresses.iter().filter_map(|proxy| proxy.split_once(':'));
    let smtp = aliases.filter(|(kind, _)| kind.eq_ignore_ascii_case("smtp")).map(|(_, address)| address);
    [Some(me.user_principal_name.as_str()), me.mail.as_deref()]
        .into_iter()
        .flatten()
        .chain(smtp)
        .any(|known| known.eq_ignore_ascii_case(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r09_an_account_is_known_by_sign_in_name_mail_and_alias() {
        let me: Me = serde_json::from_value(serde_json::json!({
            "id": "1", "displayName": "佐藤", "mail": "k.sato@contoso.test", "userPrincipalName": "sato@contoso.example",
            "proxyAddresses": ["SMTP:k.sato@contoso.test", "smtp:kenichi@contoso.test", "X500:/o=other@x"],
        }))
        .unwrap();
        for known in ["K.Sato@contoso.test", "sato@contoso.example", "kenichi@contoso.test"] {
            assert!(is_known_as(&me, known), "{known}");
        }
        for other in ["suzuki@contoso.test", "", "/o=other@x"] {
            assert!(!is_known_as(&me, other), "{other}");
        }
    }
}
