//! What the control API can switch in the simulated Entra ID, and what it counts.

use serde::{Deserialize, Serialize};

/// Switches, with the values that Entra itself has by default.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Behaviour {
    /// Seconds until tokens carry what an administrator consented to (facts §1.2: minutes in reality).
    pub consent_delay_seconds: u32,
    /// Whether an administrator's consent to the whole registration (`.default`) takes back what the tenant had
    /// granted beyond it (facts §1.2: it may).
    pub consent_replaces: bool,
    /// Whether the token endpoint refuses `/common`, `/organizations` and `/consumers` with AADSTS50194.
    pub reject_common: bool,
    /// How long an access token lives; Entra says 3599 to most clients.
    pub access_token_seconds: u32,
    /// How long an authorization code may be redeemed.
    pub code_seconds: u32,
    /// How long a refresh token lives without use.
    pub refresh_token_seconds: u32,
    /// Errors to answer with, first match first.
    pub forced_errors: Vec<ForcedError>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            consent_delay_seconds: 0,
            consent_replaces: true,
            reject_common: false,
            access_token_seconds: 3599,
            code_seconds: 600,
            refresh_token_seconds: 90 * 24 * 3600,
            forced_errors: Vec::new(),
        }
    }
}

/// Where a forced error strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Endpoint {
    /// `/oauth2/v2.0/authorize`
    Authorize,
    /// `/oauth2/v2.0/token`
    Token,
    /// `/v2.0/adminconsent` and `/adminconsent`
    AdminConsent,
}

/// An error on demand, as `POST /_sim/entra/errors` asks for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ForcedError {
    /// Only for this tenant (its id); every tenant if absent.
    pub tenant_id: Option<String>,
    /// Only for this user; everybody and app-only calls if absent.
    pub user_principal_name: Option<String>,
    /// Where.
    pub endpoint: Endpoint,
    /// The number after `AADSTS`.
    pub aadsts: u32,
    /// How often; once if absent.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

impl Behaviour {
    /// The number of the error that is to be answered now, counted off.
    pub fn take_forced_error(
        &mut self,
        endpoint: Endpoint,
        tenant_id: Option<&str>,
        user_principal_name: Option<&str>,
    ) -> Option<u32> {
        let matches = |wanted: &Option<String>, actual: Option<&str>| {
            wanted
                .as_deref()
                .is_none_or(|wanted| actual.is_some_and(|actual| actual.eq_ignore_ascii_case(wanted)))
        };
        let position = self.forced_errors.iter().position(|error| {
            error.endpoint == endpoint
                && matches(&error.tenant_id, tenant_id)
                && matches(&error.user_principal_name, user_principal_name)
        })?;
        let error = &mut self.forced_errors[position];
        let aadsts = error.aadsts;
        error.times = error.times.saturating_sub(1);
        if error.times == 0 {
            self.forced_errors.remove(position);
        }
        Some(aadsts)
    }
}

/// How the calls of one kind went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenCalls {
    /// Answered with tokens.
    pub succeeded: u64,
    /// Answered with an error.
    pub failed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forced_error_strikes_as_often_as_asked_and_only_where_it_matches() {
        let mut behaviour = Behaviour::default();
        behaviour.forced_errors.push(ForcedError {
            tenant_id: Some("t1".to_owned()),
            user_principal_name: Some("Hanako@Contoso.example".to_owned()),
            endpoint: Endpoint::Token,
            aadsts: 50173,
            times: 2,
        });
        let user = Some("hanako@contoso.example");
        assert_eq!(behaviour.take_forced_error(Endpoint::Authorize, Some("t1"), user), None);
        assert_eq!(behaviour.take_forced_error(Endpoint::Token, Some("t2"), user), None);
        assert_eq!(behaviour.take_forced_error(Endpoint::Token, Some("t1"), None), None);
        assert_eq!(behaviour.take_forced_error(Endpoint::Token, Some("t1"), user), Some(50173));
        assert_eq!(behaviour.take_forced_error(Endpoint::Token, Some("t1"), user), Some(50173));
        assert_eq!(behaviour.take_forced_error(Endpoint::Token, Some("t1"), user), None);
    }
}
