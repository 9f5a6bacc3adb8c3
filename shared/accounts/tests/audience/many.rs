//! More users than a job does, or reads, at once (peer row P14).

use accounts::AudienceStatus;
use serde_json::json;

use crate::world::{GROUP, TENANT, USERS, World, address, organization};

impl World {
    /// So many more users, who are all in the group.
    async fn crowd(&self, count: usize, name: &str) {
        let (table, mut writes) = (self.aws.table("AccountsTable"), Vec::new());
        for number in 0..count {
            let id = format!("c{number:03}");
            let user = json!({"pk": format!("ORGANIZATION#{}", organization()), "sk": format!("USER#{id}"),
                "id": id, "email": address(&id), "display_name": name, "tenant_id": null, "role": "member",
                "updated_at": "2026-11-22T10:00:00Z", "version": "v"});
            writes.push(table.put(&user).expect("an item"));
            let mut directory = self.microsoft.app().world();
            let tenant = directory.directory.tenant_mut(TENANT).expect("a tenant");
            let new = json!({"userPrincipalName": address(&id), "displayName": id});
            let added = tenant.add_user(serde_json::from_value(new).expect("a user")).expect("added");
            let id = added.id.clone();
            tenant.add_member(GROUP, &id).expect("a member");
        }
        // Together they may be more than a request takes.
        while !writes.is_empty() {
            table.write_many(writes.split_off(writes.len().saturating_sub(5))).await.expect("written");
        }
    }
}

#[tokio::test]
async fn p14_what_is_too_much_for_a_job_is_the_next_ones() {
    let world = World::new().await;
    world.crowd(410, "c").await;
    world.choose(&[]).await;
    let first = world.try_read(&organization()).await.expect("done");
    let begun = world.rows().await;
    assert!(first.has_more && (1..410).contains(&begun), "{begun} {first:?}");
    assert_eq!(world.standing().await.status, AudienceStatus::Waiting, "not everybody is seen to");
    world.read().await;
    assert_eq!((world.rows().await, world.standing().await.status), (410, AudienceStatus::Current));
}

#[tokio::test]
async fn p14_more_users_than_are_read_at_once_stop_the_audience_and_unlink_nobody() {
    let world = World::new().await;
    for who in USERS {
        world.enter(who).await;
    }
    world.choose(&[]).await;
    world.read().await;
    // Sixteen reads of a megabyte end before the users whose ids come last.
    world.crowd(60, &"x".repeat(300_000)).await;
    assert!(world.read().await.is_empty());
    let standing = world.standing().await;
    assert_eq!(
        (standing.status, standing.reason.as_deref()),
        (AudienceStatus::Stopped, Some("too_many_users"))
    );
    assert_eq!(world.on().await, USERS, "who was not read is no less in the group");
}
