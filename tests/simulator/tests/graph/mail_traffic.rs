//! A conversation about mail, recorded, and held against Microsoft's contract.

use reqwest::Method;
use serde_json::{Value, json};
use simulator::SimulatorOptions;

use crate::mail::{GRAPH, IMMUTABLE, JAPANESE, plain, put, reader};
use crate::support::{Client, HANAKO, TARO, World, segment, world_with};
use crate::traffic::{properties, shared};

/// What is recorded about mail; the app's registration is another one afterwards.
pub(crate) async fn converse(world: &World) {
    let hanako = reader(world).await;
    folders(&hanako).await;
    reading(world, &hanako).await;
    writing(&hanako).await;
    other_rights(world).await;
}

async fn folders(hanako: &Client) {
    let made = hanako.post("/me/mailFolders", json!({"displayName": "案件"})).await.expect(201).id();
    hanako.post("/me/mailFolders", json!({"displayName": "案件"})).await.expect(409);
    let child = json!({"displayName": "子"});
    hanako.post(&format!("/me/mailFolders/{made}/childFolders"), child).await.expect(201);
    for path in ["?$top=3&$count=true", "?includeHiddenFolders=true", "/$count", "/inbox", "/delta"] {
        hanako.get(&format!("/me/mailFolders{path}")).await.expect(200);
    }
    hanako.get(&format!("/me/mailFolders/{made}/childFolders")).await.expect(200);
    hanako.patch(&format!("/me/mailFolders/{made}"), json!({"displayName": "案件 2"})).await.expect(200);
    let to = json!({"destinationId": "inbox"});
    hanako.post(&format!("/me/mailFolders/{made}/move"), to).await.expect(201);
    hanako.delete(&format!("/me/mailFolders/{made}")).await.expect(204);
    hanako.get("/me/mailFolders/clutter").await.expect(404);
}

async fn reading(world: &World, hanako: &Client) {
    let id = put(world, HANAKO, "", JAPANESE).await["id"].as_str().expect("an id").to_owned();
    for number in 0..12 {
        put(world, HANAKO, "", plain(number)).await;
    }
    let list = hanako.get("/me/messages").await.expect(200);
    hanako.get(list.body["@odata.nextLink"].as_str().expect("more")).await.expect(200);
    let read = "/me/messages?$filter=lastModifiedDateTime%20ge%202026-01-01T00:00:00Z%20and%20isRead%20eq%20false\
                &$orderby=lastModifiedDateTime&$top=5\
                &$select=subject,from,toRecipients,internetMessageHeaders,uniqueBody,parentFolderId";
    let prefer = [IMMUTABLE, ("Prefer", "outlook.body-content-type=\"text\"")];
    hanako.send(Method::GET, read, &prefer, None).await.expect(200);
    let message = format!("/me/messages/{}", segment(&id));
    for path in ["", "/$value", "/attachments", "/attachments/$count", "?$select=body"] {
        hanako.get(&format!("{message}{path}")).await.expect(200);
    }
    let file = hanako.get(&format!("{message}/attachments?$select=name")).await.expect(200);
    let file = segment(file.values()[0]["id"].as_str().expect("an id"));
    hanako.get(&format!("{message}/attachments/{file}")).await.expect(200);
    let start = "/me/mailFolders/inbox/messages/delta?$select=subject&$filter=receivedDateTime%20ge%202026-01-01T00:00:00Z";
    let page = hanako.send(Method::GET, start, &[("Prefer", "odata.maxpagesize=20")], None).await.expect(200);
    let link = page.body["@odata.deltaLink"].as_str().expect("the end").to_owned();
    hanako.delete(&message).await.expect(204);
    hanako.get(&link).await.expect(200);
    world.control(&format!("mailboxes/{HANAKO}/expire-delta-tokens"), json!({})).await;
    hanako.get(&link).await.expect(410);
    hanako.get("/me/mailFolders/inbox/messages/delta?changeType=created").await.expect(200);
    hanako.get("/me/messages/$count").await.expect(200);
    hanako.get("/me/messages/x").await.expect(400);
}

async fn writing(hanako: &Client) {
    let to = json!([{"emailAddress": {"address": TARO, "name": "太郎"}}]);
    let draft = json!({
        "subject": "お礼", "body": {"contentType": "html", "content": "<p>A</p>"}, "toRecipients": to,
        "importance": "high", "internetMessageHeaders": [{"name": "x-setten", "value": "7"}],
    });
    let made = hanako.send(Method::POST, "/me/messages", &[IMMUTABLE], Some(draft)).await.expect(201);
    let path = format!("/me/messages/{}", segment(&made.id()));
    let etag = made.header("etag").to_owned();
    let guarded = [IMMUTABLE, ("If-Match", etag.as_str())];
    let flagged = json!({"categories": ["顧客"], "flag": {"flagStatus": "flagged",
        "startDateTime": {"dateTime": "2026-06-01T00:00:00", "timeZone": "UTC"},
        "dueDateTime": {"dateTime": "2026-06-02T00:00:00", "timeZone": "UTC"}}});
    hanako.send(Method::PATCH, &path, &guarded, Some(flagged.clone())).await.expect(200);
    hanako.send(Method::PATCH, &path, &guarded, Some(flagged)).await.expect(412);
    hanako.send(Method::POST, &format!("{path}/send"), &[IMMUTABLE], None).await.expect(202);
    let archive = Some(json!({"destinationId": "archive"}));
    hanako.send(Method::POST, &format!("{path}/copy"), &[IMMUTABLE], archive.clone()).await.expect(201);
    hanako.send(Method::POST, &format!("{path}/move"), &[IMMUTABLE], archive).await.expect(201);
    hanako.send(Method::POST, &format!("{path}/permanentDelete"), &[IMMUTABLE], None).await.expect(204);
    let mail = json!({"message": {"subject": "B", "toRecipients": to,
        "body": {"contentType": "text", "content": "B"}}, "saveToSentItems": true});
    hanako.post("/me/sendMail", mail).await.expect(202);
    hanako.get("/me/mailboxSettings").await.expect(200);
    let settings = json!({"timeZone": "UTC", "language": {"locale": "en-US"}});
    hanako.patch("/me/mailboxSettings", settings).await.expect(200);
}

async fn other_rights(world: &World) {
    world.register(&["Mail.Read"]).await;
    let app = world.app().await;
    app.get(&format!("/users/{TARO}/messages?$top=2")).await.expect(200);
    app.get(&format!("/users/{TARO}/mailFolders/inbox/messages")).await.expect(200);
    app.get("/users/jiro@contoso.example/messages").await.expect(404);
    app.delete(&format!("/users/{TARO}/messages/x")).await.expect(403);
    let basic = world.signed_in(TARO, &format!("{GRAPH}/Mail.ReadBasic")).await;
    basic.get("/me/messages").await.expect(200);
}

#[tokio::test]
async fn a_message_shows_the_properties_of_the_official_type_and_no_others() {
    let Some(shared) = shared() else { return };
    let csdl = shared.join("microsoft/contract/graph-v1.0-slice.csdl.xml");
    let csdl = std::fs::read_to_string(csdl).expect("CSDL");
    let world = world_with(SimulatorOptions::default()).await;
    let hanako = reader(&world).await;
    put(&world, HANAKO, "", JAPANESE).await;
    let select = "$select=*,internetMessageHeaders,uniqueBody";
    let mut shown: Vec<String> = Vec::new();
    for query in ["", select, "$select=internetMessageHeaders,uniqueBody"] {
        let list = hanako.get(&format!("/me/messages?{query}")).await.expect(200);
        shown.extend(list.values()[0].as_object().expect("an object").keys().cloned());
    }
    shown.retain(|name| !name.contains('@'));
    shown.sort();
    shown.dedup();
    let mut official = vec!["id".to_owned()];
    official.extend(properties(&csdl, "outlookItem"));
    official.extend(properties(&csdl, "message"));
    official.sort();
    assert_eq!(shown, official);
    for name in official {
        hanako.get(&format!("/me/messages?$select={name}")).await.expect(200);
    }
}

#[tokio::test]
async fn every_official_operation_on_mail_is_known() {
    let Some(shared) = shared() else { return };
    let paths = std::fs::read_to_string(shared.join("microsoft/contract/paths.json")).expect("paths");
    let paths: Value = serde_json::from_str(&paths).expect("JSON");
    let world = world_with(SimulatorOptions::default()).await;
    let hanako = reader(&world).await;
    let mut known = 0;
    for (path, operations) in paths["paths"].as_object().expect("paths") {
        let lower = path.to_lowercase();
        if !["/messages", "/mailfolders", "/sendmail", "/mailboxsettings"]
            .iter()
            .any(|part| lower.contains(part))
        {
            continue;
        }
        let path = path.replace("{user-id}", HANAKO).replace(['{', '}'], "");
        for method in operations["methods"].as_object().expect("methods").keys() {
            let body = ["POST", "PATCH"].contains(&method.as_str()).then(|| json!({"subject": "A"}));
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = hanako.send(method.clone(), &path, &[], body).await;
            let message = answer.body["error"]["message"].as_str().unwrap_or_default();
            assert_ne!(answer.status, 405, "{method} {path}: {message}");
            assert!(!message.contains("segment"), "{method} {path}: {message}");
            known += 1;
        }
    }
    assert!(known > 60, "only {known} found");
}
