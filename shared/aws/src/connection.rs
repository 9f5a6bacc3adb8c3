//! The connection to AWS.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::config::BehaviorVersion;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_types::{SdkConfig, region::Region};
use secrecy::ExposeSecret;
use settings::{Environment, SettingsError};

use crate::{Job, Queue, Table};

/// The roots of Amazon Trust Services, which sign every endpoint of AWS. Compiled in: reading the machine's
/// is most of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("../roots/amazon.pem");

/// The clients of one process, made once at start and cheap to clone.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
    /// Not a client: only who sends e-mail makes one.
    pub(crate) email: SdkConfig,
    /// Not a client either: only who has no other credential at Entra makes one.
    pub(crate) identity: SdkConfig,
}

impl Aws {
    /// Connects as Lambda's own variables say: region, the role's session credentials (which last as long as
    /// the process) and, for a stand-in of AWS, `AWS_ENDPOINT_URL` or the same with a service's name behind.
    /// Makes no call.
    ///
    /// # Errors
    /// One of Lambda's variables is missing.
    pub fn connect(environment: &Environment) -> Result<Self, SettingsError> {
        let credentials = Credentials::new(
            environment.get::<String>("AWS_ACCESS_KEY_ID")?,
            environment.secret("AWS_SECRET_ACCESS_KEY")?.expose_secret(),
            environment.get::<String>("AWS_SESSION_TOKEN").ok(),
            None,
            "lambda",
        );
        let region = environment.get("AWS_REGION")?;
        let endpoint = |service| environment.get(service).or(environment.get("AWS_ENDPOINT_URL")).ok();
        Ok(Self::with(region, credentials, endpoint))
    }

    /// Connects to a stand-in of AWS at `endpoint_url`, for tests and tools.
    #[must_use]
    pub fn at(endpoint_url: &str) -> Self {
        let credentials = Credentials::new("test", "test", None, None, "local");
        Self::with("eu-central-1".to_owned(), credentials, |_| Some(endpoint_url.to_owned()))
    }

    fn with(
        region: String,
        credentials: Credentials,
        endpoint: impl Fn(&'static str) -> Option<String>,
    ) -> Self {
        let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(TlsContext::builder().with_trust_store(roots).build().expect("the roots are sound"))
            .build_https();
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(http)
            .region(Region::new(region))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .build();
        let at = |service| {
            let mut config = config.clone().into_builder();
            config.set_endpoint_url(endpoint(service));
            config.build()
        };
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(&at("AWS_ENDPOINT_URL_DYNAMODB")),
            sqs: aws_sdk_sqs::Client::new(&at("AWS_ENDPOINT_URL_SQS")),
            secrets: aws_sdk_secretsmanager::Client::new(&at("AWS_ENDPOINT_URL_SECRETS_MANAGER")),
            email: at("AWS_ENDPOINT_URL_SESV2"),
            identity: at("AWS_ENDPOINT_URL_STS"),
        }
    }

    /// The table of that name.
    pub fn table(&self, name: impl Into<String>) -> Table {
        Table { client: self.dynamodb.clone(), name: name.into().into() }
    }

    /// The queue at that URL, for jobs of one kind.
    pub fn queue<J: Job>(&self, url: impl Into<String>) -> Queue<J> {
        Queue::new(self.sqs.clone(), url.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_made_with_the_five_roots() {
        let pem = std::str::from_utf8(AMAZON_ROOTS).unwrap();
        assert_eq!(pem.matches("-----BEGIN CERTIFICATE-----").count(), 5);
        let _sound = Aws::at("http://127.0.0.1:1");
    }
}
