use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::stage::Stage;

async fn stage() -> (Stage, OrganizationId, AppSecrets) {
    let stage = Stage::new().await;
    let organization = stage.accounts.create_organization("A".to_owned(), None).await.expect("made").id;
    let key = base64::engine::general_purpose::STANDARD.encode([7; 32]);
    let secrets = json!({"sealing_key": key, "state_key": key, "operator_key": "operator", "client_secrets": [{"value": "s", "expires_at": null}]});
    (stage, organization, serde_json::from_value(secrets).expect("secrets"))
}

#[tokio::test]
async fn a_key_opens_its_organization_until_it_is_revoked() {
    let (stage, organization, secrets) = stage().await;
    let accounts = &stage.accounts;
    let made = accounts.create_api_key(&organization).await.expect("made").expect("a free place");
    let text = made.text.expose_secret();
    assert!(text.starts_with(&made.key.prefix) && made.key.prefix.len() == 12);

    let valid = accounts.authenticate(&secrets, text).await.expect("read").expect("valid");
    assert_eq!(valid.caller, Caller::Organization(organization.clone()));
    let used = accounts.api_keys(&organization).await.expect("listed");
    assert_eq!(
        used,
        [ApiKey { last_used_on: Some("2026-11-22".parse().expect("a day")), ..made.key.clone() }]
    );
    for wrong in ["", "operato", "setten_", &text[..text.len() - 1], &format!("{text}x")] {
        assert!(accounts.authenticate(&secrets, wrong).await.expect("read").is_none(), "{wrong}");
    }

    accounts.revoke_api_key(&organization, &made.key.id).await.expect("revoked");
    assert!(accounts.authenticate(&secrets, text).await.expect("read").is_none());
    let again = accounts.revoke_api_key(&organization, &made.key.id).await;
    assert!(matches!(again, Err(AccountsError::NotFound(_))), "{again:?}");
}

#[tokio::test]
async fn keys_made_at_once_are_never_one_too_many() {
    let (stage, organization, _) = stage().await;
    for _ in 0..MOST_API_KEYS - 1 {
        stage.accounts.create_api_key(&organization).await.expect("made").expect("a free place");
    }
    let (one, other) = futures::join!(
        stage.accounts.create_api_key(&organization),
        stage.accounts.create_api_key(&organization)
    );
    let made = [one, other].map(|made| made.expect("no failure").is_some());
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    assert_eq!(stage.accounts.api_keys(&organization).await.expect("listed").len(), MOST_API_KEYS);
}

#[tokio::test]
async fn another_organization_revokes_nothing() {
    let (stage, organization, secrets) = stage().await;
    let made = stage.accounts.create_api_key(&organization).await.expect("made").expect("a free place");
    let stranger = stage.accounts.create_organization("B".to_owned(), None).await.expect("made").id;
    let refused = stage.accounts.revoke_api_key(&stranger, &made.key.id).await;
    assert!(matches!(refused, Err(AccountsError::NotFound(_))), "{refused:?}");
    let text = made.text.expose_secret();
    assert!(stage.accounts.authenticate(&secrets, text).await.expect("read").is_some());
}

#[tokio::test]
async fn a_key_calls_so_often_in_a_minute_and_again_in_the_next() {
    let (stage, _, secrets) = stage().await;
    let key = stage.accounts.authenticate(&secrets, "operator").await.expect("read").expect("valid");
    let admit = async || stage.accounts.admit(&key, 2).await.expect("counted");
    assert_eq!(admit().await, Admission { remaining: Some(1), seconds_left: 60 });
    assert_eq!(admit().await.remaining, Some(0));
    assert_eq!(admit().await.remaining, None);
    stage.clock.advance(SignedDuration::from_secs(59));
    assert_eq!(admit().await, Admission { remaining: None, seconds_left: 1 });
    stage.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(admit().await.remaining, Some(1));
}
