//! The state outlives a restart; the program stops when it is told to.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

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

#[tokio::test]
async fn the_program_says_when_it_is_ready_and_saves_when_it_is_told_to_stop() {
    let folder = std::env::temp_dir().join(format!("simulator-program-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (state, record) = (folder.join("state.json"), folder.join("traffic.jsonl"));
    let mut program = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .arg("--state")
        .arg(&state)
        .arg("--record")
        .arg(&record)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut ready = String::new();
    BufReader::new(program.stdout.take().expect("its output")).read_line(&mut ready).expect("a line");
    let url = ready.trim().strip_prefix("simulator ready on ").expect("the ready line").to_owned();
    let http = reqwest::Client::builder().build().expect("a client");
    let tenant = json!({"domain": "contoso.example", "displayName": "Contoso"});
    http.post(format!("{url}/_sim/tenants")).json(&tenant).send().await.expect("made");
    assert_eq!(http.get(format!("{url}/v1.0/me")).send().await.expect("an answer").status(), 401);
    let stopped = Command::new("kill").arg(program.id().to_string()).status().expect("kill runs");
    assert!(stopped.success() && program.wait().expect("it ends").success());
    assert!(std::fs::read_to_string(state).expect("a state").contains("contoso.example"));
    assert_eq!(std::fs::read_to_string(record).expect("a record").lines().count(), 1);
    std::fs::remove_dir_all(folder).expect("removed");
}
