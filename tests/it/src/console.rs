//! The console in a browser, in both languages: from an organization without anything to cards that its members
//! see in Outlook. Each page is photographed into `target/screens`.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::json;
use tokio::time::{Duration, Instant, sleep};
use url::Url;

use crate::browser::{Browser, in_each_language};
use crate::stack::{Customer, Member, Stack};

/// How long cards may take to be in Outlook on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// The member who manages the connection: the tenant's administrator.
pub(crate) const BOSS: &str = "boss";

/// An organization with an admin and nothing else.
pub(crate) async fn empty(stack: &Stack) -> Result<Customer> {
    let customer = Customer::new(stack).await?;
    let boss = json!({"email": customer.administrator, "display_name": "管理 太郎", "role": "admin"});
    customer.product.call(Method::PUT, &format!("users/{BOSS}"), Some(&boss)).await?;
    Ok(customer)
}

/// A one-time link into the console, as the product asks for it.
pub(crate) async fn portal_link(customer: &Customer, user: &str, page: &str) -> Result<Url> {
    let body = json!({"user_id": user, "page": page});
    let made = customer.product.call(Method::POST, "portal-links", Some(&body)).await?;
    Ok(made["url"].as_str().context("a link without an address")?.parse()?)
}

/// The page of our own site at that path.
pub(crate) fn page(stack: &Stack, path: &str) -> Result<Url> {
    Ok(Url::parse(&stack.file().gateway_url)?.join(path)?)
}

/// Through Microsoft's pages as this account, accepting whatever is asked, until we are back at `end`.
pub(crate) async fn through_microsoft(browser: &Browser, account: &str, end: &str) -> Result<()> {
    let started = Instant::now();
    while browser.address().await?.path() != end {
        ensure!(started.elapsed() < PATIENCE, "still at {}", browser.address().await?);
        if browser.has("#accept").await? {
            browser.click("#accept").await?;
        } else if browser.has("button.account").await? {
            browser.choose(account).await?;
        }
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// Back from the result page to where the person came from.
async fn go_back(browser: &Browser, path: &str) -> Result<()> {
    browser.click(&format!("a[href$=\"{path}\"]")).await?;
    browser.waits_for("main.page h1").await?;
    ensure!(browser.address().await?.path() == path, "{}", browser.address().await?);
    Ok(())
}

/// The admin: a tenant, and both consents in one save (features A06 to A12, M01).
async fn connect(browser: &Browser, stack: &Stack, customer: &Customer) -> Result<()> {
    let link = portal_link(customer, BOSS, "console").await?;
    browser.open(&link).await?;
    browser.waits_for(".side a[href=\"/console/microsoft365\"]").await?;
    browser.picture("console-empty").await?;
    browser.click(".side a[href=\"/console/microsoft365\"]").await?;
    browser.waits_for("#tenant-id").await?;
    browser.picture("console-microsoft365-empty").await?;
    browser.fill("#tenant-id", "contoso").await?;
    browser.click("form.tenant-form button.button").await?;
    browser.waits_for("#tenant-id[aria-invalid]").await?;
    browser.picture("console-microsoft365-faulty").await?;
    browser.fill("#tenant-id", &customer.tenant).await?;
    browser.click("form.tenant-form button.button").await?;
    through_microsoft(browser, &customer.administrator, "/connect/result").await?;
    go_back(browser, "/console/microsoft365").await?;
    ensure!(browser.read(".tenant").await?.contains(&customer.tenant));
    ensure!(browser.has(".tenant .block-head .chip-linked").await?, "{}", browser.read(".tenant").await?);
    browser.picture("console-microsoft365").await?;
    let tenant = customer.product.call(Method::GET, &format!("tenants/{}", customer.tenant), None).await?;
    for feature in ["contacts", "mail", "calendar"] {
        ensure!(tenant["grants"].get(feature).is_some(), "{feature} is not granted: {tenant}");
    }
    browser.open(&link).await?;
    browser.waits_for("main[data-refused=\"link-used\"]").await?;
    browser.picture("console-link-used").await?;
    browser.open(&page(stack, "/console")?).await?;
    browser.waits_for(".side").await
}

/// The member: links, and asks for the cards at once (features B01, B02).
async fn link(browser: &Browser, stack: &Stack, member: &Member) -> Result<()> {
    browser.open(&portal_link(&member.customer, &member.id, "me").await?).await?;
    browser.waits_for("form[action=\"/me/links/contacts\"] button").await?;
    ensure!(!browser.has(".side").await?, "a member has no menu of the console");
    browser.picture("me-empty").await?;
    browser.click("form[action=\"/me/links/contacts\"] button").await?;
    through_microsoft(browser, &member.address, "/connect/result").await?;
    go_back(browser, "/me").await?;
    ensure!(browser.read("main").await?.contains(&member.address));
    browser.click("#push-now button").await?;
    browser.waits_for(".chip-linked").await?;
    let started = Instant::now();
    while member.contacts().await.map(|contacts| contacts.len()).unwrap_or_default() < 3 {
        ensure!(started.elapsed() < PATIENCE, "no cards in Outlook: {}", member.link().await?);
        sleep(Duration::from_millis(300)).await;
    }
    browser.open(&page(stack, "/me")?).await?;
    browser.waits_for("#push-now").await?;
    browser.picture("me-linked").await?;
    let outlook = format!("{}/outlook/{}", stack.file().simulator_url, member.address);
    browser.open(&outlook.parse()?).await?;
    let folders = browser.read("nav.folders").await?;
    ensure!(folders.contains("Setten") && folders.contains('3'), "{folders}");
    browser.click("nav.folders a:has(.number)").await?;
    browser.arrives_at("Setten").await?;
    browser.picture("me-outlook").await?;
    browser.open(&page(stack, "/console")?).await?;
    browser.waits_for("main[data-refused=\"not-admin\"]").await?;
    browser.picture("console-not-admin").await
}

/// What the admin then sees.
async fn look_around(browser: &Browser, stack: &Stack, member: &Member) -> Result<()> {
    browser.open(&portal_link(&member.customer, BOSS, "console").await?).await?;
    browser.waits_for(".side").await?;
    browser.picture("console-overview").await?;
    let tenant = &member.customer.tenant;
    for (path, name) in [
        ("/console/users".to_owned(), "console-users"),
        (format!("/console/users/{}", member.id), "console-user"),
        ("/console/audit".to_owned(), "console-audit"),
        ("/console/settings".to_owned(), "console-settings"),
        (format!("/console/microsoft365/tenants/{tenant}/checks"), "console-checks"),
    ] {
        browser.open(&page(stack, &path)?).await?;
        browser.waits_for("main.page h1").await?;
        ensure!(!browser.has("main[data-refused]").await?, "{path}");
        browser.picture(name).await?;
    }
    // The link doctor, one check after the other.
    browser.fill("#user", &member.id).await?;
    browser.click("#checks button.button").await?;
    let started = Instant::now();
    while browser.has(".findings .chip-not-linked").await? {
        ensure!(started.elapsed() < PATIENCE, "{}", browser.read(".findings").await?);
        sleep(Duration::from_millis(300)).await;
    }
    ensure!(browser.has("#check-tenant .chip-linked").await?, "{}", browser.read(".findings").await?);
    browser.picture("console-checked").await
}

/// Mail for the member by the list, then everything ends with the tenant (feature A15).
async fn end(browser: &Browser, stack: &Stack, member: &Member) -> Result<()> {
    browser.open(&page(stack, "/console/users")?).await?;
    browser.click(&format!("input[name=user][value=\"{}\"]", member.id)).await?;
    browser.click("#bulk-feature option[value=mail]").await?;
    browser.click("#bulk button[value=link]").await?;
    browser.waits_for("p.notice[role=status]").await?;
    let notice = browser.read("p.notice").await?;
    ensure!(notice.contains('1'), "{notice}");
    let mail = format!("users/{}/links/mail", member.id);
    let mail = member.customer.product.call(Method::GET, &mail, None).await?;
    ensure!(mail["status"] != "not_linked", "{mail}");
    browser.picture("console-users-linked").await?;
    let unlink = format!("/console/microsoft365/tenants/{}/unlink", member.customer.tenant);
    browser.open(&page(stack, &unlink)?).await?;
    browser.waits_for("button.grave").await?;
    browser.picture("console-unlink").await?;
    ensure!(member.link().await?["status"] == "linked", "asking changes nothing");
    browser.click("button.grave").await?;
    browser.waits_for("#tenant-id").await?;
    ensure!(member.link().await?["status"] == "unlinked");
    browser.picture("console-unlinked").await
}

#[tokio::test]
async fn a05_a15_from_an_empty_organization_to_cards_in_outlook_and_back() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = empty(&stack).await?;
        connect(browser, &stack, &customer).await?;
        let member = customer.user("sato").await?;
        member.put_many(3).await?;
        link(browser, &stack, &member).await?;
        look_around(browser, &stack, &member).await?;
        end(browser, &stack, &member).await
    })
    .await
}

#[tokio::test]
async fn an_admin_signs_in_with_microsoft_and_out_again() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = empty(&stack).await?;
        customer.product.connect_tenant(&customer.tenant, &customer.administrator).await?;
        let organization = &customer.organization.id;
        browser.open(&page(&stack, &format!("/console/sign-in?organization={organization}"))?).await?;
        browser.waits_for("main .button").await?;
        browser.picture("console-sign-in").await?;
        browser.click("main a.button").await?;
        through_microsoft(browser, &customer.administrator, "/console").await?;
        browser.waits_for(".side").await?;
        browser.click(".side form[action=\"/console/sign-out\"] button").await?;
        browser.waits_for("main .button").await?;
        ensure!(browser.address().await?.query() == Some("out=1"));
        browser.picture("console-signed-out").await?;

        let stranger = customer.account("stranger", &[]).await?;
        browser.open(&page(&stack, &format!("/console/sign-in?organization={organization}&go=1"))?).await?;
        through_microsoft(browser, &stranger, "/console/signed-in").await?;
        browser.waits_for("main[data-refused=\"not-a-member\"]").await?;
        browser.picture("console-not-a-member").await
    })
    .await
}
