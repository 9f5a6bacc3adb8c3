//! The API as a router, between the template's tables, an AWS that remembers what was queued, and the simulator.

use std::sync::{Arc, Mutex};

use api_web::Api;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::{Router, body::Bytes, response::IntoResponse, routing::any};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use settings::Environment;
use simulator::{Simulator, SimulatorOptions};
use tower::ServiceExt;
use xtask::{project, tables::Tables};

pub(crate) const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
pub(crate) const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
pub(crate) const OPERATOR: &str = "operator key of this test";
const PUBLIC_URL: &str = "https://app.example";

pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) simulator: Simulator,
    _tables: Tables,
    tables_url: String,
    aws_url: String,
    queued: Queued,
    cut: Cut,
}

/// Messages by the queue's name.
type Queued = Arc<Mutex<Vec<(String, Value)>>>;

/// Where AWS dies to the API: how many calls are answered yet, and whether the next one still takes effect.
type Cut = Arc<Mutex<Option<(usize, bool)>>>;

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The answer was a success.
    pub(crate) fn done(self) -> Self {
        assert!(self.status.is_success(), "{self:?}");
        self
    }

    /// The problem that the answer must be.
    pub(crate) fn problem(&self, status: u16, kind: &str) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["type"], format!("urn:setten:problem:{kind}"), "{problem}");
        problem
    }
}

/// An organization and its key.
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) key: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::calling_at_most(100_000).await
    }

    /// A key calls at most so often in a minute.
    pub(crate) async fn calling_at_most(per_minute: u64) -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let (queued, cut) = (Queued::default(), Cut::default());
        let aws = aws_in_front_of(tables.url().as_str(), Arc::clone(&queued), Arc::clone(&cut)).await;
        let environment = environment(&aws, &simulator.url, per_minute);
        let api = Api::connect(&environment).await.expect("an API");
        let tables_url = tables.url().to_string();
        let router = api_web::router(api);
        let world = Self { router, simulator, _tables: tables, tables_url, aws_url: aws, queued, cut };
        let app = json!({"clientId": CLIENT, "displayName": "Setten", "secrets": [{"value": "secret"}],
            "redirectUris": [format!("{PUBLIC_URL}/connect/sign-in"), format!("{PUBLIC_URL}/connect/consent")],
            "applicationRoles": ["Mail.Read", "User.Read.All"]});
        world.control("apps", &app).await;
        let tenant = json!({"tenantId": TENANT, "domain": "contoso.example", "displayName": "Contoso"});
        world.control("tenants", &tenant).await;
        world
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let reply = graph::http_client().post(url).json(body).send().await.expect("an answer");
        assert!(reply.status().is_success(), "{path}: {}", reply.text().await.unwrap_or_default());
    }

    /// Sends a request with these headers.
    pub(crate) async fn send(
        &self,
        key: &str,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.request(request.body(body).expect("a request")).await
    }

    pub(crate) async fn request(&self, request: Request<Body>) -> Reply {
        let reply = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = reply.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Reply { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> Reply {
        self.send(key, Method::GET, path, &[], None).await
    }

    pub(crate) async fn put(&self, key: &str, path: &str, body: &Value) -> Reply {
        self.send(key, Method::PUT, path, &[], Some(body)).await
    }

    pub(crate) async fn post(&self, key: &str, path: &str, body: &Value) -> Reply {
        self.send(key, Method::POST, path, &[], Some(body)).await
    }

    /// An organization with its first key.
    pub(crate) async fn organization(&self, name: &str) -> Organization {
        let made = self.post(OPERATOR, "/v1/organizations", &json!({"name": name})).await.done().json();
        let id = made["id"].as_str().expect("an id").to_owned();
        let key = self.post(OPERATOR, "/v1/api-keys", &json!({"organization_id": id})).await.done().json();
        Organization { id, key: key["key"].as_str().expect("a key").to_owned() }
    }

    /// A member of an organization.
    pub(crate) async fn user(&self, organization: &Organization, id: &str) {
        let user = json!({"email": format!("{id}@contoso.example"), "display_name": format!("{id} の名前")});
        self.put(&organization.key, &format!("/v1/users/{id}"), &user).await.done();
    }

    /// Notes that the tenant's admin granted mail, as a consent that was proved does.
    pub(crate) async fn grant_mail(&self, organization: &Organization) {
        self.grant_mail_in(organization, TENANT).await;
    }

    pub(crate) async fn grant_mail_in(&self, organization: &Organization, tenant: &str) {
        let grant = json!({"granted_at": "2026-11-22T00:00:00Z", "granted_by": "admin@contoso.example",
            "scopes": ["Mail.Read", "User.Read.All"]});
        let aws = aws::Aws::at(&self.tables_url);
        let key = aws::Key::new(format!("ORGANIZATION#{}", organization.id), format!("TENANT#{tenant}"));
        let update = aws.table("AccountsTable").update(key).set("grants", json!({"mail": grant}));
        aws.write(update.expect("an update")).await.expect("written");
    }

    /// The AWS that the API speaks to.
    pub(crate) fn aws(&self) -> aws::Aws {
        aws::Aws::at(&self.aws_url)
    }

    /// A queue of it.
    pub(crate) fn queue<J: aws::Job>(&self, name: &str) -> aws::Queue<J> {
        self.aws().queue(format!("{}/queues/{name}", self.aws_url))
    }

    /// From its nth call on AWS answers with failures; whether the nth itself takes effect before. None: it
    /// answers again.
    pub(crate) fn cut_at(&self, nth: Option<(usize, bool)>) {
        *self.cut.lock().expect("no panic") = nth;
    }

    /// The messages of a queue so far.
    pub(crate) fn queued(&self, queue: &str) -> Vec<Value> {
        let queued = self.queued.lock().expect("no panic");
        let of_queue = queued.iter().filter(|(name, _)| name == queue);
        of_queue.map(|(_, message)| message.clone()).collect()
    }

    /// Who the organization's plan has in it.
    pub(crate) async fn plan(&self, organization: &Organization, features: &[&str]) {
        let path = format!("/v1/organizations/{}", organization.id);
        let change = json!({"features": features});
        self.send(OPERATOR, Method::PATCH, &path, &[], Some(&change)).await.done();
    }
}

fn environment(aws: &str, microsoft: &str, per_minute: u64) -> Environment {
    let per_minute = per_minute.to_string();
    let queue = |name: &str| format!("{aws}/queues/{name}");
    let mut given: Vec<(String, String)> = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL", aws),
        ("SECRET_NAME", "secret"),
        ("CLIENT_ID", CLIENT),
        ("LOGIN_URL", microsoft),
        ("GRAPH_URL", &format!("{microsoft}/v1.0")),
        ("PUBLIC_URL", PUBLIC_URL),
        ("API_REQUESTS_PER_MINUTE", &per_minute),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    // Whatever else the function reads is named after a table or a queue of the template.
    for variable in api_web::VARIABLES.iter().flat_map(|variables| variables.iter()) {
        if let Some(table) = variable.name.strip_suffix("_TABLE") {
            let words = table.split('_').map(|word| format!("{}{}", &word[..1], word[1..].to_lowercase()));
            given.push((variable.name.to_owned(), format!("{}Table", words.collect::<String>())));
        } else if let Some(name) = variable.name.strip_suffix("_QUEUE_URL") {
            given.push((variable.name.to_owned(), queue(&name.to_lowercase())));
        } else if !given.iter().any(|(name, _)| name == variable.name) {
            let default = match variable.name {
                "CLOCK_OFFSET_SECONDS" => "0",
                "LOG_LEVEL" => "info",
                "PRODUCT_NAME" => "Setten",
                "WEBHOOK_TARGETS" => "public",
                _ => "",
            };
            given.push((variable.name.to_owned(), default.to_owned()));
        }
    }
    Environment::of(given)
}

/// The tables, a secret, and queues that keep what is sent to them.
async fn aws_in_front_of(tables: &str, queued: Queued, cut: Cut) -> String {
    let state = (tables.to_owned(), graph::http_client(), queued, cut);
    let router = Router::new().fallback(any(answer)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

async fn answer(
    State((tables, http, queued, cut)): State<(String, reqwest::Client, Queued, Cut)>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    let fate = fate(&cut);
    if fate == Fate::Refused {
        return refusal();
    }
    let reply = match target.split('.').next().unwrap_or_default() {
        "secretsmanager" => secret(),
        "AmazonSQS" => sent(&body, &queued),
        _ => {
            let reply =
                http.post(&tables).headers(headers.clone()).body(body).send().await.expect("an answer");
            let status = reply.status();
            let bytes = reply.bytes().await.expect("a body");
            if fate == Fate::Unheard {
                return refusal();
            }
            return (status, [("content-type", "application/x-amz-json-1.0")], bytes);
        }
    };
    if fate == Fate::Unheard {
        return refusal();
    }
    (StatusCode::OK, [("content-type", "application/x-amz-json-1.0")], Bytes::from(reply.to_string()))
}

/// What becomes of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    /// It takes effect, and the answer is lost.
    Unheard,
    Refused,
}

fn fate(cut: &Cut) -> Fate {
    match &mut *cut.lock().expect("no panic") {
        None => Fate::Answered,
        Some((0, _)) => Fate::Refused,
        Some((left, takes_effect)) => {
            *left -= 1;
            match (*left, *takes_effect) {
                (0, true) => Fate::Unheard,
                (0, false) => Fate::Refused,
                _ => Fate::Answered,
            }
        }
    }
}

/// A failure that is not worth a repeat, so that tests need not wait for any.
fn refusal() -> (StatusCode, [(&'static str, &'static str); 1], Bytes) {
    let body = json!({"__type": "com.amazon.coral.service#AccessDeniedException", "message": "cut"});
    (StatusCode::BAD_REQUEST, [("content-type", "application/x-amz-json-1.0")], Bytes::from(body.to_string()))
}

fn secret() -> Value {
    let key = STANDARD.encode([7; 32]);
    let secrets = json!({"sealing_key": key, "state_key": key, "operator_key": OPERATOR,
        "client_secrets": [{"value": "secret", "expires_at": null}]});
    json!({"Name": "secret", "SecretString": secrets.to_string()})
}

fn sent(body: &[u8], queued: &Queued) -> Value {
    let sent: Value = serde_json::from_slice(body).expect("JSON");
    let queue = sent["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
    let entries = sent["Entries"].as_array().cloned().unwrap_or_else(|| vec![sent.clone()]);
    for entry in &entries {
        let message = serde_json::from_str(entry["MessageBody"].as_str().expect("a body")).expect("JSON");
        queued.lock().expect("no panic").push((queue.to_owned(), message));
    }
    let taken = |entry: &Value| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "m"});
    let taken: Vec<Value> = entries.iter().map(taken).collect();
    json!({"MessageId": "m", "MD5OfMessageBody": "m", "Successful": taken, "Failed": []})
}
