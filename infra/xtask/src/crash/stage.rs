//! Functions run one invocation at a time, each in a process of its own, and may be cut down in it.

use anyhow::{Context, Result, anyhow};
use serde_json::{Value, json};

use crate::gate::{Call, Faults, When};
use crate::stack::Control;

/// A stack whose schedule and queue mapping rest: nothing runs but what is run here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage<'a> {
    pub(super) control: &'a Control,
    pub(super) faults: &'a Faults,
}

/// What became of an invocation.
#[derive(Debug)]
pub(super) struct Run {
    /// The function's answer, or how it failed.
    pub(super) answer: Result<Value>,
    /// Its calls to the outside, from its process's start.
    pub(super) calls: Vec<Call>,
    /// Whether the call to be cut was made, and the process killed upon it.
    pub(super) is_cut: bool,
}

/// A message of the cards queue.
#[derive(Debug, Clone)]
pub(super) struct Message {
    id: String,
    receipt: String,
    body: String,
}

impl Message {
    /// The event that Lambda makes of the message.
    pub(super) fn event(&self) -> Value {
        json!({"Records": [{
            "messageId": self.id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:000000000000:cards",
            "awsRegion": "eu-central-1",
        }]})
    }
}

impl Stage<'_> {
    /// Invokes a function in a fresh process whose clock is `offset` seconds ahead. When the `nth` call is
    /// to be cut, the process is killed upon it, and neither it nor a later call gets through.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn run(
        &self,
        function: &str,
        offset: i64,
        event: &Value,
        cut: Option<(usize, When)>,
    ) -> Result<Run> {
        self.renew(function, offset).await?;
        match cut {
            None => self.faults.arm(),
            Some((nth, when)) => self.faults.cut(nth, when),
        }
        let invocation = self.control.invoke(function, event);
        let mut invocation = std::pin::pin!(invocation);
        let (answer, is_cut) = tokio::select! {
            answer = &mut invocation => (answer, false),
            () = self.faults.reached() => {
                self.renew(function, offset).await?;
                (invocation.await.and(Err(anyhow!("it was cut down"))), true)
            }
        };
        self.faults.lift();
        Ok(Run { answer, calls: self.faults.calls(), is_cut })
    }

    /// Replaces a function's processes, killing what they do.
    async fn renew(&self, function: &str, offset: i64) -> Result<()> {
        let name = self.control.file().function(function)?;
        let clock = [("CLOCK_OFFSET_SECONDS", offset.to_string())];
        self.control.aws().set_environment(name, &clock).await
    }

    /// Takes all messages off the cards queue; each is deleted by [`Stage::delete`], or is in flight for
    /// the rest of the walk.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn receive(&self) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        loop {
            let found =
                self.sqs("ReceiveMessage", json!({"MaxNumberOfMessages": 10, "WaitTimeSeconds": 0})).await?;
            let found = found["Messages"].as_array().map(Vec::as_slice).unwrap_or_default();
            if found.is_empty() {
                return Ok(messages);
            }
            for message in found {
                let text = |member: &str| {
                    message[member]
                        .as_str()
                        .map(str::to_owned)
                        .with_context(|| format!("a message without {member}"))
                };
                messages.push(Message {
                    id: text("MessageId")?,
                    receipt: text("ReceiptHandle")?,
                    body: text("Body")?,
                });
            }
        }
    }

    /// Deletes a message that was worked off, as Lambda does.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn delete(&self, message: &Message) -> Result<()> {
        self.sqs("DeleteMessage", json!({"ReceiptHandle": message.receipt})).await?;
        Ok(())
    }

    async fn sqs(&self, operation: &str, mut body: Value) -> Result<Value> {
        body["QueueUrl"] = self.control.file().output("CardsQueueUrl")?.into();
        self.control.aws().json("sqs", &format!("AmazonSQS.{operation}"), &body).await
    }

    /// All items of a table, named by the template's output.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn items(&self, table: &str) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut body = json!({"TableName": self.control.file().output(table)?, "ConsistentRead": true});
            if !after.is_null() {
                body["ExclusiveStartKey"] = after;
            }
            let mut page = self.control.aws().json("dynamodb", "DynamoDB_20120810.Scan", &body).await?;
            if let Value::Array(found) = page["Items"].take() {
                items.extend(found);
            }
            after = page["LastEvaluatedKey"].take();
            if after.is_null() {
                return Ok(items);
            }
        }
    }
}
