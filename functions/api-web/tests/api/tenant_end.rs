//! The end of a tenant at the API (row A15): who is unlinked and who is not, whatever dies on the way, however
//! many they are.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings};
use aws::Key;
use axum::http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use subscriptions::{Ended, SubscriptionsJob, go_on_ending};
use types::SystemClock;

use crate::world::{Organization, Reply, TENANT, World};

const OTHER: &str = "5e77e000-0000-4000-8000-000000000002";

/// An organization with both tenants, whose admins granted mail.
async fn organization(world: &World, name: &str) -> Organization {
    let organization = world.organization(name).await;
    for tenant in [TENANT, OTHER] {
        world.put(&organization.key, &format!("/v1/tenants/{tenant}"), &json!({})).await.done();
        world.grant_mail_in(&organization, tenant).await;
    }
    organization
}

async fn world() -> World {
    let world = World::new().await;
    let tenant = json!({"tenantId": OTHER, "domain": "fabrikam.example", "displayName": "Fabrikam"});
    world.control("tenants", &tenant).await;
    world
}

/// A member's link as it lies in the store.
fn item(organization: &Organization, user: &str, feature: &str, tenant: &str) -> Value {
    json!({"pk": format!("ORGANIZATION#{}", organization.id), "sk": format!("LINK#{user}#{feature}"),
        "organization_id": organization.id, "user_id": user, "feature": feature, "status": "linked",
        "reason": null, "tenant_id": tenant, "account": {"object_id": format!("o-{user}"), "name": user},
        "linked_at": "2026-11-22T00:00:00Z", "last_success_at": null, "due_shard": format!("{feature}#0"),
        "due_at": 1})
}

/// Members who are linked, with tokens where they signed in themselves.
async fn linked(world: &World, organization: &Organization, links: &[(&str, &str, &str)]) {
    let table = world.aws().table("AccountsTable");
    let mut writes = Vec::new();
    for (user, feature, tenant) in links {
        writes.push(table.put(&item(organization, user, feature, tenant)).expect("an item"));
        let token = json!({"pk": format!("ORGANIZATION#{}", organization.id),
            "sk": format!("TOKEN#{user}#{feature}"), "sealed": "x", "refreshed_at": "2026-11-22T00:00:00Z"});
        writes.push(table.put(&token).expect("an item"));
    }
    table.write_many(writes).await.expect("written");
}

/// How the member's link stands, and whether there is a token.
async fn stands(world: &World, organization: &Organization, user: &str, feature: &str) -> (String, bool) {
    let partition = format!("ORGANIZATION#{}", organization.id);
    let table = world.aws().table("AccountsTable");
    let get = async |sk: String| table.get::<Value>(Key::new(partition.clone(), sk)).await.expect("read");
    let link = get(format!("LINK#{user}#{feature}")).await.expect("a link");
    let token = get(format!("TOKEN#{user}#{feature}")).await;
    (link["status"].as_str().expect("a status").to_owned(), token.is_some())
}

async fn delete(world: &World, organization: &Organization) -> Reply {
    world.send(&organization.key, Method::DELETE, &format!("/v1/tenants/{TENANT}"), &[], None).await
}

const IN_THE_TENANT: [(&str, &str, &str); 4] = [
    ("sato", "contacts", TENANT),
    ("sato", "mail", TENANT),
    ("suzuki", "mail", TENANT),
    ("suzuki", "calendar", TENANT),
];

fn ended() -> (String, bool) {
    ("unlinked".to_owned(), false)
}

/// For whose mail links the worker was told that they ended.
fn told(world: &World, organization: &Organization) -> Vec<String> {
    let jobs = world.queued("subscriptions").into_iter();
    let jobs = jobs.filter(|job| job["organization_id"] == organization.id && job["task"] == "remove");
    let mut users: Vec<String> =
        jobs.map(|job| job["user_id"].as_str().expect("a user").to_owned()).collect();
    users.sort();
    users.dedup();
    users
}

#[tokio::test]
async fn a15_the_removal_unlinks_everybody_in_that_tenant_and_nobody_else() {
    let world = world().await;
    let (ours, theirs) = (organization(&world, "A").await, organization(&world, "B").await);
    linked(&world, &ours, &IN_THE_TENANT).await;
    linked(&world, &ours, &[("kato", "mail", OTHER), ("kato", "contacts", OTHER)]).await;
    linked(&world, &theirs, &IN_THE_TENANT).await;
    assert_eq!(delete(&world, &ours).await.status, StatusCode::NO_CONTENT);
    for (user, feature, _) in IN_THE_TENANT {
        assert_eq!(stands(&world, &ours, user, feature).await, ended(), "{user} {feature}");
        assert_eq!(stands(&world, &theirs, user, feature).await, ("linked".to_owned(), true), "{user}");
    }
    for feature in ["mail", "contacts"] {
        assert_eq!(stands(&world, &ours, "kato", feature).await, ("linked".to_owned(), true), "{feature}");
    }
    assert_eq!((told(&world, &ours), told(&world, &theirs)), (vec!["sato".into(), "suzuki".into()], vec![]));
    let tenant =
        |organization: &Organization, tenant| (organization.key.clone(), format!("/v1/tenants/{tenant}"));
    for (key, path) in [tenant(&ours, OTHER), tenant(&theirs, TENANT)] {
        let left = world.get(&key, &path).await.done().json();
        assert_eq!((&left["ending"], left["grants"]["mail"].is_object()), (&Value::Null, true), "{left}");
    }
    // Once more: nothing is there, and nothing happens.
    let log = world.get(&ours.key, "/v1/audit?limit=100").await.done().text;
    assert_eq!(log.matches("tenant_removed").count(), 1, "{log}");
    delete(&world, &ours).await.problem(404, "not-found");
    assert_eq!(world.get(&ours.key, "/v1/audit?limit=100").await.done().text, log);
    assert_eq!(stands(&world, &ours, "kato", "mail").await.0, "linked");
    // And it can be registered anew.
    world.put(&ours.key, &format!("/v1/tenants/{TENANT}"), &json!({})).await.done();
}

#[tokio::test]
async fn a15_wherever_the_removal_is_cut_asking_again_finishes_it() {
    let world = world().await;
    for cut in (1..).flat_map(|nth| [(nth, false), (nth, true)]) {
        let nth = cut.0;
        let organization = organization(&world, &format!("cut at {cut:?}")).await;
        linked(&world, &organization, &IN_THE_TENANT).await;
        world.cut_at(Some(cut));
        let cut_off = delete(&world, &organization).await;
        world.cut_at(None);
        if cut_off.status == StatusCode::NO_CONTENT {
            assert!(nth > 12, "{nth} calls are few for four links");
            return;
        }
        assert!(cut_off.status.is_server_error(), "{cut:?}: {cut_off:?}");
        let again = delete(&world, &organization).await;
        assert!(
            [StatusCode::NO_CONTENT, StatusCode::NOT_FOUND].contains(&again.status),
            "{cut:?}: {again:?}"
        );
        for (user, feature, _) in IN_THE_TENANT {
            assert_eq!(
                stands(&world, &organization, user, feature).await,
                ended(),
                "{cut:?}: {user} {feature}"
            );
        }
        assert_eq!(
            told(&world, &organization),
            ["sato", "suzuki"],
            "{cut:?}: what Microsoft holds is taken back"
        );
        let gone = world.get(&organization.key, &format!("/v1/tenants/{TENANT}")).await;
        gone.problem(404, "not-found");
        let log = world.get(&organization.key, "/v1/audit?limit=100").await.done().text;
        assert_eq!(log.matches("tenant_removed").count(), 1, "{cut:?}: {log}");
    }
}

#[tokio::test]
async fn a15_what_is_too_much_for_a_request_goes_on_and_shows_how_far_it_came() {
    let world = world().await;
    let organization = organization(&world, "A").await;
    let names: Vec<String> = (0..1_600).map(|number| format!("u{number:04}")).collect();
    let links: Vec<_> = names.iter().map(|name| (name.as_str(), "mail", TENANT)).collect();
    linked(&world, &organization, &links).await;
    world.user(&organization, "late").await;
    let path = format!("/v1/tenants/{TENANT}");
    assert_eq!(delete(&world, &organization).await.status, StatusCode::ACCEPTED);
    let seen = world.get(&organization.key, &path).await.done().json();
    let so_far = seen["ending"]["unlinked"].as_u64().expect("a number");
    assert!((1..1_600).contains(&so_far) && seen["grants"] == json!({}), "{seen}");
    // From now on nobody is linked there any more.
    let key = &organization.key;
    let features = json!({"features": ["contacts"]});
    world.put(key, &path, &json!({})).await.problem(409, "tenant-ending");
    world.post(key, &format!("{path}/consent"), &features).await.problem(409, "tenant-ending");
    let late = json!({"email": "late@contoso.example", "display_name": "late", "tenant_id": TENANT});
    world.put(key, "/v1/users/late", &late).await.done();
    world.post(key, "/v1/users/late/links/contacts", &json!({})).await.problem(409, "tenant-ending");
    world.post(key, "/v1/users/late/links/mail", &json!({})).await.problem(409, "grant-missing");

    // The worker has time for two pages each time, and dies once.
    let accounts = Accounts::new(
        world.aws(),
        &AccountsSettings { table: "AccountsTable".to_owned() },
        Arc::new(SystemClock::ahead_by(SignedDuration::ZERO)),
    );
    let queue = world.queue("subscriptions");
    let mut before = so_far;
    for turn in 0.. {
        assert!(turn < 20, "it never ends");
        let job = world.queued("subscriptions").into_iter().rev().find(|job| job["pass"].is_number());
        let job = serde_json::from_value(job.expect("a job")).expect("a job");
        let SubscriptionsJob::EndTenant(job) = job else { panic!("{job:?}") };
        if turn == 1 {
            world.cut_at(Some((30, true)));
            go_on_ending(&accounts, &queue, job.clone(), || true).await.expect_err("it was cut");
            world.cut_at(None);
        }
        let mut pages = 0..2;
        if go_on_ending(&accounts, &queue, job, || pages.next().is_some()).await.expect("done") == Ended::Gone
        {
            break;
        }
        let seen = world.get(key, &path).await.done().json();
        let now = seen["ending"]["unlinked"].as_u64().expect("a number");
        assert!(now >= before, "{before} {seen}");
        before = now;
    }
    world.get(key, &path).await.problem(404, "not-found");
    assert_eq!(told(&world, &organization).len(), 1_600);
    for user in ["u0000", "u0799", "u1599"] {
        assert_eq!(stands(&world, &organization, user, "mail").await, ended(), "{user}");
    }
    world.put(key, &path, &json!({})).await.done();
}
