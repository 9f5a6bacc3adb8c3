//! R38: a web meeting is confirmed only with its link, which stands in the event, on the page and in both
//! mails; a calendar that cannot make one is refused before anything is booked.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use serde_json::json;

use crate::stack::{Booking, Guest, Stack};

/// The link that the simulated Teams made.
async fn link_of(booking: &Booking) -> Result<String> {
    let events = booking.events().await?;
    ensure!(events.len() == 1, "{} events", events.len());
    let link = events[0]["onlineMeeting"]["joinUrl"].as_str();
    Ok(link.with_context(|| format!("no link: {}", events[0]))?.to_owned())
}

/// The link stands on the page, in the API's record and in both mails.
async fn is_everywhere(booking: &Booking, guest: &Guest, page: &str) -> Result<()> {
    let link = link_of(booking).await?;
    let in_pages = link.replace('&', "&amp;");
    ensure!(page.contains(&link) || page.contains(&in_pages), "{link} is not on the page: {page}");
    let kept = booking.appointments().await?;
    ensure!(kept.len() == 1 && kept[0]["join_url"] == link, "{kept:?}");
    for address in [&guest.email, &booking.host.address] {
        let mails = booking.mails_to(address, 1).await?;
        ensure!(mails[0].text.contains(&link), "{link} is not in the mail to {address}: {}", mails[0].text);
    }
    Ok(())
}

#[tokio::test]
async fn r38_the_link_stands_in_the_event_on_the_page_and_in_both_mails() -> Result<()> {
    let booking = Booking::new(&Stack::given()?).await?;
    let guest = Guest::new();
    let appointment = booking.book(booking.a_time().await?, &guest).await?;
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "confirmed", "{state}: {page}");
    is_everywhere(&booking, &guest, &page).await
}

#[tokio::test]
async fn r38_a_late_link_is_waited_for() -> Result<()> {
    let booking = Booking::new(&Stack::given()?).await?;
    booking.behave(&json!({"teams": {"late": {"seconds": 6, "reads": 2}}})).await?;
    let guest = Guest::new();
    let appointment = booking.book(booking.a_time().await?, &guest).await?;
    // As long as there is no link nothing is confirmed.
    loop {
        let (state, page) = booking.state(&appointment).await?;
        let has_link = booking.events().await?.iter().any(|event| !event["onlineMeeting"].is_null());
        if state == "confirmed" {
            ensure!(has_link, "confirmed without a link: {page}");
            break;
        }
        ensure!(state == "pending", "{state}: {page}");
        ensure!(booking.sent_to(&guest.email)?.is_empty(), "a mail went out before the link was there");
        if has_link {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "confirmed", "{state}: {page}");
    is_everywhere(&booking, &guest, &page).await
}

#[tokio::test]
async fn r38_a_calendar_without_teams_is_refused_before_booking() -> Result<()> {
    let stack = Stack::given()?;
    let customer = crate::stack::Customer::consented(&stack).await?;
    let address = format!("hanako@{}", customer.domain);
    let user = json!({"userPrincipalName": address, "displayName": "花子", "teams": false});
    stack.simulator.post(&format!("tenants/{}/users", customer.tenant), &user).await?;
    customer.product.put_user("hanako", &address).await?;
    let host = crate::stack::Member { customer, id: "hanako".to_owned(), address };
    let booking = Booking::of(&host, &json!({})).await?;
    let shown = booking.look(&[]).await?;
    ensure!(shown.text.contains("Not open for booking now"), "{}: {}", shown.status, shown.text);
    ensure!(shown.text.contains("Teams") && !shown.text.contains("start="), "{}", shown.text);
    // The same host at an address is fine, and its times are what the web page would have offered.
    let at_an_address = json!({"place": {"kind": "address", "address": "大阪市北区1-1"}});
    let place = Booking::unlinked(&booking.host, &at_an_address).await?;
    let start = place.a_time().await?;
    let form = form_elsewhere(&booking, &place, start).await?;
    let sent = booking.send(&form, start, &Guest::new()).await?;
    ensure!(sent.status != StatusCode::SEE_OTHER, "booked without Teams");
    ensure!(booking.events().await?.is_empty() && booking.appointments().await?.is_empty());
    let made = place.book(start, &Guest::new()).await?;
    let (state, page) = place.settled(&made).await?;
    ensure!(state == "confirmed", "{state}: {page}");
    Ok(())
}

/// A form of another page, since this one shows none.
async fn form_elsewhere(booking: &Booking, other: &Booking, start: Timestamp) -> Result<String> {
    let shown = booking.look(&[("start", &start.to_string())]).await?;
    ensure!(shown.hidden("form").is_none(), "a closed page shows its form");
    other.form(start).await
}

#[tokio::test]
async fn r38_a_meeting_whose_link_never_comes_is_undone_and_everybody_is_told() -> Result<()> {
    let booking = Booking::new(&Stack::given()?).await?;
    booking.behave(&json!({"teams": {"late": {"seconds": 86_400, "reads": 1_000}}})).await?;
    let (start, guest) = (booking.a_time().await?, Guest::new());
    let appointment = booking.book(start, &guest).await?;
    // Teams may be late, so it is waited for: not confirmed, and nobody is written to.
    while booking.events().await?.is_empty() {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let (state, page) = booking.state(&appointment).await?;
    ensure!(state == "pending", "{state}: {page}");
    ensure!(booking.sent_to(&guest.email)?.is_empty(), "a mail went out without a link");
    let mut state = state;
    while state == "pending" {
        age(&booking).await?;
        booking.stack().control.tick().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        (state, _) = booking.state(&appointment).await?;
    }
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "failed", "{state}: {page}");
    ensure!(booking.events().await?.is_empty(), "an event without a link was left");
    let kept = booking.appointments().await?;
    ensure!(kept.len() == 1 && kept[0]["state"] == "failed" && kept[0]["join_url"].is_null(), "{kept:?}");
    let mails = booking.mails_to(&guest.email, 1).await?;
    ensure!(mails[0].calendar.is_none(), "the guest is invited: {:?}", mails[0]);
    ensure!(booking.times().await?.contains(&start), "the time is not free again");
    Ok(())
}

/// Lets more time pass for the appointments of this organization than Teams is waited for.
async fn age(booking: &Booking) -> Result<()> {
    let stack = booking.stack();
    let pk = format!("APPOINTMENTS#{}", booking.host.customer.organization.id);
    for item in stack.items("BookingTable", &pk).await? {
        let Some(posted) = item["posted_at"]["S"].as_str() else { continue };
        let sk = item["sk"]["S"].as_str().context("an item without a key")?;
        let long_ago = posted.parse::<Timestamp>()? - SignedDuration::from_mins(11);
        let values = json!({":at": {"S": long_ago.to_string()}, ":due": {"N": "0"}});
        stack.update_item("BookingTable", [&pk, sk], "SET posted_at = :at, due_at = :due", &values).await?;
    }
    Ok(())
}
