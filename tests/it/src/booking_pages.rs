//! A guest's own way: pick a time, say who you are, see that it is confirmed, cancel. In a telephone's window
//! and in both languages; without JavaScript too; and what nobody may see. Pages are photographed into
//! `target/screens`.

mod host;

use anyhow::{Context, Result, ensure};
use futures::future::try_join_all;
use reqwest::{Method, StatusCode, header};
use serde_json::json;
use url::Url;
use xtask::browser::{Browser, Screen};

use crate::browser::in_each_language;
use crate::stack::{Answer, Stack};

use host::{Host, made};

/// What a guest types who means no good.
const EVIL: &str = "<script>alert(1)</script>\"'&";

/// Takes pictures at every width, and holds the telephone again.
async fn picture(browser: &Browser, name: &str) -> Result<()> {
    browser.picture(name).await?;
    browser.hold(Screen::Telephone).await
}

/// From the page to a confirmed appointment; its address.
async fn book(browser: &Browser, host: &Host) -> Result<Url> {
    browser.hold(Screen::Telephone).await?;
    browser.open(host.guest.page()).await?;
    browser.arrives_at("製品のご紹介").await?;
    // By choice, as the browser of this machine may be anywhere: the script shows the zone at once.
    browser.click("#zone option[value=\"Asia/Tokyo\"]").await?;
    browser.click("main[data-zone=\"Asia/Tokyo\"] .times:not([hidden]) a").await?;
    browser.arrives_at(browser.text("お客様情報の入力", "Enter your details")).await?;
    picture(browser, "book-details").await?;
    // Nothing filled in: each field says what is missing, in the guest's language.
    browser.click(".form button").await?;
    let missing = browser.text("メールアドレスを入力してください", "Enter your e-mail address");
    browser.click("#email[aria-invalid]").await?;
    ensure!(browser.read("#email-fault").await?.contains(missing));
    picture(browser, "book-details-faulty").await?;
    browser.fill("#company", EVIL).await?;
    browser.fill("#name", browser.text("三田 花子", "Hanako Mita")).await?;
    browser.fill("#email", "hanako.mita@guest.example").await?;
    browser.fill("#answer-1", "3").await?;
    browser.click(".form button").await?;
    // The page changes by itself once the event is in the calendar.
    browser.arrives_at(browser.text("予約が確定しました", "Your meeting is confirmed")).await?;
    browser.address().await
}

#[tokio::test]
async fn e23_a_guest_books_on_a_telephone_and_cancels() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let host = Host::new(&stack).await?;
        browser.open(host.guest.page()).await?;
        browser.arrives_at("製品のご紹介").await?;
        browser.picture("book-times").await?;
        let appointment = book(browser, &host).await?;
        picture(browser, "book-confirmed").await?;
        let events = host.booking.events().await?;
        ensure!(events.len() == 1, "one event is expected: {events:?}");
        let times = browser.read(".moment time").await?;
        ensure!(times.contains(browser.text("年", "202")), "{times}");
        let join = browser.read(".actions").await?;
        ensure!(join.contains("Teams"), "{join}");

        browser.click(".aside a").await?;
        let question = browser.text("「製品のご紹介」の予約をキャンセルしますか", "Cancel “製品のご紹介”?");
        browser.arrives_at(question).await?;
        picture(browser, "book-cancel").await?;
        ensure!(host.booking.events().await?.len() == 1, "asking cancels nothing");
        browser.click("button.grave").await?;
        let cancelled = browser.text("予約はキャンセルされました", "Your meeting is cancelled");
        browser.arrives_at(cancelled).await?;
        picture(browser, "book-cancelled").await?;
        ensure!(host.booking.events().await?.is_empty(), "the event is gone");
        ensure!(browser.address().await?.path() == appointment.path());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn p25_the_browser_tells_its_zone_and_a_day_is_picked_without_a_reload() -> Result<()> {
    let stack = Stack::given()?;
    in_each_language(async |browser| {
        let host = Host::new(&stack).await?;
        // Nobody tests there: the page's zone is not the browser's.
        host.change("time_zone", json!("Pacific/Chatham")).await?;
        browser.open(host.guest.page()).await?;
        browser.click("main:not([data-ask-zone]) a.day:not([aria-current])").await?;
        let address = browser.address().await?;
        let said = |name: &str| address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
        ensure!(said("zone").is_some_and(|zone| zone != "Pacific/Chatham"), "{address}");
        let day = said("day").context("the picked day is not in the address")?.into_owned();
        ensure!(browser.has(&format!(".times[data-times=\"{day}\"]:not([hidden])")).await?, "{day}");
        ensure!(browser.has(&format!("a.day[data-day=\"{day}\"][aria-current]")).await?, "{day}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn r35_without_javascript_a_form_sent_often_is_one_appointment_and_the_next_guest_is_told() -> Result<()>
{
    let stack = Stack::given()?;
    let host = Host::new(&stack).await?;
    let time = host.first_time().await?;
    let (form, late) = (host.filled(&time, EVIL).await?, host.filled(&time, "Too Late Ltd").await?);

    let refused = host.guest.send(host.filled(&time, "").await?.replace("%40guest.example", "")).await?;
    ensure!(refused.status == StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
    ensure!(refused.text.matches("aria-invalid").count() == 2, "company and address: {refused:?}");
    ensure!(refused.text.contains("value=\"三田 花子\"") && refused.text.contains("value=\"hanako.mita\""));

    let sent = try_join_all((0..5).map(|_| host.guest.send(form.clone()))).await?;
    let appointments = sent.into_iter().map(made).collect::<Result<Vec<_>>>()?;
    let appointment = &appointments[0];
    ensure!(appointments.iter().all(|url| url == appointment), "one of five presses: {appointments:?}");
    let shown = host.stands(appointment, "confirmed").await?;
    ensure!(shown.matches("<script").count() == 1 && !shown.contains(EVIL), "{shown}");
    ensure!(host.booking.events().await?.len() == 1);

    let taken = host.guest.send(late).await?;
    ensure!(taken.status == StatusCode::CONFLICT, "{taken:?}");
    ensure!(taken.text.contains("value=\"Too Late Ltd\""), "what was typed is kept: {taken:?}");
    ensure!(taken.text.contains("type=\"radio\" name=\"start\""), "other times are offered: {taken:?}");
    ensure!(!host.guest.offered().await?.contains(&time), "the time is not offered any more");
    let mut gone = host.guest.page().clone();
    gone.query_pairs_mut().append_pair("start", &time);
    let gone = host.open(&gone, "en").await?;
    ensure!(gone.text.contains("can no longer be booked") && gone.text.contains("?start="), "{gone:?}");
    Ok(())
}

#[tokio::test]
async fn r36_an_unreadable_calendar_offers_nothing_and_says_so() -> Result<()> {
    let stack = Stack::given()?;
    let host = Host::new(&stack).await?;
    let matching = json!({"mailbox": host.booking.host.address, "path": "getSchedule"});
    stack.simulator.fault(&matching, &json!({"status": 503}), 0).await?;
    let shown = host.open(host.guest.page(), "en").await?;
    ensure!(shown.status == StatusCode::OK && !shown.text.contains("?start="), "{shown:?}");
    ensure!(shown.text.contains("We cannot see when sato is free"), "{shown:?}");
    ensure!(shown.text.contains("Open this page again in a few minutes"), "{shown:?}");
    Ok(())
}

#[tokio::test]
async fn p18_a_guest_without_javascript_cancels_after_one_question() -> Result<()> {
    let stack = Stack::given()?;
    let host = Host::new(&stack).await?;
    let time = host.first_time().await?;
    let appointment = host.book().await?;
    host.stands(&appointment, "confirmed").await?;
    let cancel = below(&appointment, "/cancel")?;
    let asked = host.open(&cancel, "en").await?;
    ensure!(asked.status == StatusCode::OK && asked.text.contains("Cancel “製品のご紹介”?"), "{asked:?}");
    host.stands(&appointment, "confirmed").await?;
    for sent in try_join_all((0..3).map(|_| host.guest.cancel(&appointment))).await? {
        ensure!(made(sent)? == appointment, "back to the appointment");
    }
    host.stands(&appointment, "cancelled").await?;
    ensure!(host.booking.events().await?.is_empty());
    let over = host.open(&cancel, "en").await?;
    ensure!(over.status == StatusCode::SEE_OTHER && over.location()? == appointment.path(), "{over:?}");
    ensure!(host.guest.offered().await?.contains(&time), "the time is offered again");
    Ok(())
}

fn below(url: &Url, end: &str) -> Result<Url> {
    Ok(Url::parse(&format!("{}{end}", url.as_str()))?)
}

/// What a guesser sees, without what every answer has of its own.
fn seen(answer: &Answer) -> (StatusCode, Vec<(String, String)>, String) {
    let own = ["date", "apigw-requestid", "x-amzn-requestid", "x-amzn-trace-id"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))).collect();
    (answer.status, headers, answer.text.clone())
}

#[tokio::test]
async fn guessers_see_one_and_the_same_page() -> Result<()> {
    let stack = Stack::given()?;
    let host = Host::new(&stack).await?;
    let appointment = host.book().await?;
    let key = host.guest.page().path().rsplit('/').next().context("a key")?.to_owned();
    let nobodys = Url::parse(&host.guest.page().as_str().replace(&key, "AAAAAAAAAAAAAAAAAAAAAA"))?;
    let expected = seen(&host.open(&nobodys, "ja").await?);
    assert_eq!(expected.0, StatusCode::NOT_FOUND);
    let header = |name: &str| expected.1.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    assert_eq!(header("cache-control"), Some("\"no-store\""));
    assert_eq!(header("x-robots-tag"), Some("\"noindex, nofollow\""));
    assert_eq!(header("referrer-policy"), Some("\"no-referrer\""));

    let mut forged = appointment.to_string();
    let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
    forged.push(last);
    let forged = Url::parse(&forged)?;
    let elsewhere = Url::parse(&appointment.as_str().replace(&key, "AAAAAAAAAAAAAAAAAAAAAA"))?;
    let mut guesses = vec![below(&nobodys, "?start=2030-01-01T00:00:00Z&zone=Asia/Tokyo")?];
    guesses.extend([below(&nobodys, "/x/cancel")?, below(&nobodys, &"x".repeat(600))?]);
    guesses.extend([forged.clone(), below(&forged, "/cancel")?, elsewhere.clone()]);
    guesses.push(below(host.guest.page(), "/x/y/z")?);
    for guess in guesses {
        assert_eq!(seen(&host.open(&guess, "ja").await?), expected, "{guess}");
    }
    for url in [&forged, &elsewhere] {
        let cancelled = host.guest.cancel(url).await?;
        assert_eq!(cancelled.status, StatusCode::NOT_FOUND, "{url}");
    }
    host.stands(&appointment, "confirmed").await?;

    host.change("active", json!(false)).await?;
    assert_eq!(seen(&host.open(host.guest.page(), "ja").await?), expected, "an inactive page");
    // The guest's own appointment is still there.
    host.stands(&appointment, "confirmed").await?;
    Ok(())
}

#[tokio::test]
async fn other_methods_and_forms_that_are_too_large_are_refused_in_words() -> Result<()> {
    let stack = Stack::given()?;
    let host = Host::new(&stack).await?;
    let call = |method: Method| {
        stack.http.request(method, host.guest.page().clone()).header(header::ACCEPT_LANGUAGE, "en")
    };
    let head = Answer::of(call(Method::HEAD)).await?;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
    for method in [Method::DELETE, Method::PUT, Method::PATCH] {
        let refused = Answer::of(call(method.clone())).await?;
        assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        ensure!(refused.headers.get(header::ALLOW).is_some(), "{refused:?}");
        ensure!(refused.text.contains("This cannot be done here"), "{refused:?}");
    }
    let refused = host.guest.send(format!("company={}", "x".repeat(64_001))).await?;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    ensure!(refused.text.contains("That is too much text"), "{refused:?}");
    let garbage = Answer::of(call(Method::POST).body(vec![0xff, 0x00, b'=', b'%'])).await?;
    assert_eq!(garbage.status, StatusCode::UNPROCESSABLE_ENTITY);
    Ok(())
}
