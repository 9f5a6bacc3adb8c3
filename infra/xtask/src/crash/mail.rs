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

/// A little more than the period in which every link comes up.
const TURN: i64 = 31 * 60;
/// How often Graph repeats a notification before this walk gives up.
const MOST_NOTIFICATIONS: usize = 3;
/// Mails that arrive and are sent.
const RECEIVED: usize = 3;
const SENT: usize = 2;

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
        company.product.call(reqwest::Method::POST, &format!("users/{MEMBER}/links/mail"), None).await?;
        play.deliver_all("subscribe", "Subscriptions", "subscriptions-worker", 0).await?;
        play.deliver_all("catch up", "Mail", "mail-worker", 0).await?;
        self.exchange_mail(&company).await?;
        self.notify(play, &company).await?;
        play.deliver_all("read", "Mail", "mail-worker", 0).await?;
        play.tick("turn, tick", TURN).await?;
        play.deliver_all("turn, check", "Subscriptions", "subscriptions-worker", 0).await?;
        play.deliver_all("turn, read", "Mail", "mail-worker", 0).await?;
        let state = self.state(&company).await?;
        // Nothing of this run comes due in a later one.
        company.product.call(reqwest::Method::DELETE, &format!("users/{MEMBER}/links/mail"), None).await?;
        play.deliver_all("unlink", "Subscriptions", "subscriptions-worker", 0).await?;
        ensure!(self.subscriptions(&company).await?.is_empty(), "a subscription outlives its link");
        Ok(state)
    }

    fn check(&self, end: &Value) -> Result<()> {
        let count = |list: &str| end[list].as_array().map_or(0, Vec::len);
        ensure!(count("points") == RECEIVED + SENT, "{} contact points in {end:#}", count("points"));
        ensure!(count("people") == RECEIVED, "{} people in {end:#}", count("people"));
        ensure!(count("subscriptions") == 1, "not one subscription: {end:#}");
        ensure!(end["status"] == "linked", "the link does not stand: {end:#}");
        Ok(())
    }
}

impl Mail<'_> {
    /// Mails from three people, and to two of them.
    async fn exchange_mail(&self, company: &Company) -> Result<()> {
        let simulator = &self.stage.control.file().simulator_url;
        let folders = [("inbox", RECEIVED), ("sentitems", SENT)];
        for (folder, number) in
            folders.iter().flat_map(|&(folder, count)| (0..count).map(move |it| (folder, it)))
        {
            let url = format!("{simulator}/_sim/mailboxes/{}/messages?folder={folder}", company.address);
            let mail = made_up::mail(&company.address, folder == "inbox", number);
            let request = self.http.post(url).header("content-type", "message/rfc822").body(mail);
            request.send().await?.error_for_status()?;
        }
        Ok(())
    }

    /// Graph's notification of it, repeated until it is taken. The simulator's own are held back.
    async fn notify(&self, play: &mut Play<'_>, company: &Company) -> Result<()> {
        let subscriptions = self.subscriptions(company).await?;
        let [subscription] = &subscriptions[..] else { bail!("not one subscription: {subscriptions:?}") };
        let url = subscription["notificationUrl"].as_str().context("no notificationUrl")?;
        let url = url::Url::parse(url)?;
        let item = json!({
            "subscriptionId": subscription["id"],
            "clientState": subscription["clientState"],
            "changeType": "created",
            "resource": format!("Users/{}/Messages/made-up", company.object_id),
            "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "made-up"},
            "subscriptionExpirationDateTime": subscription["expirationDateTime"],
            "tenantId": crate::stack::TENANT_ID,
        });
        let body = json!({"value": [item]}).to_string();
        let query = url.query().unwrap_or_default();
        let event = http_event("POST", url.path(), query, "application/json", &body);
        let first = play.act("notification", "graph-web", 0, &event).await?;
        if first.answer.is_ok_and(|answer| answer["statusCode"] == 202) {
            return Ok(());
        }
        for _ in 1..MOST_NOTIFICATIONS {
            if play.again("graph-web", 0, &event).await?["statusCode"] == 202 {
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
        let all = found["value"].as_array().or(found.as_array()).cloned().unwrap_or_default();
        let of_mailbox =
            |it: &Value| it["resource"].as_str().is_some_and(|it| it.contains(&company.object_id));
        Ok(all.into_iter().filter(of_mailbox).collect())
    }

    /// What the API tells, and what is subscribed to.
    async fn state(&self, company: &Company) -> Result<Value> {
        let link =
            company.product.call(reqwest::Method::GET, &format!("users/{MEMBER}/links/mail"), None).await?;
        let subscriptions = self
            .subscriptions(company)
            .await?
            .into_iter()
            .map(|it| json!({"resource": it["resource"], "changeType": it["changeType"]}));
        let state = json!({
            "points": company.list("contact-points").await?,
            "people": company.list("people").await?,
            "companies": company.list("companies").await?,
            "subscriptions": subscriptions.collect::<Vec<_>>(),
            "status": link["status"],
            "reason": link["reason"],
        });
        Ok(comparable(&state, &company.names()))
    }
}
