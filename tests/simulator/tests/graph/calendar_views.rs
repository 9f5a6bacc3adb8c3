//! What takes place in a window, and what changed in it.

use serde_json::{Value, json};

use crate::calendar::{hour, people, with};
use crate::support::{Client, HANAKO, segment};

const WEEK: &str = "startDateTime=2026-11-23T00:00:00%2B09:00&endDateTime=2026-11-28T00:00:00%2B09:00";

fn daily(subject: &str) -> Value {
    let recurrence = json!({
        "pattern": {"type": "daily", "interval": 2},
        "range": {"type": "noEnd", "startDate": "2026-11-24"},
    });
    with(hour(subject, 10), json!({"recurrence": recurrence}))
}

async fn view(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("/me/calendarView?{query}")).await.expect(200).values().clone()
}

#[tokio::test]
async fn a_window_shows_each_time_of_a_series() {
    let (_world, hanako, _) = people().await;
    hanako.post("/me/events", hour("once", 12)).await.expect(201);
    let series = hanako.post("/me/events", daily("series")).await.expect(201);
    assert_eq!(series.body["type"], "seriesMaster");
    let shown = view(&hanako, WEEK).await;
    let starts: Vec<_> =
        shown.iter().map(|event| event["start"]["dateTime"].as_str().expect("a time")).collect();
    let expected =
        ["2026-11-24T01:00:00.0000000", "2026-11-24T03:00:00.0000000", "2026-11-26T01:00:00.0000000"];
    assert_eq!(starts, expected);
    assert_eq!(shown[2]["type"], "occurrence");
    assert_eq!(shown[2]["seriesMasterId"], series.body["id"]);
    assert_ne!(shown[0]["id"], shown[2]["id"]);
    assert_ne!(shown[0]["iCalUId"], shown[2]["iCalUId"]);
    let day = format!("/me/events/{}", segment(shown[2]["id"].as_str().expect("an id")));
    assert_eq!(hanako.get(&day).await.expect(200).body["start"]["dateTime"], expected[2]);
    hanako.delete(&day).await.expect(204);
    assert_eq!(view(&hanako, WEEK).await.len(), 2, "one time less");
    hanako.get(&day).await.expect(404);
    let series = format!("/me/events/{}/instances?{WEEK}", segment(&series.id()));
    assert_eq!(hanako.get(&series).await.expect(200).values().len(), 1);
}

#[tokio::test]
async fn a_window_must_be_given_with_offsets_that_arrive() {
    let (_world, hanako, _) = people().await;
    hanako.get("/me/calendarView").await.expect(400);
    hanako.get("/me/calendarView?startDateTime=2026-11-23T00:00:00").await.expect(400);
    let plus = "startDateTime=2026-11-23T00:00:00+09:00&endDateTime=2026-11-28T00:00:00+09:00";
    hanako.get(&format!("/me/calendarView?{plus}")).await.expect(400);
    let long = "startDateTime=2020-01-01&endDateTime=2026-01-01";
    assert_eq!(
        hanako.get(&format!("/me/calendarView?{long}")).await.expect(400).code(),
        "ErrorCalendarViewRangeTooBig"
    );
    assert!(view(&hanako, "startDateTime=2026-11-23&endDateTime=2026-11-24").await.is_empty());
}

#[tokio::test]
async fn delta_tells_what_changed_in_its_window_and_dies_on_demand() {
    let (world, hanako, _) = people().await;
    let first = hanako.post("/me/events", hour("a", 10)).await.expect(201);
    hanako.post("/me/events", daily("series")).await.expect(201);
    let path = format!("/me/calendarView/delta?{WEEK}");
    let round = hanako.get(&path).await.expect(200);
    let kinds: Vec<_> = round.values().iter().map(|event| event["type"].as_str().expect("a type")).collect();
    assert_eq!(kinds, ["singleInstance", "seriesMaster", "occurrence", "occurrence"]);
    let link = round.body["@odata.deltaLink"].as_str().expect("the end").to_owned();
    assert!(hanako.get(&link).await.expect(200).values().is_empty());
    let event = format!("/me/events/{}", segment(&first.id()));
    let moved = json!({
        "start": {"dateTime": "2026-12-24T10:00:00", "timeZone": "Asia/Tokyo"},
        "end": {"dateTime": "2026-12-24T11:00:00", "timeZone": "Asia/Tokyo"},
    });
    hanako.patch(&event, moved).await.expect(200);
    let told = hanako.get(&link).await.expect(200);
    assert_eq!(told.values()[0]["@removed"]["reason"], "deleted", "outside of the window now");
    let link = told.body["@odata.deltaLink"].as_str().expect("the end").to_owned();
    hanako.delete(&event).await.expect(204);
    assert_eq!(hanako.get(&link).await.expect(200).values()[0]["id"], first.body["id"]);
    hanako.get(&format!("{path}&$select=subject")).await.expect(400);
    world.control(&format!("mailboxes/{HANAKO}/expire-delta-tokens"), Value::Null).await;
    let dead = hanako.get(&link).await.expect(410);
    assert_eq!(dead.code(), "SyncStateNotFound");
    assert!(!dead.header("location").is_empty());
}
