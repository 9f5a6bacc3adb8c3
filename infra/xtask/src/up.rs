//! `cargo xtask up`: the local stack, until Ctrl-C.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::project;
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
    /// The folder of its state; target/local when left out.
    #[arg(long, value_name = "FOLDER")]
    pub state: Option<PathBuf>,
}

/// Runs the stack.
///
/// # Errors
/// A tool is missing, a port is taken, or a part did not start or ended by itself.
pub async fn run(arguments: Arguments) -> Result<()> {
    let state = match arguments.state {
        Some(state) => std::path::absolute(state)?,
        None => project::target().join("local"),
    };
    let options = StackOptions { fresh: arguments.fresh, ..StackOptions::local(arguments.port, state)? };
    let mut stack = Stack::start(options).await?;
    print(stack.file(), stack.path());
    stack.watch().await
}

#[expect(clippy::print_stdout, reason = "what the person asked for")]
fn print(file: &StackFile, path: &Path) {
    println!("\n  API                {}/v1", file.gateway_url);
    println!("    operator key     {}", file.operator_key);
    println!("    organization     {}", file.organization_id);
    println!("    its key          {}", file.organization_key);
    println!("    description      {}/openapi.json", file.gateway_url);
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
