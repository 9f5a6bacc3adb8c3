//! `cargo xtask bench`: figures, one JSON line each:
//! `{"bench","figure","value","unit","peer"?,"peer_value"?,"ratio"?}`.

mod cards;
mod customer;
mod figure;
mod front;
mod microsoft;
mod outside;
mod pages;
mod peer;
mod release;
mod start;
mod webhook;

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
    /// CPU time of a delivery of Graph's, beside a bare handler.
    Webhook,
    /// CPU time of each console page from a warm function.
    Pages,
}

/// Runs the benchmarks.
///
/// # Errors
/// A benchmark could not run or missed its limit.
pub async fn run(arguments: Arguments) -> Result<()> {
    let Arguments { name, built } = arguments;
    if !built {
        let building = async {
            match name {
                Some(Benchmark::Webhook) => release::build_only(&webhook::BINARIES).await,
                Some(_) => release::build().await,
                None => {
                    release::build().await?;
                    release::build_only(&webhook::BINARIES).await
                }
            }
        };
        step("Building with the release profile", building).await?;
    }
    match name {
        Some(Benchmark::Start) => start::run().await,
        Some(Benchmark::Cards) => cards::run().await,
        Some(Benchmark::Webhook) => webhook::run().await,
        Some(Benchmark::Pages) => pages::run().await,
        None => {
            // All are run, whatever the first shows.
            let (start, cards) = (start::run().await, cards::run().await);
            let (webhook, pages) = (webhook::run().await, pages::run().await);
            start.and(cards).and(webhook).and(pages)
        }
    }
}
