//! Writing, sending, moving and deleting mail.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use crate::mail::{IMMUTABLE, JAPANESE, plain, put, reader, subjects};
use crate::support::{Client, HANAKO, TARO, World, segment, world};

fn message(id: &str) -> String {
    format!("/me/messages/{}", segment(id))
}

fn to(address: &str) -> Value {
    json!([{"emailAddress": {"address": address}}])
}

async fn messages_of(world: &World, address: &str) -> Vec<Value> {
    world.shown(&format!("mailboxes/{address}")).await["messages"].as_array().expect("messages").clone()
}

#[tokio::test]
async fn a_draft_is_written_changed_and_sent() {
    let world = world().await;
    let hanako = reader(&world).await;
    let body = json!({
        "subject": "お礼", "body": {"contentType": "html", "content": "<p>ありがとう</p>"}, "toRecipients": to(TARO),
        "internetMessageHeaders": [{"name": "X-Setten", "value": "7"}],
        "attachments": [{"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "QQ=="}],
    });
    let draft = hanako.send(Method::POST, "/me/messages", &[IMMUTABLE], Some(body)).await.expect(201);
    assert_eq!((&draft.body["isDraft"], &draft.body["hasAttachments"]), (&json!(true), &json!(true)));
    assert_eq!(draft.body["from"]["emailAddress"]["address"], HANAKO);
    let path = message(&draft.id());
    let changed = json!({"subject": "御礼", "bccRecipients": to("admin@contoso.example")});
    hanako.send(Method::PATCH, &path, &[IMMUTABLE], Some(changed)).await.expect(200);
    hanako.post(&format!("{path}/send"), json!({})).await.expect(404);
    hanako.send(Method::POST, &format!("{path}/send"), &[IMMUTABLE], None).await.expect(202);
    let sent = hanako.send(Method::GET, &path, &[IMMUTABLE], None).await.expect(200);
    assert_eq!((&sent.body["isDraft"], &sent.body["subject"]), (&json!(false), &json!("御礼")));
    assert_eq!(subjects(&hanako.get("/me/mailFolders/sentitems/messages").await), ["御礼"]);
    let received = &messages_of(&world, TARO).await[0];
    assert_eq!((&received["subject"], &received["folder"]), (&json!("御礼"), &json!("inbox")));
    assert_eq!(received["internetMessageId"], sent.body["internetMessageId"], "the same mail everywhere");
    assert_eq!((&received["bcc"], &received["attachments"][0]["name"]), (&json!([]), &json!("a.txt")));
    let headers = received["headers"].as_array().expect("headers");
    assert!(headers.contains(&json!({"name": "X-Setten", "value": "7"})), "{headers:?}");
    assert!(!received.to_string().contains("admin@"), "hidden copies stay hidden");
    assert_eq!(messages_of(&world, "admin@contoso.example").await.len(), 1);
    let again = hanako.send(Method::POST, &format!("{path}/send"), &[IMMUTABLE], None).await;
    again.expect(400);
}

#[tokio::test]
async fn what_was_sent_keeps_its_text() {
    let world = world().await;
    let hanako = reader(&world).await;
    let id = put(&world, HANAKO, "", plain(1)).await["id"].as_str().expect("an id").to_owned();
    let path = message(&id);
    let refused = hanako.patch(&path, json!({"subject": "other"})).await.expect(400);
    assert_eq!(refused.code(), "ErrorInvalidPropertyUpdateSentMessage");
    let before = hanako.get(&path).await.expect(200);
    let marks = json!({"isRead": true, "categories": ["顧客"], "flag": {"flagStatus": "flagged"}});
    let marked = hanako.patch(&path, marks).await.expect(200);
    assert_eq!((&marked.body["isRead"], &marked.body["categories"]), (&json!(true), &json!(["顧客"])));
    assert_ne!(marked.body["changeKey"], before.body["changeKey"]);
    let stale = [("If-Match", before.header("etag"))];
    hanako.send(Method::PATCH, &path, &stale, Some(json!({"isRead": false}))).await.expect(412);
    let due = json!({"flag": {"flagStatus": "flagged",
        "dueDateTime": {"dateTime": "2026-06-01T00:00:00", "timeZone": "UTC"}}});
    hanako.patch(&path, due).await.expect(400);
}

#[tokio::test]
async fn bad_drafts_and_bad_mails_are_refused() {
    let world = world().await;
    let hanako = reader(&world).await;
    let header = json!({"internetMessageHeaders": [{"name": "Setten", "value": "7"}]});
    for (body, code) in [
        (header, "InvalidInternetMessageHeader"),
        (json!({"subject": 5}), "RequestBodyRead"),
        (json!({"toRecipients": "a@b.example"}), "RequestBodyRead"),
        (json!({"importance": "urgent"}), "RequestBodyRead"),
        (json!({"shoeSize": 42}), "RequestBodyRead"),
    ] {
        assert_eq!(hanako.post("/me/messages", body).await.expect(400).code(), code);
    }
    let mail = |message: Value| json!({"message": message});
    let nobody = hanako.post("/me/sendMail", mail(json!({"subject": "A"}))).await.expect(400);
    assert_eq!(nobody.code(), "ErrorInvalidRecipients");
    let other = json!({"toRecipients": to(TARO), "from": to(TARO)[0]});
    assert_eq!(hanako.post("/me/sendMail", mail(other)).await.expect(403).code(), "ErrorSendAsDenied");
    hanako.post("/me/sendMail", json!({"text": "A"})).await.expect(400);
    assert!(messages_of(&world, TARO).await.is_empty(), "nothing was sent");
}

async fn send_mime(client: &Client, text: &str) -> u16 {
    let request = client.http.post(format!("{}/me/sendMail", client.base)).bearer_auth(&client.token);
    let request = request.header("content-type", "text/plain").body(text.to_owned());
    request.send().await.expect("sent").status().as_u16()
}

#[tokio::test]
async fn mails_are_sent_in_one_call_as_json_or_mime() {
    let world = world().await;
    let hanako = reader(&world).await;
    let mail =
        json!({"subject": "One", "toRecipients": to(TARO), "body": {"contentType": "text", "content": "A"}});
    // Parameters are read in any case.
    let body = json!({"Message": mail, "SaveToSentItems": false});
    let answer = hanako.post("/me/sendMail", body).await.expect(202);
    assert_eq!(answer.body, Value::Null);
    assert_eq!(hanako.get("/me/mailFolders/sentitems/messages/$count").await.body, 0);
    let raw = format!("To: {TARO}\r\nBcc: {HANAKO}\r\nSubject: Two\r\nList-Id: <l.example>\r\n\r\nB\r\n");
    assert_eq!(send_mime(&hanako, &STANDARD.encode(raw)).await, 202);
    assert_eq!(send_mime(&hanako, "no base64!").await, 400);
    let received = messages_of(&world, TARO).await;
    let seen: Vec<_> = received.iter().map(|mail| mail["subject"].as_str().unwrap_or_default()).collect();
    assert_eq!(seen, ["One", "Two"]);
    assert!(received[1].to_string().contains("List-Id") && !received[1].to_string().contains("Bcc"));
    assert_eq!(received[1]["from"]["address"], HANAKO);
    let own = messages_of(&world, HANAKO).await;
    let folders: Vec<_> = own.iter().map(|mail| mail["folder"].as_str().unwrap_or_default()).collect();
    assert_eq!(folders, ["inbox", "sentitems"], "a hidden copy and the one that is kept");
    assert_eq!(own[0]["internetMessageId"], own[1]["internetMessageId"]);
}

#[tokio::test]
async fn a_move_gives_another_id_unless_ids_are_immutable() {
    let world = world().await;
    let hanako = reader(&world).await;
    let made = put(&world, HANAKO, "", JAPANESE).await;
    let (id, immutable) = (made["id"].as_str().expect("an id"), made["immutableId"].as_str().expect("an id"));
    let moved =
        hanako.post(&format!("{}/move", message(id)), json!({"destinationId": "archive"})).await.expect(201);
    assert_ne!(moved.id(), id);
    assert_eq!(hanako.get(&message(id)).await.expect(404).code(), "ErrorItemNotFound");
    let path = format!("{}/move", message(immutable));
    let back = hanako.send(Method::POST, &path, &[IMMUTABLE], Some(json!({"DestinationId": "inbox"}))).await;
    let back = back.expect(201);
    assert_eq!(back.id(), immutable);
    assert!(back.header("preference-applied").contains("ImmutableId"));
    // By hand, in Outlook.
    let url = format!("mailboxes/{HANAKO}/messages/{}/move?folder=junkemail", segment(immutable));
    let dragged = world.control(&url, json!({})).await;
    assert_eq!((&dragged["immutableId"], &dragged["folder"]), (&json!(immutable), &json!("junkemail")));
    let copied = hanako
        .send(
            Method::POST,
            &format!("{}/copy", message(immutable)),
            &[IMMUTABLE],
            Some(json!({"destinationId": "inbox"})),
        )
        .await
        .expect(201);
    assert_ne!(copied.id(), immutable);
    assert_eq!(messages_of(&world, HANAKO).await.len(), 2);
    hanako.send(Method::POST, &path, &[IMMUTABLE], Some(json!({}))).await.expect(400);
}

#[tokio::test]
async fn a_deleted_mail_lies_in_deleted_items_and_a_purged_one_nowhere() {
    let world = world().await;
    let hanako = reader(&world).await;
    let mut ids = Vec::new();
    for number in 0..2 {
        let made = put(&world, HANAKO, "", plain(number)).await;
        ids.push(made["immutableId"].as_str().expect("an id").to_owned());
    }
    hanako.send(Method::DELETE, &message(&ids[0]), &[IMMUTABLE], None).await.expect(204);
    assert_eq!(subjects(&hanako.get("/me/mailFolders/deleteditems/messages").await), ["Mail 0"]);
    hanako.send(Method::DELETE, &message(&ids[0]), &[IMMUTABLE], None).await.expect(204);
    assert_eq!(subjects(&hanako.get("/me/messages").await), ["Mail 1"]);
    let recoverable = hanako.get("/me/mailFolders/recoverableitemsdeletions/messages").await.expect(200);
    assert_eq!(subjects(&recoverable), ["Mail 0"]);
    let purge = format!("{}/permanentDelete", message(&ids[1]));
    hanako.send(Method::POST, &purge, &[IMMUTABLE], None).await.expect(204);
    hanako.send(Method::GET, &message(&ids[1]), &[IMMUTABLE], None).await.expect(404);
}

#[tokio::test]
async fn answers_stay_in_the_conversation_and_extended_properties_are_found() {
    let world = world().await;
    let hanako = reader(&world).await;
    put(&world, HANAKO, "received=2026-06-01T00:00:00Z", plain(1)).await;
    let answer = "From: a@b.example\r\nMessage-ID: <r@b.example>\r\nIn-Reply-To: <1@example.jp>\r\n\
                  References: <1@example.jp>\r\n\r\nYes\r\n\r\n> Text 1\r\n";
    put(&world, HANAKO, "received=2026-06-02T00:00:00Z", answer).await;
    put(&world, HANAKO, "received=2026-06-03T00:00:00Z", plain(2)).await;
    let text = [("Prefer", "outlook.body-content-type=\"text\"")];
    let list = hanako
        .send(Method::GET, "/me/messages?$select=conversationId,uniqueBody", &text, None)
        .await
        .expect(200);
    let [other, reply, first] = &list.values()[..] else { panic!("three mails") };
    assert_eq!(reply["conversationId"], first["conversationId"]);
    assert_ne!(other["conversationId"], first["conversationId"]);
    assert_eq!(reply["uniqueBody"]["content"], "Yes");
    let key = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Effect";
    let body = json!({"subject": "K", "singleValueExtendedProperties": [{"id": key, "value": "e-1"}]});
    let draft = hanako.post("/me/messages", body).await.expect(201);
    let filter = format!("singleValueExtendedProperties/any(ep:ep/id eq '{key}' and ep/value eq 'e-1')");
    let expand = format!("singleValueExtendedProperties($filter=id eq '{key}')");
    let path = format!("/me/messages?$filter={}&$expand={}", segment(&filter), segment(&expand));
    let found = hanako.get(&path).await.expect(200);
    assert_eq!((found.values().len(), &found.values()[0]["id"]), (1, &draft.body["id"]));
    assert_eq!(found.values()[0]["singleValueExtendedProperties"][0]["value"], "e-1");
}
