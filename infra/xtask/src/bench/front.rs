//! The public door in front of web functions under our own Runtime API: HTTP requests become API Gateway
//! events (payload 2.0), so that a benchmark sets up its data as a product would.
//!
//! Source: <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::{StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::runtime_api::{Function, FunctionOptions};

/// A function and the first segment of the paths that it answers, such as `connect`.
type Route = (&'static str, Mutex<Function>);

/// A running door; dropping it ends its functions.
#[derive(Debug)]
pub(super) struct Front {
    serving: JoinHandle<()>,
}

impl Front {
    /// Opens a door on `listener`; a request goes to the function of its path's first segment, the last one
    /// takes the rest.
    ///
    /// # Errors
    /// A function does not start.
    pub(super) async fn open(
        listener: TcpListener,
        functions: Vec<(&'static str, FunctionOptions)>,
    ) -> Result<Self> {
        let mut routes: Vec<Route> = Vec::new();
        for (segment, options) in functions {
            routes.push((segment, Mutex::new(Function::start(options).await?)));
        }
        let router = Router::new().fallback(answer).with_state(Arc::new(routes));
        let serving = tokio::spawn(async move {
            // Serves until aborted.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { serving })
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(routes): State<Arc<Vec<Route>>>, request: Request) -> Response {
    match pass(&routes, request).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response(),
    }
}

async fn pass(routes: &[Route], request: Request) -> Result<Response> {
    let event = event(request).await?;
    let segment = event["rawPath"].as_str().and_then(|path| path.split('/').nth(1)).unwrap_or_default();
    let route = routes.iter().find(|(own, _)| *own == segment).or(routes.last()).context("no function")?;
    let reply = route.1.lock().await.invoke(&event).await?;
    response(&reply)
}

/// The event of a request.
///
/// # Errors
/// A header is not text, or the body does not come.
pub(super) async fn event(request: Request) -> Result<Value> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let (mut headers, mut cookies) = (Map::new(), Vec::new());
    for (name, value) in &head.headers {
        let value = value.to_str()?;
        // API Gateway takes cookies out of the headers.
        if name == header::COOKIE {
            cookies.extend(value.split("; ").filter(|cookie| !cookie.is_empty()).map(Value::from));
        } else {
            headers.insert(name.to_string(), value.into());
        }
    }
    let (method, path) = (head.method.as_str(), head.uri.path());
    Ok(json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": head.uri.query().unwrap_or_default(),
        "headers": headers,
        "cookies": cookies,
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": "127.0.0.1",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": "bench",
            "routeKey": "$default",
            "stage": "$default",
        },
        "body": BASE64_STANDARD.encode(&body),
        "isBase64Encoded": true,
    }))
}

/// The response that a function's answer says.
fn response(reply: &Value) -> Result<Response> {
    let status = reply["statusCode"].as_u64().context("an answer without a status")?;
    let mut response = Response::builder().status(u16::try_from(status)?);
    for member in ["headers", "multiValueHeaders"] {
        for (name, value) in reply[member].as_object().into_iter().flatten() {
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values.iter().filter_map(Value::as_str) {
                response = response.header(name, value);
            }
        }
    }
    for cookie in reply["cookies"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        response = response.header(header::SET_COOKIE, cookie);
    }
    let body = reply["body"].as_str().unwrap_or_default();
    let body = match reply["isBase64Encoded"].as_bool() {
        Some(true) => BASE64_STANDARD.decode(body)?,
        _ => body.as_bytes().to_vec(),
    };
    Ok(response.body(body.into())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_becomes_an_event() {
        let request = Request::builder()
            .method("PUT")
            .uri("/v1/users/a?limit=2&x=%2F")
            .header("authorization", "Bearer key")
            .header("cookie", "a=1; b=2")
            .body("{\"名\":1}".into())
            .expect("a request");
        let event = event(request).await.expect("an event");
        assert_eq!(
            (&event["rawPath"], &event["rawQueryString"]),
            (&json!("/v1/users/a"), &json!("limit=2&x=%2F"))
        );
        assert_eq!(event["requestContext"]["http"]["method"], "PUT");
        assert_eq!(event["headers"], json!({"authorization": "Bearer key"}));
        assert_eq!(event["cookies"], json!(["a=1", "b=2"]));
        let body = BASE64_STANDARD.decode(event["body"].as_str().expect("text")).expect("base64");
        assert_eq!(body, "{\"名\":1}".as_bytes());
    }

    #[tokio::test]
    async fn an_answer_becomes_a_response() {
        let reply = json!({"statusCode": 302, "headers": {"location": "/a"}, "cookies": ["c=3"],
            "multiValueHeaders": {"x-two": ["1", "2"]}, "body": "aGk=", "isBase64Encoded": true});
        let response = response(&reply).expect("a response");
        assert_eq!(response.status(), 302);
        assert_eq!(response.headers()["location"], "/a");
        assert_eq!(response.headers()["set-cookie"], "c=3");
        assert_eq!(response.headers().get_all("x-two").iter().count(), 2);
        assert_eq!(response.into_body().collect().await.expect("whole").to_bytes(), "hi");
        assert!(super::response(&json!({"body": "no status"})).is_err());
    }
}
