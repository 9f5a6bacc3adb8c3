//! Functions behind a queue.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use aws::Job;
use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use lambda_runtime::{Context, LambdaEvent, service_fn};

use types::Chain;

/// A job as it came from the queue.
#[derive(Debug, Clone)]
pub struct Delivery<J> {
    /// The job.
    pub job: J,
    /// The message's id: the same when the queue delivers the message again.
    pub message_id: String,
    /// When the function is stopped.
    pub deadline: Instant,
}

/// Works off a queue: every message of a batch on its own, so that a failed or panicking one comes back
/// alone (`ReportBatchItemFailures`). An error means: deliver the message again.
///
/// # Errors
/// The Runtime API went away.
pub async fn work<J, W, F, E>(worker: W) -> Result<(), lambda_runtime::Error>
where
    J: Job + Send + 'static,
    W: Fn(Delivery<J>) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::error::Error + Send + 'static,
{
    let worker = Arc::new(worker);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<SqsEvent>| {
        let worker = Arc::clone(&worker);
        async move { Ok::<_, lambda_runtime::Error>(work_batch(&*worker, event).await) }
    }))
    .await
}

async fn work_batch<J, W, F, E>(worker: &W, event: LambdaEvent<SqsEvent>) -> SqsBatchResponse
where
    J: Job + Send + 'static,
    W: Fn(Delivery<J>) -> F,
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::error::Error + Send + 'static,
{
    let deadline = deadline(&event.context);
    let started: Vec<_> = event
        .payload
        .records
        .into_iter()
        .map(|message| {
            let id = message.message_id.clone().unwrap_or_default();
            let task = decode(message, deadline).map(|delivery| tokio::spawn(worker(delivery)));
            (id, task)
        })
        .collect();
    let mut response = SqsBatchResponse::default();
    for (message_id, task) in started {
        let outcome = match task {
            Err(error) => Err(format!("not a job: {error}")),
            Ok(task) => match task.await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(error)) => Err(Chain(&error).to_string()),
                Err(panic) => Err(format!("the worker panicked: {panic}")),
            },
        };
        if let Err(error) = outcome {
            tracing::error!(message_id, error, "the job goes back to the queue");
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message_id;
            response.batch_item_failures.push(failure);
        }
    }
    response
}

fn decode<J: Job>(message: SqsMessage, deadline: Instant) -> Result<Delivery<J>, serde_json::Error> {
    let job = serde_json::from_str(message.body.as_deref().unwrap_or_default())?;
    Ok(Delivery { job, message_id: message.message_id.unwrap_or_default(), deadline })
}

/// Lambda names the deadline by the wall clock; waiting is done by the monotonic one.
#[expect(clippy::disallowed_methods, reason = "turns Lambda's own wall-clock deadline into a monotonic one")]
fn deadline(context: &Context) -> Instant {
    let left = context.deadline().duration_since(std::time::SystemTime::now()).unwrap_or(Duration::ZERO);
    Instant::now() + left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    struct Number(i32);
    impl Job for Number {}

    #[derive(Debug, thiserror::Error)]
    #[error("odd")]
    struct Odd;

    #[tokio::test]
    async fn only_the_messages_that_failed_come_back() {
        let mut event = SqsEvent::default();
        event.records = ["2", "3", "not a job", "-1", "4"]
            .into_iter()
            .enumerate()
            .map(|(position, body)| {
                let mut message = SqsMessage::default();
                message.message_id = Some(format!("m{position}"));
                message.body = Some(body.to_owned());
                message
            })
            .collect();
        let worker = |delivery: Delivery<Number>| async move {
            assert!(delivery.job.0 >= 0, "a poisoned job");
            if delivery.job.0 % 2 == 0 { Ok(()) } else { Err(Odd) }
        };
        let response = work_batch(&worker, LambdaEvent::new(event, Context::default())).await;
        let failed: Vec<_> =
            response.batch_item_failures.iter().map(|f| f.item_identifier.as_str()).collect();
        assert_eq!(failed, ["m1", "m2", "m3"]);
    }
}
