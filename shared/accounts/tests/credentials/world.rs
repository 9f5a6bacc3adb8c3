//! A Secrets Manager that holds one document and counts its readers, and an Entra with one registration.

use accounts::{AppSecrets, SecretSettings};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use graph::entra::{AppToken, Entra};
use graph::{EntraSettings, GraphError};
use jiff::ToSpan;
use serde_json::{Value, json};
pub(crate) use surroundings::{ADMIN, tenant};
use surroundings::{CLIENT, LocalAws, Microsoft, TENANT, credentials_document};
use xtask::certificate::Certificate;

pub(crate) const REDIRECT: &str = "https://app.example/connect/sign-in";

pub(crate) struct World {
    pub(crate) simulator: Microsoft,
    pub(crate) local: LocalAws,
}

impl World {
    pub(crate) async fn new() -> Self {
        let simulator = Microsoft::empty().await;
        simulator.tenant(TENANT, "contoso.example").await;
        Self { simulator, local: LocalAws::start().await }
    }

    /// What Secrets Manager holds from now on.
    pub(crate) fn put(&self, credentials: &Value) {
        self.local.put_secret(credentials_document(credentials));
    }

    /// How often it was read.
    pub(crate) fn reads(&self) -> usize {
        self.local.secret_reads()
    }

    /// What Entra knows of the application from now on: these credentials, and no others.
    pub(crate) async fn register(&self, credentials: &Value) {
        let mut changes = json!({"secrets": []});
        for (name, value) in credentials.as_object().expect("an object") {
            changes[name] = value.clone();
        }
        self.simulator.register(&changes).await;
    }

    /// A tenant whose administrator consented.
    pub(crate) async fn consent(&self) {
        let page = format!(
            "{}/{TENANT}/adminconsent?client_id={CLIENT}&redirect_uri={REDIRECT}",
            self.simulator.url
        );
        let back = self.simulator.accept(page.parse().expect("a URL"), ADMIN, &[]).await;
        let location = back.as_str();
        assert!(location.contains("admin_consent=True") && !location.contains("error="), "{location}");
    }

    /// A process that starts now.
    pub(crate) async fn process(&self) -> Entra {
        let settings = SecretSettings { name: "setten/test".to_owned() };
        let aws = self.local.client();
        let secrets = AppSecrets::load(&aws, &settings).await.expect("secrets");
        let credentials = secrets.credentials(&aws, self.simulator.clock()).expect("credentials");
        let login_url = self.simulator.url.parse().expect("a URL");
        Entra::new(
            graph::http_client(),
            EntraSettings { client_id: CLIENT.to_owned(), login_url },
            credentials,
        )
    }

    /// Header and claims of every assertion that Entra was sent.
    pub(crate) async fn assertions(&self) -> Vec<[Value; 2]> {
        let part = |text: &str| -> Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).expect("base64url")).expect("JSON")
        };
        let exchanges = self.simulator.exchanges().await;
        let bodies = exchanges.iter().filter_map(|exchange| exchange["request_body"].as_str());
        let forms = bodies.flat_map(|body| url::form_urlencoded::parse(body.as_bytes()));
        let sent = forms.filter(|(name, _)| name == "client_assertion").map(|(_, assertion)| {
            let (header, rest) = assertion.split_once('.').expect("a JWT");
            [part(header), part(rest.split('.').next().expect("claims"))]
        });
        sent.collect()
    }

    pub(crate) async fn control(&self, path: &str, body: &Value) {
        self.simulator.post(path, body).await;
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
