//! R41: after refusals and failures of every kind no secret, key, assertion, code or token is in a log line or in
//! an error.

use std::io::Write;
use std::sync::{Arc, Mutex};

use graph::entra::{Authorize, Pkce, RedeemCode};
use graph::{Graph, GraphSettings};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tracing::instrument::WithSubscriber;
use tracing_subscriber::fmt::MakeWriter;

use crate::world::{ADMIN, REDIRECT, World, certificate, tenant, token};

/// Everything that was logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// An error with all its causes, as people and machines would write it down.
fn written(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error:?}");
    let mut cause = Some(error);
    while let Some(error) = cause {
        text.push_str(&format!("\n{error}\n{error:?}"));
        cause = error.source();
    }
    text
}

async fn code(world: &World, entra: &graph::entra::Entra, challenge: &str) -> String {
    let redirect_uri = REDIRECT.parse().expect("a URL");
    let mut page = entra.authorize_url(&Authorize {
        tenant: &tenant(),
        scopes: &["openid", "profile", "offline_access", "https://graph.microsoft.com/User.Read"],
        redirect_uri: &redirect_uri,
        state: "state",
        nonce: "nonce",
        code_challenge: challenge,
        prompt: None,
        login_hint: None,
    });
    page.query_pairs_mut().append_pair("_sim_account", ADMIN).append_pair("_sim_answer", "accept");
    let reply = graph::http_client().get(page).send().await.expect("an answer");
    let location: url::Url = reply.headers()["location"].to_str().expect("ASCII").parse().expect("a URL");
    let found = location.query_pairs().find(|(name, _)| name == "code").map(|(_, value)| value.into_owned());
    found.unwrap_or_else(|| panic!("no code: {location}, {}", world.simulator.url))
}

/// The next answers of the token endpoint.
async fn answers(world: &World, path: &str, status: u16, body: Option<Value>) {
    let mut action = json!({"status": status});
    if let Some(body) = body {
        action["body"] = body;
    }
    world.control("faults", &json!({"match": {"path": path}, "action": action, "times": 1})).await;
}

#[tokio::test]
async fn r41_no_secret_code_or_token_is_logged_or_told_by_an_error() {
    let lines = Lines::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_writer(lines.clone()).finish();
    // While there is one subscriber only, a line is switched off for everybody by a test that meets it without one.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let (mut secrets, told) = go_wrong().with_subscriber(subscriber).await;
    let logged = String::from_utf8(lines.0.lock().expect("no panic").clone()).expect("UTF-8");
    assert!(logged.contains("does not take a credential"), "nothing was logged: {logged}");
    assert!(told.contains("7000215") || told.contains("700027"), "{told}");
    // Parts of them neither: a key's first line, a token's signature.
    let parts: Vec<String> =
        secrets.iter().flat_map(|secret| secret.split(['.', '\n']).map(str::to_owned)).collect();
    secrets.extend(parts.into_iter().filter(|part| part.len() >= 16 && !part.starts_with("-----")));
    for secret in secrets {
        assert!(!logged.contains(&secret), "a log line has {secret}");
        assert!(!told.contains(&secret), "an error has {secret}");
    }
}

/// What must not be seen, and what the errors say.
async fn go_wrong() -> (Vec<String>, String) {
    let world = World::new().await;
    let (own, other) = (certificate(), certificate());
    world.put(&json!({"certificate": own, "client_secrets": [{"value": "wrong-secret-0123456789"}]}));
    world.register(&json!({"certificates": [own.certificate_pem]})).await;
    world.consent().await;
    let entra = world.process().await;
    let mut secrets = vec![own.key_pem.clone(), "wrong-secret-0123456789".to_owned()];
    let mut told = String::new();
    let pkce = Pkce::generate(&mut rand::rng());
    let (tenant, redirect_uri) = (tenant(), REDIRECT.parse().expect("a URL"));
    let scopes = ["openid", "profile", "offline_access", "https://graph.microsoft.com/User.Read"];
    let code = code(&world, &entra, &pkce.challenge).await;
    let redeem = RedeemCode {
        tenant: &tenant,
        code: &code,
        code_verifier: &pkce.verifier,
        redirect_uri: &redirect_uri,
        scopes: &scopes,
    };
    secrets.extend([code.clone(), pkce.verifier.expose_secret().to_owned()]);
    answers(&world, "/oauth2/v2.0/token", 500, None).await;
    told += &written(&entra.redeem_code(redeem).await.expect_err("500"));
    let tokens = entra.redeem_code(redeem).await.expect("tokens");
    let refresh = tokens.refresh_token.clone().expect("a refresh token");
    secrets.extend([
        tokens.access_token.expose_secret().to_owned(),
        refresh.expose_secret().to_owned(),
        tokens.id_token.as_ref().expect("an id token").expose_secret().to_owned(),
    ]);
    told += &format!("{tokens:?}");
    told += &written(&entra.redeem_code(redeem).await.expect_err("used before"));
    // Nothing that Entra takes: the certificate is another one now, the secret was never right.
    world.register(&json!({"certificates": [other.certificate_pem], "secrets": [{"value": "right"}]})).await;
    told += &written(&entra.refresh(&tenant, &refresh, &scopes).await.expect_err("no credential"));
    told += &written(&token(&entra).await.expect_err("no credential"));
    // A 200 that is none quotes everything it was sent.
    let echo = json!({"access_token": 1, "echo": [refresh.expose_secret(), code]});
    answers(&world, "/oauth2/v2.0/token", 200, Some(echo)).await;
    told += &written(&entra.refresh(&tenant, &refresh, &scopes).await.expect_err("malformed"));
    let graph_url = format!("{}/v1.0", world.simulator.url).parse().expect("a URL");
    let graph = Graph::new(graph::http_client(), GraphSettings { graph_url });
    for status in [401, 500] {
        let fault = json!({"match": {"path": "/v1.0/me"}, "action": {"status": status}, "times": 9});
        world.control("faults", &fault).await;
        told += &written(&graph.mailbox(tokens.access_token.clone()).me().await.expect_err("refused"));
    }
    (secrets, told)
}
