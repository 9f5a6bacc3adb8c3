//! A guest books on a booking page in Chromium, as people do; the event, the link and the mails are looked at.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::time::Instant;
use types::Language;
use url::Url;

use super::far_side::FarSide;
use super::job::Job;
use crate::browser::{Browser, Screen};
use crate::guest::{Guest, Particulars};
use crate::made_up;
use crate::sent_mail::{self, SentMail};

/// The folder of pictures below `target`.
const PICTURES: &str = "demo";
/// How long the appointment may take.
const PATIENCE: Duration = Duration::from_secs(60);
const EMAIL: &str = "hanako.mita@fabrikam.example";
const COMPANY: &str = "株式会社テスト";
const NAME: &str = "三田花子";

/// The booking page, made by API once the host has linked the calendar; its address.
///
/// # Errors
/// A step is refused.
pub(super) async fn prepare(job: &Job, host: &str, address: &str) -> Result<(String, Url)> {
    let product = job.product();
    product.consent(job.tenant(), "calendar", job.administrator()).await?;
    product.link_feature(host, "calendar", address).await?;
    let made = product.put_booking_page("first-meeting", &made_up::booking_page(host)).await?;
    let url = made["url"].as_str().with_context(|| format!("no url in {made}"))?;
    Ok((format!("{address} linked; 30 minutes on Teams"), url.parse()?))
}

/// The guest books, in a browser where there is one; the appointment's page.
///
/// # Errors
/// The page offers nothing, or the booking is not confirmed.
pub(super) async fn book(page: &Url) -> Result<(String, ())> {
    if Browser::is_there() {
        let english = Browser::start(Language::En).await?;
        let looked = look(&english, "Europe/London", page).await;
        english.end().await?;
        looked?;
        let browser = Browser::start(Language::Ja).await?;
        let booked = in_browser(&browser, page).await;
        browser.end().await?;
        booked?;
        return Ok((format!("{NAME} booked in Chromium"), ()));
    }
    eprintln!("    No browser without chromedriver: {}", super::screenshot::HOW_TO_GET);
    without_browser(page).await?;
    Ok((format!("{NAME} booked without a browser"), ()))
}

async fn look(browser: &Browser, zone: &str, page: &Url) -> Result<()> {
    browser.lives_in(zone).await?;
    browser.open(page).await?;
    browser.picture_in(PICTURES, "booking-page").await
}

async fn in_browser(browser: &Browser, page: &Url) -> Result<()> {
    browser.hold(Screen::Telephone).await?;
    look(browser, "Asia/Tokyo", page).await?;
    browser.click("section.times:not([hidden]) a[rel=nofollow]").await?;
    for (field, text) in [("company", COMPANY), ("name", NAME), ("email", EMAIL)] {
        browser.fill(&format!("input[name={field}]"), text).await?;
    }
    browser.picture_in(PICTURES, "booking-form").await?;
    browser.click("form.form button").await?;
    browser.waits_for("main[data-state=confirmed]").await?;
    ensure!(browser.has("a.button[href*='teams']").await?, "the page shows no Teams link");
    browser.picture_in(PICTURES, "booking-confirmed").await
}

async fn without_browser(page: &Url) -> Result<()> {
    let guest = Guest::new(page.as_str())?;
    let start = guest.offered().await?.into_iter().next().context("no time is offered")?;
    let particulars = Particulars {
        company: COMPANY.to_owned(),
        name: NAME.to_owned(),
        email: EMAIL.to_owned(),
        answers: Vec::new(),
    };
    let sent = guest.send(guest.form(&start, &particulars).await?).await?;
    let appointment = sent.appointment.with_context(|| format!("{}: {}", sent.status, sent.text))?;
    let until = Instant::now() + PATIENCE;
    while !guest.read(&appointment).await?.contains("data-state=\"confirmed\"") {
        ensure!(Instant::now() < until, "the appointment was not confirmed");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

/// The meeting as it stands in the calendar.
#[derive(Debug)]
pub(super) struct Meeting {
    /// The Teams link.
    pub(super) link: String,
    /// Its first day.
    pub(super) day: String,
}

/// One event with the guest and a Teams link in the host's calendar.
///
/// # Errors
/// There is not.
pub(super) async fn event(far_side: &FarSide, address: &str) -> Result<(String, Meeting)> {
    let mailbox = far_side.mailbox(address).await?;
    let events = mailbox["events"].as_array().context("a mailbox without events")?;
    let [event] = &events[..] else { bail!("events: expected one, found {}", events.len()) };
    let expected = format!("{COMPANY}:{NAME}");
    ensure!(event["subject"] == *expected, "subject: expected {expected}, found {}", event["subject"]);
    ensure!(event["attendees"].to_string().contains(EMAIL), "the guest is not invited: {event:#}");
    let link = event["onlineMeeting"]["joinUrl"].as_str().context("the event has no Teams link")?;
    let start = event["start"]["dateTime"].as_str().context("the event has no start")?;
    let day = start.split('T').next().unwrap_or(start).to_owned();
    Ok((format!("\"{expected}\" with a Teams link"), Meeting { link: link.to_owned(), day }))
}

/// A mail to the guest and one to the host, each with the link and an iCalendar file.
///
/// # Errors
/// There are not, within a while.
pub(super) async fn mails(folder: &Path, host: &str, link: &str) -> Result<(String, ())> {
    for address in [EMAIL, host] {
        let mail = mail_to(folder, address).await?;
        ensure!(mail.text.contains(link), "the mail to {address} has no Teams link: {}", mail.text);
        let calendar = mail.calendar.context("a mail without an iCalendar file")?;
        ensure!(calendar.contains("BEGIN:VEVENT"), "the mail to {address} has no appointment: {calendar}");
    }
    Ok((format!("one to {EMAIL}, one to {host}, with link and iCalendar file"), ()))
}

async fn mail_to(folder: &Path, address: &str) -> Result<SentMail> {
    let until = Instant::now() + PATIENCE;
    loop {
        let mut found = sent_mail::to(folder, address)?;
        match found.len() {
            1 => return Ok(found.remove(0)),
            0 if Instant::now() < until => tokio::time::sleep(Duration::from_millis(200)).await,
            count => bail!("mails to {address}: expected one, found {count}"),
        }
    }
}
