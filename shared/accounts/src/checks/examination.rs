//! One examination: who and what it is about, and what was learned so far.

use graph::{Application, DirectoryAccount, GraphError, entra::AppToken};
use tokio::{
    sync::OnceCell,
    time::{Instant, timeout_at},
};
use types::{Feature, OrganizationId, TenantId};

use super::{Check, Chosen, Doctor, Finding, PATIENCE, SETTLES, State, WHOLE};
use crate::{AccountsError, Grant, Link, LinkStatus, Tenant, User, link_failure};

/// A tenant under examination.
pub struct Examination {
    pub(super) doctor: Doctor,
    pub(super) organization: OrganizationId,
    pub(super) tenant: Tenant,
    pub(super) user: Option<User>,
    pub(super) outside: Option<User>,
    until: Instant,
    token: OnceCell<Result<AppToken, GraphError>>,
    account: OnceCell<Result<Vec<DirectoryAccount>, GraphError>>,
    mail: OnceCell<Result<(), GraphError>>,
}

/// Why something could not be asked at all.
pub(super) type Unasked = &'static str;

impl Examination {
    pub(super) async fn begin(
        doctor: Doctor,
        organization: &OrganizationId,
        tenant: &TenantId,
        chosen: &Chosen,
    ) -> Result<Self, AccountsError> {
        let tenant = doctor.accounts.tenant(organization, tenant).await?;
        let user = async |id: &Option<types::UserId>| match id {
            Some(id) => doctor.accounts.user(organization, id).await.map(Some),
            None => Ok(None),
        };
        Ok(Self {
            user: user(&chosen.user).await?,
            outside: user(&chosen.outside).await?,
            organization: organization.clone(),
            tenant,
            doctor,
            until: Instant::now() + WHOLE,
            token: OnceCell::new(),
            account: OnceCell::new(),
            mail: OnceCell::new(),
        })
    }

    /// Runs one check. What Microsoft answers, or does not, is in the finding.
    ///
    /// # Errors
    /// The store failed.
    pub async fn run(&self, check: Check) -> Result<Finding, AccountsError> {
        let now = Instant::now();
        if now >= self.until {
            return Ok(Finding::skipped(check, "out_of_time"));
        }
        match timeout_at(self.until.min(now + PATIENCE), self.look(check)).await {
            Ok(Err(AccountsError::Microsoft(error))) => Ok(refused(check, &error)),
            Ok(found) => found,
            Err(_) => Ok(Finding::failed(check, UNAVAILABLE)),
        }
    }

    async fn look(&self, check: Check) -> Result<Finding, AccountsError> {
        match check {
            Check::Tenant => self.tenant_exists().await,
            Check::Credential => Ok(self.credential().await),
            Check::Application => Ok(self.application().await),
            Check::ContactsConsent => self.consent(check, Feature::Contacts).await,
            Check::MailConsent => self.consent(check, Feature::Mail).await,
            Check::CalendarConsent => self.consent(check, Feature::Calendar).await,
            Check::Groups => self.groups().await,
            Check::Account => Ok(self.account().await),
            Check::Mailbox => self.mailbox().await,
            Check::MailAccess => self.mail_access().await,
            Check::OutsideAccess => self.outside_access().await,
            Check::ContactsLink => self.link_lives(check, Feature::Contacts).await,
            Check::CalendarLink => self.link_lives(check, Feature::Calendar).await,
            Check::Calendar => self.calendar().await,
        }
    }

    /// The application's fresh token: one that lies in the store would hide what has changed since. Only where
    /// somebody of this organization proved a consent.
    pub(super) async fn token(&self) -> Result<&Result<AppToken, GraphError>, Unasked> {
        if !Feature::ALL.into_iter().any(|feature| self.tenant.grant(feature).is_some()) {
            return Err("grant_missing");
        }
        let entra = self.doctor.entra.with_deadline(self.until);
        Ok(self.token.get_or_init(async || entra.client_credentials(&self.tenant.tenant_id).await).await)
    }

    /// The application's token for directory and mail: only where an administrator consented to mail for this
    /// organization.
    pub(super) async fn mail_token(&self) -> Result<(&AppToken, &Grant), Unasked> {
        let grant = self.tenant.grant(Feature::Mail).ok_or("grant_missing")?;
        match self.token().await? {
            Ok(token) => Ok((token, grant)),
            Err(_) => Err("not_reached"),
        }
    }

    /// The directory's accounts with the user's address.
    pub(super) async fn found(&self) -> Result<&Result<Vec<DirectoryAccount>, GraphError>, Unasked> {
        let user = self.user.as_ref().ok_or("no_user")?;
        let (token, _) = self.mail_token().await?;
        let ask = async || self.directory(token).accounts_of(&user.email).await;
        Ok(self.account.get_or_init(ask).await)
    }

    /// What reading the user's mail is answered with.
    pub(super) async fn mail(&self) -> Result<&Result<(), GraphError>, Unasked> {
        let account = match self.found().await? {
            Ok(accounts) => only(accounts).ok_or("not_reached")?,
            Err(_) => return Err("not_reached"),
        };
        let (token, _) = self.mail_token().await?;
        let ask = async || self.probe(token, account).await;
        Ok(self.mail.get_or_init(ask).await)
    }

    pub(super) fn directory(&self, token: &AppToken) -> Application {
        self.graph().application(token.access_token.clone())
    }

    /// Asks for a mailbox, and for none of its mail.
    pub(super) async fn probe(&self, token: &AppToken, account: &DirectoryAccount) -> Result<(), GraphError> {
        self.graph().mailbox_of(&account.id, token.access_token.clone()).probe_mail().await
    }

    pub(super) fn graph(&self) -> graph::Graph {
        self.doctor.graph.with_deadline(self.until)
    }

    /// The user's link of a feature in this tenant, unless it was unlinked.
    pub(super) async fn link(&self, feature: Feature) -> Result<Option<Link>, AccountsError> {
        let Some(user) = &self.user else { return Ok(None) };
        let link = self.doctor.accounts.link(&self.organization, &user.id, feature).await?;
        Ok(link.filter(|link| link.tenant_id == self.tenant.tenant_id && link.status != LinkStatus::Unlinked))
    }

    /// Whether the mail permission or what limits it changed so recently that Exchange Online may not heed it
    /// yet (requirement R44): the consent is new, or the mailbox could be read until a short while ago.
    pub(super) fn may_be_settling(&self, grant: &Grant, link: Option<&Link>) -> bool {
        let changed = [Some(grant.granted_at), link.and_then(|link| link.last_success_at)];
        let now = self.doctor.accounts.now();
        changed.into_iter().flatten().any(|at| now.duration_since(at) < SETTLES)
    }
}

impl std::fmt::Debug for Examination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Examination").field("tenant", &self.tenant.tenant_id).finish_non_exhaustive()
    }
}

const UNAVAILABLE: &str = "microsoft_unavailable";

/// The one account, if there is exactly one.
pub(super) fn only(accounts: &[DirectoryAccount]) -> Option<&DirectoryAccount> {
    if let [account] = accounts { Some(account) } else { None }
}

/// The finding of an answer that says no, in the words that links use.
pub(super) fn refused(check: Check, error: &GraphError) -> Finding {
    let (_, reason) = link_failure(error);
    // A credential that Entra takes no longer is no passing trouble, although the next one may be good.
    if error.is_retryable() && !graph::entra::refuses_credential(error) {
        return Finding::failed(check, UNAVAILABLE).code(code_of(error));
    }
    Finding::of(check, State::Failed, Some(&reason)).code(code_of(error))
}

/// Microsoft's code.
pub(super) fn code_of(error: &GraphError) -> Option<String> {
    error.aadsts().map(|number| format!("AADSTS{number}")).or_else(|| error.code().map(str::to_owned))
}
