//! R17: a mailbox that turns requests away loses nothing, gets only those again, and is left alone as long as it
//! asks. The deployed stack shows the same, with more cards.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::world::{World, address, hanako, made_up_card};
use xtask::made_up;

const CARDS: usize = 120;

/// What the mailbox asks for at most, in seconds.
const LONGEST_PAUSE: i64 = 3;

#[tokio::test]
async fn r17_a_throttled_mailbox_loses_nothing_and_is_asked_again_only_for_what_it_refused() {
    let world = World::linked().await;
    world.put_many(CARDS).await;
    let limits = json!({"batchConcurrency": "reject", "mailboxConcurrency": 4, "latencyMs": 5});
    world.control("settings", &limits).await;
    for (nth, status, pause, times) in [(7, 429, 1, 3), (50, 503, LONGEST_PAUSE, 2), (90, 429, 2, 2)] {
        let some = json!({"method": "POST", "path": "/contacts$", "nth": nth});
        let action = json!({"status": status, "headers": {"Retry-After": pause.to_string()}});
        world.fault(some, action, times).await;
    }
    for (nth, status) in [(3, 429), (6, 503)] {
        let whole = json!({"method": "POST", "path": "$batch", "nth": nth});
        let action = json!({"status": status, "headers": {"Retry-After": LONGEST_PAUSE.to_string()}});
        world.fault(whole, action, 1).await;
    }
    let status = world.turn().await;
    assert_eq!((status.last_push.created as usize, status.pending), (CARDS, 0));
    let cards: BTreeSet<_> = world.contacts().into_iter().map(|contact| contact.card).collect();
    assert_eq!((cards.len(), world.contacts().len()), (CARDS, CARDS));
    world.has_room().await;
    let traffic = world.traffic().await;
    only_what_was_refused_goes_again(&traffic);
    pauses_are_kept(&traffic);

    // Changes under the same conditions.
    for number in 0..40 {
        world.put(&made_up::card_id(number), made_up_card(number, 1)).await;
    }
    world.fault(json!({"method": "PATCH", "nth": 10}), json!({"status": 429}), 3).await;
    assert_eq!(world.turn().await.last_push.updated, 40);
    for number in 0..40 {
        let title = made_up_card(number, 1).title;
        assert_eq!(Some(world.contact_of(&made_up::card_id(number)).text("jobTitle")), title.as_deref());
    }
    world.has_room().await;
}

impl World {
    /// Never more than four requests were on their way to the mailbox.
    async fn has_room(&self) {
        let most = self.look("stats").await["mailboxes"][address(&hanako())]["highestConcurrency"].as_u64();
        assert!(most.is_some_and(|most| (1..=4).contains(&most)), "{most:?} at once");
    }

    /// What reached Graph, the oldest first.
    async fn traffic(&self) -> Vec<Value> {
        let url = format!("{}/_sim/traffic", self.simulator.url);
        let lines =
            graph::http_client().get(url).send().await.expect("an answer").text().await.expect("lines");
        let exchanges = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        exchanges
            .filter(|exchange| exchange["path"].as_str().is_some_and(|p| p.starts_with("/v1.0/")))
            .collect()
    }
}

/// What was done once is not sent again: of every contact there is one answer that says created.
fn only_what_was_refused_goes_again(traffic: &[Value]) {
    let mut answers: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let (batches, refused): (Vec<&Value>, Vec<&Value>) = traffic
        .iter()
        .filter(|exchange| exchange["path"] == "/v1.0/$batch")
        .partition(|exchange| exchange["status"] == 200);
    assert_eq!(refused.len(), 2, "whole batches that were refused");
    for exchange in batches {
        let responses = exchange["response_body"]["responses"].as_array().expect("responses");
        for request in exchange["request_body"]["requests"].as_array().expect("requests") {
            let response = responses.iter().find(|response| response["id"] == request["id"]);
            let status = response.expect("a response")["status"].as_u64().expect("a status");
            let key = format!("{} {} {}", request["method"], request["url"], request["body"]);
            answers.entry(key).or_default().push(status);
        }
    }
    assert_eq!(answers.len(), CARDS, "different requests");
    for (request, statuses) in &answers {
        let (last, earlier) = statuses.split_last().expect("an answer");
        // 424: behind a refused one in a chain, so not executed.
        let is_refusal = |status: &u64| matches!(status, 424 | 429 | 503);
        assert!(*last == 201 && earlier.iter().all(is_refusal), "{statuses:?}: {request}");
    }
    assert!(answers.values().any(|statuses| statuses.len() > 1), "nothing was sent again");
}

/// What was refused comes again no earlier than the longest pause that its batch's answers named.
fn pauses_are_kept(traffic: &[Value]) {
    let begun = |exchange: &Value| -> Timestamp {
        exchange["time"].as_str().expect("a time").parse().expect("an instant")
    };
    let batches: Vec<&Value> = traffic.iter().filter(|exchange| exchange["path"] == "/v1.0/$batch").collect();
    let mut kept = BTreeSet::new();
    for refusal in &batches {
        let asked = asked_pause(refusal);
        for request in refused_of(refusal) {
            let sent_in = |other: &&&Value| {
                let requests = other["request_body"]["requests"].as_array();
                begun(other) > begun(refusal)
                    && requests.is_some_and(|all| all.iter().any(|one| same(one, request)))
            };
            let again = batches.iter().filter(sent_in).map(|other| begun(other)).min().expect("sent again");
            let after = again.duration_since(begun(refusal));
            assert!(
                after >= SignedDuration::from_secs(asked),
                "sent {after:?} after a refusal for {asked} s"
            );
            kept.insert(asked);
        }
    }
    assert_eq!(kept, BTreeSet::from([1, 2, LONGEST_PAUSE]));
}

/// The requests that a batch's answer turned away.
fn refused_of(batch: &Value) -> Vec<&Value> {
    let requests = batch["request_body"]["requests"].as_array().expect("requests").iter();
    if batch["status"] != 200 {
        return requests.collect();
    }
    let responses = batch["response_body"]["responses"].as_array().expect("responses");
    let is_refused = |request: &&Value| {
        let response = responses.iter().find(|response| response["id"] == request["id"]);
        response.is_some_and(|response| matches!(response["status"].as_u64(), Some(429 | 503)))
    };
    requests.filter(is_refused).collect()
}

fn same(one: &Value, other: &Value) -> bool {
    ["method", "url", "body"].iter().all(|part| one[part] == other[part])
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
