//! The scenario `booking`: a guest books, the event is made, both sides get mail; the guest cancels, the event
//! goes, both sides get mail again.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use url::Url;

use super::company::{Company, MEMBER};
use super::end_state::comparable;
use super::http_event::http_event;
use super::play::Play;
use super::stage::Stage;
use super::walk::Scenario;
use crate::guest::{Guest, Particulars};

/// A little more than the minute after which the tick looks for what was left.
const MINUTES: i64 = 3 * 60;
/// A little more than SES is given to tell of a mail whose reply was lost.
const SILENCE: i64 = 11 * 60;
/// How often what was left is looked for.
const MOST_LOOKS: i64 = 6;
const FORM: &str = "application/x-www-form-urlencoded";

/// The scenario on its stage.
pub(super) struct Booking<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) http: reqwest::Client,
}

impl Scenario for Booking<'_> {
    const NAME: &'static str = "booking";

    async fn run(&self, play: &mut Play<'_>) -> Result<Value> {
        let company = Company::new(self.stage, &self.http, &format!("host-{:04}", play.number)).await?;
        company.consent(self.stage, "calendar").await?;
        company.product.link_feature(MEMBER, "calendar", &company.address).await?;
        let page = company.booking_page().await?;
        let guest = Guest::new(&page)?;
        let email = format!("guest-{:04}@fabrikam.example", play.number);
        let appointment = self.book(play, &guest, &email).await?;
        self.work_off(play, &company, "confirmed").await?;
        let confirmed = self.state(&company, &email).await?;
        self.press(play, "cancel", &Url::parse(&format!("{appointment}/cancel"))?, "").await?;
        self.work_off(play, &company, "cancelled").await?;
        let cancelled = self.state(&company, &email).await?;
        company
            .product
            .call(reqwest::Method::DELETE, &format!("users/{MEMBER}/links/calendar"), None)
            .await?;
        Ok(json!({"confirmed": confirmed, "cancelled": cancelled}))
    }

    fn check(&self, end: &Value) -> Result<()> {
        for (state, mails) in [("confirmed", 2), ("cancelled", 4)] {
            let found = &end[state];
            ensure!(found["appointments"][0]["state"] == state, "not {state}: {found:#}");
            let count = found["mails"].as_array().map_or(0, Vec::len);
            ensure!(count == mails, "{count} mails when {state}: {found:#}");
        }
        let events = |state: &str| end[state]["events"].as_array().map_or(0, Vec::len);
        ensure!((events("confirmed"), events("cancelled")) == (1, 0), "events: {end:#}");
        Ok(())
    }
}

impl Booking<'_> {
    /// The guest books the first time offered; the page of the appointment.
    async fn book(&self, play: &mut Play<'_>, guest: &Guest, email: &str) -> Result<Url> {
        let start = guest.offered().await?.into_iter().next().context("no time is offered")?;
        let particulars = Particulars {
            company: "Fabrikam".to_owned(),
            name: "Guest".to_owned(),
            email: email.to_owned(),
            answers: Vec::new(),
        };
        let form = guest.form(&start, &particulars).await?;
        let location = self.press(play, "book", guest.page(), &form).await?;
        Ok(guest.page().join(&location)?)
    }

    /// The guest presses a button, and once more when nothing comes back. Where it leads.
    async fn press(&self, play: &mut Play<'_>, name: &str, url: &Url, body: &str) -> Result<String> {
        let event = http_event("POST", url.path(), "", FORM, body);
        let run = play.act(name, "booking-web", 0, &event).await?;
        let mut answer = run.answer.unwrap_or_default();
        if run.is_cut || answer["statusCode"] == 503 {
            answer = play.again("booking-web", 0, &event).await?;
        }
        let location = answer["headers"]["location"].as_str().filter(|_| answer["statusCode"] == 303);
        location.map(str::to_owned).with_context(|| format!("{name}: {answer}"))
    }

    /// Works off what is queued, and what the tick finds left, until the appointment is there and both mails
    /// are out.
    async fn work_off(&self, play: &mut Play<'_>, company: &Company, state: &str) -> Result<()> {
        for look in 0..MOST_LOOKS {
            let (first, later) = (look == 0, look * (MINUTES + SILENCE));
            let name = |act: &str| if first { format!("{state}, {act}") } else { String::new() };
            if !first {
                play.again("schedule-tick", later, &json!({})).await?;
            }
            play.deliver_all(&name("worker"), "Booking", "booking-worker", later).await?;
            // The jobs, and then what SES tells.
            let mut sent = play.deliver_each(&name("mail"), "Outbox", "outbox-worker", later).await?;
            while sent > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(150)).await;
                sent = play.deliver_each(&name("told"), "Outbox", "outbox-worker", later).await?;
            }
            let found = company.list("appointments").await?;
            let mails = if state == "confirmed" { 2 } else { 4 };
            if found[0]["state"] == state && self.mails(&company.address).await? * 2 >= mails {
                // Whatever is still due must do no harm.
                play.again("schedule-tick", later + MINUTES + SILENCE, &json!({})).await?;
                play.deliver_each("", "Outbox", "outbox-worker", later + MINUTES + SILENCE).await?;
                return Ok(());
            }
        }
        bail!("the appointment never was {state}: {}", company.list("appointments").await?)
    }

    /// How many mails went to an address.
    async fn mails(&self, address: &str) -> Result<usize> {
        Ok(self.stage.mails_to(address)?.len())
    }

    async fn state(&self, company: &Company, guest: &str) -> Result<Value> {
        let url = format!("{}/_sim/mailboxes/{}", self.stage.control.file().simulator_url, company.address);
        let mailbox: Value = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let mut mails = self.stage.mails_to(guest)?;
        mails.extend(self.stage.mails_to(&company.address)?);
        let events = mailbox["events"].as_array().into_iter().flatten();
        let events: Vec<Value> = events
            .filter(|event| event["isCancelled"] != true && event["deleted"] != true)
            .map(|event| json!({"subject": event["subject"], "attendees": event["attendees"], "showAs": event["showAs"]}))
            .collect();
        let state = json!({
            "appointments": company.list("appointments").await?,
            "events": events,
            "invitations": mailbox["invitations"],
            "mails": mails,
        });
        let mut names = company.names().to_vec();
        names.push((guest, "GUEST"));
        Ok(comparable(&state, &names))
    }
}
