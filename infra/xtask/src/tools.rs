//! The pinned tools: each list of `infra/tools` in a virtual environment of its own under `target/`, made when it
//! is missing and again when the list changes; and axe-core, which comes from npm.

use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::process::{quiet, run};
use crate::progress::step;
use crate::project;

/// A list of tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tools {
    /// The local AWS, and AWS calls of scripts.
    Ministack,
    /// `sam`, `cfn-lint` and `cargo-lambda`.
    Sam,
    /// What tries the API by its description.
    Schemathesis,
}

impl Tools {
    /// What is wanted, and what that was resolved to.
    fn lists(self) -> [PathBuf; 2] {
        let name = match self {
            Self::Ministack => "ministack",
            Self::Sam => "sam",
            Self::Schemathesis => "schemathesis",
        };
        ["txt", "lock"].map(|ending| project::root().join(format!("infra/tools/{name}.{ending}")))
    }

    fn folder(self) -> PathBuf {
        project::target().join(match self {
            Self::Ministack => "venv",
            Self::Sam => "sam",
            Self::Schemathesis => "schemathesis",
        })
    }

    /// The path of one of its programs.
    #[must_use]
    pub fn program(self, name: &str) -> PathBuf {
        self.folder().join("bin").join(name)
    }
}

/// Makes sure that what deploys and runs a stack is installed, each list in its environment.
///
/// # Errors
/// Python 3 or its venv module is missing, or the packages cannot be fetched.
pub async fn ensure() -> Result<()> {
    install_missing(&[Tools::Ministack, Tools::Sam]).await
}

/// Makes sure that the tests' own tools are installed too.
///
/// # Errors
/// As [`ensure`].
pub async fn ensure_for_tests() -> Result<()> {
    install_missing(&[Tools::Ministack, Tools::Sam, Tools::Schemathesis]).await
}

async fn install_missing(wanted: &[Tools]) -> Result<()> {
    let stale: Vec<(Tools, String)> = wanted
        .iter()
        .map(|&tools| Ok((tools, stamp(&tools.lists())?)))
        .filter(|found| found.as_ref().map_or(true, |(tools, stamp)| !is_current(*tools, stamp)))
        .collect::<Result<_>>()?;
    if stale.is_empty() {
        return Ok(());
    }
    let _lock = lock().await?;
    python().await?;
    let work = stale.iter().map(|(tools, stamp)| install(*tools, stamp));
    step("Installing the pinned Python tools into target/ (once, one or two minutes)", async {
        futures::future::try_join_all(work).await
    })
    .await?;
    Ok(())
}

fn is_current(tools: Tools, stamp: &str) -> bool {
    std::fs::read_to_string(tools.folder().join("stamp")).is_ok_and(|found| found == stamp)
}

fn stamp(lists: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for list in lists {
        hash.update(std::fs::read(list).with_context(|| format!("cannot read {}", list.display()))?);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// One command at a time installs; the lock goes with the file.
async fn lock() -> Result<File> {
    std::fs::create_dir_all(project::target())?;
    let file = File::create(project::target().join("tools.lock"))?;
    // Not a blocking lock: Ctrl-C must end the wait.
    while file.try_lock().is_err() {
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(file)
}

async fn python() -> Result<()> {
    let version = "import sys; sys.exit(sys.version_info < (3, 11))";
    match quiet("python3").args(["-c", version]).status().await {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => bail!("python3 is too old: install Python 3.11 or later"),
        Err(_) => bail!(
            "python3 was not found: install Python 3.11 or later (Debian, Ubuntu: apt-get install python3 python3-venv)"
        ),
    }
}

async fn install(tools: Tools, stamp: &str) -> Result<()> {
    if is_current(tools, stamp) {
        return Ok(());
    }
    let folder = tools.folder();
    let venv = run("python3 -m venv", quiet("python3").args(["-m", "venv", "--clear"]).arg(&folder)).await;
    venv.context("no virtual environment (Debian, Ubuntu: apt-get install python3-venv)")?;
    let mut pip = quiet(tools.program("python"));
    let [wanted, resolved] = tools.lists();
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.arg("--requirement").arg(wanted).arg("--constraint").arg(resolved);
    run("pip install", &mut pip)
        .await
        .context("the Python packages could not be installed: is the network there?")?;
    std::fs::write(folder.join("stamp"), stamp)?;
    Ok(())
}

/// The script of axe-core, which finds what keeps people out of a page; installed when it is missing.
///
/// # Errors
/// npm is missing, or the package cannot be fetched.
pub async fn axe() -> Result<PathBuf> {
    let lists =
        ["package.json", "package-lock.json"].map(|name| project::root().join("infra/tools/axe").join(name));
    let folder = project::target().join("axe");
    let script = folder.join("node_modules/axe-core/axe.min.js");
    let (wanted, kept) = (stamp(&lists)?, folder.join("stamp"));
    let is_current = || std::fs::read_to_string(&kept).is_ok_and(|found| found == wanted);
    if is_current() {
        return Ok(script);
    }
    let _lock = lock().await?;
    if is_current() {
        return Ok(script);
    }
    std::fs::create_dir_all(&folder)?;
    for list in &lists {
        std::fs::copy(list, folder.join(list.file_name().context("a file")?))?;
    }
    let mut npm = quiet("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    run("npm ci", &mut npm)
        .await
        .context("axe-core could not be installed: are npm and the network there?")?;
    std::fs::write(&kept, wanted)?;
    Ok(script)
}
