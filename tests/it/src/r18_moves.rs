//! R18: a message that moves between folders keeps its contact point; nothing is taken for deleted because
//! it is not where it was.

use anyhow::{Result, ensure};

use crate::contact_points::Mail;
use crate::stack::Stack;
use crate::webhook::Reader;

#[tokio::test]
async fn r18_contact_points_stay_wherever_their_mails_go() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let user = reader.member.address.clone();
    let folders = ["archive", "deleteditems", "junkemail", "inbox"];
    let mut ids = Vec::new();
    for name in folders {
        ids.push(reader.put("inbox", &Mail::new(&format!("{name}@r18.example"), &user)).await?);
    }
    // One that moves before anybody has read it.
    let early = reader.put("inbox", &Mail::new("early@r18.example", &user)).await?;
    reader.drag(&early, "archive").await?;
    for name in folders.into_iter().chain(["early"]) {
        reader.knows(&format!("{name}@r18.example")).await?;
    }
    let before = reader.points().await?;
    for (id, folder) in ids.iter_mut().zip(folders) {
        *id = reader.drag(id, folder).await?;
    }
    reader.turn().await?;
    ensure!(reader.points().await? == before, "one cycle: {:#?}", reader.points().await?);

    // Further, within one cycle, and one of them gone for good.
    for id in &mut ids {
        *id = reader.drag(id, "deleteditems").await?;
        *id = reader.drag(id, "archive").await?;
    }
    reader.drag(&ids[3], "recoverableitemsdeletions").await?;
    reader.turn().await?;
    ensure!(reader.points().await? == before, "two cycles: {:#?}", reader.points().await?);

    // What was junk is a mail like any other once somebody says so.
    let junk = reader.put("junkemail", &Mail::new("rescued@r18.example", &user)).await?;
    reader.turn().await?;
    ensure!(!reader.known().await?.contains("rescued@r18.example"), "junk counts");
    reader.drag(&junk, "inbox").await?;
    reader.turn().await?;
    reader.knows("rescued@r18.example").await
}
