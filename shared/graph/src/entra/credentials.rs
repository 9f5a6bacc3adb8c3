//! The application's credentials: which is tried first, and what happens when Entra does not take it (R08).

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use types::{Chain, Clock};

use super::credential::{Ask, Credential};
use crate::error::GraphError;

/// The credentials are asked for again at most this often, however many requests are refused.
const REREAD_PAUSE: Duration = Duration::from_secs(60);

/// AADSTS numbers that say that a credential is not, or no longer, that of the application: a secret unknown
/// or expired, a certificate not registered, expired or with another key, an assertion out of its time, and one
/// that no federated credential matches (by issuer, audience, subject, and in other case) or that cannot be verified
/// (malformed, its issuer's keys out of reach or without its key).
const REFUSED: [u32; 13] = [
    7_000_215, 7_000_222, 700_027, 700_024, 70_021, 700_211, 700_212, 700_213, 7_002_137, 7_002_138, 50_027,
    50_166, 5_000_811,
];

/// The application's credentials. Clones share what they learn.
#[derive(Clone)]
pub struct Credentials(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    held: Mutex<Held>,
    source: Option<Ask<Vec<Credential>>>,
    /// When the source was asked last. Locked while it is asked, so that all who need it wait for one answer.
    asked_at: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Held {
    /// In the order in which they are tried.
    list: Vec<Credential>,
    /// Counts the answers of the source.
    generation: u64,
}

/// The attempts of one call.
pub(super) struct Attempts<'a> {
    credentials: &'a Credentials,
    tried: HashSet<String>,
    /// The last answer of the source that this call has seen.
    generation: u64,
}

impl Credentials {
    /// These, in this order, and no others later.
    #[must_use]
    pub fn fixed(list: Vec<Credential>, clock: Arc<dyn Clock>) -> Self {
        Self::of(list, None, clock)
    }

    /// These, in this order, until Entra takes none of them: then the source is asked for the present ones.
    #[must_use]
    pub fn kept(list: Vec<Credential>, source: Ask<Vec<Credential>>, clock: Arc<dyn Clock>) -> Self {
        Self::of(list, Some(source), clock)
    }

    fn of(list: Vec<Credential>, source: Option<Ask<Vec<Credential>>>, clock: Arc<dyn Clock>) -> Self {
        let held = Mutex::new(Held { list, generation: 0 });
        Self(Arc::new(Shared { clock, held, source, asked_at: tokio::sync::Mutex::default() }))
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub(super) fn attempts(&self) -> Attempts<'_> {
        Attempts { credentials: self, tried: HashSet::new(), generation: self.held().generation }
    }

    /// A credential that Entra does not take goes behind the others, for every later call.
    pub(super) fn refused(&self, id: &str) {
        let mut held = self.held();
        held.list.sort_by_key(|credential| credential.id() == id);
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.held.lock().expect("no holder of the credentials panics")
    }

    /// Asks the source, unless it was asked a moment ago. Whoever waits here finds what the first one brought.
    async fn reread(&self, seen: u64) {
        let Some(source) = &self.0.source else { return };
        let mut asked_at = self.0.asked_at.lock().await;
        let is_early = asked_at.is_some_and(|at| at.elapsed() < REREAD_PAUSE);
        if self.held().generation > seen || is_early {
            return;
        }
        *asked_at = Some(Instant::now());
        match source().await {
            Ok(list) => {
                tracing::info!(count = list.len(), "read the application's credentials again");
                let mut held = self.held();
                *held = Held { list, generation: held.generation + 1 };
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&*error), "the application's credentials cannot be read again");
            }
        }
    }
}

impl Attempts<'_> {
    /// The next credential that this call has not tried: those said to be over come last, after a look for
    /// newer ones.
    pub(super) async fn next(&mut self) -> Option<Credential> {
        if self.among_held(true).is_none() {
            self.credentials.reread(self.generation).await;
            self.generation = self.credentials.held().generation;
        }
        let next = self.among_held(true).or_else(|| self.among_held(false))?;
        self.tried.insert(next.id());
        Some(next)
    }

    fn among_held(&self, must_last: bool) -> Option<Credential> {
        let now = self.credentials.now();
        let lasts = |credential: &&Credential| credential.ends_at().is_none_or(|end| end > now);
        let held = self.credentials.held();
        let mut untried = held.list.iter().filter(|credential| !self.tried.contains(&credential.id()));
        untried.find(|credential| !must_last || lasts(credential)).cloned()
    }
}

/// Whether Entra's answer is about the credential and not about what was asked for with it.
#[must_use]
pub fn refuses_credential(error: &GraphError) -> bool {
    matches!(error, GraphError::NoCredential(_)) || error.aadsts().is_some_and(is_about_credential)
}

/// Whether the number after `AADSTS` is about the application's own credential: nobody in the tenant can do
/// anything about it.
#[must_use]
pub fn is_about_credential(aadsts: u32) -> bool {
    REFUSED.contains(&aadsts)
}

/// Tells how many there are.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Credentials").field(&self.held().list).finish()
    }
}
