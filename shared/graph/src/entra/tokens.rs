//! What the token endpoint hands out.

use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use crate::error::GraphError;

/// Tokens, fresh from Entra.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// For Graph; opaque to us.
    pub access_token: SecretString,
    /// There if `offline_access` was asked for. Replaces the one in store.
    pub refresh_token: Option<SecretString>,
    /// There if `openid` was asked for. Believe nothing in it before [`super::Entra::verify_id_token`].
    pub id_token: Option<SecretString>,
    /// How long the access token lives from now, about an hour.
    pub expires_in: Duration,
    /// What was granted, which may be less than was asked for.
    pub scopes: Vec<String>,
}

#[derive(Deserialize)]
struct Wire {
    token_type: String,
    access_token: String,
    refresh_token: Option<String>,
    id_token: Option<String>,
    expires_in: u64,
    #[serde(default)]
    scope: String,
}

impl Tokens {
    /// Reads a 200 of the token endpoint. The cause of a failure is left out: it could quote the body.
    pub(super) fn read(body: &[u8]) -> Result<Self, GraphError> {
        let wire: Wire = serde_json::from_slice(body).map_err(|_| GraphError::lacks("tokens"))?;
        if !wire.token_type.eq_ignore_ascii_case("Bearer") || wire.access_token.is_empty() {
            return Err(GraphError::lacks("bearer token"));
        }
        Ok(Self {
            access_token: wire.access_token.into(),
            refresh_token: wire.refresh_token.map(SecretString::from),
            id_token: wire.id_token.map(SecretString::from),
            expires_in: Duration::from_secs(wire.expires_in),
            scopes: wire.scope.split_whitespace().map(str::to_owned).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn a_token_reply_is_read_and_never_printed() {
        let body = br#"{"token_type":"Bearer","scope":"openid  Contacts.ReadWrite","expires_in":3599,
            "ext_expires_in":3599,"access_token":"SECRET-A","refresh_token":"SECRET-R","id_token":"SECRET-I"}"#;
        let tokens = Tokens::read(body).expect("tokens");
        assert_eq!(tokens.access_token.expose_secret(), "SECRET-A");
        assert_eq!(tokens.scopes, ["openid", "Contacts.ReadWrite"]);
        assert_eq!(tokens.expires_in, Duration::from_secs(3599));
        assert!(!format!("{tokens:?}").contains("SECRET"));
    }

    #[test]
    fn a_reply_without_a_bearer_token_is_refused_without_quoting_it() {
        for body in [
            r#"{"token_type":"mac","access_token":"SECRET","expires_in":1}"#,
            r#"{"token_type":"Bearer","access_token":"","expires_in":1}"#,
            r#"{"token_type":"Bearer","access_token":"SECRET","expires_in":"SECRET"}"#,
            "<html>SECRET",
        ] {
            let error = Tokens::read(body.as_bytes()).expect_err(body);
            assert!(!format!("{error:?} {error}").contains("SECRET"), "{error:?}");
        }
    }
}
