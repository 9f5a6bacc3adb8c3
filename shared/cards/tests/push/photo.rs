//! The picture of a card stands with its contact.

use cards::{CardsError, Photo};
use serde_json::json;

use crate::world::{World, graph_error, hanako, id, made_up_card, organization};

fn jpeg(content: u8, length: usize) -> Photo {
    let bytes = [vec![0xff, 0xd8, 0xff, 0xe0], vec![content; length]].concat();
    Photo::of(bytes).expect("a picture")
}

impl World {
    async fn picture(&self, card: &str, photo: Option<&Photo>) {
        let done = self.cards.put_photo(&organization(), &hanako(), &id(card), photo).await;
        done.expect("written");
    }

    /// How many pictures were sent.
    async fn pictures_sent(&self) -> usize {
        let url = format!("{}/_sim/traffic", self.simulator.url);
        let lines =
            graph::http_client().get(url).send().await.expect("an answer").text().await.expect("lines");
        let sent = |line: &&str| line.contains("/photo/$value") && line.contains("\"PUT\"");
        lines.lines().filter(sent).count()
    }
}

#[tokio::test]
async fn a_picture_is_pushed_once_a_change_and_goes_when_it_is_taken_away() {
    let world = World::linked().await;
    world.put_many(3).await;
    world.picture("card-0001", Some(&jpeg(1, 10_000))).await;
    let status = world.turn().await;
    assert_eq!((status.last_push.created, status.pending), (3, 0));
    assert_eq!(world.contact_of("card-0001").photo, Some(jpeg(1, 10_000).into_bytes()));
    assert_eq!(world.contact_of("card-0000").photo, None);
    // The same again, and changes of everything else, send none.
    world.picture("card-0001", Some(&jpeg(1, 10_000))).await;
    let calls = world.calls().await;
    world.turn().await;
    assert_eq!(world.calls().await, calls);
    world.put("card-0001", made_up_card(1, 1)).await;
    world.turn().await;
    assert_eq!(world.pictures_sent().await, 1);
    assert_eq!(world.contact_of("card-0001").photo, Some(jpeg(1, 10_000).into_bytes()));
    // Another one, the largest; alone.
    world.picture("card-0001", Some(&jpeg(2, Photo::MOST_BYTES - 4))).await;
    let status = world.turn().await;
    assert_eq!((status.last_push.updated, world.pictures_sent().await), (1, 2));
    assert_eq!(world.contact_of("card-0001").photo.map(|bytes| bytes.len()), Some(Photo::MOST_BYTES));
    world.picture("card-0001", None).await;
    world.turn().await;
    assert_eq!(world.contact_of("card-0001").photo, None);
    let gone = world.cards.photo(&organization(), &hanako(), &id("card-0001")).await;
    assert!(matches!(gone, Err(CardsError::NotFound)), "{gone:?}");
}

#[tokio::test]
async fn a_picture_that_is_late_comes_with_the_next_push_and_one_that_is_refused_is_told() {
    let world = World::linked().await;
    world.put_many(2).await;
    world.picture("card-0000", Some(&jpeg(1, 100))).await;
    world.fault(json!({"method": "PUT", "path": "photo"}), json!({"status": 500}), 0).await;
    let status = world.turn().await;
    assert_eq!((world.contacts().len(), status.pending), (2, 2), "the card stays open");
    assert_eq!(world.contact_of("card-0000").photo, None);
    world.heal().await;
    let status = world.turn().await;
    assert_eq!(status.pending, 0);
    assert!(world.contact_of("card-0000").photo.is_some());
    assert_eq!(world.contacts().len(), 2, "no contact twice");
    let refusal = json!({"status": 400, "body": graph_error("ErrorInvalidImage")});
    world.fault(json!({"method": "PUT", "path": "photo"}), refusal, 0).await;
    world.picture("card-0001", Some(&jpeg(2, 100))).await;
    let status = world.turn().await;
    assert_eq!(status.refused.get(&id("card-0001")).map(String::as_str), Some("ErrorInvalidImage"));
    let calls = world.calls().await;
    world.turn().await;
    assert_eq!(world.calls().await, calls, "it is not tried again unchanged");
    world.heal().await;
    world.picture("card-0001", Some(&jpeg(3, 100))).await;
    let status = world.turn().await;
    assert!(status.refused.is_empty() && world.contact_of("card-0001").photo.is_some(), "{status:?}");
}

#[tokio::test]
async fn a_deleted_card_takes_its_picture_along() {
    let world = World::linked().await;
    world.put("c", made_up_card(0, 0)).await;
    world.picture("c", Some(&jpeg(1, 100))).await;
    world.delete("c").await;
    let gone = world.cards.photo(&organization(), &hanako(), &id("c")).await;
    assert!(matches!(gone, Err(CardsError::NotFound)), "{gone:?}");
    let none = world.cards.put_photo(&organization(), &hanako(), &id("c"), Some(&jpeg(1, 100))).await;
    assert!(matches!(none, Err(CardsError::NotFound)), "{none:?}");
    world.turn().await;
    assert_eq!(world.contacts().len(), 0);
}
