//! E-mail through SES.

use std::time::Duration;

use aws_sdk_sesv2::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    primitives::Blob,
    types::{Destination, EmailContent, MessageTag, RawMessage},
};
use aws_types::SdkConfig;

use crate::Aws;

/// How long SES may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// An e-mail, ready to go.
#[derive(Debug, Clone)]
pub struct EmailToSend {
    /// The whole message, headers and all (RFC 5322).
    pub raw: Vec<u8>,
    /// The sender's bare address, which SES knows.
    pub from: String,
    /// The recipient's bare address.
    pub to: String,
    /// Which of SES's configuration sets it goes through.
    pub configuration_set: String,
    /// What comes back with SES's events: names and values of A-Z a-z 0-9 _ -, at most 256 characters.
    pub tags: Vec<(String, String)>,
}

/// Why SES did not say yes. The three are told apart because an e-mail cannot be taken back.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// SES refuses this e-mail; sending it again does not help. It did not go out.
    #[error("SES refused the e-mail ({code})")]
    Refused {
        /// SES's error code, such as `MessageRejected`.
        code: String,
        /// What the SDK said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// SES takes nothing at the moment: too much at once, or something that the operator has to mend. It did
    /// not go out.
    #[error("SES took no e-mail ({code})")]
    NotNow {
        /// SES's error code, such as `TooManyRequestsException`.
        code: String,
        /// What the SDK said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// No answer, or none that tells: it may have gone out.
    #[error("whether the e-mail went out is not known")]
    Unknown(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sends e-mails. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Emails {
    client: Client,
}

impl Aws {
    /// The way to SES. Made on demand, so that the functions which send nothing do not carry its code.
    #[must_use]
    pub fn emails(&self) -> Emails {
        Emails { client: Client::new(&patient_once(&self.email)) }
    }
}

/// The SDK repeats a call whose reply was lost, which here would be a second e-mail.
fn patient_once(config: &SdkConfig) -> SdkConfig {
    use aws_sdk_sesv2::config::{retry::RetryConfig, timeout::TimeoutConfig};
    config
        .to_builder()
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_timeout(PATIENCE).build())
        .build()
}

impl Emails {
    /// Hands an e-mail to SES, once, and returns SES's id of it.
    ///
    /// # Errors
    /// See [`EmailError`].
    pub async fn send(&self, email: EmailToSend) -> Result<String, EmailError> {
        let EmailToSend { raw, from, to, configuration_set, tags } = email;
        let raw = RawMessage::builder().data(Blob::new(raw)).build().expect("the data is set");
        let tags = tags.into_iter().map(|(name, value)| {
            MessageTag::builder().name(name).value(value).build().expect("name and value are set")
        });
        let sent = self
            .client
            .send_email()
            .from_email_address(from)
            .destination(Destination::builder().to_addresses(to).build())
            .content(EmailContent::builder().raw(raw).build())
            .configuration_set_name(configuration_set)
            .set_email_tags(Some(tags.collect()))
            .send()
            .await
            .map_err(of_call)?;
        Ok(sent.message_id.unwrap_or_default())
    }
}

fn of_call<E>(error: SdkError<E>) -> EmailError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let Some(code) = error.as_service_error().map(|service| service.code().unwrap_or("Unknown").to_owned())
    else {
        return match error {
            SdkError::ConstructionFailure(_) => {
                EmailError::Refused { code: "ConstructionFailure".to_owned(), source: error.into() }
            }
            error => EmailError::Unknown(error.into()),
        };
    };
    match (code.as_str(), status) {
        ("MessageRejected" | "BadRequestException", _) => EmailError::Refused { code, source: error.into() },
        (_, Some(400..=499)) => EmailError::NotNow { code, source: error.into() },
        _ => EmailError::Unknown(error.into()),
    }
}
