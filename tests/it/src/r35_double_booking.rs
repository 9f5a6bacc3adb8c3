//! R35: however many guests want one time at once, one of them gets it, and the others are told at once and
//! named other times.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use futures::stream::{self, StreamExt, TryStreamExt};
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::json;

use crate::stack::{Answer, Booking, Guest, Stack};

/// Guests who all press the button at the same moment.
const AT_ONCE: usize = 100;
/// A rush: so many guests, of whom so many are in flight at any moment.
const RUSH: usize = 500;
const IN_FLIGHT: usize = 50;

#[tokio::test]
async fn r35_a_hundred_parallel_confirmations_make_one_appointment() -> Result<()> {
    race(AT_ONCE, AT_ONCE).await
}

#[tokio::test]
async fn r35_of_five_hundred_guests_fifty_at_a_time_one_gets_the_time() -> Result<()> {
    race(RUSH, IN_FLIGHT).await
}

/// So many guests confirm the same time, so many of them at a time.
async fn race(guests: usize, in_flight: usize) -> Result<()> {
    let booking = Booking::new(&Stack::given()?).await?;
    let start = booking.a_time().await?;
    // Everybody has the form open before anybody sends it.
    let forms: Vec<String> = stream::iter(0..guests)
        .map(|_| booking.form(start))
        .buffer_unordered(in_flight)
        .try_collect()
        .await?;
    ensure!(forms.iter().collect::<BTreeSet<_>>().len() == guests, "two guests have the same form");
    let answers: Vec<Answer> = stream::iter(&forms)
        .map(async |form| booking.send(form, start, &Guest::new()).await)
        .buffer_unordered(in_flight)
        .try_collect()
        .await?;
    let (made, refused): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == StatusCode::SEE_OTHER);
    ensure!(made.len() == 1, "{} guests got the same time", made.len());
    for answer in refused {
        is_clear(answer, start)?;
    }
    let appointment = booking.url.join(made[0].location()?)?;
    let (state, _) = booking.settled(&appointment).await?;
    ensure!(state == "confirmed", "the one appointment is {state}");
    one_event(&booking, start).await?;
    ensure!(!booking.times().await?.contains(&start), "the time is still offered");
    Ok(())
}

/// A refusal says that the time is gone and names others, none of which is the same one.
fn is_clear(answer: &Answer, start: Timestamp) -> Result<()> {
    ensure!(answer.status == StatusCode::CONFLICT, "{}: {}", answer.status, answer.text);
    let others: Vec<Timestamp> =
        answer.texts_between("name=\"start\" value=\"", "\"").map(str::parse).collect::<Result<_, _>>()?;
    ensure!(!others.is_empty(), "no other time is named: {}", answer.text);
    ensure!(!others.contains(&start), "the taken time is named again");
    Ok(())
}

/// There is one appointment, one event at that time, and one invitation of each kind.
async fn one_event(booking: &Booking, start: Timestamp) -> Result<()> {
    let appointments = booking.appointments().await?;
    ensure!(appointments.len() == 1, "{} appointments were kept", appointments.len());
    let events = booking.events().await?;
    ensure!(events.len() == 1, "{} events", events.len());
    let shown = format!("{}.0000000", start.strftime("%Y-%m-%dT%H:%M:%S"));
    ensure!(events[0]["start"] == json!({"dateTime": shown, "timeZone": "UTC"}), "{}", events[0]);
    let mailbox = booking.host.mailbox().await?;
    let invitations = mailbox["invitations"].as_array().context("no list of invitations")?;
    ensure!(invitations.len() <= 1, "Exchange mailed more than once: {invitations:?}");
    Ok(())
}

#[tokio::test]
async fn r35_meetings_that_overlap_exclude_each_other() -> Result<()> {
    const GUESTS_EACH: usize = 12;
    // Half an hour, begun every quarter of one: each time meets its neighbours.
    let booking = Booking::with(&Stack::given()?, &json!({"step_minutes": 15, "place": place()})).await?;
    let times = booking.times().await?;
    let middle = times.len() / 2;
    let wanted = times.get(middle..middle + 4).context("too few times")?;
    let each = wanted.iter().flat_map(|start| std::iter::repeat_n(*start, GUESTS_EACH));
    let answers: Vec<(Timestamp, Answer)> = stream::iter(each)
        .map(async |start| {
            let form = booking.form(start).await?;
            anyhow::Ok((start, booking.send(&form, start, &Guest::new()).await?))
        })
        .buffer_unordered(IN_FLIGHT)
        .try_collect()
        .await?;
    let mut made: Vec<Timestamp> = Vec::new();
    for (start, answer) in &answers {
        match answer.status {
            StatusCode::SEE_OTHER => made.push(*start),
            status => ensure!(status == StatusCode::CONFLICT, "{status}: {}", answer.text),
        }
    }
    made.sort_unstable();
    ensure!(!made.is_empty(), "nobody got a time");
    let half_an_hour = SignedDuration::from_mins(30);
    let overlap = made.windows(2).any(|pair| pair[1].duration_since(pair[0]) < half_an_hour);
    ensure!(!overlap, "these overlap: {made:?}");
    let kept = booking.appointments().await?.len();
    ensure!(kept == made.len(), "{kept} appointments of {} answers", made.len());
    Ok(())
}

#[tokio::test]
async fn r35_two_pages_of_one_host_share_the_hosts_time() -> Result<()> {
    let first = Booking::with(&Stack::given()?, &json!({"place": place()})).await?;
    let second = Booking::unlinked(&first.host, &json!({"place": place()})).await?;
    let start = first.a_time().await?;
    let (one, two) = (first.form(start).await?, second.form(start).await?);
    let (one, two) = tokio::try_join!(async { first.send(&one, start, &Guest::new()).await }, async {
        second.send(&two, start, &Guest::new()).await
    },)?;
    let made = [&one, &two].into_iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    ensure!(made == 1, "{made} of two pages got the time: {} {}", one.status, two.status);
    ensure!(!first.times().await?.contains(&start) && !second.times().await?.contains(&start));
    Ok(())
}

#[tokio::test]
async fn r35_a_form_sent_twice_is_one_appointment() -> Result<()> {
    let booking = Booking::with(&Stack::given()?, &json!({"place": place()})).await?;
    let start = booking.a_time().await?;
    let (form, guest) = (booking.form(start).await?, Guest::new());
    let (one, two) =
        tokio::try_join!(booking.send(&form, start, &guest), booking.send(&form, start, &guest))?;
    let later = booking.send(&form, start, &guest).await?;
    for answer in [&one, &two, &later] {
        ensure!(answer.status == StatusCode::SEE_OTHER, "{}: {}", answer.status, answer.text);
        ensure!(answer.location()? == one.location()?, "two appointments of one form");
    }
    let (state, _) = booking.settled(&booking.url.join(one.location()?)?).await?;
    ensure!(state == "confirmed", "{state}");
    booking.mails_to(&guest.email, 1).await?;
    one_event(&booking, start).await
}

fn place() -> serde_json::Value {
    json!({"kind": "address", "address": "東京都千代田区丸の内1-1"})
}
