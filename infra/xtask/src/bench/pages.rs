//! `bench pages`: the CPU time that a page of the console costs a warm function until its first byte. Lambda
//! hands the whole answer on, so the first byte is the last.

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::extract::Request;
use http::{Method, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use super::figure::{Limit, Report, median};
use super::front::{self, Front};
use super::microsoft::{ADMINISTRATOR, Microsoft, TENANT_ID};
use super::outside::Outside;
use super::release;
use crate::made_up;
use crate::product::Product;
use crate::progress::step;
use crate::project;
use crate::runtime_api::{Function, FunctionOptions};
use crate::stack::Operator;

const OURS: &str = "console-web";
/// Users of the organization that is looked at; the first one has cards.
const USERS: u32 = 200;
const CARDS: usize = 200;
/// Rounds, in each of which every page has its turn.
const ROUNDS: usize = 5;
/// Requests a turn, enough for the 10 ms in which CPU time is counted.
const REQUESTS: u32 = 50;
/// CPU time that a page may cost, in milliseconds.
const MOST_MILLISECONDS: f64 = 50.0;

/// Every page that shows something of its own. The administrator is the user `admin`.
const PAGES: [&str; 8] = [
    "/console",
    "/console/microsoft365",
    "/console/users",
    "/console/users/user-1",
    "/console/users.csv",
    "/console/audit",
    "/console/settings",
    "/me",
];

/// Measures, prints.
///
/// # Errors
/// Something does not start, a page is not shown, or the limit is missed.
pub(super) async fn run() -> Result<()> {
    let mut bench = step("Starting what is measured", Bench::start()).await?;
    let mut spent = vec![Vec::with_capacity(ROUNDS); PAGES.len()];
    for path in PAGES {
        bench.show(path, REQUESTS).await?;
    }
    for round in 1..=ROUNDS {
        let turn = async {
            for (path, spent) in PAGES.iter().zip(&mut spent) {
                spent.push(bench.show(path, REQUESTS).await?);
            }
            anyhow::Ok(())
        };
        step(&format!("Round {round}: {} pages, {REQUESTS} times each", PAGES.len()), turn).await?;
    }
    let mut report = Report::new("pages");
    for (path, spent) in PAGES.iter().zip(spent) {
        let limit = Limit::Value(MOST_MILLISECONDS);
        report.figure(format!("CPU to the first byte of {path}"), median(spent), "ms", limit)?;
    }
    report.finish()
}

/// A warm console with a signed-in administrator.
struct Bench {
    /// Kept, since the tables end with it.
    _outside: Outside,
    console: Function,
    gateway: String,
    session: String,
}

impl Bench {
    async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let gateway = format!("http://{}", listener.local_addr()?);
        let outside = Outside::start(Microsoft::client_secret()).await?;
        let microsoft = Microsoft::start(&release::binary("simulator"), &gateway).await?;
        let mut environment = outside.environment();
        environment.extend(microsoft.environment());
        environment.push(("PUBLIC_URL".to_owned(), gateway.clone()));
        let function = |name: &str| FunctionOptions {
            binary: release::binary(name),
            environment: environment.clone(),
            log: Some(project::target().join(format!("bench/{name}.log"))),
        };
        let web = vec![("connect", function("connect-web")), ("", function("api-web"))];
        let _front = Front::open(listener, web).await?;
        let http = reqwest::Client::builder().build()?;
        let operator = Operator { http: &http, gateway: &gateway, key: outside.operator_key() };
        let product = Product::new(&gateway, operator.create_organization("Benchmark").await?)?;
        furnish(&product, &microsoft).await?;
        let body = json!({"user_id": "admin", "page": "console"});
        let link = product.call(Method::POST, "portal-links", Some(&body)).await?;
        let link = Url::parse(link["url"].as_str().context("a portal link has a URL")?)?;

        let mut console = Function::start(function(OURS)).await?;
        console.first_poll_after().await.context("starting the console")?;
        let mut bench = Self { _outside: outside, console, gateway, session: String::new() };
        let entered = bench.get(&format!("{}?{}", link.path(), link.query().unwrap_or_default())).await?;
        let cookie = entered["cookies"][0].as_str().and_then(|cookie| cookie.split(';').next());
        bench.session = cookie.with_context(|| format!("no session: {entered}"))?.to_owned();
        Ok(bench)
    }

    /// The CPU time of each of so many requests for a page, in milliseconds.
    async fn show(&mut self, path: &str, times: u32) -> Result<f64> {
        let before = self.console.usage()?;
        for _ in 0..times {
            let answer = self.get(path).await?;
            ensure!(answer["statusCode"] == 200, "{path} is not shown: {answer}");
        }
        let spent = self.console.usage()?.cpu.saturating_sub(before.cpu);
        Ok(spent.as_secs_f64() * 1000.0 / f64::from(times))
    }

    async fn get(&mut self, path: &str) -> Result<Value> {
        let request = Request::get(path)
            .header(header::HOST, self.gateway.trim_start_matches("http://"))
            .header(header::ACCEPT_LANGUAGE, "ja")
            .header(header::COOKIE, &self.session)
            .body(Body::empty())?;
        Ok(self.console.invoke(&front::event(request).await?).await?)
    }
}

/// An organization as an administrator knows it: a connected tenant, users, one of them linked and with cards.
async fn furnish(product: &Product, microsoft: &Microsoft) -> Result<()> {
    product.connect_tenant(TENANT_ID, ADMINISTRATOR).await?;
    let admin = json!({"email": ADMINISTRATOR, "display_name": "管理者", "role": "admin"});
    product.call(Method::PUT, "users/admin", Some(&admin)).await?;
    for number in 1..=USERS {
        let address = format!("user-{number}@contoso.example");
        product.put_user(&format!("user-{number}"), &address).await?;
    }
    microsoft.add_user("user-1@contoso.example").await?;
    product.link("user-1", "user-1@contoso.example").await?;
    product.import("user-1", made_up::vcards(CARDS)).await
}
