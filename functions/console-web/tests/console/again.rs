//! Buttons that are pressed again, since the first request died after it had begun.

use subscriptions::{SubscribeJob, Task};
use types::{Feature, TenantId};

use crate::world::{TENANT, World, user};

impl World {
    /// A member's mail was unlinked by a request that died before it could have the subscription taken back.
    async fn with_mail_half_unlinked(&self) {
        self.consent(&self.organization, TENANT, &[Feature::Mail]).await;
        let tenant: TenantId = TENANT.parse().expect("an id");
        let linked =
            self.accounts.link_by_admin(&self.organization, &user("u1"), &tenant, Feature::Mail).await;
        linked.expect("linked");
        self.accounts.unlink(&self.organization, &user("u1"), Feature::Mail).await.expect("unlinked");
    }

    /// Whether the subscription is taken back now.
    fn takes_back(&self) -> bool {
        let jobs = self.queues.take::<SubscribeJob>("subscribe");
        jobs.iter().any(|(_, job)| job.task == Task::Remove && job.user_id == user("u1"))
    }
}

#[tokio::test]
async fn b16_unlinking_again_takes_back_what_a_request_that_died_left() {
    let world = World::new().await;
    world.with_mail_half_unlinked().await;
    let mut member = world.member().await;
    let done = member.post("/me/links/mail/unlink", &[]).await;
    assert_eq!(done.location(), "/me?done=unlinked&what=mail");
    assert!(world.takes_back(), "the member presses again");
    let mut admin = world.admin().await;
    let form = [("user", "u1"), ("feature", "mail"), ("action", "unlink")];
    let done = admin.post("/console/users/links", &form).await;
    assert_eq!(done.location(), "/console/users?done=users-unlinked&count=0&skipped=1");
    assert!(world.takes_back(), "the admin presses again");
}
