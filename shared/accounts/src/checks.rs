//! The link doctor: what connects an organization with Microsoft 365, tried piece by piece (features A16, A17,
//! P11, M02, M07). Every check asks something that changes nothing, is bounded in time, and ends in a
//! [`Finding`], whatever Microsoft answers. What people read about a finding's reason is in `pages::Failure`.
//!
//! The application's token opens every mailbox of a tenant, whoever asked for it. So nothing is asked with it
//! unless an administrator of that tenant proved the consent to this very organization, and only members of
//! the organization are looked up.

mod commands;
mod consent;
mod examination;
mod groups;
mod links;
mod mailbox;
mod tenant;

use std::time::Duration;

use graph::Graph;
use jiff::SignedDuration;
use types::{OrganizationId, TenantId, UserId};

use crate::{Accounts, AccountsError, Connect, Tokens};

pub use examination::Examination;

/// How long one check may take.
const PATIENCE: Duration = Duration::from_secs(6);

/// How long all checks of one examination may take: the API answers within 15 seconds or not at all.
const WHOLE: Duration = Duration::from_secs(11);

/// How long Exchange Online may take to heed a change of permissions or policies. Source: Graph page "Limit
/// application permissions to specific Exchange Online mailboxes" (more than an hour) and Exchange page "RBAC
/// for Applications" (30 minutes to 2 hours), with some more.
const SETTLES: SignedDuration = SignedDuration::from_hours(3);

/// Days that are left of our own credential when it is worth a word.
const FEW_DAYS: i64 = 30;

/// One thing to try, in the order in which they make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// There is such a directory (A07).
    Tenant,
    /// Entra takes the deployment's own credential.
    Credential,
    /// The directory knows our application and lets it be used.
    Application,
    /// The consent to push contacts.
    ContactsConsent,
    /// The consent to read mail.
    MailConsent,
    /// The consent to use calendars.
    CalendarConsent,
    /// The groups that switch features on can be read (P14).
    Groups,
    /// The directory has exactly one account with the user's address, and it is switched on (R09, C10).
    Account,
    /// The account has a mailbox that Graph reaches (R10).
    Mailbox,
    /// The user's mail can be read (C11, R44).
    MailAccess,
    /// A mailbox outside of the scope cannot (M07).
    OutsideAccess,
    /// The user's link of contacts is alive.
    ContactsLink,
    /// The user's link of the calendar is alive.
    CalendarLink,
    /// The calendar can make Teams meetings, and its time zone.
    Calendar,
}

impl Check {
    /// Every check, in the order in which to run them.
    pub const ALL: [Self; 14] = [
        Self::Tenant,
        Self::Credential,
        Self::Application,
        Self::ContactsConsent,
        Self::MailConsent,
        Self::CalendarConsent,
        Self::Groups,
        Self::Account,
        Self::Mailbox,
        Self::MailAccess,
        Self::OutsideAccess,
        Self::ContactsLink,
        Self::CalendarLink,
        Self::Calendar,
    ];

    /// The name in JSON and text keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Credential => "credential",
            Self::Application => "application",
            Self::ContactsConsent => "contacts_consent",
            Self::MailConsent => "mail_consent",
            Self::CalendarConsent => "calendar_consent",
            Self::Groups => "groups",
            Self::Account => "account",
            Self::Mailbox => "mailbox",
            Self::MailAccess => "mail_access",
            Self::OutsideAccess => "outside_access",
            Self::ContactsLink => "contacts_link",
            Self::CalendarLink => "calendar_link",
            Self::Calendar => "calendar",
        }
    }

    /// The check of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.as_str() == name)
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Passed,
    /// It works, or will without anybody doing anything; worth knowing.
    Warning,
    /// It does not work until somebody acts.
    Failed,
    /// It could not be tried; the reason says what is missing.
    Skipped,
}

impl State {
    /// The name in JSON and text keys.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which check.
    pub check: Check,
    /// How it ended.
    pub state: State,
    /// Why: a word of ours or Microsoft's code, as links carry it; none when it passed. Of a skipped check:
    /// `no_user`, `no_outside_user`, `no_link`, `no_audience`, `grant_missing`, `grant_revoked`, `not_in_plan`, `not_visible`
    /// (Microsoft shows it only to a user who is linked), `not_reached` (an earlier check tells), `out_of_time`.
    pub reason: Option<String>,
    /// Microsoft's own code, where it answered with one.
    pub code: Option<String>,
    /// What was seen, by name: accounts, permissions, days.
    pub evidence: Vec<(&'static str, String)>,
    /// Commands to copy, each a whole script for PowerShell.
    pub commands: Vec<String>,
}

impl Finding {
    fn of(check: Check, state: State, reason: Option<&str>) -> Self {
        let reason = reason.map(str::to_owned);
        Self { check, state, reason, code: None, evidence: Vec::new(), commands: Vec::new() }
    }

    fn passed(check: Check) -> Self {
        Self::of(check, State::Passed, None)
    }

    fn warning(check: Check, reason: &str) -> Self {
        Self::of(check, State::Warning, Some(reason))
    }

    fn failed(check: Check, reason: &str) -> Self {
        Self::of(check, State::Failed, Some(reason))
    }

    fn skipped(check: Check, reason: &str) -> Self {
        Self::of(check, State::Skipped, Some(reason))
    }

    fn code(mut self, code: Option<String>) -> Self {
        self.code = code;
        self
    }

    fn seen(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.evidence.push((name, value.into()));
        self
    }
}

/// Who is examined besides the tenant: members of the organization.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// Whose account, mailbox and links are looked at.
    pub user: Option<UserId>,
    /// Somebody whose mailbox should be out of reach.
    pub outside: Option<UserId>,
}

/// Examines connections. Cheap to make and to clone.
#[derive(Clone)]
pub struct Doctor {
    accounts: Accounts,
    entra: graph::entra::Entra,
    tokens: Tokens,
    graph: Graph,
    days_left: Option<i64>,
}

impl Doctor {
    /// A doctor with these clients; `days_left` is what [`crate::AppSecrets::credential_days_left`] says.
    #[must_use]
    pub fn new(connect: &Connect, graph: Graph, days_left: Option<i64>) -> Self {
        let Connect { accounts, entra, tokens, .. } = connect;
        Self { accounts: accounts.clone(), entra: entra.clone(), tokens: tokens.clone(), graph, days_left }
    }

    /// Every check, in the order in which to run them.
    #[must_use]
    pub fn checks() -> &'static [Check] {
        &Check::ALL
    }

    /// Begins to examine a tenant of the organization; what one check learns from Microsoft, the next one uses.
    ///
    /// # Errors
    /// `NotFound` when the organization has no such tenant or member, or the store failed.
    pub async fn examine(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        chosen: &Chosen,
    ) -> Result<Examination, AccountsError> {
        Examination::begin(self.clone(), organization, tenant, chosen).await
    }

    /// One check on its own, for whoever shows progress.
    ///
    /// # Errors
    /// As [`Self::examine`] and [`Examination::run`].
    pub async fn run(
        &self,
        organization: &OrganizationId,
        tenant: &TenantId,
        check: Check,
        chosen: &Chosen,
    ) -> Result<Finding, AccountsError> {
        self.examine(organization, tenant, chosen).await?.run(check).await
    }
}

impl std::fmt::Debug for Doctor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doctor").field("days_left", &self.days_left).finish_non_exhaustive()
    }
}
