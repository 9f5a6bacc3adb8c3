//! R12: a reply that is lost after the contacts were made leaves exactly one contact of each card. Lost replies
//! to changes and deletions, and every other call, are cut in `shared/cards/tests/push`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use xtask::made_up;

use crate::stack::{Customer, Member, Stack, card_of};

#[tokio::test]
async fn r12_a_lost_reply_leaves_exactly_one_contact_a_card() -> Result<()> {
    let stack = Stack::given()?;
    let member = Customer::consented(&stack).await?.member("hanako").await?;
    // Within the second batch; the reply of the whole batch is lost, after all of it took effect.
    let create = json!({"mailbox": member.address, "method": "POST", "path": "/contacts$", "nth": 25});
    stack.simulator.fault(&create, &json!({"dropReply": true}), 1).await?;
    member.put_many(50).await?;
    member.work_until_struck(1).await?;
    let after = member.contacts().await?.len();
    ensure!(after >= 25, "the lost batch took no effect: {after} contacts");
    // Some of the cards change and one goes before anybody knows what became of them.
    for number in 20..25 {
        member.put(&made_up::card_id(number), &made_up::card(number, 1)).await?;
    }
    member.customer.product.delete_card(&member.id, &made_up::card_id(25)).await?;
    member.push().await?;
    one_contact_a_card(&member, 49).await?;
    let contacts = member.contacts().await?;
    for number in 20..25 {
        let id = made_up::card_id(number);
        let contact = contacts.iter().find(|contact| card_of(contact) == Some(&id)).context("a contact")?;
        ensure!(contact["jobTitle"] == made_up::card(number, 1)["title"], "{id} was not changed: {contact}");
    }
    Ok(())
}

async fn one_contact_a_card(member: &Member, cards: usize) -> Result<()> {
    let contacts = member.contacts().await?;
    let mut by_card: BTreeMap<&str, usize> = BTreeMap::new();
    for contact in &contacts {
        *by_card.entry(card_of(contact).context("a contact without our key")?).or_default() += 1;
    }
    ensure!(by_card.len() == cards, "{} cards instead of {cards}", by_card.len());
    ensure!(by_card.values().all(|count| *count == 1), "duplicates: {by_card:?}");
    Ok(())
}
