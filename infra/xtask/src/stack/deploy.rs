//! `sam deploy` of `infra/template.yaml`, the same as for AWS, onto the local stack.

use anyhow::{Context, Result};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::local_aws::{LocalAws, REGION};
use super::mail::SENDER_ADDRESS;
use super::{API_ID, CLIENT_ID, STACK_NAME, StackOptions, ports};
use crate::process::{quiet, run};
use crate::project;
use crate::tools::Tools;

/// Where a card's page would be in the CRM.
const CARD_URL_TEMPLATE: &str = "https://crm.example/organizations/{organization}/users/{user}/cards/{card}";

/// Where the stack remembers what was deployed. In the local AWS itself, so that it can never remember more
/// than that does.
const DEPLOYED: &str = "/setten/deployed";

/// Deploys, unless exactly this was deployed before: packing the functions takes `sam` many seconds.
///
/// # Errors
/// What `sam` said.
pub(super) async fn deploy(options: &StackOptions, aws: &LocalAws) -> Result<()> {
    let wanted = fingerprint(options).context("the functions' packages cannot be read")?;
    let query = json!({"Name": DEPLOYED});
    // No answer is the answer of a fresh stack.
    let found = aws.json("ssm", "AmazonSSM.GetParameter", &query).await.unwrap_or_default();
    if found["Parameter"]["Value"] == wanted.as_str() {
        return Ok(());
    }
    sam_deploy(options).await?;
    let note = json!({"Name": DEPLOYED, "Value": wanted, "Type": "String", "Overwrite": true});
    aws.json("ssm", "AmazonSSM.PutParameter", &note).await?;
    Ok(())
}

async fn sam_deploy(options: &StackOptions) -> Result<()> {
    let mut sam = quiet(Tools::Sam.program("sam"));
    sam.current_dir(project::root()).env_clear().envs(environment(options));
    sam.arg("deploy").arg("--config-file").arg(project::root().join("samconfig.toml"));
    sam.args(["--config-env", "local", "--stack-name", STACK_NAME, "--region", REGION]);
    sam.arg("--parameter-overrides").args(parameters(options));
    run("sam deploy", &mut sam).await.context("the template could not be deployed")?;
    Ok(())
}

/// Changes with everything that a deployment is made of. A package is known by its time and size: both are
/// its program's.
fn fingerprint(options: &StackOptions) -> Result<String> {
    let mut hash = Sha256::new();
    for file in ["infra/template.yaml", "samconfig.toml"] {
        hash.update(std::fs::read(project::root().join(file))?);
    }
    for function in project::functions()? {
        let package = project::target().join("lambda").join(&function).join("bootstrap");
        let package = std::fs::metadata(package)?;
        hash.update(format!("{function} {} {:?}", package.len(), package.modified()?));
    }
    hash.update(parameters(options).join(" "));
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The template's parameters. The functions reach Microsoft through the gate.
fn parameters(options: &StackOptions) -> Vec<String> {
    let microsoft = ports::url(options.ports.microsoft_gate);
    let architecture = if std::env::consts::ARCH == "aarch64" { "arm64" } else { "x86_64" };
    let enabled = |is_on| if is_on { "ENABLED" } else { "DISABLED" }.to_owned();
    [
        ("Architecture", architecture.to_owned()),
        ("ClientId", CLIENT_ID.to_owned()),
        ("LoginUrl", microsoft.clone()),
        ("GraphUrl", format!("{microsoft}/v1.0")),
        ("PublicUrl", ports::url(options.ports.gateway)),
        ("CardUrlTemplate", CARD_URL_TEMPLATE.to_owned()),
        ("LogLevel", "info".to_owned()),
        ("DeletionProtection", "false".to_owned()),
        ("ScheduleState", enabled(options.schedule)),
        ("QueueMappings", enabled(options.queues)),
        ("SenderAddress", SENDER_ADDRESS.to_owned()),
        ("ApiId", API_ID.to_owned()),
        // Tests call as fast as they can, many of them with one key.
        ("ApiRequestsPerMinute", "60000".to_owned()),
        ("WebhookTargets", "any".to_owned()),
    ]
    .map(|(name, value)| format!("{name}={value}"))
    .into()
}

/// Nothing of the person's own AWS set-up, and a home in the stack's folder.
fn environment(options: &StackOptions) -> Vec<(&'static str, String)> {
    vec![
        ("PATH", "/usr/bin:/bin".to_owned()),
        ("HOME", options.state.join("home").display().to_string()),
        ("LANG", "C.UTF-8".to_owned()),
        ("SAM_CLI_TELEMETRY", "0".to_owned()),
        // Seconds between looks at the progress; 5 by default.
        ("SAM_CLI_POLL_DELAY", "0.2".to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("AWS_ENDPOINT_URL", ports::url(options.ports.aws)),
    ]
}
