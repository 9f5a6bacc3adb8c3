//! The group that switches a feature on, chosen and removed in the console (peer row P14).

use accounts::{AccountsError, Role};
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

#[tokio::test]
async fn p14_what_cannot_be_saved_is_told_and_stays_to_be_read() {
    let world = World::new().await;
    let tenant: TenantId = TENANT.parse().expect("an id");
    let role = format!("tenants/{TENANT}/apps/{CLIENT}/roles/GroupMember.Read.All");
    world.consent(&world.organization, TENANT, &[Feature::Mail]).await;
    world.simulator.control(Method::PUT, &role, &json!({})).await;
    let mut admin = world.admin().await;
    // One more than may be excluded, each of whom is a member.
    let ids: Vec<String> = (0..501).map(|number| format!("m{number}")).collect();
    for id in &ids {
        let address = format!("{id}@contoso.example");
        world.put_user(&world.organization, id, &address, Role::Member).await;
    }
    let many = admin.post(PAGE, &[("group_id", GROUP), ("excluded", &ids.join("\n"))]).await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", many.text);
    assert!(many.text.contains("m500"), "what was typed is gone");
    let token = json!({"path": "/oauth2/v2.0/token"});
    world.simulator.fault(&token, &json!({"status": 503}), 0).await;
    let down = admin.post(PAGE, &[("group_id", GROUP), ("excluded", "m7")]).await;
    assert_eq!(down.status, StatusCode::SERVICE_UNAVAILABLE, "{}", down.text);
    assert!(down.text.contains(GROUP) && down.text.contains("m7"), "{}", down.text);
    world.simulator.heal().await;
    let stored = || world.accounts.audience(&world.organization, &tenant, Feature::Mail);
    assert!(matches!(stored().await, Err(AccountsError::NotFound(_))));
    let saved = admin.post(PAGE, &[("group_id", GROUP), ("excluded", &ids[1..].join("\n"))]).await;
    assert!(saved.location().starts_with(PAGE), "{}", saved.text);
    assert_eq!(stored().await.expect("an audience").record.audience.excluded_user_ids.len(), 500);
    // What the plan has no more is not offered.
    world.accounts.put_plan(&world.organization, &[Feature::Contacts].into()).await.expect("changed");
    let refused = admin.get(PAGE).await;
    assert!(!refused.status.is_success(), "{}", refused.text);
    let refused = admin.post(PAGE, &[("group_id", GROUP), ("excluded", "")]).await;
    assert!(!refused.status.is_redirection(), "{}", refused.text);
    assert_eq!(stored().await.expect("an audience").record.audience.excluded_user_ids.len(), 500);
}
