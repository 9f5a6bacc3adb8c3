//! The gate against a stub upstream that counts what reaches it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::State;
use axum::routing::{any, get};
use http::HeaderMap;
use serde_json::{Value, json};

use super::*;

/// An upstream that counts effects.
struct Stub {
    url: Url,
    effects: Arc<AtomicUsize>,
}

impl Stub {
    async fn start() -> Self {
        let effects = Arc::new(AtomicUsize::new(0));
        let count = |State(effects): State<Arc<AtomicUsize>>, headers: HeaderMap, body: bytes::Bytes| async move {
            effects.fetch_add(1, Ordering::SeqCst);
            let host = headers.get("host").map_or("", |host| host.to_str().expect("text")).to_owned();
            let expects = headers.contains_key("expect");
            axum::Json(json!({"host": host, "length": body.len(), "expects": expects}))
        };
        let router = axum::Router::new()
            .route("/effect", any(count))
            .route("/base/effect", any(count))
            .route("/large", get(|| async { vec![7_u8; 5_000_000] }))
            .layer(axum::extract::DefaultBodyLimit::max(32_000_000))
            .with_state(Arc::clone(&effects));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = Url::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("a URL");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, effects }
    }

    fn effects(&self) -> usize {
        self.effects.load(Ordering::SeqCst)
    }

    async fn gate(&self, name: &str, host: Option<&str>, faults: &Faults) -> Gate {
        gate(self.url.clone(), name, host, faults).await
    }
}

async fn gate(upstream: Url, name: &str, host: Option<&str>, faults: &Faults) -> Gate {
    let options = GateOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        upstream,
        host: host.map(str::to_owned),
        name: name.to_owned(),
        tap: None,
    };
    Gate::start(options, faults.clone()).await.expect("the gate starts")
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

fn at(gate: &Gate, path: &str) -> Url {
    gate.url().join(path).expect("a path")
}

async fn effect(client: &reqwest::Client, gate: &Gate) -> Result<Value, reqwest::Error> {
    client.post(at(gate, "/effect?x=%2F")).body("four").send().await?.json().await
}

#[tokio::test]
async fn unarmed_it_is_transparent() {
    let stub = Stub::start().await;
    let gate = stub.gate("aws", None, &Faults::default()).await;
    let client = client();

    let seen = effect(&client, &gate).await.expect("passed");
    let authority = gate.url().authority();
    assert_eq!(seen, json!({"host": authority, "length": 4, "expects": false}), "the caller's Host is kept");

    let large = client.put(at(&gate, "/effect")).body(vec![1_u8; 20_000_000]).send().await.expect("passed");
    assert_eq!(large.json::<Value>().await.expect("JSON")["length"], 20_000_000);
    let reply = client.get(at(&gate, "/large")).send().await.expect("passed");
    assert_eq!(reply.content_length(), Some(5_000_000));
    assert_eq!(reply.bytes().await.expect("whole").len(), 5_000_000);
    assert_eq!(client.get(at(&gate, "/absent")).send().await.expect("passed").status(), 404);
}

#[tokio::test]
async fn a_fixed_host_and_a_base_path_are_put_on() {
    let stub = Stub::start().await;
    let upstream = stub.url.join("/base/").expect("a path");
    let gate =
        gate(upstream, "public", Some("abcd1234.execute-api.localhost:4566"), &Faults::default()).await;
    let seen = effect(&client(), &gate).await.expect("passed");
    assert_eq!(seen["host"], "abcd1234.execute-api.localhost:4566");
}

#[tokio::test]
async fn the_nth_call_over_all_gates_is_cut_before_its_effect_and_all_later_ones() {
    let stub = Stub::start().await;
    let faults = Faults::default();
    let (aws, microsoft) =
        (stub.gate("aws", None, &faults).await, stub.gate("microsoft", None, &faults).await);
    let client = client();

    faults.cut(2, When::Before);
    effect(&client, &aws).await.expect("the first passes");
    let error = effect(&client, &microsoft).await.expect_err("the second is cut");
    assert!(error.status().is_none(), "a closed connection, not a reply: {error:?}");
    effect(&client, &aws).await.expect_err("everything later is refused");
    effect(&client, &microsoft).await.expect_err("until it is lifted");
    assert_eq!(stub.effects(), 1);

    faults.lift();
    effect(&client, &microsoft).await.expect("lifted");
    assert_eq!(stub.effects(), 2);

    let calls = faults.calls();
    let seen: Vec<_> = calls.iter().map(|call| (call.number, call.gate.as_str(), call.outcome)).collect();
    let expected = [
        (1, "aws", Outcome::Passed),
        (2, "microsoft", Outcome::CutBefore),
        (3, "aws", Outcome::Refused),
        (4, "microsoft", Outcome::Refused),
    ];
    assert_eq!(seen, expected);
    assert_eq!((calls[0].method.as_str(), calls[0].path.as_str()), ("POST", "/effect?x=%2F"));
}

#[tokio::test]
async fn a_call_cut_after_takes_effect_and_loses_its_reply() {
    let stub = Stub::start().await;
    let faults = Faults::default();
    let gate = stub.gate("aws", None, &faults).await;
    let client = client();

    faults.cut(1, When::After);
    let cut = tokio::spawn({
        let (client, url) = (client.clone(), at(&gate, "/effect"));
        async move { client.post(url).body("four").send().await }
    });
    faults.reached().await;
    assert_eq!(stub.effects(), 1, "the effect is complete when the cut is told");
    let error = cut.await.expect("ran").expect_err("no reply");
    assert!(error.status().is_none(), "a closed connection, not a reply: {error:?}");
    assert_eq!(stub.effects(), 1);
    effect(&client, &gate).await.expect_err("refused");
    assert_eq!(stub.effects(), 1);
}

#[tokio::test]
async fn another_process_steers_it() {
    let stub = Stub::start().await;
    let faults = Faults::default();
    let gate = stub.gate("aws", None, &faults).await;
    let client = client();
    let control = |path: &str, body: &'static str| client.post(at(&gate, path)).body(body).send();

    assert_eq!(control("/_gate/arm", "").await.expect("answered").status(), 204);
    let put = client.post(at(&gate, "/effect")).header("x-amz-target", "DynamoDB_20120810.PutItem");
    put.send().await.expect("passed");
    let log: Value =
        client.get(at(&gate, "/_gate/calls")).send().await.expect("a log").json().await.expect("JSON");
    let call = json!({"number": 1, "gate": "aws", "method": "POST", "path": "/effect",
        "target": "DynamoDB_20120810.PutItem", "outcome": "passed"});
    assert_eq!(log, json!({"armed": true, "calls": [call]}));

    let cut = control("/_gate/cut", r#"{"nth": 1, "when": "before"}"#).await.expect("answered");
    assert_eq!(cut.status(), 204);
    effect(&client, &gate).await.expect_err("cut");
    assert_eq!(control("/_gate/lift", "").await.expect("answered").status(), 204);
    effect(&client, &gate).await.expect("lifted");

    for wrong in [r#"{"nth": 0, "when": "before"}"#, r#"{"nth": 1, "when": "during"}"#, "", "{}"] {
        assert_eq!(control("/_gate/cut", wrong).await.expect("answered").status(), 400, "{wrong}");
    }
    assert_eq!(control("/_gate/nothing", "").await.expect("answered").status(), 404);
    assert!(!faults.is_armed(), "a refused cut arms nothing");
}

#[tokio::test]
async fn an_upstream_that_is_down_is_a_bad_gateway_and_a_taken_port_is_said() {
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = Url::parse(&format!("http://{}", free.local_addr().expect("bound"))).expect("a URL");
    drop(free);
    let faults = Faults::default();
    let down = gate(url.clone(), "aws", None, &faults).await;
    let reply = client().get(at(&down, "/")).send().await.expect("a reply");
    assert_eq!(reply.status(), 502);
    assert!(reply.text().await.expect("text").starts_with("gate aws: "));

    let listen = down.url().socket_addrs(|| None).expect("an address")[0];
    let taken = GateOptions { listen, upstream: url, host: None, name: "second".to_owned(), tap: None };
    let error = Gate::start(taken, faults).await.expect_err("the port is taken");
    assert!(matches!(error, GateError::Listen { .. }) && error.to_string().contains("second"), "{error}");
}

#[tokio::test]
async fn dropping_a_gate_closes_its_connections() {
    let stub = Stub::start().await;
    let gate = stub.gate("aws", None, &Faults::default()).await;
    let client = client();
    effect(&client, &gate).await.expect("passed");
    let url = at(&gate, "/effect");
    drop(gate);
    tokio::task::yield_now().await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    client.get(url).send().await.expect_err("closed");
}

#[tokio::test]
async fn a_tap_is_told_of_what_took_effect_also_when_the_caller_is_not() {
    let stub = Stub::start().await;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let faults = Faults::default();
    let options = GateOptions {
        listen: ([127, 0, 0, 1], 0).into(),
        upstream: stub.url.clone(),
        host: None,
        name: "aws".to_owned(),
        tap: Some(Tap { path: "/effect", told }),
    };
    let gate = Gate::start(options, faults.clone()).await.expect("the gate starts");
    let client = client();

    effect(&client, &gate).await.expect("passed");
    let heard_of = heard.try_recv().expect("a call that passed");
    assert_eq!(heard_of.request, "four");
    assert_eq!(serde_json::from_slice::<Value>(&heard_of.reply).expect("JSON")["length"], 4);

    faults.cut(1, When::After);
    effect(&client, &gate).await.expect_err("the reply is lost");
    heard.try_recv().expect("the effect is not");
    faults.cut(1, When::Before);
    effect(&client, &gate).await.expect_err("cut");
    faults.lift();
    client.get(at(&gate, "/absent")).send().await.expect("passed");
    assert!(heard.try_recv().is_err(), "neither what never happened nor another kind of call");
}
