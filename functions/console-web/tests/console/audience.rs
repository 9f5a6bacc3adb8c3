//! The group that switches a feature on, chosen and removed in the console (peer row P14).

use accounts::AccountsError;
use http::{Method, StatusCode};
use serde_json::json;
use surroundings::CLIENT;
use types::{Feature, TenantId};

use crate::world::{ADMIN, MEMBER, TENANT, World};

const GROUP: &str = "6e0c7a1e-0000-4000-8000-000000000001";
const PAGE: &str = "/console/microsoft365/tenants/5e77e000-0000-4000-8000-000000000001/audiences/mail";

#[tokio::test]
async fn p14_an_admin_chooses_a_group_sees_it_and_removes_it() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let posted =
        admin.post("/console/microsoft365/tenants", &[("tenant_id", TENANT), ("feature", "mail")]).await;
    let consent = admin.leaves(&posted).await;
    world.finish(consent, ADMIN).await;
    let overview = admin.get("/console/microsoft365").await;
    assert!(overview.text.contains(PAGE), "the page leads there: {}", overview.text);
    let tenant: TenantId = TENANT.parse().expect("an id");
    let stored = || world.accounts.audience(&world.organization, &tenant, Feature::Mail);

    // Without the permission: what to do, and what was typed stays.
    let refused = admin.post(PAGE, &[("group_id", GROUP), ("excluded", MEMBER)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    assert!(
        refused.text.contains("GroupMember.Read.All") && refused.text.contains(GROUP),
        "{}",
        refused.text
    );
    assert!(matches!(stored().await, Err(AccountsError::NotFound(_))));
    let role = format!("tenants/{TENANT}/apps/{CLIENT}/roles/GroupMember.Read.All");
    world.simulator.control(Method::PUT, &role, &json!({})).await;

    for fields in [[("group_id", "sales"), ("excluded", "")], [("group_id", GROUP), ("excluded", "nobody")]] {
        let faulty = admin.post(PAGE, &fields).await;
        assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", faulty.text);
        assert!(faulty.text.contains("aria-invalid"), "{}", faulty.text);
    }
    let saved = admin.post(PAGE, &[("group_id", GROUP), ("excluded", MEMBER)]).await;
    assert!(saved.location().starts_with(PAGE), "{}", saved.location());
    let audience = stored().await.expect("an audience").record.audience;
    let excluded: Vec<&str> = audience.excluded_user_ids.iter().map(|id| id.as_str()).collect();
    assert_eq!((audience.group_id.as_str(), excluded), (GROUP, vec!["u1"]), "an address names the user");
    assert!(world.queues.queued("subscribe").iter().any(|job| job["tenant_id"] == TENANT), "read at once");
    let shown = admin.get(PAGE).await;
    assert!(shown.text.contains(GROUP) && shown.text.contains("u1"), "{}", shown.text);

    let removed = admin.post(&format!("{PAGE}/remove"), &[]).await;
    assert!(removed.location().starts_with(PAGE));
    assert!(matches!(stored().await, Err(AccountsError::NotFound(_))));
    assert_eq!(admin.get(removed.location()).await.status, StatusCode::OK);

    // Another organization's admin, and a member, see nothing of it.
    let mut other = world.signed_in(&world.other, "admin").await;
    assert_eq!(other.get(PAGE).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.post(PAGE, &[("group_id", GROUP)]).await.status, StatusCode::NOT_FOUND);
    let mut member = world.member().await;
    assert_eq!(member.get(PAGE).await.status, StatusCode::FORBIDDEN);
}
