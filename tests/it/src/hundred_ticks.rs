//! A hundred ticks for one user, ten at a time, make one push.

use std::time::Duration;

use anyhow::{Result, ensure};
use futures::{StreamExt, TryStreamExt, future::try_join_all, stream};
use serde_json::Value;

use crate::stack::{Customer, Member, Stack, unique};

const CARDS: usize = 45;

#[tokio::test]
async fn hundred_ticks_make_one_push() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let (one, hundred) = (linked(&customer, "hanako").await?, linked(&customer, "taro").await?);
    one.push().await?;
    let expected = one.counts().await?.requests;

    hundred.come_due().await?;
    // More at a time would only wait for the local AWS, and for one another past a tick's time limit.
    let ticks = stream::iter((0..100).map(|_| customer.stack.control.tick()));
    ticks.buffer_unordered(10).try_collect::<Vec<()>>().await?;
    hundred.wait_until("the push", |link| link["last_success_at"] != Value::Null).await?;
    // Jobs that came late find nothing to do; neither do twenty workers at once.
    let workers = (0..20).map(|_| async { hundred.work(&unique("job")).await });
    let done = try_join_all(workers).await?;
    ensure!(done.iter().all(|done| *done), "a job came back");
    tokio::time::sleep(Duration::from_secs(3)).await;
    same_effort(&hundred, expected).await
}

#[tokio::test]
async fn twenty_workers_at_once_make_one_push() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let (one, twenty) = (linked(&customer, "hanako").await?, linked(&customer, "taro").await?);
    one.push().await?;
    let workers = (0..20).map(|_| async { twenty.work(&unique("job")).await });
    let done = try_join_all(workers).await?;
    ensure!(done.iter().all(|done| *done), "a job came back");
    twenty.push().await?;
    same_effort(&twenty, one.counts().await?.requests).await
}

/// A member whose cards were there before the link, so that whoever ticks first has all of them to push.
async fn linked(customer: &Customer, name: &str) -> Result<Member> {
    let member = customer.user(name).await?;
    member.put_many(CARDS).await?;
    customer.product.link(&member.id, &member.address).await?;
    Ok(member)
}

async fn same_effort(member: &Member, requests: u64) -> Result<()> {
    let counts = member.counts().await?;
    ensure!(counts.requests == requests, "{} requests instead of {requests}", counts.requests);
    ensure!(counts.highest_concurrency <= 4, "{} at once", counts.highest_concurrency);
    let contacts = member.contacts().await?;
    ensure!(contacts.len() == CARDS, "{} contacts", contacts.len());
    Ok(())
}
