//! Mails arrive and are sent, and become contact points: our own few, and those that were given.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use mail_parser::MessageParser;
use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::far_side::FarSide;
use super::job::{Job, USER};

/// Our own mails, to and from the demonstration user.
const OWN: [&[u8]; 7] = [
    include_bytes!("mail/received-japanese.eml"),
    include_bytes!("mail/received-english.eml"),
    include_bytes!("mail/received-free-mail.eml"),
    include_bytes!("mail/sent-to-two.eml"),
    include_bytes!("mail/newsletter.eml"),
    include_bytes!("mail/out-of-office.eml"),
    include_bytes!("mail/colleague.eml"),
];
/// What must be found in them: address, direction, company. Neither the newsletter, the automatic reply nor
/// the colleague is a contact.
const FOUND: [(&str, &str, Option<&str>); 7] = [
    ("m.ito@fabrikam-denki.example", "received", Some("fabrikam-denki.example")),
    ("n.tanaka@fabrikam-denki.example", "received", Some("fabrikam-denki.example")),
    ("alex.morgan@northwind.example", "received", Some("northwind.example")),
    ("alex@london.northwind.example", "received", Some("northwind.example")),
    ("setten-example@yahoo.co.jp", "received", None),
    ("n.tanaka@fabrikam-denki.example", "sent", Some("fabrikam-denki.example")),
    ("alex.morgan@northwind.example", "sent", Some("northwind.example")),
];
/// How long the last mail may take to become a contact point, and how long nothing more has to come.
const PATIENCE: Duration = Duration::from_secs(60);
const QUIET: Duration = Duration::from_secs(3);

/// The mails that were asked for: files, and all `.eml` files of folders.
///
/// # Errors
/// One cannot be read, or is no mail.
pub(super) fn given(paths: &[PathBuf]) -> Result<Vec<Vec<u8>>> {
    let mut mails = Vec::new();
    for path in paths {
        for file in files(path).with_context(|| format!("cannot read {}", path.display()))? {
            let mail = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let from = sender(&mail);
            ensure!(from.is_some(), "{} is no mail: it has no From", file.display());
            mails.push(mail);
        }
    }
    Ok(mails)
}

fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path()));
    let mut files = entries.collect::<std::io::Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    Ok(files)
}

fn sender(mail: &[u8]) -> Option<String> {
    let mail = MessageParser::default().parse(mail)?;
    Some(mail.from()?.first()?.address()?.to_owned())
}

/// The administrator lets mail be read, and the user's mailbox is switched on.
///
/// # Errors
/// A step is refused.
pub(super) async fn switch_on(job: &Job) -> Result<(String, ())> {
    job.product().consent(job.tenant(), "mail", job.administrator()).await?;
    job.product().switch_mail_on(USER).await?;
    Ok((format!("consent of {}; {} subscribed", job.administrator(), job.address()), ()))
}

/// Our mails come in and go out, and become exactly the contact points that they must.
///
/// # Errors
/// They do not, within a while.
pub(super) async fn own(job: &Job, far_side: &FarSide) -> Result<(String, ())> {
    for mail in OWN {
        deliver(job, far_side, mail.to_vec()).await?;
    }
    let expected: BTreeSet<_> = FOUND
        .iter()
        .map(|(address, way, company)| (address.to_string(), way.to_string(), company.map(str::to_owned)))
        .collect();
    let found = settled(job, expected.len()).await?;
    let points = found.iter().map(|point| {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let (address, way) = (text(&point["person"]["address"]), text(&point["direction"]));
        (address.unwrap_or_default(), way.unwrap_or_default(), text(&point["company"]))
    });
    let points: BTreeSet<_> = points.collect();
    ensure!(points == expected, "contact points: expected {expected:#?}, found {points:#?}");
    ensure!(found.len() == expected.len(), "a mail was counted twice: {found:#?}");
    Ok((format!("{} contact points of {} mails", found.len(), OWN.len()), ()))
}

/// The given mails come in and go out; how many contact points there are then.
///
/// # Errors
/// The simulator or the API refuses.
pub(super) async fn more(job: &Job, far_side: &FarSide, mails: Vec<Vec<u8>>) -> Result<(String, ())> {
    let (count, before) = (mails.len(), points(job).await?.len());
    for mail in mails {
        deliver(job, far_side, mail).await?;
    }
    let after = settled(job, 0).await?.len();
    Ok((format!("{} contact points of {count} mails", after - before), ()))
}

/// What the API lists, grouped.
///
/// # Errors
/// The API refuses, or knows nobody.
pub(super) async fn listed(job: &Job) -> Result<(String, ())> {
    let (people, companies) = (all(job, "people").await?, all(job, "companies").await?);
    ensure!(!people.is_empty() && !companies.is_empty(), "nobody is known from the mails");
    let name = |it: &Value| it["domain"].as_str().or(it["id"].as_str()).unwrap_or_default().to_owned();
    let companies: Vec<String> = companies.iter().map(name).take(3).collect();
    Ok((format!("{} people; companies {}…", people.len(), companies.join(", ")), ()))
}

async fn deliver(job: &Job, far_side: &FarSide, mail: Vec<u8>) -> Result<()> {
    let is_sent = sender(&mail).is_some_and(|from| from.eq_ignore_ascii_case(job.address()));
    far_side.deliver(job.address(), if is_sent { "sentitems" } else { "inbox" }, mail).await
}

/// The contact points, once there are as many as expected and no more come.
async fn settled(job: &Job, expected: usize) -> Result<Vec<Value>> {
    let until = Instant::now() + PATIENCE;
    let (mut found, mut since) = (points(job).await?, Instant::now());
    loop {
        let quiet = since.elapsed() >= QUIET && found.len() >= expected;
        if quiet || Instant::now() >= until {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let now = points(job).await?;
        if now.len() != found.len() {
            (found, since) = (now, Instant::now());
        }
    }
}

async fn points(job: &Job) -> Result<Vec<Value>> {
    all(job, "contact-points").await
}

/// All items of a list of the API, page by page.
async fn all(job: &Job, list: &str) -> Result<Vec<Value>> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{list}?limit=100{cursor}");
        let mut page = job.product().call(Method::GET, &path, None).await?;
        if let Value::Array(found) = page["items"].take() {
            items.extend(found);
        }
        match page["next_cursor"].as_str() {
            Some(next) => {
                let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
                cursor = format!("&cursor={next}");
            }
            None => return Ok(items),
        }
    }
}
