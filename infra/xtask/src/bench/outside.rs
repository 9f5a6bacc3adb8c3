//! What the measured functions call: the tables and queues in this process, and a Secrets Manager that knows
//! one secret.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use rand::Rng;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::project;
use crate::queues::Queues;
use crate::tables::Tables;

/// The secret's name in the functions' environment.
const SECRET: &str = "setten/bench";

/// Each table's variable and its name in the template.
const TABLES: [(&str, &str); 6] = [
    ("ACCOUNTS_TABLE", "AccountsTable"),
    ("BOOKING_TABLE", "BookingTable"),
    ("CARDS_TABLE", "CardsTable"),
    ("CONTACT_POINTS_TABLE", "ContactPointsTable"),
    ("OUTBOX_TABLE", "OutboxTable"),
    ("SUBSCRIPTIONS_TABLE", "SubscriptionsTable"),
];

/// Each queue's variable; the queue has the same name.
const QUEUES: [&str; 5] =
    ["BOOKING_QUEUE_URL", "CARDS_QUEUE_URL", "MAIL_QUEUE_URL", "OUTBOX_QUEUE_URL", "SUBSCRIPTIONS_QUEUE_URL"];

/// A running outside; dropping it ends it.
#[derive(Debug)]
pub(super) struct Outside {
    tables: Tables,
    queues: Queues,
    secrets: Url,
    operator_key: String,
    serving: JoinHandle<()>,
}

impl Outside {
    /// Starts it on free ports, with keys of its own and the app's secret.
    ///
    /// # Errors
    /// The template is malformed or no port is free.
    pub(super) async fn start(client_secret: &str) -> Result<Self> {
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await?;
        let operator_key = BASE64_STANDARD.encode(key());
        let secret = json!({
            "sealing_key": BASE64_STANDARD.encode(key()),
            "state_key": BASE64_STANDARD.encode(key()),
            "operator_key": operator_key,
            "client_secrets": [{"value": client_secret}],
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let secrets = Url::parse(&format!("http://{}", listener.local_addr()?)).context("an address")?;
        let router = Router::new().fallback(get_secret_value).with_state(Arc::new(secret.to_string()));
        let serving = tokio::spawn(async move {
            // Serves until aborted.
            let _ = axum::serve(listener, router).await;
        });
        let queues = Queues::beside(tables.url().as_str()).await;
        Ok(Self { tables, queues, secrets, operator_key, serving })
    }

    /// What was put on the queues.
    #[must_use]
    pub(super) fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The key that creates organizations.
    #[must_use]
    pub(super) fn operator_key(&self) -> &str {
        &self.operator_key
    }

    /// Everything that any function reads, as if deployed beside nothing but the tables; later pairs win, so
    /// that a benchmark can add its own.
    #[must_use]
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let nowhere = "http://127.0.0.1:9";
        let mut pairs = vec![
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "bench"),
            ("AWS_SECRET_ACCESS_KEY", "bench"),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.tables.url().as_str()),
            ("AWS_ENDPOINT_URL_SQS", &self.queues.url),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.secrets.as_str()),
            ("SECRET_NAME", SECRET),
            ("CLIENT_ID", "11111111-2222-4333-8444-555555555555"),
            ("LOGIN_URL", nowhere),
            ("GRAPH_URL", "http://127.0.0.1:9/v1.0"),
            ("PUBLIC_URL", nowhere),
            ("CARD_URL_TEMPLATE", "https://crm.example/{organization}/{user}/{card}"),
            ("CLOCK_OFFSET_SECONDS", "0"),
            ("LOG_LEVEL", "info"),
            ("API_REQUESTS_PER_MINUTE", "100000"),
            ("WEBHOOK_TARGETS", "public"),
            ("PRODUCT_NAME", ""),
            ("SUPPORT_URL", ""),
            ("EGRESS_ADDRESSES", ""),
            ("SENDER_ADDRESS", "no-reply@setten.example"),
            ("MAIL_CONFIGURATION_SET", "setten"),
        ];
        pairs.extend(TABLES);
        let mut environment: Vec<(String, String)> =
            pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        environment.extend(QUEUES.map(|name| (name.to_owned(), self.queues.url_of(name))));
        environment
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn key() -> [u8; 32] {
    let mut key = [0; 32];
    rand::rng().fill_bytes(&mut key);
    key
}

/// The one operation, for the one secret; anything else is refused, so that a function that starts to call
/// more is noticed.
async fn get_secret_value(State(secret): State<Arc<String>>, headers: HeaderMap, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let operation = headers.get("x-amz-target").map(|target| target.as_bytes());
    if operation != Some(b"secretsmanager.GetSecretValue") || body["SecretId"] != SECRET {
        let error = json!({"__type": "ResourceNotFoundException", "Message": "only GetSecretValue of the one secret"});
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    let arn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:setten/bench-abcdef";
    Json(json!({"ARN": arn, "Name": SECRET, "SecretString": *secret})).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_variable_that_a_function_reads_is_there() {
        let outside = Outside::start("bench").await.expect("an outside");
        let environment = outside.environment();
        let page = std::fs::read_to_string(project::root().join("docs/VARIABLES.md")).expect("the list");
        let named: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
        assert!(named.len() > 20, "{named:?}");
        let missing: Vec<_> =
            named.iter().filter(|name| !environment.iter().any(|(own, _)| own == *name)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
