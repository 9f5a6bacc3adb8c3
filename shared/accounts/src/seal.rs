//! Sealing of tokens at rest: AES-256-GCM, bound to the owner, so that a sealed value moved to another
//! record does not open.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};

use crate::AccountsError;

/// Seals and opens.
#[derive(Clone)]
pub struct Sealer(Arc<RandomizedNonceKey>);

impl Sealer {
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        let key = RandomizedNonceKey::new(&AES_256_GCM, key).expect("32 bytes are an AES-256 key");
        Self(Arc::new(key))
    }

    /// Seals a secret for its owner: base64 of nonce, cipher text and tag.
    ///
    /// # Errors
    /// None: a text can be sealed.
    pub fn seal(&self, owner: &str, plain: &SecretString) -> Result<String, AccountsError> {
        let mut text = plain.expose_secret().as_bytes().to_vec();
        let nonce =
            self.0.seal_in_place_append_tag(Aad::from(owner), &mut text).map_err(|_| AccountsError::Seal)?;
        Ok(STANDARD.encode([nonce.as_ref().as_slice(), &text].concat()))
    }

    /// Opens what was sealed for this owner.
    ///
    /// # Errors
    /// It was sealed for another, by another key, or was changed since.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<SecretString, AccountsError> {
        let bytes = STANDARD.decode(sealed).map_err(|_| AccountsError::Seal)?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN).ok_or(AccountsError::Seal)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| AccountsError::Seal)?;
        let mut text = text.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(owner), &mut text);
        let plain = plain.map_err(|_| AccountsError::Seal)?;
        let plain = std::str::from_utf8(plain).map_err(|_| AccountsError::Seal)?;
        Ok(SecretString::from(plain.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_for_its_owner_and_unchanged() {
        let sealer = Sealer::new(&[7; 32]);
        let sealed = sealer.seal("a/u1/contacts", &"秘密 token".into()).expect("sealed");
        let open =
            |owner: &str, sealed: &str| sealer.open(owner, sealed).map(|s| s.expose_secret().to_owned());
        assert_eq!(open("a/u1/contacts", &sealed).expect("opens"), "秘密 token");
        assert!(open("a/u2/contacts", &sealed).is_err());
        let mut bytes = STANDARD.decode(&sealed).expect("base64");
        bytes[NONCE_LEN] ^= 1;
        assert!(open("a/u1/contacts", &STANDARD.encode(bytes)).is_err());
        assert!(open("a/u1/contacts", "AAAA").is_err());
        assert!(!sealed.contains("token"));
    }
}
