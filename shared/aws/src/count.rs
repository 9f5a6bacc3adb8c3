//! Counting: up to a limit, in one conditional write, and without one.

use aws_sdk_dynamodb::types::ReturnValue;

use crate::{
    AwsError, Condition, Key, Table,
    condition::{Expressions, Value},
};

/// The attribute that counts.
const COUNT: &str = "count";

impl Table {
    /// Counts one more at this key, which need not be there yet, and lets it expire at that second. The new
    /// count; none when `limit` was reached before, and then nothing is written.
    ///
    /// # Errors
    /// The call failed; it may have counted all the same.
    pub async fn count_up(&self, key: Key, limit: u64, expires_at: i64) -> Result<Option<u64>, AwsError> {
        let mut expressions = Expressions::default();
        let (count, expiry) = (expressions.name(COUNT), expressions.name("expires_at"));
        let (one, until) = (expressions.value(Value::of(1).0), expressions.value(Value::of(expires_at).0));
        let update = format!("SET {expiry} = {until} ADD {count} {one}");
        let below = Condition::Any(vec![Condition::Absent(COUNT), Condition::less_than(COUNT, limit)]);
        let condition = expressions.condition(below);
        let (names, values) = expressions.into_parts();
        let call = self.client.update_item().table_name(&*self.name).set_key(Some(key.into_attributes()));
        let sent = call
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_names(names)
            .set_expression_attribute_values(values)
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(|error| AwsError::of_call("UpdateItem", error));
        let output = match sent {
            Err(error) if error.is_condition_failed() => return Ok(None),
            result => result?,
        };
        let counted =
            output.attributes.and_then(|attributes| attributes.get(COUNT)?.as_n().ok()?.parse().ok());
        counted.map(Some).ok_or_else(|| AwsError::shape("a count", "the new count was not returned"))
    }

    /// Adds to numbers of the item at this key, which need not be there yet, and sets others. A call that is
    /// repeated adds again.
    ///
    /// # Errors
    /// The call failed; it may have added all the same.
    pub async fn add(
        &self,
        key: Key,
        amounts: impl IntoIterator<Item = (&'static str, u64)>,
        set: impl IntoIterator<Item = (&'static str, i64)>,
    ) -> Result<(), AwsError> {
        let mut expressions = Expressions::default();
        let mut named = |name, value| (expressions.name(name), expressions.value(value));
        let set = set.into_iter().map(|(name, value)| named(name, Value::of(value).0));
        let set: Vec<_> = set.map(|(name, value)| format!("{name} = {value}")).collect();
        let add = amounts.into_iter().map(|(name, value)| named(name, Value::of(value).0));
        let add: Vec<_> = add.map(|(name, value)| format!("{name} {value}")).collect();
        let update = format!("SET {} ADD {}", set.join(", "), add.join(", "));
        let (names, values) = expressions.into_parts();
        let call = self.client.update_item().table_name(&*self.name).set_key(Some(key.into_attributes()));
        let call = call.update_expression(update).set_expression_attribute_names(names);
        let sent = call.set_expression_attribute_values(values).send().await;
        sent.map(drop).map_err(|error| AwsError::of_call("UpdateItem", error))
    }
}
