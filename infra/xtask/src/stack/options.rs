//! What differs between one stack and another.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::ports::Ports;
use crate::project;

/// How a stack is started.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// Where its parts listen.
    pub ports: Ports,
    /// The folder of everything that it keeps, and of its logs.
    pub state: PathBuf,
    /// Whether the folder is emptied first.
    pub fresh: bool,
    /// Whether the folder goes when the stack ends.
    pub forget: bool,
    /// Where the simulator records every exchange, one JSON line each.
    pub traffic: PathBuf,
    /// Whether the schedule runs. Tests tick by hand.
    pub schedule: bool,
    /// Whether the queues are worked off. The crash walk delivers by hand.
    pub queues: bool,
}

impl StackOptions {
    /// The stack of `cargo xtask up`: fixed ports, state that stays.
    ///
    /// # Errors
    /// A port is taken.
    pub fn local(first_port: u16, state: PathBuf) -> Result<Self> {
        Ok(Self {
            ports: Ports::from(first_port)?,
            traffic: state.join("traffic.jsonl"),
            state,
            fresh: false,
            forget: false,
            schedule: true,
            queues: true,
        })
    }

    /// A stack of its own for a test, a demonstration or a benchmark: free ports, fresh state that goes
    /// with it, no schedule; its traffic is `target/traffic/NAME.jsonl`.
    ///
    /// # Errors
    /// No free ports, or the folder cannot be made.
    pub fn isolated(name: &str) -> Result<Self> {
        let traffic = project::target().join("traffic");
        std::fs::create_dir_all(&traffic).context("cannot make target/traffic")?;
        let traffic = traffic.join(format!("{name}.jsonl"));
        match std::fs::remove_file(&traffic) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        Ok(Self {
            ports: Ports::free()?,
            state: project::target().join("stacks").join(format!("{name}-{}", uuid::Uuid::new_v4().simple())),
            fresh: true,
            forget: true,
            traffic,
            schedule: false,
            queues: true,
        })
    }
}
