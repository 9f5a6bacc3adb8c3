//! What every handler shares.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::model::World;

/// What every handler shares: the world and the machinery around it.
#[derive(Debug, Default)]
pub struct App {
    world: Mutex<World>,
    /// The simulated time.
    pub clock: Clock,
    settings: Mutex<Settings>,
}

/// What the control API can switch (`POST /_sim/settings`, every member optional).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {}

impl App {
    /// The whole state. Hold it for one piece of work, never over an await.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
