//! The fault gate: a reverse proxy between the functions and everything outside them.
//!
//! A stack has one gate before each thing that its functions call (AWS, the simulator); all of them share
//! one [`Faults`], which counts the calls in the order of their arrival and can cut the nth of them, before
//! or after it takes effect, with everything that follows. While nothing is armed a gate is transparent:
//! bodies stream, connections stay open, and the `Host` header is kept, since AWS signatures cover it.
//!
//! Another process (the integration tests) steers the faults by `/_gate/…` on any gate; see [`control`].

mod control;
mod faults;
mod proxy;
mod tap;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use url::Url;

pub use faults::{Call, Faults, Outcome, When};
use proxy::Proxy;
pub use tap::{Tap, Tapped};

/// What a gate stands before.
#[derive(Debug, Clone)]
pub struct GateOptions {
    /// Where the gate listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where calls go, plain HTTP. A path is put before every call's path.
    pub upstream: Url,
    /// The `Host` header for the upstream; the caller's own is kept when absent.
    pub host: Option<String>,
    /// The name in the log of calls, such as `aws` or `microsoft`.
    pub name: String,
    /// Who is told of calls of one kind that took effect.
    pub tap: Option<Tap>,
}

/// Why a gate did not start.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// Only plain HTTP on a named host can be proxied.
    #[error("the gate {name} cannot stand before {upstream}: an http:// address is needed")]
    Upstream {
        /// The gate.
        name: String,
        /// What was asked for.
        upstream: Url,
    },
    /// The listening address is taken or not ours.
    #[error("the gate {name} cannot listen on {listen}")]
    Listen {
        /// The gate.
        name: String,
        /// The address.
        listen: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A running gate; dropping it closes its port and its connections.
#[derive(Debug)]
pub struct Gate {
    url: Url,
    accepting: JoinHandle<()>,
}

impl Gate {
    /// Starts a gate that asks `faults` about every call.
    ///
    /// # Errors
    /// The upstream is not an `http://` address, or the listening address is taken.
    pub async fn start(options: GateOptions, faults: Faults) -> Result<Self, GateError> {
        let GateOptions { listen, upstream, host, name, tap } = options;
        if upstream.scheme() != "http" || !upstream.has_host() {
            return Err(GateError::Upstream { name, upstream });
        }
        let refused = |source| GateError::Listen { name: name.clone(), listen, source };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let url = Url::parse(&format!("http://{address}")).expect("a socket address makes a URL");
        let proxy = Arc::new(Proxy::new(name, &upstream, host, tap, faults));
        Ok(Self { url, accepting: tokio::spawn(accept(listener, proxy)) })
    }

    /// The gate's address, `http://127.0.0.1:PORT/`.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Accepts until aborted; the connections end with it.
async fn accept(listener: TcpListener, proxy: Arc<Proxy>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(serve(stream, Arc::clone(&proxy)))),
                // Out of file descriptors: wait for connections to end rather than spin.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Serves one connection. A cut call makes the service fail, and hyper then closes the connection without
/// a reply, which is what a lost process or network looks like to the caller.
async fn serve(stream: TcpStream, proxy: Arc<Proxy>) {
    // Without this small replies wait for the peer's delayed acknowledgement, 40 ms each.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request| {
        let proxy = Arc::clone(&proxy);
        async move { proxy.answer(request).await }
    });
    // The error is the cut itself, or a caller that went away: nothing to tell anybody.
    let _closed =
        http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).await;
}
