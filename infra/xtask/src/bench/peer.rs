//! The peer: the same push with Microsoft's own JavaScript client (`infra/bench/peer`).

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

use crate::process::{quiet, run};
use crate::project;
use crate::usage::Usage;

/// How long a push may take before it is given up.
const LONGEST: Duration = Duration::from_secs(120);

/// What the script says about its own push.
#[derive(Debug, Deserialize)]
pub(super) struct Pushed {
    /// Contacts made.
    pub(super) created: usize,
    /// HTTP calls to Graph.
    pub(super) calls: usize,
    /// From the first call to the last answer.
    pub(super) seconds: f64,
}

/// The peer, installed.
#[derive(Debug)]
pub(super) struct Peer {
    script: std::path::PathBuf,
}

impl Peer {
    /// Installs the pinned client with npm into `target/bench/peer`.
    ///
    /// # Errors
    /// Node.js or npm is missing, or the network.
    pub(super) async fn install() -> Result<Self> {
        let (source, folder) =
            (project::root().join("infra/bench/peer"), project::target().join("bench/peer"));
        std::fs::create_dir_all(&folder)?;
        for file in ["package.json", "package-lock.json", "push.mjs"] {
            std::fs::copy(source.join(file), folder.join(file)).with_context(|| format!("copying {file}"))?;
        }
        let mut npm = quiet("npm");
        npm.current_dir(&folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        run("npm ci", &mut npm).await.context("the peer needs Node.js 20 with npm")?;
        Ok(Self { script: folder.join("push.mjs") })
    }

    /// Creates the contacts in a new folder of the mailbox that the token is for.
    ///
    /// # Errors
    /// The script fails.
    pub(super) async fn push(
        &self,
        graph_url: &str,
        token: &str,
        contacts: &[Value],
    ) -> Result<(Pushed, Usage)> {
        let mut child = Command::new("node")
            .arg(&self.script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting node")?;
        let id = child.id().context("a process without an id")?;
        let mut input = child.stdin.take().context("no input")?;
        let output = child.stdout.take().context("no output")?;
        let work = json!({"url": graph_url, "token": token, "folder": "Peer", "contacts": contacts});
        input.write_all(format!("{work}\n").as_bytes()).await?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        let read = tokio::time::timeout(LONGEST, output.read_line(&mut line)).await;
        read.context("the peer takes too long")??;
        ensure!(!line.is_empty(), "the peer failed, as it said above");
        // The process waits for the end of its input: what it has used can be read now.
        let usage = Usage::of_process(id)?;
        drop(input);
        child.wait().await?;
        Ok((serde_json::from_str(&line)?, usage))
    }
}
