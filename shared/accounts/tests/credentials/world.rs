//! A Secrets Manager that holds one document and counts its readers, and an Entra with one registration.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use accounts::{AppSecrets, SecretSettings};
use aws::Aws;
use axum::extract::State;
use axum::{Json, Router};
use graph::entra::{AppToken, Entra};
use graph::{EntraSettings, GraphError};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use simulator::{App, Simulator, SimulatorOptions};
use types::{Clock, TenantId};
use xtask::certificate::Certificate;

pub(crate) const CLIENT: &str = "5e77e000-0000-4000-8000-00000000c11e";
pub(crate) const TENANT: &str = "5e77e000-0000-4000-8000-000000000001";
pub(crate) const ADMIN: &str = "admin@contoso.example";
pub(crate) const REDIRECT: &str = "https://app.example/connect/sign-in";

/// The functions' time is the simulator's.
struct SimulatedClock(Arc<App>);

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

#[derive(Clone)]
struct Vault {
    document: Arc<Mutex<Value>>,
    reads: Arc<AtomicUsize>,
}

pub(crate) struct World {
    pub(crate) simulator: Simulator,
    vault: Vault,
    aws: Aws,
}

/// The document with these credentials.
pub(crate) fn document(credentials: &Value) -> Value {
    let mut document = json!({
        "sealing_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "state_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "operator_key": "operator",
    });
    for (name, value) in credentials.as_object().expect("an object") {
        document[name] = value.clone();
    }
    document
}

pub(crate) fn tenant() -> TenantId {
    TENANT.parse().expect("an id")
}

impl World {
    pub(crate) async fn new() -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        let vault = Vault { document: Arc::default(), reads: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(get_secret_value).with_state(vault.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let world = Self { simulator, vault, aws: Aws::at(&url) };
        world
            .control("tenants", &json!({"tenantId": TENANT, "domain": "contoso.example", "displayName": "C"}))
            .await;
        world
    }

    /// What Secrets Manager holds from now on.
    pub(crate) fn put(&self, credentials: &Value) {
        *self.vault.document.lock().expect("no panic") = document(credentials);
    }

    /// How often it was read.
    pub(crate) fn reads(&self) -> usize {
        self.vault.reads.load(Ordering::SeqCst)
    }

    /// What Entra knows of the application from now on.
    pub(crate) async fn register(&self, credentials: &Value) {
        let mut app = json!({
            "clientId": CLIENT,
            "displayName": "Setten",
            "redirectUris": [REDIRECT],
            "applicationRoles": ["Mail.Read"],
            "delegatedScopes": ["openid", "profile", "offline_access", "User.Read"],
        });
        for (name, value) in credentials.as_object().expect("an object") {
            app[name] = value.clone();
        }
        self.control("apps", &app).await;
    }

    /// A tenant whose administrator consented.
    pub(crate) async fn consent(&self) {
        let page = format!(
            "{}/{TENANT}/adminconsent?client_id={CLIENT}&redirect_uri={REDIRECT}&_sim_account={ADMIN}&_sim_answer=accept",
            self.simulator.url
        );
        let reply = graph::http_client().get(page).send().await.expect("an answer");
        let location = reply.headers()["location"].to_str().expect("ASCII");
        assert!(location.contains("admin_consent=True") && !location.contains("error="), "{location}");
    }

    /// A process that starts now.
    pub(crate) async fn process(&self) -> Entra {
        let settings = SecretSettings { name: "setten/test".to_owned() };
        let secrets = AppSecrets::load(&self.aws, &settings).await.expect("secrets");
        let clock = Arc::new(SimulatedClock(Arc::clone(self.simulator.app())));
        let credentials = secrets.credentials(&self.aws, clock).expect("credentials");
        let login_url = self.simulator.url.parse().expect("a URL");
        Entra::new(
            graph::http_client(),
            EntraSettings { client_id: CLIENT.to_owned(), login_url },
            credentials,
        )
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        let url = format!("{}/_sim/{path}", self.simulator.url);
        let response = graph::http_client().post(url).json(body).send().await.expect("an answer");
        assert!(response.status().is_success(), "{path}: {}", response.status());
    }

    /// Application tokens that Entra gave or refused so far.
    pub(crate) fn token_calls(&self) -> (u64, u64) {
        let stats = self.simulator.app().world().directory.stats();
        let calls = &stats["tokenCalls"][TENANT]["client_credentials"];
        (calls["succeeded"].as_u64().unwrap_or_default(), calls["failed"].as_u64().unwrap_or_default())
    }
}

/// A token of the application in the tenant.
pub(crate) async fn token(entra: &Entra) -> Result<AppToken, GraphError> {
    entra.client_credentials(&tenant()).await
}

/// A certificate that is good for a year.
#[expect(clippy::disallowed_methods, reason = "a certificate is valid by everybody's clock")]
pub(crate) fn certificate() -> Certificate {
    let today = jiff::Zoned::now().date();
    Certificate::generate(today, today.checked_add(1.year()).expect("a date")).expect("a certificate")
}

async fn get_secret_value(State(vault): State<Vault>) -> Json<Value> {
    vault.reads.fetch_add(1, Ordering::SeqCst);
    let document = vault.document.lock().expect("no panic").to_string();
    Json(json!({"Name": "setten/test", "SecretString": document}))
}
