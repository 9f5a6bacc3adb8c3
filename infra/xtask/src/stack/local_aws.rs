//! Calls to the local AWS, as its deployer.
//!
//! It takes the key `test` for the account's owner and does not verify the owner's signature, so a request
//! says who it is from without being signed; the functions' own calls are signed, and checked.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// The region of every local stack.
pub(super) const REGION: &str = "eu-central-1";

/// Longer than the longest function.
const TIME_LIMIT: Duration = Duration::from_secs(310);

/// A client of the local AWS.
#[derive(Debug, Clone)]
pub struct LocalAws {
    http: reqwest::Client,
    endpoint: String,
}

impl LocalAws {
    /// A client of the one at `endpoint`.
    #[must_use]
    pub fn new(endpoint: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(TIME_LIMIT)
            .build()
            .expect("a client without special settings");
        Self { http, endpoint: endpoint.to_owned() }
    }

    /// Calls an operation of a JSON protocol, such as `sqs`, `AmazonSQS.GetQueueAttributes` or `dynamodb`,
    /// `DynamoDB_20120810.Scan`.
    ///
    /// # Errors
    /// The operation's, with what AWS said.
    pub async fn json(&self, service: &str, target: &str, body: &Value) -> Result<Value> {
        let request = self.request(Method::POST, service, "/").header("x-amz-target", target);
        let request = request.header("content-type", "application/x-amz-json-1.1").body(body.to_string());
        Ok(answer(target, request).await?.1)
    }

    /// Makes SES hold a domain as verified.
    ///
    /// # Errors
    /// The local AWS refuses.
    pub async fn verify_identity(&self, domain: &str) -> Result<()> {
        let request = self.request(Method::POST, "ses", "/v2/email/identities");
        let request = request.header("content-type", "application/json");
        let reply = request.body(json!({"EmailIdentity": domain}).to_string()).send().await?;
        let status = reply.status();
        if !status.is_success() && !reply.text().await?.contains("AlreadyExists") {
            bail!("CreateEmailIdentity: {status}");
        }
        Ok(())
    }

    /// Invokes a function and waits for its answer.
    ///
    /// # Errors
    /// The function failed; then with its error.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Value> {
        let path = format!("/2015-03-31/functions/{function}/invocations");
        let request = self.request(Method::POST, "lambda", &path).body(payload.to_string());
        let (headers, value) = answer(function, request).await?;
        if headers.contains_key("x-amz-function-error") {
            bail!("{function} failed: {value}");
        }
        Ok(value)
    }

    /// Changes variables of a function's environment. Its warm processes are replaced at once, and calls
    /// that run then are killed: let them end first.
    ///
    /// # Errors
    /// There is no such function.
    pub async fn set_environment(&self, function: &str, changes: &[(&str, String)]) -> Result<()> {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let (_, mut found) = answer(function, self.request(Method::GET, "lambda", &path)).await?;
        let mut variables = found["Environment"]["Variables"].take();
        for (name, value) in changes {
            variables[*name] = json!(value);
        }
        let body = json!({"Environment": {"Variables": variables}}).to_string();
        answer(function, self.request(Method::PUT, "lambda", &path).body(body)).await?;
        Ok(())
    }

    /// The ARN of the role that a function runs as.
    ///
    /// # Errors
    /// There is no such function.
    pub async fn role_of(&self, function: &str) -> Result<String> {
        let path = format!("/2015-03-31/functions/{function}/configuration");
        let (_, found) = answer(function, self.request(Method::GET, "lambda", &path)).await?;
        Ok(found["Role"].as_str().context("a function without a role")?.to_owned())
    }

    /// The outputs of a CloudFormation stack.
    ///
    /// # Errors
    /// There is no such stack.
    pub async fn outputs(&self, stack: &str) -> Result<BTreeMap<String, String>> {
        let form = [("Action", "DescribeStacks"), ("Version", "2010-05-15"), ("StackName", stack)];
        let reply = self.request(Method::POST, "cloudformation", "/").form(&form).send().await?;
        let reply = reply.error_for_status().with_context(|| format!("no stack {stack}"))?;
        Ok(read_outputs(&reply.text().await?))
    }

    /// The text of the lines that a function logged, the oldest first, from `since` (ms since 1970).
    ///
    /// # Errors
    /// There is no such log group.
    pub async fn logs(&self, function: &str, since: i64) -> Result<Vec<String>> {
        let group = format!("/aws/lambda/{function}");
        let query = json!({"logGroupName": group, "startTime": since});
        let found = self.json("logs", "Logs_20140328.FilterLogEvents", &query).await?;
        let events = found["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(events.iter().filter_map(|event| event["message"].as_str().map(str::to_owned)).collect())
    }

    fn request(&self, method: Method, service: &str, path: &str) -> RequestBuilder {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=0"
        );
        self.http.request(method, format!("{}{path}", self.endpoint)).header("authorization", authorization)
    }
}

async fn answer(what: &str, request: RequestBuilder) -> Result<(reqwest::header::HeaderMap, Value)> {
    let reply = request.send().await.with_context(|| format!("{what}: the local AWS does not answer"))?;
    let (status, headers) = (reply.status(), reply.headers().clone());
    let text = reply.text().await?;
    if !status.is_success() {
        bail!("{what}: {status}: {text}");
    }
    let value = if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? };
    Ok((headers, value))
}

/// Reads `<OutputKey>` and `<OutputValue>` pairs; CloudFormation speaks XML only.
fn read_outputs(xml: &str) -> BTreeMap<String, String> {
    let between = |text: &str, tag: &str| -> Option<String> {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        let (value, _) = rest.split_once(&format!("</{tag}>"))?;
        let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        Some(plain.replace("&amp;", "&"))
    };
    let outputs = between(xml, "Outputs").unwrap_or_default();
    let pair = |member: &str| Some((between(member, "OutputKey")?, between(member, "OutputValue")?));
    outputs.split("</member>").filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_read_from_the_xml() {
        let xml = "<Stacks><member><Outputs>\
                   <member><OutputKey>A</OutputKey><OutputValue>http://x/?a=1&amp;b=2</OutputValue></member>\
                   <member><OutputKey>B</OutputKey><OutputValue>two</OutputValue><Description>d</Description></member>\
                   </Outputs></member></Stacks>";
        let found = read_outputs(xml);
        assert_eq!(found.len(), 2);
        assert_eq!(found["A"], "http://x/?a=1&b=2");
        assert_eq!(found["B"], "two");
        assert!(read_outputs("<Stacks/>").is_empty());
    }
}
