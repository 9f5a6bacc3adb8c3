//! What differs between one stack and another.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use super::ports::Ports;
use crate::project;

/// A folder of this age that nobody holds is nobody's.
const ABANDONED: Duration = Duration::from_secs(600);

/// How a stack is started.
#[derive(Debug, Clone)]
pub struct StackOptions {
    /// Where its parts listen.
    pub ports: Ports,
    /// Whether any other free ports do as well: they are chosen again when all is built, which may take minutes
    /// in which others take them.
    pub any_ports: bool,
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
            any_ports: false,
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
        let stacks = project::target().join("stacks");
        sweep(&stacks);
        Ok(Self {
            ports: Ports::free()?,
            any_ports: true,
            state: stacks.join(format!("{name}-{}", uuid::Uuid::new_v4().simple())),
            fresh: true,
            forget: true,
            traffic,
            schedule: false,
            queues: true,
        })
    }
}

/// Removes what killed stacks left: folders that no stack holds and none can be about to hold.
fn sweep(stacks: &Path) {
    for entry in std::fs::read_dir(stacks).into_iter().flatten().flatten() {
        let Ok(lock) = File::open(entry.path().join("lock")) else { continue };
        let made = lock.metadata().and_then(|lock| lock.modified()).ok();
        let is_old = made.and_then(|made| made.elapsed().ok()).is_some_and(|age| age > ABANDONED);
        if is_old && lock.try_lock().is_ok() {
            // What cannot be removed harms nobody.
            let _left = std::fs::remove_dir_all(entry.path());
        }
    }
}
