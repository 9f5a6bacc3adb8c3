//! `cargo xtask`: the developer's commands.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::{bench, crash, demo, test, up};

/// Setten's developer commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Builds and starts the local stack and stays until Ctrl-C.
    Up(up::Arguments),
    /// Does the main job, headless, on a fresh stack, and checks every result.
    Demo(demo::Arguments),
    /// Runs every check.
    Test(test::Arguments),
    /// Measures; prints one JSON line per figure.
    Bench(bench::Arguments),
    /// Cuts every outbound call in turn and compares the end states.
    Crash(crash::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Up(arguments) => up::run(arguments).await,
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Test(arguments) => test::run(arguments).await,
        Command::Bench(arguments) => bench::run(arguments).await,
        Command::Crash(arguments) => crash::run(arguments).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
