//! Mail is read under a grant of its own: an administrator gives it, nobody else can, it opens nothing to other
//! organizations, and it is taken back without touching anything else.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;
use xtask::product::Product;

use crate::door::{Call, Reply};
use crate::stack::{Answer, Customer, Member, Stack};

const PATIENCE: Duration = Duration::from_secs(60);

/// The headings of the pages, in Japanese.
const ASKED: &str = "ご自身の組織でよろしいですか";
const CONNECTED: &str = "組織がMicrosoft\u{a0}365と連携しました";
const NOT_ADMIN: &str = "管理者アカウントでサインインしてください";
const NOT_VISIBLE: &str = "同意がまだ確認できません";

#[tokio::test]
async fn an_administrator_is_asked_for_the_registrations_permissions_and_who_they_are() -> Result<()> {
    let customer = registered(&Stack::given()?).await?;
    let page = consent_page(&customer).await?;
    ensure!(page.path() == format!("/{}/v2.0/adminconsent", customer.tenant), "{page}");
    ensure!(parameter(&page, "scope")? == "https://graph.microsoft.com/.default", "{page}");
    let back = customer.at_microsoft(&page, &customer.administrator, "accept").await?;
    let proof = Url::parse(customer.open(&back, "ja").await?.location()?)?;
    ensure!(parameter(&proof, "scope")? == "openid profile", "more is asked than who signs in: {proof}");
    let back = customer.at_microsoft(&proof, &customer.administrator, "accept").await?;
    let asked = result(&customer, &back).await?;
    ensure!(heading(&asked) == Some(ASKED), "{}", asked.text);
    ensure!(read_tenant(&customer).await?["grants"] == json!({}), "granted before the answer");
    let shown = confirmed(&customer, &asked).await?;
    ensure!(heading(&shown) == Some(CONNECTED), "{}", shown.text);
    ensure!(shown.text.contains("コンタクトポイント") && !shown.text.contains("名刺"), "{}", shown.text);
    let tenant = read_tenant(&customer).await?;
    let granted = tenant["grants"].as_object().context("no grants")?;
    ensure!(granted.keys().eq(["mail"]), "mail grants mail only: {tenant}");
    let scopes = granted["mail"]["scopes"].as_array().context("no scopes")?;
    for role in ["Mail.Read", "User.Read.All"] {
        ensure!(scopes.contains(&json!(role)), "{role} is not noted: {tenant}");
    }
    let newest = newest_event(&customer).await?;
    ensure!(newest["event"] == "consent_granted" && newest["feature"] == "mail", "{newest}");
    ensure!(newest["account"] == *customer.administrator, "{newest}");
    Ok(())
}

/// The tenant has consented, for another organization: that is what makes the attack worth while. The attacker
/// is a member of the tenant and types Microsoft's answer into the address.
#[tokio::test]
async fn a_member_who_is_no_administrator_hands_the_tenant_to_nobody() -> Result<()> {
    let stack = Stack::given()?;
    let victim = granted(&stack).await?;
    let foreign = foreigner(&stack, &victim).await?;
    let roles: [(&str, &[&str]); 3] = [
        ("member", &[]),
        ("application-admin", &["Application Administrator", "Cloud Application Administrator"]),
        ("exchange-admin", &["Exchange Administrator"]),
    ];
    for (name, roles) in roles {
        let account = victim.account(name, roles).await?;
        let page = consent_page(&foreign).await?;
        let mut forged = page.join(&parameter(&page, "redirect_uri")?)?;
        forged
            .query_pairs_mut()
            .append_pair("state", &parameter(&page, "state")?)
            .append_pair("tenant", &foreign.tenant)
            .append_pair("admin_consent", "True");
        let proof = Url::parse(foreign.open(&forged, "ja").await?.location()?)?;
        let back = foreign.at_microsoft(&proof, &account, "accept").await?;
        ensure!(back.query_pairs().any(|(name, _)| name == "code"), "{account} could not sign in: {back}");
        let shown = foreign.open(&back, "ja").await?;
        ensure!(shown.status == StatusCode::FORBIDDEN, "{account}: {}", shown.status);
        ensure!(heading(&shown) == Some(NOT_ADMIN), "{account}: {}", shown.text);
        ensure!(shown.text.contains("グローバル管理者"), "who may is not said: {}", shown.text);
        ensure!(read_tenant(&foreign).await?["grants"] == json!({}), "{account} granted it");
        let newest = newest_event(&foreign).await?;
        ensure!(newest["event"] == "connection_refused", "{newest}");
    }
    refused_link(&foreign, "hanako").await.map(drop)
}

#[tokio::test]
async fn both_administrators_of_permissions_may_consent() -> Result<()> {
    let customer = registered(&Stack::given()?).await?;
    let account = customer.account("privileged", &["Privileged Role Administrator"]).await?;
    customer.product.consent(&customer.tenant, "mail", &account).await
}

#[tokio::test]
async fn another_organizations_consent_opens_nothing() -> Result<()> {
    let stack = Stack::given()?;
    let victim = granted(&stack).await?;
    let member = victim.user("hanako").await?;
    linked(&member).await?;
    let foreign = foreigner(&stack, &victim).await?;
    foreign.product.put_user("hanako", &member.address).await?;
    refused_link(&foreign, "hanako").await?;
    ensure!(read_tenant(&foreign).await?["grants"] == json!({}), "the grant is shown");
    let link = link_of(&foreign.product, "hanako").await?;
    ensure!(link["status"] == "not_linked" && link["account"].is_null(), "{link}");
    // Nor can it be revoked from there.
    let reply = revoke(&foreign).await?;
    reply.problem(404)?;
    ensure!(read_tenant(&victim).await?["grants"].get("mail").is_some(), "somebody else revoked it");
    let link = link_of(&victim.product, "hanako").await?;
    ensure!(link["status"] == "linked" || link["status"] == "syncing", "{link}");
    Ok(())
}

#[tokio::test]
async fn without_a_grant_the_answer_says_what_to_do() -> Result<()> {
    // Consent to contacts is none to mail.
    let customer = Customer::consented(&Stack::given()?).await?;
    let member = customer.user("hanako").await?;
    let problem = refused_link(&customer, &member.id).await?;
    let detail = problem["detail"].as_str().unwrap_or_default();
    for needed in ["/consent", "\"features\": [\"mail\"]", "Global Administrator"] {
        ensure!(detail.contains(needed), "{needed} is not in {detail}");
    }
    let link = link_of(&customer.product, &member.id).await?;
    ensure!(link["status"] == "not_linked", "{link}");
    Ok(())
}

#[tokio::test]
async fn a_member_is_linked_without_a_sign_in_and_once() -> Result<()> {
    let customer = granted(&Stack::given()?).await?;
    let member = customer.user("hanako").await?;
    let path = format!("/v1/users/{}/links/mail", member.id);
    let call = Call::new(Method::POST, path).bearer(&customer.organization.key);
    let first = call.clone().send(&customer.stack).await?;
    ensure!(first.status == StatusCode::CREATED, "{first:?}");
    let first = first.json()?;
    ensure!(first["feature"] == "mail" && first.get("url").is_none(), "{first}");
    ensure!(first["status"] == "syncing" || first["status"] == "linked", "{first}");
    let found = linked(&member).await?;
    ensure!(found["account"] == *member.address, "{found}");
    let again = call.send(&customer.stack).await?;
    ensure!(again.status == StatusCode::CREATED, "{again:?}");
    let again = again.json()?;
    ensure!(again["status"] == "linked" && again["linked_at"] == first["linked_at"], "{again} after {first}");
    let log = customer.audit().await?;
    let count = |event: &str| log.iter().filter(|entry| entry["event"] == event).count();
    ensure!((count("user_linked_by_admin"), count("account_found")) == (1, 1), "{log:?}");
    Ok(())
}

#[tokio::test]
async fn a_revoked_grant_stops_mail_and_nothing_else() -> Result<()> {
    let customer = granted(&Stack::given()?).await?;
    customer.product.consent(&customer.tenant, "contacts", &customer.administrator).await?;
    let member = customer.member("hanako").await?;
    linked(&member).await?;
    ensure!(subscriptions_of(&customer).await? == 1, "no subscription to take back");
    for _ in 0..2 {
        let reply = revoke(&customer).await?;
        ensure!(reply.status == StatusCode::NO_CONTENT, "{reply:?}");
    }
    let tenant = read_tenant(&customer).await?;
    let granted = tenant["grants"].as_object().context("no grants")?;
    ensure!(granted.keys().eq(["contacts"]), "{tenant}");
    let link = link_of(&customer.product, &member.id).await?;
    ensure!(link["status"] == "no_permission" && link["reason"] == "grant_revoked", "{link}");
    ensure!(member.link().await?["status"] == "linked", "the contacts stopped too");
    refused_link(&customer, &member.id).await?;
    none_left(&customer).await?;
    // Nothing that was under way brings it back.
    customer.stack.control.tick().await?;
    let link = link_of(&customer.product, &member.id).await?;
    ensure!(link["status"] == "no_permission" && link["reason"] == "grant_revoked", "{link}");
    // After a new consent the member is linked anew.
    customer.product.consent(&customer.tenant, "mail", &customer.administrator).await?;
    linked(&member).await.map(drop)
}

#[tokio::test]
async fn what_graph_holds_goes_with_the_link_the_user_and_the_tenant() -> Result<()> {
    let customer = granted(&Stack::given()?).await?;
    for (user, path) in [("ichiro", "users/ichiro/links/mail"), ("jiro", "users/jiro"), ("saburo", "")] {
        let member = customer.user(user).await?;
        linked(&member).await?;
        ensure!(subscriptions_of(&customer).await? == 1, "{user} has no subscription");
        let path = if path.is_empty() { format!("tenants/{}", customer.tenant) } else { path.to_owned() };
        customer.product.call(Method::DELETE, &path, None).await?;
        none_left(&customer).await.context(path)?;
    }
    Ok(())
}

/// Microsoft writes a consent into its tokens some seconds later.
#[tokio::test]
async fn a_consent_that_takes_its_time_is_waited_for() -> Result<()> {
    let customer = registered(&Stack::given()?).await?;
    not_there_yet(&customer, 2).await?;
    customer.product.consent(&customer.tenant, "mail", &customer.administrator).await?;
    // Another one never comes.
    let late = registered(&customer.stack).await?;
    not_there_yet(&late, 0).await?;
    let page = consent_page(&late).await?;
    let back = late.at_microsoft(&page, &late.administrator, "accept").await?;
    let proof = Url::parse(late.open(&back, "ja").await?.location()?)?;
    let back = late.at_microsoft(&proof, &late.administrator, "accept").await?;
    let shown = late.open(&back, "ja").await?;
    ensure!(shown.status == StatusCode::FORBIDDEN, "{}: {}", shown.status, shown.text);
    ensure!(heading(&shown) == Some(NOT_VISIBLE), "{}", shown.text);
    ensure!(read_tenant(&late).await?["grants"] == json!({}), "it was granted all the same");
    let newest = newest_event(&late).await?;
    ensure!(newest["event"] == "connection_refused", "{newest}");
    Ok(())
}

/// An organization whose tenant is registered and has consented to nothing.
async fn registered(stack: &Stack) -> Result<Customer> {
    let customer = Customer::new(stack).await?;
    customer.product.call(Method::PUT, &format!("tenants/{}", customer.tenant), None).await?;
    Ok(customer)
}

/// An organization whose tenant has consented to mail.
async fn granted(stack: &Stack) -> Result<Customer> {
    let customer = registered(stack).await?;
    customer.product.consent(&customer.tenant, "mail", &customer.administrator).await?;
    Ok(customer)
}

/// Another organization that registers the same tenant and knows its people.
async fn foreigner(stack: &Stack, victim: &Customer) -> Result<Customer> {
    let organization = stack.organization().await?;
    let product = Product::new(&stack.file().gateway_url, organization.clone())?;
    product.call(Method::PUT, &format!("tenants/{}", victim.tenant), None).await?;
    product.put_user("hanako", &format!("hanako@{}", victim.domain)).await?;
    Ok(Customer { product, organization, ..victim.clone() })
}

async fn consent_page(customer: &Customer) -> Result<Url> {
    let path = format!("tenants/{}/consent", customer.tenant);
    let started = customer.product.call(Method::POST, &path, Some(&json!({"features": ["mail"]}))).await?;
    Ok(Url::parse(started["url"].as_str().context("no url")?)?)
}

/// Links mail; the link once it stands.
async fn linked(member: &Member) -> Result<Value> {
    member.customer.product.switch_mail_on(&member.id).await?;
    link_of(&member.customer.product, &member.id).await
}

async fn link_of(product: &Product, user: &str) -> Result<Value> {
    product.call(Method::GET, &format!("users/{user}/links/mail"), None).await
}

/// Linking must be refused for want of a grant; the problem.
async fn refused_link(customer: &Customer, user: &str) -> Result<Value> {
    let call = Call::new(Method::POST, format!("/v1/users/{user}/links/mail"));
    let problem = call.bearer(&customer.organization.key).send(&customer.stack).await?.problem(409)?;
    ensure!(problem["type"] == "urn:setten:problem:grant-missing", "{problem}");
    Ok(problem)
}

async fn revoke(customer: &Customer) -> Result<Reply> {
    let call = Call::new(Method::DELETE, format!("/v1/tenants/{}/grants/mail", customer.tenant));
    call.bearer(&customer.organization.key).send(&customer.stack).await
}

async fn read_tenant(customer: &Customer) -> Result<Value> {
    customer.product.call(Method::GET, &format!("tenants/{}", customer.tenant), None).await
}

async fn newest_event(customer: &Customer) -> Result<Value> {
    customer.audit().await?.into_iter().next().context("an empty log")
}

/// How many subscriptions Graph holds for the tenant's mailboxes.
async fn subscriptions_of(customer: &Customer) -> Result<usize> {
    let found = customer.stack.simulator.get("subscriptions").await?;
    let all = found["subscriptions"].as_array().context("no list of subscriptions")?;
    Ok(all.iter().filter(|one| one["tenantId"] == *customer.tenant).count())
}

async fn none_left(customer: &Customer) -> Result<()> {
    let started = Instant::now();
    while subscriptions_of(customer).await? > 0 {
        ensure!(started.elapsed() < PATIENCE, "a subscription was not taken back");
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// The tenant does not know the application yet when the proof is in, for so many requests; 0: ever.
async fn not_there_yet(customer: &Customer, times: u32) -> Result<()> {
    // The first request to the token endpoint redeems the code of the sign-in.
    let token = json!({"path": format!("/{}/oauth2/v2.0/token", customer.tenant), "nth": 2});
    let description = "AADSTS700016: Application with identifier 'x' was not found in the directory.";
    let body = json!({
        "error": "unauthorized_client",
        "error_description": description,
        "error_codes": [700_016],
        "timestamp": "2026-01-31 10:20:30Z",
        "trace_id": uuid::Uuid::new_v4(),
        "correlation_id": uuid::Uuid::new_v4(),
    });
    customer.stack.simulator.fault(&token, &json!({"status": 400, "body": body}), times).await
}

/// Follows our own redirect to the result, with the cookie that holds it.
async fn result(customer: &Customer, callback: &Url) -> Result<Answer> {
    led_on(customer, callback, customer.open(callback, "ja").await?).await
}

/// Answers our question with yes, and follows the redirect to the result.
async fn confirmed(customer: &Customer, asked: &Answer) -> Result<Answer> {
    let (_, rest) = asked.text.split_once("name=\"state\" value=\"").context("no question")?;
    let state = rest.split('"').next().context("no state")?;
    let url = Url::parse(&format!("{}/connect/confirm", customer.stack.file().gateway_url))?;
    let answer = customer.stack.http.post(url.clone()).form(&[("state", state), ("answer", "yes")]);
    led_on(customer, &url, Answer::of(answer).await?).await
}

async fn led_on(customer: &Customer, from: &Url, sent: Answer) -> Result<Answer> {
    ensure!(sent.status == StatusCode::SEE_OTHER, "{}: {}", sent.status, sent.text);
    let cookies: Vec<&str> = sent
        .headers
        .get_all(reqwest::header::SET_COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok()?.split(';').next())
        .collect();
    let request = customer.stack.http.get(from.join(sent.location()?)?);
    let request = request.header(reqwest::header::ACCEPT_LANGUAGE, "ja");
    Answer::of(request.header(reqwest::header::COOKIE, cookies.join("; "))).await
}

fn heading(page: &Answer) -> Option<&str> {
    page.text.split_once("<h1>")?.1.split("</h1>").next()
}

fn parameter(url: &Url, name: &str) -> Result<String> {
    let found = url.query_pairs().find(|(found, _)| found == name);
    Ok(found.with_context(|| format!("no {name} in {url}"))?.1.into_owned())
}
