//! Which call is cut, shared by the gates of a stack.

use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// On which side of its effect a call is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// The upstream is never called.
    Before,
    /// The upstream is called, and its reply is dropped.
    After,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It went through.
    Passed,
    /// The chosen call, cut before it took effect.
    CutBefore,
    /// The chosen call, cut after it took effect.
    CutAfter,
    /// It came after the cut: as if its process had died, it never happened.
    Refused,
}

/// One call seen while armed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its number since the faults were armed, from 1.
    pub number: usize,
    /// The gate it went through.
    pub gate: String,
    /// The HTTP method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The AWS operation of the JSON protocols, such as `DynamoDB_20120810.PutItem`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<String>,
    /// What the gate did with it.
    pub outcome: Outcome,
}

/// The fault controller. Clones share the state.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    state: Arc<Mutex<State>>,
    /// Says when the chosen call is over.
    reached: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    armed: bool,
    cut: Option<(usize, When)>,
    calls: Vec<Call>,
}

impl Faults {
    /// Counts and logs calls from now on, from 1; cuts nothing.
    pub fn arm(&self) {
        *self.lock() = State { armed: true, ..State::default() };
        self.reached.send_replace(false);
    }

    /// Arms, and cuts the `nth` call (from 1) and every later one until [`Faults::lift`].
    pub fn cut(&self, nth: usize, when: When) {
        *self.lock() = State { armed: true, cut: Some((nth, when)), calls: Vec::new() };
        self.reached.send_replace(false);
    }

    /// Lets everything pass again and stops counting; the log stays until the next [`Faults::arm`].
    pub fn lift(&self) {
        let mut state = self.lock();
        state.armed = false;
        state.cut = None;
    }

    /// Whether calls are being counted.
    #[must_use]
    pub fn is_armed(&self) -> bool {
        self.lock().armed
    }

    /// The calls since the faults were last armed, in the order of their arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.lock().calls.clone()
    }

    /// Waits until the call chosen by [`Faults::cut`] has arrived at a gate and, when it is cut after its
    /// effect, has taken it. Only then may the caller be killed.
    pub async fn reached(&self) {
        // The sender lives in `self`, so that the wait can only end by the value.
        let mut reached = self.reached.subscribe();
        let _seen = reached.wait_for(|reached| *reached).await;
    }

    /// Decides about a call on its arrival, and logs it.
    pub(super) fn admit(&self, gate: &str, request: &http::request::Parts) -> Outcome {
        let mut state = self.lock();
        if !state.armed {
            return Outcome::Passed;
        }
        let number = state.calls.len() + 1;
        let outcome = match state.cut {
            Some((nth, When::Before)) if nth == number => Outcome::CutBefore,
            Some((nth, When::After)) if nth == number => Outcome::CutAfter,
            Some((nth, _)) if nth < number => Outcome::Refused,
            _ => Outcome::Passed,
        };
        state.calls.push(Call {
            number,
            gate: gate.to_owned(),
            method: request.method.to_string(),
            path: request.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            target: request
                .headers
                .get("x-amz-target")
                .and_then(|target| target.to_str().ok())
                .map(str::to_owned),
            outcome,
        });
        outcome
    }

    /// Says that the chosen call is over: it never came through, or has taken effect.
    pub(super) fn done(&self) {
        self.reached.send_replace(true);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no holder of the fault state panics")
    }
}
