//! R16: one bad card, one broken account, stop nobody else, and are listed with the reason. One card among 500,
//! and what becomes of it later, is in `shared/cards/tests/push/rows.rs`.

use anyhow::{Result, bail, ensure};
use futures::future::try_join_all;
use reqwest::Method;
use serde_json::json;

use crate::stack::{Customer, Member, Stack, card_of, graph_error};

#[tokio::test]
async fn r16_a_bad_card_and_a_broken_account_stop_no_other() -> Result<()> {
    let stack = Stack::given()?;
    let customer = Customer::consented(&stack).await?;
    let names: Vec<String> = (0..12).map(|number| format!("member{number:02}")).collect();
    let members = try_join_all(names.iter().map(|name| customer.member(name))).await?;
    let (broken, poisoned) = (&members[3], &members[5]);
    let path = format!("tenants/{}/users/{}", customer.tenant, broken.address);
    stack.simulator.call(Method::PATCH, &path, Some(&json!({"mailbox": "none"}))).await?;
    let create = json!({"mailbox": poisoned.address, "method": "POST", "path": "/contacts$", "nth": 2});
    let refusal = json!({"status": 400, "body": graph_error("ErrorInvalidPropertySet", "The property set is not valid.")});
    stack.simulator.fault(&create, &refusal, 1).await?;
    for member in &members {
        member.put_many(3).await?;
    }
    // Due in the same tick, and so together in the worker's batches.
    try_join_all(members.iter().map(Member::come_due)).await?;
    stack.control.tick().await?;
    for member in members.iter().filter(|member| ![&broken.id, &poisoned.id].contains(&&member.id)) {
        member.wait_until("the push", |link| link["last_push"]["created"] == 3).await?;
        ensure!(member.contacts().await?.len() == 3, "{} has not all contacts", member.id);
    }
    let link = broken.wait_until("the status", |link| link["status"] != "linked").await?;
    ensure!(link["status"] == "authentication_failed", "{link}");
    ensure!(link["reason"] == "MailboxNotEnabledForRESTAPI", "{link}");
    let link = poisoned.wait_until("the push", |link| link["last_push"]["created"] == 2).await?;
    ensure!(link["status"] == "linked", "{link}");
    let refused = link["refused_cards"].as_object().cloned().unwrap_or_default();
    let [(poison, reason)] = Vec::from_iter(&refused)[..] else { bail!("not one refused card: {link}") };
    ensure!(*reason == "ErrorInvalidPropertySet", "{reason}");
    let contacts = poisoned.contacts().await?;
    ensure!(contacts.len() == 2, "{} contacts", contacts.len());
    ensure!(contacts.iter().all(|contact| card_of(contact) != Some(poison)), "the refused card is there");
    Ok(())
}
