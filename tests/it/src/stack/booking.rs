//! A member who takes bookings, the page for it, and guests in front of it.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::Url;
use xtask::sent_mail::{self, SentMail};

use super::{Answer, Customer, Member, Stack, unique};

/// How long the work behind a booking may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// A booking page with its host.
#[derive(Debug, Clone)]
pub(crate) struct Booking {
    pub(crate) host: Member,
    /// The CRM's id of the page.
    pub(crate) page: String,
    /// What guests have.
    pub(crate) url: Url,
}

/// What a guest types.
#[derive(Debug, Clone)]
pub(crate) struct Guest {
    pub(crate) company: String,
    pub(crate) name: String,
    pub(crate) email: String,
    /// By the questions' ids.
    pub(crate) answers: Vec<(&'static str, String)>,
}

impl Guest {
    /// Somebody whom no other test knows.
    pub(crate) fn new() -> Self {
        let email = format!("{}@guest.example", unique("guest"));
        Self {
            company: "株式会社来客".to_owned(), name: "三田 花子".to_owned(), email, answers: Vec::new()
        }
    }
}

impl Booking {
    /// A page for Teams meetings, whose host has linked the calendar.
    pub(crate) async fn new(stack: &Stack) -> Result<Self> {
        Self::with(stack, &json!({})).await
    }

    /// The same with other terms.
    pub(crate) async fn with(stack: &Stack, terms: &Value) -> Result<Self> {
        let host = Customer::consented(stack).await?.user("hanako").await?;
        Self::of(&host, terms).await
    }

    /// A page of this member, who links the calendar for it.
    pub(crate) async fn of(host: &Member, terms: &Value) -> Result<Self> {
        let Customer { product, tenant, administrator, .. } = &host.customer;
        product.consent(tenant, "calendar", administrator).await?;
        product.link_feature(&host.id, "calendar", &host.address).await?;
        Self::unlinked(host, terms).await
    }

    /// A page of this member, whatever the calendar.
    pub(crate) async fn unlinked(host: &Member, terms: &Value) -> Result<Self> {
        let page = unique("page");
        let url = put(host, &page, terms).await?;
        Ok(Self { host: host.clone(), page, url })
    }

    /// Puts the page anew, with these terms instead of the usual ones.
    pub(crate) async fn change(&self, terms: &Value) -> Result<()> {
        put(&self.host, &self.page, terms).await?;
        Ok(())
    }

    pub(crate) fn stack(&self) -> &Stack {
        &self.host.customer.stack
    }

    /// What a guest sees at the page, or at it with a query.
    pub(crate) async fn look(&self, query: &[(&str, &str)]) -> Result<Answer> {
        let mut url = self.url.clone();
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.host.customer.open(&url, "en").await
    }

    /// The starts that the page offers in its first week with any.
    pub(crate) async fn times(&self) -> Result<Vec<Timestamp>> {
        let shown = self.look(&[]).await?;
        ensure!(shown.status == StatusCode::OK, "{}: {}", shown.status, shown.text);
        let mut starts = Vec::new();
        for address in shown.texts_between("href=\"", "\"") {
            let address = self.url.join(&unescaped(address))?;
            let start = address.query_pairs().find(|(name, _)| name == "start");
            starts.extend(start.map(|(_, start)| start.parse::<Timestamp>()).transpose()?);
        }
        starts.sort_unstable();
        starts.dedup();
        Ok(starts)
    }

    /// A start that is offered: the one in the middle, far from the ends of the week.
    pub(crate) async fn a_time(&self) -> Result<Timestamp> {
        let times = self.times().await?;
        times.get(times.len() / 2).copied().context("the page offers nothing")
    }

    /// The form for a start as the page gives it to one guest: its signed id.
    pub(crate) async fn form(&self, start: Timestamp) -> Result<String> {
        let shown = self.look(&[("start", &start.to_string())]).await?;
        shown.hidden("form").with_context(|| format!("no form: {}: {}", shown.status, shown.text))
    }

    /// Sends a form.
    pub(crate) async fn send(&self, form: &str, start: Timestamp, guest: &Guest) -> Result<Answer> {
        let start = start.to_string();
        let mut fields = vec![
            ("form".to_owned(), form),
            ("start".to_owned(), start.as_str()),
            ("zone".to_owned(), "Asia/Tokyo"),
            ("company".to_owned(), guest.company.as_str()),
            ("name".to_owned(), guest.name.as_str()),
            ("email".to_owned(), guest.email.as_str()),
        ];
        fields.extend(guest.answers.iter().map(|(id, text)| (format!("answers.{id}"), text.as_str())));
        let request = self.stack().http.post(self.url.clone()).form(&fields);
        Answer::of(request.header(header::ACCEPT_LANGUAGE, "en")).await
    }

    /// A guest books a start; the address of the appointment.
    pub(crate) async fn book(&self, start: Timestamp, guest: &Guest) -> Result<Url> {
        let form = self.form(start).await?;
        let sent = self.send(&form, start, guest).await?;
        ensure!(sent.status == StatusCode::SEE_OTHER, "not booked: {}: {}", sent.status, sent.text);
        Ok(self.url.join(sent.location()?)?)
    }

    /// What the appointment's page says once it is not at work any more: its state and the page.
    pub(crate) async fn settled(&self, appointment: &Url) -> Result<(String, String)> {
        let started = Instant::now();
        loop {
            let (state, page) = self.state(appointment).await?;
            if !["pending", "cancelling", "undoing"].contains(&state.as_str()) {
                return Ok((state, page));
            }
            ensure!(started.elapsed() < PATIENCE, "still {state} after {PATIENCE:?}");
            // Whatever waits for its turn gets it.
            self.stack().control.tick().await?;
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// How the appointment stands, as its page says: `data-state`, and the page.
    pub(crate) async fn state(&self, appointment: &Url) -> Result<(String, String)> {
        let shown = self.host.customer.open(appointment, "en").await?;
        ensure!(shown.status == StatusCode::OK, "{}: {}", shown.status, shown.text);
        let state =
            shown.texts_between("data-state=\"", "\"").next().context("a page without a state")?.to_owned();
        Ok((state, shown.text))
    }

    /// The host's events that are not deleted, as the simulator has them.
    pub(crate) async fn events(&self) -> Result<Vec<Value>> {
        let mailbox = self.host.mailbox().await?;
        let events = mailbox["events"].as_array().context("a mailbox without events")?;
        Ok(events.iter().filter(|event| event["deleted"] == false).cloned().collect())
    }

    /// Puts an event of this kind into the host's calendar, past Graph.
    pub(crate) async fn put_event(&self, event: &Value) -> Result<Value> {
        self.stack().simulator.post(&format!("mailboxes/{}/events", self.host.address), event).await
    }

    /// Switches how the host's calendar behaves.
    pub(crate) async fn behave(&self, behaviour: &Value) -> Result<()> {
        self.stack().simulator.post(&format!("mailboxes/{}/calendar", self.host.address), behaviour).await?;
        Ok(())
    }

    /// The organization's appointments on this page, as the API tells.
    pub(crate) async fn appointments(&self) -> Result<Vec<Value>> {
        let path = format!("appointments?page_id={}&limit=100", self.page);
        let found = self.host.customer.product.call(Method::GET, &path, None).await?;
        Ok(found["items"].as_array().cloned().unwrap_or_default())
    }

    /// The mails that went to this address, read, once there are so many; more are an error.
    pub(crate) async fn mails_to(&self, address: &str, count: usize) -> Result<Vec<SentMail>> {
        let started = Instant::now();
        loop {
            let mails = self.sent_to(address)?;
            ensure!(mails.len() <= count, "{} mails to {address}: {mails:?}", mails.len());
            if mails.len() == count {
                return Ok(mails);
            }
            ensure!(started.elapsed() < PATIENCE, "{} of {count} mails to {address} came", mails.len());
            self.stack().control.tick().await?;
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// The mails that went to this address so far.
    pub(crate) fn sent_to(&self, address: &str) -> Result<Vec<SentMail>> {
        sent_mail::to(&self.stack().file().mail, address)
    }
}

/// Puts a page with these terms over the usual ones; its address.
async fn put(host: &Member, page: &str, terms: &Value) -> Result<Url> {
    let mut body = terms_of(&host.id);
    let (Some(all), Some(changes)) = (body.as_object_mut(), terms.as_object()) else {
        bail!("terms are an object");
    };
    all.extend(changes.clone());
    let made = host.customer.product.call(Method::PUT, &format!("booking-pages/{page}"), Some(&body)).await?;
    Ok(Url::parse(made["url"].as_str().with_context(|| format!("no url in {made}"))?)?)
}

/// The method of a mail's invitation, as in `REQUEST`.
pub(crate) fn method_of(mail: &SentMail) -> Option<&str> {
    let lines = mail.calendar.as_deref()?.lines();
    lines.filter_map(|line| line.strip_prefix("METHOD:")).map(str::trim).next()
}

impl Answer {
    /// What stands between the two marks, each time.
    pub(crate) fn texts_between<'a>(
        &'a self,
        before: &'a str,
        after: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        self.text.split(before).skip(1).filter_map(move |rest| rest.split(after).next())
    }

    /// The value of a hidden field of the form.
    pub(crate) fn hidden(&self, name: &str) -> Option<String> {
        let before = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let value = self.text.split(&before).nth(1)?.split('"').next()?;
        Some(unescaped(value))
    }
}

/// An attribute as it was before it was written into a page.
fn unescaped(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&").replace("&#43;", "+")
}

/// Half an hour in Teams, each day from nine to six in Tokyo.
fn terms_of(host: &str) -> Value {
    let hours = json!([{"from": "09:00", "until": "18:00"}]);
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let working_hours: Value = days.iter().map(|day| ((*day).to_owned(), hours.clone())).collect();
    json!({
        "host": host,
        "title": "打ち合わせ",
        "duration_minutes": 30,
        "step_minutes": 30,
        "buffer_minutes": 0,
        "notice_minutes": 60,
        "horizon_days": 30,
        "time_zone": "Asia/Tokyo",
        "working_hours": working_hours,
        "place": {"kind": "web_meeting"},
        "questions": [],
        "language": "ja",
        "active": true,
    })
}
