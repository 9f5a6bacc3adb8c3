//! R19: one message is one contact point, whatever its id is by now; every request asks for immutable ids.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::contact_points::Mail;
use crate::stack::Stack;
use crate::webhook::Reader;

#[tokio::test]
async fn r19_a_moved_restored_or_resent_message_counts_once() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let user = reader.member.address.clone();
    let hana = "hana@r19.example";
    let mail = Mail::new(hana, &user);
    let mut id = reader.put("inbox", &mail).await?;
    reader.knows(hana).await?;
    let before = of(&reader, hana).await?;
    ensure!(before.len() == 1, "{before:#?}");

    // Archived, deleted and restored: a new ordinary id each time.
    for folder in ["archive", "deleteditems", "inbox"] {
        let moved = reader.drag(&id, folder).await?;
        ensure!(moved != id, "a move gives a new id");
        id = moved;
    }
    reader.turn().await?;
    ensure!(of(&reader, hana).await? == before, "moved: {:#?}", of(&reader, hana).await?);

    // Sent again, and a copy by a rule: other messages of the same Message-ID.
    reader.put("inbox", &mail).await?;
    reader.put("archive", &mail).await?;
    reader.hears("after-the-copies").await?;
    ensure!(of(&reader, hana).await? == before, "sent again: {:#?}", of(&reader, hana).await?);

    // Another mail of the same person is another contact point.
    reader.put("inbox", &Mail::new(hana, &user)).await?;
    reader.turn().await?;
    ensure!(of(&reader, hana).await?.len() == 2, "{:#?}", of(&reader, hana).await?);
    every_request_asks_for_immutable_ids(&reader).await
}

async fn of(reader: &Reader, address: &str) -> Result<Vec<Value>> {
    let points = reader.points().await?;
    Ok(points.into_iter().filter(|point| point["person"]["address"] == address).collect())
}

async fn every_request_asks_for_immutable_ids(reader: &Reader) -> Result<()> {
    let mailbox = reader.member.mailbox().await?;
    let object_id = mailbox["userId"].as_str().context("a mailbox of nobody")?;
    let traffic = reader.stack().simulator.traffic(object_id).await?;
    let mut batches = 0;
    let mut lists = 0;
    for exchange in traffic.iter().filter(|exchange| exchange["kind"] == "graph") {
        let path = exchange["path"].as_str().unwrap_or_default();
        ensure!(is_immutable(&exchange["request_headers"]), "{path}: {}", exchange["request_headers"]);
        lists += u32::from(path.ends_with("/messages"));
        for inner in exchange["request_body"]["requests"].as_array().into_iter().flatten() {
            batches += 1;
            ensure!(is_immutable(&inner["headers"]), "{inner}");
        }
    }
    ensure!(batches > 0 && lists > 2, "{batches} inner requests and {lists} lists were seen");
    Ok(())
}

fn is_immutable(headers: &Value) -> bool {
    let mut headers = headers.as_object().into_iter().flatten();
    headers.any(|(name, value)| {
        name.eq_ignore_ascii_case("prefer")
            && value.as_str().is_some_and(|it| it.contains(r#"IdType="ImmutableId""#))
    })
}
