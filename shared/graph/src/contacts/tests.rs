//! What goes over the wire for contacts and folders.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::batch::{BatchAnswer, BatchRequest};
use crate::error::GraphError;
use crate::stub::{Act, Stub};

/// An id with everything that a path could stumble over.
const HARD_ID: &str = "AAMk/a+b=c-d_e~f%2F?#é";
const HARD_ID_ENCODED: &str = "AAMk%2Fa%2Bb%3Dc-d_e~f%252F%3F%23%C3%A9";

fn full() -> Contact {
    let text = |text: &str| Some(text.to_owned());
    Contact {
        display_name: text("佐藤 花"),
        file_as: text("佐藤 花"),
        given_name: text("花"),
        surname: text("佐藤"),
        yomi_given_name: text("はな"),
        yomi_surname: text("さとう"),
        yomi_company_name: text("こんとそ"),
        company_name: text("コントソ"),
        business_phones: vec!["+81 3 0000 0000".to_owned()],
        email_addresses: vec![EmailAddress { name: None, address: "hana@contoso.example".to_owned() }],
        business_address: Some(PhysicalAddress { city: text("港区"), ..PhysicalAddress::default() }),
        ..Contact::default()
    }
}

#[test]
fn an_empty_contact_clears_every_property() {
    let expected = json!({
        "displayName": null, "fileAs": null, "givenName": null, "middleName": null, "surname": null,
        "title": null, "yomiGivenName": null, "yomiSurname": null, "jobTitle": null, "companyName": null,
        "yomiCompanyName": null, "department": null, "businessPhones": [], "mobilePhone": null,
        "homePhones": [], "emailAddresses": [], "businessAddress": null, "businessHomePage": null,
        "personalNotes": null,
    });
    assert_eq!(serde_json::to_value(Contact::default()).expect("JSON"), expected);
    let names: BTreeSet<&str> = expected.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(BTreeSet::from(Contact::PROPERTIES), names);
}

/// Sends one request in a batch; its inner form comes back with the answer.
async fn sent(request: BatchRequest, status: u16, body: Value) -> (Value, BatchAnswer) {
    let stub = Stub::start(move |_, batch| {
        Act::batch(batch, |_| json!({"status": status, "headers": {}, "body": body}))
    })
    .await;
    let mut answers = stub.mailbox().batch(&[request]).await.expect("answers");
    (stub.seen()[0].inner()[0].clone(), answers.remove(0))
}

#[tokio::test(start_paused = true)]
async fn create_and_update_send_the_whole_contact_with_our_key() {
    let (folder, id) = (FolderId::from(HARD_ID), ContactId::from(HARD_ID));
    let stored_body = json!({"@odata.etag": "W/\"1\"", "id": "c1", "displayName": "佐藤 花"});
    let mut expected = serde_json::to_value(full()).expect("JSON");
    expected["singleValueExtendedProperties"] = json!([{"id": CARD_PROPERTY, "value": "o1 u1 card'1"},
        {"id": RECORD_PROPERTY, "value": "1 a b"}]);
    let full = full();
    let writing = Writing { contact: &full, withheld: &[], key: "o1 u1 card'1", record: "1 a b" };
    let collection = format!("/me/contactFolders/{HARD_ID_ENCODED}/contacts");

    let request = create(&folder, &writing);
    let (inner, answer) = sent(request, 201, stored_body.clone()).await;
    assert_eq!((&inner["method"], &inner["url"]), (&json!("POST"), &json!(collection)));
    assert_eq!(inner["body"], expected);
    let contact = stored(&answer).expect("a contact");
    assert_eq!((contact.id.as_str(), contact.etag.as_deref()), ("c1", Some("W/\"1\"")));

    let (inner, answer) =
        sent(update(&folder, &id, &writing, Some("W/\"0\"")), 200, stored_body.clone()).await;
    assert_eq!(inner["method"], "PATCH");
    assert_eq!(inner["headers"]["If-Match"], "W/\"0\"");
    assert_eq!(inner["url"], format!("{collection}/{HARD_ID_ENCODED}"));
    assert_eq!(inner["body"], expected);
    assert_eq!(stored(&answer).expect("a contact").id.as_str(), "c1");

    let some = Writing { withheld: &["displayName", "emailAddresses"], ..writing };
    let (inner, _) = sent(update(&folder, &id, &some, None), 200, stored_body).await;
    let body = expected.as_object_mut().expect("an object");
    body.retain(|name, _| name != "displayName" && name != "emailAddresses");
    assert_eq!(inner["body"], expected, "what is withheld is not sent, not even as null");
}

#[tokio::test(start_paused = true)]
async fn what_stands_in_a_contact_comes_with_our_record_when_it_is_asked_for() {
    let body = json!({"@odata.etag": "W/\"1\"", "id": "c1", "personalNotes": "n", "jobTitle": null,
        "singleValueExtendedProperties": [{"id": RECORD_PROPERTY, "value": "1 a b"}]});
    let (inner, answer) = sent(all(&"f".into(), &"c".into()), 200, body).await;
    let url = inner["url"].as_str().expect("a URL");
    assert!(
        Contact::PROPERTIES.iter().all(|name| url.contains(name)) && url.contains("SettenRecord"),
        "{url}"
    );
    let present: Present = answer.json().expect("a contact");
    assert_eq!(
        (present.notes(), present.record(), present.etag.as_deref()),
        ("n", Some("1 a b"), Some("W/\"1\""))
    );

    let (inner, answer) = sent(notes(&"f".into(), &"c".into()), 200, json!({"personalNotes": null})).await;
    assert_eq!(inner["url"], "/me/contactFolders/f/contacts/c?$select=personalNotes");
    let present: Present = answer.json().expect("a contact");
    assert_eq!((present.notes(), present.record()), ("", None));
}

#[tokio::test(start_paused = true)]
async fn delete_needs_no_body_and_gone_is_an_error_with_its_code() {
    let body = json!({"error": {"code": "ErrorItemNotFound", "message": "gone"}});
    let (inner, answer) = sent(delete(&"f".into(), &"c".into()), 404, body).await;
    assert_eq!(
        (&inner["method"], &inner["url"]),
        (&json!("DELETE"), &json!("/me/contactFolders/f/contacts/c"))
    );
    assert!(inner.get("body").is_none());
    assert!(stored(&answer).expect_err("gone").has_code("ErrorItemNotFound"));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_looked_up_by_its_property() {
    let request = find_by_key(&"f".into(), "it's");
    let page = json!({"value": [{"id": "c1"}, {"id": "c2", "@odata.etag": "W/\"1\""}]});
    let (inner, answer) = sent(request.clone(), 200, page).await;
    assert_eq!(inner["method"], "GET");
    let url =
        url::Url::parse(&format!("http://graph{}", inner["url"].as_str().expect("a URL"))).expect("a URL");
    assert!(!inner["url"].as_str().expect("a URL").contains([' ', '+', '\'']), "{inner}");
    let query: Vec<_> = url.query_pairs().collect();
    let filter =
        format!("singleValueExtendedProperties/any(ep:ep/id eq '{CARD_PROPERTY}' and ep/value eq 'it''s')");
    assert_eq!(query, [("$filter".into(), filter.into()), ("$select".into(), "id".into())]);
    assert_eq!(found(&answer).expect("found"), [ContactId::from("c1"), ContactId::from("c2")]);

    let (_, none) = sent(request.clone(), 200, json!({"value": []})).await;
    assert!(found(&none).expect("none").is_empty());
    let (_, cut) = sent(request, 200, json!({"value": [], "@odata.nextLink": "https://x/"})).await;
    assert!(found(&cut).is_err(), "an empty page does not prove that there is none");
}

#[tokio::test(start_paused = true)]
async fn a_folder_is_found_by_key_or_id_and_missing_only_if_it_is() {
    let folder = json!({"id": HARD_ID, "displayName": "Cards", "parentFolderId": "contacts"});
    let page = json!({ "value": [folder] });
    let stub = Stub::start(move |number, _| {
        let refusal = |code: &str| Act::Answer(404, json!({"error": {"code": code, "message": "m"}}));
        match number {
            0 => Act::Answer(200, page.clone()),
            1 => Act::Answer(200, json!({"value": []})),
            2 => Act::Answer(200, folder.clone()),
            3 => refusal("ErrorItemNotFound"),
            _ => refusal("MailboxNotEnabledForRESTAPI"),
        }
    })
    .await;
    let mailbox = stub.mailbox();
    let ours = mailbox.folder_by_key("key").await.expect("an answer").expect("a folder");
    assert_eq!((ours.display_name.as_str(), ours.id.as_str()), ("Cards", HARD_ID));
    assert!(mailbox.folder_by_key("key").await.expect("an answer").is_none());
    assert_eq!(mailbox.folder(&ours.id).await.expect("an answer"), Some(ours.clone()));
    assert!(mailbox.folder(&ours.id).await.expect("an answer").is_none());
    let refusal = mailbox.folder(&ours.id).await.expect_err("a mailbox that is not there");
    assert!(refusal.has_code("mailboxnotenabledforrestapi"), "{refusal:?}");
    let paths: Vec<_> = stub.seen().into_iter().map(|seen| seen.path).collect();
    assert!(
        paths[0].starts_with("/me/contactFolders?$filter=singleValueExtendedProperties%2Fany"),
        "{}",
        paths[0]
    );
    assert_eq!(
        paths[2],
        format!("/me/contactFolders/{HARD_ID_ENCODED}?$select=id,displayName,parentFolderId")
    );
}

#[tokio::test(start_paused = true)]
async fn a_folder_is_created_once_and_a_lost_reply_is_in_doubt() {
    let stub = Stub::start(|number, _| match number {
        0 => Act::Answer(201, json!({"id": "f1", "displayName": "Cards"})),
        1 => Act::Answer(409, json!({"error": {"code": "ErrorFolderExists", "message": "m"}})),
        2 => Act::Answer(504, json!({})),
        _ => Act::LoseReply,
    })
    .await;
    let mailbox = stub.mailbox();
    assert_eq!(mailbox.create_folder("Cards", "key").await.expect("created").id.as_str(), "f1");
    let exists = mailbox.create_folder("Cards", "key").await.expect_err("exists");
    assert!(
        matches!(exists, GraphError::Status { status: 409, ref code, .. } if code == "ErrorFolderExists")
    );
    for _ in 0..2 {
        assert!(mailbox.create_folder("Cards", "key").await.expect_err("in doubt").is_outcome_unknown());
    }
    let seen = stub.seen();
    assert_eq!(seen.len(), 4);
    assert_eq!((&*seen[0].method, &*seen[0].path), ("POST", "/me/contactFolders"));
    let properties = json!([{"id": FOLDER_PROPERTY, "value": "key"}]);
    assert_eq!(seen[0].json(), json!({"displayName": "Cards", "singleValueExtendedProperties": properties}));
}
