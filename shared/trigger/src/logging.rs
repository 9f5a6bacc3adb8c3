//! Structured logs: one JSON object a line, read by CloudWatch.

use settings::{Environment, Settings, SettingsError, Variable};
use tracing_subscriber::EnvFilter;

/// How much is logged.
#[derive(Debug)]
pub struct LogSettings {
    filter: EnvFilter,
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
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .without_time()
            .with_target(true)
            .with_current_span(true)
            .with_span_list(false)
            .with_env_filter(self.filter)
            .init();
    }
}
