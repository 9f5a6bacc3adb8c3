//! P13 and P15 through the deployed stack: a member's own value stays where the organization says so, and a card of
//! two sources is one contact in their order. Mode by mode, and what a change of them costs, that is in
//! `shared/cards/tests/push`.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

use crate::stack::{Customer, Member, Outlook, Stack};

#[tokio::test]
async fn p13_p15_the_organizations_choice_of_fields_and_sources_reaches_outlook() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    choose(&member, &json!({"position": "fill"}), &["crm"]).await?;
    let path = format!("users/{}/cards/c1/sources/scanner", member.id);
    let scanned =
        json!({"family_name": "佐藤", "company": "青空商事", "title": "課長", "department": "営業部"});
    member.customer.product.call(Method::PUT, &path, Some(&scanned)).await?;
    member.push().await?;
    let contact = the_contact(&member).await?;
    ensure!(contact["jobTitle"] == "課長", "{contact}");
    let outlook = Outlook::of(&member).await?;
    outlook
        .change_contact(contact["immutableId"].as_str().context("no id")?, &json!({"jobTitle": "社長"}))
        .await?;

    let path = format!("users/{}/cards/c1/sources/crm", member.id);
    let recorded =
        json!({"family_name": "佐藤", "company": "北星工業", "title": "部長", "department": "開発部"});
    member.customer.product.call(Method::PUT, &path, Some(&recorded)).await?;
    member.push().await?;
    shows(&member, ["北星工業", "開発部", "社長"]).await?;
    choose(&member, &json!({}), &["scanner", "crm"]).await?;
    member.push().await?;
    shows(&member, ["青空商事", "営業部", "課長"]).await
}

async fn choose(member: &Member, fields: &Value, sources: &[&str]) -> Result<()> {
    let body =
        json!({"folder_name": "Setten", "language": "ja", "contact_fields": fields, "sources": sources});
    member.customer.product.call(Method::PUT, "settings", Some(&body)).await.map(drop)
}

async fn the_contact(member: &Member) -> Result<Value> {
    let contacts = member.contacts().await?;
    ensure!(contacts.len() == 1, "{contacts:?}");
    contacts.into_iter().next().context("no contact")
}

async fn shows(member: &Member, expected: [&str; 3]) -> Result<()> {
    let contact = the_contact(member).await?;
    let shown = ["companyName", "department", "jobTitle"].map(|name| contact[name].clone());
    ensure!(shown == expected.map(Value::from), "{contact}");
    Ok(())
}
