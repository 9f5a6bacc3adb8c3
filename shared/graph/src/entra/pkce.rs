//! Proof Key for Code Exchange (RFC 7636), method S256.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// The pair that ties a code to the browser session that asked for it.
#[derive(Debug, Clone)]
pub struct Pkce {
    /// Kept, sealed, until the code is redeemed; 43 characters.
    pub verifier: SecretString,
    /// Goes into the authorize address; 43 characters.
    pub challenge: String,
}

impl Pkce {
    /// A new pair of 256 random bits.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        Self::of(SecretString::from(BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The pair of a verifier that was kept.
    #[must_use]
    pub fn of(verifier: SecretString) -> Self {
        let digest = Sha256::digest(verifier.expose_secret().as_bytes());
        Self { verifier, challenge: BASE64_URL_SAFE_NO_PAD.encode(digest) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let pkce = Pkce::of(SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert_eq!(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn every_pair_is_new_and_of_the_right_form() {
        let [one, other] = [Pkce::generate(&mut rand::rng()), Pkce::generate(&mut rand::rng())];
        let verifier = one.verifier.expose_secret();
        assert_ne!(verifier, other.verifier.expose_secret());
        assert_eq!((verifier.len(), one.challenge.len()), (43, 43));
        assert!(verifier.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{verifier}");
    }
}
