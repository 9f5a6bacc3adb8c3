//! The reader against the simulator and the template's tables: what a mail leaves behind, whatever happens to
//! it, to Graph or to the reader.

mod counted;
mod lists;
mod world;

use std::time::{Duration, Instant};

use accounts::LinkStatus;
use contact_points::{Cause, Direction, Filter, ReadJob, Reason};
use jiff::SignedDuration;
use serde_json::json;

use world::{USER, World, organization, user};

#[tokio::test]
async fn what_came_in_and_what_was_sent_become_points() {
    let world = World::linked().await;
    world.mail("inbox", "佐藤 花 <Hana@mail.fabrikam.co.jp>", USER, 1).await;
    world.mail("sentitems", USER, "Bob <bob@gmail.com>, jiro@contoso.example", 2).await;
    world.mail("inbox", "no-reply@fabrikam.co.jp", USER, 3).await;
    world.mail("junkemail", "spam@fabrikam.co.jp", USER, 4).await;
    let last = world.read().await;
    assert_eq!((last.mails, last.points), (4, 2));
    let skipped = [(Reason::Folder, 1), (Reason::NoReply, 1), (Reason::Internal, 2)];
    assert_eq!(last.skipped, skipped.into_iter().collect());
    let points = world.all(&Filter::default(), 100).await;
    let [received, sent] = points.as_slice() else { panic!("{points:?}") };
    let (received, sent) =
        if received.direction == Direction::Received { (received, sent) } else { (sent, received) };
    assert_eq!(
        (received.address.as_str(), received.name.as_deref()),
        ("hana@mail.fabrikam.co.jp", Some("佐藤 花"))
    );
    assert_eq!(received.company.as_deref(), Some("fabrikam.co.jp"));
    assert_eq!(received.internet_message_id.as_deref(), Some("<1@mx.example>"));
    assert_eq!(
        (sent.direction, sent.address.as_str(), sent.company.as_deref()),
        (Direction::Sent, "bob@gmail.com", None)
    );
    let link = world.standing().await;
    assert_eq!((link.status, link.last_success_at.is_some()), (LinkStatus::Linked, true));
}

#[tokio::test]
async fn a_mail_counts_once_wherever_it_goes() {
    let world = World::linked().await;
    let id = world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    world.read().await;
    for folder in ["archive", "deleteditems", "inbox", "junkemail", "inbox"] {
        world.pass(5);
        world.move_to(&id, folder).await;
        let last = world.read().await;
        assert_eq!((last.mails, last.points), (1, 0), "{folder}");
    }
    // The same mail once more, as restored from a backup: another id, the same Message-ID.
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    assert_eq!(world.read().await.points, 0);
    assert_eq!(world.addresses().await, ["hana@fabrikam.co.jp"]);
}

#[tokio::test]
async fn what_leaves_the_junk_folder_is_found_then() {
    let world = World::linked().await;
    let id = world.mail("junkemail", "hana@fabrikam.co.jp", USER, 1).await;
    assert_eq!(world.read().await.points, 0);
    world.pass(60);
    world.move_to(&id, "inbox").await;
    assert_eq!(world.read().await.points, 1);
}

#[tokio::test]
async fn many_mails_are_read_in_pages_and_only_the_new_ones_again() {
    let world = World::linked().await;
    for number in 0..120 {
        world.mail("inbox", &format!("p{}@fabrikam.co.jp", number % 7), USER, number).await;
    }
    let last = world.read().await;
    assert_eq!(last.points, 120);
    let pages = world.calls().await.len();
    assert!((2..=3).contains(&pages), "{pages} pages");
    world.pass(30);
    world.mail("inbox", "new@fabrikam.co.jp", USER, 1000).await;
    let last = world.read().await;
    assert_eq!((last.points, world.calls().await.len() > pages), (1, true));
    assert!(last.mails <= 121, "{last:?}");
    world.pass(30);
    world.mail("inbox", "new@fabrikam.co.jp", USER, 1001).await;
    assert_eq!(world.read().await.mails, 1 + 1, "what the overlap holds and the new one");
    let (people, _) =
        world.points.people(&organization(), &Default::default(), 100, None).await.expect("people");
    assert_eq!(people.len(), 8);
}

#[tokio::test]
async fn a_page_that_takes_too_long_is_asked_for_in_pieces() {
    let world = World::linked().await;
    for number in 0..30 {
        world.mail("inbox", "hana@fabrikam.co.jp", USER, number).await;
    }
    world.fault("top=100", json!({"status": 504}), 0).await;
    assert_eq!(world.read().await.points, 30);
    let calls = world.calls().await;
    assert!(calls[0].contains("top=100") && calls.len() > 2, "{calls:?}");
    assert!(calls.iter().skip(1).all(|path| path.contains("top=25")), "{calls:?}");
}

#[tokio::test]
async fn what_a_read_has_seen_needs_no_call() {
    let world = World::linked().await;
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    world.read().await;
    let calls = world.calls().await.len();
    for message in ["n1", "n2", "n3"] {
        world.try_read(world.now() - SignedDuration::from_secs(30), message).await.expect("done");
    }
    assert_eq!(world.calls().await.len(), calls);
    // What came after the read is not seen yet.
    world.try_read(world.now(), "n4").await.expect("done");
    assert_eq!(world.calls().await.len(), calls + 1);
}

/// Ten mails arrive at once, and each is told of.
async fn ten_are_told_of(world: &World, first: u32) {
    let jobs = (first..first + 10).map(|number| async move {
        world.mail("inbox", &format!("p{number}@fabrikam.co.jp"), USER, number).await;
        world.try_read(world.now(), &format!("n{number}")).await
    });
    for result in futures::future::join_all(jobs).await {
        result.expect("done");
    }
}

#[tokio::test]
async fn twenty_jobs_at_once_make_one_reader_and_the_news_of_each_is_seen() {
    let world = World::linked().await;
    world.read().await;
    let calls = world.calls().await.len();
    // Graph has answered what the first ten ask, and its answer is on the way while ten more come.
    world.fault("/messages", json!({"replyDelayMs": 5_000}), 1).await;
    let late = async {
        while world.struck().await == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        ten_are_told_of(&world, 10).await;
        assert_eq!(world.calls().await.len(), calls, "none of them reads, nor waits for the one that does");
    };
    tokio::join!(ten_are_told_of(&world, 0), late);
    let made = world.calls().await.len() - calls;
    assert!((2..=3).contains(&made), "{made} calls for twenty notifications");
    assert_eq!(world.addresses().await.len(), 20, "the later ten were not in the answer that was on the way");
}

#[tokio::test]
async fn a_lost_cursor_reads_again_and_makes_nothing_twice() {
    let world = World::linked().await;
    for number in 0..5 {
        world.mail("inbox", "hana@fabrikam.co.jp", USER, number).await;
    }
    world.read().await;
    world.pass(60);
    world.lose("cursor").await;
    let last = world.read().await;
    assert_eq!((last.mails, last.points), (5, 0));
    assert_eq!(world.addresses().await.len(), 5);
}

#[tokio::test]
async fn gone_reads_again_from_the_link_on() {
    let world = World::linked().await;
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    world.read().await;
    world.pass(60);
    world.mail("inbox", "taro@fabrikam.co.jp", USER, 2).await;
    let gone = json!({"status": 410, "body": {"error": {"code": "SyncStateNotFound", "message": "m"}}});
    world.fault("/messages", gone, 1).await;
    let last = world.read().await;
    assert_eq!((last.mails, last.points), (2, 1));
}

#[tokio::test]
async fn failures_in_passing_come_up_soon_and_others_are_told() {
    let world = World::linked().await;
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    let before = world.standing().await;
    world.fault("/messages", json!({"status": 503}), 1).await;
    world.pass(1);
    world
        .try_read(world.now() - SignedDuration::from_secs(10), "n1")
        .await
        .expect("the queue is done with it");
    let link = world.standing().await;
    assert_eq!((link.status, link.last_success_at), (LinkStatus::Linked, before.last_success_at));
    world.pass(5);
    let due = world.accounts.due(types::Feature::Mail).await.expect("an answer");
    assert_eq!(due.len(), 1, "comes up again");
    let denied = json!({"status": 403, "body": {"error": {"code": "ErrorAccessDenied", "message": "m"}}});
    world.fault("/messages", denied, 1).await;
    world
        .try_read(world.now() - SignedDuration::from_secs(10), "n2")
        .await
        .expect("the queue is done with it");
    let link = world.standing().await;
    assert_eq!((link.status, link.reason.as_deref()), (LinkStatus::NoPermission, Some("ErrorAccessDenied")));
    assert_eq!(world.read().await.points, 1);
    assert_eq!(world.standing().await.status, LinkStatus::Linked);
}

#[tokio::test]
async fn a_dead_token_is_replaced_once() {
    let world = World::linked().await;
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    let dead =
        json!({"status": 401, "body": {"error": {"code": "InvalidAuthenticationToken", "message": "m"}}});
    world.fault("/messages", dead, 1).await;
    assert_eq!(world.read().await.points, 1);
}

#[tokio::test]
async fn a_reader_that_died_is_followed_by_another() {
    let world = World::linked().await;
    world.read().await;
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    let job = ReadJob {
        organization_id: organization(),
        user_id: user(),
        seen_at: world.now(),
        cause: Cause::Notification,
    };
    let work = world.reader.work(&job, "m1", Instant::now() + Duration::from_secs(20));
    // Killed while it waits for the mail to settle.
    tokio::time::timeout(Duration::from_millis(300), work).await.expect_err("still at work");
    assert!(world.try_read(job.seen_at, "m1").await.is_err(), "its own job comes back");
    world.try_read(world.now(), "m2").await.expect("another's is left to it");
    world.pass(1);
    world.try_read(job.seen_at, "m1").await.expect("done");
    assert_eq!(world.addresses().await, ["hana@fabrikam.co.jp"]);
}

#[tokio::test]
async fn an_unlinked_mailbox_is_not_read() {
    let world = World::linked().await;
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    world.accounts.unlink(&organization(), &user(), types::Feature::Mail).await.expect("unlinked");
    world.try_read(world.now(), "m").await.expect("done");
    assert!(world.calls().await.is_empty());
}
