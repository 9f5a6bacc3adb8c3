//! The way back from Entra's sign-in page: a tenant's consent is proved or a user is linked. Nothing is
//! stored before everything is checked.

use std::{collections::BTreeSet, time::Duration};

use graph::{
    Graph, GraphError, Me,
    entra::{IdToken, RedeemCode, Tokens},
};
use types::{Feature, OrganizationId, UserId};

use crate::{
    Account, AccountsError, Connect, Event, Grant, Link, LinkStatus, Refusal, Tenant,
    consent::{entra_refusal, verifier_of},
    state::{Flow, Purpose},
    tokens::scopes_of,
};

/// Waits before each look whether a consent has arrived; a person is waiting for the page.
const PROPAGATION: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4)];

/// AADSTS numbers that a fresh consent may leave for a moment: no service principal in the tenant.
const NOT_THERE_YET: [u32; 2] = [700_011, 700_016];

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
        let tokens = redeemed.map_err(refused_by_entra)?;
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
        let scopes = if flow.feature.is_linked_by_admin() {
            self.require_administrator(&id_token)?;
            self.granted_roles(flow).await?
        } else {
            tokens.scopes.clone()
        };
        let grant = Grant {
            granted_at: self.accounts.now(),
            granted_by: id_token.preferred_username,
            scopes,
            revoked_at: None,
        };
        let tenant =
            self.accounts.save_grant(&flow.organization_id, &flow.tenant_id, flow.feature, grant).await?;
        Ok(SignedIn::Consented(tenant, flow.feature))
    }

    /// Application permissions reach every mailbox of the tenant. That the tenant consented once says nothing
    /// about this organization: without this, any member could sign in and hand the tenant to a foreign one.
    fn require_administrator(&self, id_token: &IdToken) -> Result<(), Refusal> {
        if id_token.directory_roles.is_empty() {
            tracing::warn!("no directory roles in the id token: does the registration ask for them?");
        }
        if id_token.may_grant_application_permissions() { Ok(()) } else { Err(Refusal::NotAdministrator) }
    }

    /// The application permissions that the tenant's token carries. A consent takes a few seconds to arrive
    /// there.
    async fn granted_roles(&self, flow: &Flow) -> Result<Vec<String>, AccountsError> {
        let wanted = flow.feature.application_roles();
        for wait in PROPAGATION {
            tokio::time::sleep(wait).await;
            match self.entra.client_credentials(&flow.tenant_id).await {
                Ok(token) if token.has(wanted) => return Ok(token.roles),
                Ok(token) => tracing::info!(roles = ?token.roles, "the consent has not arrived yet"),
                Err(error) if error.aadsts().is_some_and(|number| NOT_THERE_YET.contains(&number)) => {
                    tracing::info!(%error, "the application has not arrived in the tenant yet");
                }
                Err(error) => return Err(refused_by_entra(error)),
            }
        }
        Err(Refusal::ConsentNotVisible.into())
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

/// Entra's final word as a refusal that the page explains; anything else stays a failure.
fn refused_by_entra(error: GraphError) -> AccountsError {
    match error.aadsts() {
        Some(aadsts) if !error.is_retryable() => {
            Refusal::Entra { error: error.code().unwrap_or_default().to_owned(), aadsts: Some(aadsts) }.into()
        }
        _ => error.into(),
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
