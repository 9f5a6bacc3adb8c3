//! `cargo xtask crash`: the fault gate's exhaustive walk.

use anyhow::Result;

/// What to walk.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One scenario; all of them when left out.
    pub scenario: Option<String>,
}

/// Walks the scenarios.
///
/// # Errors
/// A scenario could not run, or an end state differs.
pub async fn run(_arguments: Arguments) -> Result<()> {
    anyhow::bail!("no scenarios yet")
}
