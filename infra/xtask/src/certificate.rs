//! A key with its self-signed certificate, for the app registration.

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::civil::Date;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, RsaKeySize,
};
use serde::{Deserialize, Serialize};

/// Both in PEM, as the secret holds them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Certificate {
    /// The private key. It leaves the secret for nowhere.
    pub key_pem: String,
    /// The certificate, which Entra is given.
    pub certificate_pem: String,
}

impl Certificate {
    /// A new RSA key, the only kind whose signatures Entra takes, and a certificate good from the day before
    /// `today` until `until`.
    ///
    /// # Errors
    /// The machine has no randomness, or a date is out of range.
    pub fn generate(today: Date, until: Date) -> Result<Self> {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name = DistinguishedName::new();
        parameters.distinguished_name.push(DnType::CommonName, "Setten");
        parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let midnight = |date: Date| {
            let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
            rcgen::date_time_ymd(i32::from(date.year()), month, day)
        };
        parameters.not_before = midnight(today.yesterday()?);
        parameters.not_after = midnight(until);
        let certificate = parameters.self_signed(&key)?;
        Ok(Self { key_pem: key.serialize_pem(), certificate_pem: certificate.pem() })
    }

    /// A certificate that somebody else made, with its key.
    ///
    /// # Errors
    /// One of the texts is not in PEM.
    pub fn of(certificate: &str, key: &str) -> Result<Self> {
        let certificate_pem = block(certificate, "CERTIFICATE").context("no certificate in PEM")?;
        let key_pem = block(key, "PRIVATE KEY").context(
            "no key in PEM as PKCS#8, not encrypted: `openssl pkcs8 -topk8 -nocrypt -in KEY` makes one",
        )?;
        let made = Self { key_pem, certificate_pem };
        ensure!(made.belongs_together()?, "the certificate belongs to another key");
        Ok(made)
    }

    /// The certificate as Entra stores it.
    fn der(&self) -> Result<Vec<u8>> {
        let body = self.certificate_pem.lines().filter(|line| !line.starts_with("-----"));
        Ok(STANDARD.decode(body.map(str::trim).collect::<String>())?)
    }

    /// The thumbprint that the Entra admin centre shows: SHA-1, in hexadecimal.
    ///
    /// # Errors
    /// The certificate is malformed.
    pub fn thumbprint(&self) -> Result<String> {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &self.der()?);
        Ok(digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect())
    }

    fn belongs_together(&self) -> Result<bool> {
        let key = KeyPair::from_pem_and_sign_algo(&self.key_pem, &PKCS_RSA_SHA256);
        let key = key.context("the key is not an RSA key")?;
        let der = self.der()?;
        let public = key.public_key_raw();
        Ok(der.windows(public.len()).any(|window| window == public))
    }
}

/// The first block of this kind.
fn block(text: &str, kind: &str) -> Result<String> {
    let (begin, end) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
    let from = text.find(&begin);
    let to = text.find(&end).map(|at| at + end.len());
    match (from, to) {
        (Some(from), Some(to)) if from < to => Ok(format!("{}\n", &text[from..to])),
        _ => bail!("there is no block {kind}"),
    }
}
