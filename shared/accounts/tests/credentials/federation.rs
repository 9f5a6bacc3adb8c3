//! M12: no secret at all. AWS signs which role we are, and the registration trusts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use accounts::{AppSecrets, SecretSettings};
use aws::Aws;
use axum::extract::State;
use axum::http::StatusCode;
use axum::{Json, Router, routing::get};
use futures::future::join_all;
use graph::EntraSettings;
use graph::entra::{Entra, refuses_credential};
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use settings::Environment;
use surroundings::CLIENT;
use types::Clock;

use crate::world::{World, certificate, token};

const AUDIENCE: &str = "api://AzureADTokenExchange";
const ROLE: &str = "arn:aws:iam::123456789012:role/setten-CardsWorkerRole";

/// AWS's token service, and the keys of the account's issuer.
#[derive(Clone)]
struct Sts(Arc<Account>);

struct Account {
    url: String,
    key: EncodingKey,
    clock: Arc<dyn Clock>,
    asked: AtomicUsize,
    /// So many calls are refused.
    refuses: AtomicUsize,
}

impl Sts {
    async fn start(world: &World) -> Self {
        let key = EncodingKey::from_rsa_pem(certificate().key_pem.as_bytes()).expect("a key");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (clock, asked, refuses) = (world.simulator.clock(), AtomicUsize::new(0), AtomicUsize::new(0));
        let sts = Self(Arc::new(Account { url, key, clock, asked, refuses }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(Self::metadata))
            .route("/keys", get(Self::keys))
            .route("/", axum::routing::post(Self::vouch))
            .with_state(sts.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        sts
    }

    async fn metadata(State(Self(sts)): State<Self>) -> Json<Value> {
        Json(json!({"issuer": sts.url, "jwks_uri": format!("{}/keys", sts.url)}))
    }

    async fn keys(State(Self(sts)): State<Self>) -> Json<Value> {
        let jwk = Jwk::from_encoding_key(&sts.key, Algorithm::RS256).expect("a JWK");
        let mut jwk = serde_json::to_value(jwk).expect("JSON");
        jwk["kid"] = json!("k1");
        Json(json!({"keys": [jwk]}))
    }

    /// `GetWebIdentityToken`, as the role's policy lets it be called.
    async fn vouch(State(Self(sts)): State<Self>, body: String) -> (StatusCode, String) {
        sts.asked.fetch_add(1, Ordering::SeqCst);
        if sts.refuses.load(Ordering::SeqCst) > 0 {
            sts.refuses.fetch_sub(1, Ordering::SeqCst);
            let error = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>\
                <Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>";
            return (StatusCode::FORBIDDEN, error.to_owned());
        }
        let form: Vec<(String, String)> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let of = |name: &str| {
            form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        assert_eq!((of("Action"), of("SigningAlgorithm")), ("GetWebIdentityToken", "RS256"), "{body}");
        let now = sts.clock.now();
        let seconds: i64 = of("DurationSeconds").parse().expect("seconds");
        assert!(seconds <= 300, "the policy allows no longer");
        let claims = json!({"iss": sts.url, "sub": ROLE, "aud": of("Audience.member.1"), "jti": body.len(),
            "iat": now.as_second(), "exp": now.as_second() + seconds});
        let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::RS256) };
        let signed = jsonwebtoken::encode(&header, &claims, &sts.key).expect("signed");
        let end = now + jiff::SignedDuration::from_secs(seconds);
        let reply = format!(
            "<GetWebIdentityTokenResponse><GetWebIdentityTokenResult>\
            <WebIdentityToken>{signed}</WebIdentityToken><Expiration>{end}</Expiration>\
            </GetWebIdentityTokenResult></GetWebIdentityTokenResponse>"
        );
        (StatusCode::OK, reply)
    }

    fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }
}

impl World {
    /// A process of our role, and a tenant that consented. The registration has no credential but the trust in
    /// it.
    async fn vouched_for(&self, sts: &Sts, document: &Value, registration: &Value) -> Entra {
        let trust = json!({"name": "w", "issuer": sts.0.url, "subject": ROLE, "audiences": [AUDIENCE]});
        let mut registration = registration.clone();
        registration["federatedCredentials"] = json!([trust]);
        self.put(document);
        self.register(&registration).await;
        self.consent().await;
        let variables = [
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ENDPOINT_URL", self.local.url.as_str()),
            ("AWS_ENDPOINT_URL_STS", sts.0.url.as_str()),
        ];
        let aws = Aws::connect(&Environment::of(variables)).expect("AWS");
        let settings = SecretSettings { name: "setten/test".to_owned() };
        let secrets = AppSecrets::load(&aws, &settings).await.expect("secrets");
        let credentials = secrets.credentials(&aws, self.simulator.clock()).expect("credentials");
        let settings = EntraSettings {
            client_id: CLIENT.to_owned(),
            login_url: self.simulator.url.parse().expect("a URL"),
        };
        Entra::new(graph::http_client(), settings, credentials)
    }
}

#[tokio::test]
async fn m12_without_any_secret_aws_vouches_for_us_once_in_four_minutes() {
    let world = World::new().await;
    let sts = Sts::start(&world).await;
    let entra = world.vouched_for(&sts, &json!({"federated": {}}), &json!({})).await;
    for token in join_all((0..20).map(|_| token(&entra))).await {
        token.expect("Entra trusts AWS");
    }
    world.simulator.pass(200);
    token(&entra).await.expect("the assertion is good for five minutes");
    assert_eq!((sts.asked(), world.token_calls()), (1, (21, 0)));
    world.simulator.pass(45);
    token(&entra).await.expect("another one, before the first ends");
    assert_eq!(sts.asked(), 2);
    world.simulator.pass(3_600);
    token(&entra).await.expect("and another");
    assert_eq!((sts.asked(), world.token_calls()), (3, (23, 0)));
}

#[tokio::test]
async fn m12_what_aws_vouches_for_comes_before_every_secret_and_a_refusal_after_them() {
    let world = World::new().await;
    let sts = Sts::start(&world).await;
    let (document, registration) = (
        json!({"federated": {}, "client_secrets": [{"value": "secret"}]}),
        json!({"secrets": [{"value": "another"}]}),
    );
    let entra = world.vouched_for(&sts, &document, &registration).await;
    token(&entra).await.expect("the secret is not needed");
    assert_eq!(world.token_calls(), (1, 0), "a secret was sent that Entra does not know");
    world.simulator.pass(600);
    sts.0.refuses.store(2, Ordering::SeqCst);
    let error = token(&entra).await.expect_err("the role may not ask, and the secret is wrong");
    assert!(refuses_credential(&error), "{error:?}");
    sts.0.refuses.store(0, Ordering::SeqCst);
    token(&entra).await.expect("it may again");
}
