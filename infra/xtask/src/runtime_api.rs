//! A Lambda Runtime API of our own, for one process of one function's real binary.
//!
//! The local stack's Lambda is for correctness; it is no place to measure. Here the binary runs exactly as on
//! Lambda (it polls `invocation/next`, posts responses), with nothing in between, and the process's CPU time
//! and peak memory are read from `/proc`.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::usage::Usage;

#[cfg(test)]
mod tests;

/// A function's binary and what it runs with.
#[derive(Debug, Clone)]
pub struct FunctionOptions {
    /// The bootstrap.
    pub binary: PathBuf,
    /// Its environment; nothing of ours is inherited. The variables of the Lambda runtime are added.
    pub environment: Vec<(String, String)>,
    /// Where stdout and stderr go; nowhere when absent.
    pub log: Option<PathBuf>,
}

/// Why a function did not answer.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// The process or the API could not be started.
    #[error("{binary} could not be started")]
    Start {
        /// The bootstrap.
        binary: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The process ended; on Lambda the invocation would fail.
    #[error("the function's process ended ({0})")]
    Ended(ExitStatus),
    /// The function posted an error, at its start or for an invocation.
    #[error("the function failed: {0}")]
    Failed(String),
    /// The response was not JSON.
    #[error("the function's response is not JSON")]
    Response(#[from] serde_json::Error),
    /// `/proc` or the process could not be read.
    #[error("the function's process could not be looked at")]
    Process(#[from] std::io::Error),
}

/// A running process of a function; dropping it kills the process.
#[derive(Debug)]
pub struct Function {
    child: Child,
    started: Instant,
    api: Arc<Api>,
    first_poll: watch::Receiver<Option<Instant>>,
    serving: JoinHandle<()>,
}

impl Drop for Function {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Function {
    /// Starts the process; it need not have polled yet.
    ///
    /// # Errors
    /// The binary, its log or a port could not be opened.
    pub async fn start(options: FunctionOptions) -> Result<Self, FunctionError> {
        let binary = options.binary.clone();
        Self::try_start(options).await.map_err(|source| FunctionError::Start { binary, source })
    }

    async fn try_start(options: FunctionOptions) -> Result<Self, std::io::Error> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (polled, first_poll) = watch::channel(None);
        let (events, queue) = mpsc::unbounded_channel();
        let api = Arc::new(Api {
            events,
            queue: queue.into(),
            polled,
            pending: Mutex::default(),
            init_error: Mutex::default(),
        });
        let router = router(Arc::clone(&api));
        let listener = listener.tap_io(|stream| {
            // Without this every reply waits for a delayed acknowledgement. A failure shows in the figures.
            let _ = stream.set_nodelay(true);
        });
        let serving = tokio::spawn(async move {
            // Serves until aborted.
            let _ = axum::serve(listener, router).await;
        });
        let mut command = Command::new(&options.binary);
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", "measured")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .envs(options.environment)
            .stdin(Stdio::null())
            .stdout(log(options.log.as_deref())?)
            .stderr(log(options.log.as_deref())?)
            .kill_on_drop(true);
        let started = Instant::now();
        let child = command.spawn()?;
        Ok(Self { child, started, api, first_poll, serving })
    }

    /// The time from exec to the first poll for an event.
    ///
    /// # Errors
    /// The process ended before, or said that it cannot start.
    pub async fn first_poll_after(&mut self) -> Result<Duration, FunctionError> {
        tokio::select! {
            status = self.child.wait() => Err(self.ended(status?)),
            Ok(at) = first_poll(&mut self.first_poll) => Ok(at.duration_since(self.started)),
        }
    }

    /// Gives the function one event and waits for its response.
    ///
    /// # Errors
    /// The function failed or its process ended.
    pub async fn invoke(&mut self, event: &Value) -> Result<Value, FunctionError> {
        let id = uuid::Uuid::new_v4().to_string();
        let (said, reply) = oneshot::channel();
        self.api.pending().insert(id.clone(), said);
        // The receiver lives as long as the API that `self` holds.
        let _ = self.api.events.send((id, serde_json::to_vec(event)?));
        tokio::select! {
            status = self.child.wait() => Err(self.ended(status?)),
            Ok(reply) = reply => Ok(serde_json::from_slice(&reply.map_err(FunctionError::Failed)?)?),
        }
    }

    /// A process that posted an error at its start ends right after it: its words say more than its status.
    fn ended(&self, status: ExitStatus) -> FunctionError {
        let said = self.api.init_error.lock().expect("no holder of the error panics").take();
        said.map_or(FunctionError::Ended(status), FunctionError::Failed)
    }

    /// What the process has used since exec.
    ///
    /// # Errors
    /// The process is gone.
    pub fn usage(&self) -> Result<Usage, FunctionError> {
        let id = self.child.id().ok_or_else(|| std::io::Error::other("the process has been reaped"))?;
        Ok(Usage::of_process(id)?)
    }
}

/// When the first poll came, or that the API is gone.
async fn first_poll(
    polled: &mut watch::Receiver<Option<Instant>>,
) -> Result<Instant, watch::error::RecvError> {
    loop {
        let seen = *polled.borrow_and_update();
        match seen {
            Some(at) => return Ok(at),
            None => polled.changed().await?,
        }
    }
}

/// The two file handles of a log are opened one by one; both append.
fn log(path: Option<&std::path::Path>) -> std::io::Result<Stdio> {
    let Some(path) = path else { return Ok(Stdio::null()) };
    Ok(std::fs::OpenOptions::new().create(true).append(true).open(path)?.into())
}

/// What a function posts: its response, or its error as text.
type Said = Result<Bytes, String>;

/// Events on their way in and answers on their way out.
#[derive(Debug)]
struct Api {
    events: mpsc::UnboundedSender<(String, Vec<u8>)>,
    queue: tokio::sync::Mutex<mpsc::UnboundedReceiver<(String, Vec<u8>)>>,
    polled: watch::Sender<Option<Instant>>,
    pending: Mutex<HashMap<String, oneshot::Sender<Said>>>,
    init_error: Mutex<Option<String>>,
}

impl Api {
    fn pending(&self) -> MutexGuard<'_, HashMap<String, oneshot::Sender<Said>>> {
        self.pending.lock().expect("no holder of the pending replies panics")
    }

    fn settle(&self, id: &str, said: Said) -> StatusCode {
        match self.pending().remove(id) {
            // A caller that gave up is no concern of the function's.
            Some(waiting) => {
                let _ = waiting.send(said);
                StatusCode::ACCEPTED
            }
            None => StatusCode::BAD_REQUEST,
        }
    }
}

fn router(api: Arc<Api>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(16 << 20))
        .with_state(api)
}

async fn next(State(api): State<Arc<Api>>) -> Response {
    let now = Instant::now();
    api.polled.send_if_modified(|first| first.is_none() && first.replace(now).is_none());
    let Some((id, event)) = api.queue.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let headers = [
        ("lambda-runtime-aws-request-id", id),
        ("lambda-runtime-deadline-ms", deadline()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:local:000000000000:function:measured".to_owned(),
        ),
        ("content-type", "application/json".to_owned()),
    ];
    (headers, event).into_response()
}

async fn response(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    api.settle(&id, Ok(body))
}

async fn error(State(api): State<Arc<Api>>, Path(id): Path<String>, body: Bytes) -> StatusCode {
    api.settle(&id, Err(String::from_utf8_lossy(&body).into_owned()))
}

async fn init_error(State(api): State<Arc<Api>>, body: Bytes) -> StatusCode {
    let said = String::from_utf8_lossy(&body).into_owned();
    *api.init_error.lock().expect("no holder of the error panics") = Some(said);
    StatusCode::ACCEPTED
}

/// Lambda's longest time limit, 15 minutes from now, in milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the Runtime API tells the function a wall-clock deadline")]
fn deadline() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    (now + Duration::from_secs(900)).as_millis().to_string()
}
