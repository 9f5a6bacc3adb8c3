//! Meetings: who is mailed, what stands in whose calendar, Teams, rooms.

use serde_json::{Value, json};

use crate::calendar::{attendee, events, hour, invitations, people, with};
use crate::support::{Client, HANAKO, TARO, World, segment};

const GUEST: &str = "guest@partner.example";

/// Hanako invites Taro and a guest; the path of the event.
async fn invite(hanako: &Client) -> String {
    let attendees = json!({"attendees": [attendee(TARO), attendee(GUEST)]});
    let made = hanako.post("/me/events", with(hour("商談", 10), attendees)).await.expect(201);
    format!("/me/events/{}", segment(&made.id()))
}

fn sent(kind: &str, to: &str) -> (String, String) {
    (kind.to_owned(), to.to_owned())
}

async fn copy_of(world: &World, address: &str) -> Value {
    events(world, address).await.pop().expect("a copy")
}

#[tokio::test]
async fn an_invitation_goes_to_everybody_and_into_the_calendars_that_are_known() {
    let (world, hanako, _) = people().await;
    invite(&hanako).await;
    assert_eq!(invitations(&world, HANAKO).await, [sent("request", TARO), sent("request", GUEST)]);
    let (own, copy) = (copy_of(&world, HANAKO).await, copy_of(&world, TARO).await);
    assert_eq!(own["iCalUId"], copy["iCalUId"]);
    assert_ne!(own["id"], copy["id"]);
    assert_eq!((&copy["isOrganizer"], &copy["showAs"]), (&json!(false), &json!("tentative")));
    assert_eq!(copy["responseStatus"]["response"], "notResponded");
    assert_eq!(own["responseStatus"]["response"], "organizer");
}

#[tokio::test]
async fn a_change_of_the_list_tells_only_who_comes_or_goes() {
    let (world, hanako, _) = people().await;
    let path = invite(&hanako).await;
    let attendees = json!({"attendees": [attendee(TARO), attendee("new@partner.example")]});
    hanako.patch(&path, attendees).await.expect(200);
    let all = invitations(&world, HANAKO).await;
    assert_eq!(all[2..], [sent("request", "new@partner.example"), sent("cancel", GUEST)]);
    hanako.patch(&path, json!({"subject": "商談 2"})).await.expect(200);
    let all = invitations(&world, HANAKO).await;
    assert_eq!(all[4..], [sent("update", TARO), sent("update", "new@partner.example")]);
    assert_eq!(copy_of(&world, TARO).await["subject"], "商談 2");
    hanako.patch(&path, json!({"categories": ["x"]})).await.expect(200);
    assert_eq!(invitations(&world, HANAKO).await.len(), 6, "the owner's own categories concern nobody");
    let many: Vec<Value> = (0..501).map(|n| attendee(&format!("{n}@partner.example"))).collect();
    hanako.patch(&path, json!({"attendees": many})).await.expect(400);
}

#[tokio::test]
async fn answers_reach_the_organizer() {
    let (world, hanako, taro) = people().await;
    let path = invite(&hanako).await;
    let copy = taro.get("/me/events").await.expect(200).values()[0]["id"].as_str().expect("an id").to_owned();
    let copy = format!("/me/events/{}", segment(&copy));
    taro.post(&format!("{copy}/accept"), json!({"comment": "はい", "sendResponse": true})).await.expect(202);
    assert_eq!(copy_of(&world, TARO).await["showAs"], "busy");
    let own = hanako.get(&path).await.expect(200);
    assert_eq!(own.body["attendees"][0]["status"]["response"], "accepted");
    let cancel = taro.post(&format!("{copy}/cancel"), json!({})).await.expect(400);
    let words = cancel.body["error"]["message"].as_str().expect("a message");
    assert!(words.contains("You need to be an organizer to cancel a meeting."), "{words}");
    hanako.post(&format!("{path}/accept"), json!({})).await.expect(400);
    taro.post(&format!("{copy}/decline"), json!({})).await.expect(202);
    assert!(events(&world, TARO).await.is_empty());
    assert_eq!(hanako.get(&path).await.expect(200).body["attendees"][0]["status"]["response"], "declined");
}

#[tokio::test]
async fn a_cancelled_meeting_is_gone_here_and_marked_there() {
    let (world, hanako, _) = people().await;
    let path = invite(&hanako).await;
    hanako.post(&format!("{path}/cancel"), json!({"Comment": "急用"})).await.expect(202);
    hanako.get(&path).await.expect(404);
    assert_eq!(invitations(&world, HANAKO).await[2..], [sent("cancel", TARO), sent("cancel", GUEST)]);
    let copy = copy_of(&world, TARO).await;
    assert_eq!((&copy["isCancelled"], &copy["showAs"]), (&json!(true), &json!("free")));
    hanako.post(&format!("{path}/cancel"), json!({})).await.expect(404);
}

#[tokio::test]
async fn deleting_cancels_for_the_organizer_and_only_removes_for_an_attendee() {
    let (world, hanako, taro) = people().await;
    let path = invite(&hanako).await;
    let copy = taro.get("/me/events").await.expect(200).values()[0]["id"].as_str().expect("an id").to_owned();
    taro.delete(&format!("/me/events/{}", segment(&copy))).await.expect(204);
    assert_eq!(invitations(&world, HANAKO).await.len(), 2);
    hanako.get(&path).await.expect(200);
    hanako.delete(&path).await.expect(204);
    assert_eq!(invitations(&world, HANAKO).await[2..], [sent("cancel", TARO), sent("cancel", GUEST)]);
}

fn online() -> Value {
    json!({
        "isOnlineMeeting": true, "onlineMeetingProvider": "teamsForBusiness",
        "body": {"contentType": "text", "content": "一行目\n<二行目>"},
    })
}

#[tokio::test]
async fn a_meeting_in_teams_has_its_link_in_the_answer_and_in_the_body() {
    let (_world, hanako, _) = people().await;
    let made = hanako.post("/me/events", with(hour("商談", 10), online())).await.expect(201);
    let link = made.body["onlineMeeting"]["joinUrl"].as_str().expect("a link").to_owned();
    assert!(link.starts_with("https://teams.microsoft.com/l/meetup-join/"), "{link}");
    let html = made.body["body"]["content"].as_str().expect("a body").to_owned();
    assert!(html.contains(&link) && html.contains("&lt;二行目&gt;"), "{html}");
    let path = format!("/me/events/{}", segment(&made.id()));
    let kept = json!({"body": {"contentType": "html", "content": html.replace("一行目", "1 行目")}});
    assert_eq!(hanako.patch(&path, kept).await.expect(200).body["isOnlineMeeting"], true);
    let off = hanako.patch(&path, json!({"isOnlineMeeting": false})).await.expect(200);
    assert_eq!(off.body["isOnlineMeeting"], true, "nothing but the body takes it offline");
    let lost = json!({"body": {"contentType": "html", "content": "without"}});
    let lost = hanako.patch(&path, lost).await.expect(200);
    assert_eq!((&lost.body["isOnlineMeeting"], &lost.body["onlineMeeting"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn teams_may_be_late_or_refuse() {
    let (world, hanako, _) = people().await;
    let behave = format!("mailboxes/{HANAKO}/calendar");
    world.control(&behave, json!({"teams": {"late": {"reads": 2}}})).await;
    let made = hanako.post("/me/events", with(hour("a", 10), online())).await.expect(201);
    assert_eq!((&made.body["isOnlineMeeting"], &made.body["onlineMeeting"]), (&json!(true), &Value::Null));
    let path = format!("/me/events/{}?$select=onlineMeeting", segment(&made.id()));
    assert_eq!(hanako.get(&path).await.expect(200).body["onlineMeeting"], Value::Null);
    assert!(hanako.get(&path).await.expect(200).body["onlineMeeting"]["joinUrl"].is_string());

    world.control(&behave, json!({"teams": {"late": {"seconds": 60}}})).await;
    let made = hanako.post("/me/events", with(hour("b", 12), online())).await.expect(201);
    let path = format!("/me/events/{}", segment(&made.id()));
    assert_eq!(hanako.get(&path).await.expect(200).body["onlineMeeting"], Value::Null);
    world.control("clock/advance", json!({"seconds": 61})).await;
    let later = hanako.get(&path).await.expect(200);
    let link = later.body["onlineMeeting"]["joinUrl"].as_str().expect("a link");
    assert!(later.body["body"]["content"].as_str().expect("a body").contains(link));

    world.control(&behave, json!({"teams": "refused"})).await;
    let made = hanako.post("/me/events", with(hour("c", 14), online())).await.expect(201);
    assert_eq!(
        (&made.body["isOnlineMeeting"], &made.body["onlineMeetingProvider"]),
        (&json!(false), &json!("unknown"))
    );
}

#[tokio::test]
async fn a_room_takes_who_comes_first_and_answers_after_a_while() {
    let (world, hanako, taro) = people().await;
    let room = json!({"emailAddress": "room@contoso.example", "displayName": "会議室"});
    world.control(&format!("tenants/{}/rooms", world.tenant), room).await;
    let room =
        json!({"attendees": [{"type": "resource", "emailAddress": {"address": "room@contoso.example"}}]});
    let mut paths = Vec::new();
    for client in [&hanako, &taro] {
        let made = client.post("/me/events", with(hour("a", 10), room.clone())).await.expect(201);
        assert_eq!(made.body["attendees"][0]["status"]["response"], "none");
        paths.push(format!("/me/events/{}", segment(&made.id())));
    }
    world.control("clock/advance", json!({"seconds": 10})).await;
    for (client, path, answer) in [(&hanako, &paths[0], "accepted"), (&taro, &paths[1], "declined")] {
        let event = client.get(path).await.expect(200);
        assert_eq!(event.body["attendees"][0]["status"]["response"], answer);
    }
    hanako.delete(&paths[0]).await.expect(204);
    hanako.post("/me/events", with(hour("b", 10), room)).await.expect(201);
    world.control("clock/advance", json!({"seconds": 10})).await;
    let last = events(&world, HANAKO).await.pop().expect("an event");
    assert_eq!(last["attendees"][0]["status"]["response"], "accepted", "the first one was cancelled");
}
