//! `cargo xtask docs`: the generated documents. They are written by the tests that hold them to the code.

use anyhow::Result;
use tokio::process::Command;

use crate::process;
use crate::project;

/// The variable that makes those tests write instead of compare.
pub const UPDATE: &str = "SETTEN_UPDATE_DOCS";

/// Writes the documents.
///
/// # Errors
/// The functions do not compile, or a document cannot be written.
pub async fn run() -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(project::root()).env(UPDATE, "1");
    cargo.args(["test", "--quiet", "--package", "xtask", "--test", "variables", "documented"]);
    process::run("cargo test", &mut cargo).await?;
    Ok(())
}
