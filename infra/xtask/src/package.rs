//! `cargo xtask package`: what `sam deploy` uploads, built with cargo-lambda for Amazon Linux 2023.

use anyhow::{Context, Result};
use clap::ValueEnum;
use tokio::process::Command;

use crate::process;
use crate::tools::Tools;
use crate::{project, tools};

/// The processors that Lambda has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Architecture {
    /// Graviton, the template's default.
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86_64")]
    X86_64,
}

/// What to build for.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The processor; the template's parameter `Architecture` must say the same.
    #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
    pub architecture: Architecture,
}

/// Builds every function with the release profile into `target/lambda/FUNCTION/bootstrap`.
///
/// # Errors
/// They do not compile, or the target is not installed.
pub async fn run(arguments: Arguments) -> Result<()> {
    tools::ensure().await?;
    let architecture = match arguments.architecture {
        Architecture::Arm64 => "--arm64",
        Architecture::X86_64 => "--x86-64",
    };
    let mut cargo = Command::new(Tools::Sam.program("cargo-lambda"));
    cargo.current_dir(project::root()).args(["lambda", "build", "--release", architecture]);
    for function in project::functions()? {
        cargo.args(["--package", &function]);
    }
    // cargo-lambda links with the zig that pip put beside it, against Amazon Linux's own C library.
    let own = Tools::Sam.program("").display().to_string();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut paths = vec![own.into()];
    paths.extend(std::env::split_paths(&path));
    cargo.env("PATH", std::env::join_paths(paths)?);
    process::run("cargo lambda build", &mut cargo).await.context("the packages could not be built")?;
    Ok(())
}
