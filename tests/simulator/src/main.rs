//! The simulator as a program.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use simulator::{BatchConcurrency, Settings, Simulator, SimulatorOptions};
use tokio::signal::unix::{SignalKind, signal};

/// A Microsoft 365 simulator: Entra ID, Microsoft Graph and an Outlook to look at, on loopback.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Append every exchange to this file, one JSON object per line.
    #[arg(long)]
    record: Option<PathBuf>,
    /// Read the state from this file at the start, write it there at the end.
    #[arg(long)]
    state: Option<PathBuf>,
    /// How long each Graph request takes, in milliseconds.
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Turn away the fifth request of a batch for one mailbox instead of letting it wait.
    #[arg(long)]
    reject_in_batch: bool,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            if let Some(source) = error.source() {
                eprintln!("  because: {source}");
            }
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let batch_concurrency =
        if arguments.reject_in_batch { BatchConcurrency::Reject } else { BatchConcurrency::Queue };
    let settings = Settings { latency_ms: arguments.latency_ms, batch_concurrency, ..Settings::default() };
    // Before the ready line: a stop sent right after it must not be missed.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let options = SimulatorOptions {
        listen: arguments.listen,
        settings,
        record: arguments.record,
        state: arguments.state,
    };
    let simulator = Simulator::start(options).await?;
    writeln!(std::io::stdout(), "simulator ready on {}", simulator.url)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    simulator.stop().await?;
    Ok(())
}
