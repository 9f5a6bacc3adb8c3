//! The far side: a Microsoft 365 simulator. A state model (`model`) with one wire file per resource.
//! Depends on none of our crates, so that it cannot agree with our mistakes; it is held to Microsoft's
//! own contract data and clients instead.

mod app;
mod clock;
mod control;
pub mod entra;
mod fault;
mod graph;
mod hooks;
mod html;
pub mod model;
mod outlook;
mod recording;
mod server;
mod settings;
mod stats;
mod throttle;

pub use app::App;
pub use clock::Clock;
pub use server::{Simulator, SimulatorError, SimulatorOptions};
pub use settings::{BatchConcurrency, Settings};
