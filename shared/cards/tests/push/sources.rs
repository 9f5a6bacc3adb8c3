//! P15: one contact of what several sources say of a person, the one first that the organization puts first.

use accounts::SourceOrder;
use cards::{CardsError, Change};
use serde_json::{Value, json};
use types::SourceId;

use crate::world::{World, card, hanako, id, organization};

fn source(name: &str) -> SourceId {
    name.parse().expect("a source")
}

impl World {
    async fn says(&self, name: &str, said: Value) -> Result<Change, CardsError> {
        self.cards.put_source(&organization(), &hanako(), &id("c"), &source(name), &card(said)).await
    }

    async fn takes_back(&self, name: &str) -> Result<(), CardsError> {
        self.cards.delete_source(&organization(), &hanako(), &id("c"), &source(name)).await
    }

    async fn order(&self, names: &[&str]) {
        let names: Vec<SourceId> = names.iter().map(|name| source(name)).collect();
        self.choose(|settings| settings.sources = names.try_into().expect("an order")).await;
    }

    fn shows(&self) -> [String; 3] {
        let contact = self.contact_of("c");
        ["companyName", "jobTitle", "mobilePhone"].map(|property| contact.text(property).to_owned())
    }
}

fn scanned() -> Value {
    json!({"family_name": "佐藤", "company": "青空商事", "title": "課長",
        "phones": [{"kind": "mobile", "number": "090-1"}], "memo": "展示会"})
}

fn recorded() -> Value {
    json!({"family_name": "佐藤", "company": "青空商事", "title": "部長", "emails": ["k@aozora.example"]})
}

#[tokio::test]
async fn p15_a_contact_shows_the_first_source_that_has_a_field_and_follows_each() {
    let world = World::linked().await;
    world.order(&["crm", "scanner"]).await;
    assert_eq!(world.says("scanner", scanned()).await.expect("written"), Change::Created);
    world.turn().await;
    assert_eq!(world.shows(), ["青空商事", "課長", "090-1"]);
    assert_eq!(world.says("crm", recorded()).await.expect("written"), Change::Created);
    assert_eq!(world.says("crm", recorded()).await.expect("written"), Change::Unchanged);
    let status = world.turn().await;
    assert_eq!((status.cards, status.last_push.updated, world.contacts().len()), (1, 1, 1));
    assert_eq!(world.shows(), ["青空商事", "部長", "090-1"]);
    assert_eq!(world.card("c").await.memo.as_deref(), Some("展示会"));
    // What counts less and is not seen writes nothing in Outlook.
    let before = world.contact_of("c");
    let mut rescanned = scanned();
    rescanned["title"] = json!("係長");
    assert_eq!(world.says("scanner", rescanned).await.expect("written"), Change::Updated);
    world.turn().await;
    assert_eq!(world.contact_of("c"), before);
    world.takes_back("crm").await.expect("taken back");
    world.turn().await;
    assert_eq!(world.shows(), ["青空商事", "係長", "090-1"]);
    assert!(matches!(world.takes_back("crm").await, Err(CardsError::NotFound)));
    world.takes_back("scanner").await.expect("taken back");
    let status = world.turn().await;
    assert_eq!((status.cards, world.contacts().len()), (0, 0), "with its last source the card goes");
}

#[tokio::test]
async fn p15_what_is_put_without_a_source_is_the_default_one() {
    let world = World::linked().await;
    world.says("directory", recorded()).await.expect("written");
    world.put("c", card(scanned())).await;
    world.turn().await;
    assert_eq!(world.shows(), ["青空商事", "課長", "090-1"], "before the others where nothing is chosen");
    let default = SourceOrder::DEFAULT;
    assert_eq!(world.says(default, scanned()).await.expect("written"), Change::Unchanged);
    let order = SourceOrder::default();
    let sources = world.cards.sources(&organization(), &hanako(), &id("c"), &order).await.expect("sources");
    let sources: Vec<(&str, &cards::Card)> =
        sources.iter().map(|kept| (kept.source.as_str(), &kept.card)).collect();
    assert_eq!(sources, [(default, &card(scanned())), ("directory", &card(recorded()))]);
    // Put again, what the other says stays; deleted, all of it goes.
    world.put("c", card(json!({"company": "北星工業"}))).await;
    assert_eq!(world.card("c").await.emails, ["k@aozora.example"]);
    world.delete("c").await;
    assert_eq!(world.turn().await.cards, 0);
    assert!(world.contacts().is_empty());
}

#[tokio::test]
async fn p15_another_order_reaches_what_is_pushed_and_the_same_one_calls_nobody() {
    let world = World::linked().await;
    world.says("scanner", scanned()).await.expect("written");
    world.says("crm", recorded()).await.expect("written");
    world.put_many(5).await;
    world.order(&["crm"]).await;
    world.turn().await;
    assert_eq!(world.shows(), ["青空商事", "部長", "090-1"]);
    let (contacts, calls) = (world.contacts(), world.calls().await);
    world.order(&["crm"]).await;
    world.turn().await;
    assert_eq!((world.contacts(), world.calls().await), (contacts, calls));
    world.order(&["scanner", "crm"]).await;
    assert_eq!(world.card("c").await.title.as_deref(), Some("課長"), "read in the new order at once");
    let status = world.turn().await;
    assert_eq!((status.last_push.updated, status.last_push.created, status.pending), (1, 0, 0));
    assert_eq!(world.shows(), ["青空商事", "課長", "090-1"]);
}

#[tokio::test]
async fn p15_b11_merged_cards_keep_what_each_source_said() {
    let world = World::linked().await;
    world.says("crm", recorded()).await.expect("written");
    world.put("old", card(scanned())).await;
    world.turn().await;
    let merged = world.cards.merge(&organization(), &hanako(), &id("old"), &id("c"), None).await;
    merged.expect("merged");
    world.order(&["crm"]).await;
    assert_eq!(world.turn().await.cards, 1);
    assert_eq!(world.shows(), ["青空商事", "部長", "090-1"]);
}

#[tokio::test]
async fn p15_a_card_has_so_many_sources_and_bytes_and_not_more() {
    let world = World::linked().await;
    for number in 0..4 {
        world.says(&format!("s{number}"), recorded()).await.expect("written");
    }
    assert!(matches!(world.says("s4", recorded()).await, Err(CardsError::TooManySources)));
    world.put("c", card(recorded())).await;
    let mut heavy = recorded();
    heavy["memo"] = json!("😀".repeat(10_000));
    heavy["urls"] = json!(vec!["😀".repeat(1_000); 10]);
    for number in 0..2 {
        world.says(&format!("s{number}"), heavy.clone()).await.expect("written");
    }
    assert!(matches!(world.says("s2", heavy.clone()).await, Err(CardsError::SourcesTooLarge)));
    world.put("c", card(heavy)).await;
    world.turn().await;
    assert_eq!(world.shows()[1], "部長");
}

#[tokio::test]
async fn p15_many_heavy_cards_at_once_take_more_than_one_transaction() {
    let world = World::linked().await;
    let heavy =
        json!({"company": "青空商事", "memo": "😀".repeat(10_000), "urls": vec!["😀".repeat(1_000); 10]});
    let name = |number: usize| id(&format!("c{number}"));
    for number in 0..50 {
        let (name, heavy) = (name(number), card(heavy.clone()));
        let put = world.cards.put_source(&organization(), &hanako(), &name, &source("crm"), &heavy).await;
        put.expect("written");
    }
    let light = (0..50).map(|number| (name(number), card(json!({"company": "北星工業"})))).collect();
    let changes = world.cards.put(&organization(), &hanako(), light).await.expect("written");
    assert_eq!(changes, vec![Change::Created; 50]);
}
