//! A booking page as the guests of these tests know it.

use anyhow::{Context, Result, ensure};
use reqwest::StatusCode;
use serde_json::{Value, json};
use url::Url;
use xtask::guest::{Guest, Particulars, Sent};

use crate::stack::{Answer, Booking, Customer, Stack};

/// The page of the member `sato`, with one question, and somebody who was given its address.
pub(super) struct Host {
    pub(super) booking: Booking,
    pub(super) guest: Guest,
}

fn terms() -> Value {
    json!({
        "title": "製品のご紹介",
        "questions": [{"id": "people", "label": "参加人数 / How many?", "required": true}],
    })
}

impl Host {
    pub(super) async fn new(stack: &Stack) -> Result<Self> {
        let member = Customer::consented(stack).await?.user("sato").await?;
        let booking = Booking::of(&member, &terms()).await?;
        let guest = Guest::new(booking.url.as_str())?;
        Ok(Self { booking, guest })
    }

    /// Changes one of the page's terms.
    pub(super) async fn change(&self, term: &str, value: Value) -> Result<()> {
        let mut terms = terms();
        terms[term] = value;
        self.booking.change(&terms).await
    }

    /// Opens an address as a browser without JavaScript would, following nothing.
    pub(super) async fn open(&self, url: &Url, language: &str) -> Result<Answer> {
        self.booking.host.customer.open(url, language).await
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

    /// What an appointment's page shows once it has come to this state.
    pub(super) async fn stands(&self, appointment: &Url, state: &str) -> Result<String> {
        let (found, page) = self.booking.settled(appointment).await?;
        ensure!(found == state, "{found} instead of {state}: {page}");
        Ok(page)
    }
}

/// The appointment that was made.
pub(super) fn made(sent: Sent) -> Result<Url> {
    ensure!(sent.status == StatusCode::SEE_OTHER, "no appointment was made: {sent:?}");
    sent.appointment.context("an answer without an address")
}
