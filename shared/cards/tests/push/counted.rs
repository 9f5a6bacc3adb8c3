//! What pushes did is counted for the console's overview.

use accounts::Deed;
use serde_json::json;

use crate::world::{World, card, organization};

#[tokio::test]
async fn b01_what_pushes_did_is_counted_for_the_organization() {
    let world = World::linked().await;
    let since = world.now();
    for name in ["a", "b", "c"] {
        world.put(name, card(json!({"family_name": name}))).await;
    }
    world.turn().await;
    world.put("a", card(json!({"family_name": "z"}))).await;
    world.delete("b").await;
    world.turn().await;
    // Nothing changed: nothing is counted again.
    world.turn().await;
    let hours = world.accounts.activity(&organization(), since).await.expect("read");
    let count = |deed| hours.iter().map(|hour| hour.count(deed)).sum::<u64>();
    let counts = [Deed::CardsCreated, Deed::CardsUpdated, Deed::CardsDeleted, Deed::CardsRefused].map(count);
    assert_eq!(counts, [3, 1, 1, 0], "{hours:?}");
}
