//! What links leave behind in an organization: its log, its news, tokens, mailboxes.

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};

use super::company::Company;
use super::stage::Stage;
use crate::stack::TENANT_ID;

/// What tells of an attempt and not of an effect: whoever was cut down may try once more, and the log says so.
const ATTEMPTS: [&str; 3] = ["connection_refused", "account_questioned", "consent_questioned"];
/// Queues that a scenario may leave something on.
const QUEUES: [&str; 4] = ["Cards", "Subscriptions", "Mail", "Outbox"];

/// The effects that the organization's log tells of.
///
/// # Errors
/// The API refuses.
pub(super) async fn log(company: &Company) -> Result<Vec<Value>> {
    let entries = company.list("audit").await?;
    let entries = entries.as_array().cloned().context("a log without entries")?;
    let is_effect = |entry: &Value| entry["event"].as_str().is_some_and(|event| !ATTEMPTS.contains(&event));
    Ok(entries.into_iter().filter(is_effect).map(effect).collect())
}

/// An entry without when it was, and without the name of the organization's own key.
fn effect(mut entry: Value) -> Value {
    entry["actor"] = without(entry["actor"].take(), &["prefix"]);
    without(entry, &["at"])
}

/// The organization's news that are still to be told.
///
/// # Errors
/// The stack does not answer.
pub(super) async fn news(stage: &Stage<'_>, company: &Company) -> Result<Vec<Value>> {
    let rows = stage.items("AccountsTable", &news_of(company)).await?;
    let instants = ["pk", "sk", "at", "due_shard", "due_at", "started_at", "last_success_at"];
    let row = |row: Value| without(without(row, &instants), &["id", "organization_id"]);
    Ok(rows.into_iter().map(row).collect())
}

/// The sort keys of the tokens that are kept, each with whether it is sealed.
///
/// # Errors
/// The stack does not answer.
pub(super) async fn tokens(stage: &Stage<'_>, company: &Company) -> Result<Vec<Value>> {
    let partition = format!("ORGANIZATION#{}", company.product.organization_id());
    let rows = stage.items("AccountsTable", &partition).await?.into_iter();
    let of_user = rows.filter(|row| row["sk"]["S"].as_str().is_some_and(|key| key.starts_with("TOKEN#")));
    // A token of Microsoft's has dots in it, a sealed text has none.
    let is_sealed = |row: &Value| row["sealed"]["S"].as_str().is_some_and(|text| !text.contains('.'));
    Ok(of_user.map(|row| json!({"token": row["sk"]["S"], "is_sealed": is_sealed(&row)})).collect())
}

/// A member's link as the API tells of it.
///
/// # Errors
/// The API refuses.
pub(super) async fn link(company: &Company, user: &str, feature: &str) -> Result<Value> {
    let shown = company.product.call(Method::GET, &format!("users/{user}/links/{feature}"), None).await?;
    Ok(json!({
        "status": shown["status"],
        "reason": shown["reason"],
        "account": shown["account"],
        "cards": shown["cards"],
        "pending": shown["pending"],
        "folder_removal": shown["folder_removal"]["outcome"],
    }))
}

/// What the tenant's administrator granted; null when there is no such tenant.
///
/// # Errors
/// The API refuses.
pub(super) async fn grants(company: &Company) -> Result<Value> {
    let tenants = company.list("tenants").await?;
    let tenants = tenants.as_array().cloned().unwrap_or_default();
    let Some(tenant) = tenants.into_iter().find(|tenant| tenant["id"] == TENANT_ID) else {
        return Ok(Value::Null);
    };
    let grants = tenant["grants"].as_object().cloned().context("a tenant without grants")?;
    Ok(grants.into_iter().map(|(feature, grant)| (feature, without(grant, &["granted_at"]))).collect())
}

/// The mailbox of an address.
///
/// # Errors
/// The simulator does not answer.
pub(super) async fn mailbox(stage: &Stage<'_>, http: &reqwest::Client, address: &str) -> Result<Value> {
    let url = format!("{}/_sim/mailboxes/{address}", stage.control.file().simulator_url);
    let found: Value = http.get(url).send().await?.error_for_status()?.json().await?;
    Ok(found["folders"].clone())
}

/// The contacts of a mailbox in folders that are not deleted.
pub(super) fn contacts(mailbox: &Value) -> usize {
    let folders = mailbox.as_array().into_iter().flatten().filter(|folder| folder["deleted"] == false);
    folders.filter_map(|folder| folder["contacts"].as_array()).map(Vec::len).sum()
}

/// How many subscriptions stand for the account of this object id.
///
/// # Errors
/// The simulator does not answer.
pub(super) async fn subscriptions(
    stage: &Stage<'_>,
    http: &reqwest::Client,
    object_id: &str,
) -> Result<usize> {
    let url = format!("{}/_sim/subscriptions", stage.control.file().simulator_url);
    let found: Value = http.get(url).send().await?.error_for_status()?.json().await?;
    let all = found["subscriptions"].as_array().context("no list of subscriptions")?;
    let is_of = |it: &&Value| it["resource"].as_str().is_some_and(|it| it.contains(object_id));
    Ok(all.iter().filter(is_of).count())
}

/// Takes away what would come up again in a later run: links, news, messages.
///
/// # Errors
/// The stack does not answer.
pub(super) async fn tidy(stage: &Stage<'_>, company: &Company, links: &[(&str, &str)]) -> Result<()> {
    for (user, feature) in links {
        company.product.call(Method::DELETE, &format!("users/{user}/links/{feature}"), None).await?;
    }
    stage.remove_partition("AccountsTable", &news_of(company)).await?;
    for queue in QUEUES {
        for message in stage.receive(queue).await? {
            stage.delete(&message).await?;
        }
    }
    Ok(())
}

fn news_of(company: &Company) -> String {
    format!("NEWS#{}", company.product.organization_id())
}

/// The object without these members.
fn without(mut object: Value, members: &[&str]) -> Value {
    if let Value::Object(object) = &mut object {
        object.retain(|name, _| !members.contains(&name.as_str()));
    }
    object
}
