//! P13: which fields of a contact are the card's and which the user's, and that another choice reaches what is
//! already pushed.

use accounts::{ContactField, WriteMode, WriteModes};
use serde_json::{Value, json};

use crate::world::{Shown, World, card};

impl World {
    async fn mode(&self, fields: &[(ContactField, WriteMode)]) {
        let choose = |modes: WriteModes, (field, mode): &(ContactField, WriteMode)| modes.with(*field, *mode);
        self.choose(|settings| {
            settings.contact_fields = fields.iter().fold(settings.contact_fields, choose);
        })
        .await;
    }

    fn edit_of(&self, name: &str, property: &str, value: Value) {
        self.edit(self.contact_of(name).number, property, value);
    }
}

/// A card of every field.
fn sato(edition: usize) -> Value {
    json!({"family_name": "佐藤", "given_name": format!("健{edition}"), "family_name_reading": "さとう",
        "company": format!("青空商事{edition}"), "company_reading": "あおぞら", "department": format!("営業{edition}課"),
        "title": format!("課長{edition}"), "emails": [format!("k{edition}@aozora.example")],
        "phones": [{"kind": "work", "number": format!("03-{edition}")},
            {"kind": "mobile", "number": format!("090-{edition}")}],
        "address": {"region": "東京都", "city": format!("港区{edition}")},
        "urls": [format!("https://aozora{edition}.example")]})
}

/// What stands in a contact, one property for each field.
fn fields(contact: &Shown) -> Vec<Value> {
    let of = |pointer: &str| contact.properties.pointer(pointer).cloned().unwrap_or_default();
    [
        "/displayName",
        "/yomiSurname",
        "/companyName",
        "/jobTitle",
        "/emailAddresses/0/address",
        "/businessPhones/0",
        "/businessAddress/city",
        "/businessHomePage",
    ]
    .map(of)
    .into()
}

#[tokio::test]
async fn p13_each_field_can_be_left_to_the_user_and_nothing_is_sent_for_it() {
    let world = World::linked().await;
    world.mode(&ContactField::ALL.map(|field| (field, WriteMode::Leave))).await;
    world.put("c", card(sato(1))).await;
    world.turn().await;
    let contact = world.contact_of("c");
    assert_eq!(
        (contact.text("displayName"), contact.text("surname")),
        ("佐藤 健1", "佐藤"),
        "a contact has a name"
    );
    assert!(fields(&contact)[1..].iter().all(|value| value.is_null() || value == ""), "{contact:?}");
    world.edit_of("c", "companyName", json!("自分の会社"));
    let (before, calls) = (world.contact_of("c"), world.calls().await);
    world.put("c", card(sato(2))).await;
    let status = world.turn().await;
    assert_eq!((world.contact_of("c"), status.pending), (before, 0));
    // The folder is looked for; no contact is read or written.
    assert!(world.calls().await <= calls + 1);
}

#[tokio::test]
async fn p13_what_the_user_filled_in_stays_and_what_we_wrote_is_still_ours() {
    let world = World::linked().await;
    // What was pushed before the choice counts too.
    world.put("c", card(sato(1))).await;
    world.turn().await;
    world.edit_of("c", "jobTitle", json!("社長"));
    world.edit_of("c", "businessPhones", json!(["03-9999"]));
    world.edit_of("c", "department", json!(""));
    world.mode(&ContactField::ALL.map(|field| (field, WriteMode::Fill))).await;
    for edition in 2..4 {
        world.put("c", card(sato(edition))).await;
        world.turn().await;
        let contact = world.contact_of("c");
        let now = sato(edition);
        assert_eq!(
            (contact.text("jobTitle"), &contact.properties["businessPhones"]),
            ("社長", &json!(["03-9999"]))
        );
        assert_eq!(contact.text("companyName"), now["company"], "ours");
        assert_eq!(contact.text("department"), now["department"], "blank, so filled");
        assert_eq!(contact.text("mobilePhone"), now["phones"][1]["number"], "another kind of number");
        assert_eq!(contact.properties["emailAddresses"][0]["address"], now["emails"][0]);
        assert_eq!(contact.properties["businessAddress"]["city"], now["address"]["city"]);
    }
    // What the card lacks now goes where it was ours, and nowhere else.
    world.put("c", card(json!({"family_name": "佐藤"}))).await;
    world.turn().await;
    let contact = world.contact_of("c");
    assert_eq!((contact.text("companyName"), contact.text("jobTitle")), ("", "社長"));
}

#[tokio::test]
async fn p13_a_name_is_one_whole() {
    let world = World::linked().await;
    world.mode(&[(ContactField::Name, WriteMode::Fill)]).await;
    world.put("c", card(sato(1))).await;
    world.turn().await;
    world.edit_of("c", "surname", json!("サトウ"));
    world.put("c", card(sato(2))).await;
    world.turn().await;
    let contact = world.contact_of("c");
    let name = ["displayName", "surname", "givenName"].map(|part| contact.text(part));
    assert_eq!((name, contact.text("jobTitle")), (["佐藤 健1", "サトウ", "健1"], "課長2"));
}

#[tokio::test]
async fn p13_what_the_card_lacks_is_emptied_or_kept_as_chosen() {
    let world = World::linked().await;
    for (mode, expected) in [(WriteMode::KeepWhenBlank, "課長1"), (WriteMode::Overwrite, "")] {
        world.mode(&[(ContactField::Position, mode)]).await;
        world.put("c", card(sato(1))).await;
        world.turn().await;
        let mut without = sato(1);
        without.as_object_mut().expect("an object").remove("title");
        without["emails"] = json!([]);
        world.put("c", card(without)).await;
        world.turn().await;
        let contact = world.contact_of("c");
        assert_eq!(
            (contact.text("jobTitle"), &contact.properties["emailAddresses"]),
            (expected, &Value::Null)
        );
    }
}

#[tokio::test]
async fn p13_another_choice_reaches_what_is_pushed_and_writes_only_what_differs() {
    let world = World::linked().await;
    for name in ["a", "b", "c"] {
        world.put(name, card(sato(1))).await;
    }
    world.mode(&[(ContactField::Position, WriteMode::Fill)]).await;
    world.turn().await;
    world.edit_of("b", "jobTitle", json!("社長"));
    for name in ["a", "b"] {
        world.put(name, card(sato(2))).await;
    }
    let last = world.turn().await.last_push;
    assert_eq!((last.updated, world.contact_of("b").text("jobTitle")), (2, "社長"));
    let before = [world.contact_of("a"), world.contact_of("c")];
    // The card has the say again: of the three only one shows something else.
    world.mode(&[(ContactField::Position, WriteMode::Overwrite)]).await;
    let status = world.turn().await;
    assert_eq!((status.last_push.updated, status.pending), (1, 0));
    assert_eq!(world.contact_of("b").text("jobTitle"), "課長2");
    assert_eq!([world.contact_of("a"), world.contact_of("c")], before);
    // Choices that change nothing in Outlook write nothing there, and are not told as a push.
    let (contacts, calls) = (world.contacts(), world.calls().await);
    world.mode(&[(ContactField::Emails, WriteMode::Leave), (ContactField::HomePage, WriteMode::Fill)]).await;
    assert_eq!((world.turn().await.last_push, world.contacts()), (status.last_push, contacts));
    assert!(world.calls().await <= calls + 1, "the folder and no contact");
}

#[tokio::test]
async fn p13_r11_the_same_choice_again_calls_nobody() {
    let world = World::linked().await;
    world.mode(&[(ContactField::Emails, WriteMode::Fill)]).await;
    world.put_many(25).await;
    world.turn().await;
    let (contacts, calls) = (world.contacts(), world.calls().await);
    world.mode(&[(ContactField::Emails, WriteMode::Fill)]).await;
    world.put_many(25).await;
    world.turn().await;
    assert_eq!((world.contacts(), world.calls().await), (contacts, calls));
}

#[tokio::test]
async fn p13_what_is_read_costs_no_request_more_whatever_is_chosen() {
    let mut costs = Vec::new();
    for mode in [WriteMode::Overwrite, WriteMode::Fill] {
        let world = World::linked().await;
        world.mode(&ContactField::ALL.map(|field| (field, mode))).await;
        for number in 0..25 {
            world.put(&format!("c{number}"), card(sato(1))).await;
        }
        world.turn().await;
        for number in 0..25 {
            world.put(&format!("c{number}"), card(sato(2))).await;
        }
        let before = world.calls().await;
        assert_eq!(world.turn().await.last_push.updated, 25);
        costs.push(world.calls().await - before);
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test]
async fn p13_a_lost_reply_does_not_make_our_own_words_the_users() {
    let world = World::linked().await;
    world.mode(&ContactField::ALL.map(|field| (field, WriteMode::Fill))).await;
    world.put("c", card(sato(1))).await;
    world.turn().await;
    world.fault(json!({"method": "PATCH", "path": "/contacts/"}), json!({"dropReply": true}), 1).await;
    world.put("c", card(sato(2))).await;
    world.turn().await;
    world.put("c", card(sato(3))).await;
    world.turn().await;
    world.turn().await;
    assert_eq!(world.contact_of("c").text("companyName"), "青空商事3");
}
