//! The scenario `booking`: a guest books, the event is made, both sides get mail; the guest cancels, the event
//! goes, both sides get mail again.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tokio::time::sleep;
use url::Url;

use super::company::{Company, MEMBER};
use super::end_state::comparable;
use super::http_event::http_event;
use super::play::Play;
use super::stage::{Message, Stage};
use super::traces;
use super::walk::Scenario;
use crate::guest::{Guest, Particulars};
use crate::sent_mail::SentMail;

/// Seconds from one look for what was left to the next: a little more than SES is given to tell of a mail whose
/// reply was lost, and than a worker that died holds its turn.
const LOOK: i64 = 11 * 60;
/// How often what was left is looked for. What takes an hour is given up by the product.
const MOST_LOOKS: usize = 4;
/// How long it takes at most until a mail that SES accepted lies in the folder of mails.
const DELIVERY: Duration = Duration::from_millis(100);
const FORM: &str = "application/x-www-form-urlencoded";

/// The scenario on its stage.
pub(super) struct Booking<'a> {
    pub(super) stage: &'a Stage<'a>,
    pub(super) http: reqwest::Client,
}

/// A guest's appointment on its way, and what time it is.
struct Visit {
    company: Company,
    email: String,
    /// Its page, where the guest cancels it.
    page: Url,
    start: String,
    /// Seconds from the beginning of the run.
    now: i64,
    /// How many of SES's events have been delivered.
    told: usize,
}

impl Scenario for Booking<'_> {
    const NAME: &'static str = "booking";

    async fn run(&self, play: &mut Play<'_>) -> Result<Value> {
        let company = Company::new(self.stage, &self.http, &format!("host-{:04}", play.number)).await?;
        company.consent(self.stage, "calendar").await?;
        company.product.link_feature(MEMBER, "calendar", &company.address).await?;
        // What is told of the link and done for it has no part in this.
        play.again("schedule-tick", 0, &json!({})).await?;
        play.deliver_all("", "Outbox", "outbox-worker", 0).await?;
        self.tend_link(play, 0).await?;
        let mut visit = self.book(play, company).await?;
        self.work_off(play, &mut visit, "confirmed", 1).await?;
        let confirmed = self.state(&visit).await?;
        let cancel = Url::parse(&format!("{}/cancel", visit.page))?;
        self.press(play, "cancel", visit.now, &cancel, "").await?;
        self.work_off(play, &mut visit, "cancelled", 2).await?;
        let cancelled = self.state(&visit).await?;
        traces::tidy(self.stage, &visit.company, &[(MEMBER, "calendar")]).await?;
        Ok(json!({"confirmed": confirmed, "cancelled": cancelled}))
    }

    fn check(&self, end: &Value) -> Result<()> {
        for (state, mails, cells) in [("confirmed", 2, 8), ("cancelled", 4, 0)] {
            let found = &end[state];
            let count = |list: &str| found[list].as_array().map_or(0, Vec::len);
            ensure!(count("appointments") == 1, "not one appointment: {found:#}");
            ensure!(found["appointments"][0]["state"] == state, "not {state}: {found:#}");
            ensure!(count("mails") == mails, "{} mails when {state}: {found:#}", count("mails"));
            ensure!(count("events") == 1, "not one event: {found:#}");
            ensure!(found["events"][0]["deleted"] == (state == "cancelled"), "the event: {found:#}");
            ensure!(found["events"][0]["transactionId"] == "APPOINTMENT", "the event's key: {found:#}");
            ensure!(found["cells"] == cells, "not {cells} cells when {state}: {found:#}");
        }
        Ok(())
    }
}

impl Booking<'_> {
    /// The guest books the first time that is offered.
    async fn book(&self, play: &mut Play<'_>, company: Company) -> Result<Visit> {
        // An earlier run left it behind at a later time.
        self.stage.set_clock("booking-web", 0).await?;
        let guest = Guest::new(&company.booking_page().await?)?;
        let start = guest.offered().await?.into_iter().next().context("no time is offered")?;
        let email = format!("guest-{:04}@fabrikam.example", play.number);
        let particulars = Particulars {
            company: "Fabrikam".to_owned(),
            name: "Guest".to_owned(),
            email: email.clone(),
            answers: Vec::new(),
        };
        let form = guest.form(&start, &particulars).await?;
        let location = self.press(play, "book", 0, guest.page(), &form).await?;
        Ok(Visit { company, email, page: guest.page().join(&location)?, start, now: 0, told: 0 })
    }

    /// The guest presses a button, and once more when nothing comes back. Where it leads.
    async fn press(
        &self,
        play: &mut Play<'_>,
        name: &str,
        now: i64,
        url: &Url,
        body: &str,
    ) -> Result<String> {
        let event = http_event("POST", url.path(), "", FORM, body);
        let run = play.act(name, "booking-web", now, &event).await?;
        let answer = if run.is_cut { play.again("booking-web", now, &event).await? } else { run.answer? };
        let location = answer["headers"]["location"].as_str().filter(|_| answer["statusCode"] == 303);
        location.map(str::to_owned).with_context(|| format!("{name} is answered by {}", answer["statusCode"]))
    }

    /// Works off what is queued, and what the tick finds left, until the appointment is in this state and each
    /// side has so many mails. Then the tick may find nothing more.
    async fn work_off(
        &self,
        play: &mut Play<'_>,
        visit: &mut Visit,
        state: &str,
        mails: usize,
    ) -> Result<()> {
        for look in 0..MOST_LOOKS {
            let name = |act: &str| if look == 0 { format!("{state}, {act}") } else { String::new() };
            self.look(play, visit, name).await?;
            let has_mails = [&visit.email, &visit.company.address]
                .into_iter()
                .map(|address| Ok(self.stage.mails_to(address)?.len() >= mails))
                .collect::<Result<Vec<bool>>>()?;
            let is_done = visit.company.list("appointments").await?[0]["state"] == state
                && has_mails.into_iter().all(|has_mails| has_mails);
            visit.now += LOOK;
            play.again("schedule-tick", visit.now, &json!({})).await?;
            if is_done {
                self.tend_link(play, visit.now).await?;
                return play.nothing_is_left(&["Booking", "Outbox"]).await;
            }
        }
        bail!("the appointment never was {state}: {}", visit.company.list("appointments").await?)
    }

    /// Delivers what is queued: the appointment's job, the mails', and what SES tells.
    async fn look(
        &self,
        play: &mut Play<'_>,
        visit: &mut Visit,
        name: impl Fn(&str) -> String,
    ) -> Result<()> {
        let (appointments, links) = self.booking_jobs().await?;
        play.deliver_each(&name("worker"), appointments, "booking-worker", visit.now).await?;
        play.deliver_each("", links, "booking-worker", visit.now).await?;
        let jobs = self.stage.receive("Outbox").await?;
        play.deliver_each(&name("mail"), jobs, "outbox-worker", visit.now).await?;
        sleep(DELIVERY).await;
        let sent = self.mails(visit)?.len();
        let told = self.stage.receive_at_least("Outbox", sent - visit.told).await?;
        visit.told += told.len();
        play.deliver_each(&name("told"), told, "outbox-worker", visit.now).await
    }

    /// What is queued of appointments, and what is queued of links: each comes up once in a day, whenever that is.
    async fn booking_jobs(&self) -> Result<(Vec<Message>, Vec<Message>)> {
        let jobs = self.stage.receive("Booking").await?;
        Ok(jobs.into_iter().partition(|job| job.says().contains("appointment_id")))
    }

    /// Works off what is queued of links; there may be nothing else.
    async fn tend_link(&self, play: &mut Play<'_>, now: i64) -> Result<()> {
        let (appointments, links) = self.booking_jobs().await?;
        ensure!(appointments.is_empty(), "left on the queue: {appointments:?}");
        play.deliver_each("", links, "booking-worker", now).await
    }

    /// What went out to both sides.
    fn mails(&self, visit: &Visit) -> Result<Vec<SentMail>> {
        let mut mails = self.stage.mails_to(&visit.email)?;
        mails.extend(self.stage.mails_to(&visit.company.address)?);
        Ok(mails)
    }

    async fn state(&self, visit: &Visit) -> Result<Value> {
        let Visit { company, email, start, .. } = visit;
        let url = format!("{}/_sim/mailboxes/{}", self.stage.control.file().simulator_url, company.address);
        let mailbox: Value = self.http.get(url).send().await?.error_for_status()?.json().await?;
        let mails = self.mails(visit)?.into_iter();
        let mails = mails.map(|SentMail { to, subject, calendar, .. }| {
            json!({"to": to, "subject": subject, "has_calendar": calendar.is_some()})
        });
        let partition = format!("HOST#{}#{MEMBER}", company.product.organization_id());
        let rows = self.stage.items("BookingTable", &partition).await?;
        let is_cell = |row: &&Value| row["sk"]["S"].as_str().is_some_and(|key| key.starts_with("CELL#"));
        let appointments = company.list("appointments").await?;
        let end = appointments[0]["end"].as_str().unwrap_or_default().to_owned();
        let id = appointments[0]["id"].as_str().unwrap_or_default().to_owned();
        let members = |list: &Value, view: fn(&Value) -> Value| -> Vec<Value> {
            list.as_array().into_iter().flatten().map(view).collect()
        };
        let state = json!({
            "appointments": members(&appointments, appointment),
            "events": members(&mailbox["events"], event),
            "invitations": members(&mailbox["invitations"], invitation),
            "mails": mails.collect::<Vec<_>>(),
            "cells": rows.iter().filter(is_cell).count(),
        });
        let mut names = company.names().to_vec();
        names.extend([(email.as_str(), "GUEST"), (start, "START"), (&end, "END"), (&id, "APPOINTMENT")]);
        Ok(comparable(&state, &names))
    }
}

/// An appointment; of what Microsoft or the clock chose, whether it is there.
fn appointment(shown: &Value) -> Value {
    let mut shown = shown.clone();
    for name in ["created_at", "confirmed_at", "join_url"] {
        shown[name] = (!shown[name].is_null()).into();
    }
    shown
}

/// What an event is to people, and its key.
fn event(shown: &Value) -> Value {
    let instant =
        |name: &str| shown[name]["dateTime"].as_str().and_then(|at| at.get(..19)).map(|at| format!("{at}Z"));
    json!({
        "subject": shown["subject"],
        "attendees": shown["attendees"],
        "start": instant("start"),
        "end": instant("end"),
        "showAs": shown["showAs"],
        "isOnlineMeeting": shown["isOnlineMeeting"],
        "isCancelled": shown["isCancelled"],
        "deleted": shown["deleted"],
        "transactionId": shown["transactionId"],
        "extendedProperties": shown["extendedProperties"],
    })
}

/// A mail of Outlook's own to an attendee.
fn invitation(shown: &Value) -> Value {
    json!({"to": shown["to"], "kind": shown["kind"], "subject": shown["subject"], "comment": shown["comment"]})
}
