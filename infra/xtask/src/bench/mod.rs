//! `cargo xtask bench`: figures, one JSON line each:
//! `{"bench","figure","value","unit","peer"?,"peer_value"?,"ratio"?}`.

mod cards;
mod figure;
mod front;
mod microsoft;
mod outside;
mod peer;
mod release;
mod start;

use anyhow::Result;

use crate::progress::step;

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One benchmark; all of them when left out.
    pub name: Option<Benchmark>,
    /// Measure the release binaries that are there; build none.
    #[arg(long)]
    pub built: bool,
}

/// A benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Benchmark {
    /// Size of each function, and time from exec to its first poll.
    Start,
    /// A push of 1,000 new cards, beside Microsoft's own client.
    Cards,
}

/// Runs the benchmarks.
///
/// # Errors
/// A benchmark could not run or missed its limit.
pub async fn run(arguments: Arguments) -> Result<()> {
    let Arguments { name, built } = arguments;
    if !built {
        step("Building with the release profile", release::build()).await?;
    }
    match name {
        Some(Benchmark::Start) => start::run().await,
        Some(Benchmark::Cards) => cards::run().await,
        None => {
            // Both are run, whatever the first shows.
            let (start, cards) = (start::run().await, cards::run().await);
            start.and(cards)
        }
    }
}
