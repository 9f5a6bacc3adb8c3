//! `cargo xtask up`: the local stack, until Ctrl-C.

use anyhow::{Context, Result};
use tokio::signal::unix::{SignalKind, signal};

use crate::stack::{Stack, StackFile, StackOptions};

/// How to start.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Forget what the stack held before.
    #[arg(long)]
    pub fresh: bool,
    /// The port of the gateway; the four after it are the stack's too.
    #[arg(long, default_value_t = 7400)]
    pub port: u16,
}

/// Runs the stack.
///
/// # Errors
/// A tool is missing, a port is taken, or a part did not start or ended by itself.
pub async fn run(arguments: Arguments) -> Result<()> {
    tokio::select! {
        outcome = stay(arguments) => outcome,
        // Dropping the stack, or what there is of it, ends its parts.
        name = told_to_end() => {
            eprintln!("\n{}: stopping", name?);
            Ok(())
        }
    }
}

async fn stay(arguments: Arguments) -> Result<()> {
    let options = StackOptions::local(arguments.port)?;
    if arguments.fresh && options.state.exists() {
        std::fs::remove_dir_all(&options.state)
            .with_context(|| format!("cannot remove {}", options.state.display()))?;
    }
    let mut stack = Stack::start(options).await?;
    print(stack.file(), stack.path());
    stack.watch().await
}

async fn told_to_end() -> Result<&'static str> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.map(|()| "Ctrl-C").map_err(Into::into),
        _ = terminate.recv() => Ok("terminated"),
        _ = hangup.recv() => Ok("the terminal is gone"),
    }
}

#[expect(clippy::print_stdout, reason = "what the person asked for")]
fn print(file: &StackFile, path: &std::path::Path) {
    println!("\n  API                {}/v1", file.gateway_url);
    println!("    operator key       {}", file.operator_key);
    println!("    organization key   {}", file.organization_key);
    println!("    description        {}/openapi.json", file.gateway_url);
    for (name, url) in [("Console", &file.console_url), ("Booking page", &file.booking_url)] {
        if let Some(url) = url {
            println!("  {name:<18} {url}");
        }
    }
    println!("  Simulated Outlook  {}/outlook", file.simulator_url);
    println!("  Local AWS          {}", file.aws_endpoint_url);
    println!("  All of it          {}", path.display());
    println!("\nSetten is ready. Ctrl-C ends it.");
}
