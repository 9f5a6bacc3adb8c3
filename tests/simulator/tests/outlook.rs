//! The mailbox pages.

use serde_json::{Map, Value, json};
use simulator::model::directory::{MailboxKind, NewTenant, NewUser};
use simulator::model::mailbox::{CONTACTS, ExtendedProperties, Photo};
use simulator::{Simulator, SimulatorOptions};

const USER: &str = "hanako@contoso.example";

async fn simulator() -> Simulator {
    let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
    {
        let mut world = simulator.app().world();
        let tenant = world
            .directory
            .add_tenant(NewTenant {
                domain: "contoso.example".to_owned(),
                display_name: "<Contoso>".to_owned(),
                ..NewTenant::default()
            })
            .expect("a tenant");
        for (name, mailbox) in [(USER, MailboxKind::Cloud), ("onprem@contoso.example", MailboxKind::OnPrem)] {
            let user = NewUser {
                user_principal_name: name.to_owned(),
                display_name: "佐藤 花子".to_owned(),
                mailbox,
                ..NewUser::default()
            };
            tenant.add_user(user).expect("a user");
        }
    }
    simulator
}

/// Puts contacts into a folder of their own; the numbers of the folder and of the last contact.
fn fill(simulator: &Simulator, contacts: &[Value]) -> (u64, u64) {
    let now = simulator.app().clock.now();
    let mut world = simulator.app().world();
    let id = world.directory.user(USER).expect("there").1.id.clone();
    let mailbox = world.mailboxes.entry(id).or_default();
    let folder =
        mailbox.add_folder(CONTACTS, "名刺".to_owned(), ExtendedProperties::default()).expect("a folder");
    let properties = |contact: &Value| contact.as_object().cloned().unwrap_or_else(Map::new);
    let numbers = contacts.iter().map(|contact| mailbox.add_contact(folder, properties(contact), now));
    (folder, numbers.last().unwrap_or_default())
}

async fn get(simulator: &Simulator, path: &str) -> (u16, String) {
    let http = reqwest::Client::builder().build().expect("a client");
    let response = http.get(format!("{}{path}", simulator.url)).send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("a body"))
}

#[tokio::test]
async fn mailboxes_are_listed_with_what_they_hold() {
    let simulator = simulator().await;
    fill(&simulator, &[json!({"displayName": "A"}), json!({"displayName": "B"})]);
    let (status, page) = get(&simulator, "/outlook").await;
    assert_eq!(status, 200);
    assert!(page.contains("2 contacts") && page.contains("On-premises mailbox"));
    assert!(page.contains("&#60;Contoso&#62;") && !page.contains("<Contoso>"));
}

#[tokio::test]
async fn a_simulator_without_tenants_says_what_to_do() {
    let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
    assert!(get(&simulator, "/outlook").await.1.contains("POST /_sim/tenants"));
    assert_eq!(get(&simulator, "/outlook/nobody@contoso.example").await.0, 404);
}

#[tokio::test]
async fn a_contact_is_shown_with_everything_it_holds() {
    let simulator = simulator().await;
    let contact = json!({
        "displayName": "山田 <太郎>", "surname": "山田", "givenName": "太郎", "yomiSurname": "ヤマダ",
        "yomiGivenName": "タロウ", "companyName": "株式会社サンプル", "yomiCompanyName": "サンプル",
        "department": "営業部", "jobTitle": "部長", "emailAddresses": [{"address": "taro@sample.example"}],
        "businessPhones": ["+81 3-1234-5678"], "mobilePhone": "090-1111-2222", "nickName": "たろちゃん",
        "businessAddress": {"postalCode": "100-0005", "city": "千代田区"}, "birthday": "1980-04-01T11:59:00Z",
        "businessHomePage": "javascript:alert(1)", "categories": ["展示会"],
        "personalNotes": "名刺: https://crm.example/cards/1",
    });
    let (folder, number) = fill(&simulator, &[contact]);
    let (status, page) =
        get(&simulator, &format!("/outlook/{USER}?folder={folder}&contact={number}&mkt=ja")).await;
    assert_eq!(status, 200);
    let there = [
        "ヤマダ タロウ",
        "株式会社サンプル",
        "営業部 部長",
        "mailto:taro@sample.example",
        "tel:+81312345678",
        "tel:09011112222",
        "たろちゃん",
        "〒100-0005",
        "1980-04-01",
        "展示会",
        "lang=\"ja\"",
        "<a href=\"https://crm.example/cards/1\"",
    ];
    for text in there {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
    assert!(!page.contains("<太郎>"), "names must be escaped");
    assert!(!page.contains("href=\"javascript:"), "only web addresses may be followed");
}

#[tokio::test]
async fn lists_can_be_searched_and_paged() {
    let simulator = simulator().await;
    let contacts: Vec<Value> =
        (0..150).map(|number| json!({"displayName": format!("Person {number:03}")})).collect();
    let (folder, _) = fill(&simulator, &contacts);
    let base = format!("/outlook/{USER}?folder={folder}");
    let (_, first) = get(&simulator, &base).await;
    assert!(first.contains("150 contacts") && first.contains("Person 099") && !first.contains("Person 100"));
    assert!(first.contains("rel=\"next\"") && !first.contains("rel=\"prev\""));
    let (_, second) = get(&simulator, &format!("{base}&page=2")).await;
    assert!(second.contains("Person 149") && second.contains("rel=\"prev\""));
    let (_, found) = get(&simulator, &format!("{base}&q=person+042")).await;
    assert!(found.contains("1 contact<") && found.contains("Person 042") && !found.contains("Person 043"));
    assert!(get(&simulator, &format!("{base}&q=xyz")).await.1.contains("No contact holds this text."));
    // A folder, contact or page that is gone shows what there is.
    assert_eq!(get(&simulator, &format!("/outlook/{USER}?folder=999&contact=999&page=99")).await.0, 200);
}

#[tokio::test]
async fn photos_are_served_only_as_pictures() {
    let simulator = simulator().await;
    let (_, number) = fill(&simulator, &[json!({"displayName": "A"})]);
    let path = format!("/outlook/{USER}/photos/{number}");
    assert_eq!(get(&simulator, &path).await.0, 404);
    for (content_type, status) in [("image/png", 200), ("text/html", 404), ("image/svg+xml", 404)] {
        let now = simulator.app().clock.now();
        let photo = Photo { content_type: content_type.to_owned(), bytes: b"x".to_vec() };
        let id = simulator.app().world().directory.user(USER).expect("there").1.id.clone();
        simulator.app().world().mailboxes.entry(id).or_default().change_contact(number, now, |contact| {
            contact.photo = Some(photo);
        });
        assert_eq!(get(&simulator, &path).await.0, status, "{content_type}");
    }
}
