//! A user's way: sign in once, linked at once, whatever the account is called, and out again without Microsoft.

use accounts::{AccountsError, LinkStatus};
use cards::CardsJob;
use reqwest::Method;
use serde_json::json;
use types::Feature;

use crate::world::{HANAKO, TENANT, World, hanako, organization, tenant};

#[tokio::test]
async fn b01_b02_a_user_signs_in_once_and_the_first_push_begins_at_once() {
    let world = World::new().await;
    world.consented().await;
    let shown = world.link(Feature::Contacts, HANAKO).await;
    assert_eq!((shown.status, shown.heading()), (200, "Your Outlook contacts are linked"));
    assert_eq!(shown.microsoft.len(), 1, "one page of Microsoft's");
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    assert_eq!((link.status, link.account.expect("an account").name.as_str()), (LinkStatus::Linked, HANAKO));
    let jobs = world.queues.take::<CardsJob>("cards");
    let [(_, job)] = jobs.as_slice() else { panic!("{jobs:?}") };
    assert_eq!((&job.organization_id, &job.user_id), (&organization(), &hanako()));
    // Where the queue is lost, the link is due all the same.
    let due = world.accounts.due(Feature::Contacts).await.expect("what is due");
    assert!(due.iter().any(|due| due.link.user_id == hanako()));
    // Calendars have nothing to push.
    world.link(Feature::Calendar, HANAKO).await;
    assert!(world.queues.take::<CardsJob>("cards").is_empty());
}

#[tokio::test]
async fn r01_after_the_consent_no_user_is_asked_again() {
    let world = World::new().await;
    world.consented().await;
    for _ in 0..2 {
        let started =
            world.connect.start_link(&organization(), &hanako(), &tenant(), Feature::Contacts, None).await;
        let mut page = started.expect("started").url;
        assert!(page.query().expect("a query").contains("prompt=select_account"), "{page}");
        // The account is chosen and nothing is answered: a consent page would stay.
        page.query_pairs_mut().append_pair("_sim_account", HANAKO);
        let reply = graph::http_client().get(page).send().await.expect("an answer");
        assert!(reply.status().is_redirection(), "a page was shown: {}", reply.status());
    }
}

#[tokio::test]
async fn b02_the_way_back_leads_where_the_user_came_from_and_nowhere_else() {
    let world = World::new().await;
    world.consented().await;
    let start = async |path| {
        let user = hanako();
        world.connect.start_link(&organization(), &user, &tenant(), Feature::Contacts, Some(path)).await
    };
    let page = start("/me?lang=en").await.expect("started").url;
    let shown = world.browse(&page, HANAKO, &[]).await;
    assert!(shown.text.contains("href=\"/me?lang=en\""), "{}", shown.text);
    for elsewhere in ["//evil.example", "https://evil.example/me", "/v1/users"] {
        assert!(matches!(start(elsewhere).await, Err(AccountsError::NotFound(_))), "{elsewhere}");
    }
    // A way that fails leads back as well.
    let page = start("/me").await.expect("started").url;
    let forced = json!({"tenantId": TENANT, "endpoint": "authorize", "aadsts": 53003});
    world.control(Method::POST, "entra/errors", &forced).await;
    let shown = world.browse(&page, HANAKO, &[]).await;
    assert!(shown.status == 403 && shown.text.contains("href=\"/me\""), "{}", shown.text);
}

#[tokio::test]
async fn r09_an_account_is_matched_by_any_of_its_names_and_stays_the_same_when_renamed() {
    let world = World::new().await;
    world.consented().await;
    let names = ["k.sato@contoso.example", "kenichi.sato@contoso.example", "sato-k@contoso.example"];
    world
        .account(&json!({"userPrincipalName": names[0], "mail": names[1], "proxyAddresses": [names[2]],
            "displayName": "佐藤 健一"}))
        .await;
    let mut ids = Vec::new();
    for known in names {
        world.user_known_as(&known.to_uppercase()).await;
        let shown = world.link(Feature::Contacts, names[0]).await;
        assert_eq!((shown.status, shown.heading()), (200, "Your Outlook contacts are linked"), "{known}");
        let link = world.link_of(Feature::Contacts).await.expect("a link");
        ids.push(link.account.expect("an account").object_id);
        world.accounts.unlink(&organization(), &hanako(), Feature::Contacts).await.expect("unlinked");
    }
    world.link(Feature::Contacts, names[0]).await;
    let object_id = rename(&world, names[0]);
    assert!(ids.iter().all(|id| *id == object_id), "{ids:?}");
    // Nothing that the product knows matches any more, but it is the account that is linked.
    world.pass(2 * 60 * 60);
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    world.tokens.access_token(&link).await.expect("the token is refreshed");
    let shown = world.link(Feature::Contacts, "renamed@contoso.example").await;
    assert_eq!((shown.status, shown.heading()), (200, "Your Outlook contacts are linked"));
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    let account = link.account.expect("an account");
    assert_eq!((account.object_id, account.name.as_str()), (object_id, "renamed@contoso.example"));
}

/// Renames an account altogether; its object id.
fn rename(world: &World, name: &str) -> String {
    let mut model = world.simulator.app().world();
    let user = model.directory.tenant_mut(TENANT).expect("there").user_mut(name).expect("there");
    user.user_principal_name = "renamed@contoso.example".to_owned();
    user.mail = Some("renamed.mail@contoso.example".to_owned());
    user.proxy_addresses.clear();
    user.id.clone()
}

#[tokio::test]
async fn r06_a_revoked_sign_in_is_unlinked_and_begun_anew_while_microsoft_fails() {
    let world = World::new().await;
    world.consented().await;
    world.link(Feature::Contacts, HANAKO).await;
    world.control(Method::POST, &format!("tenants/{TENANT}/users/{HANAKO}/revoke"), &json!({})).await;
    world.pass(2 * 60 * 60);
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    let dead = world.tokens.access_token(&link).await.expect_err("revoked");
    assert_eq!(dead.link_status().0, LinkStatus::ReconnectNeeded, "{dead:?}");
    // From here on every remote call fails.
    let fault = json!({"match": {}, "action": {"status": 503}, "times": 0});
    world.control(Method::POST, "faults", &fault).await;
    assert_eq!(world.tenant().await.grants.len(), 2, "the tenant is shown");
    assert_eq!(world.accounts.links(&organization(), &hanako()).await.expect("links").len(), 1);
    let shown = world.link(Feature::Contacts, HANAKO).await;
    assert!(shown.status >= 500, "Microsoft answered: {}", shown.text);
    assert_eq!(world.link_of(Feature::Contacts).await, Some(link), "the link is what it was");
    world.accounts.unlink(&organization(), &hanako(), Feature::Contacts).await.expect("unlinked");
    let started =
        world.connect.start_link(&organization(), &hanako(), &tenant(), Feature::Contacts, None).await;
    let page = started.expect("begun anew without Microsoft").url;
    world.control(Method::DELETE, "faults", &json!({})).await;
    let shown = world.browse(&page, HANAKO, &[]).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert_eq!(world.link_of(Feature::Contacts).await.expect("a link").status, LinkStatus::Linked);
}

#[tokio::test]
async fn r02_who_was_removed_while_signing_in_is_not_linked() {
    let world = World::new().await;
    world.consented().await;
    let started =
        world.connect.start_link(&organization(), &hanako(), &tenant(), Feature::Contacts, None).await;
    let page = started.expect("started").url;
    world.accounts.remove_tenant(&organization(), &tenant()).await.expect("removed");
    let shown = world.browse(&page, HANAKO, &[]).await;
    assert_eq!(shown.status, 400, "{}", shown.text);
    assert_eq!(world.link_of(Feature::Contacts).await, None);
}
