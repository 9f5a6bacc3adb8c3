//! One at work on an item at a time, whatever dies.
//!
//! ```text
//! free ──take──▶ held by attempt A of message M ──give back──▶ free
//!                      │ A dies
//!                      └──────── its time runs out ──────────▶ free
//! ```
//!
//! Who took it is known by the queue's message too: a job that meets an earlier attempt of its own must come
//! again, since that attempt may be dead; one that meets another job's leaves the work to it.

use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{AwsError, Condition, Write};

/// How much longer than the function may run its lease is held.
const GRACE: SignedDuration = SignedDuration::from_secs(5);

const ATTEMPT: &str = "lease_attempt";
const MESSAGE: &str = "lease_message";
const UNTIL: &str = "lease_until";

/// A lease that an attempt is about to take.
#[derive(Debug, Clone)]
pub struct Lease<'a> {
    attempt: Uuid,
    message_id: &'a str,
    now: Timestamp,
    until: Timestamp,
}

/// Who holds the lease of an item; a part of its record, by `#[serde(flatten)]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holder {
    #[serde(rename = "lease_attempt", skip_serializing_if = "Option::is_none")]
    attempt: Option<Uuid>,
    #[serde(rename = "lease_message", skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The attempt's own.
    Ours,
    /// An earlier delivery's of the same message, which may be dead or still at work.
    OfAnEarlierAttempt,
    /// Another message's, or nobody's.
    Theirs,
}

impl<'a> Lease<'a> {
    /// The lease of a fresh attempt that ends by `deadline`, at work on the queue's message.
    #[must_use]
    pub fn new(now: Timestamp, deadline: Instant, message_id: &'a str) -> Self {
        let left = deadline.saturating_duration_since(Instant::now());
        let until = now + SignedDuration::try_from(left).unwrap_or(SignedDuration::ZERO) + GRACE;
        Self { attempt: Uuid::new_v4(), message_id, now, until }
    }

    /// When it runs out by itself.
    #[must_use]
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// Nobody holds the item's lease, or its time ran out.
    #[must_use]
    pub fn free(&self) -> Condition {
        Condition::Any(vec![Condition::Absent(UNTIL), Condition::less_than(UNTIL, self.now.as_millisecond())])
    }

    /// The update takes the lease; to be made when it is [`free`](Self::free). Read the item afterwards in any
    /// case and ask for the [`turn`](Self::turn): the condition also fails when the SDK repeats a write whose
    /// reply was lost.
    ///
    /// # Errors
    /// None: texts and numbers serialise.
    pub fn put_on(&self, update: Write) -> Result<Write, AwsError> {
        update
            .set(ATTEMPT, self.attempt)?
            .set(MESSAGE, self.message_id)?
            .set(UNTIL, self.until.as_millisecond())
    }

    /// Whose turn it is at an item that was read after the lease was tried for.
    #[must_use]
    pub fn turn(&self, holder: &Holder) -> Turn {
        if holder.attempt == Some(self.attempt) {
            Turn::Ours
        } else if holder.message_id.as_deref() == Some(self.message_id) {
            Turn::OfAnEarlierAttempt
        } else {
            Turn::Theirs
        }
    }
}

impl Holder {
    /// Whether somebody took the lease and did not give it back; its time may have run out.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.attempt.is_some()
    }

    /// It still is the one that was read.
    #[must_use]
    pub fn unchanged(&self) -> Condition {
        Condition::equals(ATTEMPT, self.attempt)
    }

    /// Nobody took the lease since it was given back last.
    #[must_use]
    pub fn nobody() -> Condition {
        Condition::Absent(ATTEMPT)
    }

    /// The lease is held, or its time ran out.
    #[must_use]
    pub fn somebody() -> Condition {
        Condition::Present(UNTIL)
    }

    /// The update gives the lease back.
    #[must_use]
    pub fn leaves(update: Write) -> Write {
        update.remove(ATTEMPT).remove(MESSAGE).remove(UNTIL)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_turn_is_told_by_attempt_and_message() {
        let (now, deadline) = (Timestamp::UNIX_EPOCH, Instant::now() + Duration::from_secs(60));
        let [ours, earlier, theirs] = ["m1", "m1", "m2"].map(|message| Lease::new(now, deadline, message));
        let held = |lease: &Lease<'_>| Holder {
            attempt: Some(lease.attempt),
            message_id: Some(lease.message_id.to_owned()),
        };
        assert_eq!(ours.turn(&held(&ours)), Turn::Ours);
        assert_eq!(ours.turn(&held(&earlier)), Turn::OfAnEarlierAttempt);
        assert_eq!(ours.turn(&held(&theirs)), Turn::Theirs);
        assert_eq!(ours.turn(&Holder::default()), Turn::Theirs);
        let length = ours.until().duration_since(now);
        assert!(
            length > SignedDuration::from_secs(64) && length <= SignedDuration::from_secs(65),
            "{length}"
        );
    }
}
