//! R16: one bad card, one broken account, stop nobody else, and are listed with the reason.

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use reqwest::Method;
use serde_json::json;
use xtask::made_up;

use crate::stack::{Customer, Member, Stack, card_of};

#[tokio::test]
async fn r16_one_poison_card_among_500_stops_no_other() -> Result<()> {
    let stack = Stack::given()?;
    let member = Customer::consented(&stack).await?.member("hanako").await?;
    let create = json!({"mailbox": member.address, "method": "POST", "path": "/contacts$", "nth": 250});
    let id = uuid::Uuid::new_v4();
    let inner = json!({"date": "2026-01-31T10:20:30", "request-id": id, "client-request-id": id});
    let refusal = json!({"error": {
        "code": "ErrorInvalidPropertySet",
        "message": "The property set is not valid.",
        "innerError": inner,
    }});
    stack.simulator.fault(&create, &json!({"status": 400, "body": refusal}), 1).await?;
    member.put_many(500).await?;
    let link = member.push().await?;
    ensure!(stack.simulator.struck(&member.address).await? == 1, "nothing was refused");
    ensure!(link["status"] == "linked", "{link}");
    let refused = link["refused_cards"].as_object().cloned().unwrap_or_default();
    let [(poison, reason)] = Vec::from_iter(&refused)[..] else {
        anyhow::bail!("not one refused card: {link}");
    };
    ensure!(*reason == "ErrorInvalidPropertySet", "{reason}");
    let contacts = member.contacts().await?;
    ensure!(contacts.len() == 499, "{} contacts", contacts.len());
    ensure!(contacts.iter().all(|contact| card_of(contact) != Some(poison)), "the refused card is there");

    // It is not tried for ever, but it is once it changed, and then no longer listed.
    let before = member.counts().await?;
    member.push().await?;
    ensure!(member.counts().await? == before, "the refused card was tried again unchanged");
    let number: usize = poison.trim_start_matches("card-").parse()?;
    member.put(poison, &made_up::card(number, 1)).await?;
    let link = member.push().await?;
    ensure!(link["refused_cards"] == json!({}), "{link}");
    ensure!(member.contacts().await?.len() == 500, "the mended card did not go in");
    Ok(())
}

#[tokio::test]
async fn r16_one_broken_account_stops_no_other() -> Result<()> {
    let stack = Stack::given()?;
    let customer = Customer::consented(&stack).await?;
    let names: Vec<String> = (0..12).map(|number| format!("member{number:02}")).collect();
    let members = try_join_all(names.iter().map(|name| customer.member(name))).await?;
    let (broken, sound) = (&members[3], [&members[..3], &members[4..]]);
    let path = format!("tenants/{}/users/{}", customer.tenant, broken.address);
    stack.simulator.call(Method::PATCH, &path, Some(&json!({"mailbox": "none"}))).await?;
    for member in &members {
        member.put_many(3).await?;
    }
    // Due in the same tick, and so together in the worker's batches.
    try_join_all(members.iter().map(Member::come_due)).await?;
    stack.control.tick().await?;
    for member in sound.into_iter().flatten() {
        member.wait_until("the push", |link| link["last_push"]["created"] == 3).await?;
        ensure!(member.contacts().await?.len() == 3, "{} has not all contacts", member.id);
    }
    let link = broken.wait_until("the status", |link| link["status"] != "linked").await?;
    ensure!(link["status"] == "authentication_failed", "{link}");
    ensure!(link["reason"] == "MailboxNotEnabledForRESTAPI", "{link}");
    Ok(())
}
