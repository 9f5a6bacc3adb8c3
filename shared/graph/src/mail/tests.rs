//! What goes over the wire for mail.

use serde_json::{Value, json};

use super::*;
use crate::stub::{Act, Stub};

fn message(number: usize, modified: &str) -> Value {
    json!({"@odata.etag": "W/\"1\"", "id": format!("m{number}"), "lastModifiedDateTime": modified})
}

fn page(messages: impl IntoIterator<Item = Value>, next: Option<String>) -> Value {
    let mut page = json!({"value": messages.into_iter().collect::<Vec<_>>()});
    if let Some(next) = next {
        page["@odata.nextLink"] = next.into();
    }
    page
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().expect("an instant")
}

#[tokio::test(start_paused = true)]
async fn pages_go_on_from_the_last_change_and_by_link_only_within_one_instant() {
    let stub = Stub::start(|number, seen| {
        let host = seen.header("host");
        let link = |skip| Some(format!("http://{host}/users/u%2F1/messages?$skip={skip}"));
        Act::Answer(
            200,
            match number {
                0 => page([message(1, "2026-11-22T08:00:00Z"), message(2, "2026-11-22T08:00:05Z")], link(2)),
                1 => page([message(2, "2026-11-22T08:00:05Z"), message(3, "2026-11-22T08:00:05Z")], link(2)),
                2 => page([message(4, "2026-11-22T08:00:05Z"), message(5, "2026-11-22T08:00:09Z")], link(4)),
                _ => page([message(5, "2026-11-22T08:00:09Z")], None),
            },
        )
    })
    .await;
    let mailbox = stub.graph().mailbox_of("u/1", "SECRET-TOKEN".into());
    let mut from = Some(Start::Instant(at("2026-11-22T07:59:59.9Z")));
    let mut ids = Vec::new();
    while let Some(next) = from {
        let changes = mailbox.changes(&next, 2).await.expect("a page");
        ids.extend(changes.messages.into_iter().map(|message| message.id.as_str().to_owned()));
        from = changes.next;
    }
    assert_eq!(ids, ["m1", "m2", "m2", "m3", "m4", "m5", "m5"]);
    let paths: Vec<_> = stub.seen().into_iter().map(|seen| seen.path).collect();
    let first = |second: &str| {
        format!(
            "/users/u%2F1/messages?$filter=lastModifiedDateTime%20ge%202026-11-22T{second}Z\
             &$orderby=lastModifiedDateTime&$top=2&$select={}",
            message::FIELDS
        )
    };
    let expected = [
        first("07%3A59%3A59"),
        first("08%3A00%3A05"),
        "/users/u%2F1/messages?$skip=2".to_owned(),
        first("08%3A00%3A09"),
    ];
    assert_eq!(paths, expected);
    assert!(!message::FIELDS.contains("ody") && !message::FIELDS.contains(' '), "{}", message::FIELDS);
}

#[tokio::test(start_paused = true)]
async fn a_next_page_elsewhere_is_not_followed() {
    for link in ["http://elsewhere.example/users/u/messages", "/users/u/messages", ""] {
        let stub = Stub::start(move |_, _| {
            Act::Answer(200, page([message(1, "2026-11-22T08:00:00Z")], Some(link.to_owned())))
        })
        .await;
        let from = Start::Instant(at("2026-11-22T08:00:00Z"));
        let changes = stub.mailbox().changes(&from, 1).await.expect("a page");
        let error = stub.mailbox().changes(&changes.next.expect("more"), 1).await.expect_err(link);
        assert!(!error.is_retryable(), "{error:?}");
        assert_eq!(stub.seen().len(), 1, "{link}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_is_read_with_nulls_and_without_what_was_never_there() {
    let full = json!({
        "@odata.type": "#microsoft.graph.eventMessageRequest", "id": "m1", "subject": "打合せ",
        "internetMessageId": "<1@x.example>", "lastModifiedDateTime": "2026-11-22T08:00:01Z",
        "createdDateTime": "2026-11-22T08:00:00Z", "receivedDateTime": "2026-11-22T08:00:00Z",
        "sentDateTime": "2026-11-22T07:59:58Z", "parentFolderId": "f1", "isDraft": false,
        "internetMessageHeaders": [{"name": "List-ID", "value": "<l.x.example>"}, {"name": "X", "value": null}],
        "from": {"emailAddress": {"name": "佐藤 花", "address": "Hana@x.example"}},
        "toRecipients": [{"emailAddress": {"address": "a@y.example"}}, {"emailAddress": {"name": "名のみ"}}],
        "ccRecipients": [], "bccRecipients": null, "replyTo": null, "sender": null,
    });
    let bare = message(2, "0001-01-01T00:00:00Z");
    let body = page([full, bare], None);
    let stub = Stub::start(move |_, _| Act::Answer(200, body.clone())).await;
    let from = Start::Instant(at("2026-11-22T08:00:00Z"));
    let changes = stub.mailbox().changes(&from, 100).await.expect("a page");
    let [full, bare] = changes.messages.as_slice() else { panic!("{changes:?}") };
    assert_eq!(full.header("list-id"), Some("<l.x.example>"));
    assert_eq!(full.from.as_ref().and_then(Participant::address), Some("Hana@x.example"));
    assert_eq!(full.to, [Participant::of("a@y.example", ""), Participant::of("", "名のみ")]);
    assert_eq!(full.kind.as_deref(), Some("#microsoft.graph.eventMessageRequest"));
    assert!(full.reply_to.is_empty() && full.bcc.is_empty());
    assert!(bare.headers.is_empty() && bare.from.is_none() && !bare.is_draft);
}

#[tokio::test(start_paused = true)]
async fn the_layout_is_one_batch_and_leaves_out_what_is_missing() {
    let stub = Stub::start(|_, seen| {
        Act::batch(seen, |inner| {
            let url = inner["url"].as_str().expect("a URL");
            if url.contains("sentitems") {
                json!({"status": 200, "body": {"id": "sent"}})
            } else if url.contains("outbox") {
                json!({"status": 404, "body": {"error": {"code": "ErrorItemNotFound", "message": "m"}}})
            } else {
                json!({"status": 200, "body": {"id": "u1", "displayName": null, "mail": "hana@x.example",
                    "userPrincipalName": "hana@x.example", "proxyAddresses": ["smtp:h@x.example"]}})
            }
        })
    })
    .await;
    let mailbox = stub.graph().mailbox_of("u1", "SECRET-TOKEN".into());
    let layout = mailbox.layout(&["sentitems", "outbox"]).await.expect("a layout");
    assert_eq!(layout.owner.proxy_addresses, ["smtp:h@x.example"]);
    assert_eq!(layout.folders.into_iter().collect::<Vec<_>>(), [("sentitems".into(), "sent".into())]);
    let seen = stub.seen();
    assert_eq!(seen.len(), 1);
    let urls: Vec<_> = seen[0].inner().iter().map(|inner| inner["url"].clone()).collect();
    assert_eq!(urls[1], "/users/u1/mailFolders/sentitems?$select=id");

    let stub = Stub::start(|_, seen| {
        Act::batch(seen, |inner| {
            let code = if inner["id"] == "0" { "Request_ResourceNotFound" } else { "ErrorInvalidUser" };
            json!({"status": 404, "body": {"error": {"code": code, "message": "m"}}})
        })
    })
    .await;
    let error = stub.mailbox().layout(&["sentitems"]).await.expect_err("no such user");
    assert!(error.has_code("Request_ResourceNotFound"), "{error:?}");
}
