//! `$batch`.

use serde_json::{Value, json};

use crate::support::{HANAKO, create, inner, segment, world};

#[tokio::test]
async fn inner_requests_are_answered_each_for_itself() {
    let world = world().await;
    let hanako = world.hanako().await;
    let requests = vec![
        create("1", "A"),
        json!({"id": "2", "method": "GET", "url": "/me/contacts/nonsense"}),
        json!({"id": "3", "method": "get", "url": "me"}),
        json!({"id": "4", "method": "GET", "url": "/v1.0/me"}),
    ];
    let answer = hanako.batch(requests).await.expect(200);
    assert_eq!(inner(&answer, "1")["status"], 201);
    assert_eq!(inner(&answer, "1")["body"]["displayName"], "A");
    assert_eq!(inner(&answer, "2")["body"]["error"]["code"], "ErrorInvalidIdMalformed");
    assert_eq!(inner(&answer, "3")["body"]["userPrincipalName"], HANAKO);
    assert_eq!(inner(&answer, "4")["status"], 400, "URLs are relative to the version");
    let id = inner(&answer, "1")["body"]["id"].as_str().expect("an id").to_owned();
    let gone = json!({"id": "1", "method": "DELETE", "url": format!("/me/contacts/{}", segment(&id))});
    let answer = hanako.batch(vec![gone]).await.expect(200);
    assert_eq!(inner(&answer, "1")["status"], 204);
    assert!(inner(&answer, "1").get("body").is_none());
}

#[tokio::test]
async fn the_prefer_header_of_each_inner_request_counts() {
    let world = world().await;
    let hanako = world.hanako().await;
    let mut with = create("1", "A");
    with["headers"]["Prefer"] = json!("IdType=\"ImmutableId\"");
    let answer = hanako.batch(vec![with]).await.expect(200);
    let shown = &world.contacts_of(HANAKO).await[0];
    assert_eq!(inner(&answer, "1")["body"]["id"], shown["immutableId"]);
}

#[tokio::test]
async fn a_batch_that_breaks_a_rule_is_refused_as_a_whole() {
    let world = world().await;
    let hanako = world.hanako().await;
    let get = |id: &str| json!({"id": id, "method": "GET", "url": "/me/contacts"});
    let many: Vec<Value> = (0..21).map(|id| get(&id.to_string())).collect();
    let mut untyped = create("1", "A");
    untyped["headers"] = json!({});
    let mut early = create("1", "A");
    early["dependsOn"] = json!(["2"]);
    for (requests, why) in [
        (many, "more than 20"),
        (vec![], "none"),
        (vec![get("a"), get("A")], "ids that differ in case only"),
        (vec![untyped], "a body without a type"),
        (vec![early, get("2")], "depends on a later one"),
        (vec![json!({"id": 1, "method": "GET", "url": "/me"})], "an id that is no text"),
    ] {
        assert_eq!(hanako.batch(requests).await.status, 400, "{why}");
    }
    assert_eq!(world.contacts_of(HANAKO).await.len(), 0);
    hanako.get("/$batch").await.expect(405);
}

#[tokio::test]
async fn what_depends_on_a_failure_is_not_run() {
    let world = world().await;
    let hanako = world.hanako().await;
    let mut requests: Vec<Value> = ["1", "2", "3", "4"].iter().map(|id| create(id, id)).collect();
    requests[1]["body"] = json!({"shoeSize": 42});
    for (index, before) in [(1, "1"), (2, "2"), (3, "3")] {
        requests[index]["dependsOn"] = json!([before]);
    }
    let answer = hanako.batch(requests).await.expect(200);
    let statuses: Vec<&Value> = ["1", "2", "3", "4"].iter().map(|id| &inner(&answer, id)["status"]).collect();
    assert_eq!(statuses, [201, 400, 424, 424]);
    assert_eq!(world.contacts_of(HANAKO).await.len(), 1);
}

#[tokio::test]
async fn a_sequence_runs_in_order() {
    let world = world().await;
    let hanako = world.hanako().await;
    let requests: Vec<Value> = (1..=20)
        .map(|number| {
            let mut request = create(&number.to_string(), &format!("{number:02}"));
            if number > 1 {
                request["dependsOn"] = json!([(number - 1).to_string()]);
            }
            request
        })
        .collect();
    hanako.batch(requests).await.expect(200);
    let names: Vec<Value> =
        world.contacts_of(HANAKO).await.iter().map(|c| c["displayName"].clone()).collect();
    let mut sorted = names.clone();
    sorted.sort_by_key(ToString::to_string);
    assert_eq!((names.len(), &names), (20, &sorted));
}
