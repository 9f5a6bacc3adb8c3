//! Entra's addresses, token endpoint and id tokens against a scripted Entra.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use types::{Clock, ManualClock};

use super::*;
use crate::error::IdTokenFlaw;
use crate::stub::{Act, Seen, Stub};
use crate::transport::http_client;

const TENANT: &str = "11111111-2222-3333-4444-555555555555";
const NOW: i64 = 1_795_334_400;

fn tenant() -> TenantId {
    TENANT.parse().expect("a tenant")
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(Timestamp::from_second(NOW).expect("a time")))
}

fn entra_at(login_url: &Url) -> Entra {
    let settings = EntraSettings { client_id: "app-1".to_owned(), login_url: login_url.clone() };
    let credentials = vec![Credential::secret("SECRET+CLIENT".to_owned())];
    Entra::new(http_client(), settings, Credentials::fixed(credentials, clock()))
}

fn pairs(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

#[test]
fn the_authorize_address_asks_for_what_it_is_given_and_no_more() {
    let redirect_uri = Url::parse("https://setten.example/connect/sign-in?a=b").expect("a URL");
    let request = Authorize {
        tenant: &tenant(),
        scopes: &["openid", "https://graph.microsoft.com/Contacts.ReadWrite"],
        redirect_uri: &redirect_uri,
        state: "s+1/2=",
        nonce: "n",
        code_challenge: "c",
        prompt: None,
        login_hint: None,
    };
    for base in ["https://login.microsoftonline.com", "http://127.0.0.1:9/base/"] {
        let base = Url::parse(base).expect("a URL");
        let url = entra_at(&base).authorize_url(&request);
        let path = format!("{}/{TENANT}/oauth2/v2.0/authorize", base.as_str().trim_end_matches('/'));
        assert_eq!(url.as_str().split('?').next(), Some(path.as_str()));
        let expected = [
            ("client_id", "app-1"),
            ("response_type", "code"),
            ("response_mode", "query"),
            ("redirect_uri", redirect_uri.as_str()),
            ("scope", "openid https://graph.microsoft.com/Contacts.ReadWrite"),
            ("state", "s+1/2="),
            ("nonce", "n"),
            ("code_challenge", "c"),
            ("code_challenge_method", "S256"),
        ];
        assert_eq!(pairs(&url), HashMap::from(expected.map(|(n, v)| (n.to_owned(), v.to_owned()))));
    }
    let hinted = Authorize { prompt: Some("select_account"), login_hint: Some("花@x.example"), ..request };
    let url =
        entra_at(&Url::parse("https://login.microsoftonline.com").expect("a URL")).authorize_url(&hinted);
    assert_eq!((&*pairs(&url)["prompt"], &*pairs(&url)["login_hint"]), ("select_account", "花@x.example"));
}

#[test]
fn the_consent_address_names_tenant_scopes_and_return() {
    let redirect_uri = Url::parse("https://setten.example/connect/consent").expect("a URL");
    let base = Url::parse("https://login.microsoftonline.com").expect("a URL");
    let url =
        entra_at(&base).admin_consent_url(&tenant(), &["User.Read", "offline_access"], &redirect_uri, "s");
    assert_eq!(url.path(), format!("/{TENANT}/v2.0/adminconsent"));
    let expected = [
        ("client_id", "app-1"),
        ("scope", "User.Read offline_access"),
        ("redirect_uri", redirect_uri.as_str()),
        ("state", "s"),
    ];
    assert_eq!(pairs(&url), HashMap::from(expected.map(|(n, v)| (n.to_owned(), v.to_owned()))));
}

fn tokens() -> Value {
    json!({"token_type": "Bearer", "scope": "x", "expires_in": 3599, "access_token": "A", "refresh_token": "R2"})
}

fn form(seen: &Seen) -> HashMap<String, String> {
    assert_eq!(seen.header("content-type"), "application/x-www-form-urlencoded");
    url::form_urlencoded::parse(seen.body.as_bytes()).into_owned().collect()
}

#[tokio::test(start_paused = true)]
async fn a_refresh_goes_to_the_tenant_with_its_scope() {
    let stub = Stub::start(|number, _| match number {
        0 => Act::Refuse(503, "1"),
        1 => Act::LoseReply,
        _ => Act::Answer(200, tokens()),
    })
    .await;
    let tokens = entra_at(&stub.url).refresh(&tenant(), &"R+1".into(), &["a", "b"]).await.expect("tokens");
    assert_eq!(tokens.refresh_token.expect("rotated").expose_secret(), "R2");
    assert_eq!(stub.seen().len(), 3);
    for seen in stub.seen() {
        assert_eq!((&*seen.method, &*seen.path), ("POST", &*format!("/{TENANT}/oauth2/v2.0/token")));
        let expected = [
            ("grant_type", "refresh_token"),
            ("refresh_token", "R+1"),
            ("client_id", "app-1"),
            ("client_secret", "SECRET+CLIENT"),
            ("scope", "a b"),
        ];
        assert_eq!(form(&seen), HashMap::from(expected.map(|(n, v)| (n.to_owned(), v.to_owned()))));
    }
}

#[tokio::test(start_paused = true)]
async fn the_application_asks_the_tenant_for_all_that_is_granted_there() {
    let stub = Stub::start(|number, _| match number {
        0 => Act::LoseReply,
        1 => Act::Answer(200, json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "SECRET"})),
        _ => Act::Answer(
            400,
            json!({"error": "unauthorized_client", "error_description": "AADSTS700016: x", "error_codes": [700_016]}),
        ),
    })
    .await;
    let entra = entra_at(&stub.url);
    let token = entra.client_credentials(&tenant()).await.expect("a token");
    assert_eq!((token.access_token.expose_secret(), token.expires_in), ("SECRET", Duration::from_secs(3599)));
    assert!(!format!("{token:?}").contains("SECRET"));
    for seen in stub.seen() {
        assert_eq!(seen.path, format!("/{TENANT}/oauth2/v2.0/token"));
        let expected = [
            ("grant_type", "client_credentials"),
            ("client_id", "app-1"),
            ("client_secret", "SECRET+CLIENT"),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        assert_eq!(form(&seen), HashMap::from(expected.map(|(n, v)| (n.to_owned(), v.to_owned()))));
    }
    let refused = entra.client_credentials(&tenant()).await.expect_err("nobody consented");
    assert_eq!((refused.aadsts(), refused.is_retryable()), (Some(700_016), false));
}

#[tokio::test(start_paused = true)]
async fn a_code_is_sent_once_unless_it_was_certainly_not_taken() {
    let stub = Stub::start(|number, _| match number {
        0 => Act::Refuse(429, "1"),
        1 => Act::Answer(200, tokens()),
        _ => Act::LoseReply,
    })
    .await;
    let redirect_uri = Url::parse("https://setten.example/connect/sign-in").expect("a URL");
    let (tenant, verifier) = (tenant(), SecretString::from("SECRET-V"));
    let request = RedeemCode {
        tenant: &tenant,
        code: "SECRET-C",
        code_verifier: &verifier,
        redirect_uri: &redirect_uri,
        scopes: &["openid"],
    };
    let entra = entra_at(&stub.url);
    entra.redeem_code(request).await.expect("tokens");
    let form = form(&stub.seen()[1]);
    assert_eq!((&*form["code"], &*form["code_verifier"]), ("SECRET-C", "SECRET-V"));
    assert_eq!((&*form["grant_type"], &*form["redirect_uri"]), ("authorization_code", redirect_uri.as_str()));
    let error = entra.redeem_code(request).await.expect_err("lost");
    assert!(error.is_outcome_unknown(), "{error:?}");
    assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
    assert_eq!(stub.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_tenant_that_is_not_there_is_told_from_trouble() {
    let refusal = |aadsts: u32| {
        let description = format!("AADSTS{aadsts}: No.");
        json!({"error": "invalid_tenant", "error_description": description, "error_codes": [aadsts]})
    };
    let stub = Stub::start(move |number, _| match number {
        0 => Act::Answer(200, json!({"issuer": "https://login.example/x/v2.0"})),
        1 => Act::Answer(400, refusal(90_002)),
        _ => Act::Answer(400, refusal(900_144)),
    })
    .await;
    let entra = entra_at(&stub.url);
    assert!(entra.tenant_exists(&tenant()).await.expect("yes"));
    assert!(!entra.tenant_exists(&tenant()).await.expect("no"));
    assert_eq!(entra.tenant_exists(&tenant()).await.expect_err("trouble").aadsts(), Some(900_144));
    assert_eq!(stub.seen()[0].path, format!("/{TENANT}/v2.0/.well-known/openid-configuration"));
}

/// Two keys; making them is slow.
static KEYS: LazyLock<[EncodingKey; 2]> = LazyLock::new(|| {
    [(); 2].map(|()| {
        let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der =
            base64::Engine::encode(&base64::prelude::BASE64_STANDARD, pair.as_der().expect("DER").as_ref());
        let lines: Vec<_> = der.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
        EncodingKey::from_rsa_pem(pem.as_bytes()).expect("PEM")
    })
});

fn jwk(kid: &str, key: &EncodingKey) -> Value {
    let jwk =
        serde_json::to_value(Jwk::from_encoding_key(key, Algorithm::RS256).expect("a JWK")).expect("JSON");
    json!({"kty": "RSA", "use": "sig", "kid": kid, "n": jwk["n"], "e": jwk["e"]})
}

fn signed(kid: &str, key: &EncodingKey, claims: &Value) -> SecretString {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::RS256) };
    jsonwebtoken::encode(&header, claims, key).expect("a token").into()
}

/// An Entra that publishes the keys of these ids; the list can be changed.
async fn publisher(kids: &'static Mutex<Vec<&'static str>>) -> Stub {
    Stub::start(move |_, request| match request.path.strip_prefix(&format!("/{TENANT}")) {
        Some("/v2.0/.well-known/openid-configuration") => {
            let issuer = format!("http://{}/{TENANT}/v2.0", request.header("host"));
            Act::Answer(200, json!({ "issuer": issuer }))
        }
        Some("/discovery/v2.0/keys") => {
            let mut keys = vec![json!({"kty": "EC", "kid": "other", "crv": "P-256"})];
            keys.extend(kids.lock().expect("no panic").iter().map(|kid| jwk(kid, &KEYS[0])));
            Act::Answer(200, json!({ "keys": keys }))
        }
        _ => Act::Answer(404, json!({})),
    })
    .await
}

fn claims(stub: &Stub) -> Value {
    json!({
        "iss": format!("{}{TENANT}/v2.0", stub.url), "aud": "app-1", "exp": NOW + 3600, "nbf": NOW, "iat": NOW,
        "tid": TENANT, "oid": "object-1", "nonce": "nonce-1", "preferred_username": "hana@contoso.example",
        "name": "佐藤 花", "sub": "pairwise",
    })
}

async fn verify(entra: &Entra, token: &SecretString, nonce: &str, now: i64) -> Result<IdToken, GraphError> {
    let now = Timestamp::from_second(now).expect("a time");
    entra.verify_id_token(token, &tenant(), nonce, now).await
}

#[tokio::test]
async fn a_good_id_token_says_who_signed_in() {
    static KIDS: Mutex<Vec<&str>> = Mutex::new(vec![]);
    KIDS.lock().expect("no panic").push("k1");
    let stub = publisher(&KIDS).await;
    let entra = entra_at(&stub.url);
    let token = signed("k1", &KEYS[0], &claims(&stub));
    let who = verify(&entra, &token, "nonce-1", NOW).await.expect("verified");
    assert_eq!((who.tenant_id, who.object_id.as_str()), (tenant(), "object-1"));
    assert_eq!(
        (who.preferred_username.as_str(), who.name.as_deref()),
        ("hana@contoso.example", Some("佐藤 花"))
    );
    // The keys are kept, by clones too; a new one is fetched when it is met.
    verify(&entra.clone(), &token, "nonce-1", NOW + 3600).await.expect("within the skew");
    assert_eq!(stub.seen().len(), 2);
    KIDS.lock().expect("no panic").push("k2");
    verify(&entra, &signed("k2", &KEYS[0], &claims(&stub)), "nonce-1", NOW).await.expect("rolled");
    assert_eq!(stub.seen().len(), 4);
    let unknown = verify(&entra, &signed("k3", &KEYS[0], &claims(&stub)), "nonce-1", NOW).await;
    assert!(matches!(unknown, Err(GraphError::IdToken(IdTokenFlaw::UnknownKey))), "{unknown:?}");
}

#[tokio::test]
async fn only_two_roles_may_grant_application_permissions() {
    static KIDS: Mutex<Vec<&str>> = Mutex::new(vec![]);
    KIDS.lock().expect("no panic").push("k1");
    let stub = publisher(&KIDS).await;
    let entra = entra_at(&stub.url);
    for (roles, may) in [
        (json!(["b79fbf4d-3ef9-4689-8143-76b194e85509", "62e90394-69f5-4237-9190-012177145e10"]), true),
        (json!(["E8611AB8-C189-46E8-94E1-60213AB1F814"]), true),
        // Application Administrator and Cloud Application Administrator consent, but not to roles of Graph.
        (json!(["9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "158c047a-c907-4556-b7ef-446551a6b5f7"]), false),
        (json!(["b79fbf4d-3ef9-4689-8143-76b194e85509"]), false),
        (json!([]), false),
        (Value::Null, false),
    ] {
        let mut claims = claims(&stub);
        if !roles.is_null() {
            claims["wids"] = roles.clone();
        }
        let who = verify(&entra, &signed("k1", &KEYS[0], &claims), "nonce-1", NOW).await.expect("verified");
        assert_eq!(who.may_grant_application_permissions(), may, "{roles}");
    }
}

#[tokio::test]
async fn an_id_token_with_any_flaw_is_refused() {
    static KIDS: Mutex<Vec<&str>> = Mutex::new(vec![]);
    KIDS.lock().expect("no panic").push("k1");
    let stub = publisher(&KIDS).await;
    let entra = entra_at(&stub.url);
    let with = |name: &str, value: Value| {
        let mut claims = claims(&stub);
        claims[name] = value;
        claims
    };
    let without = |name: &str| {
        let mut claims = claims(&stub);
        claims.as_object_mut().expect("an object").remove(name);
        claims
    };
    let other_tenant = "99999999-2222-3333-4444-555555555555";
    let cases = [
        ("aud", with("aud", json!("app-2")), "Unverified"),
        ("iss", with("iss", json!(format!("{}{other_tenant}/v2.0", stub.url))), "Unverified"),
        ("no iss", without("iss"), "Unverified"),
        ("no aud", without("aud"), "Unverified"),
        ("no exp", without("exp"), "Unverified"),
        ("no oid", without("oid"), "Unverified"),
        ("exp", with("exp", json!(NOW - 300)), "Expired"),
        ("nbf", with("nbf", json!(NOW + 301)), "NotYetValid"),
        ("tid", with("tid", json!(other_tenant)), "WrongTenant"),
        ("nonce", with("nonce", json!("nonce-2")), "WrongNonce"),
        ("no nonce", without("nonce"), "WrongNonce"),
    ];
    for (case, claims, flaw) in cases {
        let result = verify(&entra, &signed("k1", &KEYS[0], &claims), "nonce-1", NOW).await;
        let error = result.expect_err(case);
        assert!(format!("{error:?}").contains(flaw), "{case}: {error:?}");
        assert!(!error.is_retryable() && !error.needs_sign_in());
    }
    let forged = verify(&entra, &signed("k1", &KEYS[1], &claims(&stub)), "nonce-1", NOW).await;
    assert!(matches!(forged, Err(GraphError::IdToken(IdTokenFlaw::Unverified(_)))), "{forged:?}");
    let nothing_expected = verify(&entra, &signed("k1", &KEYS[0], &with("nonce", json!(""))), "", NOW).await;
    assert!(matches!(nothing_expected, Err(GraphError::IdToken(IdTokenFlaw::WrongNonce))));
    // Signed with the public modulus as an HMAC secret.
    let header = Header { kid: Some("k1".to_owned()), ..Header::new(Algorithm::HS256) };
    let secret = EncodingKey::from_secret(jwk("k1", &KEYS[0])["n"].as_str().expect("n").as_bytes());
    let confused = jsonwebtoken::encode(&header, &claims(&stub), &secret).expect("a token").into();
    assert!(verify(&entra, &confused, "nonce-1", NOW).await.is_err());
    assert!(verify(&entra, &"not.a.token".into(), "nonce-1", NOW).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn metadata_that_names_another_tenant_is_not_believed() {
    let issuer = "https://login.example/99999999-2222-3333-4444-555555555555/v2.0";
    let stub = Stub::start(move |_, _| Act::Answer(200, json!({"issuer": issuer, "keys": []}))).await;
    let entra = entra_at(&stub.url).with_deadline(Instant::now() + Duration::from_secs(30));
    let error = verify(&entra, &signed("k1", &KEYS[0], &claims(&stub)), "nonce-1", NOW).await;
    assert!(matches!(error, Err(GraphError::Malformed { what: "issuer", .. })), "{error:?}");
}
