//! R01: once the tenant has consented, nobody is asked for consent again.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use url::Url;

use crate::stack::{Answer, Customer, Member, Stack};

/// What OpenID Connect itself gives, which no consent page lists.
const OF_THE_SIGN_IN: [&str; 3] = ["openid", "profile", "offline_access"];

#[tokio::test]
async fn r01_after_the_tenants_consent_no_member_sees_a_consent_page() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let member = customer.user("hanako").await?;
    let granted =
        customer.product.call(reqwest::Method::GET, &format!("tenants/{}", customer.tenant), None).await?;
    let granted: BTreeSet<&str> = granted["grants"]["contacts"]["scopes"]
        .as_array()
        .context("no scopes")?
        .iter()
        .filter_map(|scope| scope.as_str().map(bare))
        .collect();
    // The first attempt and, as after a mishap, the second.
    for _ in 0..2 {
        let page = member.link_page().await?;
        let asked = parameter(&page, "scope")?;
        for scope in asked.split(' ').map(bare).filter(|scope| !OF_THE_SIGN_IN.contains(scope)) {
            ensure!(granted.contains(scope), "{scope} was not consented to: {granted:?}");
        }
        ensure!(parameter(&page, "prompt")? == "select_account", "{page}");
        let answer = with_account_only(&member, &page).await?;
        ensure!(answer.status.is_redirection(), "a page was shown: {} {}", answer.status, answer.text);
        let back = Url::parse(answer.location()?)?;
        parameter(&back, "code")?;
        ensure!(customer.open(&back, "en").await?.status == StatusCode::SEE_OTHER, "the link was not made");
        ensure!(member.link().await?["status"] == "linked", "not linked");
    }
    Ok(())
}

#[tokio::test]
async fn r01_before_the_tenants_consent_microsoft_would_ask() -> Result<()> {
    let customer = Customer::new(&Stack::given()?).await?;
    customer.consent_page().await?;
    let member = customer.user("hanako").await?;
    let answer = with_account_only(&member, &member.link_page().await?).await?;
    ensure!(answer.status == StatusCode::OK, "no page was shown, so the other test shows nothing");
    Ok(())
}

/// Chooses the account and answers nothing: a consent page would stay.
async fn with_account_only(member: &Member, page: &Url) -> Result<Answer> {
    let mut page = page.clone();
    page.query_pairs_mut().append_pair("_sim_account", &member.address);
    member.customer.open(&page, "en").await
}

/// A scope without its resource.
fn bare(scope: &str) -> &str {
    scope.rsplit('/').next().unwrap_or(scope)
}

fn parameter(url: &Url, name: &str) -> Result<String> {
    let found = url.query_pairs().find(|(found, _)| found == name);
    Ok(found.with_context(|| format!("no {name} in {url}"))?.1.into_owned())
}
