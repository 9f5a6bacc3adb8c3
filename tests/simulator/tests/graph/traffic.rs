//! A varied conversation, recorded, and held against Microsoft's contract.

use std::path::PathBuf;
use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};
use simulator::SimulatorOptions;

use crate::support::{CARD_ID, Client, HANAKO, World, segment, world_with};

/// The folder with the contract data and its checker: `SETTEN_SHARED`, or beside the repository.
#[expect(clippy::disallowed_methods, reason = "where the contract data lies is the machine's business")]
pub(crate) fn shared() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("SETTEN_SHARED").map_or_else(beside, PathBuf::from);
    let found = folder.join("microsoft/check_traffic.py").is_file();
    let required = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(found || !required, "no contract data in {}", folder.display());
    found.then_some(folder)
}

#[tokio::test]
async fn recorded_traffic_keeps_the_contract() {
    let Some(shared) = shared() else {
        println!("skipped: no contract data here");
        return;
    };
    let file = std::env::temp_dir().join(format!("simulator-traffic-{}.jsonl", uuid::Uuid::new_v4()));
    let options = SimulatorOptions { record: Some(file.clone()), ..SimulatorOptions::default() };
    let world = world_with(options).await;
    converse(&world).await;
    // Asking waits until everything is written.
    let shown = world.http.get(format!("{}/_sim/traffic", world.url)).send().await.expect("sent");
    let shown = shown.text().await.expect("lines");
    let recorded = std::fs::read_to_string(&file).expect("a record");
    assert_eq!(shown, recorded, "the file and the control API agree");
    assert!(recorded.lines().count() > 40);
    assert!(!recorded.contains("Bearer ey"), "tokens are left out");
    let checker = shared.join("microsoft/check_traffic.py");
    let output =
        Command::new("python3").arg(checker).arg("--strict").arg(&file).output().expect("python3 runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("0 errors, 0 warnings"), "{said}");
    std::fs::remove_file(file).expect("removed");
}

/// The names of a type's own properties in the official CSDL.
pub(crate) fn properties(csdl: &str, type_name: &str) -> Vec<String> {
    let start = csdl.find(&format!("<EntityType Name=\"{type_name}\"")).expect("the type");
    let body = csdl[start..].split("</EntityType>").next().expect("its end");
    let names = body.split("<Property Name=\"").skip(1).filter_map(|rest| rest.split('"').next());
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_contact_shows_the_properties_of_the_official_type_and_no_others() {
    let Some(shared) = shared() else {
        println!("skipped: no contract data here");
        return;
    };
    let csdl =
        std::fs::read_to_string(shared.join("microsoft/contract/graph-v1.0-slice.csdl.xml")).expect("CSDL");
    let world = world_with(SimulatorOptions::default()).await;
    let hanako = world.hanako().await;
    let body = json!({"emailAddresses": [{"address": "1@a"}, {"address": "2@a"}, {"address": "3@a"}]});
    let made = hanako.post("/me/contacts", body).await.expect(201);
    let mut shown: Vec<String> = made.body.as_object().expect("an object").keys().cloned().collect();
    shown.retain(|name| !name.contains('@'));
    let mut official = vec!["id".to_owned()];
    official.extend(properties(&csdl, "outlookItem"));
    official.extend(properties(&csdl, "contact"));
    official.sort();
    assert_eq!(shown, official);
    for name in official {
        let list = format!("/me/contacts?$select={name}");
        hanako.get(&list).await.expect(200);
    }
}

#[tokio::test]
async fn an_event_and_a_calendar_show_the_properties_of_the_official_types_and_no_others() {
    let Some(shared) = shared() else {
        println!("skipped: no contract data here");
        return;
    };
    let csdl =
        std::fs::read_to_string(shared.join("microsoft/contract/graph-v1.0-slice.csdl.xml")).expect("CSDL");
    let world = world_with(SimulatorOptions::default()).await;
    let hanako = crate::calendar::signed_in(&world, HANAKO).await;
    let event = hanako.post("/me/events", crate::calendar::hour("a", 10)).await.expect(201);
    let calendar = hanako.get("/me/calendar").await.expect(200);
    let official = |types: &[&str]| {
        let all = types.iter().flat_map(|name| properties(&csdl, name)).chain(["id".to_owned()]);
        all.collect::<std::collections::BTreeSet<String>>()
    };
    for (shown, official, path) in [
        (event, official(&["outlookItem", "event"]), "/me/events"),
        (calendar, official(&["calendar"]), "/me/calendars"),
    ] {
        let shown = shown.body.as_object().expect("an object").keys().filter(|name| !name.contains('@'));
        assert_eq!(shown.cloned().collect::<std::collections::BTreeSet<String>>(), official);
        for name in official {
            hanako.get(&format!("{path}?$select={name}")).await.expect(200);
        }
    }
}

#[tokio::test]
async fn every_official_operation_on_contacts_is_offered() {
    let Some(shared) = shared() else {
        println!("skipped: no contract data here");
        return;
    };
    let paths = std::fs::read_to_string(shared.join("microsoft/contract/paths.json")).expect("paths");
    let paths: Value = serde_json::from_str(&paths).expect("JSON");
    let world = world_with(SimulatorOptions::default()).await;
    let hanako = world.hanako().await;
    let mut offered = 0;
    for (path, operations) in paths["paths"].as_object().expect("paths") {
        if !path.to_lowercase().contains("/contact") || path.to_lowercase().contains("exten") {
            continue;
        }
        let path = path.replace("{user-id}", HANAKO).replace(['{', '}'], "");
        for method in operations["methods"].as_object().expect("methods").keys() {
            let body = ["POST", "PATCH"].contains(&method.as_str()).then(|| json!({"displayName": "A"}));
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = hanako.send(method.clone(), &path, &[], body).await;
            let message = answer.body["error"]["message"].as_str().unwrap_or_default();
            assert!(![405, 501].contains(&answer.status), "{method} {path}: {message}");
            assert!(!message.contains("segment"), "{method} {path}: {message}");
            offered += 1;
        }
    }
    assert!(offered > 30, "only {offered} found");
}

async fn converse(world: &World) {
    let hanako = world.hanako().await;
    let app = world.app().await;
    let folder = folders(&hanako).await;
    contacts(&hanako, &folder).await;
    batches(&hanako, &folder).await;
    directory(&hanako, &app).await;
    crate::calendar_traffic::converse(world).await;
    crate::subscription_traffic::converse(world).await;
    crate::mail_traffic::converse(world).await;
}

async fn folders(hanako: &Client) -> String {
    let body =
        json!({"displayName": "名刺", "singleValueExtendedProperties": [{"id": CARD_ID, "value": "f"}]});
    let folder = hanako.post("/me/contactFolders", body).await.expect(201).id();
    hanako.post("/me/contactFolders", json!({"displayName": "名刺"})).await.expect(409);
    hanako
        .post(&format!("/me/contactFolders/{folder}/childFolders"), json!({"displayName": "中"}))
        .await
        .expect(201);
    for path in ["", "?$select=displayName&$top=5&$count=true", "/delta", "/$count"] {
        hanako.get(&format!("/me/contactFolders{path}")).await.expect(200);
    }
    hanako.get(&format!("/me/contactFolders/{folder}/childFolders")).await.expect(200);
    hanako.patch(&format!("/me/contactFolders/{folder}"), json!({"displayName": "名刺 2"})).await.expect(200);
    folder
}

fn card(name: &str) -> Value {
    json!({
        "displayName": name, "surname": "山田", "givenName": "太郎", "yomiSurname": "やまだ", "fileAs": name,
        "companyName": "株式会社例", "jobTitle": "部長", "businessPhones": ["03-0000-0000"], "mobilePhone": "090-0000-0000",
        "businessAddress": {"postalCode": "100-0001", "state": "東京都", "city": "千代田区", "street": "1-1"},
        "emailAddresses": [{"address": "taro@example.jp", "name": "山田 太郎"}], "categories": ["名刺"],
        "personalNotes": "https://crm.example/cards/1", "birthday": "1980-01-01T00:00:00Z",
        "singleValueExtendedProperties": [{"id": CARD_ID, "value": name}],
    })
}

async fn contacts(hanako: &Client, folder: &str) {
    let inside = format!("/me/contactFolders/{folder}/contacts");
    let prefer =
        [("Prefer", "IdType=\"ImmutableId\""), ("client-request-id", "0f8fad5b-d9cb-469f-a165-70867728950e")];
    let mut made = Vec::new();
    for number in 0..12 {
        let answer = hanako
            .send(Method::POST, &inside, &prefer, Some(card(&format!("card-{number}"))))
            .await
            .expect(201);
        made.push(answer);
    }
    let list = hanako.get(&format!("{inside}?$select=displayName,emailAddresses")).await.expect(200);
    hanako.get(list.body["@odata.nextLink"].as_str().expect("a second page")).await.expect(200);
    let filter =
        format!("singleValueExtendedProperties/any(ep:ep/id eq '{CARD_ID}' and ep/value eq 'card-3')");
    let expand = format!("singleValueExtendedProperties($filter=id eq '{CARD_ID}')");
    let query = format!("$filter={}&$expand={}", segment(&filter), segment(&expand));
    assert_eq!(hanako.get(&format!("{inside}?{query}")).await.expect(200).values().len(), 1);
    hanako.get(&format!("{inside}?$orderby=displayName%20desc&$top=3&$count=true")).await.expect(200);
    hanako.get(&format!("{inside}/$count")).await.expect(200);
    let path = format!("{inside}/{}", segment(&made[0].id()));
    hanako.send(Method::GET, &path, &prefer, None).await.expect(200);
    let etag = made[0].header("etag").to_owned();
    let guarded = [prefer[0], ("If-Match", etag.as_str())];
    hanako.send(Method::PATCH, &path, &guarded, Some(json!({"jobTitle": "本部長"}))).await.expect(200);
    hanako.send(Method::PATCH, &path, &guarded, Some(json!({"jobTitle": "社長"}))).await.expect(412);
    let delta = hanako.get(&format!("{inside}/delta?$select=displayName")).await.expect(200);
    let rest = hanako.get(delta.body["@odata.nextLink"].as_str().expect("more")).await.expect(200);
    hanako.send(Method::DELETE, &path, &prefer, None).await.expect(204);
    hanako.get(rest.body["@odata.deltaLink"].as_str().expect("the end")).await.expect(200);
    let purge = format!("{inside}/{}/permanentDelete", segment(&made[1].id()));
    hanako.send(Method::POST, &purge, &prefer, None).await.expect(204);
    hanako.get("/me/contacts/nonsense").await.expect(400);
    hanako.get("/me/contacts").await.expect(200);
}

async fn batches(hanako: &Client, folder: &str) {
    let request = |id: &str, before: Option<&str>, body: Value| {
        let mut request = json!({
            "id": id, "method": "POST", "url": format!("/me/contactFolders/{folder}/contacts"), "body": body,
            "headers": {"Content-Type": "application/json", "Prefer": "IdType=\"ImmutableId\""},
        });
        if let Some(before) = before {
            request["dependsOn"] = json!([before]);
        }
        request
    };
    let parallel = (0..4).map(|id| request(&id.to_string(), None, card("p"))).collect();
    hanako.batch(parallel).await.expect(200);
    let mut chain = vec![request("0", None, card("s"))];
    chain.extend((1..20).map(|id| request(&id.to_string(), Some(&(id - 1).to_string()), card("s"))));
    hanako.batch(chain).await.expect(200);
    let read = |id: &str, url: &str| json!({"id": id, "method": "GET", "url": url});
    hanako
        .batch(vec![read("1", "/me"), read("2", "/me/contacts/nonsense"), read("3", "/me/contacts?$top=2")])
        .await
        .expect(200);
}

async fn directory(hanako: &Client, app: &Client) {
    hanako.get("/me").await.expect(200);
    hanako.get("/me?$select=displayName,mail,userPrincipalName,proxyAddresses").await.expect(200);
    app.get("/users?$top=2&$select=id,mail").await.expect(200);
    app.get(&format!("/users/{HANAKO}")).await.expect(200);
    app.get(&format!("/users('{HANAKO}')/contacts?$top=5")).await.expect(200);
    app.get("/users/nobody@contoso.example").await.expect(404);
    app.get("/users/jiro@contoso.example/contacts").await.expect(404);
    app.get("/me").await.expect(400);
    let stranger = Client { token: "nonsense".to_owned(), ..hanako.clone() };
    stranger.get("/me").await.expect(401);
}
