//! Starting, serving, stopping.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use axum::{Router, middleware};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt;

use crate::app::App;
use crate::model::World;
use crate::recording::{self, Recorder};
use crate::settings::Settings;
use crate::{control, entra, graph, hooks, outlook};

/// How long a stop waits for requests that are being answered.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

/// How a simulator is started.
#[derive(Debug, Clone)]
pub struct SimulatorOptions {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What it starts with, and goes back to on a reset.
    pub settings: Settings,
    /// A file that every exchange is appended to, one JSON object per line.
    pub record: Option<PathBuf>,
    /// A file that the state is read from at the start (if it is there) and written to by
    /// [`Simulator::stop`].
    pub state: Option<PathBuf>,
}

impl Default for SimulatorOptions {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { listen, settings: Settings::default(), record: None, state: None }
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
    /// A file cannot be read or written.
    #[error("the simulator cannot use {path}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The state file is not one of ours, or of another version.
    #[error("{path} does not hold a state of this simulator")]
    State {
        /// Which one.
        path: PathBuf,
        /// Where it breaks.
        source: serde_json::Error,
    },
}

/// A running simulator. Dropped without [`Simulator::stop`] it ends at once and saves nothing.
#[derive(Debug)]
pub struct Simulator {
    /// Where it is reached, without a slash at the end: `http://127.0.0.1:PORT`.
    pub url: String,
    app: Arc<App>,
    state: Option<PathBuf>,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
    /// Tells changes to whoever subscribed to them.
    sender: JoinHandle<()>,
}

/// Marks a response that must not reach the client: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lost;

/// What the connection fails with when a reply is lost.
#[derive(Debug, thiserror::Error)]
#[error("the reply is lost on purpose")]
struct ReplyLost;

impl Simulator {
    /// Starts a simulator on the current tokio runtime.
    ///
    /// # Errors
    /// When the address cannot be listened on, or a file cannot be read or opened.
    pub async fn start(options: SimulatorOptions) -> Result<Self, SimulatorError> {
        let failed = |source| SimulatorError::Listen { address: options.listen, source };
        let listener = TcpListener::bind(options.listen).await.map_err(failed)?;
        let url = format!("http://{}", listener.local_addr().map_err(failed)?);
        let world = options.state.as_ref().map_or_else(|| Ok(World::default()), load)?;
        let recorder = options.record.as_ref().map_or_else(|| Ok(Recorder::default()), open_record)?;
        let app = Arc::new(App::new(world, options.settings, recorder));
        let (stop, stopped) = watch::channel(false);
        let task = Some(tokio::spawn(serve(listener, router(&app), stopped)));
        let sender = tokio::spawn(graph::subscriptions::run(Arc::clone(&app)));
        Ok(Self { url, app, state: options.state, stop, task, sender })
    }

    /// The state behind it, for tests in the same process.
    #[must_use]
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Stops: requests under way are answered (for two seconds), the state is saved if it was to be.
    ///
    /// # Errors
    /// When the state file cannot be written.
    pub async fn stop(mut self) -> Result<(), SimulatorError> {
        self.stop.send_replace(true);
        self.sender.abort();
        if let Some(task) = self.task.take() {
            // A task that panicked has nothing left to finish.
            let _ = task.await;
        }
        // The last exchanges are in the file when this returns.
        self.app.recorder.lines();
        let Some(path) = &self.state else { return Ok(()) };
        let mut world = self.app.world();
        world.clock_offset_seconds = self.app.clock.offset_seconds();
        let text = serde_json::to_vec(&*world)
            .map_err(|source| SimulatorError::State { path: path.clone(), source })?;
        std::fs::write(path, text).map_err(|source| SimulatorError::File { path: path.clone(), source })
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
        self.sender.abort();
    }
}

fn load(path: &PathBuf) -> Result<World, SimulatorError> {
    match std::fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map_err(|source| SimulatorError::State { path: path.clone(), source }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(World::default()),
        Err(source) => Err(SimulatorError::File { path: path.clone(), source }),
    }
}

fn open_record(path: &PathBuf) -> Result<Recorder, SimulatorError> {
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let file = file.map_err(|source| SimulatorError::File { path: path.clone(), source })?;
    Ok(Recorder::new(Some(file)))
}

fn router(app: &Arc<App>) -> Router {
    let microsoft = Router::new()
        .merge(graph::router())
        .merge(entra::router())
        .layer(middleware::from_fn_with_state(Arc::clone(app), recording::exchange));
    Router::new()
        .merge(microsoft)
        .merge(outlook::router())
        .merge(hooks::router())
        .nest("/_sim", control::router().merge(entra::control()).merge(hooks::control()))
        .with_state(Arc::clone(app))
}

/// Takes connections until told to stop, then lets the open ones finish.
async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let for_connections = stopped.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), for_connections.clone()));
                }
                Err(error) => {
                    eprintln!("the simulator could not take a connection: {error}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            () = told(&mut stopped) => break,
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(STOP_PATIENCE, all).await;
}

/// Waits for the order to stop; also when nobody is left to give it.
async fn told(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// One connection. axum's own server cannot end one without an answer; hyper does when the service fails.
async fn connection(stream: TcpStream, router: Router, mut stopped: watch::Receiver<bool>) {
    // Small answers must not wait for the client's acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        answer(router.clone(), request.map(Body::new))
    });
    let mut connection = std::pin::pin!(
        hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        // A connection that breaks is the client's business (or a lost reply).
        _ = connection.as_mut() => return,
        () = told(&mut stopped) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(router: Router, request: Request) -> Result<Response, ReplyLost> {
    let response = router.oneshot(request).await.unwrap_or_else(|never: Infallible| match never {});
    if response.extensions().get::<Lost>().is_some() { Err(ReplyLost) } else { Ok(response) }
}
