//! A world with one application and one tenant, a browser without redirects, and a client of the token endpoint.

use std::collections::BTreeMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use simulator::model::directory::{NewApplication, NewSecret, NewTenant, NewUser};
use simulator::{Simulator, SimulatorOptions};
use url::Url;

pub(crate) const CLIENT: &str = "11111111-2222-4333-8444-555555555555";
pub(crate) const TENANT: &str = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
pub(crate) const SECRET: &str = "s3cret~value";
pub(crate) const REDIRECT: &str = "https://app.example/connect/sign-in";
pub(crate) const ADMIN: &str = "admin@contoso.example";
pub(crate) const USER: &str = "hanako@contoso.example";
pub(crate) const SCOPES: &str = "openid profile email offline_access User.Read Contacts.ReadWrite";
pub(crate) const GRAPH_DEFAULT: &str = "https://graph.microsoft.com/.default";
pub(crate) const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

/// A simulator with an application, a tenant with its administrator and one user.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Where a redirect goes.
    pub(crate) location: Option<Url>,
    pub(crate) body: String,
}

impl Reply {
    /// A parameter of the redirect's query.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let location = self.location.as_ref()?;
        location.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let simulator = Simulator::start(SimulatorOptions::default()).await.expect("a simulator");
        {
            let mut world = simulator.app().world();
            let directory = &mut world.directory;
            let application = NewApplication {
                client_id: Some(CLIENT.to_owned()),
                display_name: "Setten & Söhne".to_owned(),
                secrets: vec![NewSecret { value: SECRET.to_owned(), expires_at: None }],
                redirect_uris: vec![REDIRECT.to_owned()],
                application_roles: vec!["Contacts.ReadWrite".to_owned(), "User.Read.All".to_owned()],
                delegated_scopes: vec!["User.Read".to_owned(), "Contacts.ReadWrite".to_owned()],
                ..NewApplication::default()
            };
            directory.register(application).expect("an application");
            let tenant = directory
                .add_tenant(NewTenant {
                    tenant_id: Some(TENANT.to_owned()),
                    domain: "contoso.example".to_owned(),
                    display_name: "Contoso 株式会社".to_owned(),
                    ..NewTenant::default()
                })
                .expect("a tenant");
            let user = NewUser {
                user_principal_name: USER.to_owned(),
                display_name: "佐藤 花子".to_owned(),
                ..NewUser::default()
            };
            tenant.add_user(user).expect("a user");
        }
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        Self { simulator, http }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.url)
    }

    /// Consents for the whole tenant as its administrator.
    pub(crate) async fn consent_for_all(&self) {
        let browser = Browser::new(self);
        let reply = browser
            .get(
                &format!("/{TENANT}/v2.0/adminconsent"),
                &[
                    ("client_id", CLIENT),
                    ("redirect_uri", REDIRECT),
                    ("state", "s"),
                    ("scope", GRAPH_DEFAULT),
                    ("_sim_account", ADMIN),
                    ("_sim_answer", "accept"),
                ],
            )
            .await;
        assert_eq!(reply.parameter("admin_consent").as_deref(), Some("True"), "{reply:?}");
        assert_eq!(reply.parameter("error"), None);
    }

    /// Posts a form to the token endpoint of a tenant segment, with client id and secret.
    pub(crate) async fn token(&self, segment: &str, form: &[(&str, &str)]) -> Reply {
        let mut form: Vec<(&str, &str)> = form.to_vec();
        form.extend([("client_id", CLIENT), ("client_secret", SECRET)]);
        self.token_of(segment, &form).await
    }

    /// Posts a form to the token endpoint as it is.
    pub(crate) async fn token_of(&self, segment: &str, form: &[(&str, &str)]) -> Reply {
        let url = self.url(&format!("/{segment}/oauth2/v2.0/token"));
        reply(self.http.post(url).form(form).send().await.expect("an answer")).await
    }

    /// Posts a form with HTTP Basic.
    pub(crate) async fn token_basic(
        &self,
        segment: &str,
        id: &str,
        secret: &str,
        form: &[(&str, &str)],
    ) -> Reply {
        let url = self.url(&format!("/{segment}/oauth2/v2.0/token"));
        let request = self.http.post(url).basic_auth(id, Some(secret)).form(form);
        reply(request.send().await.expect("an answer")).await
    }

    /// Redeems a code the usual way.
    pub(crate) async fn redeem(&self, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
            ("scope", SCOPES),
        ];
        self.token(TENANT, &form).await
    }

    /// Signs the user in after the tenant's consent; the token answer.
    pub(crate) async fn signed_in(&self) -> Value {
        self.consent_for_all().await;
        let code = Browser::new(self).sign_in(USER).await;
        let reply = self.redeem(&code).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.json()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        reply(self.http.post(self.url(path)).json(body).send().await.expect("an answer")).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Reply {
        reply(self.http.patch(self.url(path)).json(body).send().await.expect("an answer")).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        reply(self.http.delete(self.url(path)).send().await.expect("an answer")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        reply(self.http.get(self.url(path)).send().await.expect("an answer")).await
    }

    /// How often a page was shown.
    pub(crate) fn shown(&self, page: &str) -> u64 {
        self.simulator.app().world().directory.pages_shown.get(page).copied().unwrap_or_default()
    }

    /// Asks for an error at an endpoint.
    pub(crate) async fn force(&self, endpoint: &str, aadsts: u32) {
        let reply = self.post("/_sim/entra/errors", &json!({"endpoint": endpoint, "aadsts": aadsts})).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
    }
}

/// A browser with one cookie.
pub(crate) struct Browser<'w> {
    world: &'w World,
    cookie: Mutex<Option<String>>,
    language: &'static str,
}

impl<'w> Browser<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        Self { world, cookie: Mutex::new(None), language: "en" }
    }

    pub(crate) fn japanese(world: &'w World) -> Self {
        Self { language: "ja,en;q=0.8", ..Self::new(world) }
    }

    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Reply {
        let url = Url::parse_with_params(&self.world.url(path), query).expect("a URL");
        self.send(self.world.http.get(url)).await
    }

    /// Submits a form of a page that came from this path and query.
    pub(crate) async fn submit(&self, path: &str, query: &[(&str, &str)], form: &[(&str, &str)]) -> Reply {
        let url = Url::parse_with_params(&self.world.url(path), query).expect("a URL");
        self.send(self.world.http.post(url).form(form)).await
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Reply {
        request = request.header("accept-language", self.language);
        if let Some(cookie) = self.cookie.lock().expect("not poisoned").clone() {
            request = request.header("cookie", cookie);
        }
        let response = request.send().await.expect("an answer");
        if let Some(cookie) = response.headers().get("set-cookie").and_then(|value| value.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default().to_owned();
            *self.cookie.lock().expect("not poisoned") = Some(pair);
        }
        reply(response).await
    }

    /// The authorize endpoint with the usual parameters, changed or extended by `more`; an empty value removes.
    pub(crate) async fn authorize(&self, more: &[(&str, &str)]) -> Reply {
        let parameters = authorize_parameters(more);
        let query: Vec<(&str, &str)> =
            parameters.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        self.get(&authorize_path(), &query).await
    }

    /// Signs in by script and accepts what is asked; the code.
    pub(crate) async fn sign_in(&self, account: &str) -> String {
        let reply = self.authorize(&[("_sim_account", account), ("_sim_answer", "accept")]).await;
        reply.parameter("code").unwrap_or_else(|| panic!("no code in {reply:?}"))
    }
}

pub(crate) fn authorize_path() -> String {
    format!("/{TENANT}/oauth2/v2.0/authorize")
}

/// The usual parameters, changed or extended by `more`; an empty value removes.
pub(crate) fn authorize_parameters(more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let mut parameters: BTreeMap<String, String> = [
        ("client_id", CLIENT),
        ("response_type", "code"),
        ("redirect_uri", REDIRECT),
        ("scope", SCOPES),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ]
    .into_iter()
    .chain(more.iter().copied())
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .collect();
    parameters.retain(|_, value| !value.is_empty());
    parameters
}

/// The claims of a token, its signature unchecked.
pub(crate) fn claims(token: &Value) -> Value {
    let token = token.as_str().expect("a token");
    let payload = token.split('.').nth(1).expect("a JWS");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).expect("base64url")).expect("JSON")
}

async fn reply(response: reqwest::Response) -> Reply {
    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
    Reply {
        status: response.status().as_u16(),
        location: location.and_then(|location| Url::parse(location).ok()),
        body: response.text().await.expect("a body"),
    }
}
