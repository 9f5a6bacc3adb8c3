//! What the reason of a link or of a check means: a word of ours, an `AADSTS` number, or a code of Graph
//! (features C10 to C12, requirement R10).

use super::{Failure, aadsts_code};

impl Failure {
    /// The failure of a link as it stands: by its reason, and where that says nothing, by its status
    /// (`linked`, `no_permission`, … as links are stored). None while nothing is wrong.
    #[must_use]
    pub fn of_link(status: &str, reason: Option<&str>) -> Option<Self> {
        let by_status = match status {
            "linked" | "syncing" | "unlinked" => return None,
            "authentication_failed" => Self::AccountNotFound,
            "no_permission" => Self::AccessDenied,
            "reconnect_needed" => Self::SignInRequired,
            _ => Self::Unknown,
        };
        Some(match reason.map_or(Self::Unknown, Self::of_reason) {
            Self::Unknown => by_status,
            failure => failure,
        })
    }

    /// The failure of a reason alone. [`Failure::Unknown`] for one that no code of ours writes.
    #[must_use]
    pub fn of_reason(reason: &str) -> Self {
        match aadsts_code(reason) {
            Some(code) => Self::from_aadsts(code, ""),
            None => Self::of_our_word(reason).unwrap_or_else(|| Self::of_graph_code(reason)),
        }
    }

    /// Words that our own crates write: links (`accounts`, `subscriptions`, `cards`) and the checks.
    fn of_our_word(word: &str) -> Option<Self> {
        Some(match word {
            "sign_in_needed" => Self::SignInRequired,
            "grant_missing" | "consent_missing" => Self::ConsentMissing,
            "consent_not_visible" => Self::ConsentNotVisible,
            "grant_revoked" => Self::GrantRevoked,
            "internal_error" => Self::Internal,
            "account_not_found" => Self::AccountNotFound,
            "account_disabled" => Self::AccountDisabled,
            "mailbox_not_found" => Self::MailboxMissing,
            "licence_missing" => Self::LicenceMissing,
            "mailbox_on_premises" => Self::MailboxOnPremises,
            "mailbox_pending" => Self::MailboxPending,
            "access_denied" => Self::AccessDenied,
            "access_policy" => Self::AccessPolicy,
            "access_policy_pending" => Self::AccessPolicyPending,
            "scope_too_wide" => Self::ScopeTooWide,
            "no_credential" => Self::BadCredential,
            "groups_not_permitted" => Self::GroupsNotPermitted,
            "group_not_found" => Self::GroupNotFound,
            "teams_missing" => Self::TeamsMissing,
            "folder_taken" => Self::FolderTaken,
            "tenant_not_found" => Self::TenantNotFound,
            "credential_expiring" => Self::CredentialExpiring,
            "not_in_plan" => Self::NotInPlan,
            "microsoft_unavailable" => Self::MicrosoftUnavailable,
            _ => return None,
        })
    }

    /// Codes of Graph and Exchange (facts 2.5), compared without regard to case.
    fn of_graph_code(code: &str) -> Self {
        match code.to_ascii_lowercase().as_str() {
            "mailboxnotenabledforrestapi" | "mailboxnotsupportedforrestapi" => Self::MailboxMissing,
            "errorinvaliduser" | "resourcenotfound" | "request_resourcenotfound" => Self::AccountNotFound,
            "erroraccessdenied" | "accessdenied" => Self::AccessDenied,
            // The directory, not a mailbox: no rule of Exchange is behind it.
            "authorization_requestdenied" => Self::ConsentMissing,
            "errorquotaexceeded" | "quotalimitreached" => Self::MailboxFull,
            "invalidauthenticationtoken" => Self::SignInRequired,
            "applicationthrottled"
            | "toomanyrequests"
            | "activitylimitreached"
            | "errorserverbusy"
            | "errorexceededconnectioncount"
            | "errorinternalservertransienterror"
            | "errormailboxstoreunavailable" => Self::MicrosoftUnavailable,
            // Requests that Graph does not understand are made by us.
            "errorinvalididmalformed"
            | "errorinvalidrequest"
            | "invalidrequest"
            | "badrequest"
            | "requestbodyread"
            | "errorinvalidproperty"
            | "errorpropertyvalidationfailure"
            | "inefficientfilter"
            | "erroritemnotfound"
            | "errorfoldernotfound"
            | "errorfolderexists"
            | "errorirresolvableconflict"
            | "syncstatenotfound"
            | "resyncrequired" => Self::Internal,
            _ => Self::Unknown,
        }
    }
}
