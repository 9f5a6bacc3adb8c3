//! One write, alone or as part of a transaction.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{self, AttributeValue, TransactWriteItem};
use serde::Serialize;

use crate::{AwsError, Condition, Key, condition::Expressions};

/// A put, update, delete or check of one item, with the condition under which it happens.
#[derive(Debug)]
pub struct Write {
    pub(crate) table: std::sync::Arc<str>,
    pub(crate) action: Action,
    pub(crate) condition: Option<Condition>,
}

#[derive(Debug)]
pub(crate) enum Action {
    Put(HashMap<String, AttributeValue>),
    Delete(Key),
    Check(Key),
    Update { key: Key, set: Vec<(&'static str, AttributeValue)>, remove: Vec<&'static str> },
}

impl Write {
    /// Only when this holds of the stored item.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Sets an attribute (of an update).
    ///
    /// # Errors
    /// The value does not serialise.
    pub fn set(mut self, attribute: &'static str, value: impl Serialize) -> Result<Self, AwsError> {
        let value =
            serde_dynamo::to_attribute_value(value).map_err(|error| AwsError::shape(attribute, error))?;
        if let Action::Update { set, .. } = &mut self.action {
            set.push((attribute, value));
        }
        Ok(self)
    }

    /// Removes an attribute (of an update).
    #[must_use]
    pub fn remove(mut self, attribute: &'static str) -> Self {
        if let Action::Update { remove, .. } = &mut self.action {
            remove.push(attribute);
        }
        self
    }

    pub(crate) fn into_transaction_item(self) -> TransactWriteItem {
        let Self { table, action, condition } = self;
        let mut expressions = Expressions::default();
        let condition = condition.map(|condition| expressions.condition(condition));
        let item = TransactWriteItem::builder();
        match action {
            Action::Put(put) => {
                let (names, values) = expressions.into_parts();
                let put = types::Put::builder()
                    .table_name(&*table)
                    .set_item(Some(put))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values);
                item.put(put.build().expect("table and item are set")).build()
            }
            Action::Delete(key) => {
                let (names, values) = expressions.into_parts();
                let delete = types::Delete::builder()
                    .table_name(&*table)
                    .set_key(Some(key.into_attributes()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values);
                item.delete(delete.build().expect("table and key are set")).build()
            }
            Action::Check(key) => {
                let (names, values) = expressions.into_parts();
                let check = types::ConditionCheck::builder()
                    .table_name(&*table)
                    .set_key(Some(key.into_attributes()))
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values);
                item.condition_check(check.build().expect("table, key and condition are set")).build()
            }
            Action::Update { key, set, remove } => {
                let update_expression = update_expression(set, &remove, &mut expressions);
                let (names, values) = expressions.into_parts();
                let update = types::Update::builder()
                    .table_name(&*table)
                    .set_key(Some(key.into_attributes()))
                    .update_expression(update_expression)
                    .set_condition_expression(condition)
                    .set_expression_attribute_names(names)
                    .set_expression_attribute_values(values);
                item.update(update.build().expect("table, key and update are set")).build()
            }
        }
    }
}

pub(crate) fn update_expression(
    set: Vec<(&'static str, AttributeValue)>,
    remove: &[&'static str],
    expressions: &mut Expressions,
) -> String {
    let mut clauses = Vec::new();
    if !set.is_empty() {
        let set = set.into_iter().map(|(name, value)| {
            let name = expressions.name(name);
            format!("{name} = {}", expressions.value(value))
        });
        clauses.push(format!("SET {}", set.collect::<Vec<_>>().join(", ")));
    }
    if !remove.is_empty() {
        let remove: Vec<String> = remove.iter().map(|name| expressions.name(name)).collect();
        clauses.push(format!("REMOVE {}", remove.join(", ")));
    }
    clauses.join(" ")
}
