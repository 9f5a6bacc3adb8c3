//! R03, R04, R05: the tokens of a link that was made as people make it. What the deployed stack shows too, here
//! with every call that reached Entra.

use std::time::Duration;

use accounts::{AccountsError, LinkStatus};
use futures::future::{join, join_all};
use reqwest::{Method, Url};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use types::Feature;

use crate::world::{HANAKO, TENANT, World};

const DAY: u32 = 24 * 60 * 60;

impl World {
    /// The forms that reached token endpoints, the oldest first, with the path of each.
    async fn token_calls(&self) -> Vec<(String, Vec<(String, String)>)> {
        let url = format!("{}/_sim/traffic", self.simulator.url);
        let lines =
            graph::http_client().get(url).send().await.expect("an answer").text().await.expect("lines");
        let exchanges = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let calls = exchanges.filter_map(|exchange| {
            let path = exchange["path"].as_str()?.to_owned();
            let form = exchange["request_body"].as_str().unwrap_or_default();
            let form = Url::parse(&format!("https://form.example/?{form}")).expect("a form");
            let form = form.query_pairs().into_owned().collect();
            path.ends_with("/oauth2/v2.0/token").then_some((path, form))
        });
        calls.collect()
    }

    /// The refresh tokens that were used, the oldest first.
    async fn refreshes(&self) -> Vec<String> {
        let calls = self.token_calls().await;
        let used = calls.into_iter().flat_map(|(_, form)| form).filter(|(name, _)| name == "refresh_token");
        used.map(|(_, token)| token).collect()
    }

    /// Whether the fault of the token endpoint struck.
    async fn has_struck(&self) -> bool {
        let url = format!("{}/_sim/faults", self.simulator.url);
        let found = graph::http_client().get(url).send().await.expect("an answer");
        let found: Value = found.json().await.expect("JSON");
        found["faults"].as_array().is_some_and(|faults| faults.iter().any(|fault| fault["struck"] != 0))
    }

    /// What the tenant's token endpoint does next.
    async fn token_endpoint(&self, action: Value) {
        let matching = json!({"path": format!("/{TENANT}/oauth2/v2.0/token")});
        let fault = json!({"match": matching, "action": action, "times": 1});
        self.control(Method::POST, "faults", &fault).await;
    }
}

/// Entra's answer to a refresh token that is over.
fn invalid_grant() -> Value {
    let body = json!({
        "error": "invalid_grant",
        "error_description": "AADSTS70008: The provided authorization code or refresh token has expired.",
        "error_codes": [70008],
        "timestamp": "2026-01-31 10:20:30Z",
        "trace_id": uuid::Uuid::new_v4(),
        "correlation_id": uuid::Uuid::new_v4(),
    });
    json!({"status": 400, "body": body, "delayMs": 4_000})
}

#[tokio::test]
async fn r03_every_refresh_uses_the_newest_token_and_two_hundred_days_of_rest_end_no_link() {
    let world = World::new().await;
    world.consented().await;
    world.link(Feature::Contacts, HANAKO).await;
    world.link(Feature::Calendar, HANAKO).await;
    let busy = world.link_of(Feature::Contacts).await.expect("a link");
    let idle = world.link_of(Feature::Calendar).await.expect("a link");
    for day in (10..=200).step_by(10) {
        world.pass(10 * DAY);
        world.tokens.access_token(&busy).await.unwrap_or_else(|error| panic!("day {day}: {error:?}"));
        world.tokens.keep_alive(&idle).await.unwrap_or_else(|error| panic!("day {day}: {error:?}"));
    }
    let mut used = world.refreshes().await;
    assert!(
        (24..=27).contains(&used.len()),
        "twenty of the busy one, one a month of the idle: {}",
        used.len()
    );
    used.sort_unstable();
    used.dedup();
    assert!(used.len() >= 24, "a token that was replaced was used again");
}

#[tokio::test]
async fn r04_fifty_who_find_an_expired_token_refresh_it_once() {
    let world = World::new().await;
    world.consented().await;
    world.link(Feature::Contacts, HANAKO).await;
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    world.pass(2 * 60 * 60);
    // Slow enough that all of them come while the first is under way.
    world.token_endpoint(json!({"delayMs": 700})).await;
    let tokens = join_all((0..50).map(|_| world.tokens.access_token(&link))).await;
    let tokens: Vec<_> = tokens.into_iter().map(|token| token.expect("a token")).collect();
    assert!(tokens.iter().all(|token| token.expose_secret() == tokens[0].expose_secret()), "several tokens");
    assert_eq!(world.refreshes().await.len(), 1);
    assert_eq!(world.link_of(Feature::Contacts).await.expect("a link").status, LinkStatus::Linked);
}

#[tokio::test]
async fn r04_a_refused_refresh_reads_the_store_again_before_giving_up() {
    let world = World::new().await;
    world.consented().await;
    world.link(Feature::Contacts, HANAKO).await;
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    world.pass(2 * 60 * 60);
    world.token_endpoint(invalid_grant()).await;
    // While Entra takes its time to refuse, the member signs in again; the refusal is struck by then.
    let signed_in = async {
        while !world.has_struck().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(world.link(Feature::Contacts, HANAKO).await.status, 200);
    };
    let (token, ()) = Box::pin(join(world.tokens.access_token(&link), signed_in)).await;
    token.expect("the link was mended meanwhile");
    // With nobody to mend it, it is over.
    world.pass(2 * 60 * 60);
    world.token_endpoint(invalid_grant()).await;
    let dead = world.tokens.access_token(&link).await;
    assert!(matches!(dead, Err(AccountsError::SignInNeeded(Some(_)))), "{dead:?}");
}

#[tokio::test]
async fn r05_every_token_call_is_the_tenants_own_and_names_its_scopes() {
    let world = World::new().await;
    world.control(Method::PATCH, "entra/settings", &json!({"rejectCommon": true})).await;
    world.consented().await;
    world.link(Feature::Contacts, HANAKO).await;
    world.pass(2 * 60 * 60);
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    world.tokens.access_token(&link).await.expect("a token");
    let calls = world.token_calls().await;
    for (path, form) in &calls {
        assert_eq!(*path, format!("/{TENANT}/oauth2/v2.0/token"));
        let scope = form.iter().find(|(name, _)| name == "scope").map_or("", |(_, scope)| scope);
        assert!(scope.contains("Contacts.ReadWrite") && scope.contains("offline_access"), "{form:?}");
    }
    let is_refresh = |(_, form): &(String, Vec<(String, String)>)| {
        form.iter().any(|(name, value)| name == "grant_type" && value == "refresh_token")
    };
    assert_eq!((calls.len(), calls.iter().filter(|call| is_refresh(call)).count()), (3, 1), "{calls:?}");
}
