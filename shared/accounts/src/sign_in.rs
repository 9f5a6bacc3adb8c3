//! The way back from Entra's sign-in page: a tenant's consent is proved or a user is linked. Nothing is
//! stored before everything is checked.

use aws::Condition;
use graph::{
    Graph, GraphError, Me,
    entra::{Entra, IdToken, RedeemCode, Tokens},
};
use jiff::Timestamp;
use types::{Feature, UserId};

use crate::{
    Account, AccountsError, Connect, Consented, Event, Link, LinkStatus, NotConnected, Question, Refusal,
    consent::{entra_refusal, verifier_of},
    proof::lacks_scopes,
    state::{Flow, Purpose},
    store::{tenant_key, user_key},
    tenant_end::standing,
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
    /// The tenant's admin granted features.
    Consented(Consented),
    /// The user is linked.
    Linked(Linked),
    /// Something about it may be wrong: nothing is saved before the person says that it is right.
    Unconfirmed(Question),
}

/// A link that was made.
#[derive(Debug)]
pub struct Linked {
    /// The link.
    pub link: Link,
    /// The page on our own site that the user came from.
    pub return_path: Option<String>,
}

impl Connect {
    /// Takes what came back from the sign-in page; `browser` is what the browser holds of a consent that began
    /// in it, see [`CONSENT_COOKIE`](crate::CONSENT_COOKIE).
    ///
    /// # Errors
    /// `Refused` with the reason; otherwise the store or Microsoft failed. Either is in the audit log.
    pub async fn finish_sign_in(
        &self,
        graph: &Graph,
        reply: SignInReply,
        browser: Option<&str>,
    ) -> Result<SignedIn, NotConnected> {
        let flow = self.accounts.take_flow(&self.signer, reply.state.as_deref()).await?;
        match self.checked(graph, &flow, &reply, browser).await {
            Err(error) => {
                let refused = self.accounts.refuse(&flow, error).await;
                Err(self.with_invitation(&flow, refused).await)
            }
            Ok(done) => Ok(done),
        }
    }

    async fn checked(
        &self,
        graph: &Graph,
        flow: &Flow,
        reply: &SignInReply,
        browser: Option<&str>,
    ) -> Result<SignedIn, AccountsError> {
        if let Some(error) = &reply.error {
            return Err(entra_refusal(error, reply.error_description.as_deref()).into());
        }
        let code = reply.code.as_deref().ok_or(Refusal::Incomplete)?;
        match &flow.purpose {
            Purpose::Consent(_) | Purpose::Confirm(_) | Purpose::ConfirmConsent(_) => {
                Err(Refusal::StateForged.into())
            }
            Purpose::ConsentProof { refused } => {
                let (tokens, id_token) = self.redeem(flow, code).await?;
                let proof = self.prove(flow, refused, &tokens, &id_token).await?;
                self.save_or_ask(flow, proof, browser).await
            }
            Purpose::Link { user_id } => {
                let &[feature] = flow.features.as_slice() else { return Err(Refusal::StateForged.into()) };
                let (tokens, id_token) = self.redeem(flow, code).await?;
                if lacks_scopes(feature, &tokens) {
                    return Err(Refusal::ConsentMissing.into());
                }
                self.link_or_ask(graph, flow, user_id, feature, &tokens, id_token).await
            }
        }
    }

    async fn redeem(&self, flow: &Flow, code: &str) -> Result<(Tokens, IdToken), AccountsError> {
        let code = RedeemCode {
            tenant: &flow.tenant_id,
            code,
            code_verifier: &verifier_of(flow, &self.sealer)?,
            redirect_uri: &self.sign_in_redirect,
            scopes: &scopes_of(&flow.features),
        };
        redeem(&self.entra, code, &flow.nonce, self.accounts.now()).await
    }

    async fn link_or_ask(
        &self,
        graph: &Graph,
        flow: &Flow,
        user_id: &UserId,
        feature: Feature,
        tokens: &Tokens,
        id_token: IdToken,
    ) -> Result<SignedIn, AccountsError> {
        let account = Account { object_id: id_token.object_id, name: id_token.preferred_username };
        let expected = self.other_account(graph, flow, user_id, feature, tokens, &account).await?;
        let sealed = self.tokens.seal_first(&flow.organization_id, user_id, feature, tokens)?;
        match expected {
            None => Ok(SignedIn::Linked(self.link(flow, user_id, feature, account, sealed, &[]).await?)),
            Some(expected) => {
                let question =
                    self.ask_for_account(flow, user_id, feature, account, expected, sealed).await?;
                Ok(SignedIn::Unconfirmed(question))
            }
        }
    }

    /// The name of the account that was expected instead, if the one that signed in is not the user's as far as
    /// can be known: it is the one that is linked, or has the user's address as sign-in name, mail or alias
    /// (requirements R09, R45). Whoever is renamed stays the same account.
    async fn other_account(
        &self,
        graph: &Graph,
        flow: &Flow,
        user_id: &UserId,
        feature: Feature,
        tokens: &Tokens,
        account: &Account,
    ) -> Result<Option<String>, AccountsError> {
        let user = self.accounts.user(&flow.organization_id, user_id).await?;
        let present = self.accounts.link(&flow.organization_id, user_id, feature).await?;
        if let Some(Link { tenant_id, account: Some(linked), .. }) =
            present.filter(|link| link.status != LinkStatus::Unlinked)
        {
            let is_same = tenant_id == flow.tenant_id && linked.object_id == account.object_id;
            return Ok(if is_same { None } else { Some(linked.name) });
        }
        let me = graph.mailbox(tokens.access_token.clone()).me().await?;
        Ok(if is_known_as(&me, &user.email) { None } else { Some(user.email) })
    }

    /// Writes the link, its tokens and the log in one step, if user and tenant are still there.
    pub(crate) async fn link(
        &self,
        flow: &Flow,
        user_id: &UserId,
        feature: Feature,
        account: Account,
        sealed_tokens: String,
        before: &[Event],
    ) -> Result<Linked, AccountsError> {
        let Flow { organization_id, tenant_id, return_path, .. } = flow;
        let (user_id, accounts) = (user_id.clone(), self.accounts.by(flow.actor(Some(&account.name))));
        let event = Event::UserLinked { user_id: user_id.clone(), feature, account: account.name.clone() };
        let link = Link {
            organization_id: organization_id.clone(),
            user_id,
            feature,
            status: LinkStatus::Linked,
            reason: None,
            tenant_id: tenant_id.clone(),
            account: Some(account),
            linked_at: accounts.now(),
            last_success_at: None,
        };
        let mut writes = accounts.link_writes(&link)?;
        writes.push(self.tokens.first(&link, sealed_tokens)?);
        for event in before.iter().chain([&event]) {
            writes.push(accounts.audit_entry(organization_id, event)?);
        }
        let user = accounts.table.check(user_key(organization_id, &link.user_id));
        writes.push(user.when(Condition::existing_item()));
        writes.push(accounts.table.check(tenant_key(organization_id, tenant_id)).when(standing()));
        match accounts.aws.transact(writes).await {
            Err(error) if error.is_condition_failed() => Err(AccountsError::NotFound("user or tenant")),
            result => Ok(result.map(|()| Linked { link, return_path: return_path.clone() })?),
        }
    }
}

/// What a code stands for: the tokens, and the id token verified against the tenant that was asked for and the
/// flow's nonce. A code that Entra refuses, or an id token that does not hold, is `Refused`.
pub(crate) async fn redeem(
    entra: &Entra,
    code: RedeemCode<'_>,
    nonce: &str,
    now: Timestamp,
) -> Result<(Tokens, IdToken), AccountsError> {
    let tenant = code.tenant;
    let tokens = entra.redeem_code(code).await.map_err(refused_by_entra)?;
    let id_token = tokens.id_token.as_ref().ok_or(Refusal::IdToken)?;
    let verified = entra.verify_id_token(id_token, tenant, nonce, now).await;
    let id_token = verified.map_err(|error| {
        tracing::warn!(%error, "the id token does not hold");
        if error.is_retryable() { AccountsError::from(error) } else { Refusal::IdToken.into() }
    })?;
    if id_token.tenant_id != *tenant {
        return Err(Refusal::WrongTenant { actual: Some(id_token.tenant_id) }.into());
    }
    Ok((tokens, id_token))
}

/// Entra's final word as a refusal that the page explains; anything else stays a failure.
pub(crate) fn refused_by_entra(error: GraphError) -> AccountsError {
    match error.aadsts() {
        Some(aadsts) if !error.is_retryable() => {
            Refusal::Entra { error: error.code().unwrap_or_default().to_owned(), aadsts: Some(aadsts) }.into()
        }
        _ => error.into(),
    }
}

/// Whether the address is the account's sign-in name, mail address or one of its aliases. Exchange compares
/// addresses without regard to case.
pub(crate) fn is_known_as(me: &Me, address: &str) -> bool {
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
