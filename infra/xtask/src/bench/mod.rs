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

/// What to measure.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// One benchmark; all of them when left out.
    pub name: Option<Benchmark>,
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
    match arguments.name {
        Some(Benchmark::Start) => start::run().await,
        Some(Benchmark::Cards) => cards::run().await,
        None => {
            // Both are run, whatever the first shows.
            let (start, cards) = (start::run().await, cards::run().await);
            start.and(cards)
        }
    }
}
