//! A running simulator with one tenant, one app that is consented to, and a client.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use simulator::{Simulator, SimulatorOptions};

pub(crate) const CLIENT_ID: &str = "11111111-2222-4333-8444-555555555555";
const SECRET: &str = "a secret of the test";
const REDIRECT: &str = "http://localhost/callback";
pub(crate) const DOMAIN: &str = "contoso.example";
pub(crate) const HANAKO: &str = "hanako@contoso.example";
pub(crate) const TARO: &str = "taro@contoso.example";
pub(crate) const CARD_ID: &str = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name CardId";

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) fn values(&self) -> &Vec<Value> {
        self.body["value"].as_array().expect("a collection")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A simulator with people in it.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    pub(crate) url: String,
    pub(crate) tenant: String,
    pub(crate) http: reqwest::Client,
}

/// Somebody with a token.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) base: String,
    pub(crate) token: String,
    pub(crate) http: reqwest::Client,
}

fn http() -> reqwest::Client {
    let no_redirects = reqwest::redirect::Policy::none();
    reqwest::Client::builder().redirect(no_redirects).build().expect("a client")
}

pub(crate) async fn world() -> World {
    world_with(SimulatorOptions::default()).await
}

/// A tenant with Hanako and Taro in the cloud, Jiro on the customer's own server, and the app registered.
pub(crate) async fn world_with(options: SimulatorOptions) -> World {
    let simulator = Simulator::start(options).await.expect("the simulator starts");
    let url = simulator.url.clone();
    let mut world = World { simulator, url, tenant: String::new(), http: http() };
    let tenant = world.control("tenants", json!({"domain": DOMAIN, "displayName": "Contoso"})).await;
    world.tenant = tenant["tenantId"].as_str().expect("a tenant id").to_owned();
    for (name, mailbox) in [(HANAKO, "cloud"), (TARO, "cloud"), ("jiro@contoso.example", "onprem")] {
        let user = json!({"userPrincipalName": name, "displayName": name, "mailbox": mailbox});
        world.control(&format!("tenants/{}/users", world.tenant), user).await;
    }
    world.register(&["Calendars.ReadWrite", "Contacts.ReadWrite", "User.Read.All"]).await;
    world
}

impl World {
    /// Registers the app, or registers it anew, with those application permissions.
    pub(crate) async fn register(&self, roles: &[&str]) {
        let app = json!({
            "clientId": CLIENT_ID, "displayName": "Setten", "secrets": [{"value": SECRET}],
            "redirectUris": [REDIRECT], "applicationRoles": roles,
            "delegatedScopes": [
                "Calendars.ReadWrite", "Calendars.ReadBasic", "Contacts.ReadWrite", "Contacts.Read", "User.Read",
            ],
        });
        self.control("apps", app).await;
    }

    /// A POST to the control API that must succeed.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let answer =
            self.http.post(format!("{}/_sim/{path}", self.url)).json(&body).send().await.expect("sent");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// What a GET of the control API shows.
    pub(crate) async fn shown(&self, path: &str) -> Value {
        let answer = self.http.get(format!("{}/_sim/{path}", self.url)).send().await.expect("sent");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.expect("JSON")
    }

    /// The contacts of a mailbox that are not deleted, as the control API shows them.
    pub(crate) async fn contacts_of(&self, address: &str) -> Vec<Value> {
        let mailbox = self.shown(&format!("mailboxes/{address}")).await;
        let folders = mailbox["folders"].as_array().expect("folders").clone();
        let kept = folders.into_iter().filter(|folder| folder["deleted"] == false);
        kept.flat_map(|folder| folder["contacts"].as_array().expect("contacts").clone()).collect()
    }

    async fn redirected(&self, path: &str, query: &[(&str, &str)]) -> url::Url {
        let mut url: url::Url = format!("{}/{}/{path}", self.url, self.tenant).parse().expect("a URL");
        url.query_pairs_mut().extend_pairs(query);
        let answer = self.http.get(url).send().await.expect("sent");
        let location = answer.headers().get("location").and_then(|to| to.to_str().ok()).map(str::to_owned);
        let status = answer.status();
        let text = answer.text().await.expect("a page");
        location.unwrap_or_else(|| panic!("{path}: no redirect but {status} {text}")).parse().expect("a URL")
    }

    /// The administrator agrees to all that the app asks for.
    pub(crate) async fn consent(&self, scope: &str) {
        let admin = format!("admin@{DOMAIN}");
        let query = [
            ("client_id", CLIENT_ID),
            ("scope", scope),
            ("redirect_uri", REDIRECT),
            ("state", "s"),
            ("_sim_account", &admin),
            ("_sim_answer", "accept"),
        ];
        let back = self.redirected("v2.0/adminconsent", &query).await;
        assert!(back.query_pairs().any(|(name, _)| name == "admin_consent"), "{back}");
    }

    async fn token(&self, form: &[(&str, &str)]) -> Client {
        let url = format!("{}/{}/oauth2/v2.0/token", self.url, self.tenant);
        let form: Vec<_> = [("client_id", CLIENT_ID), ("client_secret", SECRET)].iter().chain(form).collect();
        let answer: Value =
            self.http.post(url).form(&form).send().await.expect("sent").json().await.expect("JSON");
        let token =
            answer["access_token"].as_str().unwrap_or_else(|| panic!("no token: {answer}")).to_owned();
        Client { base: format!("{}/v1.0", self.url), token, http: self.http.clone() }
    }

    /// A client with an app-only token that holds every application permission of the app.
    pub(crate) async fn app(&self) -> Client {
        self.consent("https://graph.microsoft.com/.default").await;
        let scope = "https://graph.microsoft.com/.default";
        self.token(&[("grant_type", "client_credentials"), ("scope", scope)]).await
    }

    /// A client with a delegated token of `user` for `scopes`.
    pub(crate) async fn signed_in(&self, user: &str, scopes: &str) -> Client {
        self.consent(scopes).await;
        let verifier = "a-verifier-of-the-test-that-is-long-enough-0123456789";
        let challenge = {
            use base64::Engine;
            use sha2::Digest;
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier))
        };
        let query = [
            ("client_id", CLIENT_ID),
            ("response_type", "code"),
            ("redirect_uri", REDIRECT),
            ("scope", scopes),
            ("state", "s"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("_sim_account", user),
            ("_sim_answer", "accept"),
        ];
        let back = self.redirected("oauth2/v2.0/authorize", &query).await;
        let code = back.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        let code = code.unwrap_or_else(|| panic!("no code: {back}"));
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", verifier),
            ("scope", scopes),
        ];
        self.token(&form).await
    }

    /// Hanako, who may read and write her contacts.
    pub(crate) async fn hanako(&self) -> Client {
        self.signed_in(
            HANAKO,
            "https://graph.microsoft.com/Contacts.ReadWrite https://graph.microsoft.com/User.Read",
        )
        .await
    }
}

impl Client {
    /// A request; `path` is below `/v1.0`, or a whole link.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        let sent = self.try_send(method, path, headers, body).await;
        sent.expect("an answer")
    }

    /// The same, where the connection may break.
    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer, reqwest::Error> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await?;
        let body =
            serde_json::from_str(&text).unwrap_or(if text.is_empty() { Value::Null } else { text.into() });
        Ok(Answer { status, headers, body })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, &[], Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, &[], Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], None).await
    }

    pub(crate) async fn batch(&self, requests: Vec<Value>) -> Answer {
        self.post("/$batch", json!({ "requests": requests })).await
    }
}

/// An id as one segment of a path.
pub(crate) fn segment(id: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// A request of a batch that creates a contact.
pub(crate) fn create(id: &str, name: &str) -> Value {
    json!({
        "id": id, "method": "POST", "url": "/me/contacts",
        "headers": {"Content-Type": "application/json"}, "body": {"displayName": name},
    })
}

/// The response of a batch with that id.
pub(crate) fn inner<'a>(answer: &'a Answer, id: &str) -> &'a Value {
    let responses = answer.body["responses"].as_array().expect("responses");
    responses.iter().find(|response| response["id"] == id).expect("a response")
}
