//! A certificate with its key, as a client credential.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use sha2::{Digest, Sha256};
use x509_parser::pem::Pem;

use crate::error::GraphError;

/// The key signs client assertions (PS256); Entra knows its certificate by the SHA-256 thumbprint.
pub struct Certificate {
    key: EncodingKey,
    thumbprint: String,
    not_after: Timestamp,
}

/// Why a certificate cannot be used. Holds nothing of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateFlaw {
    /// The key is no RSA key in PEM (PKCS#8 or PKCS#1).
    #[error("the key is not an RSA key in PEM")]
    Key,
    /// The certificate is no X.509 certificate in PEM.
    #[error("the certificate is not an X.509 certificate in PEM")]
    Certificate,
    /// The certificate was made for another key.
    #[error("the certificate belongs to another key")]
    OtherKey,
}

impl Certificate {
    /// Takes a private key and its certificate, both PEM.
    ///
    /// # Errors
    /// One of them is malformed, or they do not belong together.
    pub fn from_pem(key_pem: &SecretString, certificate_pem: &str) -> Result<Self, CertificateFlaw> {
        let key = EncodingKey::from_rsa_pem(key_pem.expose_secret().as_bytes())
            .map_err(|_| CertificateFlaw::Key)?;
        let malformed = CertificateFlaw::Certificate;
        let pem = Pem::iter_from_buffer(certificate_pem.as_bytes()).next().ok_or(malformed)?;
        let pem = pem.map_err(|_| malformed)?;
        let parsed = pem.parse_x509().map_err(|_| malformed)?;
        let seconds = parsed.validity().not_after.timestamp();
        let not_after = Timestamp::from_second(seconds).map_err(|_| malformed)?;
        let thumbprint = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&pem.contents));
        let certificate = Self { key, thumbprint, not_after };
        certificate.belongs_to(certificate_pem)?;
        Ok(certificate)
    }

    /// Signs and verifies once, so that a wrong pair is found at start and not by Entra.
    fn belongs_to(&self, certificate_pem: &str) -> Result<(), CertificateFlaw> {
        let probe = b"setten";
        let signature = jsonwebtoken::crypto::sign(probe, &self.key, Algorithm::PS256);
        let signature = signature.map_err(|_| CertificateFlaw::Key)?;
        let public = jsonwebtoken::DecodingKey::from_rsa_pem(certificate_pem.as_bytes());
        let public = public.map_err(|_| CertificateFlaw::Certificate)?;
        match jsonwebtoken::crypto::verify(&signature, probe, &public, Algorithm::PS256) {
            Ok(true) => Ok(()),
            _ => Err(CertificateFlaw::OtherKey),
        }
    }

    /// base64url SHA-256 of the certificate (`x5t#S256`).
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// The end of its validity; Entra refuses what it signs afterwards.
    #[must_use]
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }

    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<SecretString, GraphError> {
        let header = Header { x5t_s256: Some(self.thumbprint.clone()), ..Header::new(Algorithm::PS256) };
        let signed = jsonwebtoken::encode(&header, claims, &self.key);
        signed.map(SecretString::from).map_err(|error| GraphError::no_credential(std::sync::Arc::new(error)))
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("thumbprint", &self.thumbprint).finish_non_exhaustive()
    }
}
