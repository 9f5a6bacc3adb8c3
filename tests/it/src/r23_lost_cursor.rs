//! R23: what was known of a mailbox is void (410), or lost: it is read again, nothing counts twice, and no
//! success is told while there is none.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::contact_points::{Mail, PATIENCE};
use crate::stack::{Stack, graph_error, unique};
use crate::webhook::{Reader, records};

/// Reads that fail in passing before people are told.
const FAILURES: u32 = 5;

#[tokio::test]
async fn r23_after_410_or_a_lost_cursor_all_is_read_again_and_nothing_twice() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let user = reader.member.address.clone();
    reader.put("inbox", &Mail::new("first@r23.example", &user)).await?;
    reader.knows("first@r23.example").await?;
    let before = reader.points().await?;

    gone(&reader, 1).await?;
    reader.put("inbox", &Mail::new("second@r23.example", &user)).await?;
    reader.knows("second@r23.example").await?;
    ensure!(reader.stack().simulator.struck(&user).await? == 1, "410 was not answered");
    ensure!(reader.points().await?.len() == before.len() + 1, "{:#?}", reader.points().await?);

    // The row itself is lost.
    let state = reader.state().await?.context("no state")?;
    let body = json!({
        "TableName": reader.stack().file().output("ContactPointsTable")?,
        "Key": {"pk": state["pk"], "sk": state["sk"]},
    });
    reader.stack().control.aws().json("dynamodb", "DynamoDB_20120810.DeleteItem", &body).await?;
    reader.put("inbox", &Mail::new("third@r23.example", &user)).await?;
    reader.knows("third@r23.example").await?;
    ensure!(reader.points().await?.len() == before.len() + 2, "{:#?}", reader.points().await?);
    Ok(())
}

#[tokio::test]
async fn r23_a_mailbox_that_cannot_be_read_is_never_told_as_synced() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    // Twice in each read, until people are told.
    gone(&reader, 2 * FAILURES).await?;
    let before = link(&reader).await?;
    ensure!(before["status"] == "linked", "{before}");
    reader.put("inbox", &Mail::new("never@r23.example", &reader.member.address)).await?;
    let started = Instant::now();
    let mut told = before.clone();
    while told["status"] == "linked" {
        ensure!(started.elapsed() < PATIENCE, "nobody was told: {told}");
        // A clock that is ahead of ours counts as now.
        let job = json!({"organization_id": reader.member.customer.organization.id, "user_id": reader.member.id,
            "seen_at": "2099-01-01T00:00:00Z", "cause": "turn"});
        let event = records(&[(unique("job"), job.to_string())]);
        reader.stack().control.invoke("mail-worker", &event).await?;
        sleep(Duration::from_millis(300)).await;
        told = link(&reader).await?;
        ensure!(told["last_success_at"] == before["last_success_at"], "a success: {told}");
    }
    ensure!(told["status"] == "failed" && told["reason"].is_string(), "{told}");
    ensure!(
        reader.stack().simulator.struck(&reader.member.address).await? == u64::from(2 * FAILURES),
        "too soon"
    );
    reader.turn().await?;
    reader.knows("never@r23.example").await?;
    let after = link(&reader).await?;
    ensure!(after["status"] == "linked" && after["last_success_at"] != before["last_success_at"], "{after}");
    Ok(())
}

/// The mailbox's mail answers 410, so many times.
async fn gone(reader: &Reader, times: u32) -> Result<()> {
    let matching = json!({"mailbox": reader.member.address, "path": "/messages"});
    let error = graph_error("SyncStateNotFound", "The sync state is not found.");
    reader.stack().simulator.fault(&matching, &json!({"status": 410, "body": error}), times).await
}

async fn link(reader: &Reader) -> Result<Value> {
    let path = format!("users/{}/links/mail", reader.member.id);
    reader.member.customer.product.call(Method::GET, &path, None).await
}
