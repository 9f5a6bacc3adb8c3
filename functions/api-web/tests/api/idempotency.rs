//! `Idempotency-Key`: what is sent again is done once.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::world::{OPERATOR, Reply, World};

const KEY: &str = "Idempotency-Key";

fn hook(path: &str) -> Value {
    json!({"url": format!("https://93.184.216.34/{path}"), "events": ["push.finished"]})
}

async fn post(world: &World, key: &str, path: &str, name: &str, body: &Value) -> Reply {
    world.send(key, Method::POST, path, &[(KEY, name)], Some(body)).await
}

async fn webhooks(world: &World, key: &str) -> usize {
    world.get(key, "/v1/webhooks").await.done().json()["items"].as_array().expect("items").len()
}

#[tokio::test]
async fn the_same_request_is_done_once_and_answered_alike() {
    let world = World::new().await;
    let (ours, theirs) = (world.organization("A").await, world.organization("B").await);
    let first = post(&world, &ours.key, "/v1/webhooks", "k-1", &hook("a")).await.done();
    assert_eq!(first.header("idempotency-replayed"), "");
    for _ in 0..3 {
        let again = post(&world, &ours.key, "/v1/webhooks", "k-1", &hook("a")).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(again.header("content-type"), "application/json");
    }
    assert_eq!(webhooks(&world, &ours.key).await, 1);
    // The secret is shown again, and lies nowhere in clear.
    let secret = first.json()["secret"].as_str().expect("a secret").to_owned();
    let query = aws::Query::partition(&format!("ONCE#{}", ours.id));
    let kept: Vec<Value> = world.aws().table("AccountsTable").query_all(query).await.expect("read");
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].to_string().contains(&secret[6..]) && !kept[0].to_string().contains("k-1"), "{kept:?}");
    // Another organization's key of the same name is another, and so is another name.
    let other = post(&world, &theirs.key, "/v1/webhooks", "k-1", &hook("a")).await.done();
    assert_ne!(other.json()["id"], first.json()["id"]);
    post(&world, &ours.key, "/v1/webhooks", "k-2", &hook("a")).await.done();
    assert_eq!((webhooks(&world, &ours.key).await, webhooks(&world, &theirs.key).await), (2, 1));
    // So is every other POST that makes something.
    let made = post(&world, OPERATOR, "/v1/organizations", "o", &json!({"name": "C"})).await.done().json();
    let again = post(&world, OPERATOR, "/v1/organizations", "o", &json!({"name": "C"})).await.done().json();
    assert_eq!(made, again);
    let made = post(&world, &ours.key, "/v1/api-keys", "k-3", &json!({})).await.done().json();
    let again = post(&world, &ours.key, "/v1/api-keys", "k-3", &json!({})).await.done().json();
    assert_eq!(made["key"], again["key"]);
    world.get(again["key"].as_str().expect("a key"), "/v1/users").await.done();
}

#[tokio::test]
async fn another_request_with_the_same_key_is_refused() {
    let world = World::new().await;
    let key = &world.organization("A").await.key;
    post(&world, key, "/v1/webhooks", "k", &hook("a")).await.done();
    for (path, body) in
        [("/v1/webhooks", hook("b")), ("/v1/api-keys", hook("a")), ("/v1/api-keys", json!({}))]
    {
        let problem = post(&world, key, path, "k", &body).await.problem(422, "idempotency-key-reused");
        assert_eq!(problem["errors"][0]["field"], KEY, "{problem}");
    }
    assert_eq!(webhooks(&world, key).await, 1);
    for bad in ["", "a b", &"x".repeat(256)] {
        let problem = post(&world, key, "/v1/webhooks", bad, &hook("c")).await.problem(400, "malformed");
        assert_eq!(problem["errors"][0]["field"], KEY, "{problem}");
    }
    // Where nothing is posted the header says nothing, and who has no key learns nothing.
    world.send(key, Method::GET, "/v1/webhooks", &[(KEY, "k")], None).await.done();
    post(&world, "setten_wrong", "/v1/webhooks", "k", &hook("a")).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn of_many_at_once_one_is_done() {
    let world = World::new().await;
    let key = &world.organization("A").await.key;
    let body = hook("a");
    let replies = join_all((0..12).map(|_| post(&world, key, "/v1/webhooks", "k", &body))).await;
    let made: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 201).collect();
    assert!(!made.is_empty() && made.iter().all(|reply| reply.text == made[0].text), "{replies:?}");
    assert_eq!(made.iter().filter(|reply| reply.header("idempotency-replayed").is_empty()).count(), 1);
    for refused in replies.iter().filter(|reply| reply.status != 201) {
        refused.problem(409, "request-under-way");
        assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|wait| (1..=31).contains(&wait)));
    }
    assert_eq!(webhooks(&world, key).await, 1);
}

#[tokio::test]
async fn what_was_refused_or_failed_can_be_sent_again_with_its_key() {
    let world = World::new().await;
    let key = &world.organization("A").await.key;
    let bad = json!({"url": "http://93.184.216.34/", "events": ["push.finished"]});
    for _ in 0..2 {
        post(&world, key, "/v1/webhooks", "k", &bad).await.problem(422, "invalid-field");
    }
    post(&world, key, "/v1/webhooks", "k", &hook("a")).await.done();
    post(&world, key, "/v1/webhooks", "k", &bad).await.problem(422, "idempotency-key-reused");
    assert_eq!(webhooks(&world, key).await, 1);
}

/// An import under a key: of this query and this media type.
async fn import(world: &World, key: &str, query: &str, media_type: &str, cards: String) -> Reply {
    let request = Request::post(format!("/v1/users/sato/imports?{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, media_type)
        .header(KEY, "file");
    world.request(request.body(Body::from(cards)).expect("a request")).await
}

#[tokio::test]
async fn the_query_and_the_media_type_belong_to_the_request() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    world.user(&organization, "sato").await;
    let card = || "{\"id\":\"c1\",\"company\":\"A\"}\n".to_owned();
    let ndjson = "application/x-ndjson";
    import(&world, &organization.key, "preview=true", ndjson, card()).await.done();
    // Otherwise the preview's answer would be taken for the import's.
    for (query, media_type) in [("preview=false", ndjson), ("preview=true", "text/csv")] {
        let reply = import(&world, &organization.key, query, media_type, card()).await;
        reply.problem(422, "idempotency-key-reused");
    }
    let again = import(&world, &organization.key, "preview=true", ndjson, card()).await.done();
    assert_eq!(again.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn an_answer_too_long_to_keep_is_given_anew() {
    let world = World::new().await;
    let organization = world.organization("A").await;
    world.user(&organization, "sato").await;
    let cards: String = (0..4_900).map(|n| format!("{{\"id\":\"c{n}\",\"company\":\"A\"}}\n")).collect();
    let mut answers = Vec::new();
    for _ in 0..2 {
        let reply = import(&world, &organization.key, "preview=true", "application/x-ndjson", cards.clone());
        let reply = reply.await.done();
        assert_eq!(reply.header("idempotency-replayed"), "");
        answers.push(reply.text);
    }
    assert!(answers[0].len() > 400_000 && answers[0] == answers[1], "{} bytes", answers[0].len());
}

/// A POST that is cut off, and the same again when the dead attempt counts no more as under way.
async fn cut_off_and_again(
    (world, later): (&World, &Router),
    cut: (usize, bool),
    (key, path, name): (&str, &str, &str),
    body: &Value,
) -> (Reply, Reply) {
    world.cut_at(Some(cut));
    let cut_off = post(world, key, path, name, body).await;
    world.cut_at(None);
    let again = Request::post(path).header(KEY, name).header(header::AUTHORIZATION, format!("Bearer {key}"));
    let again = again.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string()));
    (cut_off, Reply::of(later, again.expect("a request")).await.done())
}

#[tokio::test]
async fn wherever_a_request_dies_the_same_again_makes_no_second_organization() {
    let world = World::new().await;
    let later = world.later(60).await;
    let list = async || world.get(OPERATOR, "/v1/organizations?limit=100").await.done().json();
    for (number, cut) in (1..).flat_map(|nth| [(nth, false), (nth, true)]).enumerate() {
        let (name, body) = (format!("k{number}"), json!({"name": format!("{cut:?}")}));
        let call = (OPERATOR, "/v1/organizations", name.as_str());
        let (cut_off, again) = cut_off_and_again((&world, &later), cut, call, &body).await;
        let made = list().await["items"].as_array().expect("items").clone();
        assert_eq!(made.len(), number + 1, "{cut:?}: {made:?}");
        if cut_off.status == 201 {
            assert_eq!(again.json()["id"], cut_off.json()["id"], "{cut:?}");
        }
        if again.header("idempotency-replayed") == "true" && !cut.1 {
            assert!(cut.0 > 2, "{cut:?}: nothing was cut");
            return;
        }
    }
}

#[tokio::test]
async fn wherever_a_request_dies_the_same_again_makes_no_second_webhook() {
    let world = World::new().await;
    let later = world.later(60).await;
    for (number, cut) in (1..).flat_map(|nth| [(nth, false), (nth, true)]).enumerate() {
        let organization = world.organization(&format!("{number}")).await;
        let call = (organization.key.as_str(), "/v1/webhooks", "one");
        let (_, again) = cut_off_and_again((&world, &later), cut, call, &hook("a")).await;
        assert_eq!(webhooks(&world, &organization.key).await, 1, "{cut:?}");
        assert!(
            again.json()["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")),
            "{cut:?}"
        );
        if again.header("idempotency-replayed") == "true" && !cut.1 {
            assert!(cut.0 > 2, "{cut:?}: nothing was cut");
            return;
        }
    }
}

#[test]
fn every_post_of_the_description_takes_a_key() {
    let description = api_web::description();
    let paths = description["paths"].as_object().expect("paths");
    let posts: Vec<_> =
        paths.iter().filter_map(|(path, methods)| Some((path, methods.get("post")?))).collect();
    assert!(posts.len() > 10, "{}", posts.len());
    for (path, post) in posts {
        let parameters = post["parameters"].as_array().expect("parameters");
        assert_eq!(parameters.iter().filter(|parameter| parameter["name"] == KEY).count(), 1, "{path}");
    }
}
