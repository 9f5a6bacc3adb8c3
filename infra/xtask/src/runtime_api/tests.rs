//! The Runtime API against a function written with Python's standard library.

use serde_json::json;

use super::*;

fn options(environment: &[(&str, &str)]) -> FunctionOptions {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    FunctionOptions {
        binary: concat!(env!("CARGO_MANIFEST_DIR"), "/src/runtime_api/function.py").into(),
        environment: environment.collect(),
        log: None,
    }
}

#[tokio::test]
async fn a_function_answers_fails_and_ends() {
    let mut function = Function::start(options(&[("SET", "yes")])).await.expect("started");
    let first = function.first_poll_after().await.expect("polled");
    assert!(first > Duration::ZERO && first < Duration::from_secs(10), "{first:?}");

    let answer = function.invoke(&json!({"n": 1})).await.expect("answered");
    assert_eq!(answer, json!({"echo": {"n": 1}, "set": "yes", "home": null}), "nothing of ours is inherited");
    assert_eq!(function.first_poll_after().await.expect("still known"), first);
    let usage = function.usage().expect("alive");
    assert!(usage.peak_memory > 1 << 20 && usage.cpu > Duration::ZERO, "{usage:?}");

    let failed = function.invoke(&json!("fail")).await.expect_err("failed").to_string();
    assert!(failed.contains("asked to"), "{failed}");
    let ended = function.invoke(&json!("exit")).await.expect_err("ended");
    assert!(matches!(&ended, FunctionError::Ended(status) if status.code() == Some(7)), "{ended:?}");
    function.usage().expect_err("gone");
}

#[tokio::test]
async fn a_start_that_fails_says_why() {
    let mut function = Function::start(options(&[("REFUSE", "1")])).await.expect("started");
    let refused = function.first_poll_after().await.expect_err("refused").to_string();
    assert!(refused.contains("no settings"), "{refused}");

    let absent = FunctionOptions { binary: "/absent/bootstrap".into(), environment: Vec::new(), log: None };
    let error = Function::start(absent).await.expect_err("no such binary").to_string();
    assert!(error.contains("/absent/bootstrap"), "{error}");
}
