//! `bench webhook`: the CPU time that a delivery of Graph's costs, beside a bare `lambda_http` handler that
//! only puts one message on a queue (`infra/bench/webhook-bare`).

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::figure::{Limit, Report, median};
use super::{outside::Outside, release};
use crate::progress::step;
use crate::project;
use crate::queues::Queues;
use crate::runtime_api::{Function, FunctionOptions};

/// What is measured.
const OURS: &str = "graph-web";
/// The least that a webhook can be.
const BARE: &str = "webhook-bare";
/// What is built for this benchmark.
pub(super) const BINARIES: [&str; 2] = [OURS, BARE];

/// Rounds, in each of which both take their turn.
const ROUNDS: usize = 5;
/// Deliveries a turn: some fifty times the 10 ms in which CPU time is counted.
const DELIVERIES: u32 = 1_000;
/// Deliveries before anything counts.
const WARM_UP: u32 = 200;
/// How much more than the bare handler a delivery may cost.
const MOST_RATIO: f64 = 1.5;

/// Subscriptions of as many mailboxes.
const SUBSCRIPTIONS: usize = 20;
const CLIENT_STATE: &str = "an-example-key-of-22-ch.an-example-signature-of-43-characters-aaaaa";

/// Measures, prints.
///
/// # Errors
/// A function does not start or answers wrongly, or the limit is missed.
pub(super) async fn run() -> Result<()> {
    let outside = Outside::start("bench").await?;
    let environment = outside.environment();
    put_owners(&environment).await?;

    let mut report = Report::new("webhook");
    for (name, event, jobs, limit) in [
        ("1 item", delivery(1, 1), 1, Limit::Ratio(MOST_RATIO)),
        ("20 items of a mailbox", delivery(20, 1), 1, Limit::Ratio(MOST_RATIO)),
        // Two calls to the queue instead of one: it takes ten messages a call.
        ("20 items of 20 mailboxes", delivery(20, SUBSCRIPTIONS), 20, Limit::None),
    ] {
        let measured = measure(&environment, outside.queues(), &event, jobs);
        let (ours, bare) = step(&format!("{name}: {ROUNDS} rounds in turns"), measured).await?;
        report.beside(format!("CPU per delivery, {name}"), ours, "ms", (BARE, bare), limit)?;
    }
    report.finish()
}

/// The median CPU time of a delivery, ours and the bare one's, in milliseconds.
async fn measure(
    environment: &[(String, String)],
    queues: &Queues,
    event: &Value,
    jobs: usize,
) -> Result<(f64, f64)> {
    let mut ours = Side::start(OURS, environment, jobs).await?;
    let mut bare = Side::start(BARE, environment, 1).await?;
    for side in [&mut ours, &mut bare] {
        side.deliver(queues, event, WARM_UP).await?;
    }
    for _ in 0..ROUNDS {
        for side in [&mut ours, &mut bare] {
            let spent = side.deliver(queues, event, DELIVERIES).await?;
            side.milliseconds.push(spent);
        }
    }
    Ok((median(ours.milliseconds), median(bare.milliseconds)))
}

/// One of the two.
struct Side {
    function: Function,
    /// Messages that a delivery makes.
    jobs: usize,
    milliseconds: Vec<f64>,
}

impl Side {
    async fn start(name: &str, environment: &[(String, String)], jobs: usize) -> Result<Self> {
        let options = FunctionOptions {
            binary: release::binary(name),
            environment: environment.to_vec(),
            log: Some(project::target().join(format!("bench/{name}.log"))),
        };
        let mut function = Function::start(options).await?;
        function.first_poll_after().await.with_context(|| format!("starting {name}"))?;
        Ok(Self { function, jobs, milliseconds: Vec::new() })
    }

    /// The CPU time of each of so many deliveries, in milliseconds.
    async fn deliver(&mut self, queues: &Queues, event: &Value, times: u32) -> Result<f64> {
        let before = self.function.usage()?;
        for _ in 0..times {
            let answer = self.function.invoke(event).await?;
            ensure!(answer["statusCode"] == 202, "not taken: {answer}");
        }
        let spent = self.function.usage()?.cpu.saturating_sub(before.cpu);
        let made = queues.take::<Value>("MAIL_QUEUE_URL").len();
        ensure!(made == self.jobs * times as usize, "{made} messages of {times} deliveries");
        Ok(spent.as_secs_f64() * 1000.0 / f64::from(times))
    }
}

fn subscription_id(number: usize) -> String {
    format!("7f105c7d-2dc5-4530-97cd-{number:012}")
}

/// A delivery of so many items, of so many mailboxes in turn, as API Gateway hands it on.
fn delivery(items: usize, mailboxes: usize) -> Value {
    let item = |number: usize| {
        let message = format!(
            "Users/e1e2f3a4-0000-4000-8000-{:012}/Messages/AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A{number:08}",
            number % mailboxes
        );
        json!({
            "id": format!("lsgTZMr9KwAAA{number}"),
            "subscriptionId": subscription_id(number % mailboxes),
            "subscriptionExpirationDateTime": "2026-11-25T06:45:00.0000000Z",
            "clientState": CLIENT_STATE,
            "changeType": "created",
            "resource": message,
            "tenantId": "5e77e000-0000-4000-8000-000000000001",
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Message",
                "@odata.id": message,
                "@odata.etag": "W/\"CQAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAUWRHf\"",
                "id": format!("AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A{number:08}"),
            },
        })
    };
    let body = json!({"value": (0..items).map(item).collect::<Vec<_>>()}).to_string();
    json!({
        "version": "2.0",
        "routeKey": "ANY /graph/{proxy+}",
        "rawPath": "/graph/notifications",
        "rawQueryString": "key=an-example-key",
        "headers": {"content-type": "application/json; charset=utf-8", "host": "api.example"},
        "pathParameters": {"proxy": "notifications"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": "api.example",
            "http": {"method": "POST", "path": "/graph/notifications", "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.30", "userAgent": ""},
            "requestId": "bench",
            "routeKey": "ANY /graph/{proxy+}",
            "stage": "$default",
            "timeEpoch": 1_795_329_960_000_u64,
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

/// Writes whose the subscriptions are, as `subscriptions-worker` does.
async fn put_owners(environment: &[(String, String)]) -> Result<()> {
    let table = environment.iter().find(|(name, _)| name == "AWS_ENDPOINT_URL_DYNAMODB");
    let (_, url) = table.context("the outside has no table")?;
    let digest: String = Sha256::digest(CLIENT_STATE).iter().map(|byte| format!("{byte:02x}")).collect();
    let http = reqwest::Client::builder().build()?;
    for number in 0..SUBSCRIPTIONS {
        let id = subscription_id(number);
        let body = json!({"TableName": "SubscriptionsTable", "Item": {
            "pk": {"S": format!("SUBSCRIPTION#{id}")}, "sk": {"S": "OWNER"},
            "subscription_id": {"S": id}, "organization_id": {"S": "org_01k9v6m0c5e7vs9w3e1x2f4h6j"},
            "user_id": {"S": format!("user-{number}")}, "feature": {"S": "mail"},
            "client_state": {"S": digest}, "expires_at": {"N": "1900000000"},
        }});
        let request = http
            .post(url)
            .header("x-amz-target", "DynamoDB_20120810.PutItem")
            .header("content-type", "application/x-amz-json-1.0")
            // Asked for, not verified.
            .header("authorization", "AWS4-HMAC-SHA256 Credential=bench/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0")
            .header("x-amz-date", "20260101T000000Z")
            .body(body.to_string());
        let reply = request.send().await?;
        ensure!(reply.status().is_success(), "the owner was not written: {}", reply.text().await?);
    }
    Ok(())
}
