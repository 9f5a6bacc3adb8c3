//! Deliveries to webhooks.

use accounts::LinkStatus;
use jiff::SignedDuration;
use outbox::{DeliverJob, Delivery, DeliveryState, EventKind, OutboxError, Webhook};
use serde_json::{Value, json};
use types::OrganizationId;

use crate::{
    signature::signed_by,
    world::{World, secret_of},
};

async fn deliveries(world: &World, webhook: &Webhook, state: Option<DeliveryState>) -> Vec<Delivery> {
    let found = world.webhooks.deliveries(&world.organization, &webhook.id, state, 100, None).await;
    found.expect("read").0
}

async fn the_delivery(world: &World, webhook: &Webhook) -> Delivery {
    let [delivery] = <[Delivery; 1]>::try_from(deliveries(world, webhook, None).await).expect("one");
    delivery
}

#[tokio::test]
async fn an_event_arrives_once_signed_and_says_what_happened() {
    let world = World::new().await;
    let link = world.linked("sato").await;
    world.settle().await;
    let hook = world.hook("crm", &[EventKind::LinkStatusChanged]).await;
    world.note(&link, LinkStatus::NoPermission, Some("ErrorAccessDenied")).await;
    // Not asked for.
    world.pushed(3).await;
    world.settle().await;
    let received = world.received("crm").await;
    let [request] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(signed_by(request, &secret_of(&hook)), [0]);
    assert_eq!(request.headers["content-type"], "application/json");
    let body: Value = serde_json::from_str(&request.body).expect("JSON");
    let expected = json!({"user_id": "sato", "feature": "mail", "status": "no_permission",
        "reason": "ErrorAccessDenied", "tenant_id": crate::world::TENANT, "account": null,
        "last_success_at": body["data"]["last_success_at"], "organization_id": world.organization});
    assert_eq!((&body["type"], &body["data"]), (&json!("link.status_changed"), &expected));
    assert!(body["data"]["last_success_at"].is_string());
    let delivery = the_delivery(&world, &hook.webhook).await;
    assert_eq!((delivery.state, delivery.attempts, delivery.due_at), (DeliveryState::Delivered, 1, None));
    assert_eq!(request.headers["webhook-id"], delivery.id);
    let secret = secret_of(&hook);
    let stored = world.stored(&format!("WEBHOOKS#{}", world.organization)).await;
    assert!(stored.contains(&hook.webhook.id) && !stored.contains(&secret[6..]), "{stored}");
}

#[tokio::test]
async fn a_push_is_told_with_its_numbers() {
    let world = World::new().await;
    world.hook("crm", &EventKind::ALL).await;
    world.pushed(12).await;
    world.settle().await;
    let received = world.received("crm").await;
    let body: Value = serde_json::from_str(&received[0].body).expect("JSON");
    assert_eq!((received.len(), &body["type"]), (1, &json!("push.finished")));
    assert_eq!((&body["data"]["created"], &body["data"]["user_id"]), (&json!(12), &json!("sato")));
}

#[tokio::test]
async fn while_a_secret_is_rotated_both_sign() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    let (organization, id) = (&world.organization, &hook.webhook.id);
    let rotated = world.webhooks.rotate(organization, id).await.expect("rotated");
    let (old, new) = (secret_of(&hook), secret_of(&rotated));
    let signers = async || {
        world.pushed(1).await;
        world.settle().await;
        let received = world.received("crm").await;
        let last = received.last().expect("a request").clone();
        let count = last.headers["webhook-signature"].split(' ').count();
        (signed_by(&last, &new), signed_by(&last, &old), count)
    };
    assert_eq!(signers().await, (vec![0], vec![1], 2));
    world.pass(SignedDuration::from_hours(24));
    assert_eq!(signers().await, (vec![0], vec![], 1));
}

#[tokio::test]
async fn what_fails_is_tried_ten_times_over_three_days_under_one_id_and_can_be_taken_up_again() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 500, "times": 10})).await;
    world.pushed(1).await;
    let (begun, mut times) = (world.now(), Vec::new());
    // Looks every minute, as the schedule does; what it skips is time in which nothing is due.
    while times.len() < 10 {
        world.tick().await;
        while times.len() < world.received("crm").await.len() {
            times.push(world.now().duration_since(begun).as_mins());
        }
        let delivery = the_delivery(&world, &hook.webhook).await;
        let wait = delivery.due_at.map_or(60, |due| (due - world.now().as_second()).max(60));
        world.pass(SignedDuration::from_secs(wait));
        assert!(world.now().duration_since(begun) < SignedDuration::from_hours(24 * 5), "{times:?}");
    }
    let hours: Vec<i64> = times.iter().map(|minutes| minutes / 60).collect();
    assert_eq!((&times[..3], &hours[3..]), (&[0, 1, 6][..], &[0, 2, 7, 17, 31, 51, 75][..]), "{times:?}");
    world.settle().await;
    let delivery = the_delivery(&world, &hook.webhook).await;
    assert_eq!((delivery.state, delivery.reason.as_deref()), (DeliveryState::Dead, Some("status_500")));
    assert_eq!(deliveries(&world, &hook.webhook, Some(DeliveryState::Dead)).await.len(), 1);
    assert!(deliveries(&world, &hook.webhook, Some(DeliveryState::Delivered)).await.is_empty());
    let again = world.webhooks.retry(&world.organization, &hook.webhook.id, &delivery.id).await;
    assert_eq!(again.expect("taken up").state, DeliveryState::Waiting);
    world.settle().await;
    assert_eq!(the_delivery(&world, &hook.webhook).await.state, DeliveryState::Delivered);
    let retried = world.webhooks.retry(&world.organization, &hook.webhook.id, &delivery.id).await;
    assert!(matches!(retried, Err(OutboxError::NotDead)), "{retried:?}");
    let received = world.received("crm").await;
    assert_eq!(received.len(), 11);
    assert!(received.iter().all(|request| request.headers["webhook-id"] == delivery.id));
    assert!(received.iter().all(|request| signed_by(request, &secret_of(&hook)) == [0]));
    assert!(received.iter().all(|request| request.body == received[0].body));
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_at_once_and_the_admins_read_of_it() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 410})).await;
    world.pushed(1).await;
    world.settle().await;
    world.pushed(2).await;
    world.settle().await;
    assert_eq!(world.received("crm").await.len(), 1);
    assert_eq!(world.mailed(), ["hanako@contoso.example"]);
    let mail = world.mails().remove(0);
    assert!(mail.text.contains("410") && mail.text.contains(&hook.webhook.id), "{}", mail.text);
    let delivery = the_delivery(&world, &hook.webhook).await;
    assert_eq!(delivery.state, DeliveryState::Dead);
    let (organization, id) = (&world.organization, hook.webhook.id.as_str());
    let retried = world.webhooks.retry(organization, id, &delivery.id).await;
    assert!(matches!(retried, Err(OutboxError::WebhookDisabled)), "{retried:?}");
    assert_eq!(world.webhooks.enable(organization, id).await.expect("enabled").disabled, None);
    world.webhooks.retry(organization, id, &delivery.id).await.expect("taken up");
    world.pushed(3).await;
    world.settle().await;
    assert_eq!(world.received("crm").await.len(), 3);
}

#[tokio::test]
async fn five_days_of_only_failures_disable_a_webhook_and_one_success_in_between_does_not() {
    let world = World::new().await;
    let day = SignedDuration::from_hours(24);
    let failing = async |days: i64| {
        for _ in 0..days {
            world.answers("crm", &json!({"status": 503, "times": 9})).await;
            world.pushed(1).await;
            world.settle().await;
            world.pass(day);
            world.settle().await;
        }
    };
    let hook = world.hook("crm", &EventKind::ALL).await;
    let read = async || world.webhooks.read(&world.organization, &hook.webhook.id).await.expect("read");
    failing(3).await;
    // The receiver is well again, until tomorrow.
    world.forget("crm").await;
    world.pushed(1).await;
    world.settle().await;
    assert_eq!((read().await.disabled, read().await.failing_since), (None, None));
    failing(4).await;
    assert!(read().await.disabled.is_none() && read().await.failing_since.is_some());
    world.forget("crm").await;
    failing(3).await;
    assert!(read().await.disabled.is_some());
    assert_eq!(world.mailed(), ["hanako@contoso.example"]);
}

#[tokio::test]
async fn redirects_are_not_followed_and_lost_replies_are_tried_again() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 307, "location": "/hooks/elsewhere"})).await;
    world.answers("crm", &json!({"dropReply": true})).await;
    world.pushed(1).await;
    world.tick().await;
    assert_eq!(the_delivery(&world, &hook.webhook).await.reason.as_deref(), Some("status_307"));
    world.pass(SignedDuration::from_mins(3));
    world.tick().await;
    assert_eq!(the_delivery(&world, &hook.webhook).await.reason.as_deref(), Some("unreachable"));
    world.pass(SignedDuration::from_mins(6));
    world.tick().await;
    assert_eq!(the_delivery(&world, &hook.webhook).await.state, DeliveryState::Delivered);
    assert!(world.received("elsewhere").await.is_empty());
    assert_eq!(world.received("crm").await.len(), 3);
}

#[tokio::test]
async fn a_slow_receiver_is_given_up_after_ten_seconds() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"delayMs": 12_000})).await;
    world.pushed(1).await;
    world.tick().await;
    assert_eq!(the_delivery(&world, &hook.webhook).await.reason.as_deref(), Some("timeout"));
}

#[tokio::test]
async fn no_delivery_goes_into_a_network_of_ours() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 500})).await;
    world.pushed(1).await;
    world.tick().await;
    world.pass(SignedDuration::from_mins(3));
    // What was registered on loopback, or led there later.
    let delivery = the_delivery(&world, &hook.webhook).await;
    world.strict_courier().deliver(&job_of(&delivery)).await.expect("worked off");
    assert_eq!(world.received("crm").await.len(), 1);
    assert_eq!(the_delivery(&world, &hook.webhook).await.reason.as_deref(), Some("unreachable"));
}

fn job_of(delivery: &Delivery) -> DeliverJob {
    DeliverJob {
        organization_id: delivery.organization_id.clone(),
        webhook_id: delivery.webhook_id.clone(),
        delivery_id: delivery.id.clone(),
        attempts: delivery.attempts,
    }
}

#[tokio::test]
async fn many_jobs_at_once_make_one_request() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 500})).await;
    world.pushed(1).await;
    world.tick().await;
    world.pass(SignedDuration::from_mins(3));
    let job = job_of(&the_delivery(&world, &hook.webhook).await);
    world.answers("crm", &json!({"delayMs": 1_000})).await;
    // Half of them come while the first is being answered.
    let tried = futures::future::join_all((0..50).map(async |number| {
        tokio::time::sleep(std::time::Duration::from_millis(number % 2 * 300)).await;
        world.courier.deliver(&job).await
    }));
    assert!(tried.await.iter().all(Result::is_ok));
    assert_eq!(world.received("crm").await.len(), 2);
    assert_eq!(the_delivery(&world, &hook.webhook).await.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn an_organization_has_at_most_five_however_many_are_made_at_once() {
    let world = World::new().await;
    let names: Vec<String> = (0..8).map(|number| format!("http://127.0.0.1:9/{number}")).collect();
    let events = || [EventKind::PushFinished].into();
    let made = names.iter().map(|url| world.webhooks.add(&world.organization, url, events(), None));
    let made = futures::future::join_all(made).await;
    let expected =
        |error: &OutboxError| matches!(error, OutboxError::TooManyWebhooks | OutboxError::Contended);
    assert!(made.iter().all(|made| made.as_ref().err().is_none_or(expected)), "{made:?}");
    assert!((1..=5).contains(&made.iter().filter(|made| made.is_ok()).count()), "{made:?}");
    while world.webhooks.add(&world.organization, "http://127.0.0.1:9/more", events(), None).await.is_ok() {}
    let all = world.webhooks.list(&world.organization).await.expect("read");
    assert_eq!(all.len(), 5);
    world.webhooks.remove(&world.organization, &all[0].id).await.expect("removed");
    let again = world.webhooks.remove(&world.organization, &all[0].id).await;
    assert!(matches!(again, Err(OutboxError::NotFound("webhook"))), "{again:?}");
    world
        .webhooks
        .add(&world.organization, "http://127.0.0.1:9/one", events(), None)
        .await
        .expect("room for one");
    let another: OrganizationId = "another".parse().expect("an id");
    assert!(world.webhooks.list(&another).await.expect("read").is_empty());
    let foreign = world.webhooks.read(&another, &all[1].id).await;
    assert!(matches!(foreign, Err(OutboxError::NotFound("webhook"))), "{foreign:?}");
}

#[tokio::test]
async fn what_was_on_its_way_to_a_removed_webhook_ends() {
    let world = World::new().await;
    let hook = world.hook("crm", &EventKind::ALL).await;
    world.answers("crm", &json!({"status": 500})).await;
    world.pushed(1).await;
    world.tick().await;
    let delivery = the_delivery(&world, &hook.webhook).await;
    world.webhooks.remove(&world.organization, &hook.webhook.id).await.expect("removed");
    world.pass(SignedDuration::from_hours(1));
    world.settle().await;
    assert_eq!(world.received("crm").await.len(), 1);
    let partition = format!("DELIVERIES#{}#{}", world.organization, delivery.webhook_id);
    let stored = world.stored(&partition).await;
    assert!(stored.contains("webhook_removed") && stored.contains("expires_at"), "{stored}");
}
