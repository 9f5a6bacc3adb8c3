//! Who counts on which mail.

use std::collections::BTreeMap;

use graph::mail::Message;
use serde_json::{Value, json};

use super::*;

fn owner() -> Owner {
    let folders = Owner::FOLDERS.map(|name| (name.to_owned(), format!("id of {name}")));
    let addresses = [
        "SMTP:Tanaka@own.co.jp",
        "smtp:tanaka.ichiro@gmail.com",
        "tanaka@own.onmicrosoft.com",
        "X500:/o=Own/cn=tanaka",
    ];
    Owner::of(addresses, &BTreeMap::from(folders), "2026-11-22T08:00:00Z".parse().expect("an instant"))
}

fn people(addresses: &[&str]) -> Value {
    let person = |text: &&str| {
        let (name, address) = text.rsplit_once(' ').unwrap_or(("", *text));
        json!({"emailAddress": {"name": name, "address": address}})
    };
    addresses.iter().map(person).collect()
}

fn mail(folder: &str, from: &str, to: &[&str], cc: &[&str], more: Value) -> Message {
    let mut mail = json!({
        "id": "m1", "lastModifiedDateTime": "2026-11-22T09:00:00Z", "subject": "お見積りの件",
        "createdDateTime": "2026-11-22T08:30:00Z", "receivedDateTime": "2026-11-22T08:30:00Z",
        "sentDateTime": "2026-11-22T08:29:00Z", "parentFolderId": format!("id of {folder}"),
        "from": people(&[from])[0], "toRecipients": people(to), "ccRecipients": people(cc),
    });
    let (Some(all), Value::Object(more)) = (mail.as_object_mut(), more) else { panic!("objects") };
    all.extend(more);
    serde_json::from_value(mail).expect("a message")
}

fn seen(found: &Found) -> Vec<(&str, Option<&str>, Option<&str>)> {
    found
        .people
        .iter()
        .map(|seen| (seen.address.as_str(), seen.name.as_deref(), seen.company.as_deref()))
        .collect()
}

#[test]
fn what_came_in_counts_for_everybody_outside_on_it() {
    let mail = mail(
        "inbox",
        "佐藤 花 Hana@mail.contoso.co.jp",
        &["田中 一郎 tanaka@own.co.jp", "鈴木 suzuki@sub.own.co.jp", "Bob b@gmail.com"],
        &["hana@mail.contoso.co.jp", "info@contoso.co.jp", "/O=X/CN=Y", "tanaka.ichiro@gmail.com"],
        json!({"replyTo": people(&["花 hana@private.example", "noreply@contoso.co.jp"])}),
    );
    let found = look_at(&mail, &owner()).expect("counts");
    assert_eq!(found.direction, Direction::Received);
    assert_eq!(found.at, "2026-11-22T08:30:00Z".parse().expect("an instant"));
    let contoso = Some("contoso.co.jp");
    assert_eq!(
        seen(&found),
        [
            ("hana@mail.contoso.co.jp", Some("佐藤 花"), contoso),
            ("hana@private.example", Some("花"), Some("private.example")),
            ("b@gmail.com", Some("Bob"), None),
        ]
    );
    let mut skipped = found.skipped.clone();
    skipped.sort_unstable();
    let expected = [
        Reason::NoReply,
        Reason::Role,
        Reason::Internal,
        Reason::Internal,
        Reason::Internal,
        Reason::NoAddress,
    ];
    assert_eq!(skipped, expected);
}

#[test]
fn what_was_sent_counts_for_to_cc_and_bcc() {
    let bcc = json!({"bccRecipients": people(&["c@contoso.com"])});
    let to = ["a@contoso.com", "A a@contoso.com"];
    for (folder, from) in [
        ("sentitems", "tanaka@own.co.jp"),
        ("archive", "TANAKA@own.co.jp"),
        // Sent for another mailbox, but from here.
        ("sentitems", "info@own.co.jp"),
    ] {
        let mail = mail(folder, from, &to, &["b@contoso.com"], bcc.clone());
        let found = look_at(&mail, &owner()).expect("counts");
        assert_eq!(found.direction, Direction::Sent, "{folder} {from}");
        assert_eq!(found.at, "2026-11-22T08:29:00Z".parse().expect("an instant"));
        let company = Some("contoso.com");
        assert_eq!(
            seen(&found),
            [
                ("a@contoso.com", Some("A"), company),
                ("b@contoso.com", None, company),
                ("c@contoso.com", None, company)
            ]
        );
    }
}

#[test]
fn colleagues_are_those_below_an_own_domain_that_not_anybody_gets_addresses_in() {
    let owner = owner();
    for (address, is_internal) in [
        ("suzuki@own.co.jp", true),
        ("suzuki@sales.own.co.jp", true),
        ("suzuki@own.onmicrosoft.com", true),
        ("suzuki@other.onmicrosoft.com", false),
        ("suzuki@gmail.com", false),
        ("tanaka.ichiro@gmail.com", true),
        ("suzuki@own.com", false),
        ("suzuki@notown.co.jp", false),
    ] {
        assert_eq!(owner.is_internal(&Address::parse(address).expect(address)), is_internal, "{address}");
    }
}

#[test]
fn a_mail_that_does_not_count_says_why() {
    let from = "hana@contoso.co.jp";
    let why =
        |folder: &str, more: Value| look_at(&mail(folder, from, &["tanaka@own.co.jp"], &[], more), &owner());
    for folder in ["drafts", "outbox", "junkemail", "deleteditems", "conversationhistory"] {
        assert_eq!(why(folder, json!({})), Err(Reason::Folder), "{folder}");
    }
    assert_eq!(why("inbox", json!({"isDraft": true})), Err(Reason::Draft));
    assert_eq!(why("inbox", json!({"createdDateTime": "2026-11-22T07:59:59Z"})), Err(Reason::BeforeLink));
    assert!(why("inbox", json!({"createdDateTime": null})).is_ok());
    let list = json!({"internetMessageHeaders": [{"name": "List-Id", "value": "<l.x>"}]});
    assert_eq!(why("inbox", list), Err(Reason::MailingList));
    let nobody = json!({"from": null, "sender": null});
    assert_eq!(why("inbox", nobody).map(|found| found.people.len()), Ok(0));
}
