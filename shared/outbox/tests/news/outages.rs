//! What keeps a whole tenant from working is told to the CRM once, and once when it is over (peer row P12).

use std::sync::Arc;

use accounts::{AppTokens, Link, LinkStatus, News, Role, TokenUse};
use futures::future::join_all;
use jiff::SignedDuration;
use outbox::{EventKind, NewSecret};
use reqwest::Method;
use serde_json::{Value, json};
use surroundings::{CLIENT, Microsoft, clients};
use types::{Clock, Feature};

use crate::{
    signature::signed_by,
    world::{TENANT, World, secret_of, tenant},
};

const HOUR: SignedDuration = SignedDuration::from_hours(2);

/// The app registration with a secret that is not ours, as after one that ran out.
fn another_secret() -> Value {
    json!({"secrets": [{"value": "another"}]})
}

struct Stage {
    world: World,
    microsoft: Microsoft,
    links: Vec<Link>,
    hook: NewSecret,
}

impl Stage {
    /// An organization with so many linked users, and a CRM that wants to know of its tenants.
    async fn with_users(count: usize) -> Self {
        let (world, microsoft) = (World::new().await, Microsoft::with_tenant().await);
        microsoft.consent(Feature::Mail).await;
        let mut links = Vec::new();
        for number in 0..count {
            let id = format!("u{number:03}");
            world.put_user(&id, &id, Role::Member).await;
            links.push(world.linked(&id).await);
        }
        let hook = world.hook("crm", &[EventKind::OutageChanged, EventKind::GrantChanged]).await;
        Self { world, microsoft, links, hook }
    }

    /// Every link's worker asks for a token in one of four processes, and notes what came of it.
    async fn work(&self) {
        self.world.pass(HOUR);
        let clock: Arc<dyn Clock> = Arc::new(self.world.clock.clone());
        let process = || {
            let (entra, _) = clients(&self.microsoft.url, &clock);
            AppTokens::new(self.world.accounts.clone(), entra, &surroundings::secrets()).expect("tokens")
        };
        let processes = [process(), process(), process(), process()];
        let work = self.links.iter().enumerate().map(|(number, link)| {
            let tokens = &processes[number % processes.len()];
            async move {
                let known =
                    self.world.accounts.link(&link.organization_id, &link.user_id, link.feature).await;
                let known = known.expect("read").expect("a link");
                match tokens.access_token(&known, TokenUse::Work).await {
                    Ok(_) => self.world.note(&known, LinkStatus::Linked, None).await,
                    Err(error) => {
                        let (status, reason) = error.link_status();
                        self.world.note(&known, status, Some(&reason)).await;
                    }
                }
            }
        });
        join_all(work).await;
        // What is told of each link has tests of its own.
        let (accounts, aws) = (&self.world.accounts, &self.world.aws);
        let untold = accounts.untold().await.expect("read").into_iter();
        let of_links = untold.filter(|untold| matches!(untold.news, News::Link(_)));
        let taken =
            of_links.map(|untold| async move { aws.write(accounts.told(&untold)).await.expect("taken") });
        join_all(taken).await;
        self.world.settle().await;
    }

    /// The events since this was asked last, each verified.
    async fn events(&self) -> Vec<(String, Value)> {
        let received = self.world.received("crm").await;
        self.world.forget("crm").await;
        let event = |request: &crate::world::Received| {
            assert_eq!(signed_by(request, &secret_of(&self.hook)), [0], "{request:?}");
            let body: Value = serde_json::from_str(&request.body).expect("JSON");
            (body["type"].as_str().expect("a type").to_owned(), body["data"].clone())
        };
        received.iter().map(event).collect()
    }

    /// The only event since this was asked last: the status, the reason and the feature of an outage.
    async fn told(&self) -> (Value, Value, Value) {
        let events = self.events().await;
        let [(kind, data)] = events.as_slice() else { panic!("{} events: {events:?}", events.len()) };
        assert_eq!((kind.as_str(), &data["tenant_id"]), ("tenant.outage_changed", &json!(TENANT)), "{data}");
        assert!(data["since"].is_string() && data["organization_id"].is_string(), "{data}");
        (data["status"].clone(), data["reason"].clone(), data["feature"].clone())
    }

    async fn outage(&self) -> Option<String> {
        let tenant = self.world.accounts.tenant(&self.world.organization, &tenant()).await.expect("a tenant");
        tenant.outage.map(|outage| outage.reason)
    }
}

#[tokio::test]
async fn p12_a_refused_credential_is_one_event_for_two_hundred_users_and_one_when_it_is_mended() {
    let stage = Box::pin(Stage::with_users(200)).await;
    stage.work().await;
    assert!(stage.events().await.is_empty(), "all is well");
    stage.microsoft.register(&another_secret()).await;
    stage.work().await;
    assert_eq!(stage.told().await, (json!("broken"), json!("AADSTS7000215"), Value::Null));
    assert_eq!(stage.outage().await.as_deref(), Some("AADSTS7000215"));
    let status = stage
        .links
        .iter()
        .map(|link| stage.world.accounts.link(&link.organization_id, &link.user_id, link.feature));
    let failed = join_all(status).await.into_iter().filter(|link| {
        link.as_ref().expect("read").as_ref().is_some_and(|link| link.status == LinkStatus::Failed)
    });
    assert_eq!(failed.count(), 200, "each user's own link says so too");
    stage.work().await;
    assert!(stage.events().await.is_empty(), "it is known");
    stage.microsoft.register(&json!({})).await;
    stage.work().await;
    assert_eq!(stage.told().await, (json!("working"), json!("AADSTS7000215"), Value::Null));
    assert_eq!(stage.outage().await, None);
    stage.work().await;
    assert!(stage.events().await.is_empty(), "all is well");
}

#[tokio::test]
async fn p12_a_consent_that_was_removed_in_entra_is_told_with_what_it_concerns() {
    let stage = Box::pin(Stage::with_users(3)).await;
    let app = format!("tenants/{TENANT}/apps/{CLIENT}");
    for (path, reason, feature) in [
        // The enterprise application is deleted; one permission is taken away.
        (app.clone(), "AADSTS700016", Value::Null),
        (format!("{app}/roles/Mail.Read"), "consent_missing", json!("mail")),
    ] {
        stage.microsoft.control(Method::DELETE, &path, &Value::Null).await;
        stage.work().await;
        assert_eq!(stage.told().await, (json!("broken"), json!(reason), feature.clone()), "{path}");
        stage.work().await;
        assert!(stage.events().await.is_empty(), "{path}: it is known");
        stage.microsoft.consent(Feature::Mail).await;
        stage.work().await;
        assert_eq!(stage.told().await, (json!("working"), json!(reason), feature), "{path}");
    }
    stage.microsoft.control(Method::DELETE, &format!("tenants/{TENANT}"), &Value::Null).await;
    stage.work().await;
    assert_eq!(stage.told().await, (json!("broken"), json!("AADSTS90002"), Value::Null));
}

#[tokio::test]
async fn p12_a_grant_that_was_revoked_here_is_one_event_for_all_users() {
    let stage = Box::pin(Stage::with_users(200)).await;
    let (accounts, organization) = (&stage.world.accounts, &stage.world.organization);
    let stopped = accounts.revoke_grant(organization, &tenant(), Feature::Mail).await.expect("revoked");
    assert_eq!(stopped.len(), 200);
    stage.work().await;
    let expected = json!({"tenant_id": TENANT, "granted": [], "revoked": ["mail"], "tenant_removed": false,
        "organization_id": organization});
    assert_eq!(stage.events().await, [("tenant.grant_changed".to_owned(), expected)]);
    stage.work().await;
    assert!(stage.events().await.is_empty(), "nobody asks Entra any more");
    surroundings::grant_mail(&stage.world.aws, organization, TENANT, None).await;
    accounts.begin_tenant_end(organization, &tenant()).await.expect("begun");
    accounts.remove_tenant(organization, &tenant()).await.expect("removed");
    stage.world.settle().await;
    let expected = json!({"tenant_id": TENANT, "granted": [], "revoked": ["mail"], "tenant_removed": true,
        "organization_id": organization});
    assert_eq!(stage.events().await, [("tenant.grant_changed".to_owned(), expected)]);
}
