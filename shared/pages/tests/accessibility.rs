//! Nobody is kept out of a page: axe-core looks at every sample in Chromium, in both languages, on a laptop
//! and on a telephone, light and dark, and finds nothing serious (feature of every page; WCAG 2.2 AA).

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};
use axum::body::{Body, to_bytes};
use http::Response;
use pages::{Branding, Reader, asset, booking, console, sample};
use types::Language;
use url::Url;
use xtask::{
    browser::{Browser, Screen},
    tools,
};

/// Only what keeps people out; the rest is told by `cargo run -p pages --example samples` and a look.
const LOOK: &str = "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .map(one => `${one.id} (${one.impact}): ${one.nodes.slice(0, 3).map(node => node.html).join(' | ')}`))";

const SCREENS: [(&str, Screen); 2] = [("a telephone", Screen::Telephone), ("a laptop", Screen::Laptop)];
const SCHEMES: [&str; 2] = ["light", "dark"];

/// Every sample of a language: its name and its answer.
fn samples(language: Language) -> Vec<(String, Response<Body>)> {
    let reader = Reader { language, chose: false };
    let product =
        Branding { support_url: Some("https://help.example.test/".to_owned()), ..Branding::default() };
    let connect = sample::pages().into_iter().map(|(name, page)| {
        let answer = pages::respond(&reader, &product, &page);
        (name, answer)
    });
    let booking = booking::sample::pages().into_iter().map(|(name, page)| {
        let answer = booking::respond(&reader, &product, &page);
        (name.to_owned(), answer)
    });
    let console = console::sample::pages().into_iter().map(|(name, page)| {
        let viewer = console::sample::viewer_of(name, &page);
        let answer = console::respond(&reader, &product, viewer.as_ref(), &page);
        (name.to_owned(), answer)
    });
    connect.chain(booking).chain(console).collect()
}

async fn text(response: Response<Body>) -> Result<String> {
    Ok(String::from_utf8(to_bytes(response.into_body(), usize::MAX).await?.to_vec())?)
}

/// The page as a file beside its style; without its script, which would ask a server.
async fn write(folder: &Path, name: &str, page: Response<Body>) -> Result<PathBuf> {
    let mut html = text(page).await?;
    for prefix in ["/connect/", "/book/", "/console/"] {
        let assets = format!("{prefix}assets/");
        for address in html.split('"').filter(|text| text.starts_with(&assets) && !text.ends_with(".js")) {
            let content = text(asset(address).context("an asset is missing")?).await?;
            fs::write(folder.join(address.trim_start_matches(&assets)), content)?;
        }
        html = html.replace(&assets, "");
    }
    let file = folder.join(format!("{name}.html"));
    fs::write(&file, html)?;
    Ok(file)
}

#[expect(clippy::disallowed_methods, reason = "a test asks where it runs")]
fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

async fn look(browser: &Browser, axe: &str, folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, page) in samples(browser.language) {
        let file = write(folder, &name, page).await?;
        let address = Url::from_file_path(&file).ok().context("an absolute path")?;
        browser.open(&address).await?;
        browser.run(axe).await?;
        for (device, screen) in SCREENS {
            browser.hold(screen).await?;
            for scheme in SCHEMES {
                browser.prefers(scheme).await?;
                let violations = browser.run(LOOK).await?;
                let violations = violations.as_array().with_context(|| format!("{name}: no answer"))?;
                let tag = browser.language.tag();
                found.extend(
                    violations.iter().map(|one| format!("{name}.{tag} on {device}, {scheme}: {one}")),
                );
            }
        }
    }
    Ok(found)
}

/// Whether the look sees anything: a page that keeps people out is told.
async fn sees(browser: &Browser, axe: &str, folder: &Path) -> Result<()> {
    let file = folder.join("bad.html");
    fs::write(
        &file,
        "<!DOCTYPE html><html><title>x</title><body><input><p style='color:#bbb'>faint</p></body></html>",
    )?;
    browser.open(&Url::from_file_path(&file).ok().context("an absolute path")?).await?;
    browser.run(axe).await?;
    let found = browser.run(LOOK).await?.to_string();
    for rule in ["html-has-lang", "label", "color-contrast"] {
        ensure!(found.contains(rule), "{rule} is not seen: {found}");
    }
    Ok(())
}

async fn look_in(language: Language, axe: &str) -> Result<()> {
    let folder = folder(language)?;
    let browser = Browser::start(language).await?;
    let found = async {
        sees(&browser, axe, &folder).await?;
        look(&browser, axe, &folder).await
    };
    let found = found.await;
    browser.end().await?;
    let found = found?;
    fs::remove_dir_all(folder)?;
    ensure!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
    Ok(())
}

/// A folder for the pages of a language.
fn folder(language: Language) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("accessibility-{}", language.tag()));
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

#[tokio::test]
async fn axe_finds_nothing_serious_on_any_page() -> Result<()> {
    if !Browser::is_there() {
        ensure!(!on_ci(), "Chromium and its driver are missing");
        println!("skipped: Chromium and its driver are not here");
        return Ok(());
    }
    let axe = fs::read_to_string(tools::axe().await?)?;
    // One browser for each language, both at once.
    tokio::try_join!(look_in(Language::Ja, &axe), look_in(Language::En, &axe))?;
    Ok(())
}
