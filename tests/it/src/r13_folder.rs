//! R13: one folder, known by its id whatever people do with it.

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use serde_json::{Value, json};
use xtask::made_up;

use crate::stack::{Customer, FOLDER, Member, Outlook, Stack, unique};

#[tokio::test]
async fn r13_two_workers_make_one_folder() -> Result<()> {
    let member = linked().await?;
    try_join_all((0..2).map(|_| async { member.work(&unique("job")).await })).await?;
    member.push().await?;
    ensure!(member.folders(FOLDER).await?.len() == 1, "not one folder");
    holds(&member, FOLDER, 3).await
}

#[tokio::test]
async fn r13_a_lost_reply_to_the_folders_creation_leaves_one_folder() -> Result<()> {
    let stack = Stack::given()?;
    let member = Customer::consented(&stack).await?.user("hanako").await?;
    let create = json!({"mailbox": member.address, "method": "POST", "path": "/contactFolders$"});
    stack.simulator.fault(&create, &json!({"dropReply": true}), 1).await?;
    member.put_many(3).await?;
    member.customer.product.link(&member.id, &member.address).await?;
    member.work_until_struck(1).await?;
    member.push().await?;
    holds(&member, FOLDER, 3).await
}

#[tokio::test]
async fn r13_a_foreign_folder_of_that_name_is_left_alone() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.user("hanako").await?;
    let outlook = Outlook::of(&member).await?;
    let foreign = outlook.make_folder(FOLDER).await?;
    outlook.make_contact(Some(&foreign), &json!({"givenName": "母"})).await?;
    member.customer.product.link(&member.id, &member.address).await?;
    member.put_many(3).await?;
    member.come_due().await?;
    member.customer.stack.control.tick().await?;
    let link = member.wait_until("the status", |link| link["status"] != "linked").await?;
    ensure!(link["status"] == "failed" && link["reason"] == "folder_taken", "{link}");
    holds(&member, FOLDER, 1).await?;
    // As the page tells people to: rename it, and all is well at the next turn.
    outlook.rename_folder(&foreign, "家族").await?;
    member.come_due().await?;
    member.customer.stack.control.tick().await?;
    let link = member.wait_until("the push", |link| link["status"] == "linked").await?;
    ensure!(link["reason"].is_null(), "{link}");
    holds(&member, FOLDER, 3).await?;
    holds(&member, "家族", 1).await
}

#[tokio::test]
async fn r13_a_renamed_folder_is_followed() -> Result<()> {
    let member = linked().await?;
    member.push().await?;
    let outlook = Outlook::of(&member).await?;
    outlook.rename_folder(&folder_id(&member, FOLDER).await?, "名刺").await?;
    change_one(&member).await?;
    member.push().await?;
    holds(&member, "名刺", 4).await?;
    ensure!(member.folders(FOLDER).await?.is_empty(), "a second folder was made");
    // Linked anew after the renaming: still the same folder, and nothing twice.
    relink(&member).await?;
    change_one(&member).await?;
    member.push().await?;
    holds(&member, "名刺", 4).await?;
    ensure!(member.folders(FOLDER).await?.is_empty(), "a second folder was made");
    Ok(())
}

#[tokio::test]
async fn r13_a_deleted_folder_is_made_again_with_every_card() -> Result<()> {
    let member = linked().await?;
    member.push().await?;
    let outlook = Outlook::of(&member).await?;
    let old = folder_id(&member, FOLDER).await?;
    outlook.delete_folder(&old).await?;
    ensure!(member.folders(FOLDER).await?.is_empty(), "the folder was not deleted");
    change_one(&member).await?;
    let link = member.push().await?;
    ensure!(link["last_push"]["created"] == 4, "{link}");
    holds(&member, FOLDER, 4).await?;
    ensure!(folder_id(&member, FOLDER).await? != old, "the same folder");
    // Deleted, and linked anew.
    outlook.delete_folder(&folder_id(&member, FOLDER).await?).await?;
    relink(&member).await?;
    change_one(&member).await?;
    member.push().await?;
    holds(&member, FOLDER, 4).await
}

#[tokio::test]
async fn r13_linking_again_doubles_nothing() -> Result<()> {
    let member = linked().await?;
    member.push().await?;
    relink(&member).await?;
    change_one(&member).await?;
    member.push().await?;
    holds(&member, FOLDER, 4).await
}

/// A linked member with three cards.
async fn linked() -> Result<Member> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    member.put_many(3).await?;
    Ok(member)
}

async fn relink(member: &Member) -> Result<()> {
    member.customer.product.unlink(&member.id).await?;
    member.customer.product.link(&member.id, &member.address).await
}

/// The fourth card: made, then changed at each further call.
async fn change_one(member: &Member) -> Result<()> {
    let mut card = made_up::card(3, 0);
    card["title"] = Value::String(unique("title"));
    member.put(&made_up::card_id(3), &card).await
}

async fn folder_id(member: &Member, name: &str) -> Result<String> {
    let folders = member.folders(name).await?;
    let folder = folders.first().with_context(|| format!("no folder {name}"))?;
    Ok(folder["id"].as_str().context("a folder without an id")?.to_owned())
}

/// There is one folder of this name, and it holds so many contacts.
async fn holds(member: &Member, name: &str, contacts: usize) -> Result<()> {
    let folders = member.folders(name).await?;
    ensure!(folders.len() == 1, "{} folders are called {name}", folders.len());
    let found = folders[0]["contacts"].as_array().map_or(0, Vec::len);
    ensure!(found == contacts, "{found} contacts instead of {contacts} in {name}");
    Ok(())
}
