//! The API as a router, between the template's tables, an AWS that remembers what was queued, and the simulator.

use api_web::Api;
use aws::{Aws, Job, Queue};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use settings::Environment;
use surroundings::{CLIENT, LocalAws, Microsoft, SITE};
pub(crate) use surroundings::{OPERATOR, Reply, TENANT};

pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) simulator: Microsoft,
    aws: LocalAws,
}

/// An organization and its key.
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) key: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// A key calls at most so often in a minute.
    pub(crate) async fn calling_at_most(per_minute: u64) -> Self {
        Self::with(&[("API_REQUESTS_PER_MINUTE", &per_minute.to_string())]).await
    }

    /// With these variables instead of the usual ones.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let (simulator, aws) = (Microsoft::with_tenant().await, LocalAws::start().await);
        let api = Api::connect(&environment(&aws, &simulator.url, variables)).await.expect("an API");
        Self { router: api_web::router(api), simulator, aws }
    }

    /// The API as it is so many seconds later, on the same tables.
    pub(crate) async fn later(&self, seconds: u32) -> Router {
        let offset = [("CLOCK_OFFSET_SECONDS", &*seconds.to_string())];
        let environment = environment(&self.aws, &self.simulator.url, &offset);
        api_web::router(Api::connect(&environment).await.expect("an API"))
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        self.simulator.post(path, body).await;
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
        Reply::of(&self.router, request).await
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
        let id = organization.id.parse().expect("an id");
        surroundings::grant_mail(&self.aws(), &id, tenant, None).await;
    }

    /// The AWS that the API speaks to.
    pub(crate) fn aws(&self) -> Aws {
        self.aws.client()
    }

    /// A queue of it.
    pub(crate) fn queue<J: Job>(&self, name: &str) -> Queue<J> {
        self.aws().queue(self.aws.url_of(name))
    }

    /// From its nth call on AWS answers with failures; whether the nth itself takes effect before. None: it
    /// answers again.
    pub(crate) fn cut_at(&self, nth: Option<(usize, bool)>) {
        self.aws.cut_at(nth);
    }

    /// The messages of a queue so far.
    pub(crate) fn queued(&self, queue: &str) -> Vec<Value> {
        self.aws.queued(queue)
    }

    /// Who the organization's plan has in it.
    pub(crate) async fn plan(&self, organization: &Organization, features: &[&str]) {
        let path = format!("/v1/organizations/{}", organization.id);
        let change = json!({"features": features});
        self.send(OPERATOR, Method::PATCH, &path, &[], Some(&change)).await.done();
    }
}

fn environment(aws: &LocalAws, microsoft: &str, variables: &[(&str, &str)]) -> Environment {
    let mut given: Vec<(String, String)> = [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ENDPOINT_URL", aws.url.as_str()),
        ("SECRET_NAME", "secret"),
        ("CLIENT_ID", CLIENT),
        ("LOGIN_URL", microsoft),
        ("GRAPH_URL", &format!("{microsoft}/v1.0")),
        ("PUBLIC_URL", SITE),
        ("API_REQUESTS_PER_MINUTE", "100000"),
        ("EGRESS_ADDRESSES", "203.0.113.7, 203.0.113.8"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    // Whatever else the function reads is named after a table or a queue of the template.
    for variable in api_web::VARIABLES.iter().flat_map(|variables| variables.iter()) {
        if let Some(table) = variable.name.strip_suffix("_TABLE") {
            let words = table.split('_').map(|word| format!("{}{}", &word[..1], word[1..].to_lowercase()));
            given.push((variable.name.to_owned(), format!("{}Table", words.collect::<String>())));
        } else if let Some(name) = variable.name.strip_suffix("_QUEUE_URL") {
            given.push((variable.name.to_owned(), aws.url_of(&name.to_lowercase())));
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
    given.retain(|(name, _)| variables.iter().all(|(changed, _)| changed != name));
    given.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Environment::of(given)
}
