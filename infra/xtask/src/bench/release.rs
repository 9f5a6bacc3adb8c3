//! Release binaries, as they are deployed.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::project;

/// The least that a function can be, `infra/bench/hello`.
pub(super) const HELLO: &str = "hello";

/// Where a binary is.
pub(super) fn binary(name: &str) -> PathBuf {
    project::target().join("release").join(name)
}

/// Builds all functions with [`HELLO`], then the simulator on its own, so that what the simulator needs of
/// their dependencies does not grow the functions. Cargo shows its progress.
///
/// # Errors
/// A package does not build.
pub(super) async fn build() -> Result<()> {
    let functions = project::functions().context("reading functions/")?;
    let mut packages: Vec<&str> = functions.iter().map(String::as_str).collect();
    packages.push(HELLO);
    cargo_build(&packages).await?;
    cargo_build(&["simulator"]).await
}

/// Builds these alone.
///
/// # Errors
/// A package does not build.
pub(super) async fn build_only(packages: &[&str]) -> Result<()> {
    cargo_build(packages).await
}

async fn cargo_build(packages: &[&str]) -> Result<()> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(project::root()).args(["build", "--release", "--locked", "--bins"]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    let status = cargo.kill_on_drop(true).status().await.context("starting cargo")?;
    ensure!(status.success(), "the release build failed ({status})");
    Ok(())
}
