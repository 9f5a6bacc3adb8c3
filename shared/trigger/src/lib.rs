//! What calls a function: API Gateway, a queue or a schedule. Decodes the event, bounds it, logs what failed,
//! encodes the answer; knows no feature.

mod http_api;
mod logging;
mod metric;
mod queue;
mod schedule;

pub use http_api::serve;
pub use logging::LogSettings;
pub use metric::Metric;
pub use queue::{Delivery, work};
pub use schedule::tick;

/// Why a function's process ends.
pub use lambda_runtime::Error;
