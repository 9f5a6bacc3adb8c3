//! What keeps a whole tenant from working, as its admin sees it (peer row P12).

use accounts::{AppTokens, Link, TokenUse};
use http::Method;
use serde_json::{Value, json};
use surroundings::{CLIENT, clients};
use types::Feature;

use crate::world::{ADMIN, TENANT, World, user};

/// Two hours later a worker asks Microsoft for a token.
async fn work(world: &World, link: &Link) -> bool {
    world.pass(120);
    let (entra, _) = clients(&world.simulator.url, &world.simulator.clock());
    let tokens = AppTokens::new(world.accounts.clone(), entra, &surroundings::secrets()).expect("tokens");
    tokens.access_token(link, TokenUse::Work).await.is_ok()
}

async fn pages(world: &World) -> [String; 2] {
    let mut admin = world.admin().await;
    [admin.get("/console?lang=en").await.text, admin.get("/console/microsoft365?lang=en").await.text]
}

#[tokio::test]
async fn p12_a_tenant_that_stopped_is_shown_until_it_works_again() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts, Feature::Mail]).await;
    let tenant = TENANT.parse().expect("an id");
    let link = world.accounts.link_by_admin(&world.organization, &user("u1"), &tenant, Feature::Mail).await;
    let link = link.expect("linked");
    assert!(work(&world, &link).await);
    let [overview, tenants] = pages(&world).await;
    assert!(!overview.contains("has stopped") && !tenants.contains("class=\"outage\""), "all is well");

    // Entra does not take our credential: nobody in the tenant can help, and consent does not.
    world.simulator.register(&json!({"secrets": [{"value": "another"}]})).await;
    assert!(!work(&world, &link).await);
    let [overview, tenants] = pages(&world).await;
    let told =
        format!("Everything has stopped in tenant {TENANT}: Setten could not prove itself to Microsoft.");
    assert!(overview.contains(&told) && overview.contains("The provider of Setten"), "{overview}");
    assert!(overview.contains("chip-authentication-failed"), "its features need a look: {overview}");
    assert!(tenants.contains("class=\"outage\"") && tenants.contains("AADSTS7000215"), "{tenants}");
    world.simulator.register(&json!({})).await;
    assert!(work(&world, &link).await);
    let [overview, tenants] = pages(&world).await;
    assert!(!overview.contains("has stopped") && !tenants.contains("class=\"outage\""), "it is over");

    // The enterprise application was deleted: the page leads to the consent that mends it.
    let app = format!("tenants/{TENANT}/apps/{CLIENT}");
    world.simulator.control(Method::DELETE, &app, &Value::Null).await;
    assert!(!work(&world, &link).await);
    let [overview, tenants] = pages(&world).await;
    assert!(overview.contains("Your Microsoft 365 administrator"), "{overview}");
    let consent = format!("/console/microsoft365/tenants/{TENANT}/consent");
    let outage = tenants.split("class=\"outage\"").nth(1).expect("an outage");
    let (form, _) = outage.split_once("</form>").expect("a form");
    assert!(form.contains(&format!("action=\"{consent}\"")), "{form}");
    let fields = ["contacts", "mail"].map(|feature| ("feature", feature));
    for (name, feature) in fields {
        assert!(form.contains(&format!("name=\"{name}\" value=\"{feature}\"")), "{form}");
    }
    let mut admin = world.admin().await;
    let posted = admin.post(&consent, &fields).await;
    world.finish(admin.leaves(&posted).await, ADMIN).await;
    let [overview, tenants] = pages(&world).await;
    assert!(!overview.contains("has stopped") && !tenants.contains("class=\"outage\""), "it is mended");
}

#[tokio::test]
async fn p12_one_feature_that_lost_its_consent_stops_alone() {
    let world = World::new().await;
    world.consent(&world.organization, TENANT, &[Feature::Contacts, Feature::Mail]).await;
    let tenant = TENANT.parse().expect("an id");
    let link = world.accounts.link_by_admin(&world.organization, &user("u1"), &tenant, Feature::Mail).await;
    let role = format!("tenants/{TENANT}/apps/{CLIENT}/roles/Mail.Read");
    world.simulator.control(Method::DELETE, &role, &Value::Null).await;
    work(&world, &link.expect("linked")).await;
    let [overview, tenants] = pages(&world).await;
    assert!(overview.contains("Mail has stopped in tenant"), "{overview}");
    assert_eq!(overview.matches("chip-authentication-failed").count(), 1, "contacts go on: {overview}");
    let outage = tenants.split("class=\"outage\"").nth(1).expect("an outage");
    let (form, _) = outage.split_once("</form>").expect("a form");
    assert_eq!(form.matches("name=\"feature\"").count(), 1, "{form}");
    assert!(form.contains("value=\"mail\""), "{form}");
}
