//! What the contacts show, and whose word counts: R14, R15, B09, B13. Case by case that is in
//! `shared/cards/tests/push`; here it is what the deployed settings and the wire make of it.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::made_up;

use crate::stack::{Customer, FOLDER, Member, Outlook, Stack, card_of};

#[tokio::test]
async fn r14_r15_b13_contacts_are_marked_and_full_and_nothing_else_is_touched_or_told() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    let outlook = Outlook::of(&member).await?;
    let own = outlook.make_folder("家族").await?;
    for folder in [None, Some(own.as_str())] {
        // The same person as one of the cards.
        outlook.make_contact(folder, &json!({"givenName": "健", "surname": "佐藤"})).await?;
    }
    let before = outside(&member).await?;
    ensure!(before.len() == 2, "{before:?}");
    member.put_many(30).await?;
    let emails: Vec<String> = (1..=5).map(|number| format!("ken{number}@aozora.example")).collect();
    let mut full = json!({"family_name": "佐藤", "emails": emails, "memo": "値引きの話はしない",
        "tags": ["最重要顧客"], "exchanged_on": "2026-04-01"});
    member.put("full", &full).await?;
    member.push().await?;
    member.put(&made_up::card_id(0), &made_up::card(0, 1)).await?;
    member.customer.product.delete_card(&member.id, &made_up::card_id(1)).await?;
    let link = member.push().await?;
    ensure!(link["refused_cards"] == json!({}), "{link}");
    let contacts = member.contacts().await?;
    ensure!(contacts.len() == 30, "{} contacts", contacts.len());
    for contact in &contacts {
        let card = card_of(contact).with_context(|| format!("no key of ours: {contact}"))?;
        let link = format!(
            "https://crm.example/organizations/{}/users/{}/cards/{card}",
            member.customer.organization.id, member.id
        );
        let notes = contact["personalNotes"].as_str().unwrap_or_default();
        ensure!(notes.lines().any(|line| line.ends_with(&link)), "{link} is not in the notes: {notes}");
        ensure!(card != "full" || notes.contains("E-mail: ken5@aozora.example"), "not kept: {notes}");
    }
    ensure!(outside(&member).await? == before, "something outside our folder was changed");
    let mailbox = member.mailbox().await?.to_string();
    ensure!(!mailbox.contains("値引き") && !mailbox.contains("最重要顧客"), "it left for Outlook: {mailbox}");
    // Nor does a change of them cost a call.
    let calls = member.counts().await?;
    (full["memo"], full["tags"]) = (json!("やはり話す"), json!([]));
    member.put("full", &full).await?;
    member.push().await?;
    ensure!(member.counts().await? == calls, "Graph was called");
    Ok(())
}

#[tokio::test]
async fn b09_what_the_crm_says_overwrites_what_was_done_in_outlook() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    member.put_many(3).await?;
    member.push().await?;
    let outlook = Outlook::of(&member).await?;
    let (edited, deleted) = (contact_of(&member, 0).await?, contact_of(&member, 1).await?);
    let id = edited["immutableId"].as_str().context("no id")?;
    let changes = json!({"jobTitle": "社長", "companyName": "ほかの会社", "mobilePhone": "090-9999-9999"});
    outlook.change_contact(id, &changes).await?;
    outlook.delete_contact(deleted["immutableId"].as_str().context("no id")?).await?;
    // Without a change in the CRM nobody looks (R11).
    member.push().await?;
    ensure!(contact_of(&member, 0).await?["jobTitle"] == "社長", "the edit is gone without a reason");
    ensure!(member.contacts().await?.len() == 2, "it came back without a reason");
    for number in [0, 1] {
        member.put(&made_up::card_id(number), &made_up::card(number, 1)).await?;
    }
    let link = member.push().await?;
    ensure!(link["status"] == "linked" && member.contacts().await?.len() == 3, "{link}");
    for number in [0, 1] {
        let (contact, card) = (contact_of(&member, number).await?, made_up::card(number, 1));
        ensure!((contact["immutableId"] == id) == (number == 0), "whose contact: {contact}");
        ensure!(contact["jobTitle"] == card["title"], "{contact}");
        ensure!(contact["companyName"] == card["company"], "{contact}");
        ensure!(contact["mobilePhone"] == card["phones"][1]["number"], "{contact}");
    }
    Ok(())
}

/// Contacts outside our folder, with their versions.
async fn outside(member: &Member) -> Result<Vec<(Value, Value)>> {
    let mailbox = member.mailbox().await?;
    let folders = mailbox["folders"].as_array().context("no folders")?;
    let others =
        folders.iter().filter(|folder| folder["displayName"] != FOLDER && folder["deleted"] == false);
    let contacts = others.flat_map(|folder| folder["contacts"].as_array().into_iter().flatten());
    Ok(contacts.map(|contact| (contact["immutableId"].clone(), contact["etag"].clone())).collect())
}

/// The contact of a made-up card.
async fn contact_of(member: &Member, number: usize) -> Result<Value> {
    let id = made_up::card_id(number);
    let contacts = member.contacts().await?;
    contacts
        .into_iter()
        .find(|contact| card_of(contact) == Some(&id))
        .with_context(|| format!("no contact of {id}"))
}
