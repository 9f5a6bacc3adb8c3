//! SQS queues of jobs.

use std::marker::PhantomData;

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};
use serde::{Serialize, de::DeserializeOwned};

use crate::AwsError;

/// One message on a queue. The type is the contract between the code that sends it and the code that works
/// it off.
pub trait Job: Serialize + DeserializeOwned {
    /// Whose the message is, on a queue that many share: while the messages of one pile up, those of others are
    /// handed out before them (SQS fair queues, by `MessageGroupId` on a standard queue).
    fn group(&self) -> Option<String> {
        None
    }
}

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
        let call = call.set_message_group_id(job.group());
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
    let entry = SendMessageBatchRequestEntry::builder()
        .id(position.to_string())
        .message_body(body(job)?)
        .set_message_group_id(job.group());
    Ok(entry.build().expect("id and body are set"))
}

fn body<J: Job>(job: &J) -> Result<String, AwsError> {
    serde_json::to_string(job).map_err(|error| AwsError::shape("a job", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, serde::Deserialize)]
    struct Errand {
        of: Option<String>,
    }

    impl Job for Errand {
        fn group(&self) -> Option<String> {
            self.of.clone()
        }
    }

    #[test]
    fn a_message_says_whose_it_is() {
        for of in [None, Some("whk_1".to_owned())] {
            let entry = entry(0, &Errand { of: of.clone() }).expect("an entry");
            assert_eq!(entry.message_group_id(), of.as_deref());
        }
    }
}
