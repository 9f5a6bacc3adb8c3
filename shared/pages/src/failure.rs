//! Everything that can go wrong while connecting, in one table: the text's key, the HTTP status, who must
//! act, and what the page offers them. The texts stand in `locales/*/setten.ftl` under `failure-<key>`.

mod microsoft;
mod reason;

use http::StatusCode;
use serde::{Deserialize, Serialize};

pub use microsoft::aadsts_code;

/// Who must act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The person in front of the page.
    Reader,
    /// An administrator of the customer's Microsoft 365.
    Admin,
    /// Whoever runs the product.
    Operator,
    /// Nobody: it passes.
    Nobody,
}

/// What the page offers as the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Start again, here or where the person came from.
    Retry,
    /// Look at the product first; it may be done already.
    Return,
    /// A message to copy to the administrator.
    Forward,
    /// A message to copy to support.
    Support,
}

/// What was being done when it failed: the same answer from Microsoft means different things to an
/// administrator who consents and to a user who signs in (A16, A17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// An administrator consents for their tenant.
    Consent,
    /// A user links their own account.
    SignIn,
}

macro_rules! failures {
    ($($(#[$doc:meta])* $name:ident: $key:literal, $status:ident, $who:ident, $way:ident;)*) => {
        /// Why connecting failed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Failure { $($(#[$doc])* $name,)* }

        impl Failure {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name in text keys, logs and audits.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$name => $key,)* }
            }

            /// The page's HTTP status.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// Who must act.
            #[must_use]
            pub fn who(self) -> Who {
                match self { $(Self::$name => Who::$who,)* }
            }

            /// What the page offers.
            #[must_use]
            pub fn way(self) -> Way {
                match self { $(Self::$name => Way::$way,)* }
            }
        }
    };
}

failures! {
    /// The state is missing or names nothing we began.
    StateUnknown: "state-unknown", BAD_REQUEST, Reader, Retry;
    /// The state's time is over.
    StateExpired: "state-expired", GONE, Reader, Retry;
    /// The state or the code was used before: a reload, or a second tab.
    StateUsed: "state-used", CONFLICT, Reader, Return;
    /// The state's signature is not ours.
    StateForged: "state-forged", BAD_REQUEST, Reader, Retry;
    /// The tenant that answered is not the one that was typed.
    WrongTenant: "wrong-tenant", FORBIDDEN, Reader, Retry;
    /// No directory has this id.
    TenantNotFound: "tenant-not-found", UNPROCESSABLE_ENTITY, Reader, Retry;
    /// The administrator left the consent page without accepting.
    ConsentDeclined: "consent-declined", FORBIDDEN, Reader, Retry;
    /// The user left the sign-in or consent page without accepting.
    SignInDeclined: "sign-in-declined", FORBIDDEN, Reader, Retry;
    /// The administrator accepted, but Microsoft does not show the consent.
    ConsentNotVisible: "consent-not-visible", FORBIDDEN, Reader, Retry;
    /// A user signs in before the tenant consented (A17).
    ConsentMissing: "consent-missing", FORBIDDEN, Admin, Forward;
    /// Microsoft told a user that an administrator must approve (A17).
    AdminApprovalRequired: "admin-approval-required", FORBIDDEN, Admin, Forward;
    /// The administrator does not want the tenant connected to this organization.
    NotThisOrganization: "not-this-organization", FORBIDDEN, Reader, Return;
    /// Whoever consents is not an administrator, often by a remembered account (A04, A16).
    NotAdmin: "not-admin", FORBIDDEN, Reader, Retry;
    /// The enterprise application asks for an assignment that the user lacks.
    UserNotAssigned: "user-not-assigned", FORBIDDEN, Admin, Forward;
    /// The account belongs to another directory, or is not in this one.
    AccountOfAnotherDirectory: "account-of-another-directory", FORBIDDEN, Reader, Retry;
    /// The account is in the directory, but is not this user's mail or alias (E09, R45).
    WrongAccount: "wrong-account", FORBIDDEN, Reader, Retry;
    /// The directory does not know our application: nobody has consented.
    AppNotInTenant: "app-not-in-tenant", FORBIDDEN, Admin, Forward;
    /// The enterprise application is switched off.
    AppDisabled: "app-disabled", FORBIDDEN, Admin, Forward;
    /// The tenant lacks the Microsoft service, usually the Exchange Online plan (A02).
    ServiceMissing: "service-missing", FORBIDDEN, Admin, Forward;
    /// The account has no mailbox in Exchange Online (A02).
    MailboxMissing: "mailbox-missing", FORBIDDEN, Admin, Forward;
    /// A folder of our name exists that we did not make (B15).
    FolderTaken: "folder-taken", CONFLICT, Reader, Retry;
    /// The organization itself took the permission back.
    GrantRevoked: "grant-revoked", FORBIDDEN, Admin, Forward;
    /// The directory has no account, or several, with the user's address (C10, R09).
    AccountNotFound: "account-not-found", NOT_FOUND, Admin, Forward;
    /// The account has no licence with Exchange Online (A02, R10).
    LicenceMissing: "licence-missing", FORBIDDEN, Admin, Forward;
    /// The mailbox is on a server of the customer (E01, R10).
    MailboxOnPremises: "mailbox-on-premises", FORBIDDEN, Admin, Forward;
    /// There is a licence, and no mailbox yet (R10).
    MailboxPending: "mailbox-pending", CONFLICT, Nobody, Retry;
    /// The mailbox takes nothing more.
    MailboxFull: "mailbox-full", INSUFFICIENT_STORAGE, Reader, Retry;
    /// Graph refuses the mailbox, and it is not known why (C11).
    AccessDenied: "access-denied", FORBIDDEN, Admin, Forward;
    /// The permission is there; a rule in Exchange Online leaves the mailbox out (R10).
    AccessPolicy: "access-policy", FORBIDDEN, Admin, Forward;
    /// The same, so soon after a change that it may still become effective (R44).
    AccessPolicyPending: "access-policy-pending", FORBIDDEN, Nobody, Retry;
    /// A mailbox that should be out of reach can be read (M07).
    ScopeTooWide: "scope-too-wide", FORBIDDEN, Admin, Forward;
    /// The tenant has not assigned what reading groups takes (P14).
    GroupsNotPermitted: "groups-not-permitted", CONFLICT, Admin, Forward;
    /// The directory has no such group, or no longer (P14).
    GroupNotFound: "group-not-found", NOT_FOUND, Reader, Retry;
    /// Events of this calendar cannot have a Teams meeting (R38).
    TeamsMissing: "teams-missing", CONFLICT, Admin, Forward;
    /// The organization's plan does not have the feature (A01).
    NotInPlan: "not-in-plan", FORBIDDEN, Operator, Support;
    /// Our credential is good, but not for long (M12).
    CredentialExpiring: "credential-expiring", BAD_GATEWAY, Operator, Support;
    /// A Conditional Access policy blocks the sign-in.
    ConditionalAccess: "conditional-access", FORBIDDEN, Admin, Forward;
    /// The device does not meet the policy.
    DeviceNotCompliant: "device-not-compliant", FORBIDDEN, Reader, Forward;
    /// Multi-factor authentication or another interaction is due.
    MfaRequired: "mfa-required", UNAUTHORIZED, Reader, Retry;
    /// The sign-in is over, or never was.
    SignInRequired: "sign-in-required", UNAUTHORIZED, Reader, Retry;
    /// The account is switched off.
    AccountDisabled: "account-disabled", FORBIDDEN, Admin, Forward;
    /// The password is over.
    PasswordExpired: "password-expired", FORBIDDEN, Reader, Retry;
    /// Our credential is wrong, missing or over.
    BadCredential: "bad-credential", BAD_GATEWAY, Operator, Support;
    /// The redirect address is not in the registration.
    RedirectMismatch: "redirect-mismatch", BAD_GATEWAY, Operator, Support;
    /// The registration or the request does not fit in another way.
    AppMisconfigured: "app-misconfigured", BAD_GATEWAY, Operator, Support;
    /// The id token does not hold: signature, audience, issuer, nonce or time.
    InvalidIdToken: "invalid-id-token", BAD_GATEWAY, Reader, Retry;
    /// Microsoft did not answer, or asks to come back.
    MicrosoftUnavailable: "microsoft-unavailable", SERVICE_UNAVAILABLE, Nobody, Retry;
    /// Microsoft refused for a reason that is not in this table.
    Unknown: "unknown", BAD_GATEWAY, Operator, Support;
    /// We failed.
    Internal: "internal", INTERNAL_SERVER_ERROR, Operator, Support;
    /// No page has this address.
    NotFound: "not-found", NOT_FOUND, Reader, Return;
    /// The result page was opened after its time.
    ResultGone: "result-gone", GONE, Reader, Return;
}

impl Failure {
    /// Whether an administrator's consent is what is missing, so that the consent page's address helps.
    pub(crate) fn is_mended_by_consent(self) -> bool {
        matches!(
            self,
            Self::ConsentMissing | Self::AdminApprovalRequired | Self::AppNotInTenant | Self::GrantRevoked
        )
    }
}

#[cfg(test)]
mod codes;
#[cfg(test)]
mod tests;
