//! The Microsoft 365 simulator: its process, our app registration in it and a tenant to try things with.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::StatusCode;
use serde_json::{Value, json};
use types::Feature;

use super::{CLIENT_ID, ClientSecret, Credentials, StackOptions, ports};
use crate::process::Service;

/// The demonstration tenant, always the same.
pub const TENANT_ID: &str = "5e77e000-0000-4000-8000-000000000001";
/// Where Entra sends people back to, below the public URL; the same as in `infra/entra/app-registration.json`.
pub const REDIRECT_PATHS: [&str; 3] = ["/connect/consent", "/connect/sign-in", "/console/signed-in"];
const DOMAIN: &str = "contoso.example";
/// Sign-in name, shown name, role. The first is the administrator.
const USERS: [(&str, &str, &[&str]); 3] = [
    ("admin", "管理 花子", &["Global Administrator"]),
    ("sato", "佐藤 健", &[]),
    ("suzuki", "鈴木 美咲", &[]),
];

/// How long it may take to save its state.
const GRACE: Duration = Duration::from_secs(5);
const READY: Duration = Duration::from_secs(20);

/// Starts the simulator and waits until it answers.
///
/// # Errors
/// It ended or does not answer.
pub(super) async fn start(options: &StackOptions, program: &Path, http: &reqwest::Client) -> Result<Service> {
    let program = program.display().to_string();
    let listen = ports::local(options.ports.simulator).to_string();
    let record = options.traffic.display().to_string();
    let state = options.state.join("simulator.json").display().to_string();
    let command = [&program, "--listen", &listen, "--record", &record, "--state", &state];
    let path = [("PATH", "/usr/bin:/bin".to_owned())];
    let log = options.state.join("logs/simulator.log");
    let mut service = Service::start("the simulator", &command, &path, &log, GRACE)?;
    service.answers(http, &format!("{}/_sim/stats", ports::url(options.ports.simulator)), READY).await?;
    Ok(service)
}

/// Registers our app and the demonstration tenant with its users; the users' addresses.
///
/// # Errors
/// The simulator refuses one of them.
pub(super) async fn register(
    http: &reqwest::Client,
    options: &StackOptions,
    credentials: &Credentials,
) -> Result<Vec<String>> {
    let simulator = ports::url(options.ports.simulator);
    let gateway = ports::url(options.ports.gateway);
    let secret = |secret: &ClientSecret| json!({"value": secret.value, "expiresAt": secret.expires_at});
    let secrets: Vec<_> = credentials.client_secrets.iter().map(secret).collect();
    let certificates: Vec<_> =
        credentials.certificate.iter().map(|certificate| &certificate.certificate_pem).collect();
    let roles: Vec<_> = Feature::ALL.iter().flat_map(|feature| feature.application_roles()).collect();
    let ground = ["openid", "profile", "offline_access", "User.Read"].into_iter();
    let scopes = Feature::ALL.iter().flat_map(|feature| feature.delegated_scopes());
    let scopes: Vec<_> =
        ground.chain(scopes.map(|scope| scope.rsplit('/').next().unwrap_or(scope))).collect();
    let app = json!({
        "clientId": CLIENT_ID,
        "displayName": "Setten",
        "secrets": secrets,
        "certificates": certificates,
        "redirectUris": REDIRECT_PATHS.map(|path| format!("{gateway}{path}")),
        // Everything is listed: a consent for `.default` takes earlier ones away that are not.
        "applicationRoles": roles,
        "delegatedScopes": scopes,
        "groupMembershipClaims": "DirectoryRole",
    });
    post(http, &format!("{simulator}/_sim/apps"), &app).await?;
    let tenant = json!({"tenantId": TENANT_ID, "domain": DOMAIN, "displayName": "コントソ株式会社"});
    post(http, &format!("{simulator}/_sim/tenants"), &tenant).await?;
    let mut addresses = Vec::new();
    for (name, display_name, roles) in USERS {
        let address = format!("{name}@{DOMAIN}");
        let user = json!({"userPrincipalName": address, "displayName": display_name, "roles": roles});
        post(http, &format!("{simulator}/_sim/tenants/{TENANT_ID}/users"), &user).await?;
        addresses.push(address);
    }
    Ok(addresses)
}

/// Makes something; that it is there already, from an earlier start, is as good.
async fn post(http: &reqwest::Client, url: &str, body: &Value) -> Result<()> {
    let reply = http.post(url).json(body).send().await.context("the simulator does not answer")?;
    let status = reply.status();
    if !status.is_success() && status != StatusCode::CONFLICT {
        bail!("POST {url}: {status}: {}", reply.text().await?);
    }
    Ok(())
}
