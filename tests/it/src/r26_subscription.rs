//! R26: however a subscription dies, notifications resume and no mail is lost in the gap; none is asked to live
//! longer than Graph allows.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::stack::{Stack, graph_error};
use crate::webhook::{Reader, id_of, lifecycle};

const LONGEST_LIFE: SignedDuration = SignedDuration::from_mins(4_230);
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn r26_a_lost_renewal_is_made_up_for() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let first = reader.subscription().await?;
    let renewal = json!({"method": "PATCH", "path": format!("/subscriptions/{}$", id_of(&first)?)});
    // As often as it is sent again.
    reader.stack().simulator.fault(&renewal, &json!({"status": 500}), 6).await?;
    reader.age("renew_at").await?;
    ensure!(reader.look_after("check").await?, "the job came back");
    ensure!(reader.subscription().await?["expires"] == first["expires"], "it was renewed all the same");
    reader.hears("while-it-lives").await?;
    ensure!(reader.look_after("check").await?, "the job came back");
    let second = reader.subscription().await?;
    ensure!(second["id"] == first["id"], "it was replaced");
    ensure!(instant(&second, "expires")? > instant(&first, "expires")?, "it was not renewed");
    reader.hears("afterwards").await?;
    lives_are_short(&reader, &[first]).await
}

#[tokio::test]
async fn r26_one_that_is_gone_at_its_renewal_is_replaced_without_a_gap() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let first = reader.subscription().await?;
    let sender = reader.miss(&first).await?;
    reader.age("renew_at").await?;
    ensure!(reader.look_after("check").await?, "the job came back");
    let second = reader.replaced(id_of(&first)?).await?;
    reader.knows(&sender).await?;
    reader.hears("afterwards").await?;
    lives_are_short(&reader, &[first, second]).await
}

#[tokio::test]
async fn r26_one_that_graph_renews_no_more_is_replaced() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let first = reader.subscription().await?;
    let renewal = json!({"method": "PATCH", "path": format!("/subscriptions/{}$", id_of(&first)?)});
    let refusal = graph_error("InvalidRequest", "The subscription cannot be renewed.");
    reader.stack().simulator.fault(&renewal, &json!({"status": 400, "body": refusal}), 1).await?;
    reader.age("renew_at").await?;
    ensure!(reader.look_after("check").await?, "the job came back");
    let second = reader.replaced(id_of(&first)?).await?;
    reader.hears("afterwards").await?;
    lives_are_short(&reader, &[first, second]).await
}

#[tokio::test]
async fn r26_one_that_went_without_a_word_is_missed_and_replaced() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let first = reader.subscription().await?;
    let sender = reader.miss(&first).await?;
    // The next look that is an hour after the last.
    reader.age("looked_at").await?;
    ensure!(reader.look_after("check").await?, "the job came back");
    reader.replaced(id_of(&first)?).await?;
    reader.knows(&sender).await?;
    reader.hears("afterwards").await
}

#[tokio::test]
async fn r26_subscription_removed_is_answered_with_another_and_a_catch_up() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    // As Graph does it.
    let first = reader.subscription().await?;
    let path = format!("subscriptions/{}/lifecycle", id_of(&first)?);
    reader.stack().simulator.post(&path, &json!({"event": "subscriptionRemoved"})).await?;
    let second = reader.replaced(id_of(&first)?).await?;
    reader.hears("once-more").await?;
    // With a mail between the removal and the word about it; the word comes twice.
    let sender = reader.miss(&second).await?;
    let word = lifecycle(&second, "subscriptionRemoved");
    ensure!(reader.deliver(&[word.clone(), word]).await? == 202, "not taken");
    reader.replaced(id_of(&second)?).await?;
    reader.knows(&sender).await?;
    reader.hears("afterwards").await
}

#[tokio::test]
async fn r26_missed_notifications_are_caught_up() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let first = reader.subscription().await?;
    let sender = reader.miss(&first).await?;
    ensure!(reader.deliver(&[lifecycle(&first, "missed")]).await? == 202, "not taken");
    reader.knows(&sender).await
}

#[tokio::test]
async fn r26_reauthorization_is_given_when_it_is_asked_for() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let first = reader.subscription().await?;
    let path = format!("subscriptions/{}/lifecycle", id_of(&first)?);
    reader.stack().simulator.post(&path, &json!({"event": "reauthorizationRequired"})).await?;
    let started = Instant::now();
    while instant(&reader.subscription().await?, "expires")? <= instant(&first, "expires")? {
        ensure!(started.elapsed() < PATIENCE, "nobody authorized it again");
        sleep(Duration::from_millis(100)).await;
    }
    ensure!(reader.subscription().await?["id"] == first["id"], "it was replaced");
    reader.hears("afterwards").await?;
    lives_are_short(&reader, &[first]).await
}

fn instant(subscription: &Value, member: &str) -> Result<Timestamp> {
    Ok(subscription[member].as_str().with_context(|| format!("no {member}"))?.parse()?)
}

/// Every life that was asked for, for these subscriptions, at the time of the asking.
async fn lives_are_short(reader: &Reader, subscriptions: &[Value]) -> Result<()> {
    let ids: BTreeSet<&str> = subscriptions.iter().map(id_of).collect::<Result<_>>()?;
    let mut seen = 0;
    for exchange in reader.stack().simulator.traffic("/v1.0/subscriptions").await? {
        let (path, method) = (exchange["path"].as_str().unwrap_or_default(), &exchange["method"]);
        let is_ours = match path.strip_prefix("/v1.0/subscriptions") {
            Some("") if method == "POST" => {
                exchange["response_body"]["id"].as_str().is_some_and(|id| ids.contains(id))
            }
            Some(id) if method == "PATCH" => ids.contains(id.trim_start_matches('/')),
            _ => false,
        };
        if is_ours {
            let life = instant(&exchange["request_body"], "expirationDateTime")?
                .duration_since(instant(&exchange, "time")?);
            ensure!(life <= LONGEST_LIFE, "{method} {path} asks for {life:?}");
            seen += 1;
        }
    }
    ensure!(seen >= ids.len(), "only {seen} of {ids:?} were seen to be asked for");
    Ok(())
}
