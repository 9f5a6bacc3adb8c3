//! The link doctor in a browser, in both languages: each cause is made at Microsoft, and the administrator reads
//! what is wrong, who must act and how (features A16, A17, M02; requirements R10, R44). The page of each case is
//! photographed into `target/screens`.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::browser::{Browser, in_each_language};
use crate::console::{BOSS, empty, page, portal_link};
use crate::stack::{Customer, Member, Stack};

/// How long all checks may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Something wrong at Microsoft, and the check that says so.
struct Case {
    name: &'static str,
    check: &'static str,
    /// What the administrator reads, in Japanese and English.
    title: (&'static str, &'static str),
    cause: Cause,
}

/// How it is made.
enum Cause {
    /// The member's account is another.
    Account(Value),
    /// Our enterprise application in the tenant is another.
    Application(Value),
    /// Entra refuses the application's token with this number.
    Token(u32),
    /// Exchange Online lets us into these mailboxes only.
    Mailboxes(Value),
    /// Our enterprise application is removed.
    NoApplication,
    /// The directory is no more.
    NoTenant,
}

impl Cause {
    async fn begin(&self, member: &Member, client: &str) -> Result<()> {
        let tenant = &member.customer.tenant;
        let (method, path, body) = match self {
            Self::Account(change) => {
                (Method::PATCH, format!("tenants/{tenant}/users/{}", member.address), change.clone())
            }
            Self::Application(change) => {
                (Method::PATCH, format!("tenants/{tenant}/apps/{client}"), change.clone())
            }
            Self::Token(aadsts) => {
                let error = json!({"tenantId": tenant, "endpoint": "token", "aadsts": aadsts, "times": 100});
                (Method::POST, "entra/errors".to_owned(), error)
            }
            Self::Mailboxes(rules) => {
                (Method::PUT, format!("tenants/{tenant}/apps/{client}/mailbox-rules"), rules.clone())
            }
            Self::NoApplication => (Method::DELETE, format!("tenants/{tenant}/apps/{client}"), Value::Null),
            Self::NoTenant => (Method::DELETE, format!("tenants/{tenant}"), Value::Null),
        };
        member
            .customer
            .stack
            .simulator
            .call(method, &path, Some(&body).filter(|body| !body.is_null()))
            .await?;
        Ok(())
    }

    /// Takes back what would hide the next case.
    async fn end(&self, member: &Member, client: &str) -> Result<()> {
        let well = match self {
            Self::Account(_) => Self::Account(json!({"mailbox": "cloud", "accountEnabled": true})),
            Self::Application(_) => Self::Application(json!({"accountEnabled": true})),
            Self::Token(_) => {
                let path = format!("entra/errors?tenantId={}", member.customer.tenant);
                member.customer.stack.simulator.call(Method::DELETE, &path, None).await?;
                return Ok(());
            }
            Self::Mailboxes(_) => Self::Mailboxes(json!({})),
            Self::NoApplication | Self::NoTenant => return Ok(()),
        };
        well.begin(member, client).await
    }
}

/// The cases, each after what the earlier ones leave behind.
fn cases() -> Vec<Case> {
    let case = |name, check, title, cause| Case { name, check, title, cause };
    let (account, application) = (Cause::Account, Cause::Application);
    vec![
        case(
            "licence-missing",
            "mailbox",
            ("Exchange Onlineのライセンスがありません", "This account has no Exchange Online licence"),
            account(json!({"mailbox": "none"})),
        ),
        case(
            "mailbox-on-premises",
            "mailbox",
            ("メールボックスが社内のサーバーにあります", "This mailbox is on a server of your own"),
            account(json!({"mailbox": "onprem"})),
        ),
        case(
            "mailbox-pending",
            "mailbox",
            ("メールボックスがまだ準備できていません", "The mailbox is not ready yet"),
            account(json!({"mailbox": "pending"})),
        ),
        case(
            "account-disabled",
            "account",
            ("このアカウントは無効になっています", "This account is switched off"),
            account(json!({"accountEnabled": false})),
        ),
        case(
            "access-policy-pending",
            "mail-access",
            ("アクセスの許可がまだ反映されていません", "The access is not effective yet"),
            Cause::Mailboxes(json!({"policyMembers": []})),
        ),
        case(
            "conditional-access",
            "application",
            ("セキュリティ ポリシーによりサインインできません", "A security policy blocks this sign-in"),
            Cause::Token(53_003),
        ),
        case(
            "secret-expired",
            "credential",
            ("SettenがMicrosoftに認証されませんでした", "Setten could not prove itself to Microsoft"),
            Cause::Token(7_000_222),
        ),
        case(
            "app-disabled",
            "application",
            ("組織でこのアプリが無効になっています", "The app is switched off in your organization"),
            application(json!({"accountEnabled": false})),
        ),
        case(
            "app-not-in-tenant",
            "application",
            ("組織にこのアプリがまだ追加されていません", "Your organization has not added this app yet"),
            Cause::NoApplication,
        ),
        case(
            "tenant-not-found",
            "tenant",
            ("このテナントIDの組織が見つかりません", "No organization has this tenant ID"),
            Cause::NoTenant,
        ),
    ]
}

/// The administrator has everything tried that concerns this member, and reads the findings.
async fn examine(browser: &Browser, stack: &Stack, member: &Member) -> Result<String> {
    let path = format!("/console/microsoft365/tenants/{}/checks", member.customer.tenant);
    browser.open(&page(stack, &path)?).await?;
    browser.waits_for("#checks button.button").await?;
    browser.fill("#user", &member.id).await?;
    browser.click("#checks button.button").await?;
    let started = Instant::now();
    while browser.has(".findings .chip-not-linked").await? {
        ensure!(started.elapsed() < PATIENCE, "{}", browser.read(".findings").await?);
        sleep(Duration::from_millis(200)).await;
    }
    browser.read(".findings").await
}

/// What the administrator reads before any consent.
const NO_CONSENT: (&str, &str) =
    ("組織の同意がまだ済んでいません", "Your organization has not given its consent yet");

#[tokio::test]
async fn m02_each_cause_is_read_with_who_must_act_and_how() -> Result<()> {
    let stack = Stack::given()?;
    let client = stack.file().client_id.clone();
    in_each_language(async |browser| {
        let customer = empty(&stack).await?;
        customer.product.call(Method::PUT, &format!("tenants/{}", customer.tenant), None).await?;
        let member = customer.user("sato").await?;
        browser.open(&portal_link(&customer, BOSS, "console").await?).await?;
        browser.waits_for(".side").await?;
        let told = |found: &str, title: (&str, &str)| found.contains(browser.text(title.0, title.1));

        let found = examine(browser, &stack, &member).await?;
        ensure!(told(&found, NO_CONSENT), "{found}");
        browser.picture("doctor-consent-missing").await?;

        for feature in ["contacts", "mail"] {
            customer.product.consent(&customer.tenant, feature, &customer.administrator).await?;
        }
        customer.product.link(&member.id, &member.address).await?;
        let well = examine(browser, &stack, &member).await?;
        ensure!(!told(&well, NO_CONSENT), "{well}");
        for Case { name, check, title, cause } in cases() {
            ensure!(!told(&well, title), "{name} is told where all is well: {well}");
            cause.begin(&member, &client).await?;
            let found = examine(browser, &stack, &member).await?;
            let found_here = browser.read(&format!("#check-{check}")).await?;
            ensure!(told(&found_here, title), "{name}: {found}");
            let problem = format!("#check-{check} .problem");
            ensure!(browser.has(&format!("{problem} .acts b")).await?, "{name} does not say who must act");
            ensure!(browser.has(&format!("{problem} .steps li")).await?, "{name} does not say what to do");
            browser.picture(&format!("doctor-{name}")).await?;
            cause.end(&member, &client).await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn m02_a_sign_in_that_entra_refuses_says_who_must_act() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let customer = Customer::consented(&stack).await?;
        let member = customer.user("sato").await?;
        for (name, aadsts, ja, en) in [
            (
                "user-not-assigned",
                50_105,
                "このアカウントにはまだ利用が許可されていません",
                "Your account may not use this app yet",
            ),
            (
                "conditional-access",
                53_003,
                "セキュリティ ポリシーによりサインインできません",
                "A security policy blocks this sign-in",
            ),
            (
                "account-disabled",
                50_057,
                "このアカウントは無効になっています",
                "This account is switched off",
            ),
        ] {
            let error = json!({"tenantId": customer.tenant, "endpoint": "authorize", "aadsts": aadsts});
            stack.simulator.post("entra/errors", &error).await?;
            browser.open(&member.link_page().await?).await?;
            if browser.has("button.account").await? {
                browser.choose(&member.address).await?;
            }
            browser.arrives_at(browser.text(ja, en)).await?;
            ensure!(browser.has("ol.steps li").await?, "{name} does not say what to do");
            ensure!(browser.read("main").await?.contains(&aadsts.to_string()), "{name} hides Entra's number");
            browser.picture(&format!("sign-in-{name}")).await?;
            assert_eq!(member.link().await?["status"], "not_linked");
        }
        Ok(())
    })
    .await
}
