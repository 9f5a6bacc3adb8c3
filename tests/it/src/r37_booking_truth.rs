//! R37: an appointment is shown as confirmed only if its event is there; otherwise it goes on or is undone,
//! and everybody is told once.

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stack::{Answer, Booking, Guest, Stack, graph_error, method_of};

/// A page, a time that it offers, and a guest.
async fn ready() -> Result<(Booking, Timestamp, Guest)> {
    let place = json!({"place": {"kind": "address", "address": "東京都千代田区丸の内1-1"}});
    let booking = Booking::with(&Stack::given()?, &place).await?;
    let start = booking.a_time().await?;
    Ok((booking, start, Guest::new()))
}

/// The calls that make events in the host's mailbox.
fn creations(booking: &Booking) -> Value {
    json!({"mailbox": booking.host.address, "method": "POST", "path": "/events$"})
}

#[tokio::test]
async fn r37_a_confirmed_appointment_has_its_event_and_both_mails() -> Result<()> {
    let (booking, start, guest) = ready().await?;
    let appointment = booking.book(start, &guest).await?;
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "confirmed", "{state}: {page}");
    let events = booking.events().await?;
    ensure!(events.len() == 1, "{} events", events.len());
    let attendees = events[0]["attendees"].as_array().context("no attendees")?;
    let addresses: Vec<_> = attendees.iter().map(|one| &one["emailAddress"]["address"]).collect();
    ensure!(addresses == [&json!(guest.email)], "{addresses:?}");
    let id = events[0]["transactionId"].as_str().context("no transactionId")?;
    let kept = booking.appointments().await?;
    ensure!(kept.len() == 1 && kept[0]["id"] == id && kept[0]["state"] == "confirmed", "{kept:?}");
    let mails = booking.mails_to(&guest.email, 1).await?;
    ensure!(method_of(&mails[0]).is_some(), "no invitation is attached: {:?}", mails[0]);
    booking.mails_to(&booking.host.address, 1).await?;
    Ok(())
}

#[tokio::test]
async fn r37_what_the_calendar_refuses_for_good_is_never_confirmed() -> Result<()> {
    let (booking, start, guest) = ready().await?;
    let refused = graph_error("ErrorInvalidRequest", "Your request can't be completed.");
    let refused = json!({"status": 400, "body": refused});
    // Once is for good: what is refused so is not asked again.
    booking.stack().simulator.fault(&creations(&booking), &refused, 1).await?;
    let appointment = booking.book(start, &guest).await?;
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "failed", "{state}: {page}");
    ensure!(booking.events().await?.is_empty(), "an event is there");
    let kept = booking.appointments().await?;
    ensure!(kept.len() == 1 && kept[0]["state"] == "failed", "{kept:?}");
    // The guest reads it in a mail too, and nobody reads of a meeting.
    let mails = booking.mails_to(&guest.email, 1).await?;
    ensure!(mails[0].calendar.is_none(), "the guest is invited: {:?}", mails[0]);
    ensure!(booking.times().await?.contains(&start), "the time is not free again");
    let (again, _) = booking.settled(&booking.book(start, &Guest::new()).await?).await?;
    ensure!(again == "confirmed", "{again}");
    Ok(())
}

#[tokio::test]
async fn r37_a_lost_reply_leaves_exactly_one_event() -> Result<()> {
    let (booking, start, guest) = ready().await?;
    booking.stack().simulator.fault(&creations(&booking), &json!({"dropReply": true}), 1).await?;
    let appointment = booking.book(start, &guest).await?;
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "confirmed", "{state}: {page}");
    ensure!(booking.stack().simulator.struck(&booking.host.address).await? == 1, "no reply was lost");
    one_of_everything(&booking, &guest).await
}

#[tokio::test]
async fn r37_a_repeat_that_is_answered_with_a_conflict_is_the_same_event() -> Result<()> {
    let (booking, start, guest) = ready().await?;
    booking.behave(&json!({"transactionIdRepeat": "conflict"})).await?;
    booking.stack().simulator.fault(&creations(&booking), &json!({"dropReply": true}), 1).await?;
    let (state, page) = booking.settled(&booking.book(start, &guest).await?).await?;
    ensure!(state == "confirmed", "{state}: {page}");
    one_of_everything(&booking, &guest).await
}

#[tokio::test]
async fn r37_a_calendar_that_fails_for_a_while_is_tried_again() -> Result<()> {
    let (booking, start, guest) = ready().await?;
    let busy = json!({"status": 503, "headers": {"Retry-After": "1"}});
    booking.stack().simulator.fault(&creations(&booking), &busy, 5).await?;
    let appointment = booking.book(start, &guest).await?;
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "confirmed", "{state}: {page}");
    one_of_everything(&booking, &guest).await
}

async fn one_of_everything(booking: &Booking, guest: &Guest) -> Result<()> {
    let events = booking.events().await?;
    ensure!(events.len() == 1, "{} events", events.len());
    let mailbox = booking.host.mailbox().await?;
    let invitations = mailbox["invitations"].as_array().context("no list of invitations")?;
    ensure!(invitations.len() == 1, "Exchange mailed {} times", invitations.len());
    booking.mails_to(&guest.email, 1).await?;
    booking.mails_to(&booking.host.address, 1).await?;
    Ok(())
}

#[tokio::test]
async fn r37_a_cancelled_appointment_takes_its_event_along_and_tells_once() -> Result<()> {
    let (booking, start, guest) = ready().await?;
    let appointment = booking.book(start, &guest).await?;
    booking.settled(&appointment).await?;
    let mut cancel = appointment.clone();
    cancel.path_segments_mut().ok().context("a path")?.push("cancel");
    // A mail program that follows links cancels nothing.
    let asked = booking.host.customer.open(&cancel, "en").await?;
    ensure!(asked.status == StatusCode::OK, "{}", asked.status);
    ensure!(booking.state(&appointment).await?.0 == "confirmed", "a look cancelled it");
    for _ in 0..2 {
        let sent = Answer::of(booking.stack().http.post(cancel.clone())).await?;
        ensure!(sent.status == StatusCode::SEE_OTHER, "{}: {}", sent.status, sent.text);
    }
    let (state, _) = booking.settled(&appointment).await?;
    ensure!(state.starts_with("cancelled"), "{state}");
    ensure!(booking.events().await?.is_empty(), "the event is still there");
    let mails = booking.mails_to(&guest.email, 2).await?;
    ensure!(mails.iter().any(|mail| method_of(mail) == Some("CANCEL")), "{mails:?}");
    booking.mails_to(&booking.host.address, 2).await?;
    ensure!(booking.times().await?.contains(&start), "the time is not free again");
    Ok(())
}
