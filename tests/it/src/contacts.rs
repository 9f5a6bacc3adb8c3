//! What the contacts show, and whose word counts: R14, R15, B09, B13.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::made_up;

use crate::stack::{Customer, FOLDER, Member, Outlook, Stack, card_of};

#[tokio::test]
async fn r14_every_contact_is_marked_and_nothing_outside_the_folder_is_touched() -> Result<()> {
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
    member.push().await?;
    member.put(&made_up::card_id(0), &made_up::card(0, 1)).await?;
    member.customer.product.delete_card(&member.id, &made_up::card_id(1)).await?;
    member.push().await?;
    let contacts = member.contacts().await?;
    ensure!(contacts.len() == 29, "{} contacts", contacts.len());
    for contact in &contacts {
        let card = card_of(contact).with_context(|| format!("no key of ours: {contact}"))?;
        let link = format!(
            "https://crm.example/organizations/{}/users/{}/cards/{card}",
            member.customer.organization.id, member.id
        );
        let notes = contact["personalNotes"].as_str().unwrap_or_default();
        ensure!(notes.lines().any(|line| line.ends_with(&link)), "{link} is not in the notes: {notes}");
    }
    ensure!(outside(&member).await? == before, "something outside our folder was changed");
    Ok(())
}

#[tokio::test]
async fn r15_more_than_outlook_holds_is_kept_in_the_notes() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    let emails: Vec<String> = (1..=5).map(|number| format!("ken{number}@aozora.example")).collect();
    let phones: Vec<Value> =
        (1..=4).map(|number| json!({"kind": "work", "number": format!("03-0000-000{number}")})).collect();
    let card = json!({"family_name": "佐藤", "given_name": "健", "emails": emails, "phones": phones});
    member.put("full", &card).await?;
    let link = member.push().await?;
    ensure!(link["refused_cards"] == json!({}) && link["last_push"]["created"] == 1, "{link}");
    let contacts = member.contacts().await?;
    let contact = contacts.first().context("no contact")?;
    let slots: Vec<&str> = contact["emailAddresses"]
        .as_array()
        .context("no addresses")?
        .iter()
        .filter_map(|email| email["address"].as_str())
        .collect();
    ensure!(slots == emails[..3], "{slots:?}");
    ensure!(contact["businessPhones"] == json!(["03-0000-0001", "03-0000-0002"]), "{contact}");
    let notes = contact["personalNotes"].as_str().context("no notes")?;
    for kept in [
        "E-mail: ken4@aozora.example",
        "E-mail: ken5@aozora.example",
        "Phone: 03-0000-0003",
        "Phone: 03-0000-0004",
    ] {
        ensure!(notes.contains(kept), "{kept} is not in the notes: {notes}");
    }
    Ok(())
}

#[tokio::test]
async fn b09_what_the_crm_says_overwrites_what_was_edited_in_outlook() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    member.put_many(2).await?;
    member.push().await?;
    let edited = contact_of(&member, 0).await?;
    let id = edited["immutableId"].as_str().context("no id")?;
    let changes = json!({"jobTitle": "社長", "companyName": "ほかの会社", "mobilePhone": "090-9999-9999"});
    Outlook::of(&member).await?.change_contact(id, &changes).await?;
    // Without a change in the CRM nobody looks (R11).
    member.push().await?;
    ensure!(contact_of(&member, 0).await?["jobTitle"] == "社長", "the edit is gone without a reason");
    member.put(&made_up::card_id(0), &made_up::card(0, 1)).await?;
    member.push().await?;
    let (contact, card) = (contact_of(&member, 0).await?, made_up::card(0, 1));
    ensure!(contact["immutableId"] == id, "another contact");
    ensure!(contact["jobTitle"] == card["title"] && contact["companyName"] == card["company"], "{contact}");
    ensure!(contact["mobilePhone"] == card["phones"][1]["number"], "{contact}");
    Ok(())
}

#[tokio::test]
async fn b09_a_contact_deleted_in_outlook_comes_back_when_its_card_changes() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    member.put_many(3).await?;
    member.push().await?;
    let outlook = Outlook::of(&member).await?;
    for number in [0, 1] {
        let contact = contact_of(&member, number).await?;
        outlook.delete_contact(contact["immutableId"].as_str().context("no id")?).await?;
    }
    ensure!(member.contacts().await?.len() == 1, "they were not deleted");
    member.put(&made_up::card_id(0), &made_up::card(0, 1)).await?;
    // And one whose card goes too: no error, nothing left.
    member.customer.product.delete_card(&member.id, &made_up::card_id(1)).await?;
    let link = member.push().await?;
    ensure!(link["status"] == "linked", "{link}");
    let contacts = member.contacts().await?;
    let cards: BTreeSet<&str> = contacts.iter().filter_map(card_of).collect();
    ensure!(contacts.len() == 2 && cards == BTreeSet::from(["card-0000", "card-0002"]), "{cards:?}");
    ensure!(contact_of(&member, 0).await?["jobTitle"] == made_up::card(0, 1)["title"], "the old card");
    Ok(())
}

#[tokio::test]
async fn b13_memo_and_tags_stay_in_the_crm() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    let mut card = made_up::card(0, 0);
    card["memo"] = json!("値引きの話はしない");
    card["tags"] = json!(["最重要顧客"]);
    card["exchanged_on"] = json!("2026-04-01");
    member.put("card", &card).await?;
    member.push().await?;
    let mailbox = member.mailbox().await?.to_string();
    ensure!(!mailbox.contains("値引き") && !mailbox.contains("最重要顧客"), "it left for Outlook: {mailbox}");
    // Nor does a change of them cost a call.
    let before = member.counts().await?;
    card["memo"] = json!("やはり話す");
    card["tags"] = json!([]);
    member.put("card", &card).await?;
    member.push().await?;
    ensure!(member.counts().await? == before, "Graph was called");
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
