//! B16, R06: unlinking, with the folder or without it, whatever Microsoft says.

use accounts::{Event, LinkStatus};
use cards::RemovalOutcome;
use serde_json::json;
use simulator::model::mailbox::ExtendedProperties;
use types::Feature;

use crate::world::{FOLDER, World, graph_error, hanako, made_up_card, organization};

#[tokio::test]
async fn b16_the_folder_stays_unless_it_is_asked_for() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    let before = world.contacts();
    world.unlink(false).await;
    assert_eq!(world.standing().await.status, LinkStatus::Unlinked);
    let calls = world.calls().await;
    world.put("more", made_up_card(5, 0)).await;
    world.turn().await;
    assert_eq!((world.contacts(), world.calls().await), (before, calls), "nothing is pushed any more");
    assert_eq!(world.status().await.removal, None);
}

#[tokio::test]
async fn b16_the_folder_goes_on_request_and_the_token_with_it() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    world.unlink(true).await;
    assert_eq!(world.standing().await.status, LinkStatus::Unlinked, "at once");
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Pending);
    assert_eq!(world.work().await, 1);
    assert_eq!(world.folders(), Vec::<String>::new());
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Removed);
    assert!(world.events().await.contains(&Event::ContactFolderRemoved { user_id: hanako() }));
    assert_eq!(world.accounts.due(Feature::Contacts).await.expect("an answer").len(), 0);
    assert!(!world.has_token().await);
    // A stray job finds nothing to do.
    let calls = world.calls().await;
    cards::hurry(&world.jobs, &world.standing().await).await.expect("queued");
    world.work().await;
    assert_eq!(world.calls().await, calls);
    // Linked again: a folder anew, with every card.
    world.link(&hanako()).await;
    world.turn().await;
    assert_eq!(world.contacts().len(), 3);
    assert_eq!(world.standing().await.status, LinkStatus::Linked);
}

#[tokio::test]
async fn b16_a_folder_into_which_the_user_put_others_is_only_emptied() {
    let world = World::linked().await;
    world.put_many(25).await;
    world.turn().await;
    let (folder, now) = (world.folder_number(FOLDER), world.now());
    let mother = serde_json::Map::from_iter([("givenName".to_owned(), json!("母"))]);
    world.in_outlook(|mailbox| mailbox.add_contact(folder, mother, now));
    world.unlink(true).await;
    world.work().await;
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Emptied);
    let left = world.contacts();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].text("givenName"), "母");
}

#[tokio::test]
async fn b16_a_folder_into_which_the_user_put_a_folder_is_only_emptied() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    let (folder, now) = (world.folder_number(FOLDER), world.now());
    let mother = serde_json::Map::from_iter([("givenName".to_owned(), json!("母"))]);
    world.in_outlook(|mailbox| {
        let own = mailbox.add_folder(folder, "家族".to_owned(), ExtendedProperties::default()).expect("made");
        mailbox.add_contact(own, mother, now)
    });
    world.unlink(true).await;
    world.work().await;
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Emptied);
    assert_eq!(world.folders(), [FOLDER, "家族"]);
    assert!(world.contacts().iter().all(|left| left.text("givenName") == "母"), "ours are gone");
}

#[tokio::test]
async fn r06_unlinking_needs_no_word_from_microsoft_and_the_folder_goes_once_it_answers() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    world.fault(json!({}), json!({"status": 503, "headers": {"Retry-After": "600"}}), 0).await;
    world.unlink(true).await;
    assert_eq!(world.standing().await.status, LinkStatus::Unlinked);
    world.work().await;
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Pending);
    world.pass(3);
    cards::queue_due(&world.accounts, &world.jobs).await.expect("queued");
    assert_eq!(world.work().await, 1, "it comes up again by itself");
    assert_eq!(world.standing().await.status, LinkStatus::Unlinked);
    world.heal().await;
    world.turn().await;
    assert_eq!(world.folders(), Vec::<String>::new());
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Removed);
    assert!(!world.has_token().await);
}

#[tokio::test]
async fn r06_a_removal_that_microsoft_refuses_for_good_is_told_and_given_up() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    let refusal = json!({"status": 403, "body": graph_error("ErrorAccessDenied")});
    world.fault(json!({"path": "/contactFolders"}), refusal, 0).await;
    world.unlink(true).await;
    world.work().await;
    let failed = RemovalOutcome::Failed { reason: "ErrorAccessDenied".to_owned() };
    assert_eq!(world.status().await.removal.expect("told").outcome, failed);
    assert!(!world.has_token().await);
    world.heal().await;
    world.turn().await;
    assert_eq!(world.contacts().len(), 3);
}

#[tokio::test]
async fn r06_a_removal_is_tried_for_a_week() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    world.fault(json!({"path": "/contactFolders"}), json!({"status": 500}), 0).await;
    world.unlink(true).await;
    world.pass(60 * 24 * 6);
    world.turn().await;
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Pending);
    world.pass(60 * 24 + 60);
    world.turn().await;
    let outcome = world.status().await.removal.expect("told").outcome;
    assert!(matches!(outcome, RemovalOutcome::Failed { .. }), "{outcome:?}");
    assert!(!world.has_token().await);
}

#[tokio::test]
async fn b16_who_links_again_meanwhile_keeps_the_folder() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    let before = world.contacts();
    world.unlink(true).await;
    world.pass(1);
    world.link(&hanako()).await;
    world.work().await;
    assert_eq!(world.contacts(), before);
    assert_eq!(world.standing().await.status, LinkStatus::Linked);
    // And a plain unlinking later does not bring the old wish up.
    world.unlink(false).await;
    cards::hurry(&world.jobs, &world.standing().await).await.expect("queued");
    world.work().await;
    assert_eq!(world.contacts(), before);
    let told = world.status().await.removal.map(|removal| removal.outcome);
    assert!(!matches!(told, Some(RemovalOutcome::Failed { .. })), "{told:?}");
}

#[tokio::test]
async fn b16_a_removal_that_is_asked_for_while_a_push_is_at_work_is_not_forgotten() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    world.put("c1", made_up_card(1, 7)).await;
    world.fault(json!({"path": "/$batch"}), json!({"delayMs": 600}), 1).await;
    let unlink = async {
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        world.unlink(true).await;
    };
    tokio::join!(world.hurry(), unlink);
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Pending);
    world.work().await;
    world.turn().await;
    assert_eq!(world.folders(), Vec::<String>::new());
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Removed);
    assert!(!world.has_token().await);
}

#[tokio::test]
async fn b16_a_user_who_never_pushed_is_unlinked_too() {
    let world = World::linked().await;
    world.unlink(true).await;
    world.work().await;
    assert_eq!(world.status().await.removal.expect("told").outcome, RemovalOutcome::Removed);
    let stranger = "nobody".parse().expect("an id");
    let none = world.cards.unlink(&world.accounts, &world.jobs, &organization(), &stranger, true).await;
    assert!(none.is_err(), "nothing to unlink");
}

impl World {
    async fn has_token(&self) -> bool {
        let table = aws::Aws::at(&self.aws_url()).table("AccountsTable");
        let key = aws::Key::new("ORGANIZATION#o1", "TOKEN#hanako#contacts");
        table.get::<serde_json::Value>(key).await.expect("an answer").is_some()
    }
}
