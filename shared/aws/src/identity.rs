//! Who we are, proved to others: a token that STS signs for the role that we run as.

use jiff::Timestamp;
use secrecy::SecretString;

use crate::{Aws, AwsError};

/// Entra verifies no other algorithm of the two that STS signs with.
const ALGORITHM: &str = "RS256";

/// The shortest use: seconds. The template's policies allow no longer.
const SECONDS: i32 = 300;

/// A token that says which role we are.
#[derive(Debug, Clone)]
pub struct WebIdentity {
    /// A JWT of the account's own issuer; its subject is the role's ARN.
    pub token: SecretString,
    /// Its end.
    pub expires_at: Timestamp,
}

impl Aws {
    /// A token for somebody who trusts this AWS account ("outbound identity federation", which the account must
    /// have enabled).
    ///
    /// # Errors
    /// The call failed, or the role may not ask for it.
    pub async fn web_identity(&self, audience: &str) -> Result<WebIdentity, AwsError> {
        let client = aws_sdk_sts::Client::new(&self.identity);
        let output = client
            .get_web_identity_token()
            .audience(audience)
            .signing_algorithm(ALGORITHM)
            .duration_seconds(SECONDS)
            .send()
            .await
            .map_err(|error| AwsError::of_call("GetWebIdentityToken", error))?;
        let lacks = |what: &str| AwsError::shape("the web identity", format!("it has no {what}"));
        let token = output.web_identity_token.ok_or_else(|| lacks("token"))?;
        let expires_at = output.expiration.and_then(|end| Timestamp::from_second(end.secs()).ok());
        Ok(WebIdentity { token: token.into(), expires_at: expires_at.ok_or_else(|| lacks("end"))? })
    }
}
