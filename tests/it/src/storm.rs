//! A storm: 20 mailboxes get 100 mails each, every notification comes three times in any order, and Graph
//! refuses or loses every twentieth answer. Every mail counts exactly once, at few calls.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::{StreamExt, TryStreamExt, stream};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::contact_points::Mail;
use crate::stack::{Customer, Stack, unique};
use crate::webhook::Reader;

const MAILBOXES: usize = 20;
const MAILS: usize = 100;
const COPIES: usize = 3;
/// Every so manieth request to Graph fails.
const FAULT_EVERY: usize = 20;
/// Calls to Graph for each mail, at most.
const MOST_CALLS: f64 = 0.3;
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test]
async fn a_storm_of_notifications_counts_every_mail_once() -> Result<()> {
    // Faults and the order of notifications are the whole simulator's.
    let (running, stack) = Stack::alone("storm").await?;
    let readers = readers(&stack).await?;
    let waiting = json!({"paused": true, "duplicates": COPIES - 1, "shuffle": true, "batchSize": 10});
    stack.simulator.post("notifications", &waiting).await?;
    faults(&stack).await?;
    let mails = MAILBOXES * MAILS;
    // Half of the mails are there when the storm breaks; the others arrive while it lasts.
    put(&readers, 0..mails / 2).await?;
    let calls_before = calls(&stack).await?;
    let started = Instant::now();
    stack.simulator.post("notifications", &json!({"paused": false})).await?;
    put(&readers, mails / 2..mails).await?;
    let points = settle(&stack, &readers, started).await?;
    let elapsed = started.elapsed();

    let people: BTreeSet<&str> =
        points.iter().filter_map(|point| point["person"]["address"].as_str()).collect();
    ensure!(
        points.len() == mails && people.len() == mails,
        "{} points, {} people",
        points.len(),
        people.len()
    );
    for (number, reader) in readers.iter().enumerate() {
        let own = points.iter().filter(|point| point["user_id"] == reader.member.id.as_str());
        let are_own = |point: &Value| -> Option<usize> {
            let address = point["person"]["address"].as_str()?;
            address.strip_prefix("person-")?.split('@').next()?.parse().ok()
        };
        let numbers: BTreeSet<Option<usize>> = own.map(are_own).collect();
        let expected = (0..MAILS).map(|mail| Some(mail * MAILBOXES + number)).collect();
        ensure!(numbers == expected, "mailbox {number} has {numbers:?}");
    }
    report(&stack, calls(&stack).await? - calls_before, elapsed).await?;
    running.stop();
    Ok(())
}

/// The members of one organization whose mailboxes are read.
async fn readers(stack: &Stack) -> Result<Vec<Reader>> {
    let customer = Customer::new(stack).await?;
    customer.product.call(Method::PUT, &format!("tenants/{}", customer.tenant), None).await?;
    customer.product.consent(&customer.tenant, "mail", &customer.administrator).await?;
    let members = (0..MAILBOXES).map(|_| async {
        let member = customer.user(&unique("reader")).await?;
        customer.product.switch_mail_on(&member.id).await?;
        Ok::<_, anyhow::Error>(Reader { member })
    });
    let readers = stream::iter(members).buffer_unordered(4).try_collect().await?;
    stack.control.drained(PATIENCE).await?;
    Ok(readers)
}

/// Mails of these numbers arrive, one for each mailbox in turn.
async fn put(readers: &[Reader], numbers: Range<usize>) -> Result<()> {
    let puts = numbers.map(|number| {
        let reader = &readers[number % MAILBOXES];
        async move {
            let from = format!("person-{number}@storm.example");
            reader.put("inbox", &Mail::new(&from, &reader.member.address)).await.map(drop)
        }
    });
    stream::iter(puts).buffer_unordered(8).try_collect::<Vec<()>>().await?;
    Ok(())
}

/// Every twentieth request for mail fails, in turn by a refusal, another, and a lost answer.
async fn faults(stack: &Stack) -> Result<()> {
    let actions = [json!({"status": 429}), json!({"status": 503}), json!({"dropReply": true})];
    for (number, action) in (1..=100).zip(actions.iter().cycle()) {
        let matching = json!({"path": "/messages?", "nth": number * FAULT_EVERY});
        stack.simulator.fault(&matching, action, 1).await?;
    }
    Ok(())
}

/// Waits until every notification was taken and every queue is worked off; all contact points.
async fn settle(stack: &Stack, readers: &[Reader], started: Instant) -> Result<Vec<Value>> {
    let mut told = 0;
    while told < MAILBOXES * MAILS * COPIES {
        let shown = stack.simulator.get("notifications?summary=true").await?;
        told = usize::try_from(delivered(&shown)?)?;
        ensure!(started.elapsed() < PATIENCE, "{told} notifications were taken: {shown}");
        sleep(Duration::from_millis(200)).await;
    }
    stack.control.drained(PATIENCE).await?;
    let product = &readers[0].member.customer.product;
    let (mut points, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = product.call(Method::GET, &format!("contact-points?limit=100{cursor}"), None).await?;
        points.extend(page["items"].as_array().context("no list")?.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Ok(points),
        }
    }
}

fn delivered(shown: &Value) -> Result<u64> {
    shown["delivered"].as_u64().with_context(|| format!("no count of notifications: {shown}"))
}

/// Requests that Graph got, a batch as one.
async fn calls(stack: &Stack) -> Result<u64> {
    stack.simulator.get("stats").await?["graphHttpCalls"].as_u64().context("no count of calls")
}

/// One line for people and programs.
#[expect(clippy::print_stdout, reason = "the figures of the storm")]
async fn report(stack: &Stack, calls: u64, elapsed: Duration) -> Result<()> {
    let faults = stack.simulator.get("faults").await?;
    let struck =
        faults["faults"].as_array().into_iter().flatten().filter_map(|fault| fault["struck"].as_u64());
    let (mails, struck) = (MAILBOXES * MAILS, struck.sum::<u64>());
    let per_mail = f64::from(u32::try_from(calls)?) / f64::from(u32::try_from(mails)?);
    let line = json!({
        "storm": {"mailboxes": MAILBOXES, "mails": mails, "notifications": mails * COPIES, "graph_calls": calls,
            "graph_calls_per_mail": per_mail, "failed_calls": struck, "seconds": elapsed.as_secs_f64()},
    });
    println!("{line}");
    ensure!(struck > 0, "no call failed");
    ensure!(per_mail <= MOST_CALLS, "{per_mail} calls a mail");
    Ok(())
}
