//! Every call of the worker is cut in turn, before and after its effect, and its process dies there. The job
//! comes again, and the tick; the end must be the same: the same mails, one delivery, under one id.

use std::collections::BTreeSet;

use accounts::LinkStatus;
use futures::StreamExt;
use jiff::SignedDuration;
use outbox::{DeliveryState, EventKind, OutboxJob, Webhook};
use xtask::gate::When;

use crate::world::World;

/// A link breaks, and a webhook wants to know: what is told, and to whom.
async fn begin() -> (World, Webhook, OutboxJob) {
    let world = World::new().await;
    let link = world.linked("sato").await;
    world.settle().await;
    let hook = world.hook_behind_the_gate("crm", &[EventKind::LinkStatusChanged]).await;
    world.note(&link, LinkStatus::AuthenticationFailed, Some("ErrorInvalidUser")).await;
    let job = world.the_news().await;
    (world, hook.webhook, job)
}

async fn calls() -> usize {
    let (world, _, job) = Box::pin(begin()).await;
    world.faults.arm();
    world.work(job).await.expect("worked off");
    world.faults.calls().len()
}

async fn die(nth: usize, when: When) {
    let at = format!("{nth} {when:?}");
    let (world, webhook, job) = Box::pin(begin()).await;
    world.faults.cut(nth, when);
    tokio::select! {
        _ = world.work(job.clone()) => {}
        () = world.faults.reached() => {}
    }
    world.faults.lift();
    for _ in 0..4 {
        // What the queue delivers again, and what the tick finds.
        let _again = world.work(job.clone()).await;
        world.tick().await;
        world.pass(SignedDuration::from_mins(3));
    }
    assert_eq!(world.mailed(), ["hanako@contoso.example", "sato@contoso.example"], "{at}");
    let found = world.webhooks.deliveries(&world.organization, &webhook.id, None, 100, None).await;
    let (deliveries, _) = found.expect("read");
    assert_eq!(deliveries.len(), 1, "{at}: {deliveries:?}");
    assert_eq!(deliveries[0].state, DeliveryState::Delivered, "{at}");
    let received = world.received("crm").await;
    let ids: BTreeSet<&str> = received.iter().map(|request| request.headers["webhook-id"].as_str()).collect();
    assert_eq!(ids.len(), 1, "{at}: {received:?}");
    assert!(received.len() <= 2, "{at}: {received:?}");
    assert!(world.accounts.untold().await.expect("read").is_empty(), "{at}");
}

#[tokio::test]
async fn r07_whatever_dies_everything_is_told_once() {
    let calls = Box::pin(calls()).await;
    assert!(calls >= 10, "{calls} calls");
    let deaths = (1..=calls).flat_map(|nth| [(nth, When::Before), (nth, When::After)]);
    let deaths = deaths.map(|(nth, when)| Box::pin(die(nth, when)));
    futures::stream::iter(deaths).buffer_unordered(4).collect::<Vec<()>>().await;
}
