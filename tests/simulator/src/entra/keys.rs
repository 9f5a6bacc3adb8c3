//! Signing keys, tokens signed with them, and their publication.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::directory::Issued;

/// An RSA key that signs tokens (RS256).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// The key id of the tokens' headers.
    pub kid: String,
    /// The private key, PKCS#8 in PEM.
    pem: String,
    /// The modulus, base64url.
    n: String,
    /// The exponent, base64url.
    e: String,
}

impl SigningKey {
    /// A fresh 2048-bit key.
    #[must_use]
    pub fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("the system has randomness");
        let der = pair.as_der().expect("an RSA key has a PKCS#8 form");
        let pem = format!(
            "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
            STANDARD
                .encode(der.as_ref())
                .as_bytes()
                .chunks(64)
                .map(String::from_utf8_lossy)
                .collect::<Vec<_>>()
                .join("\n")
        );
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).expect("our own PEM");
        let jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).expect("an RSA key has a JWK");
        let part = |name: &str| {
            serde_json::to_value(&jwk)
                .ok()
                .and_then(|jwk| jwk[name].as_str().map(str::to_owned))
                .unwrap_or_default()
        };
        let (n, e) = (part("n"), part("e"));
        let kid = URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, n.as_bytes()).as_ref()[..20]);
        Self { kid, pem, n, e }
    }

    /// A signed token.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::RS256);
        header.kid = Some(self.kid.clone());
        let key = EncodingKey::from_rsa_pem(self.pem.as_bytes()).expect("checked when it was made");
        jsonwebtoken::encode(&header, claims, &key).expect("a key of the right kind signs")
    }

    /// The public half as an entry of a JWK set.
    pub(crate) fn jwk(&self, issuer: &str) -> Value {
        json!({"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid, "n": self.n, "e": self.e, "issuer": issuer})
    }

    fn decoding_key(&self) -> DecodingKey {
        DecodingKey::from_rsa_components(&self.n, &self.e).expect("checked when it was made")
    }
}

/// What every world of this process starts with: making a key takes a third of a second in a debug build.
static FIRST: LazyLock<SigningKey> = LazyLock::new(SigningKey::generate);

impl Issued {
    /// The key that signs now.
    pub(crate) fn signing_key(&mut self) -> &SigningKey {
        if self.keys.is_empty() {
            self.keys.push(FIRST.clone());
        }
        self.keys.last().expect("there is one")
    }

    /// A new key signs from now on; older ones stay published unless `drop_older`.
    pub(crate) fn rotate_keys(&mut self, drop_older: bool) {
        if drop_older {
            self.keys.clear();
        }
        self.keys.push(SigningKey::generate());
    }

    /// The claims of a token, if one of our published keys signed it. Says nothing about its lifetime.
    pub(crate) fn verified<T: DeserializeOwned + Clone>(&self, token: &str) -> Option<T> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.kid == kid)?;
        let mut validation = Validation::new(Algorithm::RS256);
        // Lifetime and audience are judged by the simulated clock, by the caller.
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        jsonwebtoken::decode::<T>(token, &key.decoding_key(), &validation).ok().map(|data| data.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_a_dropped_key_is_not_verified_any_more() {
        let mut issued = Issued::default();
        let token = issued.signing_key().sign(&json!({"sub": "x"}));
        assert_eq!(issued.verified::<Value>(&token).expect("verified")["sub"], "x");
        issued.rotate_keys(false);
        assert!(issued.verified::<Value>(&token).is_some());
        issued.rotate_keys(true);
        assert!(issued.verified::<Value>(&token).is_none());
    }

    #[test]
    fn a_changed_token_is_not_verified() {
        let mut issued = Issued::default();
        let token = issued.signing_key().sign(&json!({"sub": "x"}));
        let (head, signature) = token.rsplit_once('.').expect("a JWS");
        let forged = format!(
            "{}.{signature}",
            head.split_once('.').map(|(h, _)| h).expect("two parts").to_owned()
                + "."
                + &URL_SAFE_NO_PAD.encode(r#"{"sub":"y"}"#)
        );
        assert!(issued.verified::<Value>(&forged).is_none());
    }
}
