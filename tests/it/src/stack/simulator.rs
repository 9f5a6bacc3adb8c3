//! The control API of the Microsoft 365 simulator.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

/// The simulator of a stack.
#[derive(Debug, Clone)]
pub(crate) struct Simulator {
    http: reqwest::Client,
    url: String,
}

/// An error's body as Graph writes it.
pub(crate) fn graph_error(code: &str, message: &str) -> Value {
    let id = uuid::Uuid::new_v4();
    let inner = json!({"date": "2026-01-31T10:20:30", "request-id": id, "client-request-id": id});
    json!({"error": {"code": code, "message": message, "innerError": inner}})
}

impl Simulator {
    pub(super) fn new(http: reqwest::Client, url: &str) -> Self {
        Self { http, url: url.to_owned() }
    }

    /// Calls `/_sim/{path}`.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let text = self.text(method, path, body).await?;
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// A raw mail (RFC 822) arrives in a mailbox.
    pub(crate) async fn deliver_mail(&self, address: &str, mail: String) -> Result<()> {
        let url = format!("{}/_sim/mailboxes/{address}/messages?folder=inbox", self.url);
        let request = self.http.post(&url).header("content-type", "message/rfc822").body(mail);
        let reply = request.send().await.with_context(|| format!("POST {url}"))?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "POST {url}: {status}: {text}");
        Ok(())
    }

    async fn text(&self, method: Method, path: &str, body: Option<&Value>) -> Result<String> {
        let url = format!("{}/_sim/{path}", self.url);
        let mut request = self.http.request(method.clone(), &url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let reply = request.send().await.with_context(|| format!("{method} {url}"))?;
        let (status, text) = (reply.status(), reply.text().await?);
        ensure!(status.is_success(), "{method} {url}: {status}: {text}");
        Ok(text)
    }

    /// Adds a fault. Match it by mailbox, or by something else that no other test meets.
    pub(crate) async fn fault(&self, matching: &Value, action: &Value, times: u32) -> Result<()> {
        let fault = json!({"match": matching, "action": action, "times": times});
        self.post("faults", &fault).await?;
        Ok(())
    }

    /// How often the faults that match this mailbox struck.
    pub(crate) async fn struck(&self, mailbox: &str) -> Result<u64> {
        let found = self.get("faults").await?;
        let faults = found["faults"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ours = faults.iter().filter(|fault| fault["match"]["mailbox"] == mailbox);
        Ok(ours.filter_map(|fault| fault["struck"].as_u64()).sum())
    }

    /// The recorded exchanges whose line contains `text`, the oldest first: of the simulator's last 50,000.
    pub(crate) async fn traffic(&self, text: &str) -> Result<Vec<Value>> {
        let lines = self.text(Method::GET, "traffic", None).await?;
        let ours = lines.lines().filter(|line| line.contains(text));
        ours.map(|line| Ok(serde_json::from_str(line)?)).collect()
    }

    /// What reached one mailbox so far: `requests`, `highestConcurrency`, `throttled`.
    pub(crate) async fn counts(&self, mailbox: &str) -> Result<Counts> {
        let stats = self.get("stats").await?;
        let counts = &stats["mailboxes"][mailbox];
        let count = |name: &str| counts[name].as_u64().unwrap_or_default();
        Ok(Counts {
            requests: count("requests"),
            highest_concurrency: count("highestConcurrency"),
            throttled: count("throttled"),
        })
    }
}

/// How hard one mailbox was pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Requests, inner ones of batches counted one by one.
    pub(crate) requests: u64,
    /// The most at one moment.
    pub(crate) highest_concurrency: u64,
    /// 429s.
    pub(crate) throttled: u64,
}
