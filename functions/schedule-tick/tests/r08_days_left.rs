//! R08: what the alarms before the end of the application's credentials stand on, with the clock moved.

use std::sync::Arc;

use accounts::SecretSettings;
use jiff::{SignedDuration, Timestamp};
use schedule_tick::CredentialWatch;
use serde_json::{Value, json};
use surroundings::{LocalAws, credentials_document};
use types::ManualClock;

/// The secret holds these client secrets from now on.
fn put(vault: &LocalAws, client_secrets: &Value) {
    vault.put_secret(credentials_document(&json!({"client_secrets": client_secrets})));
}

/// A watch over the vault's secret.
fn watch(vault: &LocalAws, clock: &ManualClock) -> CredentialWatch {
    let settings = SecretSettings { name: "setten/test".to_owned() };
    CredentialWatch::new(vault.client(), settings, Arc::new(clock.clone()))
}

/// The days in the line that CloudWatch gets now, if there is one.
async fn told(watch: &CredentialWatch, clock: &ManualClock) -> Option<i64> {
    let metric = watch.look().await.expect("the secret is read")?;
    let line: Value = serde_json::from_str(&metric.line(clock)).expect("JSON");
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    // What the alarms in the template look at.
    assert_eq!(directive["Namespace"], "Setten");
    assert_eq!(directive["Metrics"][0]["Name"], "CredentialDaysLeft");
    assert_eq!((&directive["Dimensions"], &line["Secret"]), (&json!([["Secret"]]), &json!("setten/test")));
    line["CredentialDaysLeft"].as_i64()
}

#[tokio::test]
async fn r08_the_days_left_are_told_every_hour_and_go_down_with_the_clock() {
    let start: Timestamp = "2026-01-01T09:30:00Z".parse().expect("a time");
    let (clock, vault) = (ManualClock::at(start), LocalAws::start().await);
    put(&vault, &json!([{"value": "x", "expires_at": "2026-02-15T00:00:00Z"}]));
    let watch = watch(&vault, &clock);
    assert_eq!(told(&watch, &clock).await, Some(44));
    for _ in 0..29 {
        clock.advance(SignedDuration::from_mins(1));
        assert_eq!(told(&watch, &clock).await, None, "once an hour is enough");
    }
    assert_eq!(vault.secret_reads(), 1);
    clock.advance(SignedDuration::from_mins(1));
    assert_eq!(told(&watch, &clock).await, Some(44), "the hour is another one");
    // Each alarm's day, the day after the end, and the day on which there is a new one.
    let mut days = Vec::new();
    for hours in [14 * 24, 16 * 24, 11 * 24, 4 * 24] {
        clock.advance(SignedDuration::from_hours(hours));
        days.push(told(&watch, &clock).await.expect("told"));
    }
    assert_eq!(days, [30, 14, 3, -1]);
    put(
        &vault,
        &json!([
            {"value": "y", "expires_at": "2026-08-15T00:00:00Z"}, {"value": "x", "expires_at": "2026-02-15T00:00:00Z"},
        ]),
    );
    clock.advance(SignedDuration::from_hours(1));
    assert_eq!(told(&watch, &clock).await, Some(180), "the new one lasts, and the alarms end");
}

#[tokio::test]
async fn r08_a_secret_that_cannot_be_read_is_asked_for_again_in_the_same_hour() {
    let clock = ManualClock::at("2026-01-01T09:30:00Z".parse().expect("a time"));
    let vault = LocalAws::start().await;
    vault.put_secret(Value::Null);
    let watch = watch(&vault, &clock);
    assert!(watch.look().await.is_err());
    put(&vault, &json!([{"value": "x", "expires_at": "2026-01-31T09:30:00Z"}]));
    assert_eq!(told(&watch, &clock).await, Some(30));
}
