//! R04 and R05: however many workers find an expired token, it is refreshed once, at the tenant's own
//! authority and with scopes.

use std::sync::Arc;
use std::time::Duration;

use accounts::{Accounts, AccountsError, AccountsSettings, AppSecrets, Link, SecretSettings, Tokens};
use anyhow::{Context, Result, bail, ensure};
use aws::Aws;
use futures::future::{join_all, try_join_all};
use graph::{EntraSettings, entra::Entra};
use jiff::SignedDuration;
use reqwest::Method;
use secrecy::ExposeSecret;
use serde_json::json;
use types::{Feature, SystemClock};

use crate::stack::{Customer, Member, Stack};

/// A process of its own, as far as tokens go, on the stack's tables and secret; its clock is two hours ahead,
/// so that every access token is over.
struct Process {
    accounts: Accounts,
    tokens: Tokens,
}

impl Process {
    async fn start(stack: &Stack) -> Result<Self> {
        let file = stack.file();
        let aws = Aws::at(&file.aws_endpoint_url);
        let secret = SecretSettings { name: file.output("SecretName")?.to_owned() };
        let secrets = AppSecrets::load(&aws, &secret).await?;
        let clock = Arc::new(SystemClock::ahead_by(SignedDuration::from_hours(2)));
        let table = AccountsSettings { table: file.output("AccountsTable")?.to_owned() };
        let accounts = Accounts::new(aws.clone(), &table, clock);
        let settings =
            EntraSettings { client_id: file.client_id.clone(), login_url: file.simulator_url.parse()? };
        // Entra's clock is where it was: what is signed for it must not come from the future.
        let credentials = secrets.credentials(&aws, Arc::new(SystemClock::default()))?;
        let entra = Entra::new(graph::http_client(), settings, credentials);
        let tokens = Tokens::new(accounts.clone(), entra, &secrets)?;
        Ok(Self { accounts, tokens })
    }

    async fn link(&self, member: &Member) -> Result<Link> {
        let (organization, user) = (member.customer.organization.id.parse()?, member.id.parse()?);
        self.accounts.link(&organization, &user, Feature::Contacts).await?.context("no link")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r04_fifty_workers_refresh_an_expired_token_once() -> Result<()> {
    let stack = Stack::given()?;
    let member = Customer::consented(&stack).await?.member("hanako").await?;
    let processes = try_join_all((0..50).map(|_| Process::start(&stack))).await?;
    let link = processes[0].link(&member).await?;
    let before = refreshes(&member).await?;
    // Slow enough that all of them come while the first is under way.
    let endpoint = json!({"path": token_endpoint(&member)});
    stack.simulator.fault(&endpoint, &json!({"delayMs": 1000}), 1).await?;
    let sealed = member.token_item().await?.context("no token")?["sealed"].clone();
    let tokens = join_all(processes.iter().map(|process| process.tokens.access_token(&link))).await;
    let tokens: Vec<_> = tokens.into_iter().collect::<Result<_, AccountsError>>()?;
    ensure!(tokens.iter().all(|token| token.expose_secret() == tokens[0].expose_secret()), "several tokens");
    let made = refreshes(&member).await? - before;
    ensure!(made == 1, "{made} refreshes");
    ensure!(member.token_item().await?.context("no token")?["sealed"] != sealed, "the new token is not kept");
    ensure!(member.link().await?["status"] == "linked", "the status changed");
    Ok(())
}

#[tokio::test]
async fn r04_a_refused_refresh_reads_the_store_again_before_giving_up() -> Result<()> {
    let stack = Stack::given()?;
    let member = Customer::consented(&stack).await?.member("hanako").await?;
    let process = Process::start(&stack).await?;
    let link = process.link(&member).await?;
    let late = async {
        refuse_next_refresh(&member, Duration::from_secs(4)).await?;
        anyhow::Ok(process.tokens.access_token(&link).await?)
    };
    // While Entra takes its time to refuse, the member signs in again; the refusal is struck by then.
    let signed_in = async {
        while struck(&member).await? == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        member.customer.product.link(&member.id, &member.address).await
    };
    futures::future::try_join(late, signed_in).await.context("it gave up on a link that was mended")?;
    Ok(())
}

#[tokio::test]
async fn r04_a_refused_refresh_that_nobody_mended_needs_a_sign_in() -> Result<()> {
    let stack = Stack::given()?;
    let member = Customer::consented(&stack).await?.member("hanako").await?;
    let process = Process::start(&stack).await?;
    refuse_next_refresh(&member, Duration::ZERO).await?;
    match process.tokens.access_token(&process.link(&member).await?).await {
        Err(AccountsError::SignInNeeded(Some(_))) => Ok(()),
        Ok(_) => bail!("the refused refresh succeeded"),
        Err(error) => Err(error.into()),
    }
}

#[tokio::test]
async fn r05_every_token_call_is_the_tenants_own_and_names_scopes() -> Result<()> {
    let stack = Stack::given()?;
    let reject = json!({"rejectCommon": true});
    stack.simulator.call(Method::PATCH, "entra/settings", Some(&reject)).await?;
    let customer = Customer::consented(&stack).await?;
    let member = customer.member("hanako").await?;
    let process = Process::start(&stack).await?;
    process.tokens.access_token(&process.link(&member).await?).await?;
    let mut grants = Vec::new();
    for exchange in stack.simulator.traffic("/oauth2/v2.0/token").await? {
        let path = exchange["path"].as_str().context("no path")?;
        ensure!(!path.starts_with("/common/") && !path.starts_with("/organizations/"), "{path}");
        if path == format!("/{}/oauth2/v2.0/token", customer.tenant) {
            let form = exchange["request_body"].as_str().context("no form")?;
            let form: Vec<(String, String)> =
                url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
            let value =
                |name: &str| form.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
            let scope = value("scope").context("a token call without scope")?;
            ensure!(scope.contains("Contacts.ReadWrite") && scope.contains("offline_access"), "{scope}");
            grants.push(value("grant_type").unwrap_or_default().to_owned());
        }
    }
    ensure!(grants.iter().any(|grant| grant == "authorization_code"), "{grants:?}");
    ensure!(grants.iter().any(|grant| grant == "refresh_token"), "{grants:?}");
    Ok(())
}

/// The tenant's token endpoint, as faults match it.
fn token_endpoint(member: &Member) -> String {
    format!("/{}/oauth2/v2.0/token", member.customer.tenant)
}

/// The next token call of the tenant is refused with `invalid_grant`, after a while.
async fn refuse_next_refresh(member: &Member, delay: Duration) -> Result<()> {
    let body = json!({
        "error": "invalid_grant",
        "error_description": "AADSTS70008: The provided authorization code or refresh token has expired.",
        "error_codes": [70008],
        "timestamp": "2026-01-31 10:20:30Z",
        "trace_id": uuid::Uuid::new_v4(),
        "correlation_id": uuid::Uuid::new_v4(),
    });
    let refusal = json!({"status": 400, "body": body, "delayMs": u64::try_from(delay.as_millis())?});
    member.customer.stack.simulator.fault(&json!({"path": token_endpoint(member)}), &refusal, 1).await
}

/// How often the faults of the tenant's token endpoint struck.
async fn struck(member: &Member) -> Result<u64> {
    let found = member.customer.stack.simulator.get("faults").await?;
    let faults = found["faults"].as_array().map(Vec::as_slice).unwrap_or_default();
    let ours = faults.iter().filter(|fault| fault["match"]["path"] == token_endpoint(member));
    Ok(ours.filter_map(|fault| fault["struck"].as_u64()).sum())
}

/// How many refreshes the tenant's token endpoint has seen.
async fn refreshes(member: &Member) -> Result<usize> {
    let exchanges = member.customer.stack.simulator.traffic(&token_endpoint(member)).await?;
    let is_refresh = |form: &str| form.contains("grant_type=refresh_token");
    Ok(exchanges.iter().filter(|exchange| exchange["request_body"].as_str().is_some_and(is_refresh)).count())
}
