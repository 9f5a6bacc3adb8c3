//! `cargo xtask demo`: the main job, headless, on free ports and fresh state.

use std::path::PathBuf;

use anyhow::Result;

/// What to show.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A file of vCards to import; a sample of our own when left out.
    #[arg(long)]
    pub vcards: Option<PathBuf>,
}

/// Runs the demonstration.
///
/// # Errors
/// The stack did not start, or a result is not what it should be.
pub async fn run(_arguments: Arguments) -> Result<()> {
    anyhow::bail!("no demonstration yet")
}
