//! Requests to the gateway exactly as a test words them, and all that one organization can read.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode, header};
use serde_json::Value;

use crate::stack::{Customer, Stack};

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// With its query, from the gateway's root.
    pub(crate) path: String,
    /// The value of `Authorization`; none sends none.
    pub(crate) authorization: Option<String>,
    /// Its `Content-Type` and the bytes.
    pub(crate) body: Option<(&'static str, Vec<u8>)>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Call {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), authorization: None, body: None, headers: Vec::new() }
    }

    pub(crate) fn bearer(mut self, key: &str) -> Self {
        self.authorization = Some(format!("Bearer {key}"));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text("application/json", body.to_string())
    }

    /// An empty type sends none.
    pub(crate) fn text(mut self, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some((content_type, body.into()));
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Sends it.
    pub(crate) async fn send(self, stack: &Stack) -> Result<Reply> {
        let asked = format!("{} {}", self.method, self.path);
        let url = format!("{}{}", stack.file().gateway_url, self.path);
        let mut request = stack.http.request(self.method, url);
        if let Some(authorization) = self.authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        for (name, value) in self.headers {
            request = request.header(name, value);
        }
        if let Some((content_type, bytes)) = self.body {
            if !content_type.is_empty() {
                request = request.header(header::CONTENT_TYPE, content_type);
            }
            request = request.body(bytes);
        }
        let reply = request.send().await.with_context(|| asked.clone())?;
        let content_type = reply.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.unwrap_or_default().to_owned();
        Ok(Reply { asked, status: reply.status(), content_type, text: reply.text().await? })
    }
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The method and the path of the request.
    pub(crate) asked: String,
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.text).with_context(|| format!("{self:?}"))
    }

    /// The problem that the answer must be, of this status: complete, and with a reference to quote.
    pub(crate) fn problem(&self, status: u16) -> Result<Value> {
        ensure!(self.status == status, "{status} was expected of {self:?}");
        ensure!(self.content_type == "application/problem+json", "{self:?}");
        let problem = self.json()?;
        ensure!(problem["status"] == status, "{problem}");
        let is_told = |name: &str| problem[name].as_str().is_some_and(|text| !text.is_empty());
        ensure!(["type", "title", "detail", "reference"].into_iter().all(is_told), "{problem}");
        Ok(problem)
    }
}

/// All that the organization can read but its log and what pushes note at any time, by the path it was read
/// from.
pub(crate) async fn readable(customer: &Customer) -> Result<BTreeMap<String, Value>> {
    let read = async |path: String| -> Result<(String, Value)> {
        let call = Call::new(Method::GET, path.clone()).bearer(&customer.organization.key);
        let reply = call.send(&customer.stack).await?;
        ensure!(reply.status == StatusCode::OK, "{reply:?}");
        Ok((path, reply.json()?))
    };
    let mut found = BTreeMap::new();
    for path in ["/v1/tenants", "/v1/settings", "/v1/booking-pages", "/v1/appointments"] {
        found.extend([read(path.to_owned()).await?]);
    }
    let (path, users) = read("/v1/users".to_owned()).await?;
    for user in users["items"].as_array().context("a list without items")? {
        let id = user["id"].as_str().context("a user without an id")?;
        found.extend([read(format!("/v1/users/{id}/cards")).await?]);
        let (path, mut links) = read(format!("/v1/users/{id}/links")).await?;
        for link in links["items"].as_array_mut().context("a list without items")? {
            let link = link.as_object_mut().context("not a link")?;
            link.retain(|name, _| !["last_push", "last_success_at"].contains(&name.as_str()));
        }
        found.insert(path, links);
    }
    found.insert(path, users);
    Ok(found)
}
