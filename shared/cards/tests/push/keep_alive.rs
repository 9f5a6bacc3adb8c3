//! R03: a refresh token dies after 90 days without use. A link outlives that, with cards and without.

use accounts::LinkStatus;

use crate::world::{World, hanako, id, made_up_card, organization};
use xtask::made_up;

const DAY: u32 = 24 * 60;

#[tokio::test]
async fn r03_a_link_outlives_its_refresh_token_with_and_without_cards() {
    let world = World::linked().await;
    let idle = "idle".parse().expect("an id");
    world.member(&idle).await;
    world.link(&idle).await;
    let cards = (0..2).map(|number| (id(&made_up::card_id(number)), made_up_card(number, 0)));
    world.cards.put(&organization(), &idle, cards.collect()).await.expect("written");
    world.put_many(2).await;
    world.turn().await;
    for edition in 1..=20 {
        world.pass(10 * DAY);
        world.put("card-0000", made_up_card(0, edition)).await;
        world.turn().await;
        for member in [&hanako(), &idle] {
            let link = world.standing_of(member).await;
            assert_eq!((link.status, link.reason), (LinkStatus::Linked, None), "{member} on day {edition}0");
        }
    }
    assert_eq!(world.status_of(&idle).await.last_push.created, 2, "there was nothing to push");
    // The idle one's link is no mere word: a card still goes through.
    let card = vec![(id("late"), made_up_card(5, 0))];
    world.cards.put(&organization(), &idle, card).await.expect("written");
    world.turn().await;
    assert_eq!(world.in_outlook_of(&idle, |mailbox| mailbox.contacts.len()), 3);
}
