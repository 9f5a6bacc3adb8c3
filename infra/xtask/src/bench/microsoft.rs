//! The simulator of a benchmark: a process of its own, with Outlook's limits and a latency.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::header;
use serde_json::{Value, json};
use url::Url;

use crate::process::Service;
use crate::project;
use crate::stack::Ports;

/// How long each request to Graph takes, in milliseconds, inner ones of a batch included.
pub(super) const LATENCY_MILLISECONDS: u32 = 20;
/// How many requests one mailbox takes at a time; those inside a batch wait for each other.
pub(super) const AT_A_TIME: u32 = 4;

/// The app registration.
const CLIENT_ID: &str = "5e77e000-0000-4000-8000-00000000be9c";
const CLIENT_SECRET: &str = "bench";
/// Where the peer's sign-in ends; nothing listens there.
const PEER_REDIRECT: &str = "http://localhost/peer";

/// The tenant of all mailboxes.
pub(super) const TENANT_ID: &str = "5e77e000-0000-4000-8000-00000000be01";
/// Its administrator, who comes with it.
pub(super) const ADMINISTRATOR: &str = "admin@contoso.example";

/// A running simulator; dropping it ends it.
#[derive(Debug)]
pub(super) struct Microsoft {
    url: String,
    http: reqwest::Client,
    _service: Service,
}

impl Microsoft {
    /// Starts the simulator and registers the app and the tenant; `gateway` is where our callbacks are.
    ///
    /// # Errors
    /// The simulator does not start or refuses something.
    pub(super) async fn start(program: &Path, gateway: &str) -> Result<Self> {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let listen = format!("127.0.0.1:{}", Ports::free()?.simulator);
        let url = format!("http://{listen}");
        let log = project::target().join("bench");
        std::fs::create_dir_all(&log)?;
        let path = [("PATH", "/usr/bin:/bin".to_owned())];
        let command = [&program.display().to_string(), "--listen", &listen];
        let log = log.join("simulator.log");
        let mut service = Service::start("the simulator", &command, &path, &log, Duration::from_secs(2))?;
        service.answers(&http, &format!("{url}/_sim/stats"), Duration::from_secs(20)).await?;
        let microsoft = Self { url, http, _service: service };
        microsoft.register(gateway).await?;
        Ok(microsoft)
    }

    async fn register(&self, gateway: &str) -> Result<()> {
        let redirects =
            [&format!("{gateway}/connect/consent"), &format!("{gateway}/connect/sign-in"), PEER_REDIRECT];
        let app = json!({
            "clientId": CLIENT_ID,
            "displayName": "Setten",
            "secrets": [{"value": CLIENT_SECRET}],
            "redirectUris": redirects,
            "delegatedScopes": ["openid", "profile", "offline_access", "User.Read", "Contacts.ReadWrite"],
            "groupMembershipClaims": "DirectoryRole",
        });
        self.post("apps", &app).await?;
        let tenant = json!({"tenantId": TENANT_ID, "domain": "contoso.example", "displayName": "Contoso"});
        self.post("tenants", &tenant).await?;
        let settings = json!({
            "latencyMs": LATENCY_MILLISECONDS,
            "batchConcurrency": "queue",
            "mailboxConcurrency": AT_A_TIME,
        });
        self.post("settings", &settings).await
    }

    /// Makes a user with a mailbox.
    ///
    /// # Errors
    /// The simulator refuses.
    pub(super) async fn add_user(&self, address: &str) -> Result<()> {
        let user = json!({"userPrincipalName": address, "displayName": address});
        self.post(&format!("tenants/{TENANT_ID}/users"), &user).await
    }

    /// What the functions need to know.
    pub(super) fn environment(&self) -> [(String, String); 3] {
        [
            ("CLIENT_ID".to_owned(), CLIENT_ID.to_owned()),
            ("LOGIN_URL".to_owned(), self.url.clone()),
            ("GRAPH_URL".to_owned(), self.graph_url()),
        ]
    }

    /// The base URL of Graph.
    pub(super) fn graph_url(&self) -> String {
        format!("{}/v1.0", self.url)
    }

    /// The secret that goes with the app.
    pub(super) fn client_secret() -> &'static str {
        CLIENT_SECRET
    }

    /// An access token for a user's contacts: signs in, accepts, redeems the code.
    ///
    /// # Errors
    /// A step is refused.
    pub(super) async fn token(&self, address: &str) -> Result<String> {
        const SCOPE: &str = "openid offline_access Contacts.ReadWrite";
        let endpoint = format!("{}/{TENANT_ID}/oauth2/v2.0", self.url);
        let query = [
            ("client_id", CLIENT_ID),
            ("response_type", "code"),
            ("redirect_uri", PEER_REDIRECT),
            ("scope", SCOPE),
            ("state", "peer"),
            ("_sim_account", address),
            ("_sim_answer", "accept"),
        ];
        let reply = self.http.get(format!("{endpoint}/authorize")).query(&query).send().await?;
        let location = reply.headers().get(header::LOCATION).context("the sign-in page did not redirect")?;
        let location = Url::parse(location.to_str()?)?;
        let code = location.query_pairs().find(|(name, _)| name == "code");
        let (_, code) = code.with_context(|| format!("no code in {location}"))?;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
            ("redirect_uri", PEER_REDIRECT),
            ("scope", SCOPE),
            ("code", code.as_ref()),
        ];
        let reply = self.http.post(format!("{endpoint}/token")).form(&form).send().await?;
        let reply: Value = reply.error_for_status().context("the code was not redeemed")?.json().await?;
        Ok(reply["access_token"].as_str().context("no access token")?.to_owned())
    }

    /// The exchanges with Graph since the last call, oldest first.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub(super) async fn take_graph_traffic(&self) -> Result<Vec<Value>> {
        let url = format!("{}/_sim/traffic", self.url);
        let lines = self.http.get(&url).send().await?.error_for_status()?.text().await?;
        self.http.delete(&url).send().await?.error_for_status()?;
        let exchanges: Vec<Value> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        Ok(exchanges.into_iter().filter(|exchange| exchange["kind"] == "graph").collect())
    }

    /// How many contacts a mailbox holds.
    ///
    /// # Errors
    /// The simulator does not answer.
    pub(super) async fn contacts(&self, address: &str) -> Result<usize> {
        let url = format!("{}/_sim/mailboxes/{address}", self.url);
        let mailbox: Value = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let folders = mailbox["folders"].as_array().context("a mailbox without folders")?;
        Ok(folders.iter().filter_map(|folder| folder["contacts"].as_array()).map(Vec::len).sum())
    }

    async fn post(&self, what: &str, body: &Value) -> Result<()> {
        let reply = self.http.post(format!("{}/_sim/{what}", self.url)).json(body).send().await?;
        let status = reply.status();
        ensure!(status.is_success(), "the simulator refuses {what}: {status}: {}", reply.text().await?);
        Ok(())
    }
}
