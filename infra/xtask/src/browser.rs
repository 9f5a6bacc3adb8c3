//! A Chromium of its own for a test or the demonstration, with the language of a person, that clicks and takes
//! pictures.

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

use crate::process::Service;
use crate::project;

/// How long a page may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Name, width, height: a laptop, and a telephone in the hand.
const SCREENS: [(&str, u32, u32); 2] = [("desktop", 1280, 800), ("phone", 390, 844)];

/// What the person holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// A laptop's window.
    Laptop,
    /// A telephone's.
    Telephone,
}

/// A browser, from [`Browser::start`] to [`Browser::end`].
#[derive(Debug)]
pub struct Browser {
    client: Client,
    /// The person's language.
    pub language: Language,
    folder: PathBuf,
    driver: Service,
}

#[expect(clippy::disallowed_methods, reason = "where the system keeps its programs")]
fn programs() -> String {
    std::env::var("PATH").unwrap_or_default()
}

impl Browser {
    /// Whether this machine can have one.
    #[must_use]
    pub fn is_there() -> bool {
        std::process::Command::new("chromedriver").arg("--version").output().is_ok()
    }

    /// Starts one that asks for pages in this language.
    ///
    /// # Errors
    /// Chromium or its driver does not start.
    pub async fn start(language: Language) -> Result<Self> {
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

    /// Ends it, and leaves nothing behind.
    ///
    /// # Errors
    /// It does not end.
    pub async fn end(self) -> Result<()> {
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
    #[must_use]
    pub fn text<'a>(&self, japanese: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::Ja => japanese,
            Language::En => english,
        }
    }

    /// Opens a page.
    ///
    /// # Errors
    /// The page does not load.
    pub async fn open(&self, url: &Url) -> Result<()> {
        Ok(self.client.goto(url.as_str()).await?)
    }

    /// Where the browser is.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn address(&self) -> Result<Url> {
        Ok(self.client.current_url().await?)
    }

    /// Waits until there is something that a selector names.
    ///
    /// # Errors
    /// There is not in time; with what is there instead.
    pub async fn waits_for(&self, selector: &str) -> Result<()> {
        let wait = self.client.wait().at_most(PATIENCE);
        if let Err(error) = wait.for_element(Locator::Css(selector)).await {
            bail!("no {selector} at {}: {error}\n{}", self.address().await?, self.read("body").await?);
        }
        Ok(())
    }

    /// Waits for what a selector names and clicks it.
    ///
    /// # Errors
    /// There is no such element in time.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(Locator::Css(selector)).await {
            Ok(element) => Ok(element.click().await?),
            Err(error) => {
                bail!("no {selector} at {}: {error}\n{}", self.address().await?, self.read("body").await?)
            }
        }
    }

    /// The text that a person sees in what a selector names.
    ///
    /// # Errors
    /// There is no such element.
    pub async fn read(&self, selector: &str) -> Result<String> {
        loop {
            match self.client.find(Locator::Css(selector)).await?.text().await {
                // The next page came between the two.
                Err(error) if error.is_stale_element_reference() => {}
                read => return Ok(read?),
            }
        }
    }

    /// Whether there is something that a selector names.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn has(&self, selector: &str) -> Result<bool> {
        Ok(!self.client.find_all(Locator::Css(selector)).await?.is_empty())
    }

    /// Types into the field that a selector names, in place of what is there.
    ///
    /// # Errors
    /// There is no such field in time.
    pub async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        let wait = self.client.wait().at_most(PATIENCE);
        let field = wait.for_element(Locator::Css(selector)).await.with_context(|| selector.to_owned())?;
        field.clear().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Has the window of a telephone from now on, or of a laptop again.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn hold(&self, screen: Screen) -> Result<()> {
        let (_, width, height) = SCREENS[screen as usize];
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.developer("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Lives in a time zone from now on.
    ///
    /// # Errors
    /// The browser is gone, or there is no such zone.
    pub async fn lives_in(&self, zone: &str) -> Result<()> {
        self.developer("Emulation.setTimezoneOverride", json!({"timezoneId": zone})).await?;
        Ok(())
    }

    /// Prefers dark pages from now on, or light ones, and nothing that moves.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn prefers(&self, scheme: &str) -> Result<()> {
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.developer("Emulation.setEmulatedMedia", json!({"features": features})).await?;
        Ok(())
    }

    /// Runs a script in the page; what it returns, or the promise that it returns, as JSON.
    ///
    /// # Errors
    /// The script fails, or the browser is gone.
    pub async fn run(&self, script: &str) -> Result<Value> {
        let parameters = json!({"expression": script, "awaitPromise": true, "returnByValue": true});
        let answer = self.developer("Runtime.evaluate", parameters).await?;
        ensure!(answer.get("exceptionDetails").is_none(), "the script fails: {}", answer["exceptionDetails"]);
        Ok(answer["result"]["value"].clone())
    }

    /// Waits until the heading of the page is this one.
    ///
    /// # Errors
    /// It does not in time; with what is there instead.
    pub async fn arrives_at(&self, heading: &str) -> Result<()> {
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
    ///
    /// # Errors
    /// The page does not have the account.
    pub async fn choose(&self, account: &str) -> Result<()> {
        self.click(&format!("button.account[value=\"{account}\"]")).await
    }

    /// Takes a picture of the whole page at every width, into `target/screens`, and looks whether the page
    /// is laid out: its styles are there, in its language, and nothing stands over the edge.
    ///
    /// # Errors
    /// No picture can be taken, or the page is not laid out.
    pub async fn picture(&self, name: &str) -> Result<()> {
        self.picture_in("screens", name).await
    }

    /// The same, into another folder below `target`.
    ///
    /// # Errors
    /// No picture can be taken, or the page is not laid out.
    pub async fn picture_in(&self, folder: &str, name: &str) -> Result<()> {
        let folder = project::target().join(folder);
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
            let expected = json!([true, true, 1, self.language.tag()]);
            ensure!(looks == expected, "{name} on a {screen}: expected {expected}, found {looks}");
        }
        self.developer("Emulation.clearDeviceMetricsOverride", json!({})).await?;
        Ok(())
    }

    /// Forgets who signed in and which page was last.
    ///
    /// # Errors
    /// The browser is gone.
    pub async fn forget(&self) -> Result<()> {
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
        "--window-size=1280,900".to_owned(),
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
