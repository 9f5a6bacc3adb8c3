//! Against a far side that answers as scripted.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::stub::{Act, Stub};

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn zoned(time: &str) -> Value {
    json!({"dateTime": format!("2026-11-24T{time}.0000000"), "timeZone": "UTC"})
}

fn stored(join_url: Value) -> Value {
    json!({"id": "AAMk/1+=", "iCalUId": "040000008200E", "start": zoned("01:00:00"), "end": zoned("01:30:00"),
        "isCancelled": false, "onlineMeeting": join_url,
        "organizer": {"emailAddress": {"name": "佐藤", "address": "sato@host.example"}}})
}

fn new_event(is_online: bool) -> NewEvent<'static> {
    NewEvent {
        key: "6b1f",
        subject: "株式会社テスト:三田花子",
        text: "ご質問\n\"<b>\"",
        start: at("2026-11-24T01:00:00Z"),
        end: at("2026-11-24T01:30:00Z"),
        zone: "Asia/Tokyo",
        place: (!is_online).then_some("東京都千代田区1-1"),
        is_online,
        attendee: Party { name: Some("三田花子".to_owned()), address: "mita@guest.example".to_owned() },
    }
}

#[tokio::test(start_paused = true)]
async fn a_calendar_tells_its_owner_and_whether_it_can_do_teams() {
    let stub = Stub::start(|number, _| {
        let providers = [json!(["teamsForBusiness"]), json!(["skypeForConsumer"]), Value::Null];
        let owner = json!({"name": "佐藤", "address": "sato@host.example"});
        Act::Answer(200, json!({"owner": owner, "allowedOnlineMeetingProviders": providers[number]}))
    })
    .await;
    let mailbox = stub.mailbox();
    for allows in [true, false, false] {
        let calendar = mailbox.calendar().await.expect("a calendar");
        assert_eq!(calendar.allows_teams(), allows);
        assert_eq!(calendar.owner.expect("an owner").address, "sato@host.example");
    }
    assert_eq!(stub.seen()[0].path, "/me/calendar?$select=owner,allowedOnlineMeetingProviders");
}

#[tokio::test(start_paused = true)]
async fn r36_everything_but_free_is_busy_and_an_entrys_error_is_not_free() {
    let item =
        |status: Value| json!({"status": status, "start": zoned("01:00:00"), "end": zoned("02:00:00")});
    let busy = Ok(Schedule::Busy(vec![Busy {
        from: at("2026-11-24T01:00:00Z"),
        until: at("2026-11-24T02:00:00Z"),
    }]));
    let free = Ok(Schedule::Busy(vec![]));
    let unreadable = |code: &str| Ok(Schedule::Unreadable(code.to_owned()));
    let entry = |entry: Value| json!({ "value": [entry] });
    let mut cases: Vec<(Value, Result<Schedule, ()>)> = Vec::new();
    for status in ["busy", "tentative", "oof", "unknown", "somethingNew"] {
        cases.push((entry(json!({"scheduleItems": [item(json!(status))]})), busy.clone()));
    }
    cases.push((entry(json!({"scheduleItems": [item(Value::Null)]})), busy.clone()));
    for status in ["free", "workingElsewhere"] {
        cases.push((
            entry(json!({"scheduleItems": [item(json!(status))], "availabilityView": "2"})),
            free.clone(),
        ));
    }
    let error = json!({"error": {"message": "m", "responseCode": "ErrorMailRecipientNotFound"}});
    cases.push((entry(error), unreadable("ErrorMailRecipientNotFound")));
    cases.push((entry(json!({"error": {}, "scheduleItems": []})), unreadable("unknown")));
    let view: String = format!("{}{}", "0".repeat(11), "24");
    let last = Busy { from: at("2026-11-24T00:55:00Z"), until: at("2026-11-24T01:00:00Z") };
    cases.push((entry(json!({"availabilityView": view})), Ok(Schedule::Busy(vec![last]))));
    cases.push((entry(json!({"scheduleId": "sato@host.example"})), Err(())));
    cases.push((json!({"value": []}), Err(())));
    cases.push((json!({}), Err(())));
    let replies: Vec<Value> = cases.iter().map(|(reply, _)| reply.clone()).collect();
    let stub = Stub::start(move |number, _| Act::Answer(200, replies[number].clone())).await;
    let mailbox = stub.mailbox();
    for (reply, expected) in cases {
        let (from, until) = (at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z"));
        let schedule = mailbox.schedule("sato@host.example", from, until).await.map_err(drop);
        assert_eq!(schedule, expected, "{reply}");
    }
    let seen = stub.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", "/me/calendar/getSchedule"));
    assert_eq!(
        seen[0].json(),
        json!({"schedules": ["sato@host.example"], "availabilityViewInterval": 5,
            "startTime": {"dateTime": "2026-11-24T00:00:00", "timeZone": "UTC"},
            "endTime": {"dateTime": "2026-11-25T00:00:00", "timeZone": "UTC"}})
    );
}

#[tokio::test(start_paused = true)]
async fn a_schedule_is_asked_again_after_a_lost_reply() {
    let stub = Stub::start(|number, _| match number {
        0 => Act::LoseReply,
        _ => Act::Answer(200, json!({"value": [{"scheduleItems": []}]})),
    })
    .await;
    let (from, until) = (at("2026-11-24T00:00:00Z"), at("2026-11-25T00:00:00Z"));
    let schedule = stub.mailbox().schedule("sato@host.example", from, until).await.expect("a schedule");
    assert_eq!((schedule, stub.seen().len()), (Schedule::Busy(vec![]), 2));
}

#[tokio::test(start_paused = true)]
async fn an_event_is_made_with_its_key_in_both_places() {
    let stub = Stub::start(|number, _| {
        Act::Answer(
            201,
            stored(if number == 0 { json!({"joinUrl": "https://teams.example/1"}) } else { Value::Null }),
        )
    })
    .await;
    let mailbox = stub.mailbox();
    let event = mailbox.create_event(&new_event(true)).await.expect("made");
    assert_eq!(event.join_url.as_deref(), Some("https://teams.example/1"));
    assert_eq!((event.start, event.end), (at("2026-11-24T01:00:00Z"), at("2026-11-24T01:30:00Z")));
    assert_eq!(event.ical_uid.as_deref(), Some("040000008200E"));
    assert_eq!(event.organizer.map(|organizer| organizer.address).as_deref(), Some("sato@host.example"));
    let placed = mailbox.create_event(&new_event(false)).await.expect("made");
    assert_eq!(placed.join_url, None);
    let property = "String {6f0a2c1e-5b7d-4c7e-9a53-8d1f2e4b7c90} Name SettenAppointment";
    let mut expected = json!({"subject": "株式会社テスト:三田花子",
        "body": {"contentType": "text", "content": "ご質問\n\"<b>\""},
        "start": {"dateTime": "2026-11-24T10:00:00", "timeZone": "Asia/Tokyo"},
        "end": {"dateTime": "2026-11-24T10:30:00", "timeZone": "Asia/Tokyo"},
        "attendees": [{"type": "required",
            "emailAddress": {"name": "三田花子", "address": "mita@guest.example"}}],
        "allowNewTimeProposals": false, "isOnlineMeeting": true, "onlineMeetingProvider": "teamsForBusiness",
        "transactionId": "6b1f", "singleValueExtendedProperties": [{"id": property, "value": "6b1f"}]});
    let seen = stub.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("POST", "/me/events"));
    assert_eq!(seen[0].json(), expected);
    let body = expected.as_object_mut().expect("an object");
    body.remove("isOnlineMeeting");
    body.remove("onlineMeetingProvider");
    body.insert("location".to_owned(), json!({"displayName": "東京都千代田区1-1"}));
    assert_eq!(seen[1].json(), expected);
}

#[tokio::test(start_paused = true)]
async fn r12_an_event_whose_making_is_in_doubt_is_not_made_again_here() {
    let stub = Stub::start(|number, _| match number {
        0 => Act::LoseReply,
        1 => Act::Answer(504, json!({})),
        2 => Act::Answer(201, json!({"id": "x"})),
        _ => Act::Answer(409, json!({"error": {"code": "ErrorDuplicateTransactionId", "message": "m"}})),
    })
    .await;
    let mailbox = stub.mailbox();
    for _ in 0..3 {
        let error = mailbox.create_event(&new_event(true)).await.expect_err("in doubt");
        assert!(error.is_outcome_unknown(), "{error:?}");
    }
    let error = mailbox.create_event(&new_event(true)).await.expect_err("refused");
    assert_eq!((error.status(), stub.seen().len()), (Some(409), 4));
}

#[tokio::test(start_paused = true)]
async fn an_event_is_found_by_its_key() {
    let stub = Stub::start(|number, _| match number {
        0 => Act::Answer(200, json!({"value": [stored(Value::Null)]})),
        1 => Act::Answer(200, json!({"value": []})),
        _ => Act::Answer(200, json!({"value": [], "@odata.nextLink": "https://graph.example/more"})),
    })
    .await;
    let mailbox = stub.mailbox();
    assert!(mailbox.find_event("6b1f").await.expect("asked").is_some());
    assert_eq!(mailbox.find_event("6b1f").await.expect("asked"), None);
    mailbox.find_event("6b1f").await.expect_err("an empty page with more to come proves nothing");
    let filter = "$filter=singleValueExtendedProperties%2Fany%28ep%3Aep%2Fid%20eq%20%27String%20%7B6f0a2c1e";
    assert!(stub.seen()[0].path.starts_with(&format!("/me/events?{filter}")), "{}", stub.seen()[0].path);
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_deleted() {
    let gone = json!({"error": {"code": "ErrorItemNotFound", "message": "m"}});
    let no_mailbox = json!({"error": {"code": "MailboxNotEnabledForRESTAPI", "message": "m"}});
    let stub = Stub::start(move |number, _| match number {
        0 => Act::Answer(204, json!({})),
        1 | 3 => Act::Answer(404, gone.clone()),
        _ => Act::Answer(404, no_mailbox.clone()),
    })
    .await;
    let (mailbox, id) = (stub.mailbox(), EventId::from("AAMk/1+="));
    mailbox.delete_event(&id).await.expect("deleted");
    mailbox.delete_event(&id).await.expect("gone already");
    mailbox.delete_event(&id).await.expect_err("no mailbox");
    assert_eq!(mailbox.event(&id).await.expect("asked"), None);
    mailbox.event(&id).await.expect_err("no mailbox");
    let seen = stub.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("DELETE", "/me/events/AAMk%2F1%2B%3D"));
}
