//! `cargo xtask test`: every check, each step named and timed.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::process::{self, quiet};
use crate::progress::step;
use crate::stack::{Control, Stack, StackOptions};
use crate::tools::Tools;
use crate::{project, tools, traffic};

/// What to test.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Only the tests with this text in their names; formatting, lints and the template are left out then.
    pub filter: Option<String>,
}

/// Runs the tests.
///
/// # Errors
/// A step failed.
pub async fn run(arguments: Arguments) -> Result<()> {
    tools::ensure_for_tests().await?;
    let Arguments { filter } = arguments;
    if filter.is_none() {
        step("Formatting", cargo(&["fmt", "--all", "--check"])).await?;
        step("Lints", cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))
            .await?;
        step("The template", template()).await?;
    }
    let mut unit = vec!["test", "--workspace", "--exclude", "it", "--quiet", "--no-fail-fast"];
    unit.extend(filter.as_deref());
    step("Unit and storage tests", cargo(&unit)).await?;
    if integration_tests(filter.as_deref()).await? == 0 {
        eprintln!("  No integration test has this name.");
        return Ok(());
    }
    on_a_stack(filter.as_deref()).await
}

/// Deploys a stack of its own and runs the integration tests against it.
async fn on_a_stack(filter: Option<&str>) -> Result<()> {
    let options = StackOptions::isolated("it")?;
    let recorded = options.traffic.clone();
    let stack = Stack::start(options).await.context("the stack for the integration tests did not start")?;
    if filter.is_none() {
        step("The sample events", sample_events(stack.control())).await?;
    }
    let mut tests = project_command("cargo");
    tests.args(["test", "--package", "it", "--no-fail-fast"]).args(filter);
    tests.env("SETTEN_STACK", stack.path()).env("SETTEN_PYTHON", Tools::Ministack.program("python"));
    step("Integration and browser tests", process::run("cargo test", &mut tests)).await?;
    stack.stop();
    step("The recorded traffic", traffic::check(&[&recorded])).await
}

/// Every function accepts its `events/FUNCTION.json`.
async fn sample_events(control: &Control) -> Result<()> {
    for function in project::functions()? {
        let event = project::root().join("events").join(format!("{function}.json"));
        let event: Value = serde_json::from_slice(&std::fs::read(event)?)?;
        let answer = control.invoke(&function, &event).await?;
        let accepted = if function.ends_with("-web") {
            // The sample's key and state are nobody's: an answer for the caller, not a failure.
            answer["statusCode"].as_u64().is_some_and(|status| (200..500).contains(&status))
        } else if function.ends_with("-worker") {
            answer["batchItemFailures"] == json!([])
        } else {
            true
        };
        ensure!(accepted, "{function} does not accept events/{function}.json: {answer}");
    }
    Ok(())
}

/// How many integration tests there are by this name.
async fn integration_tests(filter: Option<&str>) -> Result<usize> {
    let mut list = quiet("cargo");
    list.current_dir(project::root()).args(["test", "--quiet", "--package", "it"]).args(filter);
    let listed =
        step("Building the integration tests", process::run("cargo test", list.args(["--", "--list"])))
            .await?;
    Ok(listed.lines().filter(|line| line.ends_with(": test")).count())
}

async fn cargo(arguments: &[&str]) -> Result<()> {
    process::run("cargo", project_command("cargo").args(arguments)).await?;
    Ok(())
}

/// `sam validate --lint` and `cfn-lint` accept `infra/template.yaml`.
async fn template() -> Result<()> {
    let mut validate = quiet(Tools::Sam.program("sam"));
    validate
        .current_dir(project::root())
        .env("SAM_CLI_TELEMETRY", "0")
        .env("AWS_DEFAULT_REGION", "eu-central-1");
    process::run(
        "sam validate",
        validate.args(["validate", "--lint", "--template-file", "infra/template.yaml"]),
    )
    .await?;
    let mut lint = quiet(Tools::Sam.program("cfn-lint"));
    process::run("cfn-lint", lint.current_dir(project::root()).args(["--template", "infra/template.yaml"]))
        .await?;
    Ok(())
}

/// A command in the project's folder, with its output shown.
fn project_command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(project::root());
    command
}
