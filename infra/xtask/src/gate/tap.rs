//! Telling of calls that took effect, whether or not the caller learns of it.

use bytes::Bytes;
use http::request::Parts;
use tokio::sync::mpsc::UnboundedSender;

/// Who is told of which calls.
#[derive(Debug, Clone)]
pub struct Tap {
    /// The calls: `POST` to this path.
    pub path: &'static str,
    /// Who is told.
    pub told: UnboundedSender<Tapped>,
}

/// A call that was answered with success.
#[derive(Debug, Clone)]
pub struct Tapped {
    /// What the caller sent.
    pub request: Bytes,
    /// What the upstream answered.
    pub reply: Bytes,
}

impl Tap {
    pub(super) fn is_of(&self, call: &Parts) -> bool {
        call.method == http::Method::POST && call.uri.path() == self.path
    }

    pub(super) fn tell(&self, request: Bytes, reply: Bytes) {
        // Nobody listens any more while the stack ends.
        let _gone = self.told.send(Tapped { request, reply });
    }
}
