//! What was found is counted for the console's overview.

use accounts::Deed;

use crate::world::{USER, World, organization};

#[tokio::test]
async fn contact_points_are_counted_once_however_often_they_are_read() {
    let world = World::linked().await;
    let since = world.now();
    world.mail("inbox", "hana@fabrikam.co.jp", USER, 1).await;
    world.mail("inbox", "bob@fabrikam.co.jp", USER, 2).await;
    world.read().await;
    world.pass(5);
    world.mail("sentitems", USER, "jiro@fabrikam.co.jp", 3).await;
    world.read().await;
    world.pass(5);
    world.read().await;
    let hours = world.accounts.activity(&organization(), since).await.expect("read");
    let found = hours.iter().map(|hour| hour.count(Deed::ContactPoints)).sum::<u64>();
    assert_eq!(found, 3, "{hours:?}");
}
