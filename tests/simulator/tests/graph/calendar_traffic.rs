//! Conversations about calendars, held against Microsoft's contract.

use reqwest::Method;
use serde_json::json;

use crate::calendar::{APPOINTMENT, attendee, hour, signed_in, with};
use crate::support::{HANAKO, TARO, World, segment};

const WEEK: &str = "startDateTime=2026-11-23T00:00:00%2B09:00&endDateTime=2026-11-28T00:00:00%2B09:00";

/// What a product that books meetings says, and more.
pub(crate) async fn converse(world: &World) {
    let hanako = signed_in(world, HANAKO).await;
    let prefer = [
        ("Prefer", "IdType=\"ImmutableId\", outlook.timezone=\"Tokyo Standard Time\""),
        ("client-request-id", "0f8fad5b-d9cb-469f-a165-70867728950e"),
    ];
    hanako.get("/me/calendar?$select=allowedOnlineMeetingProviders").await.expect(200);
    hanako.get("/me/calendars").await.expect(200);
    let event = with(
        hour("商談", 10),
        json!({
            "transactionId": "9e1bd1b9-1a43-4e5b-8d3f-000000000001",
            "body": {"contentType": "html", "content": "<p>会議</p>"},
            "attendees": [attendee(TARO), attendee("guest@partner.example")],
            "isOnlineMeeting": true, "onlineMeetingProvider": "teamsForBusiness",
            "location": {"displayName": "Web 会議"}, "categories": ["Setten"],
            "singleValueExtendedProperties": [{"id": APPOINTMENT, "value": "a-1"}],
        }),
    );
    let made = hanako.send(Method::POST, "/me/events", &prefer, Some(event.clone())).await.expect(201);
    hanako.send(Method::POST, "/me/events", &prefer, Some(event)).await.expect(201);
    let path = format!("/me/events/{}", segment(&made.id()));
    hanako.send(Method::GET, &path, &prefer, None).await.expect(200);
    let filter =
        format!("singleValueExtendedProperties/any(ep:ep/id eq '{APPOINTMENT}' and ep/value eq 'a-1')");
    let expand = format!("singleValueExtendedProperties($filter=id eq '{APPOINTMENT}')");
    let query = format!("$filter={}&$expand={}&$select=onlineMeeting", segment(&filter), segment(&expand));
    hanako.send(Method::GET, &format!("/me/events?{query}"), &prefer, None).await.expect(200);
    hanako.send(Method::PATCH, &path, &prefer, Some(json!({"subject": "商談 2"}))).await.expect(200);
    let series = json!({
        "transactionId": "9e1bd1b9-1a43-4e5b-8d3f-000000000002",
        "recurrence": {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "endDate", "startDate": "2026-11-24", "endDate": "2026-11-27"},
        },
    });
    hanako.post("/me/events", with(hour("定例", 12), series)).await.expect(201);
    hanako.get(&format!("/me/calendarView?{WEEK}&$select=subject,start,end,showAs")).await.expect(200);
    let delta = hanako.get(&format!("/me/calendarView/delta?{WEEK}")).await.expect(200);
    let time = |hour: u8| json!({"dateTime": format!("2026-11-24T{hour:02}:00:00"), "timeZone": "Tokyo Standard Time"});
    let schedule = json!({
        "schedules": [HANAKO, "nobody@contoso.example"], "startTime": time(9), "endTime": time(18),
        "availabilityViewInterval": 15,
    });
    hanako.send(Method::POST, "/me/calendar/getSchedule", &prefer, Some(schedule)).await.expect(200);
    hanako
        .send(Method::POST, &format!("{path}/cancel"), &prefer, Some(json!({"comment": "急用"})))
        .await
        .expect(202);
    let link = delta.body["@odata.deltaLink"].as_str().expect("the end");
    hanako.get(link).await.expect(200);
    let taro = signed_in(world, TARO).await;
    let copy = taro.get("/me/events").await.expect(200).values()[0]["id"].as_str().expect("an id").to_owned();
    taro.delete(&format!("/me/events/{}", segment(&copy))).await.expect(204);
}
