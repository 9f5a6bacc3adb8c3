//! The assertion that AWS issues to our role, asked for about once in four minutes.

use std::sync::Arc;

use aws::{Aws, WebIdentity};
use graph::entra::{Ask, Cause};
use jiff::SignedDuration;
use secrecy::SecretString;
use tokio::sync::Mutex;
use types::Clock;

/// An assertion is not used when it has less than this left.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// Asks for an assertion for this audience, or gives the one at hand.
pub(super) fn of(aws: &Aws, audience: &str, clock: &Arc<dyn Clock>) -> Ask<SecretString> {
    let held: Arc<Mutex<Option<WebIdentity>>> = Arc::default();
    let (aws, audience, clock) = (aws.clone(), audience.to_owned(), Arc::clone(clock));
    Arc::new(move || {
        let (aws, audience, clock, held) = (aws.clone(), audience.clone(), clock.clone(), held.clone());
        Box::pin(async move {
            // Locked while it is asked for, so that many requests at once ask once.
            let mut held = held.lock().await;
            let soon = clock.now() + MARGIN;
            if let Some(identity) = held.as_ref().filter(|identity| identity.expires_at > soon) {
                return Ok(identity.token.clone());
            }
            let identity = aws.web_identity(&audience).await.map_err(|error| Arc::new(error) as Cause)?;
            Ok(held.insert(identity).token.clone())
        })
    })
}
