//! The rows of the card push: B03 to B18, R11, R12, R14, R16, R17.

use std::collections::BTreeSet;

use accounts::{LinkStatus, News, SourceOrder};
use cards::{Change, Merged, Patch, Patched};
use serde_json::{Value, json};
use simulator::model::mailbox::CONTACTS;
use types::{Feature, UserId};
use xtask::made_up;

use crate::world::{FOLDER, World, address, card, graph_error, hanako, id, made_up_card, organization};

#[tokio::test]
async fn b02_b06_linking_makes_the_folder_at_once_even_without_a_card() {
    let world = World::linked().await;
    cards::queue_due(&world.accounts, &world.jobs).await.expect("queued");
    assert_eq!(world.work().await, 1, "a fresh link is due at once");
    assert_eq!(world.folders(), [FOLDER]);
    let link = world.standing().await;
    assert_eq!((link.status, link.last_success_at.is_some()), (LinkStatus::Linked, true));
}

#[tokio::test]
async fn b03_b18_changes_are_pushed_within_half_an_hour_by_themselves() {
    let world = World::linked().await;
    world.turn().await;
    world.put_many(2).await;
    assert_eq!(world.status().await.pending, 2);
    let mut minutes = 0;
    while world.contacts().len() < 2 {
        world.pass(1);
        minutes += 1;
        cards::queue_due(&world.accounts, &world.jobs).await.expect("queued");
        world.work().await;
        assert!(minutes <= 30, "not within the half hour");
    }
    let status = world.status().await;
    assert_eq!((status.cards, status.pending, status.last_push.created), (2, 0, 2));
}

#[tokio::test]
async fn b04_b07_r14_all_cards_go_and_nothing_outside_of_the_folder_is_touched() {
    let world = World::linked().await;
    let (other, now) = (world.make_folder("家族"), world.now());
    // The same person, made by the member.
    let own = json!({"givenName": "健", "surname": "佐藤", "emailAddresses": [{"address": "person0@company0.example"}]});
    let own = own.as_object().expect("an object").clone();
    for folder in [CONTACTS, other] {
        world.in_outlook(|mailbox| mailbox.add_contact(folder, own.clone(), now));
    }
    let outside = |world: &World| {
        world.in_outlook(|mailbox| {
            let of = |folder| mailbox.contacts_in(folder).map(|c| (c.number, c.change)).collect::<Vec<_>>();
            (of(CONTACTS), of(other))
        })
    };
    let before = outside(&world);
    world.put_many(45).await;
    world.turn().await;
    world.put("card-0000", made_up_card(0, 1)).await;
    world.delete("card-0001").await;
    world.turn().await;
    let cards: BTreeSet<Option<String>> = world.contacts().into_iter().map(|contact| contact.card).collect();
    assert_eq!((cards.len(), world.contacts().len()), (44, 44));
    assert_eq!(outside(&world), before);
}

#[tokio::test]
async fn b08_nothing_comes_back_from_outlook() {
    let world = World::linked().await;
    let family = json!({"family_name": "佐藤", "given_name": "健", "company": "青空商事", "memo": "展示会"});
    world.put("c", card(family.clone())).await;
    world.put("deleted", made_up_card(1, 0)).await;
    world.turn().await;
    let (contact, now) = (world.contact_of("c"), world.now());
    world.edit(contact.number, "jobTitle", json!("社長"));
    world.edit(contact.number, "personalNotes", json!(format!("{}\n犬の名はポチ", contact.notes())));
    let (folder, gone) = (world.folder_number(FOLDER), world.contact_of("deleted").number);
    world.in_outlook(|mailbox| {
        mailbox.add_contact(folder, Default::default(), now);
        mailbox.delete_contact(gone, now)
    });
    // Neither a look at everything, nor the update of another field, for which the contact is read.
    world.turn().await;
    world.hurry().await;
    let mut moved = family;
    moved["department"] = json!("営業部");
    world.put("c", card(moved.clone())).await;
    let status = world.turn().await;
    assert_eq!((status.cards, status.pending, status.last_push.updated), (2, 0, 1));
    let (cards, _) = world
        .cards
        .list(&organization(), &hanako(), &SourceOrder::default(), (100, None))
        .await
        .expect("a list");
    let cards: Vec<_> = cards.into_iter().map(|kept| kept.card).collect();
    assert_eq!(cards, [card(moved), made_up_card(1, 0)]);
}

#[tokio::test]
async fn b09_fields_in_scope_are_overwritten_and_others_left_alone() {
    let world = World::linked().await;
    world.put("c", made_up_card(0, 0)).await;
    world.turn().await;
    let contact = world.contact_of("c");
    for (property, value) in [
        ("jobTitle", "社長"),
        ("companyName", "ほか"),
        ("nickName", "ケン"),
        ("birthday", "1980-01-01T00:00:00Z"),
    ] {
        world.edit(contact.number, property, json!(value));
    }
    world.turn().await;
    assert_eq!(
        world.contact_of("c").text("jobTitle"),
        "社長",
        "nobody looks while the card is the same (R11)"
    );
    world.put("c", made_up_card(0, 1)).await;
    world.turn().await;
    let now = world.contact_of("c");
    let card = made_up_card(0, 1);
    assert_eq!(
        (Some(now.text("jobTitle")), Some(now.text("companyName"))),
        (card.title.as_deref(), card.company.as_deref())
    );
    assert_eq!(
        (now.text("nickName"), now.text("birthday")),
        ("ケン", "1980-01-01T00:00:00Z"),
        "not in scope"
    );
}

#[tokio::test]
async fn b09_a_contact_deleted_in_outlook_comes_back_when_its_card_changes() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    let now = world.now();
    for card in ["card-0000", "card-0001"] {
        let number = world.contact_of(card).number;
        world.in_outlook(|mailbox| mailbox.delete_contact(number, now));
    }
    world.put("card-0000", made_up_card(0, 1)).await;
    world.delete("card-0001").await;
    let status = world.turn().await;
    assert_eq!((status.pending, world.standing().await.status), (0, LinkStatus::Linked));
    let cards: BTreeSet<Option<String>> = world.contacts().into_iter().map(|contact| contact.card).collect();
    assert_eq!(cards, BTreeSet::from(["card-0000", "card-0002"].map(|card| Some(card.to_owned()))));
}

#[tokio::test]
async fn b05_b10_every_field_but_memo_and_tags_moves_its_contact_and_is_shown() {
    let world = World::linked().await;
    let phone = |kind: &str| json!({"kind": kind, "number": format!("{kind}-1")});
    let mut changed = json!({"family_name": "佐藤", "given_name": "健", "memo": "x", "tags": ["a"]});
    world.put("c", card(changed.clone())).await;
    world.turn().await;
    for (field, value, place, shown) in [
        ("family_name", json!("鈴木"), "/surname", "鈴木"),
        ("given_name", json!("葵"), "/givenName", "葵"),
        ("family_name_reading", json!("すずき"), "/yomiSurname", "すずき"),
        ("given_name_reading", json!("あおい"), "/yomiGivenName", "あおい"),
        ("full_name", json!("鈴木 葵 博士"), "/displayName", "博士"),
        ("company", json!("青空商事"), "/companyName", "青空商事"),
        ("company_reading", json!("あおぞらしょうじ"), "/yomiCompanyName", "あおぞらしょうじ"),
        ("department", json!("営業部"), "/department", "営業部"),
        ("title", json!("部長"), "/jobTitle", "部長"),
        ("emails", json!(["a@x.example"]), "/emailAddresses/0/address", "a@x.example"),
        ("phones", json!([phone("work")]), "/businessPhones/0", "work-1"),
        ("phones", json!([phone("work"), phone("mobile")]), "/mobilePhone", "mobile-1"),
        ("phones", json!([phone("work"), phone("home")]), "/homePhones/0", "home-1"),
        ("phones", json!([phone("work"), phone("fax")]), "/personalNotes", "FAX: fax-1"),
        ("address", json!({"city": "港区"}), "/businessAddress/city", "港区"),
        ("other_addresses", json!([{"city": "大阪市"}]), "/personalNotes", "大阪市"),
        ("urls", json!(["https://x.example"]), "/businessHomePage", "https://x.example"),
    ] {
        changed[field] = value;
        let before = world.contact_of("c");
        world.put("c", card(changed.clone())).await;
        world.turn().await;
        let now = world.contact_of("c");
        let text = now.properties.pointer(place).and_then(Value::as_str).unwrap_or_default();
        assert!(text.contains(shown), "{field}: {shown} is not at {place}: {}", now.properties);
        assert_eq!((now.number, now.change == before.change), (before.number, false), "{field}");
    }
}

#[tokio::test]
async fn b13_memo_tags_and_the_day_of_exchange_never_leave_and_trigger_nothing() {
    let world = World::linked().await;
    let with = |memo: &str, tags: Value| {
        let mut json = made_up::card(0, 0);
        (json["memo"], json["tags"], json["exchanged_on"]) = (json!(memo), tags, json!("2026-04-01"));
        card(json)
    };
    world.put("c", with("値引きの話はしない", json!(["最重要顧客"]))).await;
    world.turn().await;
    let shown = world.look("mailboxes/hanako@contoso.example").await.to_string();
    assert!(
        !shown.contains("値引き") && !shown.contains("最重要") && !shown.contains("2026-04-01"),
        "{shown}"
    );
    let calls = world.calls().await;
    world.put("c", with("やはり話す", json!([]))).await;
    let news = json!({"memo": "もう話した", "tags": ["済"]});
    world.patch("c", news).await;
    assert_eq!(world.status().await.pending, 0);
    world.turn().await;
    assert_eq!(world.calls().await, calls);
}

#[tokio::test]
async fn b11_of_two_merged_cards_one_contact_is_left_and_shows_both() {
    let world = World::linked().await;
    let old = json!({"family_name": "佐藤", "given_name": "健", "company": "青空商事", "emails": ["old@x.example"],
        "phones": [{"kind": "mobile", "number": "090-1"}], "memo": "展示会"});
    let new = json!({"family_name": "佐藤", "given_name": "健", "company": "北星工業", "emails": ["new@y.example"]});
    world.put("old", card(old)).await;
    world.put("new", card(new)).await;
    world.turn().await;
    let (kept, calls) = (world.contact_of("new"), world.calls().await);
    for (turn, expected) in [Merged::Merged, Merged::Unchanged].into_iter().enumerate() {
        let merged = world.cards.merge(&organization(), &hanako(), &id("old"), &id("new"), None).await;
        assert_eq!(merged.expect("merged"), expected, "{turn}");
    }
    let status = world.turn().await;
    assert_eq!((status.cards, status.last_push.deleted, status.last_push.updated), (1, 1, 1));
    assert!(world.calls().await > calls);
    let contacts = world.contacts();
    let [contact] = contacts.as_slice() else { panic!("{contacts:?}") };
    assert_eq!(contact.number, kept.number, "the same contact");
    assert_eq!((contact.text("companyName"), contact.text("mobilePhone")), ("北星工業", "090-1"));
    assert_eq!(contact.properties["emailAddresses"][1]["address"], "old@x.example");
    let card = world.card("new").await;
    assert_eq!(card.memo.as_deref(), Some("展示会"), "the memo is not lost");
}

#[tokio::test]
async fn b11_a_merge_that_cannot_be_is_refused_and_changes_nothing() {
    let world = World::linked().await;
    world.put_many(3).await;
    let merge = |from: &'static str, into: &'static str, result: Option<cards::Card>| {
        let world = &world;
        async move {
            let (from, into) = (id(from), id(into));
            let merged = world.cards.merge(&organization(), &hanako(), &from, &into, result.as_ref()).await;
            merged.map_err(|error| error.to_string())
        }
    };
    let missing = "there is no such card".to_owned();
    assert_eq!(merge("none", "card-0000", None).await, Err(missing.clone()));
    assert_eq!(merge("card-0000", "none", None).await, Err(missing));
    assert!(merge("card-0000", "card-0000", None).await.is_err());
    // The CRM says what comes out.
    let result = made_up_card(7, 0);
    assert_eq!(merge("card-0000", "card-0001", Some(result.clone())).await, Ok(Merged::Merged));
    let kept = world.card("card-0001").await;
    assert_eq!(kept, result);
    assert!(merge("card-0000", "card-0002", None).await.is_err(), "it went elsewhere");
    // Put again, it is a card again and can be merged again.
    world.put("card-0000", made_up_card(0, 0)).await;
    assert_eq!(merge("card-0000", "card-0002", None).await, Ok(Merged::Merged));
}

#[tokio::test]
async fn b12_news_change_many_cards_and_only_what_they_name() {
    let world = World::linked().await;
    world.put_many(200).await;
    world.turn().await;
    let patch = |json: Value| Patch(json.as_object().expect("an object").clone());
    let renamed = patch(json!({"company": "青空ホールディングス", "department": null}));
    let mut patches: Vec<_> = (0..150).map(|n| (id(&made_up::card_id(n)), renamed.clone())).collect();
    patches.push((id("none"), renamed.clone()));
    patches.push((id("card-0000"), patch(json!({"emails": ["nobody"]}))));
    patches.push((id("card-0001"), renamed.clone()));
    let results = world.cards.patch(&organization(), &hanako(), patches).await.expect("patched");
    assert!(results[..150].iter().all(|result| *result == Patched::Done(Change::Updated)));
    assert_eq!(results[150], Patched::NotFound);
    assert!(matches!(results[151], Patched::Invalid(_)));
    assert_eq!(results[152], Patched::Done(Change::Unchanged));
    let status = world.turn().await;
    assert_eq!((status.last_push.updated, status.last_push.created), (150, 0));
    let contact = world.contact_of("card-0042");
    assert_eq!((contact.text("companyName"), contact.text("department")), ("青空ホールディングス", ""));
    assert_eq!(Some(contact.text("jobTitle")), made_up_card(42, 0).title.as_deref());
}

#[tokio::test]
async fn b14_r14_every_contact_links_to_its_card_and_carries_our_key() {
    let world = World::linked().await;
    world.put_many(25).await;
    world.turn().await;
    for contact in world.contacts() {
        let card = contact.card.clone().expect("our key");
        let line = format!("Business card: https://crm.example/o1/hanako/cards/{card}");
        assert!(contact.notes().lines().any(|shown| shown == line), "{}", contact.notes());
    }
}

#[tokio::test]
async fn r11_turns_without_a_change_call_nobody_and_write_nothing() {
    let world = World::linked().await;
    world.put_many(45).await;
    world.turn().await;
    let (contacts, calls) = (world.contacts(), world.calls().await);
    for _ in 0..5 {
        world.turn().await;
    }
    world.put_many(45).await;
    let status = world.turn().await;
    assert_eq!((world.contacts(), world.calls().await), (contacts, calls));
    assert_eq!(status.last_push.created, 45, "the last push that did something is told of");
}

#[tokio::test]
async fn r12_a_lost_reply_leaves_one_contact_a_card() {
    let world = World::linked().await;
    world
        .fault(json!({"method": "POST", "path": "/contacts$", "nth": 25}), json!({"dropReply": true}), 1)
        .await;
    world.put_many(50).await;
    world.turn().await;
    assert!(world.contacts().len() >= 25, "the lost batch took effect");
    world.put("card-0021", made_up_card(21, 1)).await;
    world.delete("card-0022").await;
    world.turn().await;
    for method in ["PATCH", "DELETE"] {
        world.fault(json!({"method": method}), json!({"dropReply": true}), 1).await;
    }
    world.put("card-0003", made_up_card(3, 1)).await;
    world.delete("card-0004").await;
    world.turn().await;
    world.turn().await;
    let cards: BTreeSet<Option<String>> = world.contacts().into_iter().map(|contact| contact.card).collect();
    assert_eq!((world.contacts().len(), cards.len(), world.status().await.pending), (48, 48, 0));
    for number in [3, 21] {
        let contact = world.contact_of(&made_up::card_id(number));
        assert_eq!(Some(contact.text("jobTitle")), made_up_card(number, 1).title.as_deref());
    }
}

#[tokio::test]
async fn r16_one_poison_card_among_500_stops_no_other_and_is_listed() {
    let world = World::linked().await;
    let refusal = json!({"status": 400, "body": graph_error("ErrorInvalidPropertySet")});
    world.fault(json!({"method": "POST", "path": "/contacts$", "nth": 250}), refusal, 1).await;
    world.put_many(500).await;
    let status = world.turn().await;
    let refused = Vec::from_iter(status.refused);
    let [(poison, reason)] = refused.as_slice() else { panic!("{refused:?}") };
    assert_eq!((reason.as_str(), world.contacts().len()), ("ErrorInvalidPropertySet", 499));
    let calls = world.calls().await;
    world.turn().await;
    assert_eq!(world.calls().await, calls, "it is not tried for ever");
    let number: usize = poison.as_str().trim_start_matches("card-").parse().expect("a number");
    world.put(poison.as_str(), made_up_card(number, 1)).await;
    let status = world.turn().await;
    assert!(status.refused.is_empty() && world.contacts().len() == 500, "{status:?}");
}

#[tokio::test]
async fn r16_one_broken_user_stops_no_other_and_is_told_why() {
    let world = World::new().await;
    let members: Vec<UserId> =
        (0..12).map(|number| format!("member-{number:02}").parse().expect("an id")).collect();
    for member in &members {
        world.member(member).await;
        world.link(member).await;
        let cards = (0..3).map(|number| (id(&made_up::card_id(number)), made_up_card(number, 0)));
        world.cards.put(&organization(), member, cards.collect()).await.expect("written");
    }
    let refusal = json!({"status": 403, "body": graph_error("ErrorAccessDenied")});
    world.fault(json!({"mailbox": address(&members[4])}), refusal, 0).await;
    cards::queue_due(&world.accounts, &world.jobs).await.expect("queued");
    assert_eq!(world.work().await, members.len());
    for (number, member) in members.iter().enumerate() {
        let link = world.standing_of(member).await;
        let (status, reason, pushed) = match number {
            4 => (LinkStatus::NoPermission, Some("ErrorAccessDenied"), 0),
            _ => (LinkStatus::Linked, None, 3),
        };
        assert_eq!((link.status, link.reason.as_deref()), (status, reason), "{member}");
        assert_eq!(world.status_of(member).await.last_push.created, pushed, "{member}");
        assert_eq!(
            world.in_outlook_of(member, |mailbox| mailbox.contacts.len()),
            pushed as usize,
            "{member}"
        );
    }
}

#[tokio::test]
async fn a_push_that_did_something_is_told_to_the_crm_once() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.turn().await;
    world.turn().await;
    let untold = world.accounts.untold().await.expect("news");
    let pushes: Vec<u32> = untold
        .iter()
        .filter_map(|untold| match &untold.news {
            News::Push(push) => Some(push.created),
            _ => None,
        })
        .collect();
    assert_eq!(pushes, [3]);
    assert_eq!(world.accounts.due(Feature::Contacts).await.expect("an answer").len(), 0);
}

impl World {
    async fn patch(&self, card: &str, json: Value) {
        let patch = Patch(json.as_object().expect("an object").clone());
        let done = self.cards.patch(&organization(), &hanako(), vec![(id(card), patch)]).await;
        assert_eq!(done.expect("patched"), [Patched::Done(Change::Updated)]);
    }
}

#[tokio::test]
async fn b13_what_outlook_does_not_show_is_not_lost_when_others_write_at_once() {
    let world = World::linked().await;
    world.put("c1", made_up_card(1, 0)).await;
    let patch = async |field: &str, value: Value| {
        let change = Patch(serde_json::Map::from_iter([(field.to_owned(), value)]));
        let id = "c1".parse().expect("an id");
        let done = world.cards.patch(&organization(), &hanako(), vec![(id, change)]).await.expect("written");
        assert!(matches!(done[..], [Patched::Done(_)]), "{done:?}");
    };
    tokio::join!(
        patch("memo", json!("展示会")),
        patch("tags", json!(["重要"])),
        patch("exchanged_on", json!("2026-04-01")),
    );
    let card = world.card("c1").await;
    assert_eq!(card.memo.as_deref(), Some("展示会"));
    assert_eq!(card.tags, ["重要"]);
    assert!(card.exchanged_on.is_some());
}
