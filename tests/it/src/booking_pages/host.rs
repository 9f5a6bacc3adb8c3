//! A host with a linked calendar and a page for guests.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;
use xtask::guest::{Guest, Particulars, Sent};

use crate::stack::{Answer, Customer, Member, Stack, unique};

/// How long an appointment may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A member whose calendar is linked, with a booking page.
pub(super) struct Host {
    pub(super) customer: Customer,
    pub(super) member: Member,
    /// The CRM's id of the page.
    page_id: String,
    /// Somebody who was given the page's address.
    pub(super) guest: Guest,
}

/// Every day from nine to six in Tokyo, each half hour.
fn terms(host: &str) -> Value {
    let hours = json!([{"from": "09:00", "until": "18:00"}]);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let days: serde_json::Map<String, Value> =
        days.into_iter().map(|day| (day.to_owned(), hours.clone())).collect();
    json!({
        "host": host,
        "title": "製品のご紹介",
        "duration_minutes": 30,
        "step_minutes": 30,
        "buffer_minutes": 0,
        "notice_minutes": 60,
        "horizon_days": 30,
        "time_zone": "Asia/Tokyo",
        "working_hours": days,
        "place": {"kind": "web_meeting"},
        "questions": [{"id": "people", "label": "参加人数 / How many?", "required": true}],
        "language": "ja",
        "active": true,
    })
}

impl Host {
    pub(super) async fn new(stack: &Stack) -> Result<Self> {
        let customer = Customer::new(stack).await?;
        customer.product.call(Method::PUT, &format!("tenants/{}", customer.tenant), None).await?;
        customer.product.consent(&customer.tenant, "calendar", &customer.administrator).await?;
        let member = customer.user("sato").await?;
        customer.product.link_feature(&member.id, "calendar", &member.address).await?;
        let page_id = unique("page");
        let put = Self::put(&customer, &page_id, &terms(&member.id)).await?;
        let guest = Guest::new(put["url"].as_str().with_context(|| format!("no address in {put}"))?)?;
        Ok(Self { customer, member, page_id, guest })
    }

    async fn put(customer: &Customer, page: &str, terms: &Value) -> Result<Value> {
        customer.product.call(Method::PUT, &format!("booking-pages/{page}"), Some(terms)).await
    }

    /// Changes one of the page's terms.
    pub(super) async fn change(&self, term: &str, value: Value) -> Result<()> {
        let mut terms = terms(&self.member.id);
        terms[term] = value;
        Self::put(&self.customer, &self.page_id, &terms).await?;
        Ok(())
    }

    /// The events that stand in the host's calendar.
    pub(super) async fn events(&self) -> Result<Vec<Value>> {
        let mailbox = self.member.mailbox().await?;
        let events = mailbox["events"].as_array().with_context(|| format!("no events in {mailbox}"))?;
        let stands = |event: &&Value| event["deleted"] != true && event["isCancelled"] != true;
        Ok(events.iter().filter(stands).cloned().collect())
    }

    /// Opens an address as a browser without JavaScript would, following nothing.
    pub(super) async fn open(&self, url: &Url, language: &str) -> Result<Answer> {
        self.customer.open(url, language).await
    }

    /// The first time that the page offers.
    pub(super) async fn first_time(&self) -> Result<String> {
        self.guest.offered().await?.into_iter().next().context("nothing is offered")
    }

    /// The form for a time, filled in by a guest of this company.
    pub(super) async fn filled(&self, time: &str, company: &str) -> Result<String> {
        let particulars = Particulars {
            company: company.to_owned(),
            name: "三田 花子".to_owned(),
            email: "hanako.mita@guest.example".to_owned(),
            answers: vec![("people".to_owned(), "3".to_owned())],
        };
        self.guest.form(time, &particulars).await
    }

    /// Books the first time; the address of the appointment.
    pub(super) async fn book(&self) -> Result<Url> {
        let form = self.filled(&self.first_time().await?, "Contoso Ltd").await?;
        made(self.guest.send(form).await?)
    }

    /// Waits until an appointment's page shows this state.
    pub(super) async fn stands(&self, appointment: &Url, state: &str) -> Result<String> {
        let started = Instant::now();
        loop {
            let shown = self.open(appointment, "en").await?;
            ensure!(shown.status == StatusCode::OK, "{shown:?}");
            if shown.text.contains(&format!("data-state=\"{state}\"")) {
                return Ok(shown.text);
            }
            if started.elapsed() > PATIENCE {
                bail!("not {state} within {PATIENCE:?}: {}", shown.text);
            }
            sleep(Duration::from_millis(300)).await;
        }
    }
}

/// The appointment that was made.
pub(super) fn made(sent: Sent) -> Result<Url> {
    ensure!(sent.status == StatusCode::SEE_OTHER, "no appointment was made: {sent:?}");
    sent.appointment.context("an answer without an address")
}
