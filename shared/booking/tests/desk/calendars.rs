//! Calendars that are busy, unreadable, without Teams, or lose replies.

use booking::{AppointmentState, Booked, EndedBy, FreeTimes, Place, Terms, Why};
use jiff::SignedDuration;
use serde_json::json;
use types::Feature;

use crate::world::{World, host, organization, terms};

#[tokio::test]
async fn r36_what_is_in_the_calendar_is_not_offered_and_cannot_be_booked() {
    let world = World::new().await;
    let start = world.a_start();
    let later = |minutes| start + SignedDuration::from_mins(minutes);
    for (minutes, show_as) in
        [(0, "busy"), (60, "tentative"), (120, "oof"), (180, "free"), (240, "workingElsewhere")]
    {
        world.put_event(later(minutes), 20, show_as).await;
    }
    let starts = world.free_starts().await;
    for (minutes, is_free) in [(0, false), (60, false), (120, false), (180, true), (240, true)] {
        assert_eq!(starts.contains(&later(minutes)), is_free, "{minutes}");
    }
    for minutes in [0, 60, 120] {
        let booked = world.try_book(later(minutes)).await;
        let Booked::Taken { others } = booked else { panic!("{minutes}: {booked:?}") };
        assert!(!others.contains(&later(minutes)), "{others:?}");
    }
    assert_eq!((world.appointments().await.len(), world.work().await), (0, 0), "nothing was kept");
    // What was taken back is free again for others.
    world.book(later(180)).await;
}

#[tokio::test]
async fn r36_an_unreadable_calendar_offers_nothing_and_says_so() {
    let world = World::new().await;
    let start = world.a_start();
    world.behave(&json!({"schedule": {"error": "ErrorMailRecipientNotFound"}})).await;
    let unreadable = Why::Refused("ErrorMailRecipientNotFound".to_owned());
    assert_eq!(world.free().await, FreeTimes::Unreadable(unreadable.clone()));
    assert_eq!(world.try_book(start).await, Booked::Unreadable(unreadable));
    assert!(world.appointments().await.is_empty());
    world.behave(&json!({"schedule": "ok"})).await;
    world.pass(61);
    assert!(world.free_starts().await.contains(&start), "it is asked again a minute later");

    world
        .fault(
            "POST",
            "getSchedule",
            json!({"status": 403, "body": {"error": {"code": "ErrorAccessDenied", "message": "m"}}}),
        )
        .await;
    world.pass(61);
    assert_eq!(world.free().await, FreeTimes::Unreadable(Why::Refused("ErrorAccessDenied".to_owned())));
    let link = world.accounts.link(&organization(), &host(), Feature::Calendar).await.unwrap().unwrap();
    assert_eq!(link.status, accounts::LinkStatus::NoPermission);
    world.heal().await;
    world.pass(61);
    assert!(!world.free_starts().await.is_empty(), "what was mended at Microsoft works again");

    world.fault("POST", "getSchedule", json!({"status": 503})).await;
    world.pass(61);
    assert_eq!(world.free().await, FreeTimes::Unreadable(Why::Unavailable));
    world.heal().await;
    world.accounts.unlink(&organization(), &host(), Feature::Calendar).await.unwrap();
    world.pass(61);
    assert_eq!(world.free().await, FreeTimes::Unreadable(Why::NotLinked));
    assert_eq!(world.try_book(start).await, Booked::Unreadable(Why::NotLinked));
    assert!(world.appointments().await.is_empty());
}

#[tokio::test]
async fn however_many_guests_look_the_calendar_is_asked_once() {
    let world = World::new().await;
    world.free().await;
    world.pass(61);
    let before = world.calls().await;
    let looks = futures::future::join_all((0..50).map(|_| world.free())).await;
    assert!(looks.iter().all(|look| matches!(look, FreeTimes::Open(starts) if !starts.is_empty())));
    let asked = world.calls().await - before;
    assert!(asked <= 2, "{asked} calls; two days lie in two windows at most");
}

#[tokio::test]
async fn what_the_host_deleted_in_outlook_can_still_be_cancelled() {
    let world = World::new().await;
    let token = world.book(world.a_start()).await;
    world.work().await;
    world
        .fault(
            "DELETE",
            "/events/",
            json!({"status": 404, "body": {"error": {"code": "ErrorItemNotFound", "message": "m"}}}),
        )
        .await;
    world.cancel(&token).await;
    world.work().await;
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Cancelled);
}

#[tokio::test]
async fn r12_a_lost_reply_leaves_one_event() {
    for repeat in ["return", "conflict"] {
        let world = World::new().await;
        world.behave(&json!({"transactionIdRepeat": repeat})).await;
        world.fault_once("POST", "/events$", json!({"dropReply": true})).await;
        let token = world.book(world.a_start()).await;
        world.work().await;
        world.settle().await;
        assert_eq!(world.appointment(&token).await.state, AppointmentState::Confirmed, "{repeat}");
        assert_eq!(world.all_events().await, 1, "{repeat}");
    }
}

#[tokio::test]
async fn r38_a_teams_link_that_comes_late_is_waited_for() {
    let world = World::new().await;
    world.behave(&json!({"teams": {"late": {"seconds": 120, "reads": 0}}})).await;
    let token = world.book(world.a_start()).await;
    world.work().await;
    let waiting = world.appointment(&token).await;
    assert_eq!(waiting.state, AppointmentState::Pending);
    assert!(world.mails(&waiting).await.is_empty());
    world.settle().await;
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Confirmed);
    assert!(appointment.join_url.is_some());
    assert_eq!(world.all_events().await, 1);
}

#[tokio::test]
async fn r38_a_teams_link_that_never_comes_undoes_the_booking_visibly() {
    let world = World::new().await;
    world.behave(&json!({"teams": "refused"})).await;
    let start = world.a_start();
    let token = world.book(start).await;
    world.work().await;
    world.settle().await;
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Failed);
    assert_eq!(appointment.ended_by, Some(EndedBy::Failure("no_join_url".to_owned())));
    assert!(world.events().await.is_empty());
    assert_eq!(world.mails(&appointment).await, ["failed-guest", "failed-host"]);
    assert!(world.free_starts().await.contains(&start));
}

#[tokio::test]
async fn a_calendar_that_nobody_can_open_any_more_does_not_hold_the_guest_up() {
    let world = World::new().await;
    let token = world.book(world.a_start()).await;
    world.work().await;
    world.accounts.unlink(&organization(), &host(), Feature::Calendar).await.unwrap();
    world.cancel(&token).await;
    world.work().await;
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Cancelled);
    assert_eq!(world.events().await.len(), 1, "it is left, and the host is told");
    assert_eq!(world.mails(&appointment).await.len(), 4);
}

#[tokio::test]
async fn what_may_still_appear_in_the_calendar_is_looked_for_before_it_counts_as_cancelled() {
    // Made, but nobody knows; then cancelled.
    let world = World::new().await;
    world.fault_once("POST", "/events$", json!({"dropReply": true})).await;
    world.fault("GET", "/events", json!({"status": 503})).await;
    let token = world.book(world.a_start()).await;
    world.work().await;
    assert_eq!(
        (world.appointment(&token).await.state, world.events().await.len()),
        (AppointmentState::Pending, 1)
    );
    world.cancel(&token).await;
    world.heal().await;
    world.work().await;
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Cancelled);
    assert!(world.events().await.is_empty());

    // Nobody knows whether it was made, and it is not there: it might be on its way.
    let token = world.book(world.a_start()).await;
    world.fault_once("POST", "/events$", json!({"status": 504})).await;
    world.work().await;
    world.cancel(&token).await;
    world.work().await;
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Cancelling);
    world.pass(150);
    world.tick().await;
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Cancelled);
    assert!(world.events().await.is_empty());
}

#[tokio::test]
async fn r38_a_calendar_without_teams_is_refused_before_booking() {
    let world = World::without_teams().await;
    assert_eq!(world.free().await, FreeTimes::Unreadable(Why::NoOnlineMeetings));
    let start = world.a_start();
    assert_eq!(world.try_book(start).await, Booked::Unreadable(Why::NoOnlineMeetings));
    assert!(world.appointments().await.is_empty());
    let address = Place::Address("東京都千代田区丸の内1-1".to_owned());
    world.put_page(Terms { place: address, ..terms() }).await;
    assert!(world.free_starts().await.contains(&start), "a place needs no Teams");
    let token = world.book(start).await;
    world.work().await;
    let appointment = world.appointment(&token).await;
    assert_eq!((appointment.state, appointment.join_url), (AppointmentState::Confirmed, None));
    assert_eq!(world.events().await[0]["location"]["displayName"], "東京都千代田区丸の内1-1");
}
