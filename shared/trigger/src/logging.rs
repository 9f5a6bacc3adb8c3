//! Structured logs: one JSON object a line, read by CloudWatch.

use settings::{Environment, Settings, SettingsError, Variable};
use tracing_subscriber::{filter::Targets, prelude::*};

/// How much is logged.
#[derive(Debug)]
pub struct LogSettings {
    filter: Targets,
}

impl Settings for LogSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "LOG_LEVEL",
        doc: "What is logged: a level such as `info`, or filters such as `info,graph=debug`.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { filter: environment.get("LOG_LEVEL")? })
    }
}

impl LogSettings {
    /// Starts logging for this process. The time is left to CloudWatch.
    pub fn start(self) {
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .without_time()
            .with_target(true)
            .with_current_span(true)
            .with_span_list(false);
        tracing_subscriber::registry().with(lines.with_filter(self.filter)).init();
    }
}
