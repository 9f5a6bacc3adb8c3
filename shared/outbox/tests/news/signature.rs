//! The signatures of Standard Webhooks, checked by a second way to them.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::world::Received;

/// HMAC-SHA256 as RFC 2104 writes it down: not the library that signs.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new().chain_update(block.map(|byte| byte ^ 0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(block.map(|byte| byte ^ 0x5c)).chain_update(inner).finalize().to_vec()
}

/// Which of the request's signatures this secret made.
pub(crate) fn signed_by(request: &Received, secret: &str) -> Vec<usize> {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a prefix")).expect("base64");
    let header = |name: &str| request.headers[name].as_str();
    let text = format!("{}.{}.{}", header("webhook-id"), header("webhook-timestamp"), request.body);
    let expected = format!("v1,{}", STANDARD.encode(hmac(&key, text.as_bytes())));
    let signatures = header("webhook-signature").split(' ').enumerate();
    signatures.filter(|(_, signature)| *signature == expected).map(|(position, _)| position).collect()
}
