//! What the CRM does with cards beside putting them, through the public door: B11, B12, B16, pictures, push now,
//! and the end of a member's cards.

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use xtask::made_up;

use crate::stack::{Customer, FOLDER, Member, Stack, card_of, unique};

#[tokio::test]
async fn b11_two_cards_merged_by_the_crm_leave_one_contact() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    let with = |email: &str| json!({"family_name": "佐藤", "given_name": "健", "emails": [email]});
    member.put("old", &with("old@x.example")).await?;
    member.put("new", &with("new@x.example")).await?;
    member.push().await?;
    for change in ["merged", "unchanged"] {
        let merged = post(&member, "cards/old/merge", &json!({"into": "new"})).await?;
        ensure!(merged == json!({"id": "new", "change": change}), "{merged}");
    }
    let link = member.push().await?;
    ensure!(link["cards"] == 1 && link["pending"] == 0, "{link}");
    let contacts = member.contacts().await?;
    ensure!(contacts.len() == 1 && card_of(&contacts[0]) == Some("new"), "{contacts:?}");
    ensure!(contacts[0]["emailAddresses"][1]["address"] == "old@x.example", "{contacts:?}");
    for (into, status) in [("old", "422"), ("none", "409")] {
        let refused = post(&member, "cards/old/merge", &json!({"into": into})).await;
        let text = refused.err().map(|error| format!("{error:#}")).unwrap_or_default();
        ensure!(text.contains(status), "{into}: {text}");
    }
    Ok(())
}

#[tokio::test]
async fn b12_news_change_cards_of_many_members_in_one_call() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let (hanako, taro) = (customer.member("hanako").await?, customer.member("taro").await?);
    for member in [&hanako, &taro] {
        member.put_many(3).await?;
        member.push().await?;
    }
    let of = |user: &str, card: &str, set: Value| json!({"user": user, "card": card, "set": set});
    let news = json!({"company": "青空ホールディングス", "department": null});
    let updates = json!({"updates": [
        of(&hanako.id, &made_up::card_id(0), news.clone()),
        of(&taro.id, &made_up::card_id(1), news.clone()),
        of(&taro.id, &made_up::card_id(1), json!({"memo": "社名変更"})),
        of(&taro.id, "none", news.clone()),
        of("nobody", &made_up::card_id(0), news.clone()),
        of(&taro.id, &made_up::card_id(2), json!({"emails": ["nobody"]})),
    ]});
    let call = async || customer.product.call(Method::POST, "card-updates", Some(&updates)).await;
    let done = call().await?;
    let results: Vec<_> =
        done["items"].as_array().context("no items")?.iter().map(|item| &item["result"]).collect();
    ensure!(results == ["updated", "updated", "updated", "not_found", "not_found", "invalid"], "{done}");
    ensure!(done["items"][5]["errors"][0]["field"] == "set.emails[0]", "{done}");
    ensure!(done["updated"] == 3 && done["failed"] == 3, "{done}");
    ensure!(call().await?["unchanged"] == 3, "the same again changes nothing");
    for (member, number) in [(&hanako, 0), (&taro, 1)] {
        let link = member.push().await?;
        ensure!(link["last_push"]["updated"] == 1, "{link}");
        let contacts = member.contacts().await?;
        let id = made_up::card_id(number);
        let changed = contacts.iter().find(|contact| card_of(contact) == Some(&id)).context("no contact")?;
        ensure!(
            changed["companyName"] == "青空ホールディングス" && changed["department"].is_null(),
            "{changed}"
        );
    }
    // Another organization reaches none of them.
    let other = Customer::consented(&customer.stack).await?;
    let hidden = other.product.call(Method::POST, "card-updates", Some(&updates)).await?;
    ensure!(hidden["failed"] == 6 && hidden["items"][0]["result"] == "not_found", "{hidden}");
    let many = json!({"updates": vec![of("u", "c", json!({})); 1_001]});
    let refused = customer.product.call(Method::POST, "card-updates", Some(&many)).await;
    ensure!(refused.is_err(), "more than 1,000 went through");
    Ok(())
}

#[tokio::test]
async fn push_now_does_not_wait_for_the_half_hour_and_brings_a_deleted_folder_back() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.user("hanako").await?;
    let early = send(&member, Method::POST, "links/contacts/push", None).await?;
    ensure!(early.0 == StatusCode::CONFLICT, "not linked yet: {early:?}");
    member.customer.product.link(&member.id, &member.address).await?;
    member.put_many(3).await?;
    let now = send(&member, Method::POST, "links/contacts/push", None).await?;
    ensure!(now.0 == StatusCode::ACCEPTED, "{now:?}");
    member.wait_until("the push", |link| link["pending"] == 0 && link["cards"] == 3).await?;
    ensure!(member.contacts().await?.len() == 3, "not all are there");
    let folder = member.folders(FOLDER).await?[0]["id"].as_str().context("no id")?.to_owned();
    crate::stack::Outlook::of(&member).await?.delete_folder(&folder).await?;
    send(&member, Method::POST, "links/contacts/push", None).await?;
    let before = member.link().await?["last_push"]["at"].clone();
    member
        .wait_until("the second push", |link| link["last_push"]["at"] != before && link["pending"] == 0)
        .await?;
    ensure!(member.contacts().await?.len() == 3, "the folder did not come back");
    Ok(())
}

#[tokio::test]
async fn b16_unlinking_takes_the_folder_along_on_request() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    member.put_many(3).await?;
    member.push().await?;
    let gone = send(&member, Method::DELETE, "links/contacts?remove_folder=yes", None).await?;
    ensure!(gone.0 == StatusCode::UNPROCESSABLE_ENTITY, "{gone:?}");
    let gone = send(&member, Method::DELETE, "links/contacts?remove_folder=true", None).await?;
    ensure!(gone.0 == StatusCode::NO_CONTENT, "{gone:?}");
    ensure!(member.link().await?["status"] == "unlinked", "not at once");
    member.wait_until("the removal", |link| link["folder_removal"]["outcome"] == "removed").await?;
    ensure!(member.folders(FOLDER).await?.is_empty(), "the folder is still there");
    ensure!(member.token_item().await?.is_none(), "the token is still there");
    Ok(())
}

#[tokio::test]
async fn a_picture_reaches_the_contact() -> Result<()> {
    let member = Customer::consented(&Stack::given()?).await?.member("hanako").await?;
    member.put("c", &made_up::card(0, 0)).await?;
    let jpeg = [vec![0xff, 0xd8, 0xff, 0xe0], vec![7; 200_000]].concat();
    let put = async |bytes: Vec<u8>| send(&member, Method::PUT, "cards/c/photo", Some(bytes)).await;
    ensure!(put(b"GIF89a".to_vec()).await?.0 == StatusCode::UNSUPPORTED_MEDIA_TYPE, "a GIF");
    ensure!(put(vec![0xff; 400_000]).await?.0 == StatusCode::PAYLOAD_TOO_LARGE, "too large");
    ensure!(put(jpeg.clone()).await?.0 == StatusCode::NO_CONTENT, "refused");
    let read = send(&member, Method::GET, "cards/c/photo", None).await?;
    ensure!(read == (StatusCode::OK, jpeg), "another picture");
    member.push().await?;
    let contacts = member.contacts().await?;
    ensure!(contacts[0]["photo"] == json!({"contentType": "image/jpeg", "size": 200_004}), "{contacts:?}");
    send(&member, Method::DELETE, "cards/c/photo", None).await?;
    member.push().await?;
    ensure!(member.contacts().await?[0]["photo"].is_null(), "the picture stayed");
    Ok(())
}

#[tokio::test]
async fn a_removed_members_cards_are_gone() -> Result<()> {
    let customer = Customer::consented(&Stack::given()?).await?;
    let member = customer.member(&unique("leaver")).await?;
    member.put_many(60).await?;
    member.push().await?;
    let path = format!("users/{}", member.id);
    customer.product.call(Method::DELETE, &path, None).await?;
    let pk = format!("CARDS#{}#{}", customer.organization.id, member.id);
    let left = customer.stack.items("CardsTable", &pk).await?;
    ensure!(left.is_empty(), "{left:?}");
    ensure!(member.contacts().await?.len() == 60, "what was pushed stays");
    customer.product.put_user(&member.id, &member.address).await?;
    let cards = customer.product.call(Method::GET, &format!("{path}/cards"), None).await?;
    ensure!(cards["items"] == json!([]), "{cards}");
    Ok(())
}

/// Posts to a path below the member's.
async fn post(member: &Member, path: &str, body: &Value) -> Result<Value> {
    let path = format!("users/{}/{path}", member.id);
    member.customer.product.call(Method::POST, &path, Some(body)).await
}

/// Sends bytes, or nothing, to a path below the member's; whatever the answer.
async fn send(
    member: &Member,
    method: Method,
    path: &str,
    body: Option<Vec<u8>>,
) -> Result<(StatusCode, Vec<u8>)> {
    let Customer { stack, organization, .. } = &member.customer;
    let url = format!("{}/v1/users/{}/{path}", stack.file().gateway_url, member.id);
    let mut request = stack.http.request(method, url).bearer_auth(&organization.key);
    if let Some(body) = body {
        request = request.header("content-type", "image/jpeg").body(body);
    }
    let reply = request.send().await?;
    Ok((reply.status(), reply.bytes().await?.to_vec()))
}
