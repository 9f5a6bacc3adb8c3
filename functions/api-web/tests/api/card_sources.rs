//! What an organization chooses of its contacts' fields (P13), and cards of several sources (P15).

use axum::http::Method;
use serde_json::{Value, json};

use crate::world::{Organization, World};

async fn choose(world: &World, organization: &Organization, chosen: Value) -> Value {
    let mut body = json!({"folder_name": "Setten", "language": "ja"});
    body.as_object_mut().expect("an object").extend(chosen.as_object().cloned().unwrap_or_default());
    world.put(&organization.key, "/v1/settings", &body).await.done().json()
}

#[tokio::test]
async fn p13_modes_are_chosen_by_field_and_stay_when_they_are_not_named() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let chosen = json!({"contact_fields": {"emails": "fill", "name": "keep_when_blank", "address": "leave"}});
    let written = choose(&world, &organization, chosen).await;
    let modes = json!({"name": "keep_when_blank", "readings": "overwrite", "company": "overwrite",
        "position": "overwrite", "emails": "fill", "phones": "overwrite", "address": "leave",
        "home_page": "overwrite"});
    assert_eq!(written["contact_fields"], modes);
    let renamed = choose(&world, &organization, json!({"folder_name": "名刺", "sources": ["crm"]})).await;
    assert_eq!((&renamed["contact_fields"], &renamed["folder_name"]), (&modes, &json!("名刺")));
    let read = world.get(&organization.key, "/v1/settings").await.done().json();
    assert_eq!((&read, &read["sources"]), (&renamed, &json!(["crm"])));
    let reset = choose(&world, &organization, json!({"contact_fields": {}, "sources": []})).await;
    assert_eq!((&reset["contact_fields"]["emails"], &reset["sources"]), (&json!("overwrite"), &json!([])));

    for (bad, field) in [
        (json!({"contact_fields": {"emails": "clear"}}), "contact_fields.emails"),
        (json!({"contact_fields": {"fax": "fill"}}), "contact_fields.fax"),
        (json!({"sources": ["crm", "crm"]}), "sources"),
        (json!({"sources": ["a/b"]}), "sources[0]"),
        (json!({"sources": (0..11).map(|n| format!("s{n}")).collect::<Vec<_>>()}), "sources"),
    ] {
        let mut body = json!({"folder_name": "Setten", "language": "ja"});
        body.as_object_mut().expect("an object").extend(bad.as_object().cloned().unwrap_or_default());
        let refused = world.put(&organization.key, "/v1/settings", &body).await;
        let problem = refused.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
}

#[tokio::test]
async fn p15_sources_are_put_listed_and_taken_back() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    let key = &organization.key;
    world.user(&organization, "sato").await;
    let card = "/v1/users/sato/cards/c1";
    let delete = async |path: &str| world.send(key, Method::DELETE, path, &[], None).await;
    let scanned =
        json!({"company": "青空商事", "title": "課長", "phones": [{"kind": "mobile", "number": "090-1"}]});
    let recorded = json!({"company": "青空商事", "title": "部長"});
    let put = world.put(key, &format!("{card}/sources/crm"), &recorded).await;
    assert_eq!((put.status.as_u16(), &put.json()["change"]), (201, &json!("created")));
    let again = world.put(key, &format!("{card}/sources/crm"), &recorded).await;
    assert_eq!((again.status.as_u16(), &again.json()["change"]), (200, &json!("unchanged")));
    world.put(key, card, &scanned).await.done();
    let title = async || world.get(key, card).await.done().json()["card"]["title"].clone();
    let sources = async || -> Vec<Value> {
        let list = world.get(key, &format!("{card}/sources")).await.done().json();
        assert_eq!(list["next_cursor"], Value::Null);
        list["items"].as_array().expect("items").iter().map(|item| item["source"].clone()).collect()
    };
    assert_eq!((title().await, sources().await), (json!("課長"), vec![json!("default"), json!("crm")]));
    choose(&world, &organization, json!({"sources": ["crm"]})).await;
    assert_eq!((title().await, sources().await), (json!("部長"), vec![json!("crm"), json!("default")]));
    let list = world.get(key, "/v1/users/sato/cards").await.done().json();
    assert_eq!(list["items"][0]["card"]["phones"][0]["number"], "090-1");

    for (path, body, field) in [
        (format!("{card}/sources/crm"), json!({"title": "部長"}), "body"),
        (format!("{card}/sources/crm"), json!({"company": "x", "titel": "y"}), "titel"),
    ] {
        let problem = world.put(key, &path, &body).await.problem(422, "invalid-field");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    for number in 0..3 {
        world.put(key, &format!("{card}/sources/s{number}"), &recorded).await.done();
    }
    let full = world.put(key, &format!("{card}/sources/s3"), &recorded).await.problem(422, "invalid-field");
    assert_eq!(full["errors"][0]["field"], "source", "{full}");

    delete(&format!("{card}/sources/none")).await.problem(404, "not-found");
    for source in ["s0", "s1", "s2", "default"] {
        delete(&format!("{card}/sources/{source}")).await.done();
    }
    assert_eq!(sources().await, [json!("crm")]);
    delete(&format!("{card}/sources/crm")).await.done();
    world.get(key, card).await.problem(404, "not-found");
    world.get(key, &format!("{card}/sources")).await.problem(404, "not-found");
}
