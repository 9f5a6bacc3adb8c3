//! What every handler shares.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::fault::Faults;
use crate::graph::subscriptions::Notifications;
use crate::hooks::Hooks;
use crate::model::World;
use crate::recording::Recorder;
use crate::settings::Settings;
use crate::stats::Stats;
use crate::throttle::Limits;

/// What every handler shares: the world and the machinery around it.
#[derive(Debug)]
pub struct App {
    world: Mutex<World>,
    /// The simulated time.
    pub clock: Clock,
    settings: Mutex<Settings>,
    initial_settings: Settings,
    pub(crate) faults: Faults,
    pub(crate) limits: Limits,
    pub(crate) stats: Stats,
    pub(crate) recorder: Recorder,
    pub(crate) notifications: Notifications,
    pub(crate) hooks: Hooks,
}

impl App {
    pub(crate) fn new(world: World, settings: Settings, recorder: Recorder) -> Self {
        let clock = Clock::default();
        clock.set_offset(world.clock_offset_seconds);
        Self {
            world: Mutex::new(world),
            clock,
            settings: Mutex::new(settings.clone()),
            initial_settings: settings,
            faults: Faults::default(),
            limits: Limits::default(),
            stats: Stats::default(),
            recorder,
            notifications: Notifications::default(),
            hooks: Hooks::default(),
        }
    }

    /// The whole state. Hold it for one piece of work, never over an await.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The settings as they are now.
    pub fn settings(&self) -> Settings {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_settings(&self, settings: Settings) {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// Starts afresh: no tenants, no faults, no counts, the real time, the settings of the start.
    pub fn reset(&self) {
        *self.world() = World::default();
        self.clock.set_offset(0);
        self.set_settings(self.initial_settings.clone());
        self.faults.clear();
        self.limits.clear();
        self.stats.clear();
        self.recorder.clear();
        self.notifications.clear();
        self.hooks.clear();
    }
}
