//! Free and busy times.

use serde_json::{Value, json};

use crate::calendar::{hour, people, signed_in, with};
use crate::support::{Answer, Client, HANAKO, TARO};

/// The day from 9 to 18 in Tokyo, by hours.
async fn ask(client: &Client, schedules: &[&str]) -> Answer {
    let time = |hour: u8| json!({"dateTime": format!("2026-11-24T{hour:02}:00:00"), "timeZone": "Tokyo Standard Time"});
    let body = json!({
        "schedules": schedules, "startTime": time(9), "endTime": time(18), "availabilityViewInterval": 60,
    });
    client.post("/me/calendar/getSchedule", body).await
}

#[tokio::test]
async fn digits_and_items_say_how_each_hour_is_taken() {
    let (_world, hanako, taro) = people().await;
    let kinds = [(9, "free"), (10, "tentative"), (11, "busy"), (12, "oof"), (13, "workingElsewhere")];
    for (from, kind) in kinds {
        taro.post("/me/events", with(hour(kind, from), json!({"showAs": kind}))).await.expect(201);
    }
    let recurrence = json!({
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
        "range": {"type": "numbered", "startDate": "2026-11-10", "numberOfOccurrences": 5},
    });
    let series = json!({
        "recurrence": recurrence,
        "start": {"dateTime": "2026-11-10T15:00:00", "timeZone": "Asia/Tokyo"},
        "end": {"dateTime": "2026-11-10T16:00:00", "timeZone": "Asia/Tokyo"},
    });
    taro.post("/me/events", with(hour("定例", 15), series)).await.expect(201);
    taro.post("/me/events", with(hour("秘密", 16), json!({"sensitivity": "private"}))).await.expect(201);
    let told = ask(&hanako, &[TARO]).await.expect(200);
    assert_eq!(told.values()[0]["availabilityView"], "012300220");
    assert!(told.values()[0]["scheduleItems"][0].get("subject").is_none(), "not hers to see");
    let own = ask(&taro, &[TARO]).await.expect(200);
    let items = own.values()[0]["scheduleItems"].as_array().expect("items");
    assert_eq!(items.len(), 7);
    assert_eq!(items[5]["subject"], "定例");
    assert_eq!((&items[6]["isPrivate"], items[6].get("subject")), (&json!(true), None));
    assert_eq!(items[1]["start"], json!({"dateTime": "2026-11-24T01:00:00.0000000", "timeZone": "UTC"}));
}

#[tokio::test]
async fn one_calendar_that_cannot_be_read_does_not_void_the_others() {
    let (world, hanako, _) = people().await;
    world
        .control(
            &format!("mailboxes/{TARO}/calendar"),
            json!({"schedule": {"error": "ErrorMailboxStoreUnavailable"}}),
        )
        .await;
    let told = ask(&hanako, &[HANAKO, TARO, "nobody@contoso.example"]).await.expect(200);
    let entries = told.values();
    assert_eq!(entries[0]["availabilityView"], "000000000");
    assert_eq!(entries[1]["error"]["responseCode"], "ErrorMailboxStoreUnavailable");
    assert_eq!(entries[2]["error"]["responseCode"], "5009");
    assert!(entries[1].get("availabilityView").is_none() && entries[2].get("scheduleItems").is_none());
    world.control(&format!("mailboxes/{TARO}/calendar"), json!({"schedule": "ok"})).await;
    assert!(ask(&hanako, &[TARO]).await.expect(200).values()[0].get("error").is_none());
}

#[tokio::test]
async fn limits_are_kept() {
    let (world, hanako, _) = people().await;
    let many: Vec<String> = (0..21).map(|n| format!("{n}@contoso.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    ask(&hanako, &many).await.expect(400);
    ask(&hanako, &many[..20]).await.expect(200);
    let time = |text: &str| json!({"dateTime": text, "timeZone": "UTC"});
    let ask = async |start: &str, end: &str, interval: Value| {
        let body = json!({
            "schedules": [HANAKO], "startTime": time(start), "endTime": time(end),
            "availabilityViewInterval": interval,
        });
        hanako.post("/me/calendar/getSchedule", body).await
    };
    let sixty_two = ask("2026-11-01T00:00:00", "2027-01-02T00:00:00", json!(30)).await.expect(400);
    assert_eq!(sixty_two.code(), "ErrorInvalidTimeInterval");
    ask("2026-11-01T00:00:00", "2027-01-01T23:00:00", json!(30)).await.expect(200);
    ask("2026-11-01T00:00:00", "2026-11-02T00:00:00", json!(4)).await.expect(400);
    ask("2026-11-01T00:00:00", "2026-11-02T00:00:00", Value::Null).await.expect(500);
    let jiro = "jiro@contoso.example";
    signed_in(&world, jiro).await.get("/me/events").await.expect(404);
}

#[tokio::test]
async fn what_the_control_api_puts_in_is_busy() {
    let (world, hanako, _) = people().await;
    world.control(&format!("mailboxes/{HANAKO}/events"), hour("会議", 9)).await;
    assert_eq!(ask(&hanako, &[HANAKO]).await.expect(200).values()[0]["availabilityView"], "200000000");
}
