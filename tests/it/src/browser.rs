//! The browser in the tests: each scene is played in both languages.

use anyhow::{Context, Result, ensure};
use types::Language;
pub(crate) use xtask::browser::Browser;

/// Plays a scene in a browser that asks for Japanese, then in one that asks for English. On a machine
/// without chromedriver there is nothing to play; CI must have it.
pub(crate) async fn in_each_language(scene: impl AsyncFn(&Browser) -> Result<()>) -> Result<()> {
    if !Browser::is_there() {
        ensure!(!is_ci(), "CI has no chromedriver");
        eprintln!("skipped: no chromedriver here");
        return Ok(());
    }
    for language in Language::ALL {
        let browser = Browser::start(language).await?;
        let outcome = scene(&browser).await.with_context(|| format!("in {language:?}"));
        browser.end().await?;
        outcome?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "what CI systems set")]
fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
