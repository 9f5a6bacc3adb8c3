//! A bare `lambda_http` handler that puts one message on a queue, whatever it is called with.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_sqs::{Client, config::BehaviorVersion, types::SendMessageBatchRequestEntry};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_types::{SdkConfig, region::Region};
use lambda_http::{Body, Error, Request, Response, service_fn};

/// As long as a job of ours.
const MESSAGE: &str = r#"{"organization_id":"org_01k9v6m0c5e7vs9w3e1x2f4h6j","user_id":"sato","seen_at":"2026-11-22T08:00:00.123456789Z","cause":"notification"}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let (sqs, url) = (client()?, variable("MAIL_QUEUE_URL")?);
    lambda_http::run(service_fn(|_: Request| send(&sqs, &url))).await
}

async fn send(sqs: &Client, url: &str) -> Result<Response<Body>, Error> {
    let entry = SendMessageBatchRequestEntry::builder().id("0").message_body(MESSAGE).build()?;
    sqs.send_message_batch().queue_url(url).entries(entry).send().await?;
    Ok(Response::builder().status(202).body(Body::Empty)?)
}

/// The client as our functions have it.
fn client() -> Result<Client, Error> {
    let key = Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        None,
        None,
        "lambda",
    );
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .build_https();
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(key))
        .endpoint_url(variable("AWS_ENDPOINT_URL_SQS")?)
        .build();
    Ok(Client::new(&config))
}

#[expect(clippy::disallowed_methods, reason = "no function of ours: it has no settings of its own")]
fn variable(name: &str) -> Result<String, Error> {
    Ok(std::env::var(name)?)
}
