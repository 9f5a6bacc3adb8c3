//! `cargo xtask`: the developer's commands.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::{bench, crash, demo, docs, package, secret, signals, test, up};

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
    /// Builds the functions' packages for a real deployment with cargo-lambda.
    Package(package::Arguments),
    /// Prints a secret for a new deployment, with keys of its own.
    Secret(secret::Arguments),
    /// Writes the generated documents again: docs/VARIABLES.md.
    Docs,
}

impl Command {
    async fn run(self) -> Result<()> {
        match self {
            Self::Up(arguments) => up::run(arguments).await,
            Self::Demo(arguments) => demo::run(arguments).await,
            Self::Test(arguments) => test::run(arguments).await,
            Self::Bench(arguments) => bench::run(arguments).await,
            Self::Crash(arguments) => crash::run(arguments).await,
            Self::Package(arguments) => package::run(arguments).await,
            Self::Secret(arguments) => secret::run(&arguments),
            Self::Docs => docs::run().await,
        }
    }
}

/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

#[tokio::main]
async fn main() -> ExitCode {
    let command = Cli::parse().command;
    // Ctrl-C is the way to end `up`, and no failure of it.
    let interrupted = if matches!(command, Command::Up(_)) { 0 } else { INTERRUPTED };
    tokio::select! {
        outcome = command.run() => match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        },
        // The command is dropped, and with it everything that it started ends.
        () = signals::told_to_end() => ExitCode::from(interrupted),
    }
}
