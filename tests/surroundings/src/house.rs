//! What every function is made of, as it stands in a test.

use std::sync::Arc;

use accounts::{Accounts, AccountsSettings, AppSecrets, Role, SiteSettings, User};
use aws::{Aws, Key};
use graph::entra::{Credential, Credentials, Entra};
use graph::{EntraSettings, Graph, GraphSettings, RetryPolicy};
use jiff::Timestamp;
use serde_json::{Value, json};
use types::{Clock, OrganizationId, TenantId, UserId};
use url::Url;
use xtask::gate::{Faults, Gate, GateOptions};

use crate::{ADMIN, CLIENT, CLIENT_SECRET, OPERATOR, SITE, TENANT};

/// The organization of tests that need one.
#[must_use]
pub fn organization() -> OrganizationId {
    "o1".parse().expect("an id")
}

/// Writes an organization as the operator's call does, but for the id: of [`organization`], or of another.
pub async fn found(aws: &Aws, id: &OrganizationId, name: &str) {
    let organization = json!({"pk": "ORGANIZATIONS", "sk": id, "id": id, "name": name,
        "created_at": "2026-01-01T00:00:00Z"});
    let put = aws.table("AccountsTable").put(&organization).expect("an item");
    aws.write(put).await.expect("written");
}

/// The id of [`TENANT`].
#[must_use]
pub fn tenant() -> TenantId {
    TENANT.parse().expect("an id")
}

/// The public address of [`SITE`].
#[must_use]
pub fn site() -> SiteSettings {
    SiteSettings { public_url: SITE.parse().expect("a URL") }
}

/// The accounts at that AWS.
#[must_use]
pub fn accounts(aws: &Aws, clock: &Arc<dyn Clock>) -> Accounts {
    Accounts::new(aws.clone(), &AccountsSettings { table: "AccountsTable".into() }, Arc::clone(clock))
}

/// The document that Secrets Manager holds, with these credentials for Entra in it.
#[must_use]
pub fn credentials_document(credentials: &Value) -> Value {
    let mut document = json!({
        "sealing_key": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "state_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "operator_key": OPERATOR,
    });
    for (name, value) in credentials.as_object().expect("an object") {
        document[name] = value.clone();
    }
    document
}

/// The secrets as a function reads them at its start.
#[must_use]
pub fn secrets() -> AppSecrets {
    let document = credentials_document(&json!({"client_secrets": [{"value": CLIENT_SECRET}]}));
    serde_json::from_value(document).expect("secrets")
}

/// Asks once: the test wants to see the first failure.
#[must_use]
pub fn once() -> RetryPolicy {
    RetryPolicy { attempts: 1, ..RetryPolicy::default() }
}

/// Clients of the Entra and the Graph at that address, with [`CLIENT_SECRET`]; Graph is asked [`once`].
#[must_use]
pub fn clients(url: &str, clock: &Arc<dyn Clock>) -> (Entra, Graph) {
    let http = graph::http_client();
    let root: Url = url.parse().expect("a URL");
    let graph_url = root.join("v1.0").expect("a URL");
    let settings = EntraSettings { client_id: CLIENT.to_owned(), login_url: root };
    let secret = vec![Credential::secret(CLIENT_SECRET.to_owned())];
    let entra = Entra::new(http.clone(), settings, Credentials::fixed(secret, Arc::clone(clock)));
    (entra, Graph::new(http, GraphSettings { graph_url }).with_policy(once()))
}

/// An ordinary member.
#[must_use]
pub fn member(id: &UserId, email: &str, name: &str, updated_at: Timestamp) -> User {
    User {
        id: id.clone(),
        email: email.to_owned(),
        display_name: name.to_owned(),
        tenant_id: None,
        role: Role::Member,
        updated_at,
    }
}

/// Writes into a registered tenant what a proved consent to mail does, or what is left once that is revoked.
pub async fn grant_mail(
    aws: &Aws,
    organization: &OrganizationId,
    tenant: &str,
    revoked_at: Option<Timestamp>,
) {
    let mut grant = json!({"granted_at": "2026-01-01T00:00:00Z", "granted_by": ADMIN,
        "scopes": ["Mail.Read", "User.Read.All"]});
    if let Some(revoked_at) = revoked_at {
        grant["revoked_at"] = json!(revoked_at);
    }
    let key = Key::new(format!("ORGANIZATION#{organization}"), format!("TENANT#{tenant}"));
    let update = aws.table("AccountsTable").update(key).set("grants", json!({"mail": grant}));
    aws.write(update.expect("an item")).await.expect("written");
}

/// A gate before that address, which asks `faults` about every call.
pub async fn gate(upstream: &str, faults: &Faults) -> Gate {
    let options = GateOptions {
        listen: "127.0.0.1:0".parse().expect("an address"),
        upstream: upstream.parse().expect("a URL"),
        host: None,
        name: upstream.to_owned(),
        tap: None,
    };
    Gate::start(options, faults.clone()).await.expect("a gate")
}
