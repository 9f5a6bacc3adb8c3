//! `cargo xtask bench`: figures, one JSON line each.

use anyhow::Result;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One benchmark; all of them when left out.
    pub name: Option<String>,
}

/// Runs the benchmarks.
///
/// # Errors
/// A benchmark could not run or missed its limit.
pub async fn run(_arguments: Arguments) -> Result<()> {
    anyhow::bail!("no benchmarks yet")
}
