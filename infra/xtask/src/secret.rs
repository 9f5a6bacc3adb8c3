//! `cargo xtask secret`: the secret that an operator puts into a new deployment.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::stack::Secret;

/// What goes into it.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file with the app registration's client secret. Not an argument of its own, which the shell's
    /// history would keep.
    #[arg(long, value_name = "FILE")]
    pub client_secret: PathBuf,
}

/// Prints the secret as JSON, for `aws secretsmanager put-secret-value`.
///
/// # Errors
/// The client secret cannot be read.
#[expect(clippy::print_stdout, reason = "the command's result")]
pub fn run(arguments: &Arguments) -> Result<()> {
    let path = &arguments.client_secret;
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = text.trim();
    anyhow::ensure!(!text.is_empty(), "{} is empty", path.display());
    println!("{}", serde_json::to_string_pretty(&Secret::generate(text.to_owned()))?);
    Ok(())
}
