//! What a process has used, from `/proc` (Linux): read while it still lives, so that a function under a
//! Runtime API and a script that waits at its end are measured in the same way.

use std::io;
use std::time::Duration;

/// CPU time and memory of one process since its exec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// User and system time of all its threads, ended ones included; in steps of 10 ms.
    pub cpu: Duration,
    /// The largest resident set, in bytes.
    pub peak_memory: u64,
}

/// `/proc` counts in hundredths of a second on every Linux architecture that we build for (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);

impl Usage {
    /// Reads `/proc/{id}/stat` and `/proc/{id}/status`.
    ///
    /// # Errors
    /// The process is gone, or `/proc` looks different from what proc(5) says.
    pub fn of_process(id: u32) -> io::Result<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let malformed =
            || io::Error::new(io::ErrorKind::InvalidData, format!("/proc/{id} is not as in proc(5)"));
        Ok(Self {
            cpu: cpu(&stat).ok_or_else(malformed)?,
            peak_memory: peak_memory(&status).ok_or_else(malformed)?,
        })
    }
}

/// Fields 14 and 15 (utime, stime), counted after the command's name, which may hold spaces and brackets.
fn cpu(stat: &str) -> Option<Duration> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u32 = fields.next()?.parse().ok()?;
    let system: u32 = fields.next()?.parse().ok()?;
    Some(TICK * user.checked_add(system)?)
}

/// `VmHWM:     1234 kB`.
fn peak_memory(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;
    use std::time::Instant;

    use super::*;

    #[test]
    fn the_fields_are_found_behind_a_hostile_name() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194304 500 0 0 0 123 45 0 0 20 0 3 0 999 1000000 200 18446744";
        assert_eq!(cpu(stat), Some(Duration::from_millis(1680)));
        assert_eq!(peak_memory("Name:\ta\nVmPeak:\t 9 kB\nVmHWM:\t    2048 kB\n"), Some(2 << 20));
        assert_eq!(cpu("42 (short) S 1"), None);
        assert_eq!(peak_memory("VmHWM: many kB"), None);
    }

    #[test]
    fn our_own_work_shows() {
        let before = Usage::of_process(std::process::id()).expect("/proc is there");
        let memory = black_box(vec![1_u8; 64 << 20]);
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(200) {
            black_box(memory.iter().map(|byte| u64::from(*byte)).sum::<u64>());
        }
        let after = Usage::of_process(std::process::id()).expect("/proc is there");
        assert!(after.peak_memory >= 64 << 20, "{after:?}");
        assert!(after.cpu > before.cpu, "{before:?} {after:?}");
        assert!(Usage::of_process(u32::MAX).is_err());
    }
}
