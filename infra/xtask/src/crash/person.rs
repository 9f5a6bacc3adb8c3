//! Somebody at a browser: goes through Microsoft's pages, presses our buttons, and once more when nothing comes
//! back.

use anyhow::{Context, Result, bail, ensure};
use reqwest::header;
use serde_json::Value;
use url::Url;

use super::http_event::{http_event, with_cookies};
use super::play::Play;
use crate::product::is_microsofts;

/// Pages in a row that Microsoft may lead through before it leads back.
const MOST_PAGES: usize = 6;
const FORM: &str = "application/x-www-form-urlencoded";

/// A browser, signed in nowhere.
pub(super) struct Person {
    http: reqwest::Client,
}

impl Person {
    /// A browser that shows where it is led.
    ///
    /// # Errors
    /// There is no HTTP client.
    pub(super) fn new() -> Result<Self> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { http })
    }

    /// Answers Microsoft's pages as this account until they lead back to us: where.
    ///
    /// # Errors
    /// They do not.
    pub(super) async fn through_microsoft(&self, mut url: Url, account: &str) -> Result<Url> {
        for _ in 0..MOST_PAGES {
            if !is_microsofts(&url) {
                return Ok(url);
            }
            url.query_pairs_mut().append_pair("_sim_account", account).append_pair("_sim_answer", "accept");
            let reply = self.http.get(url.clone()).send().await?;
            let status = reply.status();
            let location = reply.headers().get(header::LOCATION).cloned();
            let Some(location) = location else {
                bail!("{} answered {status}: {}", url.path(), reply.text().await?);
            };
            url = url.join(location.to_str()?)?;
        }
        bail!("{account} was sent from page to page")
    }

    /// Opens a one-time link into the console; the cookies that it sets.
    ///
    /// # Errors
    /// The console does not let in.
    pub(super) async fn enter(&self, link: &str) -> Result<Vec<String>> {
        let reply = self.http.get(link).send().await?;
        ensure!(reply.status().is_redirection(), "the console answers {}", reply.status());
        let lines = reply.headers().get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        Ok(lines.filter_map(|line| line.split(';').next()).map(str::to_owned).collect())
    }

    /// A page of ours as text.
    ///
    /// # Errors
    /// It is not there.
    pub(super) async fn read(&self, url: &str, cookies: &[String]) -> Result<String> {
        let reply = self.http.get(url).header(header::COOKIE, cookies.join("; ")).send().await?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "{url}: {status}: {text}");
        Ok(text)
    }
}

/// What the browser asks for when it is led to this address of ours.
pub(super) fn visit(url: &Url) -> Value {
    http_event("GET", url.path(), url.query().unwrap_or_default(), "", "")
}

/// What the browser sends when a button of ours is pressed.
pub(super) fn form(path: &str, body: &str, cookies: &[String]) -> Value {
    with_cookies(http_event("POST", path, "", FORM, body), cookies)
}

/// Has a web function answer; when nothing comes back, whoever asked asks the same once more. Without a name it
/// is not walked. Tells whether it was asked twice.
///
/// # Errors
/// The function failed by itself.
pub(super) async fn ask(
    play: &mut Play<'_>,
    name: Option<&str>,
    function: &str,
    event: &Value,
) -> Result<(Value, bool)> {
    let Some(name) = name else { return Ok((play.again(function, 0, event).await?, false)) };
    let run = play.act(name, function, 0, event).await?;
    if run.is_cut {
        return Ok((play.again(function, 0, event).await?, true));
    }
    Ok((run.answer.with_context(|| format!("{function} failed at {name}"))?, false))
}

/// Where an answer leads, if it leads on.
pub(super) fn location(answer: &Value) -> Option<&str> {
    let leads_on = answer["statusCode"].as_u64().is_some_and(|status| (300..400).contains(&status));
    answer["headers"]["location"].as_str().filter(|_| leads_on)
}
