//! What Microsoft's answers mean: the number of an `AADSTS` error, and where it says nothing, the OAuth error.

use super::{Failure, Flow};

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
            700_016 | 700_011 | 7_000_229 => Self::AppNotInTenant,
            7_000_112 | 70001 => Self::AppDisabled,
            // A secret, a certificate's assertion, and an assertion of another issuer.
            7_000_215
            | 7_000_218
            | 7_000_222
            | 700_021
            | 700_023
            | 700_024
            | 700_027
            | 70021
            | 700_211..=700_213
            | 7_002_137
            | 7_002_138
            | 50027
            | 50166
            | 5_000_811 => Self::BadCredential,
            650_052 | 500_011 => Self::ServiceMissing,
            700_082 | 70008 | 50173 | 70043 | 70000 | 50058 | 50126 => Self::SignInRequired,
            50076 | 50079 | 50074 | 700_020 => Self::MfaRequired,
            53003 | 530_032 => Self::ConditionalAccess,
            53000..=53002 => Self::DeviceNotCompliant,
            50057 => Self::AccountDisabled,
            50055 => Self::PasswordExpired,
            90002 | 900_023 => Self::TenantNotFound,
            50011 | 500_112 => Self::RedirectMismatch,
            54005 => Self::StateUsed,
            700_005 => Self::WrongTenant,
            90024 | 90033 | 50033 => Self::MicrosoftUnavailable,
            code if is_our_mistake(code) => Self::AppMisconfigured,
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

    /// The same with Microsoft's code as people quote it: the number, or the OAuth error where there is none.
    #[must_use]
    pub fn with_code(flow: Flow, code: Option<u32>, oauth_error: &str) -> (Self, Option<String>) {
        let quoted = code.map_or_else(|| oauth_error.to_owned(), |number| format!("AADSTS{number}"));
        (Self::from_microsoft(flow, code, oauth_error), Some(quoted))
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

/// Numbers that say that our registration or our request does not fit: scopes, resources, grant and response
/// types, PKCE, the tenant in the path, asking too often.
fn is_our_mistake(code: u32) -> bool {
    const REGISTRATION: [u32; 7] = [65005, 650_053, 650_056, 650_057, 90008, 50194, 700_051];
    const REQUEST: [u32; 15] = [
        70011, 28002, 700_022, 501_481, 501_491, 9_001_023, 50196, 50059, 70003, 70005, 700_054, 900_144,
        900_561, 1_002_012, 9_002_313,
    ];
    REGISTRATION.contains(&code) || REQUEST.contains(&code)
}

/// The number of the first `AADSTS…` in Microsoft's description of an error.
#[must_use]
pub fn aadsts_code(description: &str) -> Option<u32> {
    let (_, rest) = description.split_once("AADSTS")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..digits].parse().ok()
}
