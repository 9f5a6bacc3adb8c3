//! Release binaries, as they are deployed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

/// The workspace's folder.
#[must_use]
pub(super) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").components().collect()
}

/// The names of all functions: the folders of `functions/`.
///
/// # Errors
/// The folder cannot be read.
pub(super) fn functions() -> Result<Vec<String>> {
    let folder = workspace().join("functions");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(
            entry?
                .file_name()
                .into_string()
                .map_err(|name| anyhow::anyhow!("not a name: {}", name.display()))?,
        );
    }
    names.sort();
    Ok(names)
}

/// Builds the binaries of these packages with the release profile, all in one go, and says where they are.
/// Cargo shows its progress.
///
/// # Errors
/// A package does not build.
pub(super) async fn build(packages: &[impl AsRef<str>]) -> Result<PathBuf> {
    let workspace = workspace();
    let mut cargo = Command::new(cargo());
    cargo.current_dir(&workspace).args(["build", "--release", "--locked", "--bins"]);
    for package in packages {
        cargo.args(["--package", package.as_ref()]);
    }
    let status = cargo.kill_on_drop(true).status().await.context("starting cargo")?;
    ensure!(status.success(), "the release build failed ({status})");
    Ok(target(&workspace).join("release"))
}

#[expect(clippy::disallowed_methods, reason = "cargo names itself and its target folder to what it runs")]
fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

#[expect(clippy::disallowed_methods, reason = "cargo names itself and its target folder to what it runs")]
fn target(workspace: &Path) -> PathBuf {
    std::env::var("CARGO_TARGET_DIR")
        .map_or_else(|_| workspace.join("target"), |folder| workspace.join(folder))
}
