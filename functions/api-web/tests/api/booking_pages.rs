//! `/v1/booking-pages`: nobody overwrites what they have not seen.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::World;

fn page(title: &str) -> Value {
    json!({"host": "sato", "title": title, "duration_minutes": 30, "time_zone": "Asia/Tokyo",
        "working_hours": {"monday": [{"from": "09:00", "until": "17:00"}]}, "place": {"kind": "web_meeting"}})
}

#[tokio::test]
async fn a_page_is_read_and_written_by_version() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    world.user(&organization, "sato").await;
    let (key, path) = (&organization.key, "/v1/booking-pages/intro");
    let put = async |tag: &str, title: &str| {
        world.send(key, Method::PUT, path, &[("If-Match", tag)], Some(&page(title))).await
    };
    put("*", "A").await.problem(412, "changed");
    world.get(key, path).await.problem(404, "not-found");
    let first = world.put(key, path, &page("A")).await.done();
    assert_eq!((first.status.as_u16(), first.header("etag").len()), (201, 18), "{first:?}");
    let read = world.get(key, path).await.done();
    assert_eq!(read.header("etag"), first.header("etag"));
    let second = put(first.header("etag"), "B").await.done();
    assert_eq!((second.status.as_u16(), &second.json()["title"]), (200, &json!("B")));
    assert_eq!(second.json()["url"], first.json()["url"], "the address stays");
    for old in [first.header("etag"), "\"nothing\"", &format!("W/{}", second.header("etag"))] {
        let problem = put(old, "C").await.problem(412, "changed");
        assert_eq!(problem["errors"][0]["field"], "If-Match", "{problem}");
    }
    put("not an etag", "C").await.problem(400, "malformed");
    assert_eq!(world.get(key, path).await.done().json()["title"], "B");
    // Of two who saw the same, one wins.
    let seen = second.header("etag");
    let (one, other) = tokio::join!(put(seen, "D"), put(seen, "E"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let last = world.get(key, path).await.done();
    put(last.header("etag"), "A").await.done();
    assert_eq!(world.get(key, path).await.done().header("etag"), first.header("etag"), "the same terms");
}

#[tokio::test]
async fn a_list_is_no_object_however_deep() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    world.user(&organization, "sato").await;
    let mut hours = page("A");
    hours["working_hours"]["monday"] = json!([["09:00", "17:00"]]);
    let mut place = page("A");
    place["place"] = json!(["web_meeting"]);
    let mut question = page("A");
    question["questions"] = json!([["id", "label"]]);
    let phones = json!({"full_name": "佐藤", "phones": [["mobile", "090-1234-5678"]]});
    let updates = json!({"updates": [["sato", "c1", {}]]});
    for (method, path, body, field) in [
        (Method::PUT, "/v1/booking-pages/intro", hours, "working_hours.monday[0]"),
        (Method::PUT, "/v1/booking-pages/intro", place, "place"),
        (Method::PUT, "/v1/booking-pages/intro", question, "questions[0]"),
        (Method::PUT, "/v1/users/sato/cards/c1", phones, "phones[0]"),
        (Method::POST, "/v1/card-updates", updates, "updates[0]"),
    ] {
        let problem = world.send(key, method, path, &[], Some(&body)).await.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}
