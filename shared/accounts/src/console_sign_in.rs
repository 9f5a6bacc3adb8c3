//! Signing in to the console with Microsoft: at a tenant that the organization registered and proved, never
//! at `/common`. Who signed in is matched to a user by the linked account or by any address of the account,
//! as a link is (requirement R09).

use aws::{Condition, Key, Stored};
use graph::{
    Graph, Me,
    entra::{Authorize, Entra, IdToken, Pkce, RedeemCode, Tokens},
};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use types::{Chain, Feature, OrganizationId, TenantId};
use url::Url;

use crate::{
    Accounts, AccountsError, Actor, AppSecrets, Entry, EntryRefusal, Event, Link, LinkStatus, PortalPage,
    Refusal, Role, RosterEntry, SignInReply, Signer, SiteSettings, Tenant, User,
    consent::{entra_refusal, own_path},
    seal::Sealer,
    session::digest_of,
    sign_in::{is_known_as, redeem},
    state::{REMEMBERED, random_text},
};

/// Who it is and by which addresses they are known, and no more.
const SCOPES: [&str; 3] = ["openid", "profile", "https://graph.microsoft.com/User.Read"];

/// What the directory calls an account that another one invited.
const GUEST: &str = "Guest";

/// Sign-ins to the console.
#[derive(Clone)]
pub struct ConsoleSignIn {
    accounts: Accounts,
    entra: Entra,
    signer: Signer,
    sealer: Sealer,
    redirect: Url,
}

/// A sign-in that was started.
#[derive(Debug)]
pub struct StartedSignIn {
    /// The page at Entra to open.
    pub url: Url,
    /// To be kept by the browser and handed back with the reply: a sign-in ends where it began.
    pub browser: SecretString,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SignInFlow {
    organization_id: OrganizationId,
    tenant_id: TenantId,
    nonce: String,
    sealed_verifier: String,
    browser_digest: String,
    /// The page of ours that was wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    return_path: Option<String>,
    valid_until: Timestamp,
    // Left out rather than null while unused: the condition is that it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    used_at: Option<Timestamp>,
    /// The table's time to live, in seconds since 1970.
    expires_at: i64,
}

impl ConsoleSignIn {
    /// Sign-ins of this deployment.
    ///
    /// # Errors
    /// A key in the secrets is malformed.
    pub fn new(
        accounts: Accounts,
        entra: Entra,
        secrets: &AppSecrets,
        settings: &SiteSettings,
    ) -> Result<Self, AccountsError> {
        let redirect = settings.below(&["console", "signed-in"]);
        let (signer, sealer) = (secrets.signer("console-sign-in")?, secrets.sealer()?);
        Ok(Self { accounts, entra, signer, sealer, redirect })
    }

    /// Starts a sign-in at a tenant of the organization; at the first that is proved when none is named.
    /// None when there is no such tenant, or its admin never consented: then nothing says that it is theirs. It
    /// ends at `return_path`, if that is a page of the console or of a user's own.
    ///
    /// # Errors
    /// The store failed.
    pub async fn start(
        &self,
        organization: &OrganizationId,
        tenant: Option<&TenantId>,
        return_path: Option<&str>,
    ) -> Result<Option<StartedSignIn>, AccountsError> {
        let mut proved = self.proved_tenants(organization).await?.into_iter();
        let wanted = proved.find(|proved| tenant.is_none_or(|wanted| proved == wanted));
        let Some(tenant) = wanted else { return Ok(None) };
        let pkce = Pkce::generate(&mut rand::rng());
        let (id, nonce, browser) = (random_text(), random_text(), random_text());
        let valid_until = self.accounts.flow_end();
        let flow = SignInFlow {
            organization_id: organization.clone(),
            tenant_id: tenant.clone(),
            sealed_verifier: self.sealer.seal(&nonce, &pkce.verifier)?,
            browser_digest: digest_of(&browser),
            return_path: return_path.and_then(|path| own_path(path).ok()),
            valid_until,
            used_at: None,
            expires_at: (valid_until + REMEMBERED).as_second(),
            nonce: nonce.clone(),
        };
        let put = self.accounts.table.put(&Stored::at(key_of(&id), &flow))?;
        self.accounts.aws.write(put.when(Condition::new_item())).await?;
        let url = self.entra.authorize_url(&Authorize {
            tenant: &tenant,
            scopes: &SCOPES,
            redirect_uri: &self.redirect,
            state: &self.signer.sign(&id),
            nonce: &nonce,
            code_challenge: &pkce.challenge,
            prompt: Some("select_account"),
            login_hint: None,
        });
        Ok(Some(StartedSignIn { url, browser: browser.into() }))
    }

    /// Takes what came back from Entra; `browser` is what the browser kept.
    ///
    /// # Errors
    /// `Refused` when the reply proves nothing, which is in the audit log wherever it is known whose console
    /// it was; otherwise the store or Microsoft failed.
    pub async fn finish(
        &self,
        graph: &Graph,
        reply: SignInReply,
        browser: Option<&str>,
    ) -> Result<Entry, AccountsError> {
        let id = reply.state.as_deref().and_then(|state| self.signer.verify(state));
        let key = key_of(id.ok_or(Refusal::StateForged)?);
        let stored: Option<Stored<SignInFlow>> = self.accounts.table.get(key.clone()).await?;
        let flow = stored.ok_or(Refusal::StateExpired)?.record;
        match self.checked(graph, &flow, key, &reply, browser).await {
            Ok(entry) => Ok(entry),
            Err(error) => {
                let reason = match &error {
                    AccountsError::Refused(refusal) => refusal.to_string(),
                    error => Chain(error).to_string(),
                };
                self.note_refusal(&flow, None, reason).await?;
                Err(error)
            }
        }
    }

    async fn checked(
        &self,
        graph: &Graph,
        flow: &SignInFlow,
        key: Key,
        reply: &SignInReply,
        browser: Option<&str>,
    ) -> Result<Entry, AccountsError> {
        self.use_up(flow, key).await?;
        let browser = digest_of(browser.unwrap_or_default());
        if !bool::from(browser.as_bytes().ct_eq(flow.browser_digest.as_bytes())) {
            return Err(Refusal::StateForged.into());
        }
        if let Some(error) = &reply.error {
            return Err(entra_refusal(error, reply.error_description.as_deref()).into());
        }
        let code = reply.code.as_deref().ok_or(Refusal::Incomplete)?;
        let (tokens, id_token) = self.redeem(flow, code).await?;
        let me = graph.mailbox(tokens.access_token).me().await?;
        match self.user_of(flow, &id_token, &me).await? {
            Ok(user) => self.enter(flow, &user, id_token).await,
            Err(refusal) => {
                self.note_refusal(flow, Some(id_token.preferred_username), refusal.to_string()).await?;
                Ok(Entry::Refused(refusal))
            }
        }
    }

    /// Whatever happens next, the same state is refused from now on.
    async fn use_up(&self, flow: &SignInFlow, key: Key) -> Result<(), AccountsError> {
        if flow.used_at.is_some() {
            return Err(Refusal::StateUsed.into());
        }
        if flow.valid_until < self.accounts.now() {
            return Err(Refusal::StateExpired.into());
        }
        let used = self.accounts.table.update(key).set("used_at", self.accounts.now())?;
        let unused = Condition::All(vec![Condition::existing_item(), Condition::Absent("used_at")]);
        if self.accounts.aws.write_if(used.when(unused)).await? {
            Ok(())
        } else {
            Err(Refusal::StateUsed.into())
        }
    }

    async fn redeem(&self, flow: &SignInFlow, code: &str) -> Result<(Tokens, IdToken), AccountsError> {
        let code = RedeemCode {
            tenant: &flow.tenant_id,
            code,
            code_verifier: &self.sealer.open(&flow.nonce, &flow.sealed_verifier)?,
            redirect_uri: &self.redirect,
            scopes: &SCOPES,
        };
        redeem(&self.entra, code, &flow.nonce, self.accounts.now()).await
    }

    /// The one user whom the account stands for: by a link that lives, or by an address. Where these name
    /// different people nobody enters: one of them would be somebody else.
    async fn user_of(
        &self,
        flow: &SignInFlow,
        id_token: &IdToken,
        me: &Me,
    ) -> Result<Result<User, EntryRefusal>, AccountsError> {
        let is_guest = me.user_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case(GUEST));
        if is_guest || me.user_principal_name.to_ascii_uppercase().contains("#EXT#") {
            return Ok(Err(EntryRefusal::GuestAccount));
        }
        let is_theirs = |link: &Link| {
            link.status != LinkStatus::Unlinked
                && link.tenant_id == flow.tenant_id
                && link.object_id() == id_token.object_id
        };
        // A directory's administrator writes any address on any account. So where there are several directories, an
        // address says only who is meant of those whom the product put into this one.
        let proved = self.proved_tenants(&flow.organization_id).await?;
        if !proved.contains(&flow.tenant_id) {
            return Ok(Err(EntryRefusal::UnknownAccount));
        }
        let is_the_only_one = proved.len() == 1;
        let is_meant = |RosterEntry { user, links }: &RosterEntry| match &user.tenant_id {
            Some(tenant) if *tenant != flow.tenant_id => false,
            None if !is_the_only_one => links.iter().any(is_theirs),
            _ => links.iter().any(is_theirs) || is_known_as(me, &user.email),
        };
        let roster = self.accounts.roster(&flow.organization_id).await?;
        let mut meant = roster.into_iter().filter(is_meant);
        Ok(match (meant.next(), meant.next()) {
            (Some(entry), None) => Ok(entry.user),
            _ => Err(EntryRefusal::UnknownAccount),
        })
    }

    async fn enter(&self, flow: &SignInFlow, user: &User, id_token: IdToken) -> Result<Entry, AccountsError> {
        let (session, begin) = self.accounts.new_session(&flow.organization_id, user, None)?;
        let account = Some(id_token.preferred_username);
        let event = Event::ConsoleEntered { user_id: user.id.clone(), account };
        let by = self.accounts.by(Actor::User { id: user.id.clone() });
        by.aws.transact(vec![begin, by.audit_entry(&flow.organization_id, &event)?]).await?;
        let usual = if user.role == Role::Admin { PortalPage::Console } else { PortalPage::Me };
        let path = flow.return_path.clone().unwrap_or_else(|| usual.path().to_owned());
        Ok(Entry::Entered(Box::new(session), path))
    }

    async fn note_refusal(
        &self,
        flow: &SignInFlow,
        account: Option<String>,
        reason: String,
    ) -> Result<(), AccountsError> {
        let tenant_id = Some(flow.tenant_id.clone());
        let by = self.accounts.by(Actor::Microsoft { account: account.clone() });
        let event = Event::ConsoleRefused { user_id: None, tenant_id, account, reason };
        by.record(&flow.organization_id, &event).await
    }

    /// Anybody can register any tenant; only a consent proves whose it is, and only while it lasts: who no longer
    /// works with the organization has no say in who its users are.
    async fn proved_tenants(&self, organization: &OrganizationId) -> Result<Vec<TenantId>, AccountsError> {
        let (tenants, _) = self.accounts.tenants(organization, MOST_TENANTS, None).await?;
        let is_proved =
            |tenant: &Tenant| Feature::ALL.into_iter().any(|feature| tenant.grant(feature).is_some());
        Ok(tenants.into_iter().filter(is_proved).map(|tenant| tenant.tenant_id).collect())
    }
}

/// How many tenants of an organization are looked through.
const MOST_TENANTS: u32 = 100;

fn key_of(id: &str) -> Key {
    Key::new(format!("SIGN_IN#{}", digest_of(id)), "SIGN_IN")
}

impl std::fmt::Debug for ConsoleSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleSignIn").field("redirect", &self.redirect.as_str()).finish_non_exhaustive()
    }
}
