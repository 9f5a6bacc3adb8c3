//! The scenario `mail`: a mailbox is subscribed to, mails arrive and are sent, a notification tells of them,
//! and the turn of the half hour comes.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::company::{Company, MEMBER};
use super::end_state::comparable;
use super::http_event::http_event;
use super::play::Play;
use super::stage::Stage;
use super::walk::Scenario;
use crate::made_up;

/// The seconds at which the acts happen. So far apart, no reader waits for what Graph may not list yet.
const CATCH_UP: i64 = 30;
const NEWS: i64 = 60;
const READ: i64 = 90;
/// When everything is old: the subscription is to be renewed, tokens and what was learnt of the mailbox are to
/// be fetched anew.
const TURN: i64 = 48 * 60 * 60;
const TURN_READ: i64 = TURN + 30;
/// How often Graph repeats a notification before this walk gives up.
const MOST_NOTIFICATIONS: usize = 3;
/// Mails that arrive and are sent. They are sent to some of those who wrote.
const RECEIVED: usize = 2;
const SENT: usize = 1;

/// The scenario on its stage.
pub(super) struct Mail<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) http: reqwest::Client,
}

impl Scenario for Mail<'_> {
    const NAME: &'static str = "mail";

    async fn run(&self, play: &mut Play<'_>) -> Result<Value> {
        let company = Company::new(self.stage, &self.http, &format!("reader-{:04}", play.number)).await?;
        company.consent(self.stage, "mail").await?;
        let link = format!("users/{MEMBER}/links/mail");
        let linked = company.product.call(reqwest::Method::POST, &link, None).await?;
        play.deliver_all("subscribe", "Subscriptions", "subscriptions-worker", 0).await?;
        play.deliver_all("catch up", "Mail", "mail-worker", CATCH_UP).await?;
        let times = self.exchange_mail(&company, &linked).await?;
        self.notify(play, &company).await?;
        play.deliver_all("read", "Mail", "mail-worker", READ).await?;
        play.tick("turn, tick", TURN).await?;
        play.deliver_all("turn, renew", "Subscriptions", "subscriptions-worker", TURN).await?;
        play.deliver_all("turn, read", "Mail", "mail-worker", TURN_READ).await?;
        let mut state = self.state(&company, &times).await?;
        company.product.call(reqwest::Method::DELETE, &link, None).await?;
        play.deliver_all("unlink", "Subscriptions", "subscriptions-worker", TURN_READ).await?;
        state["subscriptions of an ended link"] = self.subscriptions(&company).await?.len().into();
        play.nothing_is_left(&["Subscriptions", "Mail"]).await?;
        Ok(state)
    }

    fn check(&self, end: &Value) -> Result<()> {
        let count = |list: &str| end[list].as_array().map_or(0, Vec::len);
        ensure!(count("points") == RECEIVED + SENT, "{} contact points in {end:#}", count("points"));
        ensure!(count("people") == RECEIVED, "{} people in {end:#}", count("people"));
        ensure!(count("subscriptions") == 1, "not one subscription: {end:#}");
        ensure!(end["status"] == "linked", "the link does not stand: {end:#}");
        ensure!(end["subscriptions of an ended link"] == 0, "a subscription outlives its link");
        Ok(())
    }
}

impl Mail<'_> {
    /// Mails from some people, and to some of them, one a second from the link on. Returns these instants.
    async fn exchange_mail(&self, company: &Company, link: &Value) -> Result<Vec<String>> {
        let simulator = &self.stage.control.file().simulator_url;
        let linked_at: jiff::Timestamp = link["linked_at"].as_str().context("no linked_at")?.parse()?;
        let folders = [("inbox", RECEIVED), ("sentitems", SENT)];
        let mails =
            folders.iter().flat_map(|&(folder, count)| (0..count).map(move |number| (folder, number)));
        let mut times = Vec::new();
        for ((folder, number), second) in mails.zip(linked_at.as_second()..) {
            let at = jiff::Timestamp::from_second(second)?.to_string();
            let url = format!("{simulator}/_sim/mailboxes/{}/messages", company.address);
            let mail = made_up::mail(&company.address, folder == "inbox", number);
            let request = self.http.post(url).query(&[("folder", folder), ("received", &at)]);
            let request = request.header("content-type", "message/rfc822").body(mail);
            request.send().await?.error_for_status()?;
            times.push(at);
        }
        Ok(times)
    }

    /// Graph's notification of it, repeated until it is taken. The simulator's own are held back.
    async fn notify(&self, play: &mut Play<'_>, company: &Company) -> Result<()> {
        let subscriptions = self.subscriptions(company).await?;
        let subscription = subscriptions.first().context("no subscription")?;
        let url = subscription["notificationUrl"].as_str().context("no notificationUrl")?;
        let url = url::Url::parse(url)?;
        let item = json!({
            "subscriptionId": subscription["id"],
            "clientState": subscription["clientState"],
            "changeType": "created",
            "resource": format!("Users/{}/Messages/made-up", company.object_id),
            "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "made-up"},
            "subscriptionExpirationDateTime": subscription["expires"],
            "tenantId": crate::stack::TENANT_ID,
        });
        let body = json!({"value": [item]}).to_string();
        let query = url.query().unwrap_or_default();
        let event = http_event("POST", url.path(), query, "application/json", &body);
        let first = play.act("notification", "graph-web", NEWS, &event).await?;
        if first.answer.is_ok_and(|answer| answer["statusCode"] == 202) {
            return Ok(());
        }
        for _ in 1..MOST_NOTIFICATIONS {
            if play.again("graph-web", NEWS, &event).await?["statusCode"] == 202 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the notification was not taken")
    }

    /// The mailbox's subscriptions, as the simulator has them.
    async fn subscriptions(&self, company: &Company) -> Result<Vec<Value>> {
        let url = format!("{}/_sim/subscriptions", self.stage.control.file().simulator_url);
        let found: Value = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let all = found["subscriptions"].as_array().cloned().context("no list of subscriptions")?;
        let of_mailbox =
            |it: &Value| it["resource"].as_str().is_some_and(|it| it.contains(&company.object_id));
        Ok(all.into_iter().filter(of_mailbox).collect())
    }

    /// What the API tells, and what is subscribed to. `times` are those of the mails.
    async fn state(&self, company: &Company, times: &[String]) -> Result<Value> {
        let link =
            company.product.call(reqwest::Method::GET, &format!("users/{MEMBER}/links/mail"), None).await?;
        let subscriptions = self
            .subscriptions(company)
            .await?
            .into_iter()
            .map(|it| json!({"resource": it["resource"], "changeTypes": it["changeTypes"]}));
        let state = json!({
            "points": company.list("contact-points").await?,
            "people": company.list("people").await?,
            "companies": company.list("companies").await?,
            "subscriptions": subscriptions.collect::<Vec<_>>(),
            "status": link["status"],
            "reason": link["reason"],
        });
        let placeholders: Vec<String> = (0..times.len()).map(|number| format!("TIME {number}")).collect();
        let mut names = company.names().to_vec();
        names.extend(times.iter().map(String::as_str).zip(placeholders.iter().map(String::as_str)));
        Ok(comparable(&state, &names))
    }
}
