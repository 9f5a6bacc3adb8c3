//! Release binaries, as they are deployed.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::project;

/// The least that a function can be, `infra/bench/hello`.
pub(super) const HELLO: &str = "hello";

/// Builds all functions and [`HELLO`], always together, so that every benchmark measures the same binaries.
///
/// # Errors
/// One does not build.
pub(super) async fn build_functions() -> Result<PathBuf> {
    let functions = project::functions().context("reading functions/")?;
    let mut packages: Vec<&str> = functions.iter().map(String::as_str).collect();
    packages.push(HELLO);
    build(&packages).await
}

/// Builds the binaries of these packages with the release profile, all in one go, and says where they are.
/// Cargo shows its progress.
///
/// # Errors
/// A package does not build.
pub(super) async fn build(packages: &[&str]) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(project::root()).args(["build", "--release", "--locked", "--bins"]);
    for package in packages {
        cargo.args(["--package", package]);
    }
    let status = cargo.kill_on_drop(true).status().await.context("starting cargo")?;
    ensure!(status.success(), "the release build failed ({status})");
    Ok(project::target().join("release"))
}
