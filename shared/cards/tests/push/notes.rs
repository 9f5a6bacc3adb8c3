//! M09, P13, R15: the notes hold what found no slot and the link to the card, and what the user wrote stays.

use serde_json::json;
use types::Language;

use crate::world::{World, card, made_up_card};

const LINE_JA: &str = "▼ この行から下は自由にお書きください。名刺が更新されても残ります。";
const LINE_EN: &str = "▼ Write below this line. It stays when the card is updated.";

#[tokio::test]
async fn m09_what_the_user_wrote_below_the_line_survives_every_update() {
    let world = World::linked().await;
    world.choose(|settings| settings.language = Language::Ja).await;
    world.put("c", made_up_card(0, 0)).await;
    world.turn().await;
    let link = "名刺: https://crm.example/o1/hanako/cards/c";
    let contact = world.contact_of("c");
    assert_eq!(contact.notes(), format!("{link}\n{LINE_JA}"));
    // As Outlook writes it: at the end, and a line at the very top.
    let written = format!("先に電話\r\n{link}\r\n{LINE_JA}\r\n\r\n次回は見積もりの件\r\n犬の名はポチ\r\n");
    world.edit(contact.number, "personalNotes", json!(written));
    for edition in 1..4 {
        world.put("c", made_up_card(0, edition)).await;
        world.turn().await;
        let now = world.contact_of("c");
        assert_eq!(now.text("jobTitle"), made_up_card(0, edition).title.expect("a title"));
        assert_eq!(now.notes(), format!("{link}\n{LINE_JA}\n先に電話\n次回は見積もりの件\n犬の名はポチ"));
    }
}

#[tokio::test]
async fn m09_what_is_written_while_the_card_is_pushed_is_not_lost() {
    let world = World::linked().await;
    world.put("c", made_up_card(0, 0)).await;
    world.turn().await;
    let contact = world.contact_of("c");
    world.put("c", made_up_card(0, 1)).await;
    // The notes are read, and before they are written the user saves the contact.
    world.fault(json!({"method": "PATCH", "path": "/contacts/"}), json!({"delayMs": 1_500}), 1).await;
    let user = async {
        while world.look("faults").await["faults"][0]["struck"] != 1 {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let notes = format!("{}\n犬の名はポチ", contact.notes());
        world.edit(contact.number, "personalNotes", json!(notes));
    };
    tokio::join!(world.turn(), user);
    let now = world.contact_of("c");
    assert_eq!(now.text("jobTitle"), made_up_card(0, 1).title.expect("a title"));
    assert!(now.notes().ends_with("\n犬の名はポチ"), "{}", now.notes());
}

#[tokio::test]
async fn m09_a_contact_found_after_a_lost_reply_keeps_what_the_user_wrote() {
    let world = World::linked().await;
    world.fault(json!({"method": "POST", "path": "/contacts$"}), json!({"dropReply": true}), 1).await;
    world.put("c", made_up_card(0, 0)).await;
    world.turn().await;
    let contact = world.contact_of("c");
    world.edit(contact.number, "personalNotes", json!("犬の名はポチ"));
    world.turn().await;
    let now = world.contact_of("c");
    assert_eq!(now.number, contact.number);
    assert!(now.notes().ends_with(&format!("{LINE_EN}\n犬の名はポチ")), "{}", now.notes());
}

#[tokio::test]
async fn m09_notes_that_cannot_be_read_are_not_overwritten() {
    let world = World::linked().await;
    world.put("c", made_up_card(0, 0)).await;
    world.turn().await;
    let contact = world.contact_of("c");
    world.edit(contact.number, "personalNotes", json!("犬の名はポチ"));
    world.fault(json!({"method": "GET", "path": "personalNotes"}), json!({"status": 500}), 0).await;
    world.put("c", made_up_card(0, 1)).await;
    world.turn().await;
    assert_eq!(world.contact_of("c").notes(), "犬の名はポチ");
    world.heal().await;
    world.turn().await;
    assert!(world.contact_of("c").notes().ends_with("犬の名はポチ"));
    assert_eq!(world.contact_of("c").text("jobTitle"), made_up_card(0, 1).title.expect("a title"));
}

#[tokio::test]
async fn r15_what_finds_no_slot_stands_in_the_notes_in_the_organizations_language() {
    let world = World::linked().await;
    let emails: Vec<String> = (1..=5).map(|number| format!("ken{number}@aozora.example")).collect();
    let numbers = |kind: &str, count: usize| {
        let number = move |n| json!({"kind": kind, "number": format!("{kind}-{n}")});
        (1..=count).map(number).collect::<Vec<_>>()
    };
    let phones = [numbers("work", 4), numbers("mobile", 2), numbers("home", 3), numbers("fax", 1)].concat();
    let full = json!({"family_name": "佐藤", "emails": emails, "phones": phones,
        "other_addresses": [{"text": "大阪府大阪市北区梅田1"}], "urls": ["https://a.example", "https://b.example"]});
    for (language, labels, line) in [
        (Language::Ja, ["電話", "携帯", "自宅", "FAX", "メール", "住所", "URL", "名刺"], LINE_JA),
        (
            Language::En,
            ["Phone", "Mobile", "Home", "FAX", "E-mail", "Address", "URL", "Business card"],
            LINE_EN,
        ),
    ] {
        world.choose(|settings| settings.language = language).await;
        let name = language.tag();
        world.put(name, card(full.clone())).await;
        let status = world.turn().await;
        assert!(status.refused.is_empty(), "{status:?}");
        let contact = world.contact_of(name);
        let slots = |name: &str| contact.properties[name].as_array().expect("a list").len();
        assert_eq!([slots("emailAddresses"), slots("businessPhones"), slots("homePhones")], [3, 2, 2]);
        let [phone, mobile, home, fax, email, address, url, card] = labels;
        let expected = [
            format!("{phone}: work-3"),
            format!("{phone}: work-4"),
            format!("{mobile}: mobile-2"),
            format!("{home}: home-3"),
            format!("{fax}: fax-1"),
            format!("{email}: ken4@aozora.example"),
            format!("{email}: ken5@aozora.example"),
            format!("{address}: 大阪府 大阪市北区 梅田1"),
            format!("{url}: https://b.example"),
            format!("{card}: https://crm.example/o1/hanako/cards/{name}"),
            line.to_owned(),
        ];
        assert_eq!(contact.notes().lines().collect::<Vec<_>>(), expected);
    }
}
