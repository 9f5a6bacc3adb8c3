//! The state outlives a restart.

use serde_json::json;
use simulator::{Simulator, SimulatorOptions};

use crate::support::{HANAKO, segment, world_with};

#[tokio::test]
async fn the_state_is_there_again_after_a_restart() {
    let folder = std::env::temp_dir().join(format!("simulator-state-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let options = SimulatorOptions { state: Some(folder.join("state.json")), ..SimulatorOptions::default() };
    let world = world_with(options.clone()).await;
    let hanako = world.hanako().await;
    let made = hanako.post("/me/contacts", json!({"displayName": "A"})).await.expect(201);
    world.control("clock/advance", json!({"seconds": 120})).await;
    let (token, http) = (hanako.token.clone(), world.http.clone());
    world.simulator.stop().await.expect("saved");
    let again = Simulator::start(options).await.expect("started again");
    let url = format!("{}/v1.0/me/contacts/{}", again.url, segment(&made.id()));
    let answer = http.get(url).bearer_auth(token).send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "the token and the contact are known");
    assert_eq!(again.app().clock.offset_seconds(), 120);
    assert!(again.app().world().directory.user(HANAKO).is_some());
    std::fs::remove_dir_all(folder).expect("removed");
}
