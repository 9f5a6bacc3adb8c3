//! Batches against a scripted Graph. Time is simulated, so pauses cost nothing.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;
use crate::retry::RetryPolicy;
use crate::stub::{Act, Seen, Stub};

fn creations(count: usize) -> Vec<BatchRequest> {
    (0..count).map(|n| BatchRequest::post("/me/contacts".to_owned(), &json!({ "n": n }))).collect()
}

fn reads(count: usize) -> Vec<BatchRequest> {
    (0..count).map(|n| BatchRequest::get(format!("/me/contacts/{n}"))).collect()
}

fn created(inner: &Value) -> Value {
    json!({"status": 201, "body": {"n": inner["body"]["n"]}})
}

fn refused(status: u16, code: &str, message: &str, wait: &str) -> Value {
    let error = json!({"error": {"code": code, "message": message}});
    json!({"status": status, "headers": {"Retry-After": wait}, "body": error})
}

fn concurrency() -> Value {
    refused(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", "2")
}

/// The numbers of the contacts in a batch.
fn numbers(batch: &Seen) -> Vec<u64> {
    batch.inner().iter().map(|inner| inner["body"]["n"].as_u64().expect("a number")).collect()
}

fn answered(answers: &[BatchAnswer]) -> Vec<u64> {
    answers.iter().map(|answer| answer.json::<Value>().expect("created")["n"].as_u64().expect("n")).collect()
}

#[tokio::test(start_paused = true)]
async fn every_request_says_who_asks_and_wants_immutable_ids() {
    let stub = Stub::start(|_, batch| Act::batch(batch, created)).await;
    let mut requests = creations(1);
    requests.push(BatchRequest::delete("/me/contacts/a%2Fb".to_owned()));
    stub.mailbox().batch(&requests).await.expect("answers");
    let seen = &stub.seen()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("POST", "/$batch"));
    assert_eq!(seen.header("authorization"), "Bearer SECRET-TOKEN");
    assert_eq!(seen.header("prefer"), r#"IdType="ImmutableId""#);
    assert_eq!(seen.header("content-type"), "application/json");
    uuid::Uuid::try_parse(seen.header("client-request-id")).expect("an id for support");
    let prefer = r#"IdType="ImmutableId""#;
    let expected = json!({"requests": [
        {"id": "0", "method": "POST", "url": "/me/contacts", "body": {"n": 0},
            "headers": {"Prefer": prefer, "Content-Type": "application/json"}},
        {"id": "1", "method": "DELETE", "url": "/me/contacts/a%2Fb", "headers": {"Prefer": prefer},
            "dependsOn": ["0"]},
    ]});
    assert_eq!(seen.json(), expected);
}

/// What each request of a batch depends on, by id; the ids are the places.
fn dependencies(batch: &Seen) -> Vec<Option<String>> {
    let depends_on = |(place, inner): (usize, Value)| {
        assert_eq!(inner["id"], place.to_string());
        let ids = inner.get("dependsOn")?.as_array().expect("ids").clone();
        assert_eq!(ids.len(), 1, "{inner}");
        ids[0].as_str().map(str::to_owned)
    };
    batch.inner().into_iter().enumerate().map(depends_on).collect()
}

fn is_chain(batch: &Seen) -> bool {
    let before = |place: usize| place.checked_sub(1).map(|before| before.to_string());
    dependencies(batch) == (0..batch.inner().len()).map(before).collect::<Vec<_>>()
}

fn is_side_by_side(batch: &Seen) -> bool {
    dependencies(batch).iter().all(Option::is_none)
}

#[tokio::test(start_paused = true)]
async fn answers_stand_in_the_order_of_the_requests_and_long_lists_are_cut() {
    let stub = Stub::start(|_, batch| Act::batch(batch, created)).await;
    let answers = stub.mailbox().batch(&creations(45)).await.expect("answers");
    assert_eq!(answered(&answers), (0..45).collect::<Vec<_>>());
    assert_eq!(stub.seen().iter().map(|batch| batch.inner().len()).collect::<Vec<_>>(), [20, 20, 5]);
    assert!(stub.seen().iter().all(is_chain));
    assert!(stub.mailbox().batch(&[]).await.expect("nothing").is_empty());
    assert_eq!(stub.seen().len(), 3);
    stub.mailbox().batch(&creations(1)).await.expect("an answer");
    assert_eq!(dependencies(&stub.seen()[3]), [None]);
}

#[tokio::test(start_paused = true)]
async fn the_refused_request_and_what_is_behind_it_come_again_as_a_chain() {
    let stub = Stub::start(|number, batch| {
        Act::batch(batch, |inner| match (number, inner["body"]["n"].as_u64()) {
            (0, Some(1)) => refused(429, "TooManyRequests", "slow down", "3"),
            (1, Some(3)) => refused(503, "ErrorServerBusy", "busy", "11"),
            _ => created(inner),
        })
    })
    .await;
    let answers = stub.mailbox().batch(&creations(5)).await.expect("answers");
    assert_eq!(answered(&answers), [0, 1, 2, 3, 4]);
    let seen = stub.seen();
    let sent: Vec<_> = seen.iter().map(numbers).collect();
    assert_eq!(sent, [vec![0, 1, 2, 3, 4], vec![1, 2, 3, 4], vec![3, 4]]);
    assert!(seen.iter().all(is_chain));
    let pauses: Vec<_> = seen.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs()).collect();
    assert_eq!(pauses, [3, 11]);
}

#[tokio::test(start_paused = true)]
async fn what_is_behind_a_failure_is_sent_apart_four_at_a_time() {
    let stub = Stub::start(|_, batch| {
        Act::batch(batch, |inner| match inner["body"]["n"].as_u64() {
            Some(3 | 5 | 7) => json!({"status": 400, "body": {"error": {"code": "ErrorInvalidRequest"}}}),
            _ => created(inner),
        })
    })
    .await;
    let answers = stub.mailbox().batch(&creations(14)).await.expect("answers");
    for (n, answer) in answers.iter().enumerate() {
        let expected = if [3, 5, 7].contains(&n) { 400 } else { 201 };
        assert_eq!(answer.status, expected, "{n}");
    }
    let seen = stub.seen();
    let sent: Vec<_> = seen[1..].iter().map(numbers).collect();
    assert_eq!(sent, [vec![4, 5, 6, 7], vec![8, 9, 10, 11], vec![12, 13]]);
    assert!(is_chain(&seen[0]) && seen[1..].iter().all(is_side_by_side));
}

#[tokio::test(start_paused = true)]
async fn of_requests_side_by_side_only_the_refused_ones_are_repeated_after_the_longest_pause() {
    let stub = Stub::start(|number, batch| {
        Act::batch(batch, |inner| match (number, inner["body"]["n"].as_u64()) {
            (_, Some(0)) => json!({"status": 500}),
            (1, Some(1)) => refused(429, "TooManyRequests", "slow down", "3"),
            (1, Some(3)) => refused(503, "ErrorServerBusy", "busy", "11"),
            _ => created(inner),
        })
    })
    .await;
    let answers = stub.mailbox().batch(&creations(5)).await.expect("answers");
    assert!(answers[0].error().expect("a failure").is_outcome_unknown());
    assert_eq!(answered(&answers[1..]), [1, 2, 3, 4]);
    let seen = stub.seen();
    let sent: Vec<_> = seen.iter().map(numbers).collect();
    assert_eq!(sent, [vec![0, 1, 2, 3, 4], vec![1, 2, 3, 4], vec![1, 3]]);
    assert_eq!((seen[2].at - seen[1].at).as_secs(), 11);
}

#[tokio::test(start_paused = true)]
async fn what_was_never_executed_is_not_in_doubt_when_the_time_runs_out() {
    for first in [refused(429, "TooManyRequests", "", "90"), json!({"status": 500})] {
        let stub = Stub::start(move |number, batch| match number {
            0 => Act::batch(batch, |_| first.clone()),
            _ => Act::Refuse(429, "90"),
        })
        .await;
        let answers = stub.mailbox().batch(&creations(3)).await.expect("answers");
        for answer in &answers[1..] {
            let error = answer.error().expect("not executed");
            assert!(error.is_retryable() && !error.is_outcome_unknown(), "{error:?}");
            assert_ne!(answer.status, 424);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn all_callers_of_a_mailbox_rest_when_one_is_refused() {
    let stub = Stub::start(|number, batch| match number {
        0 => Act::Refuse(429, "30"),
        1..4 => Act::batch(batch, |_| refused(429, "TooManyRequests", "", "20")),
        _ => Act::batch(batch, created),
    })
    .await;
    let mailbox = stub.mailbox();
    let requests = creations(20);
    for answers in futures::future::join_all((0..6).map(|_| mailbox.batch(&requests))).await {
        assert_eq!(answered(&answers.expect("answers")), (0..20).collect::<Vec<_>>());
    }
    let seconds: Vec<_> = stub.seen().iter().map(|batch| batch.at.as_secs()).collect();
    assert_eq!(seconds[..4], [0; 4]);
    assert_eq!(seconds.len(), 10);
    assert!(seconds[4..].iter().all(|&second| second >= 30), "{seconds:?}");
}

#[tokio::test(start_paused = true)]
async fn refused_for_concurrency_a_mailbox_goes_on_with_fewer_places() {
    let stub = Stub::start(|number, batch| {
        Act::batch(batch, |inner| match (number, inner["body"]["n"].as_u64()) {
            (0, Some(1)) => concurrency(),
            (1, Some(1)) => json!({"status": 400}),
            _ => created(inner),
        })
    })
    .await;
    let mailbox = stub.mailbox();
    mailbox.batch(&creations(8)).await.expect("answers");
    let sizes: Vec<_> = stub.seen().iter().map(|batch| batch.inner().len()).collect();
    assert_eq!(sizes, [8, 7, 2, 2, 2], "two at a time behind the failure");
    assert_eq!(mailbox.places.take(4, None).await.expect("places").at_once, 2);
}

#[tokio::test(start_paused = true)]
async fn a_batch_refused_for_concurrency_counts_as_well() {
    let body = json!({"error": {"code": "ErrorExceededConnectionCount", "message": "too many"}});
    let stub = Stub::start(move |number, batch| match number {
        0 | 1 => Act::Answer(429, body.clone()),
        _ => Act::batch(batch, created),
    })
    .await;
    let mailbox = stub.mailbox();
    mailbox.batch(&creations(2)).await.expect("answers");
    assert_eq!(mailbox.places.take(4, None).await.expect("a place").at_once, 1);
}

#[tokio::test(start_paused = true)]
async fn other_refusals_take_no_places_away() {
    let stub = Stub::start(|number, batch| {
        Act::batch(batch, |inner| match number {
            0 => refused(429, "ApplicationThrottled", "Application is over its MailboxRequests limit.", "1"),
            _ => created(inner),
        })
    })
    .await;
    let mailbox = stub.mailbox();
    mailbox.batch(&creations(8)).await.expect("answers");
    assert_eq!(stub.seen().iter().map(|batch| batch.inner().len()).collect::<Vec<_>>(), [8, 8]);
    assert_eq!(mailbox.places.take(4, None).await.expect("places").at_once, 4);
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_reply_is_lost_is_in_doubt_and_not_repeated() {
    for act in
        [|| Act::LoseReply, || Act::Hang, || Act::Answer(504, json!({})), || Act::Answer(500, json!({}))]
    {
        let stub = Stub::start(move |_, _| act()).await;
        let error = stub.mailbox().batch(&creations(2)).await.expect_err("in doubt");
        assert!(error.is_outcome_unknown() && error.is_retryable(), "{error:?}");
        assert_eq!(stub.seen().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn reads_are_repeated_when_the_reply_is_lost() {
    let stub = Stub::start(|number, batch| match number {
        0 => Act::LoseReply,
        1 => Act::Answer(502, json!({})),
        _ => Act::batch(batch, |_| json!({"status": 200, "body": {}})),
    })
    .await;
    let answers = stub.mailbox().batch(&reads(2)).await.expect("answers");
    assert!(answers.iter().all(BatchAnswer::is_success));
    assert_eq!(stub.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_refused_batch_was_not_executed_and_is_repeated() {
    let stub = Stub::start(|number, batch| match number {
        0 => Act::Refuse(429, "5"),
        1 => Act::Refuse(503, "7"),
        _ => Act::batch(batch, created),
    })
    .await;
    assert_eq!(answered(&stub.mailbox().batch(&creations(2)).await.expect("answers")), [0, 1]);
    let seen = stub.seen();
    let pauses: Vec<_> = seen.windows(2).map(|pair| (pair[1].at - pair[0].at).as_secs()).collect();
    assert_eq!(pauses, [5, 7]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_not_there_leaves_nothing_in_doubt() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let graph_url = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a URL");
    drop(listener);
    let graph = crate::Graph::new(crate::http_client(), crate::GraphSettings { graph_url });
    let error = graph.mailbox("token".into()).batch(&creations(1)).await.expect_err("nobody there");
    assert!(matches!(error, GraphError::Unreachable(_)) && error.is_retryable(), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn what_inner_answers_mean() {
    let cases: [(u16, &str, bool); 8] = [
        (400, "ErrorInvalidRequest", false),
        (404, "ErrorItemNotFound", false),
        (409, "ErrorIrresolvableConflict", false),
        (500, "ErrorInternalServerTransientError", true),
        (502, "UnknownError", true),
        (503, "ErrorMailboxStoreUnavailable", true),
        (504, "UnknownError", true),
        (507, "quotaLimitReached", false),
    ];
    let stub = Stub::start(move |_, batch| {
        Act::batch(batch, |inner| {
            let (status, code, _) =
                cases[usize::try_from(inner["body"]["n"].as_u64().expect("n")).expect("n")];
            json!({"status": status, "body": {"error": {"code": code, "message": "no"}}})
        })
    })
    .await;
    let mailbox = stub.mailbox();
    let requests = creations(cases.len());
    for ((status, code, in_doubt), request) in cases.into_iter().zip(requests) {
        let answer = mailbox.batch(&[request]).await.expect("an answer").remove(0);
        let error = answer.error().expect("a failure");
        assert_eq!((answer.status, error.status()), (status, Some(status)));
        assert!(error.has_code(&code.to_lowercase()), "{error:?}");
        assert_eq!(error.is_outcome_unknown(), in_doubt, "{status} {code}");
        assert!(answer.json::<Value>().is_err());
    }
    assert_eq!(stub.seen().len(), cases.len());
}

#[tokio::test(start_paused = true)]
async fn refusals_that_do_not_end_are_given_back_as_not_executed() {
    let stub = Stub::start(|_, batch| {
        Act::batch(batch, |inner| {
            if inner["body"]["n"] == 0 { created(inner) } else { refused(429, "TooManyRequests", "", "1") }
        })
    })
    .await;
    let answers = stub.mailbox().batch(&creations(2)).await.expect("answers");
    assert!(answers[0].is_success());
    let error = answers[1].error().expect("refused");
    assert!(matches!(error, GraphError::Throttled { status: 429, .. }), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    assert_eq!(stub.seen().len(), RetryPolicy::default().attempts as usize);
}

#[tokio::test(start_paused = true)]
async fn no_call_waits_beyond_its_deadline() {
    let stub = Stub::start(|_, batch| Act::batch(batch, |_| refused(429, "TooManyRequests", "", "30"))).await;
    let start = Instant::now();
    let mailbox = stub.graph().with_deadline(start + Duration::from_secs(20)).mailbox("token".into());
    let answers = mailbox.batch(&creations(1)).await.expect("its refusal");
    assert_eq!(answers[0].status, 429);
    let error = mailbox.batch(&creations(1)).await.expect_err("the mailbox rests for longer");
    assert!(matches!(error, GraphError::NotSent), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    tokio::time::advance(Duration::from_secs(25)).await;
    let error = mailbox.batch(&creations(1)).await.expect_err("too late");
    assert!(matches!(error, GraphError::NotSent), "{error:?}");
    assert_eq!(stub.seen().len(), 1, "Graph is left alone");
}

#[tokio::test(start_paused = true)]
async fn a_batch_refused_for_longer_than_there_is_time_says_for_how_long() {
    let stub = Stub::start(|_, _| Act::Refuse(429, "90")).await;
    let error = stub.mailbox().batch(&creations(3)).await.expect_err("refused");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
    assert_eq!(stub.seen().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn known_answers_are_kept_when_a_later_batch_is_lost() {
    let stub = Stub::start(|number, batch| match number {
        0 => Act::batch(batch, created),
        _ => Act::LoseReply,
    })
    .await;
    let answers = stub.mailbox().batch(&creations(50)).await.expect("answers");
    assert_eq!(answered(&answers[..20]), (0..20).collect::<Vec<_>>());
    for answer in &answers[20..40] {
        assert!(answer.status == 0 && answer.error().expect("lost").is_outcome_unknown());
    }
    for answer in &answers[40..] {
        assert!(matches!(answer.error(), Some(GraphError::NotSent)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_does_not_answer_each_leaves_writes_in_doubt() {
    for reply in [json!({"responses": [{"id": "0", "status": 201}]}), json!({"responses": 1}), json!([])] {
        let stub = Stub::start(move |_, _| Act::Answer(200, reply.clone())).await;
        assert!(stub.mailbox().batch(&creations(2)).await.expect_err("in doubt").is_outcome_unknown());
        let error = stub.mailbox().batch(&reads(2)).await.expect_err("unreadable");
        assert!(matches!(error, GraphError::Malformed { .. }), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_surfaces_and_is_never_printed() {
    let body = json!({"error": {"code": "InvalidAuthenticationToken", "message": "expired"}});
    let stub = Stub::start(move |_, _| Act::Answer(401, body.clone())).await;
    let mailbox = stub.mailbox();
    let error = mailbox.batch(&creations(1)).await.expect_err("refused");
    assert!(error.is_unauthorized() && !error.is_retryable() && !error.is_outcome_unknown(), "{error:?}");
    assert!(!format!("{mailbox:?} {error:?}").contains("SECRET"));
}
