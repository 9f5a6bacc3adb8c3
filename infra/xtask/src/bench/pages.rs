//! `bench pages`: the CPU time that a page of the console costs a warm function until its first byte. Lambda
//! hands the whole answer on, so the first byte is the last.

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::extract::Request;
use http::{Method, header};
use serde_json::{Value, json};
use url::Url;

use super::customer::Customer;
use super::figure::{Limit, Report, median};
use super::front;
use super::microsoft::ADMINISTRATOR;
use crate::made_up;
use crate::progress::step;
use crate::runtime_api::Function;

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
    /// Kept, since all that the console calls ends with it.
    _customer: Customer,
    console: Function,
    host: String,
    session: String,
}

impl Bench {
    async fn start() -> Result<Self> {
        let customer = Customer::start().await?;
        furnish(&customer).await?;
        let body = json!({"user_id": "admin", "page": "console"});
        let link = customer.product.call(Method::POST, "portal-links", Some(&body)).await?;
        let link = Url::parse(link["url"].as_str().context("a portal link has a URL")?)?;

        let mut console = Function::start(customer.function(OURS)).await?;
        console.first_poll_after().await.context("starting the console")?;
        let host = customer.gateway.trim_start_matches("http://").to_owned();
        let mut bench = Self { _customer: customer, console, host, session: String::new() };
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
            .header(header::HOST, &self.host)
            .header(header::ACCEPT_LANGUAGE, "ja")
            .header(header::COOKIE, &self.session)
            .body(Body::empty())?;
        Ok(self.console.invoke(&front::event(request).await?).await?)
    }
}

/// What an administrator sees: users, one of them linked and with cards.
async fn furnish(Customer { product, microsoft, .. }: &Customer) -> Result<()> {
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
