//! The deployed stack, and what every test begins with: an organization with a tenant of its own, whose
//! members are linked and get cards.

mod booking;
mod customer;
mod member;
mod outlook;
mod simulator;

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use xtask::stack::{Control, Operator, Organization, StackFile, StackOptions};

pub(crate) use booking::{Booking, Guest, method_of};
pub(crate) use customer::{Answer, Customer};
pub(crate) use member::{FOLDER, Member, card_of};
pub(crate) use outlook::Outlook;
pub(crate) use simulator::{Simulator, graph_error};

/// Held by the test that starts a stack of its own.
static STARTING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A running stack.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    pub(crate) control: Control,
    pub(crate) simulator: Simulator,
    /// Follows no redirect.
    pub(crate) http: reqwest::Client,
}

impl Stack {
    /// The stack that all tests share.
    pub(crate) fn given() -> Result<Self> {
        let path = given_path().context(
            "SETTEN_STACK does not name a stack: run `cargo xtask test [FILTER]`, which starts one",
        )?;
        Self::of(Control::load(Path::new(&path))?)
    }

    /// A stack of the test's own, for what would disturb the others. It ends when the first of the two is
    /// stopped or dropped.
    pub(crate) async fn alone(name: &str) -> Result<(xtask::stack::Stack, Self)> {
        Self::start(StackOptions::isolated(name)?).await
    }

    /// The same, but what is queued stays on its queue.
    pub(crate) async fn alone_without_workers(name: &str) -> Result<(xtask::stack::Stack, Self)> {
        Self::start(StackOptions { queues: false, ..StackOptions::isolated(name)? }).await
    }

    async fn start(options: StackOptions) -> Result<(xtask::stack::Stack, Self)> {
        let running = {
            // One at a time: they are made of the same packages.
            let _turn = STARTING.lock().await;
            xtask::stack::Stack::start(options).await?
        };
        let stack = Self::of(running.control().clone())?;
        Ok((running, stack))
    }

    fn of(control: Control) -> Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(180))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let simulator = Simulator::new(http.clone(), &control.file().simulator_url);
        Ok(Self { control, simulator, http })
    }

    /// Where everything is.
    pub(crate) fn file(&self) -> &StackFile {
        self.control.file()
    }

    /// A new organization without a tenant.
    pub(crate) async fn organization(&self) -> Result<Organization> {
        let StackFile { gateway_url, operator_key, .. } = self.file();
        let operator = Operator { http: &self.http, gateway: gateway_url, key: operator_key };
        operator.create_organization("An organization of a test").await
    }

    /// An item of a table, named by the template's output.
    pub(crate) async fn item(&self, table: &str, key: [&str; 2]) -> Result<Option<Value>> {
        let [pk, sk] = key;
        let body = json!({
            "TableName": self.file().output(table)?,
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
            "ConsistentRead": true,
        });
        let mut found = self.control.aws().json("dynamodb", "DynamoDB_20120810.GetItem", &body).await?;
        Ok(Some(found["Item"].take()).filter(|item| !item.is_null()))
    }

    /// The items of one partition of a table.
    pub(crate) async fn items(&self, table: &str, pk: &str) -> Result<Vec<Value>> {
        let body = json!({
            "TableName": self.file().output(table)?,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "ConsistentRead": true,
        });
        let mut found = self.control.aws().json("dynamodb", "DynamoDB_20120810.Query", &body).await?;
        Ok(serde_json::from_value(found["Items"].take())?)
    }

    /// Changes one item of a table, named by the template's output: what only time does otherwise.
    pub(crate) async fn update_item(
        &self,
        table: &str,
        key: [&str; 2],
        expression: &str,
        values: &Value,
    ) -> Result<()> {
        let [pk, sk] = key;
        let body = json!({
            "TableName": self.file().output(table)?,
            "Key": {"pk": {"S": pk}, "sk": {"S": sk}},
            "UpdateExpression": expression,
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": values,
        });
        self.control.aws().json("dynamodb", "DynamoDB_20120810.UpdateItem", &body).await?;
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' one setting")]
fn given_path() -> Option<String> {
    std::env::var("SETTEN_STACK").ok()
}

/// A name that no other test uses.
pub(crate) fn unique(what: &str) -> String {
    format!("{what}-{}", &uuid::Uuid::new_v4().simple().to_string()[..12])
}
