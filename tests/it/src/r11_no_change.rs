//! R11: a turn without a change writes nothing and asks nothing.

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::Value;
use xtask::made_up;

use crate::stack::{Customer, Member, Stack};

/// Turns in a row.
const TURNS: usize = 5;

#[tokio::test]
async fn r11_turns_without_a_change_make_no_call_and_no_write() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    member.put_many(45).await?;
    member.push().await?;
    let (contacts, counts) = (member.contacts().await?, member.counts().await?);
    ensure!(contacts.len() == 45, "{} contacts", contacts.len());
    let tokens = token_calls(&member).await?;
    for _ in 0..TURNS {
        member.push().await?;
    }
    // Every card put again as it is: still no change.
    for number in [0, 44] {
        let card = made_up::card_id(number);
        let path = format!("users/{}/cards/{card}", member.id);
        let kept = member.customer.product.call(Method::GET, &path, None).await?;
        member.put(&card, &kept["card"]).await?;
    }
    let link = member.push().await?;
    ensure!(
        member.counts().await? == counts,
        "Graph was called: {:?} after {counts:?}",
        member.counts().await?
    );
    ensure!(token_calls(&member).await? == tokens, "a token was asked for");
    ensure!(etags(&member.contacts().await?) == etags(&contacts), "a contact was written");
    ensure!(link["last_push"]["created"] == 45, "the last push that did something is told of: {link}");
    Ok(())
}

/// The calls of the token endpoint for the member's tenant.
async fn token_calls(member: &Member) -> Result<Value> {
    let stats = member.customer.stack.simulator.get("entra/stats").await?;
    let calls = stats["tokenCalls"][&member.customer.tenant].clone();
    ensure!(!calls.is_null(), "no token calls were counted: {stats}");
    Ok(calls)
}

fn etags(contacts: &[Value]) -> Vec<(&Value, &Value)> {
    let mut etags: Vec<_> =
        contacts.iter().map(|contact| (&contact["immutableId"], &contact["etag"])).collect();
    etags.sort_by_key(|(id, _)| id.to_string());
    etags
}
