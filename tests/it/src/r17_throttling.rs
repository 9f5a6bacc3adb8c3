//! R17: a mailbox that turns requests away loses nothing, gets only those again, and is left alone as long as
//! it asks.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use xtask::made_up;

use crate::stack::{Customer, Member, Stack, card_of, unique};

const CARDS: usize = 300;
/// What the far side asks for at most, in seconds.
const LONGEST_PAUSE: i64 = 3;

#[tokio::test]
async fn r17_a_throttled_mailbox_loses_nothing_and_is_asked_again_only_for_what_it_refused() -> Result<()> {
    // Limits are the whole simulator's.
    let (running, stack) = Stack::alone("r17").await?;
    let member = Customer::consented(&stack).await?.member("hanako").await?;
    member.put_many(CARDS).await?;
    let limits = json!({"batchConcurrency": "reject", "mailboxConcurrency": 4, "latencyMs": 5});
    stack.simulator.post("settings", &limits).await?;
    throttle(&member).await?;
    ensure!(member.work(&unique("job")).await?, "the job came back");

    let link = member.link().await?;
    ensure!(link["status"] == "linked" && link["last_push"]["created"] == CARDS, "{link}");
    let contacts = member.contacts().await?;
    let cards: BTreeSet<&str> = contacts.iter().filter_map(card_of).collect();
    ensure!(contacts.len() == CARDS && cards.len() == CARDS, "{} contacts", contacts.len());
    ensure!(stack.simulator.struck(&member.address).await? == 9, "not every refusal was made");
    let counts = member.counts().await?;
    ensure!(counts.highest_concurrency <= 4, "{} at once", counts.highest_concurrency);

    let traffic = stack.simulator.traffic("/v1.0/").await?;
    only_refused_again(&traffic)?;
    pauses_are_kept(&traffic)?;
    // Changes and deletions under the same conditions.
    for number in 0..60 {
        member.put(&made_up::card_id(number), &made_up::card(number, 1)).await?;
    }
    let refused = json!({"mailbox": member.address, "method": "PATCH", "nth": 10});
    stack.simulator.fault(&refused, &json!({"status": 429}), 3).await?;
    member.work(&unique("job")).await?;
    let contacts = member.contacts().await?;
    let changed = (0..60).filter(|number| {
        let id = made_up::card_id(*number);
        contacts.iter().any(|contact| {
            card_of(contact) == Some(&id) && contact["jobTitle"] == made_up::card(*number, 1)["title"]
        })
    });
    ensure!(changed.count() == 60, "not every change arrived");
    ensure!(member.counts().await?.highest_concurrency <= 4, "too many at once");
    running.stop();
    Ok(())
}

/// Refusals of single requests and of whole batches, here and there.
async fn throttle(member: &Member) -> Result<()> {
    let simulator = &member.customer.stack.simulator;
    for (nth, status, pause, times) in
        [(7, 429, 1, 3), (60, 503, LONGEST_PAUSE, 2), (150, 429, 2, 2), (220, 503, 1, 2)]
    {
        let some = json!({"mailbox": member.address, "method": "POST", "path": "/contacts$", "nth": nth});
        let action = json!({"status": status, "headers": {"Retry-After": pause.to_string()}});
        simulator.fault(&some, &action, times).await?;
    }
    for (nth, status) in [(4, 429), (9, 503)] {
        let whole = json!({"method": "POST", "path": "$batch", "nth": nth});
        let action = json!({"status": status, "headers": {"Retry-After": LONGEST_PAUSE.to_string()}});
        simulator.fault(&whole, &action, 1).await?;
    }
    Ok(())
}

/// What was done once is not sent again: of every contact there is one answer that says created.
fn only_refused_again(traffic: &[Value]) -> Result<()> {
    let mut answers: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut refused_batches = 0;
    for exchange in traffic.iter().filter(|exchange| exchange["path"] == "/v1.0/$batch") {
        if exchange["status"] != 200 {
            refused_batches += 1;
            continue;
        }
        let requests = exchange["request_body"]["requests"].as_array().context("a batch without requests")?;
        let responses = exchange["response_body"]["responses"].as_array().context("no responses")?;
        for request in requests {
            let response = responses.iter().find(|response| response["id"] == request["id"]);
            let status = response.context("a request without a response")?["status"].as_u64();
            let key = format!("{} {} {}", request["method"], request["url"], request["body"]);
            answers.entry(key).or_default().push(status.context("no status")?);
        }
    }
    ensure!(refused_batches == 2, "{refused_batches} whole batches were refused");
    ensure!(answers.len() == CARDS, "{} different requests", answers.len());
    for (request, statuses) in &answers {
        let (last, earlier) = statuses.split_last().context("no answer")?;
        ensure!(*last == 201, "{statuses:?}: {request}");
        // 424: behind a refused one in a chain, so not executed.
        let is_refusal = |status: &u64| matches!(status, 424 | 429 | 503);
        ensure!(earlier.iter().all(is_refusal), "sent again after it was done, {statuses:?}: {request}");
    }
    let again = answers.values().filter(|statuses| statuses.len() > 1).count();
    ensure!(again > 0, "nothing was sent again");
    Ok(())
}

/// From a refusal's arrival until the end of the pause that it names nothing is sent to the mailbox. The
/// record says when an exchange began; one takes less than `ARRIVAL` here.
fn pauses_are_kept(traffic: &[Value]) -> Result<()> {
    const ARRIVAL: SignedDuration = SignedDuration::from_millis(1500);
    let begun = |exchange: &Value| -> Result<Timestamp> {
        Ok(exchange["time"].as_str().context("no time")?.parse()?)
    };
    let mut longest = 0;
    for refusal in traffic {
        let asked = asked_pause(refusal);
        longest = longest.max(asked);
        let at = begun(refusal)?;
        for other in traffic {
            let after = begun(other)?.duration_since(at);
            let is_within = after > ARRIVAL && after < SignedDuration::from_secs(asked);
            ensure!(!is_within, "sent {after:?} after a refusal for {asked} s: {}", other["path"]);
        }
    }
    ensure!(longest == LONGEST_PAUSE, "the longest pause asked for was {longest} s");
    Ok(())
}

/// The longest `Retry-After` of a reply and of the replies inside it, in seconds.
fn asked_pause(exchange: &Value) -> i64 {
    let seconds = |headers: &Value| {
        let found = headers.as_object().into_iter().flatten();
        found
            .filter(|(name, _)| name.eq_ignore_ascii_case("retry-after"))
            .find_map(|(_, value)| value.as_str()?.parse().ok())
    };
    let inner = exchange["response_body"]["responses"].as_array().into_iter().flatten();
    let inner = inner.filter_map(|response| seconds(&response["headers"]));
    inner.chain(seconds(&exchange["response_headers"])).max().unwrap_or(0)
}
