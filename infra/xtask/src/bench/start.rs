//! `bench start`: how large each function is, and how long from exec to its first poll, beside the least
//! that a function can be (`infra/bench/hello`).

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use super::figure::{Limit, Report, median, megabytes};
use super::{outside::Outside, release};
use crate::project;
use crate::runtime_api::{Function, FunctionOptions};

/// Starts of each function; the order is interleaved, so that a busy moment of the machine hits all alike.
const STARTS: usize = 50;
/// The largest binary, in millions of bytes.
const MOST_MEGABYTES: f64 = 8.0;
/// How much longer than `hello` a function may take, in milliseconds.
const MOST_MORE_MILLISECONDS: f64 = 12.0;

/// Measures, prints.
///
/// # Errors
/// A function does not start, or a limit is missed.
pub(super) async fn run() -> Result<()> {
    let functions = project::functions().context("reading functions/")?;
    let mut names: Vec<&str> = vec![release::HELLO];
    names.extend(functions.iter().map(String::as_str));
    let outside = Outside::start("bench").await?;

    let mut times = vec![Vec::with_capacity(STARTS); names.len()];
    for _ in 0..STARTS {
        for (name, times) in names.iter().zip(&mut times) {
            let first_poll = start(&release::binary(name), outside.environment()).await;
            times.push(milliseconds(first_poll.with_context(|| format!("starting {name}"))?));
        }
    }

    let mut report = Report::new("start");
    let mut medians = times.into_iter().map(median);
    let hello = medians.next().context("hello was measured")?;
    for (name, first_poll) in names.iter().skip(1).zip(medians) {
        let bytes = std::fs::metadata(release::binary(name))?.len();
        report.figure(format!("{name} size"), megabytes(bytes), "MB", Limit::Value(MOST_MEGABYTES))?;
        let limit = Limit::Value(hello + MOST_MORE_MILLISECONDS);
        report.beside(format!("{name} exec to first poll"), first_poll, "ms", ("hello", hello), limit)?;
    }
    report.finish()
}

async fn start(binary: &Path, environment: Vec<(String, String)>) -> Result<Duration> {
    let options = FunctionOptions { binary: binary.to_owned(), environment, log: None };
    Ok(Function::start(options).await?.first_poll_after().await?)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
