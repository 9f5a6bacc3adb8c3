//! SQS queues of jobs.

use std::marker::PhantomData;

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use serde::{Serialize, de::DeserializeOwned};

use crate::AwsError;

/// One message on a queue. The type is the contract between the code that sends it and the code that works
/// it off.
pub trait Job: Serialize + DeserializeOwned {}

/// A queue of jobs of one kind.
#[derive(Debug, Clone)]
pub struct Queue<J> {
    client: Client,
    url: String,
    job: PhantomData<fn(J)>,
}

/// The most messages of one `SendMessageBatch`.
const SEND_MANY: usize = 10;

impl<J: Job> Queue<J> {
    pub(crate) fn new(client: Client, url: String) -> Self {
        Self { client, url, job: PhantomData }
    }

    /// The same queue, where it carries jobs of several kinds.
    #[must_use]
    pub fn carrying<K: Job>(&self) -> Queue<K> {
        Queue::new(self.client.clone(), self.url.clone())
    }

    /// Puts one job on the queue.
    ///
    /// # Errors
    /// The call failed; the job may be on the queue all the same.
    pub async fn send(&self, job: &J) -> Result<(), AwsError> {
        let call = self.client.send_message().queue_url(&self.url).message_body(body(job)?);
        call.send().await.map(drop).map_err(|error| AwsError::of_call("SendMessage", error))
    }

    /// Puts jobs on the queue, ten a call. Returns the positions of those that the queue did not take.
    ///
    /// # Errors
    /// A call failed; some jobs may be on the queue all the same.
    pub async fn send_many(&self, jobs: &[J]) -> Result<Vec<usize>, AwsError> {
        let mut refused = Vec::new();
        for (number, chunk) in jobs.chunks(SEND_MANY).enumerate() {
            let entries = chunk.iter().enumerate().map(|(position, job)| entry(position, job));
            let output = self
                .client
                .send_message_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries.collect::<Result<_, _>>()?))
                .send()
                .await
                .map_err(|error| AwsError::of_call("SendMessageBatch", error))?;
            let positions = output.failed.iter().filter_map(|entry| entry.id.parse::<usize>().ok());
            refused.extend(positions.map(|position| number * SEND_MANY + position));
        }
        Ok(refused)
    }
}

fn entry<J: Job>(position: usize, job: &J) -> Result<SendMessageBatchRequestEntry, AwsError> {
    let entry =
        SendMessageBatchRequestEntry::builder().id(position.to_string()).message_body(body(job)?).build();
    Ok(entry.expect("id and body are set"))
}

fn body<J: Job>(job: &J) -> Result<String, AwsError> {
    serde_json::to_string(job).map_err(|error| AwsError::shape("a job", error))
}
