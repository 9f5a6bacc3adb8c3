//! `cargo xtask up`: the local stack, until Ctrl-C.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::json;

use crate::product::Product;
use crate::progress::step;
use crate::stack::{Organization, Stack, StackFile, StackOptions};
use crate::{made_up, project};

/// Who manages the demonstration organization: the tenant's administrator.
const ADMIN: &str = "admin";

/// Whom guests meet; the demonstration organization's id of the last demonstration user.
const HOST: &str = "suzuki";

/// How to start.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Forget what the stack held before.
    #[arg(long)]
    pub fresh: bool,
    /// The port of the gateway; the four after it are the stack's too.
    #[arg(long, default_value_t = 7400)]
    pub port: u16,
    /// The folder of its state; target/local when left out.
    #[arg(long, value_name = "FOLDER")]
    pub state: Option<PathBuf>,
}

/// Runs the stack.
///
/// # Errors
/// A tool is missing, a port is taken, or a part did not start or ended by itself.
pub async fn run(arguments: Arguments) -> Result<()> {
    let state = match arguments.state {
        Some(state) => std::path::absolute(state)?,
        None => project::target().join("local"),
    };
    let options = StackOptions { fresh: arguments.fresh, ..StackOptions::local(arguments.port, state)? };
    let mut stack = Stack::start(options).await?;
    let page = step("Opening a booking page", booking_page(stack.file())).await?;
    let console = step("Opening the console", console(stack.file())).await?;
    stack.show_pages(console, page)?;
    print(stack.file(), stack.path());
    stack.watch().await
}

/// A page on which somebody of the demonstration tenant can be booked; an earlier start's is written anew.
async fn booking_page(file: &StackFile) -> Result<String> {
    let [administrator, .., host] = &file.users[..] else { bail!("the simulated tenant has no users") };
    let organization = Organization { id: file.organization_id.clone(), key: file.organization_key.clone() };
    let product = Product::new(&file.gateway_url, organization)?;
    let link = product.call(Method::GET, &format!("users/{HOST}/links/calendar"), None).await;
    if !link.is_ok_and(|link| link["status"] == "linked") {
        product.call(Method::PUT, &format!("tenants/{}", file.tenant_id), None).await?;
        product.consent(&file.tenant_id, "calendar", administrator).await?;
        product.put_user(HOST, host).await?;
        product.link_feature(HOST, "calendar", host).await?;
    }
    let page = product.put_booking_page("demonstration", &made_up::booking_page(HOST)).await?;
    page["url"].as_str().map(str::to_owned).with_context(|| format!("no url in {page}"))
}

/// Where the tenant's administrator signs in to the console, as often as wanted; a portal link opens once.
async fn console(file: &StackFile) -> Result<String> {
    let administrator = file.users.first().context("the simulated tenant has no users")?;
    let organization = Organization { id: file.organization_id.clone(), key: file.organization_key.clone() };
    let product = Product::new(&file.gateway_url, organization)?;
    let admin = json!({"email": administrator, "display_name": "管理 太郎", "role": "admin"});
    product.call(Method::PUT, &format!("users/{ADMIN}"), Some(&admin)).await?;
    Ok(format!("{}/console/sign-in?organization={}", file.gateway_url, file.organization_id))
}

#[expect(clippy::print_stdout, reason = "what the person asked for")]
fn print(file: &StackFile, path: &Path) {
    println!("\n  API                {}/v1", file.gateway_url);
    println!("    operator key     {}", file.operator_key);
    println!("    organization     {}", file.organization_id);
    println!("    its key          {}", file.organization_key);
    println!("    description      {}/openapi.json", file.gateway_url);
    for (name, url) in [("Console", &file.console_url), ("Booking page", &file.booking_url)] {
        if let Some(url) = url {
            println!("  {name:<18} {url}");
        }
    }
    println!("  Simulated Outlook  {}/outlook", file.simulator_url);
    println!("  Local AWS          {}", file.aws_endpoint_url);
    println!("  All of it          {}", path.display());
    println!("\nSetten is ready. Ctrl-C ends it.");
}
