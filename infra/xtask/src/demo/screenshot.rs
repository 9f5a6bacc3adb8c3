//! A picture of a page, taken by Chromium without a window.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::time::timeout;

use crate::process::{quiet, run};

/// What Chromium is called on the systems that have it.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// How to get it.
pub(super) const HOW_TO_GET: &str = "install Chromium (Debian: apt-get install chromium)";
const LIMIT: Duration = Duration::from_secs(60);

/// Takes a picture of `url`. False when there is no Chromium.
///
/// # Errors
/// Chromium failed or made no picture.
pub(super) async fn take(url: &str, picture: &Path) -> Result<bool> {
    let Some(chromium) = chromium() else { return Ok(false) };
    let folder = picture.parent().context("a picture in no folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // A left-over must not pass for today's.
    match std::fs::remove_file(picture) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut command = quiet(chromium);
    // No sandbox: it does not work for root or in most containers, and the page is our own, on loopback.
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--lang=ja"]);
    command.arg("--window-size=1440,1000").arg(format!("--screenshot={}", picture.display()));
    let profile = folder.join("chromium");
    command.arg(format!("--user-data-dir={}", profile.display())).arg(url);
    let outcome = timeout(LIMIT, run("Chromium", &mut command)).await;
    // Left-overs under target/ harm nobody.
    let _left = std::fs::remove_dir_all(profile);
    outcome.context("Chromium did not end")??;
    ensure!(picture.is_file(), "Chromium made no picture of {url}");
    Ok(true)
}

fn chromium() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    NAMES.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|file| file.is_file()))
}
