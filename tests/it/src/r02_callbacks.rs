//! R02: a callback that fails, comes twice, late, from elsewhere or from nobody stores nothing, tells people
//! in both languages what happened and what to do, and is in the audit log.

use anyhow::{Context, Result, ensure};
use reqwest::{Method, header};
use serde_json::{Value, json};
use url::Url;

use crate::stack::{Answer, Customer, Member, Stack};

/// What a refused callback must show: the status, and the page's heading in both languages.
struct Shown {
    status: u16,
    ja: &'static str,
    en: &'static str,
}

const DECLINED: Shown =
    Shown {
        status: 403, ja: "アクセス許可が承諾されませんでした", en: "The permissions were not accepted"
    };
const CANCELLED: Shown =
    Shown {
        status: 403, ja: "サインインがキャンセルされました", en: "The sign-in was cancelled"
    };
const NOT_ADMIN: Shown = Shown {
    status: 403,
    ja: "管理者アカウントでサインインしてください",
    en: "Sign in with an administrator account",
};
const WRONG_TENANT: Shown =
    Shown {
        status: 403, ja: "別の組織でサインインされました", en: "Another organization signed in"
    };
const USED: Shown =
    Shown {
        status: 409, ja: "この手続きはすでに使われています", en: "This sign-in was already used"
    };
const EXPIRED: Shown =
    Shown { status: 410, ja: "手続きの有効時間が過ぎました", en: "The sign-in took too long" };
const FORGED: Shown =
    Shown {
        status: 400, ja: "このリンクは正しいものではありません", en: "This link is not genuine"
    };
const UNKNOWN_STATE: Shown =
    Shown {
        status: 400, ja: "ここから始まった手続きではありません", en: "This sign-in did not start here"
    };
const UNAVAILABLE: Shown =
    Shown {
        status: 503, ja: "Microsoftから応答がありません", en: "Microsoft is not answering right now"
    };

/// What Entra may answer at the sign-in page, and the page's heading in both languages.
const SIGN_IN_ERRORS: [(u32, &str, &str); 14] = [
    (65001, "組織の同意がまだ済んでいません", "Your organization has not given its consent yet"),
    (65004, "サインインがキャンセルされました", "The sign-in was cancelled"),
    (90094, "管理者の承認が必要です", "An administrator must approve first"),
    (50105, "このアカウントにはまだ利用が許可されていません", "Your account may not use this app yet"),
    (50020, "別の組織のアカウントです", "This account belongs to another organization"),
    (50034, "別の組織のアカウントです", "This account belongs to another organization"),
    (50076, "追加の本人確認が必要です", "Microsoft wants to check that it is you"),
    (53003, "セキュリティ ポリシーによりサインインできません", "A security policy blocks this sign-in"),
    (53000, "このデバイスからは利用できません", "This device is not allowed"),
    (50057, "このアカウントは無効になっています", "This account is switched off"),
    (50055, "Microsoftのパスワードの有効期限が切れています", "Your Microsoft password has expired"),
    (7_000_112, "組織でこのアプリが無効になっています", "The app is switched off in your organization"),
    (650_052, "契約プランにExchange Onlineが含まれていません", "Exchange Online is not part of your plan"),
    (90033, "Microsoftから応答がありません", "Microsoft is not answering right now"),
];

#[tokio::test]
async fn r02_a_consent_that_is_not_given_stores_nothing() -> Result<()> {
    let customer = Customer::new(&Stack::given()?).await?;
    let member = customer.account("hanako", &[]).await?;
    for (account, answer, shown) in
        [(&customer.administrator, "decline", DECLINED), (&member, "accept", NOT_ADMIN)]
    {
        let back = customer.at_microsoft(&customer.consent_page().await?, account, answer).await?;
        refused(&customer, &back, &shown).await.with_context(|| format!("{answer} by {account}"))?;
        audited(&customer, None).await?;
    }
    for aadsts in [650_052, 90033] {
        force(&customer, "adminconsent", aadsts).await?;
        let page = customer.consent_page().await?;
        let back = customer.at_microsoft(&page, &customer.administrator, "accept").await?;
        let (_, ja, en) = *SIGN_IN_ERRORS.iter().find(|(number, ..)| *number == aadsts).context("a row")?;
        refused(&customer, &back, &Shown { status: if aadsts == 90033 { 503 } else { 403 }, ja, en }).await?;
        audited(&customer, None).await?;
    }
    no_grant(&customer).await
}

#[tokio::test]
async fn r02_a_tenant_other_than_the_one_typed_stores_nothing() -> Result<()> {
    let stack = Stack::given()?;
    let (customer, other) = (Customer::new(&stack).await?, Customer::consented(&stack).await?);
    // Somebody types another tenant into the address.
    let back =
        customer.at_microsoft(&customer.consent_page().await?, &customer.administrator, "accept").await?;
    refused(&customer, &with(&back, "tenant", &other.tenant), &WRONG_TENANT).await?;
    audited(&customer, None).await?;
    // The consent was given, but the sign-in that proves it comes from another tenant.
    let back =
        customer.at_microsoft(&customer.consent_page().await?, &customer.administrator, "accept").await?;
    let proof = Url::parse(customer.open(&back, "en").await?.location()?)?;
    let elsewhere = Url::parse(&proof.as_str().replace(&customer.tenant, &other.tenant))?;
    let back = other.at_microsoft(&elsewhere, &other.administrator, "accept").await?;
    ensure!(back.query_pairs().any(|(name, _)| name == "code"), "no code: {back}");
    let page = customer.open(&back, "en").await?;
    ensure!(page.status.is_client_error() || page.status.is_server_error(), "{}", page.status);
    audited(&customer, None).await?;
    no_grant(&customer).await?;
    ensure!(page_heading(&page).is_some(), "{}", page.text);
    Ok(())
}

#[tokio::test]
async fn r02_a_reused_expired_or_forged_state_stores_nothing() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let member = customer.user("hanako").await?;
    let back = customer.at_microsoft(&member.link_page().await?, &member.address, "decline").await?;
    refused(&customer, &back, &CANCELLED).await?;
    audited(&customer, Some(&member)).await?;
    refused(&customer, &back, &USED).await?;
    audited(&customer, Some(&member)).await?;

    let back = customer.at_microsoft(&member.link_page().await?, &member.address, "accept").await?;
    let state = parameter(&back, "state")?;
    let rows = customer.audit().await?.len();
    // No organization is known of what nobody signed: there is no log to write it into.
    for forged in [format!("{state}x"), state.replacen('.', "x.", 1), "x".to_owned(), String::new()] {
        refused(&customer, &with(&back, "state", &forged), &FORGED).await?;
    }
    let mut none = back.clone();
    none.set_query(None);
    refused(&customer, &none, &FORGED).await?;
    ensure!(customer.audit().await?.len() == rows, "a forged state is no row");

    expire(&customer, &state).await?;
    refused(&customer, &back, &EXPIRED).await?;
    audited(&customer, Some(&member)).await?;
    not_linked(&member).await
}

#[tokio::test]
async fn r02_a_state_opens_only_the_door_it_was_made_for() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let member = customer.user("hanako").await?;
    // The state of a sign-in brought to the consent callback, and the other way round.
    let back = customer.at_microsoft(&member.link_page().await?, &member.address, "accept").await?;
    let mut elsewhere = with(&with(&back, "admin_consent", "True"), "tenant", &customer.tenant);
    elsewhere.set_path("/connect/consent");
    refused(&customer, &elsewhere, &FORGED).await?;
    audited(&customer, Some(&member)).await?;
    let back =
        customer.at_microsoft(&customer.consent_page().await?, &customer.administrator, "accept").await?;
    let mut elsewhere = with(&back, "code", "made-up");
    elsewhere.set_path("/connect/sign-in");
    let page = customer.open(&elsewhere, "ja").await?;
    ensure!(page.status.is_client_error() || page.status.is_server_error(), "{}", page.status);
    audited(&customer, None).await?;
    // Microsoft's answer without what it must have.
    let back = customer.at_microsoft(&member.link_page().await?, &member.address, "accept").await?;
    refused(&customer, &without(&back, "code"), &UNKNOWN_STATE).await?;
    audited(&customer, Some(&member)).await?;
    not_linked(&member).await
}

#[tokio::test]
async fn r02_a_sign_in_that_fails_stores_nothing() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let member = customer.user("hanako").await?;
    for (aadsts, ja, en) in SIGN_IN_ERRORS {
        force(&customer, "authorize", aadsts).await?;
        let back = customer.at_microsoft(&member.link_page().await?, &member.address, "accept").await?;
        let page = customer.open(&back, "ja").await?;
        ensure!(page_heading(&page) == Some(ja), "{aadsts}: {:?}", page_heading(&page));
        in_english(&customer, &page, en).await.with_context(|| format!("AADSTS{aadsts}"))?;
        ensure!(page.text.contains(&format!("AADSTS{aadsts}")), "AADSTS{aadsts} is not named");
        audited(&customer, Some(&member)).await.with_context(|| format!("AADSTS{aadsts}"))?;
    }
    not_linked(&member).await
}

#[tokio::test]
async fn r02_r45_another_account_than_the_members_own_stores_nothing_before_a_word() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let member = customer.user("hanako").await?;
    let other = customer.account("taro", &[]).await?;
    let back = customer.at_microsoft(&member.link_page().await?, &other, "accept").await?;
    let page = customer.open(&back, "ja").await?;
    ensure!(page.status == 303 && page.location()?.ends_with("/connect/result"), "{}", page.status);
    let log = customer.audit().await?;
    let newest = log.first().context("an empty log")?;
    ensure!(newest["event"] == "account_questioned" && newest["account"] == *other, "{newest}");
    not_linked(&member).await
}

#[tokio::test]
async fn r02_a_code_that_cannot_be_redeemed_stores_nothing() -> Result<()> {
    let stack = Stack::given()?;
    let customer = Customer::consented(&stack).await?;
    let member = customer.user("hanako").await?;
    let sign_in = async || customer.at_microsoft(&member.link_page().await?, &member.address, "accept").await;
    // Our own credentials have run out, every one of them.
    force_times(&customer, "token", 7_000_222, 8).await?;
    let page = customer.open(&sign_in().await?, "en").await?;
    ensure!(page.status == 502 && page.text.contains("AADSTS7000222"), "{}: {}", page.status, page.text);
    audited(&customer, Some(&member)).await?;
    stack.simulator.call(Method::DELETE, "entra/errors", None).await?;
    // A code that Microsoft never gave.
    let page = customer.open(&with(&sign_in().await?, "code", "made-up"), "en").await?;
    ensure!(!page.status.is_success() && page_heading(&page).is_some(), "{}", page.status);
    audited(&customer, Some(&member)).await?;
    // Microsoft is not well, for longer than we try.
    let token = json!({"path": format!("/{}/oauth2/v2.0/token", customer.tenant)});
    stack.simulator.fault(&token, &json!({"status": 503, "headers": {"Retry-After": "0"}}), 6).await?;
    refused(&customer, &sign_in().await?, &UNAVAILABLE).await?;
    audited(&customer, Some(&member)).await?;
    not_linked(&member).await
}

/// Opens the callback in Japanese, looks at the result again in English, and holds both to what must be shown.
async fn refused(customer: &Customer, callback: &Url, shown: &Shown) -> Result<()> {
    let page = customer.open(callback, "ja").await?;
    let Shown { status, ja, en } = shown;
    ensure!(page.status == *status, "{} instead of {status}: {:?}", page.status, page_heading(&page));
    ensure!(page_heading(&page) == Some(ja), "{:?} instead of {ja}", page_heading(&page));
    in_english(customer, &page, en).await
}

/// The page must name the cause and a next step; so must the same result read in English.
async fn in_english(customer: &Customer, page: &Answer, heading: &str) -> Result<()> {
    names_cause_and_step(page)?;
    let cookies: Vec<&str> = page
        .headers
        .get_all(header::SET_COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok()?.split(';').next())
        .collect();
    let url = format!("{}/connect/result", customer.stack.file().gateway_url);
    let request = customer.stack.http.get(url).header(header::ACCEPT_LANGUAGE, "en");
    let english = Answer::of(request.header(header::COOKIE, cookies.join("; "))).await?;
    ensure!(page_heading(&english) == Some(heading), "{:?} instead of {heading}", page_heading(&english));
    names_cause_and_step(&english)
}

fn names_cause_and_step(page: &Answer) -> Result<()> {
    let has =
        |start: &str, end: &str| between(&page.text, start, end).is_some_and(|text| !text.trim().is_empty());
    ensure!(has("<p class=\"lead\">", "</p>"), "no cause: {}", page.text);
    ensure!(has("<ol class=\"steps\">", "</ol>") && has("<li>", "</li>"), "no next step: {}", page.text);
    Ok(())
}

fn page_heading(page: &Answer) -> Option<&str> {
    between(&page.text, "<h1>", "</h1>")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}

/// The newest line of the log must be about this refusal, and be new: the next call of this finds another.
async fn audited(customer: &Customer, member: Option<&Member>) -> Result<()> {
    let log = customer.audit().await?;
    let refusals: Vec<&Value> = log.iter().filter(|entry| entry["event"] == "connection_refused").collect();
    let newest = log.first().context("an empty log")?;
    ensure!(newest["event"] == "connection_refused", "not the last thing in the log: {newest}");
    ensure!(newest["tenant_id"] == *customer.tenant, "{newest}");
    ensure!(newest["user_id"] == member.map_or(Value::Null, |member| json!(member.id)), "{newest}");
    ensure!(newest["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{newest}");
    let seen = customer.seen_refusals.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
    ensure!(refusals.len() == seen, "{} refusals in the log after {seen}: {log:?}", refusals.len());
    Ok(())
}

async fn no_grant(customer: &Customer) -> Result<()> {
    let tenant = customer.product.call(Method::GET, &format!("tenants/{}", customer.tenant), None).await?;
    ensure!(tenant["grants"] == json!({}), "{tenant}");
    Ok(())
}

async fn not_linked(member: &Member) -> Result<()> {
    let link = member.link().await?;
    ensure!(link["status"] == "not_linked", "{link}");
    ensure!(member.token_item().await?.is_none(), "a token was stored");
    Ok(())
}

/// Lets Entra answer this error once, to this tenant.
async fn force(customer: &Customer, endpoint: &str, aadsts: u32) -> Result<()> {
    force_times(customer, endpoint, aadsts, 1).await
}

async fn force_times(customer: &Customer, endpoint: &str, aadsts: u32, times: u32) -> Result<()> {
    let error = json!({"tenantId": customer.tenant, "endpoint": endpoint, "aadsts": aadsts, "times": times});
    customer.stack.simulator.post("entra/errors", &error).await?;
    Ok(())
}

/// Lets the time of a flow be over.
async fn expire(customer: &Customer, state: &str) -> Result<()> {
    let (id, _) = state.split_once('.').context("a state without a signature")?;
    let past = json!({":past": {"S": "2026-01-01T00:00:00Z"}});
    let key = [format!("FLOW#{id}"), "FLOW".to_owned()];
    customer.stack.update_item("AccountsTable", [&key[0], &key[1]], "SET valid_until = :past", &past).await
}

fn parameter(url: &Url, name: &str) -> Result<String> {
    let found = url.query_pairs().find(|(found, _)| found == name);
    Ok(found.with_context(|| format!("no {name} in {url}"))?.1.into_owned())
}

fn without(url: &Url, name: &str) -> Url {
    let pairs: Vec<_> = url.query_pairs().into_owned().filter(|(found, _)| found != name).collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url
}

fn with(url: &Url, name: &str, value: &str) -> Url {
    let mut url = without(url, name);
    url.query_pairs_mut().append_pair(name, value);
    url
}
