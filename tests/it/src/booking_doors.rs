//! What guests cannot do: find pages or appointments that are not theirs, forge what they carry, or have
//! what they type run as anything but text.

use anyhow::{Context, Result, ensure};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::stack::{Answer, Booking, Guest, Stack};

fn at_an_address() -> Value {
    json!({"place": {"kind": "address", "address": "東京都千代田区丸の内1-1"}})
}

/// The page with what differs by its address taken out.
fn words(answer: &Answer, url: &Url) -> String {
    answer.text.replace(url.path(), "")
}

#[tokio::test]
async fn pages_cannot_be_found_by_guessing() -> Result<()> {
    let booking = Booking::with(&Stack::given()?, &at_an_address()).await?;
    let key = booking.url.path_segments().and_then(|mut all| all.next_back()).context("no key")?.to_owned();
    ensure!(key.len() >= 22, "{key} has fewer than 128 bits");
    ensure!(!key.contains(&booking.page), "the key gives the CRM's id away");
    let customer = &booking.host.customer;
    let with_key = |key: &str| {
        let mut url = booking.url.clone();
        url.set_path(&format!("/book/{key}"));
        url
    };
    let nobody = with_key(&key.chars().rev().collect::<String>());
    let unknown = customer.open(&nobody, "en").await?;
    ensure!(unknown.status == StatusCode::NOT_FOUND, "{}", unknown.status);
    let expected = words(&unknown, &nobody);
    for guess in
        [&key[..key.len() - 1], &format!("{key}a"), &booking.page, "%00", "..", "x".repeat(600).as_str()]
    {
        let url = with_key(guess);
        let answer = customer.open(&url, "en").await?;
        ensure!(answer.status == StatusCode::NOT_FOUND, "{guess}: {}", answer.status);
    }
    // A page that is switched off looks as if it had never been.
    let path = format!("booking-pages/{}", booking.page);
    let mut terms = customer.product.call(Method::GET, &path, None).await?;
    let members = terms.as_object_mut().context("an object")?;
    members.retain(|name, _| !["id", "key", "url", "organization_id", "updated_at"].contains(&name.as_str()));
    members.insert("active".to_owned(), json!(false));
    customer.product.call(Method::PUT, &path, Some(&terms)).await?;
    let inactive = customer.open(&booking.url, "en").await?;
    ensure!(inactive.status == StatusCode::NOT_FOUND, "{}", inactive.status);
    ensure!(words(&inactive, &booking.url) == expected, "an inactive page is told from an unknown one");
    customer.product.call(Method::DELETE, &path, None).await?;
    let deleted = customer.open(&booking.url, "en").await?;
    ensure!(deleted.status == StatusCode::NOT_FOUND && words(&deleted, &booking.url) == expected);
    Ok(())
}

#[tokio::test]
async fn appointments_open_only_with_their_own_link() -> Result<()> {
    let stack = Stack::given()?;
    let (booking, other) =
        (Booking::with(&stack, &at_an_address()).await?, Booking::with(&stack, &at_an_address()).await?);
    let appointment = booking.book(booking.a_time().await?, &Guest::new()).await?;
    let foreign = other.book(other.a_time().await?, &Guest::new()).await?;
    let last = |url: &Url| -> Result<String> {
        Ok(url.path_segments().and_then(|mut all| all.next_back()).context("no token")?.to_owned())
    };
    let (token, elsewhere) = (last(&appointment)?, last(&foreign)?);
    let id = booking.appointments().await?[0]["id"].as_str().context("no id")?.to_owned();
    let cut = &token[..token.len() - 1];
    let turned: String = token.chars().rev().collect();
    let signature = elsewhere.rsplit_once('.').map_or("", |(_, signature)| signature);
    let spliced = format!("{id}.{signature}");
    for forged in [cut, &turned, &spliced, &elsewhere, &id, "x"] {
        let mut url = booking.url.clone();
        url.path_segments_mut().ok().context("a path")?.push(forged);
        let shown = booking.host.customer.open(&url, "en").await?;
        ensure!(shown.status == StatusCode::NOT_FOUND, "{forged} opens: {}", shown.status);
        url.path_segments_mut().ok().context("a path")?.push("cancel");
        let sent = Answer::of(stack.http.post(url)).await?;
        ensure!(sent.status == StatusCode::NOT_FOUND, "{forged} cancels: {}", sent.status);
    }
    for (booking, appointment) in [(&booking, &appointment), (&other, &foreign)] {
        let (state, _) = booking.settled(appointment).await?;
        ensure!(state == "confirmed", "{state}");
    }
    Ok(())
}

#[tokio::test]
async fn forms_of_another_page_and_made_up_ones_book_nothing() -> Result<()> {
    let stack = Stack::given()?;
    let (booking, other) =
        (Booking::with(&stack, &at_an_address()).await?, Booking::with(&stack, &at_an_address()).await?);
    let start = booking.a_time().await?;
    let own = booking.form(start).await?;
    let foreign = other.form(other.a_time().await?).await?;
    let turned: String = own.chars().rev().collect();
    for form in ["", "x", &foreign, &turned, &own[..own.len() - 1]] {
        let sent = booking.send(form, start, &Guest::new()).await?;
        ensure!(sent.status == StatusCode::UNPROCESSABLE_ENTITY, "{form}: {}", sent.status);
    }
    // Times that the page never offers.
    for away in [
        jiff::SignedDuration::from_mins(7),
        jiff::SignedDuration::from_hours(24 * 400),
        -jiff::SignedDuration::from_hours(24 * 400),
    ] {
        let sent = booking.send(&own, start + away, &Guest::new()).await?;
        ensure!(sent.status == StatusCode::CONFLICT, "{away:?}: {}", sent.status);
    }
    ensure!(booking.appointments().await?.is_empty() && booking.events().await?.is_empty());
    Ok(())
}

const SCRIPT: &str = "<script>alert(1)</script>";
const IMAGE: &str = "\"><img src=x onerror=alert(1)>";

#[tokio::test]
async fn scripts_in_names_and_answers_are_text() -> Result<()> {
    let mut terms = at_an_address();
    terms["questions"] = json!([{"id": "topic", "label": "ご相談内容", "required": true, "long": true}]);
    terms["title"] = json!("<b>{{7*7}}</b>");
    let booking = Booking::with(&Stack::given()?, &terms).await?;
    let guest = Guest {
        company: IMAGE.to_owned(),
        name: SCRIPT.to_owned(),
        answers: vec![("topic", format!("{SCRIPT}\n</body>{IMAGE}\nBEGIN:VALARM"))],
        ..Guest::new()
    };
    let start = booking.a_time().await?;
    // With a fault, so that the form comes back with what was typed.
    let faulty = Guest { email: "x".to_owned(), ..guest.clone() };
    let again = booking.send(&booking.form(start).await?, start, &faulty).await?;
    ensure!(again.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", again.status);
    harmless(&again.text)?;
    let appointment = booking.book(start, &guest).await?;
    let (state, page) = booking.settled(&appointment).await?;
    ensure!(state == "confirmed", "{state}");
    harmless(&page)?;
    let events = booking.events().await?;
    harmless(events[0]["body"]["content"].as_str().context("no body")?)?;
    for address in [&guest.email, &booking.host.address] {
        let mail = booking.mails_to(address, 1).await?.remove(0);
        let (headers, parts) = mail.raw.split_once("\r\n\r\n").context("a mail without a body")?;
        ensure!(!headers.to_ascii_lowercase().contains("\nbcc:"), "{headers}");
        ensure!(!parts.contains("text/html"), "look into the HTML too");
        // Escaped, what was typed never begins a line of the calendar.
        let injected = mail.calendar.iter().any(|calendar| {
            calendar.contains(
                "
BEGIN:VALARM",
            )
        });
        ensure!(!injected, "{:?}", mail.calendar);
    }
    Ok(())
}

/// Nothing of what was typed stands there as a tag.
fn harmless(html: &str) -> Result<()> {
    ensure!(!html.contains(SCRIPT) && !html.contains("<img src=x") && !html.contains("<b>{{"), "{html}");
    Ok(())
}

#[tokio::test]
async fn lines_in_names_and_addresses_add_no_header() -> Result<()> {
    let booking = Booking::with(&Stack::given()?, &at_an_address()).await?;
    let start = booking.a_time().await?;
    let form = booking.form(start).await?;
    let victim = Guest::new().email;
    let inject = format!("\r\nBcc: {victim}");
    let base = Guest::new();
    let guests = [
        Guest { name: format!("三田{inject}"), ..base.clone() },
        Guest { company: format!("株式会社{inject}"), ..base.clone() },
        Guest { email: format!("{}{inject}", base.email), ..base.clone() },
        Guest { email: format!("{}, {victim}", base.email), ..base.clone() },
        Guest { name: "三田\u{202e}".to_owned(), ..base.clone() },
    ];
    for guest in guests {
        let sent = booking.send(&form, start, &guest).await?;
        ensure!(sent.status == StatusCode::UNPROCESSABLE_ENTITY, "{guest:?}: {}", sent.status);
    }
    ensure!(booking.appointments().await?.is_empty());
    // The same form, filled in as it should be, still books.
    let sent = booking.send(&form, start, &base).await?;
    ensure!(sent.status == StatusCode::SEE_OTHER, "{}: {}", sent.status, sent.text);
    booking.mails_to(&base.email, 1).await?;
    ensure!(booking.sent_to(&victim)?.is_empty(), "somebody else was mailed");
    Ok(())
}
