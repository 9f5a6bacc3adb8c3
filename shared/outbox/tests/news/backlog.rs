//! When much is due at once, or a receiver does not keep up: what waits for whom, and what does not.

use accounts::{News, PushNews};
use futures::future::join_all;
use jiff::SignedDuration;
use outbox::{DeliverJob, Delivery, DeliveryState, EventKind, OutboxJob, Webhook};
use serde_json::json;

use crate::{
    signature::signed_by,
    world::{World, secret_of, user},
};

async fn deliveries(world: &World, webhook: &Webhook) -> Vec<Delivery> {
    let found = world.webhooks.deliveries(&world.organization, &webhook.id, None, 100, None).await;
    found.expect("read").0
}

#[tokio::test]
async fn ten_thousand_news_do_not_hold_up_a_mail() {
    let world = World::new().await;
    let news = PushNews {
        user_id: user("sato"),
        started_at: world.now(),
        created: 1,
        updated: 0,
        deleted: 0,
        refused: 0,
    };
    let write = || world.accounts.tell(&world.organization, News::Push(news.clone())).expect("a write");
    for _ in 0..5 {
        let some = (0..10).map(|_| world.aws.transact((0..50).map(|_| write()).collect()));
        join_all(some).await.into_iter().collect::<Result<(), _>>().expect("told");
    }
    world.post_mail("a1-confirmed-guest").await;
    let first = world.queued().await;
    let mail = |job: &OutboxJob| matches!(job, OutboxJob::Send(job) if job.mail_id == "a1-confirmed-guest");
    assert!(mail(&first[0]), "mail goes first: {:?}", first[0]);
    // As many as one tick has time for; the next one takes the rest, and none of them twice.
    assert!((1_500..=2_001).contains(&first.len()), "{} jobs", first.len());
    let second = world.queued().await;
    assert_eq!(first.len() + second.len(), 2_501);
    assert!(second.iter().all(|job| !first.contains(job)));
}

#[tokio::test]
async fn copies_of_a_job_burn_no_attempts() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 500, "times": 9})).await;
    world.pushed(1).await;
    world.tick().await;
    let delivery = deliveries(&world, &hook.webhook).await.remove(0);
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Waiting, 1));
    let job = DeliverJob::from(&delivery);
    for _ in 0..5 {
        // What the tick queued again while the first waited in the queue.
        world.pass(SignedDuration::from_secs(20));
        world.courier.deliver(&job).await.expect("worked off");
    }
    assert_eq!(deliveries(&world, &hook.webhook).await[0].attempts, 2);
    assert_eq!(world.received("crm").await.len(), 2);
}

#[tokio::test]
async fn a_webhook_that_fails_is_called_for_one_delivery_at_a_time_and_never_with_the_news() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 503, "times": 2})).await;
    world.pushed(1).await;
    world.tick().await;
    assert_eq!(world.received("crm").await.len(), 1, "while it works, news go out at once");
    world.pass(SignedDuration::from_mins(1));
    for number in 0..20 {
        world.pushed(number).await;
    }
    for job in world.queued().await {
        if matches!(job, OutboxJob::News(_)) {
            world.work(job).await.expect("worked off");
        }
    }
    assert_eq!(world.received("crm").await.len(), 1, "others' news would wait for it");
    world.pass(SignedDuration::from_mins(2));
    world.tick().await;
    assert_eq!(world.received("crm").await.len(), 2, "one call for all that is due");
    let waiting = deliveries(&world, &hook.webhook).await;
    let tried = waiting.iter().map(|delivery| delivery.attempts).sum::<u32>();
    assert_eq!((waiting.len(), tried), (21, 2), "who waits for another burns no attempt");
    // It works again: what waited goes out, each once.
    world.pass(SignedDuration::from_mins(6));
    world.tick().await;
    let all = deliveries(&world, &hook.webhook).await;
    assert!(all.iter().all(|delivery| delivery.state == DeliveryState::Delivered), "{all:?}");
    assert_eq!(world.received("crm").await.len(), 23);
    let webhook = world.webhooks.read(&world.organization, &hook.webhook.id).await.expect("read");
    assert_eq!(webhook.failing_since, None);
}

#[tokio::test]
async fn a_secret_rotated_again_leaves_the_one_that_the_receiver_has() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    let (organization, id) = (&world.organization, &hook.webhook.id);
    let mut secrets = vec![secret_of(&hook)];
    let rotate = async || secret_of(&world.webhooks.rotate(organization, id).await.expect("rotated"));
    // The positions of each secret's signature, the oldest secret first.
    let signers = async |secrets: &[String]| {
        world.pushed(1).await;
        world.settle().await;
        let last = world.received("crm").await.last().expect("a request").clone();
        secrets.iter().map(|secret| signed_by(&last, secret)).collect::<Vec<_>>()
    };
    // The answers to the first two never came.
    for _ in 0..3 {
        secrets.push(rotate().await);
    }
    assert_eq!(signers(&secrets).await, [vec![3], vec![2], vec![1], vec![0]]);
    world.pass(SignedDuration::from_hours(12));
    secrets.push(rotate().await);
    assert_eq!(signers(&secrets).await, [vec![], vec![3], vec![2], vec![1], vec![0]], "three at most");
    world.pass(SignedDuration::from_hours(12));
    assert_eq!(signers(&secrets).await, [vec![], vec![], vec![], vec![1], vec![0]], "each for its own day");
}
