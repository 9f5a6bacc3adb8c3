//! The simulator's own time: the machine's clock plus an offset that the control API moves.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Real time plus an offset. Time never goes back.
#[derive(Debug, Default)]
pub struct Clock {
    offset_seconds: AtomicI64,
}

impl Clock {
    /// The present instant in the simulated world.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place of the simulator that reads the time")]
    pub fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.offset_seconds())
    }

    /// Lets `seconds` pass.
    pub fn advance(&self, seconds: u32) {
        self.offset_seconds.fetch_add(i64::from(seconds), Ordering::SeqCst);
    }

    /// How far ahead of the machine's clock this one is, in seconds.
    #[must_use]
    pub fn offset_seconds(&self) -> i64 {
        self.offset_seconds.load(Ordering::SeqCst)
    }

    /// Puts the clock `seconds` ahead of the machine's.
    pub(crate) fn set_offset(&self, seconds: i64) {
        self.offset_seconds.store(seconds, Ordering::SeqCst);
    }
}
