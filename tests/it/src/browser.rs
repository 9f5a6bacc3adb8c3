//! A Chromium of a test's own, with the language of a person, that clicks and takes pictures.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::Method;
use serde_json::{Value, json};
use types::Language;
use url::Url;
use xtask::process::Service;
use xtask::project;

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Name, width, height: a laptop, and a telephone in the hand.
const SCREENS: [(&str, u32, u32); 2] = [("desktop", 1280, 800), ("phone", 390, 844)];

/// A browser. [`in_each_language`] starts and ends it.
#[derive(Debug)]
pub(crate) struct Browser {
    client: Client,
    pub(crate) language: Language,
    folder: PathBuf,
    driver: Service,
}

/// Plays a scene in a browser that asks for Japanese, then in one that asks for English. On a machine
/// without chromedriver there is nothing to play; CI must have it.
pub(crate) async fn in_each_language(scene: impl AsyncFn(&Browser) -> Result<()>) -> Result<()> {
    let found = std::process::Command::new("chromedriver").arg("--version").output();
    if let Err(missing) = found {
        ensure!(!is_ci(), "CI has no chromedriver: {missing}");
        eprintln!("skipped: no chromedriver here ({missing})");
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

#[expect(clippy::disallowed_methods, reason = "where the system keeps its programs")]
fn programs() -> String {
    std::env::var("PATH").unwrap_or_default()
}

impl Browser {
    async fn start(language: Language) -> Result<Self> {
        let folder = project::target().join("browsers").join(uuid::Uuid::new_v4().simple().to_string());
        std::fs::create_dir_all(&folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let port_argument = format!("--port={port}");
        let environment = [("PATH", programs()), ("HOME", folder.display().to_string())];
        let log = folder.join("chromedriver.log");
        let command = ["chromedriver", &port_argument];
        let mut driver =
            Service::start("chromedriver", &command, &environment, &log, Duration::from_secs(5))?;
        let url = format!("http://127.0.0.1:{port}");
        let http = reqwest::Client::builder().build()?;
        driver.answers(&http, &format!("{url}/status"), PATIENCE).await?;
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(language, &folder));
        let client = builder.connect(&url).await.context("chromedriver starts no browser")?;
        Ok(Self { client, language, folder, driver })
    }

    async fn end(self) -> Result<()> {
        let Self { client, mut driver, folder, .. } = self;
        client.close().await?;
        driver.stop();
        // Chromium writes its last files while it ends.
        for _ in 0..20 {
            match std::fs::remove_dir_all(&folder) {
                Err(error) if error.kind() == std::io::ErrorKind::DirectoryNotEmpty => {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
                outcome => return Ok(outcome?),
            }
        }
        bail!("{} stays behind", folder.display())
    }

    /// The one of two texts that this person reads.
    pub(crate) fn text<'a>(&self, japanese: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::Ja => japanese,
            Language::En => english,
        }
    }

    pub(crate) async fn open(&self, url: &Url) -> Result<()> {
        Ok(self.client.goto(url.as_str()).await?)
    }

    pub(crate) async fn address(&self) -> Result<Url> {
        Ok(self.client.current_url().await?)
    }

    /// Waits for what a selector names and clicks it.
    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(Locator::Css(selector)).await {
            Ok(element) => Ok(element.click().await?),
            Err(error) => {
                bail!("no {selector} at {}: {error}\n{}", self.address().await?, self.read("body").await?)
            }
        }
    }

    /// The text that a person sees in what a selector names.
    pub(crate) async fn read(&self, selector: &str) -> Result<String> {
        Ok(self.client.find(Locator::Css(selector)).await?.text().await?)
    }

    /// Whether there is something that a selector names.
    pub(crate) async fn has(&self, selector: &str) -> Result<bool> {
        Ok(!self.client.find_all(Locator::Css(selector)).await?.is_empty())
    }

    /// Waits until the heading of the page is this one.
    pub(crate) async fn arrives_at(&self, heading: &str) -> Result<()> {
        let path = format!("//h1[normalize-space(translate(., '\u{a0}', ' ')) = \"{heading}\"]");
        let wait = self.client.wait().at_most(PATIENCE);
        if let Err(error) = wait.for_element(Locator::XPath(&path)).await {
            bail!(
                "not at {heading:?} but at {}: {error}\n{}",
                self.address().await?,
                self.read("body").await?
            );
        }
        Ok(())
    }

    /// Picks an account on Microsoft's page.
    pub(crate) async fn choose(&self, account: &str) -> Result<()> {
        self.click(&format!("button.account[value=\"{account}\"]")).await
    }

    /// Takes a picture of the whole page at every width, into `target/screens`, and looks whether the page
    /// is laid out: its styles are there, in its language, and nothing stands over the edge.
    pub(crate) async fn picture(&self, name: &str) -> Result<()> {
        let folder = project::target().join("screens");
        std::fs::create_dir_all(&folder)?;
        for (screen, width, height) in SCREENS {
            let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
            self.developer("Emulation.setDeviceMetricsOverride", size).await?;
            let whole = json!({"format": "png", "captureBeyondViewport": true});
            let taken = self.developer("Page.captureScreenshot", whole).await?;
            let image = STANDARD.decode(taken["data"].as_str().context("no picture")?)?;
            std::fs::write(folder.join(format!("{name}-{}-{screen}.png", self.language.tag())), image)?;
            let looks = "return [document.documentElement.scrollWidth <= window.innerWidth, \
                         [...document.styleSheets].every(sheet => sheet.cssRules.length > 10), \
                         document.styleSheets.length, document.documentElement.lang]";
            let looks = self.client.execute(looks, Vec::new()).await?;
            assert_eq!(looks, json!([true, true, 1, self.language.tag()]), "{name} on a {screen}");
        }
        self.developer("Emulation.clearDeviceMetricsOverride", json!({})).await?;
        Ok(())
    }

    /// Forgets who signed in and which page was last.
    pub(crate) async fn forget(&self) -> Result<()> {
        Ok(self.client.delete_all_cookies().await?)
    }

    async fn developer(&self, command: &'static str, parameters: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Developer { command, parameters }).await?)
    }
}

fn capabilities(language: Language, folder: &std::path::Path) -> Capabilities {
    let languages = match language {
        Language::Ja => "ja,en-US,en",
        Language::En => "en-US,en",
    };
    let arguments = [
        "--headless".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-quic".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--no-first-run".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--disable-sync".to_owned(),
        "--hide-scrollbars".to_owned(),
        format!("--accept-lang={languages}"),
        format!("--lang={}", language.tag()),
        format!("--user-data-dir={}", folder.join("profile").display()),
    ];
    let options = json!({"args": arguments, "prefs": {"intl.accept_languages": languages}});
    [("goog:chromeOptions".to_owned(), options)].into_iter().collect()
}

/// A command of Chromium's own protocol, which WebDriver has no word for.
#[derive(Debug)]
struct Developer {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Developer {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, url::ParseError> {
        base_url.join(&format!("session/{}/goog/cdp/execute", session_id.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (Method::POST, Some(body.to_string()))
    }
}
