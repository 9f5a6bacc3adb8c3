//! Everything that can go wrong while connecting, in one table: the text's key, the HTTP status, who must
//! act, and what the page offers them. The texts stand in `locales/*/setten.ftl` under `failure-<key>`.

use http::StatusCode;
use serde::{Deserialize, Serialize};

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
    /// The failure of an `AADSTS` number; where the number says nothing (0 if there is none), of the OAuth
    /// error. Source: Microsoft's "reference-error-codes"; numbers may change there, so an unknown one
    /// falls back.
    #[must_use]
    pub fn from_aadsts(code: u32, oauth_error: &str) -> Self {
        match code {
            65001 => Self::ConsentMissing,
            65004 => Self::SignInDeclined,
            90094 | 90095 => Self::AdminApprovalRequired,
            50020 | 50034 | 50014 | 51004 | 16000 => Self::AccountOfAnotherDirectory,
            50105 => Self::UserNotAssigned,
            700016 | 700011 => Self::AppNotInTenant,
            7000112 => Self::AppDisabled,
            7000215 | 7000222 | 700027 | 7000218 => Self::BadCredential,
            65005 | 650056 | 650057 | 90008 | 70011 | 28002 | 700022 | 501481 | 9001023 | 50194 | 50196 => {
                Self::AppMisconfigured
            }
            650052 | 500011 => Self::ServiceMissing,
            700082 | 70008 | 50173 | 70043 | 70000 | 50058 => Self::SignInRequired,
            50076 | 50079 | 50074 | 700020 => Self::MfaRequired,
            53003 | 530032 => Self::ConditionalAccess,
            53000 => Self::DeviceNotCompliant,
            50057 => Self::AccountDisabled,
            50055 => Self::PasswordExpired,
            90002 => Self::TenantNotFound,
            50011 => Self::RedirectMismatch,
            54005 => Self::StateUsed,
            90024 | 90033 | 50033 => Self::MicrosoftUnavailable,
            _ => Self::from_oauth_error(oauth_error),
        }
    }

    /// The failure of an OAuth error alone (RFC 6749, OpenID Connect Core, and Entra's own words).
    fn from_oauth_error(error: &str) -> Self {
        match error {
            "access_denied" | "permission_denied" => Self::SignInDeclined,
            "consent_required" => Self::ConsentMissing,
            "temporarily_unavailable" | "server_error" => Self::MicrosoftUnavailable,
            "interaction_required" => Self::MfaRequired,
            "login_required" | "account_selection_required" | "invalid_grant" => Self::SignInRequired,
            "invalid_client" => Self::BadCredential,
            "unauthorized_client" | "invalid_scope" | "invalid_resource" => Self::AppMisconfigured,
            _ => Self::Unknown,
        }
    }

    /// The failure of what Microsoft answered in this flow; `code` is the `AADSTS` number, if there is one.
    #[must_use]
    pub fn from_microsoft(flow: Flow, code: Option<u32>, oauth_error: &str) -> Self {
        match (flow, code, oauth_error) {
            // The v2 consent page's own word for a refusal.
            (Flow::Consent, None, "consent_required") => Self::ConsentDeclined,
            _ => Self::from_aadsts(code.unwrap_or_default(), oauth_error).during(flow),
        }
    }

    /// What the failure means in this flow: to an administrator who consents, "an administrator must
    /// approve" says that they are none (A16), a refusal is of the whole tenant's consent.
    #[must_use]
    pub fn during(self, flow: Flow) -> Self {
        match (flow, self) {
            (Flow::Consent, Self::AdminApprovalRequired) => Self::NotAdmin,
            (Flow::Consent, Self::SignInDeclined) => Self::ConsentDeclined,
            (Flow::Consent, Self::ConsentMissing | Self::AppNotInTenant) => Self::ConsentNotVisible,
            (_, failure) => failure,
        }
    }
}

impl Failure {
    /// Whether an administrator's consent is what is missing, so that the consent page's address helps.
    pub(crate) fn is_mended_by_consent(self) -> bool {
        matches!(self, Self::ConsentMissing | Self::AdminApprovalRequired | Self::AppNotInTenant)
    }
}

/// The number of the first `AADSTS…` in Microsoft's description of an error.
#[must_use]
pub fn aadsts_code(description: &str) -> Option<u32> {
    let (_, rest) = description.split_once("AADSTS")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}

#[cfg(test)]
mod tests;
