//! The API does what its description says: schemathesis, a tool that nobody here wrote, reads `/openapi.json` and
//! sends each operation what the description allows and what it does not, alone and in sequences.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use xtask::project;
use xtask::tools::{self, Tools};

use crate::stack::{Customer, Stack};

/// The member, and the card, that `schemathesis.toml` names for every operation that takes one.
const EXAMPLE: &str = "user-1";
/// The member whom it has removed.
const REMOVED: &str = "user-2";

#[tokio::test]
async fn the_api_does_what_its_description_says() -> Result<()> {
    tools::ensure_for_tests().await?;
    // Alone: it asks for so much that tests beside it would wait.
    let (running, stack) = Stack::alone("schemathesis").await?;
    let customer = Customer::consented(&stack).await?;
    let member = customer.member(EXAMPLE).await?;
    customer.user(REMOVED).await?;
    member.put(EXAMPLE, &json!({"company": "試験株式会社"})).await?;
    let page = xtask::made_up::booking_page(EXAMPLE);
    customer.product.call(Method::PUT, &format!("booking-pages/{EXAMPLE}"), Some(&page)).await?;

    let operations = described(|_| true);
    assert_sound(&stack, &customer.organization.key, &[], operations).await?;
    // The operator's routes, for which an organization's key is refused.
    let operators = ["--include-tag", "organizations"];
    let operations = described(|operation| operation["tags"][0] == "organizations");
    assert_sound(&stack, &stack.file().operator_key, &operators, operations).await?;
    running.stop();
    Ok(())
}

/// How many operations of the description are so.
fn described(is_wanted: impl Fn(&Value) -> bool) -> usize {
    let description = api_web::description();
    let paths = description["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(_, methods)| methods.as_object().into_iter().flatten());
    operations.filter(|(_, operation)| is_wanted(operation)).count()
}

/// Every operation was tried, and none failed a check.
async fn assert_sound(stack: &Stack, key: &str, operations: &[&str], expected: usize) -> Result<()> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR"));
    let configuration = beside.join("schemathesis.toml");
    let folder = project::target().join("schemathesis-run");
    std::fs::create_dir_all(&folder)?;
    let mut command = tokio::process::Command::new(Tools::Schemathesis.program("schemathesis"));
    command.current_dir(&folder).arg("--config-file").arg(configuration);
    command.env("SCHEMATHESIS_HOOKS", beside.join("schemathesis_hooks.py"));
    command.arg("run").arg(format!("{}/openapi.json", stack.file().gateway_url)).args(operations);
    command.arg("--header").arg(format!("Authorization: Bearer {key}"));
    // The same every time: what it finds can be looked at again.
    command.args(["--seed", "1", "--generation-deterministic", "--max-examples", "15"]);
    command.args(["--phases", "examples,coverage,fuzzing,stateful", "--workers", "1"]);
    command.args(["--continue-on-failure", "--no-color"]);
    command.stdin(Stdio::null()).kill_on_drop(true);
    let output = tokio::time::timeout(Duration::from_secs(600), command.output()).await;
    let output = output.context("schemathesis did not end")?.context("schemathesis did not start")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    ensure!(said.contains(&format!("Tested: {expected}\n")), "{expected} operations are described: {said}");
    Ok(())
}
