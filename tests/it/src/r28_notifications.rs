//! R28: what Graph did not say is not queued, and what it says a hundred times is worked on once.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::stack::Stack;
use crate::webhook::{Reader, id_of, lifecycle, notification, post, records};

const QUEUES: [&str; 2] = ["MailQueueUrl", "SubscriptionsQueueUrl"];

#[tokio::test]
async fn r28_a_forged_lifecycle_event_ends_nothing() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let first = reader.subscription().await?;
    for event in ["subscriptionRemoved", "reauthorizationRequired", "missed"] {
        let mut forged = lifecycle(&first, event);
        forged["clientState"] = json!("guessed");
        ensure!(reader.deliver(&[forged]).await? == 202, "not taken");
    }
    sleep(Duration::from_secs(2)).await;
    // Not even renewed.
    ensure!(reader.subscription().await? == first, "somebody else's word was believed");
    reader.hears("as-before").await
}

/// On a stack whose queues nobody works off.
pub(crate) async fn only_what_graph_said_is_queued(stack: &Stack) -> Result<()> {
    let reader = Reader::consented(stack).await?;
    let path = format!("users/{}/links/mail", reader.member.id);
    reader.member.customer.product.call(Method::POST, &path, None).await?;
    ensure!(reader.look_after("check").await?, "the job came back");
    let subscription = reader.subscription().await?;

    let before = queued(stack).await?;
    nothing_is_queued_for_forgeries(&reader, &subscription).await?;
    nothing_is_queued_for_nonsense(stack).await?;
    ensure!(
        queued(stack).await? == before,
        "{:?} are queued after forgeries, {before:?} before",
        queued(stack).await?
    );

    let copies = vec![notification(&subscription); 100];
    ensure!(reader.deliver(&copies).await? == 202, "not taken");
    let after = queued(stack).await?;
    ensure!(after == [before[0] + 1, before[1]], "100 copies in one delivery: {before:?}, {after:?}");

    // A true one among forgeries and nonsense is not lost with them.
    let mut mixed =
        vec![json!(null), json!({"subscriptionId": 7}), forged(&subscription, "clientState", json!("x"))];
    mixed.extend([notification(&subscription), lifecycle(&subscription, "reauthorizationRequired")]);
    ensure!(reader.deliver(&mixed).await? == 202, "not taken");
    let after = queued(stack).await?;
    ensure!(after == [before[0] + 2, before[1] + 1], "a mixed delivery: {before:?}, {after:?}");

    a_hundred_deliveries_are_one_reading(&reader, &subscription).await
}

async fn nothing_is_queued_for_forgeries(reader: &Reader, subscription: &Value) -> Result<()> {
    let state = subscription["clientState"].as_str().context("no client state")?;
    let id = id_of(subscription)?;
    let forgeries = [
        ("clientState", json!("guessed")),
        ("clientState", json!("")),
        ("clientState", json!(state[..state.len() - 1])),
        ("clientState", json!(format!("{state} "))),
        ("clientState", json!(state.to_uppercase())),
        ("clientState", Value::Null),
        ("clientState", json!([state])),
        ("subscriptionId", json!("00000000-0000-4000-8000-000000000000")),
        ("subscriptionId", json!(id.to_uppercase())),
        ("subscriptionId", json!("x".repeat(5_000))),
        ("subscriptionId", json!("")),
        ("subscriptionId", json!("名\u{0}前")),
        ("subscriptionId", json!({"id": id})),
    ];
    for (member, value) in forgeries {
        for item in [notification(subscription), lifecycle(subscription, "subscriptionRemoved")] {
            let mut item = item;
            item[member] = value.clone();
            let status = reader.deliver(&[item]).await?;
            ensure!(status == 202, "{member} {value}: {status}");
        }
        let mut bare = notification(subscription);
        bare.as_object_mut().context("an object")?.remove(member);
        ensure!(reader.deliver(&[bare]).await? == 202, "without {member}");
    }
    Ok(())
}

fn forged(subscription: &Value, member: &str, value: Value) -> Value {
    let mut item = notification(subscription);
    item[member] = value;
    item
}

async fn nothing_is_queued_for_nonsense(stack: &Stack) -> Result<()> {
    let deep = format!(r#"{{"value": [{}{}]}}"#, "[".repeat(100_000), "]".repeat(100_000));
    let unclosed = "[".repeat(500_000);
    for (body, expected) in [
        (vec![b'x'; 4 * 1024 * 1024], 413),
        (format!(r#"{{"value": ["{}"]}}"#, "x".repeat(4 * 1024 * 1024)).into_bytes(), 413),
        (br#"{"value": [{"subscriptionId": "#.to_vec(), 400),
        (b"not JSON".to_vec(), 400),
        (b"\xff\xfe{}".to_vec(), 400),
        (unclosed.into_bytes(), 400),
        (vec![], 400),
        (b"null".to_vec(), 400),
        (b"[]".to_vec(), 400),
        (b"{}".to_vec(), 400),
        (br#"{"value": {}}"#.to_vec(), 400),
        (br#"{"value": "a"}"#.to_vec(), 400),
        (br#"{"value": null}"#.to_vec(), 400),
        (deep.into_bytes(), 202),
        (br#"{"value": []}"#.to_vec(), 202),
        (
            br#"{"value": [null, 1, "a", [], {}, {"subscriptionId": null, "clientState": true}]}"#.to_vec(),
            202,
        ),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let status = post(stack, body).await?;
        ensure!(status.as_u16() == expected, "{shown}: {status}");
    }
    Ok(())
}

/// A hundred deliveries make jobs of which the first reads the mailbox and the rest find it read.
async fn a_hundred_deliveries_are_one_reading(reader: &Reader, subscription: &Value) -> Result<()> {
    let sender = reader.receive("hanako-yamada").await?;
    for _ in 0..100 {
        ensure!(reader.deliver(&[notification(subscription)]).await? == 202, "not taken");
    }
    // What is read from now on has seen all of it, also by clocks that differ a little.
    sleep(Duration::from_secs(3)).await;
    let stack = reader.stack();
    let before = reader.member.counts().await?.requests;
    let (started, mut jobs) = (Instant::now(), 0);
    loop {
        let messages = take(stack, "MailQueueUrl").await?;
        if messages.is_empty() {
            break;
        }
        jobs += messages.len();
        let answer = stack.control.invoke("mail-worker", &records(&messages)).await?;
        ensure!(answer["batchItemFailures"] == json!([]), "jobs came back: {answer}");
        ensure!(started.elapsed() < Duration::from_secs(120), "the queue does not end");
    }
    ensure!(jobs >= 100, "only {jobs} jobs were queued");
    let requests = reader.member.counts().await?.requests - before;
    ensure!(requests <= 10, "{requests} requests for {jobs} jobs");
    ensure!(reader.known().await?.contains(&sender), "the mail was not read at all");
    Ok(())
}

/// How many messages each queue holds.
async fn queued(stack: &Stack) -> Result<[u64; 2]> {
    Ok([stack.control.queued(QUEUES[0]).await?, stack.control.queued(QUEUES[1]).await?])
}

/// Takes up to ten messages from a queue: id and body.
async fn take(stack: &Stack, queue: &str) -> Result<Vec<(String, String)>> {
    let url = stack.file().output(queue)?;
    let body = json!({"QueueUrl": url, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 0});
    let found = stack.control.aws().json("sqs", "AmazonSQS.ReceiveMessage", &body).await?;
    let text = |message: &Value, member: &str| message[member].as_str().unwrap_or_default().to_owned();
    let mut messages = Vec::new();
    for message in found["Messages"].as_array().into_iter().flatten() {
        let body = json!({"QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"]});
        stack.control.aws().json("sqs", "AmazonSQS.DeleteMessage", &body).await?;
        messages.push((text(message, "MessageId"), text(message, "Body")));
    }
    Ok(messages)
}
