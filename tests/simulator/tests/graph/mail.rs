//! Reading mail: what arrived, how it is shown, filtered, sorted, and to whom.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Client, HANAKO, TARO, World, segment, world};

pub(crate) const GRAPH: &str = "https://graph.microsoft.com";
pub(crate) const IMMUTABLE: (&str, &str) = ("Prefer", "IdType=\"ImmutableId\"");

/// 山田 太郎 / お見積り / 本文です。 in ISO-2022-JP, with a file.
pub(crate) const JAPANESE: &[u8] = b"Received: from mx.example.jp by mail.contoso.example;\r\n\
    \tMon, 1 Jun 2026 10:00:00 +0900\r\n\
    From: =?ISO-2022-JP?B?GyRCOzNFRBsoQiAbJEJCQE86GyhC?= <taro@example.jp>\r\n\
    To: hanako@contoso.example, Jiro <jiro@contoso.example>\r\nCc: cc@example.jp\r\n\
    Reply-To: desk@example.jp\r\n\
    Subject: =?ISO-2022-JP?B?GyRCJCo4K0BRJGobKEI=?=\r\n\
    Date: Mon, 1 Jun 2026 10:00:00 +0900\r\nMessage-ID: <quote-1@example.jp>\r\n\
    List-Unsubscribe: <https://example.jp/stop>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=frontier\r\n\r\n\
    --frontier\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\x1b$BK\\J8$G$9!#\x1b(B\r\n\
    --frontier\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n\
    Content-Disposition: attachment; filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
    AwQF\r\n--frontier--\r\n";

/// A plain mail with that number.
pub(crate) fn plain(number: usize) -> String {
    format!(
        "From: S{number} <s{number}@example.jp>\r\nTo: {HANAKO}\r\nSubject: Mail {number}\r\n\
         Message-ID: <{number}@example.jp>\r\nDate: Mon, 1 Jun 2026 10:00:00 +0900\r\n\r\nText {number}\r\n"
    )
}

/// Puts a mail into a folder of a mailbox; the answer of the control API comes back.
pub(crate) async fn put(world: &World, address: &str, query: &str, raw: impl Into<Vec<u8>>) -> Value {
    let url = format!("{}/_sim/mailboxes/{address}/messages?{query}", world.url);
    let request = world.http.post(url).header("content-type", "message/rfc822").body(raw.into());
    let answer = request.send().await.expect("sent");
    assert_eq!(answer.status(), 201);
    answer.json().await.expect("JSON")
}

/// Hanako, who may do everything with her mail.
pub(crate) async fn reader(world: &World) -> Client {
    let scopes = ["Mail.ReadWrite", "Mail.Send", "MailboxSettings.ReadWrite"];
    world.signed_in(HANAKO, &scopes.map(|scope| format!("{GRAPH}/{scope}")).join(" ")).await
}

pub(crate) fn subjects(answer: &Answer) -> Vec<&str> {
    answer.values().iter().map(|value| value["subject"].as_str().unwrap_or_default()).collect()
}

#[tokio::test]
async fn a_mail_in_an_old_japanese_encoding_is_shown_as_people_wrote_it() {
    let world = world().await;
    let hanako = reader(&world).await;
    let made = put(&world, HANAKO, "received=2026-06-01T01:00:05Z", JAPANESE).await;
    assert_eq!(made["internetMessageId"], "<quote-1@example.jp>");
    let list = hanako.get("/me/messages").await.expect(200);
    let mail = &list.values()[0];
    assert_eq!(mail["id"], made["id"]);
    assert_eq!(mail["subject"], "お見積り");
    assert_eq!(mail["from"], json!({"emailAddress": {"name": "山田 太郎", "address": "taro@example.jp"}}));
    assert_eq!(mail["toRecipients"][0]["emailAddress"], json!({"name": HANAKO, "address": HANAKO}));
    assert_eq!(mail["replyTo"][0]["emailAddress"]["address"], "desk@example.jp");
    assert_eq!((&mail["bodyPreview"], &mail["hasAttachments"]), (&json!("本文です。"), &json!(true)));
    assert_eq!((&mail["isRead"], &mail["isDraft"]), (&json!(false), &json!(false)));
    assert_eq!(mail["receivedDateTime"], "2026-06-01T01:00:05Z");
    assert_eq!(mail["sentDateTime"], "2026-06-01T01:00:00Z");
    assert_eq!(mail["flag"], json!({"flagStatus": "notFlagged"}));
    assert!(mail.get("internetMessageHeaders").is_none(), "only when selected");
    assert!(mail.get("uniqueBody").is_none(), "only when selected");
    assert_eq!(mail["body"]["contentType"], "html");
}

#[tokio::test]
async fn headers_come_as_they_stand_in_the_mail_and_only_when_selected() {
    let world = world().await;
    let hanako = reader(&world).await;
    put(&world, HANAKO, "", JAPANESE).await;
    let list = hanako.get("/me/messages?$select=subject,internetMessageHeaders,uniqueBody").await.expect(200);
    let mail = list.values()[0].as_object().expect("an object");
    let names: Vec<_> = mail.keys().map(String::as_str).collect();
    assert_eq!(names, ["@odata.etag", "id", "internetMessageHeaders", "subject", "uniqueBody"]);
    let headers = mail["internetMessageHeaders"].as_array().expect("headers");
    let value =
        |name: &str| headers.iter().find(|header| header["name"] == name).map(|header| &header["value"]);
    assert_eq!(value("List-Unsubscribe"), Some(&json!("<https://example.jp/stop>")));
    assert_eq!(value("Subject"), Some(&json!("=?ISO-2022-JP?B?GyRCJCo4K0BRJGobKEI=?=")));
    let received = "from mx.example.jp by mail.contoso.example; Mon, 1 Jun 2026 10:00:00 +0900";
    assert_eq!(value("Received"), Some(&json!(received)));
    // What was sent from here was never transported.
    put(&world, HANAKO, "folder=sentitems", "From: a@b.example\r\nX-Mine: 1\r\nTo: c@d.example\r\n\r\n")
        .await;
    let sent = hanako.get("/me/mailFolders/sentitems/messages?$select=internetMessageHeaders").await;
    assert_eq!(sent.values()[0]["internetMessageHeaders"], json!([{"name": "X-Mine", "value": "1"}]));
}

#[tokio::test]
async fn bodies_come_as_text_when_that_is_preferred() {
    let world = world().await;
    let hanako = reader(&world).await;
    let html = "From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
                <html><body><p>Hello &amp; welcome</p><div>Line</div></body></html>";
    let id = put(&world, HANAKO, "", html).await["id"].as_str().expect("an id").to_owned();
    let path = format!("/me/messages/{}?$select=body", segment(&id));
    let text = [("Prefer", "outlook.body-content-type=\"text\"")];
    let answer = hanako.send(Method::GET, &path, &text, None).await.expect(200);
    assert_eq!(answer.body["body"], json!({"contentType": "text", "content": "Hello & welcome\r\nLine"}));
    assert_eq!(answer.header("preference-applied"), "outlook.body-content-type=\"text\"");
    let plain = hanako.get(&path).await.expect(200);
    assert_eq!(plain.body["body"]["contentType"], "html");
    assert!(plain.body["body"]["content"].as_str().is_some_and(|body| body.contains("<p>Hello")));
    let mime = hanako.get(&format!("/me/messages/{}/$value", segment(&id))).await.expect(200);
    let mime = mime.body.as_str().expect("text").to_owned();
    assert!(mime.starts_with("Message-ID: <") && mime.ends_with(html), "one was made: {mime}");
}

#[tokio::test]
async fn attachments_are_listed_and_read() {
    let world = world().await;
    let hanako = reader(&world).await;
    let id = put(&world, HANAKO, "", JAPANESE).await["id"].as_str().expect("an id").to_owned();
    let path = format!("/me/messages/{}/attachments", segment(&id));
    let list = hanako.get(&path).await.expect(200);
    let file = &list.values()[0];
    assert_eq!(file["@odata.type"], "#microsoft.graph.fileAttachment");
    assert_eq!(
        (&file["name"], &file["size"], &file["contentBytes"]),
        (&json!("a.pdf"), &json!(3), &json!("AwQF"))
    );
    let one = format!("{path}/{}", segment(file["id"].as_str().expect("an id")));
    assert_eq!(hanako.get(&one).await.expect(200).body["contentType"], "application/pdf");
    let value = hanako.get(&format!("{one}/$value")).await.expect(200);
    assert_eq!((value.header("content-type"), &value.body), ("application/pdf", &json!("\u{3}\u{4}\u{5}")));
    assert_eq!(hanako.get(&format!("{path}/$count")).await.expect(200).body, 1);
    hanako.get(&format!("{path}?$select=contentBytes")).await.expect(400);
    assert_eq!(hanako.get(&format!("{path}/AAA=")).await.expect(404).code(), "ErrorItemNotFound");
}

#[tokio::test]
async fn a_list_spans_all_folders_and_pages_through_them() {
    let world = world().await;
    let hanako = reader(&world).await;
    for (number, folder) in ["inbox", "deleteditems", "junkemail", "sentitems", "archive"].iter().enumerate()
    {
        put(
            &world,
            HANAKO,
            &format!("folder={folder}&received=2026-06-0{}T00:00:00Z", number + 1),
            plain(number),
        )
        .await;
    }
    let first = hanako.get("/me/messages?$top=2&$count=true&$select=subject").await.expect(200);
    assert_eq!((subjects(&first), &first.body["@odata.count"]), (vec!["Mail 4", "Mail 3"], &json!(5)));
    let next = first.body["@odata.nextLink"].as_str().expect("a link").to_owned();
    assert_eq!(subjects(&hanako.get(&next).await.expect(200)), ["Mail 2", "Mail 1"]);
    assert_eq!(hanako.get("/me/messages/$count").await.expect(200).body, 5);
    assert_eq!(subjects(&hanako.get("/me/mailFolders/JunkEmail/messages").await.expect(200)), ["Mail 2"]);
    hanako.get("/me/messages?$top=1001").await.expect(400);
    hanako.get("/me/messages?$search=%22quote%22").await.expect(501);
}

#[tokio::test]
async fn mail_is_filtered_and_sorted_within_exchanges_limits() {
    let world = world().await;
    let hanako = reader(&world).await;
    for number in 0..6 {
        let received = format!("received=2026-06-01T00:00:0{number}.500Z");
        put(&world, HANAKO, &received, plain(number)).await;
    }
    let ask = |query: &str| {
        let (client, path) = (hanako.clone(), format!("/me/messages?{}", query.replace(' ', "%20")));
        async move { client.get(&path).await }
    };
    let since = ask("$filter=receivedDateTime ge 2026-06-01T00:00:03.500Z&$orderby=receivedDateTime").await;
    assert_eq!(subjects(&since.expect(200)), ["Mail 3", "Mail 4", "Mail 5"]);
    // Shown in seconds, compared exactly: asking for later than what was shown brings the same mail again.
    let shown = ask("$filter=receivedDateTime gt 2026-06-01T00:00:05Z").await.expect(200);
    assert_eq!(shown.values()[0]["receivedDateTime"], "2026-06-01T00:00:05Z");
    assert!(
        ask("$filter=receivedDateTime gt 2026-06-01T00:00:05.600Z").await.expect(200).values().is_empty()
    );
    let one = ask("$filter=internetMessageId eq '<2@example.jp>'").await.expect(200);
    assert_eq!(subjects(&one), ["Mail 2"]);
    let from = ask("$filter=from/emailAddress/address eq 'S4@example.jp' and isRead eq false").await;
    assert_eq!(subjects(&from.expect(200)), ["Mail 4"]);
    let inbox = one.values()[0]["parentFolderId"].as_str().expect("a folder").to_owned();
    assert_eq!(ask(&format!("$filter=parentFolderId eq '{inbox}'")).await.expect(200).values().len(), 6);
    let modified =
        ask("$filter=lastModifiedDateTime ge 2026-01-01&$orderby=lastModifiedDateTime&$top=2").await;
    assert_eq!(subjects(&modified.expect(200)), ["Mail 0", "Mail 1"]);
    let slow = ask("$filter=isRead eq false&$orderby=receivedDateTime").await.expect(400);
    assert_eq!(slow.code(), "InefficientFilter");
    let refused = ask("$filter=toRecipients/any(r:r/emailAddress/address eq 'a')").await.expect(400);
    assert_eq!(refused.code(), "ErrorInvalidUrlQueryFilter");
    ask("$select=shoeSize").await.expect(400);
}

#[tokio::test]
async fn the_basic_permission_opens_no_bodies_and_no_files() {
    let world = world().await;
    let id = put(&world, HANAKO, "", JAPANESE).await["id"].as_str().expect("an id").to_owned();
    let basic = world.signed_in(HANAKO, &format!("{GRAPH}/Mail.ReadBasic")).await;
    let path = format!("/me/messages/{}", segment(&id));
    let mail = basic.get(&path).await.expect(200);
    assert_eq!(mail.body["subject"], "お見積り");
    assert!(mail.body.get("body").is_none() && mail.body.get("bodyPreview").is_none());
    let headers = basic.get(&format!("{path}?$select=internetMessageHeaders,uniqueBody")).await.expect(200);
    assert!(headers.body["internetMessageHeaders"].is_array() && headers.body.get("uniqueBody").is_none());
    for closed in ["/attachments", "/$value"] {
        assert_eq!(basic.get(&format!("{path}{closed}")).await.expect(403).code(), "ErrorAccessDenied");
    }
    assert_eq!(basic.patch(&path, json!({"isRead": true})).await.expect(403).code(), "ErrorAccessDenied");
    basic.get("/me/mailboxSettings").await.expect(403);
}

#[tokio::test]
async fn an_app_reads_every_mailbox_with_its_own_permission_and_nobody_without() {
    let world = world().await;
    put(&world, TARO, "", plain(1)).await;
    let without = world.app().await;
    let path = format!("/users/{TARO}/messages");
    assert_eq!(without.get(&path).await.expect(403).code(), "ErrorAccessDenied");
    world.register(&["Mail.Read", "User.Read.All"]).await;
    let app = world.app().await;
    assert_eq!(subjects(&app.get(&path).await.expect(200)), ["Mail 1"]);
    let missing = app.get("/users/jiro@contoso.example/messages").await.expect(404);
    assert_eq!(missing.code(), "MailboxNotEnabledForRESTAPI");
    app.post(&format!("/users/{TARO}/sendMail"), json!({"message": {}})).await.expect(403);
    assert_eq!(app.get("/me/messages").await.expect(400).code(), "BadRequest");
    // Somebody else's mailbox is closed to a user's token.
    let hanako = reader(&world).await;
    assert_eq!(hanako.get(&path).await.expect(403).code(), "ErrorAccessDenied");
}
