//! What the demonstration sees of the simulated Microsoft 365: the mailbox and how often Graph was called.

use std::collections::BTreeMap;
use std::ops::Sub;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

/// How long an answer on loopback may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The simulator's control API.
#[derive(Debug, Clone)]
pub(super) struct FarSide {
    http: reqwest::Client,
    url: String,
}

/// How often the functions called Microsoft.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Calls {
    /// HTTP requests to Graph; a batch is one.
    pub(super) graph: u64,
    /// Requests inside batches.
    pub(super) batched: u64,
    /// Requests to Entra's token endpoint.
    pub(super) tokens: u64,
    /// Answers with 429.
    pub(super) throttled: u64,
}

impl Sub for Calls {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            graph: self.graph - before.graph,
            batched: self.batched - before.batched,
            tokens: self.tokens - before.tokens,
            throttled: self.throttled - before.throttled,
        }
    }
}

/// The contacts in our folder, by the card that their link in the notes leads to.
pub(super) type Contacts = BTreeMap<String, Value>;

impl FarSide {
    /// The simulator at `url`, which has no slash at the end.
    ///
    /// # Errors
    /// The HTTP client cannot be made.
    pub(super) fn new(url: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(LIMIT).build()?;
        Ok(Self { http, url: url.to_owned() })
    }

    /// A client for calls on loopback.
    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// The page with a mailbox's contacts, mail or calendar, in Japanese.
    pub(super) fn outlook_page(&self, address: &str, view: &str) -> String {
        format!("{}/outlook/{address}{view}?mkt=ja", self.url)
    }

    /// Whether a page is there.
    ///
    /// # Errors
    /// The page is not there, or the simulator does not answer.
    pub(super) async fn shows(&self, page: &str) -> Result<()> {
        let status = self.http.get(page).send().await?.status();
        ensure!(status.is_success(), "{page}: expected a page, found {status}");
        Ok(())
    }

    async fn get(&self, path: &str) -> Result<Value> {
        let url = format!("{}/_sim/{path}", self.url);
        let reply = self.http.get(&url).send().await.context("the simulator does not answer")?;
        Ok(reply.error_for_status()?.json().await?)
    }

    /// The counts since the start.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub(super) async fn calls(&self) -> Result<Calls> {
        let stats = self.get("stats").await?;
        let count = |name: &str| stats[name].as_u64().with_context(|| format!("no {name} in {stats}"));
        Ok(Calls {
            graph: count("graphHttpCalls")?,
            batched: count("graphInnerCalls")?,
            tokens: count("tokenCalls")?,
            throttled: count("throttled")?,
        })
    }

    /// The most requests that the mailbox had at one moment.
    ///
    /// # Errors
    /// The mailbox was never called.
    pub(super) async fn highest_concurrency(&self, address: &str) -> Result<u64> {
        let stats = self.get("stats").await?;
        let found = stats["mailboxes"][address]["highestConcurrency"].as_u64();
        found.with_context(|| format!("the mailbox {address} was never called: {stats}"))
    }

    /// Lets time pass there.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub(super) async fn advance_clock(&self, seconds: i64) -> Result<()> {
        let url = format!("{}/_sim/clock/advance", self.url);
        let reply = self.http.post(url).json(&json!({"seconds": seconds})).send().await?;
        reply.error_for_status()?;
        Ok(())
    }

    /// A whole mailbox.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub(super) async fn mailbox(&self, address: &str) -> Result<Value> {
        self.get(&format!("mailboxes/{address}")).await
    }

    /// Lets a mail arrive, or be sent.
    ///
    /// # Errors
    /// The simulator refuses.
    pub(super) async fn deliver(&self, address: &str, folder: &str, mail: Vec<u8>) -> Result<()> {
        let url = format!("{}/_sim/mailboxes/{address}/messages?folder={folder}", self.url);
        let request = self.http.post(url).header("content-type", "message/rfc822").body(mail);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// The contacts of a mailbox; all must lie in one folder that is not Outlook's own, each with a link that
    /// starts with `link` and no two with the same.
    ///
    /// # Errors
    /// That does not hold; with what was found.
    pub(super) async fn contacts(&self, address: &str, link: &str) -> Result<Contacts> {
        let mailbox = self.mailbox(address).await?;
        let folders = mailbox["folders"].as_array().context("a mailbox without folders")?;
        let count = |folder: &Value| folder["contacts"].as_array().map_or(0, Vec::len);
        let filled: Vec<&Value> =
            folders.iter().filter(|it| it["deleted"] == false && count(it) > 0).collect();
        let [ours] = filled[..] else {
            let found: Vec<_> = filled.iter().map(|it| format!("{} {}", it["path"], count(it))).collect();
            bail!("contacts: expected in one folder, found {found:?}");
        };
        ensure!(
            ours["displayName"] == "Setten",
            "contacts: expected in the folder Setten, found in {}",
            ours["path"]
        );
        let mut contacts = Contacts::new();
        for contact in ours["contacts"].as_array().into_iter().flatten() {
            let notes = contact["personalNotes"].as_str().unwrap_or_default();
            // Below it stands the line under which the user may write.
            let card = notes.split_once(link).and_then(|(_, rest)| rest.lines().next()).map(str::trim);
            let card = card.with_context(|| {
                format!("{}: expected {link}… in the notes, found {notes:?}", contact["displayName"])
            })?;
            let twin = contacts.insert(card.to_owned(), contact.clone());
            ensure!(twin.is_none(), "card {card}: expected one contact, found two");
        }
        Ok(contacts)
    }
}
