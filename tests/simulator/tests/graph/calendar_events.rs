//! Events of one calendar: make, read, change, delete, find again.

use reqwest::Method;
use serde_json::json;

use crate::calendar::{APPOINTMENT, events, hour, people, with};
use crate::support::{HANAKO, TARO, segment, world};

#[tokio::test]
async fn an_event_comes_back_in_utc_or_in_the_zone_that_is_asked_for() {
    let (_world, hanako, _) = people().await;
    let made = hanako.post("/me/events", hour("商談", 10)).await.expect(201);
    assert_eq!(made.body["start"], json!({"dateTime": "2026-11-24T01:00:00.0000000", "timeZone": "UTC"}));
    assert_eq!(made.body["originalStartTimeZone"], "Tokyo Standard Time");
    assert_eq!(made.body["originalEndTimeZone"], "Asia/Tokyo");
    assert_eq!(made.body["type"], "singleInstance");
    assert_eq!(made.body["showAs"], "busy");
    assert_eq!(made.body["isOrganizer"], true);
    assert_eq!(made.body["organizer"]["emailAddress"]["address"], HANAKO);
    let zone = [("Prefer", "outlook.timezone=\"Tokyo Standard Time\", IdType=\"ImmutableId\"")];
    let list = hanako.send(Method::GET, "/me/calendar/events", &zone, None).await.expect(200);
    assert_eq!(list.values()[0]["end"]["dateTime"], "2026-11-24T11:00:00.0000000");
    assert_eq!(list.values()[0]["end"]["timeZone"], "Tokyo Standard Time");
    let applied = "outlook.timezone=\"Tokyo Standard Time\", IdType=\"ImmutableId\"";
    assert_eq!(list.header("preference-applied"), applied);
    let nowhere = [("Prefer", "outlook.timezone=\"Nowhere Standard Time\"")];
    let refused = hanako.send(Method::GET, "/me/events", &nowhere, None).await.expect(400);
    assert_eq!(refused.code(), "TimeZoneNotSupportedException");
}

#[tokio::test]
async fn times_that_cannot_be_are_refused() {
    let (_world, hanako, _) = people().await;
    let time = |text: &str, zone: &str| json!({"dateTime": text, "timeZone": zone});
    let backwards = with(hour("a", 10), json!({"end": time("2026-11-24T09:00:00", "Asia/Tokyo")}));
    let noon = with(hour("b", 12), json!({"isAllDay": true}));
    let zones = json!({
        "isAllDay": true, "start": time("2026-11-24T00:00:00", "UTC"), "end": time("2026-11-25T00:00:00", "Asia/Tokyo"),
    });
    let offset = with(hour("c", 10), json!({"start": time("2026-11-24T10:00:00+09:00", "Asia/Tokyo")}));
    for event in [backwards, noon, zones, offset, json!({"subject": "d"})] {
        let refused = hanako.post("/me/events", event).await.expect(400);
        assert_eq!(refused.code(), "ErrorPropertyValidationFailure", "{}", refused.body);
    }
    let whole = json!({
        "subject": "祝日", "isAllDay": true,
        "start": time("2026-11-23T00:00:00", "Asia/Tokyo"), "end": time("2026-11-24T00:00:00", "Asia/Tokyo"),
    });
    let made = hanako.post("/me/events", whole).await.expect(201);
    assert_eq!(made.body["start"]["dateTime"], "2026-11-23T00:00:00.0000000", "a day is no instant");
    assert_eq!(made.body["showAs"], "free");
    hanako.post("/me/events", with(hour("e", 10), json!({"town": "x"}))).await.expect(400);
}

#[tokio::test]
async fn a_repeated_transaction_id_makes_no_second_event() {
    let (world, hanako, _) = people().await;
    let event = with(hour("商談", 10), json!({"transactionId": "t-1"}));
    let first = hanako.post("/me/events", event.clone()).await.expect(201);
    assert_eq!(first.body["transactionId"], "t-1");
    let again = hanako.post("/me/events", with(event.clone(), json!({"subject": "other"}))).await.expect(201);
    assert_eq!(again.id(), first.id());
    assert_eq!(again.body["subject"], "商談");
    world.control(&format!("mailboxes/{HANAKO}/calendar"), json!({"transactionIdRepeat": "conflict"})).await;
    hanako.post("/me/events", event).await.expect(409);
    assert_eq!(events(&world, HANAKO).await.len(), 1);
    let path = format!("/me/events/{}", segment(&first.id()));
    hanako.patch(&path, json!({"transactionId": "t-2"})).await.expect(400);
}

#[tokio::test]
async fn an_event_is_found_by_its_extended_property_and_shows_it_when_asked() {
    let (_world, hanako, _) = people().await;
    for (number, subject) in ["a", "b"].into_iter().enumerate() {
        let key =
            json!({"singleValueExtendedProperties": [{"id": APPOINTMENT, "value": format!("k{number}")}]});
        hanako.post("/me/events", with(hour(subject, 10), key)).await.expect(201);
    }
    let filter =
        format!("singleValueExtendedProperties/any(ep:ep/id eq '{APPOINTMENT}' and ep/value eq 'k1')");
    let expand = format!("singleValueExtendedProperties($filter=id eq '{APPOINTMENT}')");
    let query = format!("$filter={}&$expand={}&$select=subject", segment(&filter), segment(&expand));
    let found = hanako.get(&format!("/me/events?{query}")).await.expect(200);
    assert_eq!(found.values().len(), 1);
    assert_eq!(found.values()[0]["subject"], "b");
    assert_eq!(found.values()[0]["singleValueExtendedProperties"][0]["value"], "k1");
    assert!(found.values()[0].get("start").is_none(), "not selected");
    // Undocumented, so nobody may rely on it.
    hanako.get("/me/events?$filter=transactionId%20eq%20'x'").await.expect(400);
}

#[tokio::test]
async fn events_are_filtered_by_time_and_subject_and_sorted() {
    let (_world, hanako, _) = people().await;
    for (subject, from) in [("late", 15), ("early", 9), ("noon", 12)] {
        hanako.post("/me/events", hour(subject, from)).await.expect(201);
    }
    let subjects = async |query: &str| {
        let list = hanako.get(&format!("/me/events?{query}")).await.expect(200);
        let all: Vec<String> =
            list.values().iter().map(|event| event["subject"].as_str().expect("a text").to_owned()).collect();
        all
    };
    assert_eq!(subjects("$orderby=start/dateTime").await, ["early", "noon", "late"]);
    // 12:00 in Tokyo is 03:00 in UTC; the comparison takes the moment itself along.
    let from = "$filter=start/dateTime%20ge%20'2026-11-24T03:00:00'&$orderby=start/dateTime%20desc";
    assert_eq!(subjects(from).await, ["late", "noon"]);
    assert_eq!(subjects("$filter=startswith(subject,'ea')").await, ["early"]);
    assert_eq!(subjects("$top=2").await.len(), 2);
    let list = hanako.get("/me/events?$top=2&$count=true").await.expect(200);
    assert_eq!(list.body["@odata.count"], 3);
    hanako.get(list.body["@odata.nextLink"].as_str().expect("more")).await.expect(200);
    let count = hanako.get("/me/events/$count").await.expect(200);
    assert_eq!(count.body, json!(3));
}

#[tokio::test]
async fn a_changed_event_has_another_version_and_a_deleted_one_is_gone() {
    let (world, hanako, _) = people().await;
    let made = hanako.post("/me/events", hour("商談", 10)).await.expect(201);
    let path = format!("/me/events/{}", segment(&made.id()));
    let guard = [("If-Match", made.header("etag"))];
    let body = Some(json!({"subject": "商談 2", "categories": ["Setten"], "showAs": "Tentative"}));
    let changed = hanako.send(Method::PATCH, &path, &guard, body).await.expect(200);
    assert_eq!((&changed.body["subject"], &changed.body["showAs"]), (&json!("商談 2"), &json!("tentative")));
    assert_ne!(changed.body["changeKey"], made.body["changeKey"]);
    let stale = hanako.send(Method::PATCH, &path, &guard, Some(json!({"subject": "x"}))).await.expect(412);
    assert_eq!(stale.code(), "ErrorIrresolvableConflict");
    hanako.delete(&path).await.expect(204);
    assert_eq!(hanako.get(&path).await.expect(404).code(), "ErrorItemNotFound");
    assert!(events(&world, HANAKO).await.is_empty());
    assert_eq!(hanako.get("/me/events/nonsense").await.expect(400).code(), "ErrorInvalidIdMalformed");
}

#[tokio::test]
async fn immutable_ids_are_ids_of_another_form() {
    let (_world, hanako, _) = people().await;
    let prefer = [("Prefer", "IdType=\"ImmutableId\"")];
    let made = hanako.send(Method::POST, "/me/events", &prefer, Some(hour("a", 10))).await.expect(201);
    let path = format!("/me/events/{}", segment(&made.id()));
    hanako.send(Method::GET, &path, &prefer, None).await.expect(200);
    hanako.get(&path).await.expect(404);
}

#[tokio::test]
async fn a_calendar_says_whether_it_knows_teams() {
    let (world, hanako, _) = people().await;
    let calendar = hanako.get("/me/calendar").await.expect(200);
    assert_eq!(calendar.body["allowedOnlineMeetingProviders"], json!(["teamsForBusiness"]));
    let id = segment(&calendar.id());
    let select = "$select=name,defaultOnlineMeetingProvider";
    let same = hanako.get(&format!("/me/calendars/{id}?{select}")).await.expect(200);
    assert_eq!(same.body["defaultOnlineMeetingProvider"], "teamsForBusiness");
    hanako.post(&format!("/me/calendars/{id}/events"), hour("a", 10)).await.expect(201);
    let all = hanako.get("/me/calendars?$filter=isDefaultCalendar%20eq%20true").await.expect(200);
    assert_eq!(all.values().len(), 1);
    let user = json!({"userPrincipalName": "saburo@contoso.example", "displayName": "三郎", "teams": false});
    world.control(&format!("tenants/{}/users", world.tenant), user).await;
    let saburo = crate::calendar::signed_in(&world, "saburo@contoso.example").await;
    let calendar = saburo.get("/me/calendar").await.expect(200);
    assert_eq!(calendar.body["allowedOnlineMeetingProviders"], json!([]));
    saburo.get(&format!("/me/calendars/{id}")).await.expect(404);
}

#[tokio::test]
async fn read_basic_shows_times_and_no_bodies() {
    let world = world().await;
    let body = json!({"body": {"contentType": "text", "content": "秘密"}});
    world.control(&format!("mailboxes/{HANAKO}/events"), with(hour("a", 10), body)).await;
    let basic = world.signed_in(HANAKO, "https://graph.microsoft.com/Calendars.ReadBasic").await;
    let shown = basic.get("/me/events").await.expect(200);
    assert_eq!(shown.values()[0]["subject"], "a");
    assert!(shown.values()[0].get("body").is_none() && shown.values()[0].get("bodyPreview").is_none());
    assert_eq!(basic.post("/me/events", hour("b", 10)).await.expect(403).code(), "ErrorAccessDenied");
    basic.get(&format!("/users/{TARO}/events")).await.expect(403);
}

#[tokio::test]
async fn who_may_see_contacts_may_not_see_calendars() {
    let world = world().await;
    world.hanako().await.get("/me/events").await.expect(403);
    let app = world.app().await;
    app.get(&format!("/users/{HANAKO}/events")).await.expect(200);
    app.get("/me/events").await.expect(400);
}
