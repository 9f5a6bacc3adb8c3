//! What tests, the demonstration and the benchmarks do to a running stack from outside, also from another
//! process: they need only its `stack.json`.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::file::StackFile;
use super::local_aws::LocalAws;

/// The template's queues.
const QUEUES: [&str; 5] = ["Cards", "Subscriptions", "Mail", "Booking", "Outbox"];

/// A handle on a running stack.
#[derive(Debug, Clone)]
pub struct Control {
    file: StackFile,
    aws: LocalAws,
}

impl Control {
    /// The handle on the stack that wrote `file`.
    #[must_use]
    pub fn new(file: StackFile) -> Self {
        let aws = LocalAws::new(&file.aws_endpoint_url);
        Self { file, aws }
    }

    /// The handle on the stack whose `stack.json` is at `path`.
    ///
    /// # Errors
    /// The file is missing or malformed.
    pub fn load(path: &Path) -> Result<Self> {
        Ok(Self::new(StackFile::load(path)?))
    }

    /// Where everything is.
    #[must_use]
    pub fn file(&self) -> &StackFile {
        &self.file
    }

    /// Calls to the local AWS, as its deployer and past the gate.
    #[must_use]
    pub fn aws(&self) -> &LocalAws {
        &self.aws
    }

    /// Invokes a function, named as in the project, and waits for its answer.
    ///
    /// # Errors
    /// The function failed.
    pub async fn invoke(&self, function: &str, payload: &Value) -> Result<Value> {
        self.aws.invoke(self.file.function(function)?, payload).await
    }

    /// Does what the schedule does every minute.
    ///
    /// # Errors
    /// The tick failed.
    pub async fn tick(&self) -> Result<()> {
        self.invoke("schedule-tick", &json!({})).await?;
        Ok(())
    }

    /// Moves the clock of every function to so many seconds from now. Let running work end first.
    ///
    /// # Errors
    /// A function could not be changed.
    pub async fn set_clock_offset(&self, seconds: i64) -> Result<()> {
        for function in self.file.functions.values() {
            self.aws.set_environment(function, &[("CLOCK_OFFSET_SECONDS", seconds.to_string())]).await?;
        }
        Ok(())
    }

    /// How many messages a queue holds, those being worked on included. `queue` is the template's output.
    ///
    /// # Errors
    /// There is no such queue.
    pub async fn queued(&self, queue: &str) -> Result<u64> {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];
        let body = json!({"QueueUrl": self.file.output(queue)?, "AttributeNames": names});
        let found = self.aws.json("sqs", "AmazonSQS.GetQueueAttributes", &body).await?;
        let count = |name: &str| found["Attributes"][name].as_str().and_then(|text| text.parse::<u64>().ok());
        Ok(names.iter().filter_map(|name| count(name)).sum())
    }

    /// Waits until every queue is worked off. One job may lead to another's: all must be empty twice in a row.
    ///
    /// # Errors
    /// They are not within `limit`, or a job has failed for good.
    pub async fn drained(&self, limit: Duration) -> Result<()> {
        let (started, mut quiet) = (Instant::now(), 0);
        while quiet < 2 {
            let mut left = Vec::new();
            for name in QUEUES {
                if self.queued(&format!("{name}DeadLetterQueueUrl")).await? > 0 {
                    bail!("a job is in the dead-letter queue of {name}");
                }
                match self.queued(&format!("{name}QueueUrl")).await? {
                    0 => {}
                    count => left.push(format!("{name}: {count}")),
                }
            }
            quiet = if left.is_empty() { quiet + 1 } else { 0 };
            if started.elapsed() > limit && quiet == 0 {
                bail!("jobs are left after {limit:?}: {}", left.join(", "));
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}
