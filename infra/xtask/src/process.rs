//! Programs that the commands start, and that must never be left behind.
//!
//! Each is the leader of a process group of its own, so that Ctrl-C reaches the command alone, which then
//! ends them in order; and each service is tied to the command by a pipe: when the command is killed without
//! a word, the pipe closes and the group ends itself.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, ChildStdin, Command};

/// Ends the group when the pipe on its input closes; the program itself sees an empty input.
const TETHERED: &str = r#"exec 3<&0; ( read -r line <&3; kill -TERM 0 ) & exec "$@" </dev/null 3<&-"#;

/// How many last lines of a program's output a failure shows.
const LAST_LINES: usize = 30;

/// A running service. Dropping it ends it and everything that it started.
#[derive(Debug)]
pub struct Service {
    name: &'static str,
    child: Child,
    group: Pid,
    log: PathBuf,
    grace: Duration,
    _tether: Option<ChildStdin>,
}

impl Service {
    /// Starts `program` with its output going to the file `log`, in exactly `environment`. When it is
    /// stopped it gets `grace` to end by itself.
    ///
    /// # Errors
    /// The program cannot be run.
    pub fn start(
        name: &'static str,
        program: &[&str],
        environment: &[(&str, String)],
        log: &Path,
        grace: Duration,
    ) -> Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new("/bin/sh");
        command.args(["-c", TETHERED, "sh"]).args(program);
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output).process_group(0);
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let group = group_of(&child).context("a process without an id")?;
        let tether = child.stdin.take();
        Ok(Self { name, child, group, log: log.to_owned(), grace, _tether: tether })
    }

    /// Fails with the last lines of its output when it has ended.
    ///
    /// # Errors
    /// It has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("{} ended ({status}):\n{}", self.name, last_lines_of(&self.log)),
        }
    }

    /// Waits until `url` answers with success.
    ///
    /// # Errors
    /// It ended, or did not answer within `limit`.
    pub async fn answers(&mut self, http: &reqwest::Client, url: &str, limit: Duration) -> Result<()> {
        let started = Instant::now();
        loop {
            self.check()?;
            if http.get(url).send().await.is_ok_and(|reply| reply.status().is_success()) {
                return Ok(());
            }
            if started.elapsed() > limit {
                bail!("{} does not answer at {url}:\n{}", self.name, last_lines_of(&self.log));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Ends it and everything that it started.
    pub fn stop(&mut self) {
        let started = Instant::now();
        if let Ok(None) = self.child.try_wait() {
            let _gone = kill_process(self.group, Signal::TERM);
        }
        while matches!(self.child.try_wait(), Ok(None)) && started.elapsed() < self.grace {
            sleep(Duration::from_millis(20));
        }
        let _gone = kill_process_group(self.group, Signal::KILL);
        // Reaps it, so that its port and its files are free when this returns.
        while matches!(self.child.try_wait(), Ok(None)) && started.elapsed() < 2 * self.grace {
            sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Ends a tool's whole group when the wait for it is given up.
struct Abandoned(Option<Pid>);

impl Drop for Abandoned {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _gone = kill_process_group(group, Signal::TERM);
        }
    }
}

/// Runs a tool to its end and returns what it printed. Its errors go where the command says, which is the
/// place for the progress of long ones.
///
/// # Errors
/// It cannot be run, or ended without success; then with the last lines of what it printed.
pub async fn run(name: &str, command: &mut Command) -> Result<String> {
    let output = finish(name, command).await?;
    let printed = String::from_utf8_lossy(&output.1).into_owned();
    if !output.0.success() {
        let errors = String::from_utf8_lossy(&output.2);
        bail!("{name} failed ({}):\n{}", output.0, last_lines(&format!("{printed}{errors}")));
    }
    Ok(printed)
}

async fn finish(name: &str, command: &mut Command) -> Result<(ExitStatus, Vec<u8>, Vec<u8>)> {
    command.stdin(Stdio::null()).process_group(0).kill_on_drop(true);
    let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
    let mut abandoned = Abandoned(group_of(&child));
    let output = child.wait_with_output().await?;
    abandoned.0 = None;
    Ok((output.status, output.stdout, output.stderr))
}

/// A command with its output kept for [`run`].
#[must_use]
pub fn quiet(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn group_of(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()?).ok()?)
}

fn last_lines_of(log: &Path) -> String {
    std::fs::read_to_string(log).map_or_else(|error| error.to_string(), |text| last_lines(&text))
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_alive(pid: u32) -> bool {
        // A zombie that its new parent has not reaped yet is dead.
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    fn ends_soon(pid: u32) -> bool {
        let started = Instant::now();
        while is_alive(pid) && started.elapsed() < Duration::from_secs(5) {
            sleep(Duration::from_millis(10));
        }
        !is_alive(pid)
    }

    /// A service that leaves the id of a child of its own in its log.
    async fn with_a_child(folder: &Path, grace: Duration) -> (Service, u32) {
        let log = folder.join("log");
        let program = ["/bin/sh", "-c", "trap '' TERM; sleep 100 & echo $!; wait; wait"];
        let path = [("PATH", "/usr/bin:/bin".to_owned())];
        let service = Service::start("a test", &program, &path, &log, grace).expect("started");
        loop {
            if let Ok(pid) = std::fs::read_to_string(&log).unwrap_or_default().trim().parse() {
                return (service, pid);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-process-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    #[tokio::test]
    async fn a_dropped_service_takes_its_children_with_it() {
        let folder = folder("drop");
        let (service, pid) = with_a_child(&folder, Duration::from_millis(100)).await;
        assert!(is_alive(pid));
        drop(service);
        assert!(ends_soon(pid));
        std::fs::remove_dir_all(folder).expect("removed");
    }

    #[tokio::test]
    async fn a_closed_tether_ends_the_group() {
        let folder = folder("tether");
        let log = folder.join("log");
        let path = [("PATH", "/usr/bin:/bin".to_owned())];
        let mut service = Service::start("a test", &["sleep", "100"], &path, &log, Duration::from_secs(1))
            .expect("started");
        service.check().expect("running");
        let pid = service.child.id().expect("an id");
        service._tether = None;
        assert!(ends_soon(pid));
        service.check().expect_err("ended");
        std::fs::remove_dir_all(folder).expect("removed");
    }

    #[tokio::test]
    async fn a_failed_tool_shows_what_it_printed() {
        let error = run("the tool", quiet("/bin/sh").args(["-c", "echo one; echo two >&2; exit 3"]))
            .await
            .expect_err("failed")
            .to_string();
        assert!(error.contains("one") && error.contains("two") && error.contains('3'), "{error}");
    }
}
