//! R36: a calendar that cannot be read is never taken for a free one, and everything that takes a host's time
//! takes it.

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::stack::{Booking, Guest, Stack};

/// Nothing is offered and the page says why; who has the form open already is not booked either.
async fn closed(booking: &Booking, form: &str, start: Timestamp, why: &str) -> Result<()> {
    let shown = booking.look(&[]).await?;
    ensure!(shown.text.contains("Not open for booking now"), "{}: {}", shown.status, shown.text);
    ensure!(shown.text.contains(why), "{why} is not said: {}", shown.text);
    ensure!(!shown.text.contains("start="), "a time is offered: {}", shown.text);
    let picked = booking.look(&[("start", &start.to_string())]).await?;
    ensure!(picked.hidden("form").is_none(), "the form is shown for a picked time: {}", picked.text);
    let sent = booking.send(form, start, &Guest::new()).await?;
    ensure!(sent.status == StatusCode::SERVICE_UNAVAILABLE, "{}: {}", sent.status, sent.text);
    ensure!(booking.events().await?.is_empty(), "an event was made");
    ensure!(booking.appointments().await?.is_empty(), "an appointment was kept");
    Ok(())
}

/// A page that nobody has looked at yet, and a form for it: what is known of a calendar is kept for a while.
async fn fresh(terms: &Value) -> Result<(Booking, String, Timestamp)> {
    let first = Booking::with(&Stack::given()?, terms).await?;
    let start = first.a_time().await?;
    let form = first.form(start).await?;
    Ok((first, form, start))
}

/// Lets what is known of the calendar grow old.
async fn forget(booking: &Booking) -> Result<()> {
    let stack = booking.stack();
    let pk = format!("HOST#{}#{}", booking.host.customer.organization.id, booking.host.id);
    for item in stack.items("BookingTable", &pk).await? {
        let sk = item["sk"]["S"].as_str().context("an item without a key")?;
        if !item["answered_at"].is_null() {
            let values = json!({":old": {"N": "0"}});
            stack.update_item("BookingTable", [&pk, sk], "SET answered_at = :old", &values).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn r36_an_entry_with_an_error_offers_nothing() -> Result<()> {
    let (booking, form, start) = fresh(&json!({})).await?;
    booking.behave(&json!({"schedule": {"error": "ErrorMailboxStoreUnavailable"}})).await?;
    forget(&booking).await?;
    closed(&booking, &form, start, "ErrorMailboxStoreUnavailable").await?;
    booking.behave(&json!({"schedule": "ok"})).await?;
    forget(&booking).await?;
    ensure!(booking.times().await?.contains(&start), "the page does not come back");
    // Nothing was kept: the same form books now.
    let sent = booking.send(&form, start, &Guest::new()).await?;
    ensure!(sent.status == StatusCode::SEE_OTHER, "{}: {}", sent.status, sent.text);
    Ok(())
}

#[tokio::test]
async fn r36_a_refused_calendar_offers_nothing() -> Result<()> {
    let (booking, form, start) = fresh(&json!({})).await?;
    let schedule = json!({"mailbox": booking.host.address, "path": "getSchedule"});
    let denied = json!({"status": 403});
    booking.stack().simulator.fault(&schedule, &denied, 100).await?;
    forget(&booking).await?;
    closed(&booking, &form, start, "ErrorAccessDenied").await
}

#[tokio::test]
async fn r36_a_calendar_that_fails_again_and_again_offers_nothing() -> Result<()> {
    let (booking, form, start) = fresh(&json!({})).await?;
    let schedule = json!({"mailbox": booking.host.address, "path": "getSchedule"});
    let busy = json!({"status": 503, "headers": {"Retry-After": "1"}});
    booking.stack().simulator.fault(&schedule, &busy, 1_000).await?;
    forget(&booking).await?;
    closed(&booking, &form, start, "We cannot see when").await?;
    ensure!(booking.stack().simulator.struck(&booking.host.address).await? >= 2, "it was not tried again");
    Ok(())
}

#[tokio::test]
async fn r36_one_failed_try_is_no_reason_to_close() -> Result<()> {
    let (booking, _, start) = fresh(&json!({})).await?;
    let schedule = json!({"mailbox": booking.host.address, "path": "getSchedule"});
    booking
        .stack()
        .simulator
        .fault(&schedule, &json!({"status": 503, "headers": {"Retry-After": "1"}}), 1)
        .await?;
    forget(&booking).await?;
    ensure!(booking.times().await?.contains(&start));
    Ok(())
}

#[tokio::test]
async fn r36_a_calendar_that_is_not_linked_offers_nothing() -> Result<()> {
    let (booking, form, start) = fresh(&json!({})).await?;
    let path = format!("users/{}/links/calendar", booking.host.id);
    booking.host.customer.product.call(reqwest::Method::DELETE, &path, None).await?;
    forget(&booking).await?;
    closed(&booking, &form, start, "connect").await
}

#[tokio::test]
async fn r36_one_host_who_cannot_be_read_does_not_close_another() -> Result<()> {
    let (bad, ..) = fresh(&json!({})).await?;
    let other = bad.host.customer.user("taro").await?;
    let good = Booking::of(&other, &json!({})).await?;
    bad.behave(&json!({"schedule": {"error": "ErrorInternalServerError"}})).await?;
    forget(&bad).await?;
    ensure!(bad.look(&[]).await?.text.contains("Not open for booking now"));
    ensure!(!good.times().await?.is_empty(), "the other host offers nothing");
    Ok(())
}

/// An event of half an hour.
fn event(start: Timestamp, more: &Value) -> Result<Value> {
    let time =
        |at: Timestamp| json!({"dateTime": at.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC"});
    let end = start + SignedDuration::from_mins(30);
    let mut event = json!({"subject": "予定", "start": time(start), "end": time(end)});
    let (Some(members), Some(more)) = (event.as_object_mut(), more.as_object()) else {
        anyhow::bail!("events are objects");
    };
    members.extend(more.clone());
    Ok(event)
}

#[tokio::test]
async fn r36_tentative_absent_busy_and_recurring_times_are_taken_and_free_ones_are_not() -> Result<()> {
    let booking = Booking::with(&Stack::given()?, &json!({})).await?;
    let times = booking.times().await?;
    // Every fourth one, so that none touches another, and far enough from the ends of the week.
    let picked: Vec<Timestamp> = times.iter().copied().skip(40).step_by(4).take(6).collect();
    ensure!(picked.len() == 6, "{} times are offered", times.len());
    let kinds = ["tentative", "busy", "oof", "free", "workingElsewhere"];
    for (start, kind) in picked.iter().zip(kinds) {
        booking.put_event(&event(*start, &json!({"showAs": kind}))?).await?;
    }
    // A series that began long ago.
    let first = picked[5] - SignedDuration::from_hours(24 * 7 * 5);
    let series = json!({"recurrence": {
        "pattern": {"type": "daily", "interval": 7},
        "range": {"type": "noEnd", "startDate": first.strftime("%Y-%m-%d").to_string()},
    }});
    booking.put_event(&event(first, &series)?).await?;
    forget(&booking).await?;
    let offered = booking.times().await?;
    for (start, kind) in picked.iter().zip(kinds.iter().chain(&["recurring"])) {
        let is_free = ["free", "workingElsewhere"].contains(kind);
        ensure!(offered.contains(start) == is_free, "{kind} at {start}: offered: {}", !is_free);
    }
    ensure!(times.len() - offered.len() == 4, "{} times went", times.len() - offered.len());
    // Whoever had the form open before is asked for another time.
    let form = booking.form(picked[3]).await?;
    let sent = booking.send(&form, picked[0], &Guest::new()).await?;
    ensure!(sent.status == StatusCode::CONFLICT, "{}: {}", sent.status, sent.text);
    Ok(())
}

#[tokio::test]
async fn r36_the_buffer_around_a_meeting_stays_free() -> Result<()> {
    let booking = Booking::with(&Stack::given()?, &json!({"buffer_minutes": 30})).await?;
    let times = booking.times().await?;
    let taken = times[times.len() / 2];
    booking.put_event(&event(taken, &json!({}))?).await?;
    forget(&booking).await?;
    let offered = booking.times().await?;
    let step = SignedDuration::from_mins(30);
    for start in [taken - step, taken, taken + step] {
        ensure!(!offered.contains(&start), "{start} is offered beside {taken}");
    }
    Ok(())
}
