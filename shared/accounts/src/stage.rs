//! What the tests of this crate stand on: the accounts table in memory and an Entra that counts.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws::Aws;
use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse};
use base64::{Engine, engine::general_purpose::STANDARD};
use graph::EntraSettings;
use graph::entra::{Credential, Credentials, Entra};
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use types::{Clock, Feature, ManualClock, OrganizationId, TenantId, UserId};
use xtask::{project, tables::Tables};

use crate::{Accounts, AccountsSettings, AppSecrets, AppTokens, AuditEntry, Event, Grant, Role, User};

pub(crate) const TENANT: &str = "11111111-2222-3333-4444-555555555555";
pub(crate) const OTHER_TENANT: &str = "99999999-2222-3333-4444-555555555555";
const TABLE: &str = "AccountsTable";

/// Answers every token request, and counts them.
#[derive(Clone, Default)]
struct TokenEndpoint {
    calls: Arc<AtomicUsize>,
    /// The AADSTS number to refuse with.
    refuses: Arc<Mutex<Option<u32>>>,
}

impl TokenEndpoint {
    async fn answer(State(entra): State<Self>) -> axum::response::Response {
        let number = entra.calls.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(aadsts) = *entra.refuses.lock().expect("no panic") {
            let body = json!({"error": "unauthorized_client", "error_description": format!("AADSTS{aadsts}: no"),
                "error_codes": [aadsts]});
            return (StatusCode::BAD_REQUEST, Json(body)).into_response();
        }
        let body =
            json!({"token_type": "Bearer", "expires_in": 3599, "access_token": format!("SECRET-{number}")});
        Json(body).into_response()
    }
}

pub(crate) struct Stage {
    pub(crate) accounts: Accounts,
    _tables: Tables,
    pub(crate) clock: ManualClock,
    pub(crate) organization: OrganizationId,
    login_url: String,
    entra: TokenEndpoint,
}

impl Stage {
    /// An organization with two tenants, nothing granted, and the users `sato` and `suzuki`.
    pub(crate) async fn new() -> Self {
        let tables = Tables::start(&project::root().join("infra/template.yaml")).await.expect("tables");
        let entra = TokenEndpoint::default();
        let (listener, login_url) = listen().await;
        let app = Router::new().fallback(TokenEndpoint::answer).with_state(entra.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let clock = ManualClock::at("2026-11-22T10:00:00.5Z".parse().expect("a time"));
        let settings = AccountsSettings { table: TABLE.to_owned() };
        let accounts = Accounts::new(Aws::at(tables.url().as_str()), &settings, Arc::new(clock.clone()));
        let organization = "o1".parse().expect("an id");
        let stage = Self { accounts, _tables: tables, clock, organization, login_url, entra };
        stage.furnish(&stage.organization).await;
        stage
    }

    /// The two tenants and the two users, for one more organization.
    pub(crate) async fn furnish(&self, organization: &OrganizationId) {
        for tenant in [TENANT, OTHER_TENANT] {
            self.accounts.register_tenant(organization, &tenant_of(tenant)).await.expect("registered");
        }
        for id in ["sato", "suzuki"] {
            let user = User {
                id: user(id),
                email: format!("{id}@contoso.test"),
                display_name: id.to_owned(),
                tenant_id: None,
                role: Role::Member,
                updated_at: self.clock.now(),
            };
            self.accounts.put_user(organization, &user).await.expect("put");
        }
    }

    pub(crate) async fn grant(&self, organization: &OrganizationId, tenant: &str, feature: Feature) {
        let grant = Grant {
            granted_at: self.clock.now(),
            granted_by: "admin@contoso.test".to_owned(),
            scopes: feature.application_roles().iter().map(|&role| role.to_owned()).collect(),
            revoked_at: None,
        };
        let saved = self.accounts.save_grant(organization, &tenant_of(tenant), feature, grant).await;
        saved.expect("granted");
    }

    /// A process of its own.
    pub(crate) fn app_tokens(&self) -> AppTokens {
        let login_url = self.login_url.parse().expect("a URL");
        let settings = EntraSettings { client_id: "app-1".to_owned(), login_url };
        let secret = vec![Credential::secret("client secret".to_owned())];
        let credentials = Credentials::fixed(secret, Arc::new(self.clock.clone()));
        let entra = Entra::new(graph::http_client(), settings, credentials);
        AppTokens::new(self.accounts.clone(), entra, &secrets()).expect("the keys are sound")
    }

    pub(crate) fn asked(&self) -> usize {
        self.entra.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn refuse(&self, aadsts: u32) {
        *self.entra.refuses.lock().expect("no panic") = Some(aadsts);
    }

    pub(crate) fn advance(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    /// The log, oldest first, without what it takes to begin.
    pub(crate) async fn events(&self) -> Vec<Event> {
        let (entries, _) = self.accounts.audit(&self.organization, 100, None).await.expect("a log");
        let events = entries.into_iter().rev().map(|AuditEntry { event, .. }| event);
        events.filter(|event| !matches!(event, Event::TenantRegistered { .. })).collect()
    }

    /// Everything in the organization's partition, as text.
    pub(crate) async fn stored(&self) -> String {
        let query = aws::Query::partition(&crate::store::of_organization(&self.organization));
        let items: Vec<Value> = self.accounts.table.query_all(query).await.expect("items");
        Value::Array(items).to_string()
    }
}

pub(crate) fn tenant_of(text: &str) -> TenantId {
    text.parse().expect("a tenant")
}

pub(crate) fn user(id: &str) -> UserId {
    id.parse().expect("an id")
}

fn secrets() -> AppSecrets {
    let key = STANDARD.encode([7; 32]);
    let secrets = json!({"sealing_key": key, "state_key": key, "operator_key": "x"});
    serde_json::from_value(secrets).expect("secrets")
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    (listener, url)
}
