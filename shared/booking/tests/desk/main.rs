//! Desk and clerk, against the simulator and the template's tables.

mod calendars;
mod crash;
mod keep_alive;
mod world;

use booking::{Appointment, AppointmentState, Booked, EndedBy, Refusal, Terms};
use futures::StreamExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use types::Language;
use world::{World, organization, page_id, terms};

const HOUR: u32 = 3_600;

#[tokio::test]
async fn e12_e15_a_booking_becomes_an_event_in_teams_and_two_mails() {
    let world = World::new().await;
    let start = world.a_start();
    assert!(world.free_starts().await.contains(&start));
    let token = world.book(start).await;
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Pending);
    assert!(!world.free_starts().await.contains(&start), "a claimed time is not offered");

    assert_eq!(world.work().await, 1);
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Confirmed);
    let events = world.events().await;
    let [event] = events.as_slice() else { panic!("{events:#?}") };
    assert_eq!(event["subject"], "株式会社テスト:三田花子");
    assert_eq!(event["transactionId"], appointment.id.as_str());
    assert_eq!(event["attendees"][0]["emailAddress"]["address"], "mita@guest.example");
    assert_eq!(event["originalStartTimeZone"], "Asia/Tokyo");
    assert_eq!(event["onlineMeeting"]["joinUrl"].as_str(), appointment.join_url.as_deref());
    assert!(appointment.join_url.is_some());
    assert_eq!(world.mails(&appointment).await, ["confirmed-guest", "confirmed-host"]);
    let starts = world.free_starts().await;
    let near = [-30, 0, 30].map(|minutes| start + SignedDuration::from_mins(minutes));
    assert!(near.iter().all(|near| !starts.contains(near)), "the buffer is around the event");
    assert_eq!(world.tick().await, 0, "what stands is not due");
}

#[tokio::test]
async fn r35_of_a_hundred_guests_at_once_one_gets_the_time() {
    let world = World::new().await;
    let start = world.a_start();
    world.free().await;
    let before = world.calls().await;
    let page = world.page().await;
    let tries = (0..100).map(|_| {
        let request = world.request(world.desk.new_form(&page), start);
        world.desk.book(&page, request)
    });
    let answers: Vec<_> = futures::stream::iter(tries).buffer_unordered(50).collect().await;
    let (mut made, mut taken) = (0, 0);
    for answer in answers {
        match answer.expect("an answer") {
            Booked::Made { .. } => made += 1,
            Booked::Taken { others } => {
                assert!(!others.is_empty() && !others.contains(&start), "{others:?}");
                taken += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((made, taken), (1, 99));
    assert_eq!(world.calls().await - before, 1, "only the winner asks the calendar");
    assert_eq!(world.work().await, 1);
    assert_eq!((world.events().await.len(), world.appointments().await.len()), (1, 1));
    // Times that overlap it or its buffer are taken too; the next free ones are not.
    let at = |minutes| start + SignedDuration::from_mins(minutes);
    assert!(matches!(world.try_book(at(30)).await, Booked::Taken { .. }));
    assert!(matches!(world.try_book(at(-30)).await, Booked::Taken { .. }));
    world.book(at(60)).await;
}

#[tokio::test]
async fn the_same_form_is_the_same_appointment() {
    let world = World::new().await;
    let (page, start) = (world.page().await, world.a_start());
    let form = world.desk.new_form(&page);
    let send =
        async |start| world.desk.book(&page, world.request(form.clone(), start)).await.expect("an answer");
    let first = send(start).await;
    assert!(matches!(first, Booked::Made { .. }), "{first:?}");
    assert_eq!(send(start).await, first);
    assert_eq!(send(start + SignedDuration::from_hours(2)).await, Booked::Refused(Refusal::FormUsed));
    world.settle().await;
    assert_eq!(send(start).await, first, "also once it is confirmed");
    assert_eq!((world.appointments().await.len(), world.events().await.len()), (1, 1));
}

#[tokio::test]
async fn forms_and_links_are_believed_only_as_we_signed_them() {
    let world = World::new().await;
    let (page, start) = (world.page().await, world.a_start());
    let form = world.desk.new_form(&page);
    let send =
        async |form: String| world.desk.book(&page, world.request(form, start)).await.expect("an answer");
    let other =
        world.store.put_page(&organization(), &"other".parse().unwrap(), terms(), None).await.unwrap().0;
    let other = world.desk.page(&other.key).await.unwrap();
    for forged in [String::new(), "x".to_owned(), form.replace('~', "~1"), world.desk.new_form(&other)] {
        assert_eq!(send(forged).await, Booked::Refused(Refusal::FormForged));
    }
    let token = world.book(start).await;
    assert_eq!(send(token.clone()).await, Booked::Refused(Refusal::FormForged), "another purpose");
    for (key, token) in [
        (page.page.key.as_str(), form.as_str()),
        (page.page.key.as_str(), &token[..token.len() - 1]),
        (other.page.key.as_str(), token.as_str()),
        ("AAAAAAAAAAAAAAAAAAAAAA", token.as_str()),
    ] {
        let refused = world.desk.appointment(key, token).await.expect_err("not opened");
        assert_eq!(refused.to_string(), "there is no such appointment");
    }
    world.pass(7 * HOUR);
    assert_eq!(send(form).await, Booked::Refused(Refusal::FormExpired));
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_kept() {
    let world = World::new().await;
    let (page, start) = (world.page().await, world.a_start());
    let mut request = world.request(world.desk.new_form(&page), start);
    request.guest.name = "a\r\nBcc: x@y.example".to_owned();
    request.guest.email = "nobody".to_owned();
    request.answers.insert("unasked".to_owned(), "x".to_owned());
    let Booked::Invalid(faults) = world.desk.book(&page, request).await.unwrap() else { panic!("taken") };
    assert_eq!(
        faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(),
        ["name", "email", "answers"]
    );
    for (start, refusal) in [
        (world.now() - SignedDuration::from_hours(1), Refusal::Past),
        (world.now() + SignedDuration::from_mins(5), Refusal::TooSoon),
        (start + SignedDuration::from_hours(24 * 40), Refusal::TooFar),
        (start + SignedDuration::from_mins(7), Refusal::NotOffered),
        (Timestamp::MAX, Refusal::TooFar),
        (Timestamp::MIN, Refusal::Past),
    ] {
        assert_eq!(world.try_book(start).await, Booked::Refused(refusal), "{start}");
    }
    assert!(world.appointments().await.is_empty());
}

#[tokio::test]
async fn pages_that_are_not_there_and_not_active_are_the_same_to_guests() {
    let world = World::new().await;
    let key = world.page().await.page.key;
    let not_found = async |key: &str| world.desk.page(key).await.expect_err("not shown").to_string();
    let unknown = not_found("AAAAAAAAAAAAAAAAAAAAAA").await;
    let token = world.book(world.a_start()).await;
    assert_eq!(world.put_page(Terms { active: false, ..terms() }).await, key, "the address stays");
    assert_eq!(not_found(&key).await, unknown);
    world.store.remove_page(&organization(), &page_id()).await.unwrap();
    assert_eq!(not_found(&key).await, unknown);
    assert_ne!(world.put_page(terms()).await, key, "a new page has a new address");
    assert_eq!(not_found(&key).await, unknown);
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Pending, "guests still see theirs");
}

#[tokio::test]
async fn a_job_that_was_never_queued_is_made_by_the_tick() {
    let world = World::new().await;
    let token = world.book(world.a_start()).await;
    assert_eq!(world.lose_jobs(), 1);
    assert_eq!(world.tick().await, 0, "the desk may still be at it");
    world.pass(31);
    assert_eq!(world.tick().await, 1);
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Confirmed);
    world.cancel(&token).await;
    assert_eq!(world.lose_jobs(), 1);
    assert_eq!(world.tick().await, 1);
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Cancelled);
    world.pass(HOUR);
    assert_eq!(world.tick().await, 0);
}

#[tokio::test]
async fn a_cancelled_appointment_leaves_the_calendar_and_frees_the_time() {
    let world = World::new().await;
    let start = world.a_start();
    let token = world.book(start).await;
    world.work().await;
    let asked = world.cancel(&token).await;
    assert_eq!((asked.state, &asked.ended_by), (AppointmentState::Cancelling, &Some(EndedBy::Guest)));
    assert_eq!(world.work().await, 1);
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Cancelled);
    assert!(world.events().await.is_empty());
    let mails = world.mails(&appointment).await;
    assert_eq!(mails, ["confirmed-guest", "confirmed-host", "cancelled-guest", "cancelled-host"]);
    assert_eq!(world.cancel(&token).await.state, AppointmentState::Cancelled, "again is the same");
    assert_eq!(world.work().await, 0);
    assert!(world.free_starts().await.contains(&start));
    let again = world.book(start).await;
    world.work().await;
    assert_ne!(world.appointment(&again).await.id, appointment.id, "no key is used for another event");
    assert_eq!((world.events().await.len(), world.all_events().await >= 1), (1, true));
}

#[tokio::test]
async fn an_appointment_cancelled_before_it_was_made_never_is() {
    let world = World::new().await;
    let token = world.book(world.a_start()).await;
    world.cancel(&token).await;
    assert_eq!(world.work().await, 2, "both jobs come; one finds nothing to do");
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Cancelled);
    assert_eq!(
        (world.all_events().await, world.mails(&appointment).await),
        (0, vec!["cancelled-guest".to_owned()])
    );
}

#[tokio::test]
async fn r37_what_outlook_refuses_fails_once_and_says_so() {
    let world = World::new().await;
    let refusal = json!({"error": {"code": "ErrorInvalidRequest", "message": "m"}});
    world.fault("POST", "/events$", json!({"status": 400, "body": refusal})).await;
    let start = world.a_start();
    let token = world.book(start).await;
    world.work().await;
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Failed);
    assert_eq!(world.mails(&appointment).await, ["failed-guest", "failed-host"]);
    world.heal().await;
    world.book(start).await;
}

#[tokio::test]
async fn r37_what_fails_in_passing_is_tried_again_and_given_up_in_the_end() {
    let world = World::new().await;
    let start = world.a_start();
    world.fault("POST", "/events$", json!({"status": 503})).await;
    let token = world.book(start).await;
    for _ in 0..3 {
        world.tick().await;
        world.pass(120);
    }
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Pending);
    world.heal().await;
    world.settle().await;
    assert_eq!(world.appointment(&token).await.state, AppointmentState::Confirmed);

    let later = start + SignedDuration::from_hours(2);
    world.fault("POST", "/events$", json!({"status": 503})).await;
    let token = world.book(later).await;
    for _ in 0..20 {
        world.pass(300);
        world.tick().await;
    }
    let appointment = world.appointment(&token).await;
    assert_eq!(appointment.state, AppointmentState::Failed);
    assert_eq!(appointment.ended_by, Some(EndedBy::Failure("took_too_long".to_owned())));
    assert_eq!(world.mails(&appointment).await, ["failed-guest", "failed-host"]);
    assert_eq!(world.events().await.len(), 1);
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let world = World::new().await;
    let start = world.a_start();
    let later = |hours| start + SignedDuration::from_hours(hours);
    let mut tokens = Vec::new();
    for hours in 0..5 {
        tokens.push(world.book(later(hours)).await);
    }
    world.work().await;
    world.cancel(&tokens[1]).await;
    world.work().await;
    let list = async |filter: booking::Filter, limit| {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page =
                world.store.appointments(&organization(), &filter, limit, cursor.as_deref()).await.unwrap();
            assert!(page.0.len() <= limit as usize);
            all.extend(page.0.into_iter().map(|appointment: Appointment| appointment.start));
            cursor = page.1;
            if cursor.is_none() {
                return all;
            }
        }
    };
    let any = booking::Filter::default();
    let all: Vec<_> = (0..5).map(later).collect();
    for limit in [1, 2, 5, 100] {
        assert_eq!(list(any.clone(), limit).await, all, "{limit}");
    }
    let confirmed = booking::Filter { state: Some(AppointmentState::Confirmed), ..any.clone() };
    assert_eq!(list(confirmed, 2).await, [0, 2, 3, 4].map(later));
    let within = booking::Filter { from: Some(later(1)), until: Some(later(3)), ..any.clone() };
    assert_eq!(list(within, 1).await, [1, 2].map(later));
    let elsewhere = booking::Filter { page: Some("other".parse().unwrap()), ..any.clone() };
    assert!(list(elsewhere, 10).await.is_empty());
    let others = world.store.appointments(&"o2".parse().unwrap(), &any, 10, None).await.unwrap();
    assert!(others.0.is_empty());
}

#[tokio::test]
async fn r33_guests_elsewhere_get_the_same_instant() {
    let world = World::new().await;
    let (page, start) = (world.page().await, world.a_start());
    let mut request = world.request(world.desk.new_form(&page), start);
    request.time_zone = "America/New_York".parse().unwrap();
    request.language = Language::En;
    let booked = world.desk.book(&page, request).await.unwrap();
    assert!(matches!(booked, Booked::Made { .. }), "{booked:?}");
    world.work().await;
    let event = &world.events().await[0];
    let written = event["start"]["dateTime"].as_str().unwrap();
    let shown = start.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    assert!(written.starts_with(&shown), "{written} {shown}");
}

#[tokio::test]
async fn r35_the_pages_of_one_host_share_the_hosts_time() {
    let world = World::new().await;
    let start = world.a_start();
    let other = Terms { duration_minutes: 60, buffer_minutes: 0, ..terms() };
    let other =
        world.store.put_page(&organization(), &"other".parse().unwrap(), other, None).await.unwrap().0;
    let other = world.desk.page(&other.key).await.unwrap();
    world.book(start).await;
    let send = async |start| {
        let request = world.request(world.desk.new_form(&other), start);
        world.desk.book(&other, request).await.expect("an answer")
    };
    for minutes in [-30, 0, 30] {
        let booked = send(start + SignedDuration::from_mins(minutes)).await;
        assert!(matches!(booked, Booked::Taken { .. }), "{minutes}: {booked:?}");
    }
    for minutes in [-60, 60] {
        let booked = send(start + SignedDuration::from_mins(minutes)).await;
        assert!(matches!(booked, Booked::Made { .. }), "{minutes}: {booked:?}");
    }
}
