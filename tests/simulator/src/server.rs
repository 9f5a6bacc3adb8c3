//! Starting and stopping.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::{control, entra, graph, outlook};

/// How a simulator is started.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 0)) }
    }
}

/// Why a simulator could not start or stop cleanly.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The address is taken or not ours.
    #[error("the simulator cannot listen on {address}")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A running simulator. It stops when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    /// Where it is reached, without a slash at the end: `http://127.0.0.1:PORT`.
    pub url: String,
    app: Arc<App>,
    task: tokio::task::JoinHandle<()>,
}

impl Simulator {
    /// Starts a simulator on the current tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(options: SimulatorOptions) -> Result<Self, SimulatorError> {
        let failed = |source| SimulatorError::Listen { address: options.listen, source };
        let listener = tokio::net::TcpListener::bind(options.listen).await.map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let app = Arc::new(App::default());
        let router = router(&app);
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the simulator stopped: {error}");
            }
        });
        Ok(Self { url, app, task })
    }

    /// The state behind it, for tests in the same process.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn router(app: &Arc<App>) -> Router {
    Router::new()
        .merge(graph::router())
        .merge(entra::router())
        .merge(outlook::router())
        .nest("/_sim", control::router().merge(entra::control()))
        .with_state(Arc::clone(app))
}
