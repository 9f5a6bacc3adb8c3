//! The function's clock.

use jiff::SignedDuration;
use types::SystemClock;

use crate::{Environment, Settings, SettingsError, Variable};

/// How far the function's clock is ahead of the machine's.
#[derive(Debug, Clone, Copy)]
pub struct ClockSettings {
    offset: SignedDuration,
}

impl Settings for ClockSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "CLOCK_OFFSET_SECONDS",
        doc: "Seconds by which the function's clock runs ahead; 0 in production, moved where days must pass.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        let seconds = environment.get("CLOCK_OFFSET_SECONDS")?;
        Ok(Self { offset: SignedDuration::from_secs(seconds) })
    }
}

impl ClockSettings {
    /// The clock.
    #[must_use]
    pub fn clock(self) -> SystemClock {
        SystemClock::ahead_by(self.offset)
    }
}
