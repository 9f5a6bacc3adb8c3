//! Functions run one invocation at a time, each in a process of its own, and may be cut down in it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::gate::{Call, Faults, When};
use crate::sent_mail::{self, SentMail};
use crate::stack::Control;

/// How long what is put on a queue from outside may take to be there.
const PATIENCE: Duration = Duration::from_secs(5);

/// A stack whose schedule and queue mapping rest: nothing runs but what is run here.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) control: &'a Control,
    faults: &'a Faults,
    /// How far ahead the clock of each function's processes is, in seconds; those that are not here are to be
    /// replaced before they run again.
    clocks: Mutex<HashMap<String, i64>>,
}

/// How an invocation is made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Process {
    /// By whatever process is there.
    Any,
    /// By a new one, so that the calls of its start are counted too.
    Fresh,
    /// By a new one that is killed upon its call of that number; neither it nor a later one gets through.
    CutAt(usize, When),
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

/// A message of a queue.
#[derive(Debug, Clone)]
pub(super) struct Message {
    /// The queue, by what the template's outputs call it.
    queue: &'static str,
    id: String,
    receipt: String,
    body: String,
}

impl Message {
    /// The body.
    pub(super) fn says(&self) -> String {
        self.body.clone()
    }

    /// The event that Lambda makes of the message.
    pub(super) fn event(&self) -> Value {
        json!({"Records": [{
            "messageId": self.id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:eu-central-1:000000000000:{}", self.queue),
            "awsRegion": "eu-central-1",
        }]})
    }
}

impl<'a> Stage<'a> {
    pub(super) fn new(control: &'a Control, faults: &'a Faults) -> Self {
        Self { control, faults, clocks: Mutex::default() }
    }

    /// Invokes a function whose clock is `offset` seconds ahead.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn run(
        &self,
        function: &str,
        offset: i64,
        event: &Value,
        process: Process,
    ) -> Result<Run> {
        if matches!(process, Process::Any) {
            self.set_clock(function, offset).await?;
        } else {
            self.renew(function, offset).await?;
        }
        match process {
            Process::Any | Process::Fresh => self.faults.arm(),
            Process::CutAt(nth, when) => self.faults.cut(nth, when),
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

    /// Makes a function's clock this far ahead, also for those who call it through the front.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn set_clock(&self, function: &str, offset: i64) -> Result<()> {
        let clock = self.clocks.lock().expect("no holder of the clocks panics").get(function).copied();
        if clock == Some(offset) { Ok(()) } else { self.renew(function, offset).await }
    }

    /// Replaces a function's processes, killing what they do.
    async fn renew(&self, function: &str, offset: i64) -> Result<()> {
        self.set(function, ("CLOCK_OFFSET_SECONDS", offset.to_string())).await?;
        self.clocks.lock().expect("no holder of the clocks panics").insert(function.to_owned(), offset);
        Ok(())
    }

    /// Changes a variable of a function's environment for the whole walk.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn set(&self, function: &str, variable: (&str, String)) -> Result<()> {
        self.control.aws().set_environment(self.control.file().function(function)?, &[variable]).await
    }

    /// Takes all messages off a queue, which is named as in `CardsQueueUrl`; each is deleted by [`Stage::delete`], or is in flight for
    /// the rest of the walk.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn receive(&self, queue: &'static str) -> Result<Vec<Message>> {
        let mut messages = Vec::new();
        loop {
            let asked = json!({"MaxNumberOfMessages": 10, "WaitTimeSeconds": 0});
            let found = self.sqs(queue, "ReceiveMessage", asked).await?;
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
                    queue,
                    id: text("MessageId")?,
                    receipt: text("ReceiptHandle")?,
                    body: text("Body")?,
                });
            }
        }
    }

    /// As [`Stage::receive`], once there are so many messages as must come.
    ///
    /// # Errors
    /// They do not come.
    pub(super) async fn receive_at_least(&self, queue: &'static str, count: usize) -> Result<Vec<Message>> {
        let mut messages = self.receive(queue).await?;
        let until = Instant::now() + PATIENCE;
        while messages.len() < count {
            ensure!(Instant::now() < until, "{} of {count} messages came to {queue}", messages.len());
            sleep(Duration::from_millis(20)).await;
            messages.extend(self.receive(queue).await?);
        }
        Ok(messages)
    }

    /// Deletes a message that was worked off, as Lambda does.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn delete(&self, message: &Message) -> Result<()> {
        self.sqs(message.queue, "DeleteMessage", json!({"ReceiptHandle": message.receipt})).await?;
        Ok(())
    }

    async fn sqs(&self, queue: &str, operation: &str, mut body: Value) -> Result<Value> {
        body["QueueUrl"] = self.control.file().output(&format!("{queue}QueueUrl"))?.into();
        self.control.aws().json("sqs", &format!("AmazonSQS.{operation}"), &body).await
    }

    /// Every mail to an address that SES accepted.
    ///
    /// # Errors
    /// The folder of mails cannot be read.
    pub(super) fn mails_to(&self, address: &str) -> Result<Vec<SentMail>> {
        sent_mail::to(&self.control.file().mail, address)
    }

    /// The items of one partition of a table, which is named by the template's output.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn items(&self, table: &str, partition: &str) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut after = Value::Null;
        loop {
            let mut body = json!({
                "TableName": self.control.file().output(table)?,
                "KeyConditionExpression": "pk = :pk",
                "ExpressionAttributeValues": {":pk": {"S": partition}},
                "ConsistentRead": true,
            });
            if !after.is_null() {
                body["ExclusiveStartKey"] = after;
            }
            let mut page = self.control.aws().json("dynamodb", "DynamoDB_20120810.Query", &body).await?;
            if let Value::Array(found) = page["Items"].take() {
                items.extend(found);
            }
            after = page["LastEvaluatedKey"].take();
            if after.is_null() {
                return Ok(items);
            }
        }
    }

    /// Deletes every item of one partition.
    ///
    /// # Errors
    /// The stack does not answer.
    pub(super) async fn remove_partition(&self, table: &str, partition: &str) -> Result<()> {
        for item in self.items(table, partition).await? {
            let key = json!({"pk": item["pk"], "sk": item["sk"]});
            let body = json!({"TableName": self.control.file().output(table)?, "Key": key});
            self.control.aws().json("dynamodb", "DynamoDB_20120810.DeleteItem", &body).await?;
        }
        Ok(())
    }
}
