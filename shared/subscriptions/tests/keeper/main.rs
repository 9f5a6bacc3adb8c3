//! The keeper, against the simulator and the template's tables: exactly one live subscription, or none.

mod crash;
mod world;

use std::time::Duration;

use accounts::LinkStatus;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use subscriptions::{Kept, SubscriptionsError, Task};
use types::Feature;
use world::{USER, World, job, organization, text, user};

const HOUR: u32 = 60;

fn lifetime(one: &serde_json::Value, now: Timestamp) -> SignedDuration {
    text(one, "expires").parse::<Timestamp>().expect("a time").duration_since(now)
}

#[tokio::test]
async fn a_link_gets_one_subscription_and_is_left_in_peace() {
    let world = World::linked().await;
    let kept = world.try_work(Task::Check, "m1").await.expect("done");
    assert!(matches!(kept, Kept::Subscribed(_)), "{kept:?}");
    let one = world.the_one().await;
    assert!(lifetime(&one, world.now()) <= SignedDuration::from_mins(4_230));
    assert!(lifetime(&one, world.now()) > SignedDuration::from_mins(4_190));
    assert_eq!((one["immutableIds"].as_bool(), &one["changeTypes"]), (Some(true), &json!(["created"])));
    assert!(text(&one, "lifecycleUrl").contains("/graph/lifecycle?key="), "{one}");
    let link = world.standing().await;
    assert_eq!(link.status, LinkStatus::Linked);
    assert_eq!(link.account.expect("an account").name, USER);

    let calls = world.calls().await;
    // The catch-up stays owed until somebody says that it is on its way.
    let Kept::Subscribed(catch_up) = world.try_work(Task::Check, "m2").await.expect("done") else {
        panic!("the catch-up is forgotten");
    };
    world.keeper.caught_up(&job(Task::Check), &catch_up).await.expect("settled");
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
    assert_eq!(world.calls().await, calls, "nothing is due");
}

#[tokio::test]
async fn it_is_renewed_at_two_thirds_and_never_asked_to_live_too_long() {
    let world = World::linked().await;
    world.work(Task::Check).await;
    let first = world.the_one().await;
    for _ in 0..20 {
        world.pass(5 * HOUR);
        assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
        let one = world.the_one().await;
        assert_eq!(one["id"], first["id"]);
        assert!(lifetime(&one, world.now()) <= SignedDuration::from_mins(4_230));
        assert!(lifetime(&one, world.now()) >= SignedDuration::from_mins(4_200 / 3), "renewed too late");
    }
}

#[tokio::test]
async fn r26_one_that_cannot_be_renewed_is_replaced_and_caught_up() {
    for status in [404, 400, 410] {
        let world = World::linked().await;
        world.work(Task::Check).await;
        let first = world.the_one().await;
        world.pass(48 * HOUR);
        let body = json!({"error": {"code": "ResourceNotFound", "message": "Gone."}});
        world.fault("PATCH", "/subscriptions/", json!({"status": status, "body": body})).await;
        let kept = world.work(Task::Check).await;
        assert!(matches!(kept, Kept::Subscribed(_)), "{status}: {kept:?}");
        let second = world.the_one().await;
        assert_ne!(first["id"], second["id"], "{status}");
        assert_ne!(first["clientState"], second["clientState"], "{status}");
        let old = world.subscriptions.owners(&[text(&first, "id")]).await.expect("owners");
        assert!(old.is_empty(), "what the old one would say is not believed");
    }
}

#[tokio::test]
async fn r26_a_lost_renewal_is_made_up_for_and_one_that_ended_is_replaced() {
    let world = World::linked().await;
    world.work(Task::Check).await;
    world.pass(48 * HOUR);
    // The reply is lost; whatever became of it, the next look finds out.
    world.fault("PATCH", "/subscriptions/", json!({"dropReply": true})).await;
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
    assert!(lifetime(&world.the_one().await, world.now()) > SignedDuration::from_mins(4_000));
    // No job came for longer than it lives.
    world.pass(80 * HOUR);
    assert!(world.live().await.is_empty());
    assert!(matches!(world.work(Task::Check).await, Kept::Subscribed(_)));
    world.the_one().await;
}

#[tokio::test]
async fn r26_one_that_vanished_without_a_word_is_missed_within_the_hour() {
    let world = World::linked().await;
    world.work(Task::Check).await;
    world.remove_silently(text(&world.the_one().await, "id")).await;
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged, "nobody can know yet");
    world.pass(HOUR);
    assert!(matches!(world.work(Task::Check).await, Kept::Subscribed(_)));
    world.the_one().await;
}

#[tokio::test]
async fn r26_events_of_its_life_are_hints_that_may_come_twice() {
    let world = World::linked().await;
    world.work(Task::Check).await;
    let first = world.the_one().await;
    // It is not gone at all: no second one is made, but mail is read.
    for _ in 0..3 {
        assert!(matches!(world.work(Task::Replace).await, Kept::Subscribed(_)));
        assert_eq!(world.the_one().await["id"], first["id"]);
    }
    world.pass(20);
    assert_eq!(world.work(Task::Reauthorize).await, Kept::Unchanged);
    assert!(lifetime(&world.the_one().await, world.now()) > SignedDuration::from_mins(4_190), "renewed");
    world.remove_silently(text(&first, "id")).await;
    assert!(matches!(world.work(Task::Replace).await, Kept::Subscribed(_)));
    let second = world.the_one().await;
    assert_ne!(second["id"], first["id"]);
    world.work(Task::Replace).await;
    assert_eq!(world.the_one().await["id"], second["id"], "an old event ends no new one");
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_adopted() {
    let world = World::linked().await;
    world.fault("POST", "/subscriptions", json!({"dropReply": true})).await;
    assert!(matches!(world.work(Task::Check).await, Kept::Subscribed(_)));
    world.the_one().await;

    // Neither answer nor list: it is there, but nobody knows.
    let world = World::linked().await;
    world.fault("POST", "/subscriptions", json!({"dropReply": true})).await;
    world.fault("GET", "/subscriptions", json!({"dropReply": true})).await;
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
    assert_eq!(world.standing().await.status, LinkStatus::Syncing, "it passes");
    let made = world.live().await;
    assert!(matches!(world.work(Task::Check).await, Kept::Subscribed(_)));
    assert_eq!(world.the_one().await["id"], made[0]["id"]);
}

#[tokio::test]
async fn jobs_that_come_twice_or_together_make_one() {
    let world = World::linked().await;
    // Long enough that the others come while the first waits for Graph.
    world.handshake_ms.store(1_500, std::sync::atomic::Ordering::Relaxed);
    let others = async {
        while !world.has_in_state("intent").await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let jobs = (0..9).map(|number| {
            let message = format!("m{}", number / 2);
            let world = &world;
            async move { world.try_work(Task::Check, &message).await }
        });
        futures::future::join_all(jobs).await
    };
    let (first, mut results) = futures::join!(world.try_work(Task::Check, "m0"), others);
    results.push(first);
    let is_fine = |result: &Result<Kept, SubscriptionsError>| {
        matches!(result, Ok(_) | Err(SubscriptionsError::LeaseHeld))
    };
    assert!(results.iter().all(is_fine), "{results:?}");
    world.the_one().await;
    assert_eq!(world.posts().await, 1);
    world.work(Task::Check).await;
    world.the_one().await;
}

#[tokio::test]
async fn an_unlinked_user_has_none_and_nothing_is_left_of_it() {
    let world = World::linked().await;
    world.work(Task::Check).await;
    let one = world.the_one().await;
    world.unlink().await;
    assert_eq!(world.work(Task::Remove).await, Kept::Removed);
    assert!(world.live().await.is_empty() && !world.has_state().await);
    assert!(world.subscriptions.owners(&[text(&one, "id")]).await.expect("owners").is_empty());
    let calls = world.calls().await;
    assert_eq!(world.work(Task::Remove).await, Kept::Unchanged);
    assert_eq!(world.work(Task::Replace).await, Kept::Unchanged);
    assert_eq!(world.calls().await, calls);
    // One that Graph removed before is as good; one that cannot be reached comes again.
    world.link().await;
    world.work(Task::Check).await;
    world.unlink().await;
    world.fault("DELETE", "/subscriptions/", json!({"status": 503})).await;
    world.try_work(Task::Remove, "again").await.expect_err("Graph is away");
    world.remove_silently(text(&world.live().await[0], "id")).await;
    assert_eq!(world.try_work(Task::Remove, "again").await.expect("done"), Kept::Removed);
    assert!(!world.has_state().await);
}

#[tokio::test]
async fn unlinked_or_linked_anew_while_it_is_made_the_end_is_right() {
    // Before the account is found, and while Graph waits for our webhook.
    for (begun, anew) in [("lease_until", false), ("lease_until", true), ("intent", false), ("intent", true)]
    {
        let world = World::linked().await;
        world.handshake_ms.store(1_000, std::sync::atomic::Ordering::Relaxed);
        let interfere = async {
            while !world.has_in_state(begun).await {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            world.unlink().await;
            let mut kept = vec![world.try_work(Task::Remove, "r").await.expect("done")];
            if anew {
                world.link().await;
                kept.push(world.try_work(Task::Check, "c").await.expect("done"));
            }
            kept
        };
        let (first, mut kept) = futures::join!(world.try_work(Task::Check, "m"), interfere);
        kept.push(first.expect("done"));
        // Whichever of the jobs did it.
        if anew {
            assert!(kept.iter().any(|kept| matches!(kept, Kept::Subscribed(_))), "{begun}: {kept:?}");
            world.the_one().await;
            assert_eq!(world.standing().await.status, LinkStatus::Linked, "{begun}");
        } else {
            assert!(kept.contains(&Kept::Removed), "{begun}: {kept:?}");
            assert!(world.live().await.is_empty() && !world.has_state().await, "{begun}");
        }
    }
}

#[tokio::test]
async fn linked_anew_it_is_another_subscription() {
    let world = World::linked().await;
    world.work(Task::Check).await;
    let first = world.the_one().await;
    world.unlink().await;
    world.pass(1);
    world.link().await;
    assert!(matches!(world.work(Task::Remove).await, Kept::Subscribed(_)), "a late job ends nothing");
    assert_ne!(world.the_one().await["id"], first["id"]);
}

#[tokio::test]
async fn without_the_grant_it_is_taken_back() {
    let world = World::linked().await;
    world.work(Task::Check).await;
    world.revoke().await;
    assert_eq!(world.work(Task::Check).await, Kept::Removed);
    assert!(world.live().await.is_empty() && !world.has_state().await);
    let link = world.standing().await;
    assert_eq!((link.status, link.reason.as_deref()), (LinkStatus::NoPermission, Some("grant_missing")));
    let links =
        world.accounts.revoke_grant(&organization(), &world.tenant, Feature::Mail).await.expect("revoked");
    assert_eq!(links.len(), 1);
    assert_eq!(world.work(Task::Remove).await, Kept::Unchanged);
}

#[tokio::test]
async fn r10_what_graph_refuses_is_told_and_asked_again_a_day_later() {
    let refused = |status: u16, code: &str| json!({"status": status, "body": {"error": {"code": code, "message": "Refused."}}});
    for (status, code, expected, reason) in [
        (403, "ExtensionError", LinkStatus::NoPermission, "access_denied"),
        (404, "ExtensionError", LinkStatus::AuthenticationFailed, "mailbox_not_found"),
        (400, "InvalidRequest", LinkStatus::Failed, "InvalidRequest"),
    ] {
        let world = World::linked().await;
        world.fault("POST", "/subscriptions", refused(status, code)).await;
        assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
        let link = world.standing().await;
        assert_eq!((link.status, link.reason.as_deref()), (expected, Some(reason)));
        let calls = world.calls().await;
        for _ in 0..23 {
            world.pass(HOUR);
            assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
        }
        assert_eq!(world.calls().await, calls, "{status}: asked within the day");
        world.pass(HOUR);
        assert!(matches!(world.work(Task::Check).await, Kept::Subscribed(_)), "{status}");
        world.the_one().await;
        assert_eq!(world.standing().await.status, LinkStatus::Linked);
    }
}

#[tokio::test]
async fn an_address_that_nobody_has_is_asked_for_again_once_it_is_another() {
    let world = World::new().await;
    world.put_user("nobody@contoso.example").await;
    world.link().await;
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
    let link = world.standing().await;
    assert_eq!(link.status, LinkStatus::AuthenticationFailed);
    assert_eq!(link.reason.as_deref(), Some("account_not_found"));
    let calls = world.calls().await;
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
    assert_eq!(world.calls().await, calls);
    world.put_user(USER).await;
    assert!(matches!(world.work(Task::Check).await, Kept::Subscribed(_)));
    world.the_one().await;
}

#[tokio::test]
async fn what_passes_brings_the_link_up_again_soon() {
    let world = World::linked().await;
    let due = world.accounts.due(Feature::Mail).await.expect("due");
    world.accounts.put_off(&due[0]).await.expect("put off");
    let body = json!({"error": {"code": "ValidationError",
        "message": "Subscription validation request timed out."}});
    world.fault("POST", "/subscriptions", json!({"status": 400, "body": body})).await;
    assert_eq!(world.work(Task::Check).await, Kept::Unchanged);
    assert_eq!(world.standing().await.status, LinkStatus::Syncing);
    world.pass(1);
    assert!(world.accounts.due(Feature::Mail).await.expect("due").is_empty());
    world.pass(1);
    assert_eq!(world.accounts.due(Feature::Mail).await.expect("due")[0].link.user_id, user());
    assert!(matches!(world.work(Task::Check).await, Kept::Subscribed(_)));
    world.the_one().await;
}
