//! ministack, the local AWS, on loopback with IAM evaluated.

use std::time::Duration;

use anyhow::Result;

use super::local_aws::REGION;
use super::{StackOptions, ports};
use crate::process::Service;
use crate::project;
use crate::tools::Tools;

/// How long it may take to save its state when it is stopped.
const GRACE: Duration = Duration::from_secs(10);
/// It is ready in half a second; a busy machine takes longer.
const READY: Duration = Duration::from_secs(60);

/// It keeps every log line for ever; beyond this many bytes an earlier start's are dropped.
const MOST_LOGS: u64 = 20 * 1024 * 1024;

/// Starts it and waits until it answers.
///
/// # Errors
/// It ended or does not answer.
pub(super) async fn start(options: &StackOptions, http: &reqwest::Client) -> Result<Service> {
    let python = Tools::Ministack.program("python").display().to_string();
    let launcher = project::root().join("infra/tools/ministack_launcher.py").display().to_string();
    let log = options.state.join("logs/ministack.log");
    let kept = options.state.join("aws/cloudwatch_logs.json");
    if std::fs::metadata(&kept).is_ok_and(|kept| kept.len() > MOST_LOGS) {
        std::fs::remove_file(&kept)?;
    }
    let mut service = Service::start("ministack", &[&python, &launcher], &environment(options), &log, GRACE)?;
    let health = format!("{}/_ministack/health", ports::url(options.ports.aws));
    service.answers(http, &health, READY).await?;
    Ok(service)
}

/// Everything that it sees. The functions inherit it, so nothing of the person's own environment is here.
fn environment(options: &StackOptions) -> Vec<(&'static str, String)> {
    let folder = |name: &str| options.state.join(name).display().to_string();
    vec![
        ("PATH", "/usr/bin:/bin".to_owned()),
        ("HOME", folder("home")),
        ("TMPDIR", folder("tmp")),
        ("BIND_HOST", "127.0.0.1".to_owned()),
        ("GATEWAY_PORT", options.ports.aws.to_string()),
        ("IOT_MTLS_ENABLED", "0".to_owned()),
        // IAM is evaluated.
        ("AUTH", "true".to_owned()),
        ("PERSIST_STATE", "1".to_owned()),
        ("STATE_DIR", folder("aws")),
        ("S3_PERSIST", "1".to_owned()),
        ("S3_DATA_DIR", folder("s3")),
        // Where the functions call AWS: through the gate.
        ("AWS_ENDPOINT_URL", ports::url(options.ports.aws_gate)),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
        ("MINISTACK_REGION", REGION.to_owned()),
    ]
}
