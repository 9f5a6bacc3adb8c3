//! R13: one folder, known by its id whatever people do with it. Case by case, and with two workers at once, that
//! is in `shared/cards/tests/push/folder.rs`; here it is one way through the deployed stack.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::made_up;

use crate::stack::{Customer, FOLDER, Member, Outlook, Stack, unique};

#[tokio::test]
async fn r13_a_foreign_folder_is_left_alone_and_ours_is_followed_and_made_again() -> Result<()> {
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
    holds(&member, "家族", 1).await?;
    // Ours is renamed, and the member links anew: still the same folder, and nothing twice.
    let ours = folder_id(&member, FOLDER).await?;
    outlook.rename_folder(&ours, "名刺").await?;
    relink(&member).await?;
    change_one(&member).await?;
    member.push().await?;
    holds(&member, "名刺", 4).await?;
    ensure!(member.folders(FOLDER).await?.is_empty(), "a second folder was made");
    // Deleted, and linked anew: made again, with every card.
    outlook.delete_folder(&ours).await?;
    relink(&member).await?;
    change_one(&member).await?;
    member.push().await?;
    holds(&member, FOLDER, 4).await?;
    ensure!(folder_id(&member, FOLDER).await? != ours, "the same folder");
    holds(&member, "家族", 1).await
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
