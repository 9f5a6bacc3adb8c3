//! Links under a grant: made, stopped with it, made anew; and what stays untouched.

use super::*;
use crate::stage::{OTHER_TENANT, Stage, TENANT, tenant_of, user};

impl Stage {
    async fn link(&self, id: &str, tenant: &str, feature: Feature) -> Result<Link, AccountsError> {
        self.link_in(&self.organization, id, tenant, feature).await
    }

    pub(crate) async fn link_in(
        &self,
        organization: &OrganizationId,
        id: &str,
        tenant: &str,
        feature: Feature,
    ) -> Result<Link, AccountsError> {
        self.accounts.link_by_admin(organization, &user(id), &tenant_of(tenant), feature).await
    }

    async fn linked(&self, id: &str) -> Link {
        self.link(id, TENANT, Feature::Mail).await.expect("linked")
    }

    async fn revoke(&self) -> Vec<Link> {
        let tenant = tenant_of(TENANT);
        self.accounts.revoke_grant(&self.organization, &tenant, Feature::Mail).await.expect("revoked")
    }

    async fn read(&self, id: &str) -> Link {
        let link = self.accounts.link(&self.organization, &user(id), Feature::Mail).await;
        link.expect("read").expect("a link")
    }

    /// Who is due for mail.
    async fn due(&self) -> Vec<String> {
        let due = self.accounts.due(Feature::Mail).await.expect("due");
        let mut users: Vec<_> = due.into_iter().map(|due| due.link.user_id.to_string()).collect();
        users.sort();
        users
    }
}

fn account() -> Account {
    Account { object_id: "object-1".to_owned(), name: "sato@contoso.test".to_owned() }
}

#[tokio::test]
async fn without_the_tenants_grant_nobody_is_linked() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Contacts).await;
    stage.grant(&stage.organization, OTHER_TENANT, Feature::Mail).await;
    let another = "o2".parse().expect("an id");
    stage.furnish(&another).await;
    stage.grant(&another, TENANT, Feature::Mail).await;
    for (tenant, feature) in
        [(TENANT, Feature::Mail), (TENANT, Feature::Contacts), (OTHER_TENANT, Feature::Calendar)]
    {
        let error = stage.link("sato", tenant, feature).await.expect_err("linked");
        assert!(matches!(error, AccountsError::GrantMissing(missing) if missing == feature), "{error:?}");
    }
    assert!(matches!(
        stage.link("nobody", TENANT, Feature::Mail).await,
        Err(AccountsError::NotFound("user"))
    ));
    let links = stage.accounts.links(&stage.organization, &user("sato")).await.expect("links");
    assert_eq!((links, stage.due().await), (vec![], vec![]));
}

#[tokio::test]
async fn a_link_is_due_at_once_and_made_once() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    stage.advance(1);
    let link = stage.linked("sato").await;
    assert_eq!((link.status, link.account.as_ref()), (LinkStatus::Syncing, None));
    assert_eq!(stage.due().await, ["sato"]);
    stage.advance(1);
    assert_eq!(stage.linked("sato").await, link);
    let link = stage.accounts.note_account(&link, account()).await.expect("noted");
    stage.accounts.note_account(&link, account()).await.expect("noted again");
    stage.accounts.note_outcome(&link, LinkStatus::Linked, None).await.expect("noted");
    stage.advance(1);
    let again = stage.linked("sato").await;
    assert_eq!((again.account, again.linked_at), (Some(account()), link.linked_at));
    let (user_id, feature, tenant_id) = (user("sato"), Feature::Mail, tenant_of(TENANT));
    let expected = [
        Event::ConsentGranted {
            tenant_id: tenant_id.clone(),
            feature,
            account: "admin@contoso.test".to_owned(),
        },
        Event::UserLinkedByAdmin { user_id: user_id.clone(), feature, tenant_id },
        Event::AccountFound { user_id, feature, account: account().name },
    ];
    assert_eq!(stage.events().await, expected);
}

#[tokio::test]
async fn a_revoked_grant_stops_the_links_of_its_tenant_and_feature_only() {
    let stage = Stage::new().await;
    let another = "o2".parse().expect("an id");
    stage.furnish(&another).await;
    for (organization, tenant) in
        [(&stage.organization, TENANT), (&stage.organization, OTHER_TENANT), (&another, TENANT)]
    {
        stage.grant(organization, tenant, Feature::Mail).await;
    }
    stage.grant(&stage.organization, TENANT, Feature::Contacts).await;
    let sato = stage.linked("sato").await;
    stage.link("suzuki", OTHER_TENANT, Feature::Mail).await.expect("linked");
    let foreign = stage.link_in(&another, "sato", TENANT, Feature::Mail).await.expect("linked");
    for _ in 0..2 {
        let stopped = stage.revoke().await;
        assert_eq!(stopped.iter().map(|link| link.user_id.as_str()).collect::<Vec<_>>(), ["sato"]);
        stage.advance(1);
    }
    let stopped = stage.read("sato").await;
    assert_eq!(
        (stopped.status, stopped.reason.as_deref()),
        (LinkStatus::NoPermission, Some("grant_revoked"))
    );
    // What was under way when it was revoked changes nothing any more.
    stage.accounts.note_outcome(&sato, LinkStatus::Linked, None).await.expect("ignored");
    stage.accounts.bring_up_in(&sato, jiff::SignedDuration::ZERO).await.expect("ignored");
    let noted = stage.accounts.note_account(&sato, account()).await;
    assert!(matches!(noted, Err(AccountsError::NotFound("link"))), "{noted:?}");
    assert_eq!(stage.read("sato").await, stopped);
    // The other tenant's user, and the other organization's in the same tenant, go on.
    assert_eq!(stage.due().await, ["sato", "suzuki"]);
    let due = stage.accounts.due(Feature::Mail).await.expect("due");
    assert!(due.iter().any(|due| due.link == foreign));
    assert_eq!(stage.read("suzuki").await.status, LinkStatus::Syncing);
    let tenant = stage.accounts.tenant(&stage.organization, &tenant_of(TENANT)).await.expect("a tenant");
    assert!(tenant.grant(Feature::Mail).is_none() && tenant.grant(Feature::Contacts).is_some());
    assert!(tenant.grants[&Feature::Mail].revoked_at.is_some(), "kept for the clean-up");
    let is_revocation = |event: &Event| matches!(event, Event::GrantRevoked { .. });
    assert_eq!(stage.events().await.iter().filter(|event| is_revocation(event)).count(), 1);
}

#[tokio::test]
async fn after_a_new_consent_users_are_linked_anew() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    let before = stage.linked("sato").await;
    stage.revoke().await;
    let error = stage.link("sato", TENANT, Feature::Mail).await.expect_err("linked");
    assert!(matches!(error, AccountsError::GrantMissing(Feature::Mail)), "{error:?}");
    stage.advance(1);
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    assert_eq!((stage.due().await, stage.read("sato").await.status), (vec![], LinkStatus::NoPermission));
    let after = stage.linked("sato").await;
    assert_eq!((after.status, after.reason.as_deref()), (LinkStatus::Syncing, None));
    assert!(after.linked_at > before.linked_at);
    assert_eq!(stage.due().await, ["sato"]);
}

#[tokio::test]
async fn a_revoked_grant_takes_the_tokens_of_users_who_signed_in() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Contacts).await;
    let (organization, sato) = (&stage.organization, user("sato"));
    let link = Link {
        organization_id: organization.clone(),
        user_id: sato.clone(),
        feature: Feature::Contacts,
        status: LinkStatus::Linked,
        reason: None,
        tenant_id: tenant_of(TENANT),
        account: Some(account()),
        linked_at: stage.accounts.now(),
        last_success_at: None,
    };
    let key = || token_key(organization, &sato, Feature::Contacts);
    let mut writes = stage.accounts.link_writes(&link).expect("writes");
    let token = serde_json::json!({"sealed": "x"});
    writes.push(stage.accounts.table.put(&Stored::at(key(), token)).expect("a write"));
    stage.accounts.aws.transact(writes).await.expect("linked");
    let revoked = stage.accounts.revoke_grant(organization, &tenant_of(TENANT), Feature::Contacts).await;
    assert_eq!(revoked.expect("revoked"), [link]);
    let stopped = stage.accounts.link(organization, &sato, Feature::Contacts).await;
    assert_eq!(stopped.expect("read").map(|link| link.status), Some(LinkStatus::NoPermission));
    let token: Option<serde_json::Value> = stage.accounts.table.get(key()).await.expect("read");
    assert_eq!(token, None);
    assert!(stage.accounts.due(Feature::Contacts).await.expect("due").is_empty());
}

#[tokio::test]
async fn what_was_never_granted_cannot_be_revoked() {
    let stage = Stage::new().await;
    let revoked = stage.accounts.revoke_grant(&stage.organization, &tenant_of(TENANT), Feature::Mail).await;
    assert!(matches!(revoked, Err(AccountsError::NotFound("grant"))), "{revoked:?}");
    let another = "o2".parse().expect("an id");
    let revoked = stage.accounts.revoke_grant(&another, &tenant_of(TENANT), Feature::Mail).await;
    assert!(matches!(revoked, Err(AccountsError::NotFound("tenant"))), "{revoked:?}");
}

#[tokio::test]
async fn consents_given_at_the_same_time_are_all_kept() {
    let stage = Stage::new().await;
    let grants = Feature::ALL.map(|feature| stage.grant(&stage.organization, TENANT, feature));
    futures::future::join_all(grants).await;
    let tenant = stage.accounts.tenant(&stage.organization, &tenant_of(TENANT)).await.expect("a tenant");
    assert_eq!(tenant.grants.into_keys().collect::<Vec<_>>(), Feature::ALL);
}

#[tokio::test]
async fn a_removed_user_is_unlinked_in_the_same_step() {
    let stage = Stage::new().await;
    stage.grant(&stage.organization, TENANT, Feature::Mail).await;
    for id in ["sato", "suzuki"] {
        stage.linked(id).await;
    }
    let removed = stage.accounts.remove_user(&stage.organization, &user("sato")).await.expect("removed");
    assert_eq!(removed.iter().map(|link| link.feature).collect::<Vec<_>>(), [Feature::Mail]);
    assert_eq!(stage.due().await, ["suzuki"]);
    assert_eq!(stage.read("sato").await.status, LinkStatus::Unlinked, "kept for the clean-up");
    let again = stage.accounts.remove_user(&stage.organization, &user("sato")).await;
    assert!(matches!(again, Err(AccountsError::NotFound("user"))), "{again:?}");
    assert!(matches!(stage.link("sato", TENANT, Feature::Mail).await, Err(AccountsError::NotFound("user"))));
    let events = stage.events().await;
    let last = [
        Event::UserRemoved { user_id: user("sato") },
        Event::UserUnlinked { user_id: user("sato"), feature: Feature::Mail },
    ];
    assert!(last.iter().all(|event| events.contains(event)), "{events:?}");
}
