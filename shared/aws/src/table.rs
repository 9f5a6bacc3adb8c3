//! A DynamoDB table with the keys `pk` and `sk`.

use std::{collections::HashMap, sync::Arc, time::Duration};

use aws_sdk_dynamodb::{
    Client,
    operation::transact_write_items::TransactWriteItemsError,
    types::{
        AttributeValue, CancellationReason, DeleteRequest, KeysAndAttributes, PutRequest, Select,
        WriteRequest,
    },
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Aws, AwsError, Page, Position, Query, Write,
    condition::{Expressions, Value},
    query::Sort,
    write::{Action, update_expression},
};

/// The key of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    /// A key of these two parts.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    pub(crate) fn into_attributes(self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk)),
            ("sk".to_owned(), AttributeValue::S(self.sk)),
        ])
    }
}

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    pub(crate) client: Client,
    pub(crate) name: Arc<str>,
}

/// The most items of one `BatchGetItem` and of one `BatchWriteItem`.
const GET_MANY: usize = 100;
const WRITE_MANY: usize = 25;

/// How often what a batch left over is tried again before the whole call counts as unavailable.
const LEFTOVER_ATTEMPTS: u32 = 6;

impl Table {
    /// Reads one item, strongly consistent.
    ///
    /// # Errors
    /// The call failed or the item has another shape.
    pub async fn get<T: DeserializeOwned>(&self, key: Key) -> Result<Option<T>, AwsError> {
        let call = self.client.get_item().table_name(&*self.name).consistent_read(true);
        let output = call
            .set_key(Some(key.into_attributes()))
            .send()
            .await
            .map_err(|error| AwsError::of_call("GetItem", error))?;
        output.item.map(parse).transpose()
    }

    /// Reads the items that exist among the keys, strongly consistent, in no order; 100 a call, all calls at
    /// once.
    ///
    /// # Errors
    /// A call failed or an item has another shape.
    pub async fn get_many<T: DeserializeOwned>(&self, keys: Vec<Key>) -> Result<Vec<T>, AwsError> {
        let calls = keys.chunks(GET_MANY).map(|chunk| self.get_chunk(chunk));
        let chunks: Vec<Vec<T>> = futures::future::try_join_all(calls).await?;
        Ok(chunks.into_iter().flatten().collect())
    }

    async fn get_chunk<T: DeserializeOwned>(&self, keys: &[Key]) -> Result<Vec<T>, AwsError> {
        let mut wanted: Vec<_> = keys.iter().cloned().map(Key::into_attributes).collect();
        let mut items = Vec::with_capacity(wanted.len());
        let mut attempt = 0;
        while !wanted.is_empty() {
            pause_before(attempt, "BatchGetItem").await?;
            attempt += 1;
            let request = KeysAndAttributes::builder().set_keys(Some(wanted)).consistent_read(true);
            let output = self
                .client
                .batch_get_item()
                .request_items(&*self.name, request.build().expect("keys are set"))
                .send()
                .await
                .map_err(|error| AwsError::of_call("BatchGetItem", error))?;
            let read = output.responses.unwrap_or_default().remove(&*self.name).unwrap_or_default();
            items.extend(read.into_iter().map(parse).collect::<Result<Vec<T>, _>>()?);
            let rest = output.unprocessed_keys.and_then(|mut rest| rest.remove(&*self.name));
            wanted = rest.map_or_else(Vec::new, |rest| rest.keys);
        }
        Ok(items)
    }

    /// Reads one page; strongly consistent unless it is of a global index.
    ///
    /// # Errors
    /// The call failed or an item has another shape.
    pub async fn query<T: DeserializeOwned>(&self, query: Query) -> Result<Page<T>, AwsError> {
        let mut expressions = Expressions::default();
        let (attribute, Value(partition)) = query.partition;
        let mut condition = format!("{} = {}", expressions.name(attribute), expressions.value(partition));
        if let Some((attribute, sort)) = query.sort {
            condition = format!("{condition} AND {}", sort_condition(attribute, sort, &mut expressions));
        }
        let (names, values) = expressions.into_parts();
        let output = self
            .client
            .query()
            .table_name(&*self.name)
            .set_index_name(query.index.map(str::to_owned))
            .consistent_read(attribute == "pk")
            .key_condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .set_limit(query.limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX)))
            .set_exclusive_start_key(query.after.map(|position| position.0))
            .scan_index_forward(!query.newest_first)
            .send()
            .await
            .map_err(|error| AwsError::of_call("Query", error))?;
        let items = output.items.unwrap_or_default().into_iter().map(parse).collect::<Result<_, _>>()?;
        Ok(Page { items, next: output.last_evaluated_key.map(Position) })
    }

    /// How many items a query has, over all pages.
    ///
    /// # Errors
    /// A call failed.
    pub async fn count(&self, query: Query) -> Result<u64, AwsError> {
        let (mut count, mut query) = (0, query);
        loop {
            let mut expressions = Expressions::default();
            let Query { index, partition: (attribute, Value(partition)), sort, after, .. } = query.clone();
            let mut condition = format!("{} = {}", expressions.name(attribute), expressions.value(partition));
            if let Some((attribute, sort)) = sort {
                condition = format!("{condition} AND {}", sort_condition(attribute, sort, &mut expressions));
            }
            let (names, values) = expressions.into_parts();
            let call = self.client.query().table_name(&*self.name).set_index_name(index.map(str::to_owned));
            let output = call
                .select(Select::Count)
                .consistent_read(attribute == "pk")
                .key_condition_expression(condition)
                .set_expression_attribute_names(names)
                .set_expression_attribute_values(values)
                .set_exclusive_start_key(after.map(|position| position.0))
                .send()
                .await
                .map_err(|error| AwsError::of_call("Query", error))?;
            count += u64::try_from(output.count).unwrap_or_default();
            match output.last_evaluated_key {
                Some(key) => query = query.after(Some(Position(key))),
                None => return Ok(count),
            }
        }
    }

    /// Reads every page.
    ///
    /// # Errors
    /// A call failed or an item has another shape.
    pub async fn query_all<T: DeserializeOwned>(&self, query: Query) -> Result<Vec<T>, AwsError> {
        let mut items = Vec::new();
        let mut after = query.after.clone();
        loop {
            let page = self.query(query.clone().after(after)).await?;
            items.extend(page.items);
            match page.next {
                Some(position) => after = Some(position),
                None => return Ok(items),
            }
        }
    }

    /// A put of the item, which carries its `pk` and `sk`.
    ///
    /// # Errors
    /// The item does not serialise to attributes.
    pub fn put(&self, item: &impl Serialize) -> Result<Write, AwsError> {
        let item = serde_dynamo::to_item(item).map_err(|error| AwsError::shape("an item", error))?;
        Ok(self.write_of(Action::Put(item)))
    }

    /// A deletion.
    #[must_use]
    pub fn delete(&self, key: Key) -> Write {
        self.write_of(Action::Delete(key))
    }

    /// An update; add `set` and `remove`.
    #[must_use]
    pub fn update(&self, key: Key) -> Write {
        self.write_of(Action::Update { key, set: Vec::new(), remove: Vec::new() })
    }

    /// Writes nothing, but its condition must hold for the transaction it is part of.
    #[must_use]
    pub fn check(&self, key: Key) -> Write {
        self.write_of(Action::Check(key))
    }

    /// Puts and deletes many items without conditions, 25 a call, several calls at a time. On an error some
    /// may be written.
    ///
    /// # Errors
    /// A call failed, or a write is neither put nor delete or has a condition.
    pub async fn write_many(&self, writes: Vec<Write>) -> Result<(), AwsError> {
        let requests: Vec<WriteRequest> = writes.into_iter().map(write_request).collect::<Result<_, _>>()?;
        let calls = requests.chunks(WRITE_MANY).map(|chunk| self.write_chunk(chunk.to_vec()));
        futures::future::try_join_all(calls).await?;
        Ok(())
    }

    async fn write_chunk(&self, mut wanted: Vec<WriteRequest>) -> Result<(), AwsError> {
        let mut attempt = 0;
        while !wanted.is_empty() {
            pause_before(attempt, "BatchWriteItem").await?;
            attempt += 1;
            let output = self
                .client
                .batch_write_item()
                .request_items(&*self.name, wanted)
                .send()
                .await
                .map_err(|error| AwsError::of_call("BatchWriteItem", error))?;
            wanted =
                output.unprocessed_items.and_then(|mut rest| rest.remove(&*self.name)).unwrap_or_default();
        }
        Ok(())
    }

    fn write_of(&self, action: Action) -> Write {
        Write { table: Arc::clone(&self.name), action, condition: None }
    }
}

impl Aws {
    /// Does one write.
    ///
    /// # Errors
    /// `ConditionFailed` when its condition did not hold; otherwise the call failed.
    pub async fn write(&self, write: Write) -> Result<(), AwsError> {
        if let Action::Check(_) = write.action {
            return self.transact(vec![write]).await;
        }
        let Write { table, action, condition } = write;
        let mut expressions = Expressions::default();
        let condition = condition.map(|condition| expressions.condition(condition));
        match action {
            Action::Check(_) => unreachable!("checks went the other way"),
            Action::Put(item) => {
                let (names, values) = expressions.into_parts();
                let call = self.dynamodb.put_item().table_name(&*table).set_item(Some(item));
                call.set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| AwsError::of_call("PutItem", error))
            }
            Action::Delete(key) => {
                let (names, values) = expressions.into_parts();
                let call = self.dynamodb.delete_item().table_name(&*table);
                call.set_key(Some(key.into_attributes()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| AwsError::of_call("DeleteItem", error))
            }
            Action::Update { key, set, remove } => {
                let update = update_expression(set, &remove, &mut expressions);
                let (names, values) = expressions.into_parts();
                let call = self.dynamodb.update_item().table_name(&*table);
                call.set_key(Some(key.into_attributes()))
                    .update_expression(update)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values)
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| AwsError::of_call("UpdateItem", error))
            }
        }
    }

    /// Does up to 100 writes, all or none. Safe against a lost reply: the SDK sends the same token again.
    ///
    /// DynamoDB also cancels a transaction that meets another at one of its items. That says nothing about the
    /// conditions (the other may be cancelled as well), so it is tried again for a while.
    ///
    /// # Errors
    /// `ConditionFailed` when a condition did not hold; otherwise the call failed, or others were at the same
    /// items all the time.
    pub async fn transact(&self, writes: Vec<Write>) -> Result<(), AwsError> {
        let items: Vec<_> = writes.into_iter().map(Write::into_transaction_item).collect();
        let mut attempt = 0;
        loop {
            let call = self.dynamodb.transact_write_items().set_transact_items(Some(items.clone()));
            let Err(error) = call.send().await else { return Ok(()) };
            match error.as_service_error() {
                Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                    match cancellation(canceled.cancellation_reasons()) {
                        Cancellation::LostCondition => return Err(AwsError::ConditionFailed),
                        Cancellation::Passing if attempt < CONFLICTS => {}
                        Cancellation::Passing => {
                            let operation = "TransactWriteItems";
                            return Err(AwsError::Unavailable { operation, source: error.into() });
                        }
                        Cancellation::Other => return Err(AwsError::of_call("TransactWriteItems", error)),
                    }
                }
                _ => return Err(AwsError::of_call("TransactWriteItems", error)),
            }
            let longest = Duration::from_millis(20 << attempt);
            tokio::time::sleep(rand::random_range(Duration::ZERO..=longest)).await;
            attempt += 1;
        }
    }

    /// [`write`](Self::write), and whether the write's condition held.
    ///
    /// # Errors
    /// The call failed; the write may have happened all the same.
    pub async fn write_if(&self, write: Write) -> Result<bool, AwsError> {
        held(self.write(write).await)
    }

    /// [`transact`](Self::transact), and whether every condition held.
    ///
    /// # Errors
    /// The call failed; the writes may have happened all the same.
    pub async fn transact_if(&self, writes: Vec<Write>) -> Result<bool, AwsError> {
        held(self.transact(writes).await)
    }
}

fn held(result: Result<(), AwsError>) -> Result<bool, AwsError> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.is_condition_failed() => Ok(false),
        Err(error) => Err(error),
    }
}

/// How often a transaction that met another is tried again: about two seconds in all, at most.
const CONFLICTS: u32 = 7;

/// Why a transaction was cancelled.
#[derive(Debug, PartialEq, Eq)]
enum Cancellation {
    /// A condition did not hold, whatever else there was.
    LostCondition,
    /// Another transaction was at one of the items, or too much was asked of one.
    Passing,
    /// The transaction itself is wrong.
    Other,
}

const PASSING: [&str; 3] = ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"];

fn cancellation(reasons: &[CancellationReason]) -> Cancellation {
    let is_among = |code: &str| reasons.iter().any(|reason| reason.code() == Some(code));
    if is_among("ConditionalCheckFailed") {
        Cancellation::LostCondition
    } else if PASSING.into_iter().any(is_among) {
        Cancellation::Passing
    } else {
        Cancellation::Other
    }
}

fn sort_condition(attribute: &str, sort: Sort, expressions: &mut Expressions) -> String {
    let name = expressions.name(attribute);
    match sort {
        Sort::BeginsWith(Value(prefix)) => format!("begins_with({name}, {})", expressions.value(prefix)),
        Sort::AtMost(Value(most)) => format!("{name} <= {}", expressions.value(most)),
        Sort::Between(Value(low), Value(high)) => {
            let low = expressions.value(low);
            format!("{name} BETWEEN {low} AND {}", expressions.value(high))
        }
    }
}

fn write_request(write: Write) -> Result<WriteRequest, AwsError> {
    match (write.action, write.condition) {
        (Action::Put(item), None) => {
            let put = PutRequest::builder().set_item(Some(item)).build().expect("the item is set");
            Ok(WriteRequest::builder().put_request(put).build())
        }
        (Action::Delete(key), None) => {
            let delete = DeleteRequest::builder().set_key(Some(key.into_attributes()));
            Ok(WriteRequest::builder().delete_request(delete.build().expect("the key is set")).build())
        }
        _ => Err(AwsError::shape("a batch of writes", "only unconditional puts and deletes can be batched")),
    }
}

/// DynamoDB hands back what it had no capacity for; waits 0, 50, 100, … ms before the next try.
async fn pause_before(attempt: u32, operation: &'static str) -> Result<(), AwsError> {
    if attempt == LEFTOVER_ATTEMPTS {
        return Err(AwsError::Unavailable { operation, source: "items were left over every time".into() });
    }
    if attempt > 0 {
        tokio::time::sleep(Duration::from_millis(25 << attempt)).await;
    }
    Ok(())
}

fn parse<T: DeserializeOwned>(item: HashMap<String, AttributeValue>) -> Result<T, AwsError> {
    serde_dynamo::from_item(item).map_err(|error| AwsError::shape("a stored item", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_between_transactions_is_no_lost_condition() {
        let of = |codes: &[&str]| {
            let reason = |code: &&str| CancellationReason::builder().code(*code).build();
            cancellation(&codes.iter().map(reason).collect::<Vec<_>>())
        };
        for (codes, expected) in [
            (&["None", "ConditionalCheckFailed"][..], Cancellation::LostCondition),
            (&["TransactionConflict", "ConditionalCheckFailed"], Cancellation::LostCondition),
            (&["None", "TransactionConflict"], Cancellation::Passing),
            (&["ThrottlingError", "None"], Cancellation::Passing),
            (&["ValidationError", "None"], Cancellation::Other),
            (&[], Cancellation::Other),
        ] {
            assert_eq!(of(codes), expected, "{codes:?}");
        }
    }
}
