//! What was said between the functions and Microsoft, held against Microsoft's own contract by
//! `check_traffic.py`, which lies beside the project where it is available.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::process::run;
use crate::project;
use crate::tools::Tools;

/// Checks recorded exchanges. Without the checker nothing is checked, which is said; on CI that is a
/// failure.
///
/// # Errors
/// An exchange breaks the contract, or nothing was recorded.
pub async fn check(recorded: &[&Path]) -> Result<()> {
    let Some(checker) = checker() else {
        if std::env::var_os("CI").is_some_and(|value| value == "true") {
            bail!("the traffic checker ../shared/microsoft/check_traffic.py is not there");
        }
        eprintln!(
            "  The recorded traffic is not checked: ../shared/microsoft/check_traffic.py is not there."
        );
        return Ok(());
    };
    for file in recorded {
        let size =
            std::fs::metadata(file).with_context(|| format!("no traffic at {}", file.display()))?.len();
        if size == 0 {
            bail!("no traffic was recorded in {}", file.display());
        }
    }
    let mut python = Command::new(Tools::Ministack.program("python"));
    python.arg(checker).arg("--strict").args(recorded);
    run("check_traffic.py", &mut python).await.context("the traffic breaks Microsoft's contract")?;
    Ok(())
}

fn checker() -> Option<PathBuf> {
    let path = project::root().parent()?.join("shared/microsoft/check_traffic.py");
    path.is_file().then_some(path)
}
