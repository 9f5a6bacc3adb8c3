//! Client authentication by certificate.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use simulator::model::directory::NewApplication;

use crate::browser::{CLIENT, GRAPH_DEFAULT, Reply, TENANT, World};

/// A key with its self-signed certificate.
struct Credential {
    key_pem: String,
    certificate_pem: String,
    thumbprint: String,
}

impl Credential {
    fn generate() -> Self {
        let key = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
            .expect("a key");
        let parameters = rcgen::CertificateParams::new(vec!["app.example".to_owned()]).expect("parameters");
        let certificate = parameters.self_signed(&key).expect("a certificate");
        Self {
            key_pem: key.serialize_pem(),
            certificate_pem: certificate.pem(),
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(certificate.der())),
        }
    }

    /// The older form, with the SHA-1 thumbprint.
    fn older_assertion(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::RS256);
        let der = pem_body(&self.certificate_pem);
        let sha1 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &der);
        header.x5t = Some(URL_SAFE_NO_PAD.encode(sha1));
        let key = EncodingKey::from_rsa_pem(self.key_pem.as_bytes()).expect("a key");
        jsonwebtoken::encode(&header, claims, &key).expect("signed")
    }

    fn assertion(&self, algorithm: Algorithm, claims: &Value) -> String {
        let mut header = Header::new(algorithm);
        header.x5t_s256 = Some(self.thumbprint.clone());
        let key = EncodingKey::from_rsa_pem(self.key_pem.as_bytes()).expect("a key");
        jsonwebtoken::encode(&header, claims, &key).expect("signed")
    }
}

fn pem_body(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    base64::engine::general_purpose::STANDARD.decode(body).expect("base64")
}

fn usual_claims(world: &World, jti: &str) -> Value {
    let now = world.simulator.app().clock.now().as_second();
    json!({
        "aud": format!("{}/{TENANT}/oauth2/v2.0/token", world.simulator.url),
        "iss": CLIENT, "sub": CLIENT, "jti": jti, "nbf": now, "iat": now, "exp": now + 300,
    })
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

async fn world_with(certificate: &Credential) -> World {
    let world = World::new().await;
    world.consent_for_all().await;
    let application = NewApplication {
        client_id: Some(CLIENT.to_owned()),
        display_name: "Setten".to_owned(),
        certificates: vec![certificate.certificate_pem.clone()],
        application_roles: vec!["Contacts.ReadWrite".to_owned()],
        ..NewApplication::default()
    };
    world.simulator.app().world().directory.register(application).expect("registered");
    world
}

#[tokio::test]
async fn an_assertion_of_the_registered_certificate_is_good_once() {
    let credential = Credential::generate();
    let world = world_with(&credential).await;
    for (algorithm, jti) in [(Algorithm::PS256, "1"), (Algorithm::RS256, "2")] {
        let assertion = credential.assertion(algorithm, &usual_claims(&world, jti));
        assert_eq!(send(&world, &assertion).await.status, 200);
        let replayed = send(&world, &assertion).await;
        assert_eq!((replayed.status, &replayed.json()["error_codes"]), (401, &json!([700_027])));
    }
}

#[tokio::test]
async fn the_older_form_with_a_sha1_thumbprint_is_accepted() {
    let credential = Credential::generate();
    let world = world_with(&credential).await;
    let assertion = credential.older_assertion(&usual_claims(&world, "1"));
    assert_eq!(send(&world, &assertion).await.status, 200);
}

#[tokio::test]
async fn assertions_that_are_wrong_are_told_apart() {
    let credential = Credential::generate();
    let world = world_with(&credential).await;
    let refused = |claims: Value| {
        let (world, assertion) = (&world, credential.assertion(Algorithm::PS256, &claims));
        async move {
            let reply = send(world, &assertion).await;
            assert_eq!((reply.status, &reply.json()["error"]), (401, &json!("invalid_client")));
            reply.json()["error_codes"][0].clone()
        }
    };
    let with = |name: &str, value: Value| {
        let mut claims = usual_claims(&world, name);
        claims[name] = value;
        claims
    };
    let now = world.simulator.app().clock.now().as_second();
    assert_eq!(refused(with("aud", json!("https://other.example/token"))).await, 700_023);
    assert_eq!(refused(with("sub", json!("99999999-2222-4333-8444-555555555555"))).await, 700_021);
    assert_eq!(refused(with("exp", json!(now - 301))).await, 700_024);
    assert_eq!(refused(with("nbf", json!(now + 900))).await, 700_024);

    let stranger = Credential::generate();
    let unregistered = stranger.assertion(Algorithm::PS256, &usual_claims(&world, "a"));
    assert_eq!(send(&world, &unregistered).await.json()["error_codes"], json!([700_027]));
    // The right thumbprint over the wrong key.
    let forged = Credential { thumbprint: credential.thumbprint.clone(), ..stranger };
    let forged = forged.assertion(Algorithm::PS256, &usual_claims(&world, "b"));
    assert_eq!(send(&world, &forged).await.json()["error_codes"], json!([700_027]));
    let real = credential.assertion(
        Algorithm::PS256,
        &with("aud", json!(format!("https://login.microsoftonline.com/{TENANT}/v2.0"))),
    );
    assert_eq!(send(&world, &real).await.status, 200);
}
