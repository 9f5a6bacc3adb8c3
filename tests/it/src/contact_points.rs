//! Mail becomes contact points: who counts, what the API tells of them, and what tests of mail share.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::door::Call;
use crate::stack::{Stack, unique};
use crate::webhook::Reader;

/// How long something may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);

/// A mail as it travels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mail {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) cc: String,
    /// `Message-ID` without its brackets.
    pub(crate) id: String,
    /// More header lines, each with its end.
    pub(crate) more: &'static str,
}

impl Mail {
    /// From one to another, different from every other mail.
    pub(crate) fn new(from: &str, to: &str) -> Self {
        let id = format!("{}@mx.example", unique("mail"));
        Self { from: from.to_owned(), to: to.to_owned(), id, ..Self::default() }
    }

    fn raw(&self) -> String {
        let Self { from, to, cc, id, more } = self;
        let cc = if cc.is_empty() { String::new() } else { format!("Cc: {cc}\r\n") };
        format!(
            "From: {from}\r\nTo: {to}\r\n{cc}Subject: =?UTF-8?B?44GK6KaL56mN44KK?=\r\nMessage-ID: <{id}>\r\n\
             Date: Fri, 20 Nov 2026 10:00:00 +0900\r\nMIME-Version: 1.0\r\n{more}\
             Content-Type: text/plain; charset=utf-8\r\n\r\nお世話になっております。\r\n"
        )
    }
}

impl Reader {
    /// A mail comes into a folder of the mailbox, or was sent from it; its ordinary id.
    pub(crate) async fn put(&self, folder: &str, mail: &Mail) -> Result<String> {
        let stack = self.stack();
        let url = format!(
            "{}/_sim/mailboxes/{}/messages?folder={folder}",
            stack.file().simulator_url,
            self.member.address
        );
        let request = stack.http.post(url).header("content-type", "message/rfc822").body(mail.raw());
        let shown: Value = request.send().await?.error_for_status()?.json().await?;
        Ok(shown["id"].as_str().context("a message without an id")?.to_owned())
    }

    /// Somebody drags a message into a folder, in Outlook itself; the ordinary id that it has there.
    pub(crate) async fn drag(&self, id: &str, folder: &str) -> Result<String> {
        // Ids hold slashes.
        let id = id.replace('/', "%2F").replace('+', "%2B");
        let path = format!("mailboxes/{}/messages/{id}/move?folder={folder}", self.member.address);
        let shown = self.stack().simulator.post(&path, &json!({})).await?;
        Ok(shown["id"].as_str().context("a message without an id")?.to_owned())
    }

    /// The mailbox's turn comes; waits until it was read. Mails that no notification tells of, as moved ones,
    /// are found so.
    pub(crate) async fn turn(&self) -> Result<()> {
        let before = self.read_until().await?;
        self.come_up().await?;
        let started = Instant::now();
        loop {
            // What another test's tick did for this mailbox counts as well.
            self.stack().control.tick().await?;
            let now = self.read_until().await?;
            if now != before {
                return Ok(());
            }
            ensure!(started.elapsed() < PATIENCE, "the mailbox was not read: {before:?}");
            sleep(Duration::from_millis(300)).await;
        }
    }

    /// Puts the mailbox's next turn to now.
    pub(crate) async fn come_up(&self) -> Result<()> {
        let pk = format!("ORGANIZATION#{}", self.member.customer.organization.id);
        let sk = format!("LINK#{}#mail", self.member.id);
        let values = json!({":due": {"N": "0"}});
        self.stack().update_item("AccountsTable", [&pk, &sk], "SET due_at = :due", &values).await
    }

    /// How far the mailbox is read, as it lies in the table.
    pub(crate) async fn state(&self) -> Result<Option<Value>> {
        let pk = format!("POINTS#{}#{}", self.member.customer.organization.id, self.member.id);
        let items = self.stack().items("ContactPointsTable", &pk).await?;
        let is_state = |item: &Value| item["sk"]["S"].as_str().is_some_and(|sk| sk.starts_with("READ#"));
        Ok(items.into_iter().find(is_state))
    }

    /// Until when the last complete read has seen everything.
    async fn read_until(&self) -> Result<Option<String>> {
        let state = self.state().await?;
        Ok(state.and_then(|state| state["seen_until"]["S"].as_str().map(str::to_owned)))
    }

    /// The member's contact points, the latest first.
    pub(crate) async fn points(&self) -> Result<Vec<Value>> {
        let found = self.get(&format!("contact-points?user={}&limit=100", self.member.id)).await?;
        Ok(found["items"].as_array().context("no list")?.clone())
    }

    async fn get(&self, path: &str) -> Result<Value> {
        self.member.customer.product.call(Method::GET, path, None).await
    }

    /// A company outside that no other test knows.
    fn company(&self, name: &str) -> String {
        format!("{name}-{}.co.jp", &self.member.customer.tenant[..8])
    }
}

#[tokio::test]
async fn received_and_sent_mail_become_points_of_person_company_and_user() -> Result<()> {
    let reader = Reader::new(&Stack::given()?).await?;
    let (user, company) = (&reader.member.address, reader.company("fabrikam"));
    let received = Mail {
        cc: format!("\"Ito, Ken\" <ken@{company}>, colleague@{}", reader.member.customer.domain),
        ..Mail::new(&format!("=?UTF-8?B?5L2Q6Jek6Iqx?= <Hana@mail.{company}>"), user)
    };
    reader.put("inbox", &received).await?;
    let sent = Mail::new(user, &format!("hana@mail.{company}, someone@gmail.com"));
    reader.put("sentitems", &sent).await?;
    for address in [format!("hana@mail.{company}"), format!("ken@{company}"), "someone@gmail.com".to_owned()]
    {
        reader.knows(&address).await?;
    }
    reader.turn().await?;
    let points = reader.points().await?;
    let mut shown: Vec<String> = points
        .iter()
        .map(|point| {
            let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
            let (person, company) = (&point["person"], &point["company"]);
            [&point["direction"], &person["address"], &person["name"], company].map(text).join(" ")
        })
        .filter(|line| !line.contains("partner"))
        .collect();
    shown.sort();
    let expected = [
        format!("received hana@mail.{company} 佐藤花 {company}"),
        format!("received ken@{company} Ito, Ken {company}"),
        format!("sent hana@mail.{company} - {company}"),
        "sent someone@gmail.com - -".to_owned(),
    ];
    ensure!(shown == expected, "{shown:#?}");
    for point in &points {
        ensure!(point["user_id"] == reader.member.id.as_str(), "{point}");
        ensure!(point["source"]["message_id"].is_string(), "{point}");
        ensure!(!point.to_string().contains("見積"), "a subject: {point}");
    }
    people_and_companies_are_told(&reader, &company).await
}

async fn people_and_companies_are_told(reader: &Reader, company: &str) -> Result<()> {
    let found = reader.get(&format!("people?company={company}")).await?;
    let addresses: BTreeSet<&str> = found["items"]
        .as_array()
        .context("no list")?
        .iter()
        .filter_map(|it| it["address"].as_str())
        .collect();
    let expected = [format!("hana@mail.{company}"), format!("ken@{company}")];
    ensure!(addresses == expected.iter().map(String::as_str).collect(), "{found}");
    let found = reader.get(&format!("people?address=HANA@mail.{company}")).await?;
    let person = &found["items"][0];
    ensure!(person["name"] == "佐藤花" && person["company"] == company, "{found}");
    let id = person["id"].as_str().context("a person without an id")?;
    ensure!(reader.get(&format!("people/{id}")).await? == *person, "the list and the record differ");
    let both = reader.get(&format!("contact-points?person={id}")).await?;
    ensure!(both["items"].as_array().is_some_and(|items| items.len() == 2), "{both}");
    let found = reader.get(&format!("companies/www.{company}")).await?;
    ensure!(found["domain"] == company, "{found}");
    let found = reader.get("companies?limit=100").await?;
    ensure!(found.to_string().contains(company) && !found.to_string().contains("gmail"), "{found}");
    Ok(())
}

#[tokio::test]
async fn r20_colleagues_machines_lists_and_folders_that_do_not_count_make_no_points() -> Result<()> {
    let reader = Reader::consented(&Stack::given()?).await?;
    let (user, company) = (&reader.member.address, reader.company("fabrikam"));
    let domain = &reader.member.customer.domain;
    // A member whose address is not of the organization's own domain.
    let outside = format!("second@{}", reader.company("subsidiary"));
    reader.member.customer.product.put_user("second", &outside).await?;
    reader.member.customer.product.switch_mail_on(&reader.member.id).await?;
    let hana = format!("Hana Sato <hana@{company}>");
    for (folder, from, more) in [
        ("inbox", format!("colleague@{domain}"), ""),
        ("inbox", format!("colleague@sales.{domain}"), ""),
        ("inbox", outside, ""),
        ("inbox", format!("no-reply@{company}"), ""),
        ("inbox", format!("info@{company}"), ""),
        ("inbox", format!("MAILER-DAEMON@{company}"), "Return-Path: <>\r\n"),
        ("inbox", hana.clone(), "List-Id: <news.x.example>\r\n"),
        ("inbox", hana.clone(), "List-Unsubscribe: <mailto:u@x.example>\r\n"),
        ("inbox", hana.clone(), "Auto-Submitted: auto-replied\r\n"),
        ("drafts", user.clone(), ""),
        ("junkemail", hana.clone(), ""),
        ("deleteditems", hana.clone(), ""),
    ] {
        let to = if folder == "drafts" { &hana } else { user };
        reader.put(folder, &Mail { more, ..Mail::new(&from, to) }).await?;
    }
    reader.hears("after-them-all").await?;
    reader.turn().await?;
    let known = reader.known().await?;
    ensure!(known.iter().all(|address| address.contains("@partner-")), "{known:?}");
    // The same person counts as soon as a person writes.
    reader.put("inbox", &Mail::new(&hana, user)).await?;
    reader.knows(&format!("hana@{company}")).await
}

#[tokio::test]
async fn filters_and_cursors_of_the_list_hold_and_name_what_is_wrong() -> Result<()> {
    let stack = Stack::given()?;
    let reader = Reader::new(&stack).await?;
    for number in 0..5 {
        let from = format!("p{number}@{}", reader.company(if number < 3 { "fabrikam" } else { "tailspin" }));
        reader.put("inbox", &Mail::new(&from, &reader.member.address)).await?;
    }
    for number in [0, 4] {
        reader
            .knows(&format!("p{number}@{}", reader.company(if number < 3 { "fabrikam" } else { "tailspin" })))
            .await?;
    }
    reader.turn().await?;
    let key = reader.member.customer.organization.key.clone();
    let all = list(&stack, &key, "contact-points", 100).await?;
    for path in ["contact-points", "people", "companies"] {
        let whole = list(&stack, &key, path, 100).await?;
        for limit in [1, 2] {
            ensure!(list(&stack, &key, path, limit).await? == whole, "{path} by {limit}");
        }
    }
    let fabrikam = format!(
        "contact-points?company={}&user={}&direction=received",
        reader.company("fabrikam"),
        reader.member.id
    );
    ensure!(list(&stack, &key, &fabrikam, 1).await?.len() == 3, "the filters do not hold together");
    let none = format!("contact-points?company={}&direction=sent", reader.company("fabrikam"));
    ensure!(list(&stack, &key, &none, 1).await?.is_empty(), "sent to nobody");
    let first = all.last().and_then(|point| point["at"].as_str()).context("no points")?;
    let until = list(&stack, &key, &format!("contact-points?until={first}"), 100).await?;
    ensure!(until.is_empty(), "before the first: {until:?}");
    let since = list(&stack, &key, &format!("contact-points?since={first}"), 100).await?;
    ensure!(since == all, "since the first");
    for (query, field, status) in [
        ("direction=both", "direction", 400),
        ("since=yesterday", "since", 400),
        ("until=2026-11-22", "until", 400),
        ("user=a/b", "user", 400),
        ("person=", "person", 400),
        ("company=%23", "company", 400),
        ("subject=x", "subject", 400),
        ("limit=0", "limit", 400),
        ("cursor=____", "cursor", 400),
        ("cursor=YWJj", "cursor", 400),
        ("since=2026-11-22T08:00:00Z&until=2026-11-22T08:00:00Z", "until", 422),
    ] {
        let reply =
            Call::new(Method::GET, format!("/v1/contact-points?{query}")).bearer(&key).send(&stack).await?;
        let problem = reply.problem(status).context(query)?;
        ensure!(problem["errors"][0]["field"] == field, "{query}: {problem}");
    }
    Ok(())
}

/// All items of a list, by pages of `limit`.
async fn list(stack: &Stack, key: &str, path: &str, limit: usize) -> Result<Vec<Value>> {
    let (mut all, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let join = if path.contains('?') { '&' } else { '?' };
        let next = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let call = Call::new(Method::GET, format!("/v1/{path}{join}limit={limit}{next}"));
        let reply = call.bearer(key).send(stack).await?;
        ensure!(reply.status == StatusCode::OK, "{reply:?}");
        let page = reply.json()?;
        all.extend(page["items"].as_array().context("no list")?.iter().cloned());
        cursor = page["next_cursor"].as_str().map(str::to_owned);
        if cursor.is_none() {
            return Ok(all);
        }
    }
}
