//! R03: a link lives on for longer than a refresh token, whether cards change or not.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::made_up;

use crate::stack::{Customer, Member, Stack};

/// A refresh token rests at most 90 days; this is two of its lives and more.
const DAYS: i64 = 200;
/// Days between looks. The schedule looks every minute; fewer looks make it harder, not easier.
const STEP: i64 = 10;
const DAY: i64 = 24 * 60 * 60;

#[tokio::test]
async fn r03_a_link_outlives_its_refresh_token_with_and_without_cards() -> Result<()> {
    // Clocks are the whole stack's.
    let (running, stack) = Stack::alone("r03").await?;
    let customer = Customer::consented(&stack).await?;
    let (idle, busy) = (customer.member("hanako").await?, customer.member("taro").await?);
    idle.put_many(2).await?;
    busy.put_many(2).await?;
    idle.push().await?;
    busy.push().await?;
    let mut sealed: BTreeSet<String> = BTreeSet::from([sealed_of(&busy).await?]);
    let mut refreshes = 0;
    for step in 1..=DAYS / STEP {
        stack.simulator.post("clock/advance", &json!({"seconds": STEP * DAY})).await?;
        stack.control.set_clock_offset(step * STEP * DAY).await?;
        busy.put(&made_up::card_id(0), &made_up::card(0, usize::try_from(step)?)).await?;
        for member in [&idle, &busy] {
            let link = member.push().await.with_context(|| format!("day {}", step * STEP))?;
            ensure!(link["status"] == "linked" && link["reason"].is_null(), "day {}: {link}", step * STEP);
        }
        // Ten days are longer than an access token lives: each push of the busy one refreshes.
        refreshes += 1;
        ensure!(sealed.insert(sealed_of(&busy).await?), "day {}: the new token is not kept", step * STEP);
    }
    ensure!(sealed.len() == refreshes + 1, "{} tokens after {refreshes} refreshes", sealed.len());
    // The idle one's link is no mere word: a card still goes through.
    idle.put(&made_up::card_id(5), &made_up::card(5, 0)).await?;
    let link = idle.push().await?;
    ensure!(link["status"] == "linked" && link["last_push"]["created"] == 1, "{link}");
    ensure!(idle.contacts().await?.len() == 3, "the card did not go through");
    every_refresh_uses_the_newest(&stack, &customer).await?;
    running.stop();
    Ok(())
}

/// A refresh token that was replaced is never used again, and every refresh brought another.
async fn every_refresh_uses_the_newest(stack: &Stack, customer: &Customer) -> Result<()> {
    let path = format!("/{}/oauth2/v2.0/token", customer.tenant);
    let mut used: BTreeSet<String> = BTreeSet::new();
    let exchanges = stack.simulator.traffic(&path).await?;
    for exchange in exchanges.iter().filter(|exchange| exchange["path"] == path) {
        let form = exchange["request_body"].as_str().context("no form")?;
        let form: Vec<(String, String)> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
        if let Some((_, token)) = form.into_iter().find(|(name, _)| name == "refresh_token") {
            ensure!(used.insert(token), "a replaced refresh token was used again");
            ensure!(
                exchange["response_body"]["refresh_token"] != Value::Null,
                "no new one: {}",
                exchange["status"]
            );
        }
    }
    ensure!(used.len() > 20, "only {} refreshes in {DAYS} days", used.len());
    Ok(())
}

async fn sealed_of(member: &Member) -> Result<String> {
    let item = member.token_item().await?.context("no token")?;
    Ok(item["sealed"]["S"].as_str().context("no sealed token")?.to_owned())
}
