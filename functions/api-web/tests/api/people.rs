//! Members, their links in batches (row C06), and the log.

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::{TENANT, World};

#[tokio::test]
async fn members_are_found_and_replaced_by_version() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    for id in ["sato", "suzuki", "tanaka"] {
        world.user(&organization, id).await;
    }
    let admin = json!({"email": "boss@contoso.example", "display_name": "Boss", "role": "admin"});
    world.put(key, "/v1/users/boss", &admin).await.done();
    let found = async |query: &str| -> Vec<String> {
        let list = world.get(key, &format!("/v1/users?{query}")).await.done().json();
        let ids = list["items"].as_array().expect("items").iter().map(|user| user["id"].as_str());
        ids.map(|id| id.expect("an id").to_owned()).collect()
    };
    assert_eq!(found("q=SUZ").await, ["suzuki"]);
    assert_eq!(found("q=%E3%81%AE%E5%90%8D%E5%89%8D&limit=2").await, ["sato", "suzuki"]);
    assert_eq!(found("role=admin").await, ["boss"]);
    assert_eq!(found("q=sato&role=admin").await, Vec::<String>::new());
    for (query, field) in
        [("q=", "q"), ("role=owner", "role"), ("tenant_id=x", "tenant_id"), ("name=x", "name")]
    {
        let problem = world.get(key, &format!("/v1/users?{query}")).await.problem(400, "malformed");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }

    let read = world.get(key, "/v1/users/boss").await.done();
    let put = async |tag: &str, name: &str| {
        let mut body = admin.clone();
        body["display_name"] = json!(name);
        world.send(key, Method::PUT, "/v1/users/boss", &[("If-Match", tag)], Some(&body)).await
    };
    let same = put(read.header("etag"), "Boss").await.done();
    assert_eq!((same.header("etag"), same.json()), (read.header("etag"), read.json()), "the same again");
    let renamed = put(read.header("etag"), "Chief").await.done();
    put(read.header("etag"), "Lost").await.problem(412, "changed");
    put(renamed.header("etag"), "Head").await.done();
    assert_eq!(world.get(key, "/v1/users/boss").await.json()["display_name"], "Head");
    let new = json!({"email": "n@contoso.example", "display_name": "N"});
    let unseen = world.send(key, Method::PUT, "/v1/users/new", &[("If-Match", "*")], Some(&new)).await;
    unseen.problem(412, "changed");
    world.get(key, "/v1/users/new").await.problem(404, "not-found");
}

#[tokio::test]
async fn c06_many_members_are_linked_and_unlinked_each_for_themselves() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    world.put(key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
    world.user(&organization, "sato").await;
    world.user(&organization, "suzuki").await;
    let batch = async |feature: &str, action: &str, users: Value| {
        let body = json!({"feature": feature, "action": action, "user_ids": users});
        world.post(key, "/v1/links:batch", &body).await
    };
    let ungranted = batch("mail", "link", json!(["sato", "nobody"])).await.done().json();
    assert_eq!(ungranted["items"][0]["problem"]["type"], "urn:setten:problem:grant-missing", "{ungranted}");
    assert_eq!(ungranted["items"][1]["problem"]["type"], "urn:setten:problem:not-found", "{ungranted}");
    assert_eq!(ungranted["items"][0]["status"], Value::Null);

    world.grant_mail(&organization).await;
    let linked = batch("mail", "link", json!(["sato", "nobody", "suzuki", "sato"])).await.done().json();
    let told = |reply: &Value| -> Vec<(String, Value)> {
        let items = reply["items"].as_array().expect("items").iter();
        items
            .map(|item| (item["user_id"].as_str().unwrap_or("").to_owned(), item["status"].clone()))
            .collect()
    };
    let of = |status: &str, user: &str| (user.to_owned(), json!(status));
    assert_eq!(
        told(&linked),
        [of("syncing", "sato"), ("nobody".into(), Value::Null), of("syncing", "suzuki")]
    );
    assert_eq!(world.queued("subscriptions").len(), 2);

    let unlinked = batch("mail", "unlink", json!(["sato"])).await.done().json();
    assert_eq!(told(&unlinked), [of("unlinked", "sato")]);
    let never = batch("contacts", "unlink", json!(["sato"])).await.done().json();
    assert_eq!(told(&never), [of("not_linked", "sato")]);
    for (user, status) in [("sato", "unlinked"), ("suzuki", "syncing")] {
        let link = world.get(key, &format!("/v1/users/{user}/links/mail")).await.done().json();
        assert_eq!(link["status"], status, "{user}");
    }
    let many: Vec<String> = (0..101).map(|number| format!("u{number}")).collect();
    for (feature, action, users, field) in [
        ("contacts", "link", json!(["sato"]), "feature"),
        ("mail", "link", json!([]), "user_ids"),
        ("mail", "link", json!(many), "user_ids"),
        ("mail", "link", json!(["a/b"]), "user_ids[0]"),
        ("mail", "call", json!(["sato"]), "action"),
    ] {
        let problem = batch(feature, action, users).await.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn the_log_is_filtered_and_exported() {
    let world = World::new().await;
    let organization = world.organization("=株式会社").await;
    let key = &organization.key;
    for id in ["sato", "suzuki"] {
        world.user(&organization, id).await;
        world.send(key, Method::DELETE, &format!("/v1/users/{id}"), &[], None).await.done();
    }
    let log = world.get(key, "/v1/audit?event=user_removed&limit=1").await.done().json();
    assert_eq!(log["items"][0]["user_id"], "suzuki");
    let next =
        format!("/v1/audit?event=user_removed&limit=1&cursor={}", log["next_cursor"].as_str().expect("more"));
    assert_eq!(world.get(key, &next).await.done().json()["items"][0]["user_id"], "sato");
    let about = world.get(key, "/v1/audit?user=sato").await.done().json();
    assert_eq!(about["items"].as_array().map(Vec::len), Some(1), "{about}");
    let none = world.get(key, "/v1/audit?until=2020-01-01T00:00:00Z").await.done().json();
    assert_eq!(none["items"], json!([]));
    for (query, field) in
        [("since=yesterday", "since"), ("event=User", "event"), ("user=a%2Fb", "user"), ("q=x", "q")]
    {
        let problem = world.get(key, &format!("/v1/audit?{query}")).await.problem(400, "malformed");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }

    let accept = [("Accept", "text/csv")];
    let file = world.send(key, Method::GET, "/v1/audit?event=user_removed", &accept, None).await.done();
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"audit.csv\"");
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines[0], "\u{feff}at,actor,actor_id,event,user_id,tenant_id,feature,account,reason");
    assert!(lines.len() == 3 && lines[1].ends_with(",user_removed,suzuki,,,,"), "{lines:?}");
}
