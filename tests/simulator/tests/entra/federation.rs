//! Client authentication by a federated identity credential: somebody else's assertion stands for the application.

use std::sync::Arc;

use axum::{Json, Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use simulator::model::directory::{FederatedCredential, NewApplication};

use crate::browser::{CLIENT, GRAPH_DEFAULT, Reply, TENANT, World};

const AUDIENCE: &str = "api://AzureADTokenExchange";
const SUBJECT: &str = "arn:aws:iam::123456789012:role/setten-CardsWorkerRole";

/// An issuer as AWS is one: a key of its own, published.
struct Issuer {
    url: String,
    key: EncodingKey,
}

fn key() -> EncodingKey {
    let pair =
        rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).expect("a key");
    EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).expect("PEM")
}

impl Issuer {
    async fn start() -> Self {
        let key = key();
        let mut jwk = serde_json::to_value(Jwk::from_encoding_key(&key, Algorithm::RS256).expect("a JWK"))
            .expect("JSON");
        jwk["kid"] = json!("k1");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let metadata = Arc::new(json!({"issuer": url, "jwks_uri": format!("{url}/keys")}));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(move || async move { Json((*metadata).clone()) }))
            .route("/keys", get(move || async move { Json(json!({"keys": [jwk]})) }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, key }
    }

    fn claims(&self, world: &World) -> Value {
        let now = world.simulator.app().clock.now().as_second();
        json!({"iss": self.url, "sub": SUBJECT, "aud": AUDIENCE, "iat": now, "exp": now + 300, "jti": "j"})
    }

    fn signed(&self, claims: &Value) -> String {
        signed("k1", Algorithm::RS256, &self.key, claims)
    }
}

fn signed(kid: &str, algorithm: Algorithm, key: &EncodingKey, claims: &Value) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, claims, key).expect("signed")
}

async fn world_that_trusts(issuer: &Issuer) -> World {
    let world = World::new().await;
    world.consent_for_all().await;
    let credential = FederatedCredential {
        name: "cards-worker".to_owned(),
        issuer: issuer.url.clone(),
        subject: SUBJECT.to_owned(),
        audiences: vec![AUDIENCE.to_owned()],
    };
    let application = NewApplication {
        client_id: Some(CLIENT.to_owned()),
        display_name: "Setten".to_owned(),
        federated_credentials: vec![credential],
        application_roles: vec!["Contacts.ReadWrite".to_owned()],
        ..NewApplication::default()
    };
    world.simulator.app().world().directory.register(application).expect("registered");
    world
}

async fn send(world: &World, assertion: &str) -> Reply {
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", GRAPH_DEFAULT),
        ("client_id", CLIENT),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
    ];
    world.token_of(TENANT, &form).await
}

#[tokio::test]
async fn m12_a_trusted_issuers_assertion_stands_for_the_application_until_it_ends() {
    let issuer = Issuer::start().await;
    let world = world_that_trusts(&issuer).await;
    let assertion = issuer.signed(&issuer.claims(&world));
    // Unlike an assertion of the application's own it may be shown again.
    for _ in 0..2 {
        let reply = send(&world, &assertion).await;
        assert_eq!(reply.status, 200, "{}", reply.json());
    }
    world.simulator.app().clock.advance(601);
    assert_eq!(send(&world, &assertion).await.json()["error_codes"], json!([700_024]));
}

#[tokio::test]
async fn m12_an_assertion_that_does_not_match_is_refused_with_what_does_not() {
    let issuer = Issuer::start().await;
    let world = world_that_trusts(&issuer).await;
    let with = |name: &str, value: &str| {
        let mut claims = issuer.claims(&world);
        claims[name] = json!(value);
        issuer.signed(&claims)
    };
    let stranger = Issuer::start().await;
    let mut foreign = issuer.claims(&world);
    foreign["iss"] = json!(stranger.url);
    let claims = issuer.claims(&world);
    let cases = [
        (stranger.signed(&foreign), 700_211),
        (with("sub", "arn:aws:iam::123456789012:role/another"), 700_213),
        // Letter by letter.
        (with("sub", &SUBJECT.to_uppercase()), 700_213),
        (with("aud", "api://other"), 700_212),
        // The right claims, signed by somebody else, or with a key that is not published, or another algorithm.
        (signed("k1", Algorithm::RS256, &stranger.key, &claims), 5_000_811),
        (signed("k2", Algorithm::RS256, &issuer.key, &claims), 5_000_811),
        (signed("k1", Algorithm::PS256, &issuer.key, &claims), 5_000_811),
        // No JWT at all.
        (STANDARD.encode("x"), 700_027),
    ];
    for (assertion, code) in cases {
        let reply = send(&world, &assertion).await;
        assert_eq!(reply.json()["error_codes"], json!([code]), "{}", reply.json());
        assert_ne!(reply.status, 200);
    }
}

#[tokio::test]
async fn m12_an_issuer_that_cannot_be_asked_proves_nothing() {
    let issuer = Issuer::start().await;
    let gone = Issuer { url: "http://127.0.0.1:9".to_owned(), key: issuer.key.clone() };
    let world = world_that_trusts(&gone).await;
    let reply = send(&world, &gone.signed(&gone.claims(&world))).await;
    assert_eq!(reply.json()["error_codes"], json!([50_166]));
}
