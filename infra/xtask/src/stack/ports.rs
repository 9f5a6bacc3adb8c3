//! The ports of a stack, all on loopback.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use anyhow::{Result, bail};

/// Which port each part listens on.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// What people and CRMs call: the HTTP API.
    pub gateway: u16,
    /// The Microsoft 365 simulator.
    pub simulator: u16,
    /// The local AWS.
    pub aws: u16,
    /// The gate between the functions and AWS.
    pub aws_gate: u16,
    /// The gate between the functions and the simulator.
    pub microsoft_gate: u16,
}

impl Ports {
    /// Five ports in a row, from the gateway's.
    ///
    /// # Errors
    /// One of them is taken.
    pub fn from(first: u16) -> Result<Self> {
        let Some(last) = first.checked_add(4) else { bail!("--port may be at most {}", u16::MAX - 4) };
        for port in first..=last {
            if let Err(error) = TcpListener::bind(local(port)) {
                bail!(
                    "port {port} cannot be used ({error}); the stack needs {first} to {last}: \
                     stop what uses them, or choose others with --port"
                );
            }
        }
        Ok(Self {
            gateway: first,
            simulator: first + 1,
            aws: first + 2,
            aws_gate: first + 3,
            microsoft_gate: first + 4,
        })
    }

    /// Free ones.
    ///
    /// # Errors
    /// The system gives none.
    pub fn free() -> Result<Self> {
        // Held until all are known, so that they differ.
        let held: Vec<TcpListener> =
            (0..5).map(|_| TcpListener::bind(local(0))).collect::<std::io::Result<_>>()?;
        let port = |index: usize| held[index].local_addr().map(|address| address.port());
        Ok(Self {
            gateway: port(0)?,
            simulator: port(1)?,
            aws: port(2)?,
            aws_gate: port(3)?,
            microsoft_gate: port(4)?,
        })
    }
}

/// The address of a port.
#[must_use]
pub(super) fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// The URL of a port, without a slash at the end.
#[must_use]
pub(super) fn url(port: u16) -> String {
    format!("http://{}", local(port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() {
        let taken = TcpListener::bind(local(0)).expect("a port");
        let port = taken.local_addr().expect("an address").port();
        let error = Ports::from(port).expect_err("refused").to_string();
        assert!(error.contains(&format!("port {port} ")) && error.contains("--port"), "{error}");
        assert!(Ports::from(u16::MAX).is_err());
    }

    #[test]
    fn free_ports_differ() {
        let Ports { gateway, simulator, aws, aws_gate, microsoft_gate } = Ports::free().expect("ports");
        let all = std::collections::BTreeSet::from([gateway, simulator, aws, aws_gate, microsoft_gate]);
        assert_eq!(all.len(), 5);
    }
}
