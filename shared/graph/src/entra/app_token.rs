//! The application's own token in a tenant.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::Tokens;

/// A token of the application in one tenant.
#[derive(Debug, Clone)]
pub struct AppToken {
    /// For Graph.
    pub access_token: SecretString,
    /// How long it lasts.
    pub expires_in: Duration,
    /// The application permissions inside. Tokens are Graph's to read, so this is only to tell whether a
    /// consent has arrived; empty when the token cannot be read.
    pub roles: Vec<String>,
    /// The object id of our enterprise application in the tenant, by which its administrators name it in
    /// Exchange Online; none when the token cannot be read.
    pub object_id: Option<String>,
}

#[derive(Default, Deserialize)]
struct Claims {
    #[serde(default)]
    roles: Vec<String>,
    oid: Option<String>,
}

impl AppToken {
    pub(super) fn of(tokens: Tokens) -> Self {
        let Tokens { access_token, expires_in, .. } = tokens;
        let Claims { roles, oid } = claims(access_token.expose_secret()).unwrap_or_default();
        Self { access_token, expires_in, roles, object_id: oid }
    }

    /// Whether all of these permissions are inside.
    #[must_use]
    pub fn has(&self, roles: &[&str]) -> bool {
        roles.iter().all(|role| self.roles.iter().any(|own| own == role))
    }
}

fn claims(jwt: &str) -> Option<Claims> {
    let payload = BASE64_URL_SAFE_NO_PAD.decode(jwt.split('.').nth(1)?).ok()?;
    serde_json::from_slice(&payload).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_of(access_token: String) -> AppToken {
        let expires_in = Duration::from_secs(3599);
        let access_token = access_token.into();
        AppToken::of(Tokens { access_token, refresh_token: None, id_token: None, expires_in, scopes: vec![] })
    }

    #[test]
    fn the_roles_are_read_and_an_opaque_token_has_none() {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(r#"{"aud":"x","roles":["Mail.Read","User.Read.All"]}"#);
        let token = token_of(format!("e30.{payload}.c2ln"));
        assert!(token.has(&["User.Read.All", "Mail.Read"]) && !token.has(&["Mail.Read", "Mail.Send"]));
        for opaque in ["opaque".to_owned(), "a.b.c".to_owned(), "e30.e30.c2ln".to_owned()] {
            let token = token_of(opaque);
            assert!(token.roles.is_empty() && !token.has(&["Mail.Read"]), "{token:?}");
        }
    }
}
