//! What API Gateway makes of an HTTP request, so that a web function can be cut down in it.

use serde_json::{Value, json};

/// The event of a request to `url`, whose body is a text.
pub(super) fn http_event(method: &str, path: &str, query: &str, content_type: &str, body: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"content-type": content_type, "host": "localhost"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "localhost",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "walk"},
            "requestId": "walk",
            "routeKey": "$default",
            "stage": "$default",
            "timeEpoch": 0,
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

/// The same request with a header, whose name is in lower case.
pub(super) fn with_header(mut event: Value, name: &str, value: &str) -> Value {
    event["headers"][name] = value.into();
    event
}

/// The same request with these cookies, each `name=value`.
pub(super) fn with_cookies(mut event: Value, cookies: &[String]) -> Value {
    event["cookies"] = cookies.into();
    event
}
