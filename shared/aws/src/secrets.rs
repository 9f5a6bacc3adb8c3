//! Secrets Manager.

use serde::de::DeserializeOwned;

use crate::{Aws, AwsError};

impl Aws {
    /// Reads a secret that holds JSON.
    ///
    /// # Errors
    /// The call failed, or the secret holds no text or JSON of another shape (its text is never in the
    /// error).
    pub async fn secret<T: DeserializeOwned>(&self, name: &str) -> Result<T, AwsError> {
        let output = self
            .secrets
            .get_secret_value()
            .secret_id(name)
            .send()
            .await
            .map_err(|error| AwsError::of_call("GetSecretValue", error))?;
        let text = output.secret_string.unwrap_or_default();
        // The parser's own message may quote the text: only its position is kept.
        serde_json::from_str(&text).map_err(|error| {
            AwsError::shape(
                "the secret",
                format!("invalid at line {} column {}", error.line(), error.column()),
            )
        })
    }
}
