//! The simulator as a program.

use std::net::SocketAddr;

use clap::Parser;
use simulator::{Simulator, SimulatorOptions};

/// A Microsoft 365 simulator: Entra ID and Microsoft Graph on loopback.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<(), simulator::SimulatorError> {
    let arguments = Arguments::parse();
    let _simulator = Simulator::start(SimulatorOptions { listen: arguments.listen }).await?;
    std::future::pending::<()>().await;
    Ok(())
}
