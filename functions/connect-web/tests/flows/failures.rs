//! The link doctor's half that people meet on their way: after every failure the page says why, who must act, and
//! the exact step (features A16, A17, E07, E08, M02).

use reqwest::Method;
use reqwest::Url;
use serde_json::json;
use types::Feature;

use crate::world::{ADMIN, CLIENT, HANAKO, TENANT, World};

/// The forced refusals of a sign-in by their number: what the page says, who it names, and a part of the step.
const REFUSALS: [(u32, &str, &str, &str); 12] = [
    (50105, "Your account may not use this app yet", "admin", "Users and groups"),
    (50020, "This account belongs to another organization", "reader", "private window"),
    (700_016, "Your organization has not added this app yet", "admin", "save our tenant ID"),
    (7_000_112, "The app is switched off in your organization", "admin", "Enabled for users to sign-in?"),
    (7_000_222, "could not prove itself to Microsoft", "operator", "support"),
    (650_052, "Exchange Online is not part of your plan", "admin", "Your products"),
    (53003, "A security policy blocks this sign-in", "admin", "Sign-in logs"),
    (53000, "This device is not allowed", "reader", "company manages"),
    (50076, "Microsoft wants to check that it is you", "reader", "extra step"),
    (50057, "This account is switched off", "admin", "whether it should be enabled"),
    (90002, "No organization has this tenant ID", "reader", "36 characters"),
    (90033, "Microsoft", "nobody", "Wait"),
];

#[tokio::test]
async fn m02_after_a_refusal_the_page_says_why_who_must_act_and_the_exact_step() {
    let world = World::new().await;
    world.consented().await;
    for endpoint in ["authorize", "token"] {
        for (aadsts, heading, who, step) in REFUSALS {
            let error = json!({"tenantId": TENANT, "endpoint": endpoint, "aadsts": aadsts, "times": 5});
            world.control(Method::POST, "entra/errors", &error).await;
            let shown = world.link(Feature::Contacts, HANAKO).await;
            world.control(Method::DELETE, "entra/errors", &json!({})).await;
            assert!(shown.heading().contains(heading), "{endpoint} {aadsts}: {}", shown.heading());
            assert!(shown.text.contains(&format!("who-{who}")), "{endpoint} {aadsts}: {}", shown.text);
            assert!(shown.text.contains(step), "{endpoint} {aadsts}: {}", shown.text);
            if aadsts != 90033 || endpoint == "authorize" {
                assert!(
                    shown.text.contains(&format!("AADSTS{aadsts}")),
                    "{endpoint} {aadsts}: {}",
                    shown.text
                );
            }
            assert!(world.link_of(Feature::Contacts).await.is_none(), "{endpoint} {aadsts}");
        }
    }
}

#[tokio::test]
async fn a17_the_message_for_the_administrator_holds_a_page_that_works() {
    let world = World::new().await;
    let shown = world.link(Feature::Contacts, HANAKO).await;
    assert_eq!((shown.status, shown.heading()), (403, "An administrator must approve first"));
    let message = shown.between("<pre class=\"copy\"", "</pre>").replace("&#38;", "&").replace("&amp;", "&");
    let page = message.lines().find(|line| line.contains("/v2.0/adminconsent?")).expect("a page");
    let page: Url = page.trim().parse().expect("an address");
    // The other ways (E07, E08) and where to look (A17).
    for part in
        [CLIENT, "Enterprise applications", "User consent to apps", "Consent on behalf of your organization"]
    {
        assert!(message.contains(part), "{part} is not in {message}");
    }
    // Whoever gets it by mail is asked for whom it is.
    let asked = world.browse(&page, ADMIN, &["accept"]).await;
    assert_eq!(asked.heading(), "Is this your organization?", "{}", asked.text);
    let done = world.answer(asked.state(), "yes").await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(world.granted().await, [Feature::Contacts]);
    assert_eq!(world.link(Feature::Contacts, HANAKO).await.status, 200);
    // It worked once.
    let again = world.browse(&page, ADMIN, &["accept"]).await;
    assert_eq!(again.heading(), "This sign-in was already used");
}
