//! People's own way, in a browser and in both languages: consent, linking, and what they read when it does
//! not work. Each page is photographed into `target/screens`.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::json;
use url::Url;

use crate::browser::{Browser, in_each_language};
use crate::stack::{Customer, Stack};

/// The administrator opens the consent page that the product's backend asked for, accepts, and knows the
/// organization.
async fn consent(browser: &Browser, customer: &Customer) -> Result<()> {
    browser.open(&customer.consent_page().await?).await?;
    browser.choose(&customer.administrator).await?;
    browser.click("#accept").await?;
    browser.arrives_at(asked(browser)).await?;
    browser.click("#confirm").await?;
    browser.arrives_at(consented(browser)).await
}

fn asked(browser: &Browser) -> &'static str {
    browser.text("ご自身の組織でよろしいですか", "Is this your organization?")
}

fn consented(browser: &Browser) -> &'static str {
    browser.text("組織がMicrosoft 365と連携しました", "Your organization is connected to Microsoft 365")
}

/// Whether the tenant has the grant, as the API tells.
async fn is_granted(customer: &Customer) -> Result<bool> {
    let tenant = customer.product.call(Method::GET, &format!("tenants/{}", customer.tenant), None).await?;
    Ok(tenant["grants"].get("contacts").is_some())
}

#[tokio::test]
async fn a10_a11_an_admin_consents_and_reads_that_the_organization_is_connected() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::new(&stack).await?;
        browser.open(&customer.consent_page().await?).await?;
        browser.picture("microsoft-accounts").await?;
        browser.choose(&customer.administrator).await?;
        browser.picture("microsoft-consent").await?;
        ensure!(!is_granted(&customer).await?, "nothing is granted before the admin accepts");
        browser.click("#accept").await?;
        browser.arrives_at(asked(browser)).await?;
        browser.picture("confirm-consent").await?;
        ensure!(!is_granted(&customer).await?, "nothing is granted before the admin has answered");
        browser.click("#confirm").await?;
        browser.arrives_at(consented(browser)).await?;
        browser.picture("consent-done").await?;
        let address = browser.address().await?;
        assert_eq!((address.path(), address.query()), ("/connect/result", None), "no code is left behind");
        ensure!(browser.read("dl.facts").await?.contains(&customer.tenant));
        ensure!(browser.read("ul.granted").await?.contains("Contacts.ReadWrite"));
        ensure!(is_granted(&customer).await?);
        switch_language(browser).await
    })
    .await
}

/// The switch shows the same page in the other language, and is remembered.
async fn switch_language(browser: &Browser) -> Result<()> {
    let (here, there) = (
        consented(browser),
        browser.text("Your organization is connected to Microsoft 365", "組織がMicrosoft 365と連携しました"),
    );
    browser.click(&format!("ul.languages a[lang={}]", browser.text("en", "ja"))).await?;
    browser.arrives_at(there).await?;
    let mut again = browser.address().await?;
    again.set_query(None);
    browser.open(&again).await?;
    browser.arrives_at(there).await?;
    browser.click(&format!("ul.languages a[lang={}]", browser.text("ja", "en"))).await?;
    browser.arrives_at(here).await
}

#[tokio::test]
async fn b02_a_user_links_and_finds_the_cards_in_outlook() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::consented(&stack).await?;
        let member = customer.user("sato").await?;
        member.put_many(12).await?;
        browser.open(&member.link_page().await?).await?;
        browser.choose(&member.address).await?;
        let linked = browser.text("Outlookの連絡先と連携しました", "Your Outlook contacts are linked");
        browser.arrives_at(linked).await?;
        browser.picture("link-done").await?;
        ensure!(browser.read("dl.facts").await?.contains(&member.address));
        assert_eq!(member.push().await?["last_push"]["created"], 12);
        look_into_outlook(browser, &member.address, &stack.file().simulator_url).await
    })
    .await
}

/// The mailbox as its owner sees it: our folder with the cards, one of them in full.
async fn look_into_outlook(browser: &Browser, address: &str, simulator: &str) -> Result<()> {
    let mailboxes = Url::parse(&format!("{simulator}/outlook"))?;
    browser.open(&mailboxes).await?;
    browser.picture("outlook-mailboxes").await?;
    browser.open(&Url::parse(&format!("{mailboxes}/{address}"))?).await?;
    let folders = browser.read("nav.folders").await?;
    ensure!(folders.contains("Setten") && folders.contains("12"), "{folders}");
    browser.click("nav.folders a:has(.number)").await?;
    browser.arrives_at("Setten").await?;
    // The first made-up person; see `xtask::made_up`.
    ensure!(browser.read("section.list").await?.contains("佐藤 健"));
    browser.picture("outlook-folder").await?;
    browser.click("section.list ul a").await?;
    let detail = browser.read("article.detail").await?;
    for part in ["株式会社", "営業本部", "@company", "03-", "090-", "丸の内"] {
        ensure!(detail.contains(part), "{part} is not in {detail}");
    }
    browser.picture("outlook-contact").await
}

#[tokio::test]
async fn r02_a_declined_consent_is_told_in_words() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::new(&stack).await?;
        browser.open(&customer.consent_page().await?).await?;
        browser.choose(&customer.administrator).await?;
        browser.click("#decline").await?;
        let declined =
            browser.text("アクセス許可が承諾されませんでした", "The permissions were not accepted");
        browser.arrives_at(declined).await?;
        browser.picture("consent-declined").await?;
        ensure!(!is_granted(&customer).await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a16_a_remembered_account_without_the_role_is_told_to_use_a_private_window() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::new(&stack).await?;
        let member = customer.account("sato", &[]).await?;
        browser.open(&customer.consent_page().await?).await?;
        browser.choose(&member).await?;
        browser.picture("microsoft-approval").await?;
        browser.click("#decline").await?;
        browser
            .arrives_at(
                browser.text(
                    "管理者アカウントでサインインしてください",
                    "Sign in with an administrator account",
                ),
            )
            .await?;
        browser.picture("not-admin").await?;
        let private = browser.text("シークレットウィンドウ", "private window");
        let steps = browser.read("ol.steps").await?;
        ensure!(steps.contains(private), "{steps}");
        ensure!(!is_granted(&customer).await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a17_a_user_before_the_consent_gets_a_message_for_the_admin() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::new(&stack).await?;
        customer.product.call(Method::PUT, &format!("tenants/{}", customer.tenant), None).await?;
        // The directory lets nobody but administrators consent, as most do.
        let policy = json!({"userConsent": "disabled"});
        let path = format!("tenants/{}", customer.tenant);
        customer.stack.simulator.call(Method::PATCH, &path, Some(&policy)).await?;
        let member = customer.user("sato").await?;
        browser.open(&member.link_page().await?).await?;
        browser.choose(&member.address).await?;
        browser.click("#decline").await?;
        browser
            .arrives_at(browser.text("管理者の承認が必要です", "An administrator must approve first"))
            .await?;
        browser.picture("admin-approval-required").await?;
        let message = browser.read("pre.copy").await?;
        ensure!(message.contains(&stack.file().client_id), "the admin finds the app by its id: {message}");
        assert_eq!(member.link().await?["status"], "not_linked");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn r45_the_account_of_a_colleague_is_asked_about_first() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::consented(&stack).await?;
        let (member, colleague) = (customer.user("sato").await?, customer.account("suzuki", &[]).await?);
        let asked = browser.text("このアカウントでよろしいですか", "Is this the right account?");
        let ask = async || -> Result<()> {
            browser.open(&member.link_page().await?).await?;
            browser.choose(&colleague).await?;
            browser.arrives_at(asked).await?;
            let facts = browser.read("dl.facts").await?;
            ensure!(facts.contains(&colleague) && facts.contains(&member.address), "{facts}");
            assert_eq!(member.link().await?["status"], "not_linked");
            Ok(())
        };
        ask().await?;
        browser.picture("confirm").await?;
        browser.click("#refuse").await?;
        browser
            .arrives_at(browser.text("ご本人のアカウントではありません", "This is not your own account"))
            .await?;
        browser.picture("wrong-account").await?;
        assert_eq!(member.link().await?["status"], "not_linked");
        ask().await?;
        browser.click("#confirm").await?;
        browser
            .arrives_at(browser.text("Outlookの連絡先と連携しました", "Your Outlook contacts are linked"))
            .await?;
        let link = member.link().await?;
        ensure!(link["status"] == "linked" && link["account"] == *colleague, "{link}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a12_two_permission_sets_are_asked_for_in_one_flow() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::new(&stack).await?;
        browser.open(&customer.consent_page_for(&["contacts", "mail"]).await?).await?;
        browser.choose(&customer.administrator).await?;
        ensure!(browser.read("body").await?.contains("Mail.Read"), "not the page of mail");
        browser.click("#accept").await?;
        // The administrator is signed in by now; the next page asks for the contacts alone.
        ensure!(!browser.read("body").await?.contains("Mail.Read"), "the same page again");
        browser.click("#decline").await?;
        browser.arrives_at(asked(browser)).await?;
        browser.click("#confirm").await?;
        browser.arrives_at(consented(browser)).await?;
        browser.picture("consent-done-in-part").await?;
        let refused = browser.read("section.refused").await?;
        ensure!(refused.contains(browser.text("Outlookの連絡先", "Outlook contacts")), "{refused}");
        ensure!(!is_granted(&customer).await?, "declined, and granted all the same");
        let tenant =
            customer.product.call(Method::GET, &format!("tenants/{}", customer.tenant), None).await?;
        ensure!(tenant["grants"].get("mail").is_some(), "{tenant}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn r02_a_forged_a_used_and_a_strangers_callback_are_refused() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::new(&stack).await?;
        let page = customer.consent_page().await?;
        let back = customer.at_microsoft(&page, &customer.administrator, "accept").await?;
        let with = |name: &str, value: &str| -> Result<Url> {
            let mut changed = back.clone();
            let pairs: Vec<(String, String)> = back.query_pairs().into_owned().collect();
            ensure!(pairs.iter().any(|(key, _)| key == name), "no {name} in {back}");
            let pairs = pairs.iter().map(|(key, old)| (key, if key == name { value } else { old.as_str() }));
            changed.query_pairs_mut().clear().extend_pairs(pairs);
            Ok(changed)
        };
        let state = back.query_pairs().find(|(name, _)| name == "state").context("no state")?.1.into_owned();
        let refused = async |url: &Url, name: &str, heading: &str| -> Result<()> {
            browser.open(url).await?;
            browser.arrives_at(heading).await?;
            browser.picture(name).await?;
            ensure!(!is_granted(&customer).await?, "{name}");
            Ok(())
        };
        let forged = browser.text("このリンクは正しいものではありません", "This link is not genuine");
        refused(&with("state", &state.replace('.', "x."))?, "state-forged", forged).await?;
        let stranger = browser.text("別の組織でサインインされました", "Another organization signed in");
        let elsewhere = uuid::Uuid::new_v4().to_string();
        refused(&with("tenant", &elsewhere)?, "wrong-tenant", stranger).await?;
        // The true callback comes too late now: the state was used up by the wrong one.
        let used = browser.text("この手続きはすでに使われています", "This sign-in was already used");
        refused(&back, "state-used", used).await?;
        browser.forget().await?;
        consent(browser, &customer).await
    })
    .await
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let nowhere = Url::parse(&format!("{}/connect/nowhere", stack.file().gateway_url))?;
        browser.open(&nowhere).await?;
        browser.arrives_at(browser.text("ページが見つかりません", "There is no page here")).await?;
        browser.picture("not-found").await?;
        ensure!(browser.has("footer").await?);
        Ok(())
    })
    .await
}
