//! Signs texts that leave the house and come back: states, links in mails, ids in forms.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Signs texts for one purpose: what is signed for another does not verify. HMAC-SHA256 with a key of the
/// purpose's own, derived from the deployment's.
#[derive(Clone)]
pub struct Signer(hmac::Key);

impl Signer {
    pub(crate) fn new(key: &[u8; 32], purpose: &str) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key);
        let own = hmac::sign(&root, format!("setten/sign/{purpose}").as_bytes());
        Self(hmac::Key::new(hmac::HMAC_SHA256, own.as_ref()))
    }

    /// The text with its signature: `text.signature`. The text should be made of characters that survive
    /// where it goes (a URL, a form); the signature is of A-Z a-z 0-9 - _.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let signature = hmac::sign(&self.0, text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The text of something that we signed for this purpose; compared in constant time.
    #[must_use]
    pub fn verify<'a>(&self, signed: &'a str) -> Option<&'a str> {
        let (text, signature) = signed.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        hmac::verify(&self.0, text.as_bytes(), &signature).ok()?;
        Some(text)
    }
}

/// Shows nothing of the key.
impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_signed_for_the_same_purpose_is_believed() {
        let signer = Signer::new(&[1; 32], "state");
        let signed = signer.sign("a.bc");
        assert_eq!(signer.verify(&signed), Some("a.bc"));
        assert_eq!(signer.verify(&signed.replace("bc", "bd")), None);
        assert_eq!(Signer::new(&[2; 32], "state").verify(&signed), None);
        assert_eq!(Signer::new(&[1; 32], "cancel").verify(&signed), None);
        for bad in ["a.bc.", "a.bc", "abc", ""] {
            assert_eq!(signer.verify(bad), None, "{bad:?}");
        }
    }
}
