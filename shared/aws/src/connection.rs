//! The connection to AWS.

use aws_config::{BehaviorVersion, Region, SdkConfig, environment::EnvironmentVariableCredentialsProvider};
use aws_sdk_dynamodb::config::Credentials;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::{Job, Queue, Table};

/// The clients of one process, made once at start and cheap to clone.
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) secrets: aws_sdk_secretsmanager::Client,
}

impl Aws {
    /// Connects as Lambda's environment says: region, the role's session credentials and, for a local
    /// stack, `AWS_ENDPOINT_URL`. Makes no call.
    pub async fn connect() -> Self {
        let config =
            loader().credentials_provider(EnvironmentVariableCredentialsProvider::new()).load().await;
        Self::from(&config)
    }

    /// Connects to a stand-in of AWS at `endpoint_url`, for tests and tools.
    pub async fn at(endpoint_url: &str) -> Self {
        let credentials = Credentials::new("test", "test", None, None, "local");
        let loader = loader()
            .region(Region::new("eu-central-1"))
            .endpoint_url(endpoint_url)
            .credentials_provider(credentials);
        let config = Box::pin(loader.load()).await;
        Self::from(&config)
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

impl From<&SdkConfig> for Aws {
    fn from(config: &SdkConfig) -> Self {
        Self {
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            sqs: aws_sdk_sqs::Client::new(config),
            secrets: aws_sdk_secretsmanager::Client::new(config),
        }
    }
}

fn loader() -> aws_config::ConfigLoader {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build_https();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http)
}
