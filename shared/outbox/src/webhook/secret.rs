//! The secret of a webhook and what is signed with it (Standard Webhooks 1.0.0, "symmetric").

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rand::CryptoRng;
use secrecy::{ExposeSecret, SecretString};

/// What every secret begins with, so that scanners of repositories know it.
const PREFIX: &str = "whsec_";

/// How many random bytes; the specification asks for 24 to 64.
const LENGTH: usize = 32;

/// A fresh secret, as it is shown once.
pub(crate) fn generate(rng: &mut impl CryptoRng) -> SecretString {
    let mut bytes = [0; LENGTH];
    rng.fill_bytes(&mut bytes);
    SecretString::from(format!("{PREFIX}{}", STANDARD.encode(bytes)))
}

/// The value of `webhook-signature`: one signature for each secret that is valid, the newest first.
pub(crate) fn signatures(secrets: &[SecretString], id: &str, at: Timestamp, body: &str) -> String {
    let signed = format!("{id}.{}.{body}", at.as_second());
    let signatures = secrets.iter().map(|secret| format!("v1,{}", sign(secret, &signed)));
    signatures.collect::<Vec<_>>().join(" ")
}

fn sign(secret: &SecretString, text: &str) -> String {
    let secret = secret.expose_secret();
    let bytes = STANDARD.decode(secret.strip_prefix(PREFIX).unwrap_or(secret)).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
    STANDARD.encode(hmac::sign(&key, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    #[test]
    fn the_signature_is_that_of_the_reference_libraries() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let at = Timestamp::from_second(1_614_265_330).expect("a time");
        let body = r#"{"test": 2432232314}"#;
        let signed = signatures(std::slice::from_ref(&secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let other = generate(&mut rand::rng());
        let both = signatures(&[other.clone(), secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body);
        let (first, second) = both.split_once(' ').expect("two");
        assert!(first.starts_with("v1,") && first != second && second == signed, "{both}");
        let shown = other.expose_secret();
        assert_eq!(shown.len(), PREFIX.len() + 44);
        assert_ne!(generate(&mut rand::rng()).expose_secret(), shown);
    }
}
