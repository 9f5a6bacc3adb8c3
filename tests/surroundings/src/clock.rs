//! Time.

use std::sync::Arc;

use jiff::Timestamp;
use simulator::App;
use types::Clock;

/// The functions' time is the simulator's, which a test can move.
#[derive(Debug, Clone)]
pub struct SimulatedClock(pub Arc<App>);

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}
