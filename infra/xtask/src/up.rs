//! `cargo xtask up`: the local stack, until Ctrl-C.

use anyhow::Result;

/// How to start.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Forget what the stack held before.
    #[arg(long)]
    pub fresh: bool,
    /// The port of the gateway; the stack's other ports follow it.
    #[arg(long, default_value_t = 7400)]
    pub port: u16,
}

/// Runs the stack.
///
/// # Errors
/// A tool is missing, a port is taken, or a part did not start.
pub async fn run(_arguments: Arguments) -> Result<()> {
    anyhow::bail!("no stack yet")
}
