//! Every page of a booking, from a sample of its own, in both languages.

use axum::body::{Body, to_bytes};
use http::{Response, StatusCode, header};
use jiff::{Timestamp, ToSpan, civil::Date};
use pages::booking::{
    Appointment, AppointmentState, BookingPage, Closed, Day, Details, Fault, Field, Meeting, Notice, Place,
    Question, Refused, Times, Zone, respond, sample,
};
use pages::{Branding, Reader};
use types::Language;

const MAX_BYTES: usize = 60_000;
/// Ends attributes, elements and texts, and turns the direction of reading.
const EVIL: &str =
    "\"'><script>alert(1)</script></textarea></title>\u{202e}&amp;\r\n<img src=x onerror=alert(1)>";

fn reader(language: Language) -> Reader {
    Reader { language, chose: false }
}

fn answer(language: Language, page: &BookingPage) -> Response<Body> {
    respond(&reader(language), &Branding::default(), page)
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body in memory");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

async fn shown(language: Language, page: &BookingPage) -> String {
    text(answer(language, page)).await
}

/// What holds for every page, whatever it says.
fn check(name: &str, language: Language, html: &str) {
    let at = format!("{name} in {}", language.tag());
    let count = |needle: &str| html.matches(needle).count();
    assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{at}: no language");
    assert_eq!((count("<title>"), count("<h1>"), count("<main")), (1, 1, 1), "{at}: title, h1, main");
    assert!(!html.contains("<title> –") && !html.contains("<h1></h1>"), "{at}: empty title");
    let lower = html.to_lowercase();
    for inline in ["<style", " style=", "javascript:", " onclick=", " onerror=", " onsubmit="] {
        assert!(!lower.contains(inline), "{at}: {inline}");
    }
    assert_eq!((count("<script"), count("<script src=\"/book/assets/")), (1, 1), "{at}: scripts");
    for unresolved in ["Unknown localization", "{$", "{ $", "<li></li>", "<p></p>", "<dd></dd>", "{{", "{%"] {
        assert!(!html.contains(unresolved), "{at}: {unresolved}");
    }
    for other in Language::ALL {
        assert!(html.contains(&format!("lang={}\" lang=\"{0}\"", other.tag())), "{at}: no switch");
    }
    for address in html.split('"').filter(|text| text.contains("/assets/")) {
        assert!(pages::asset(address).is_some(), "{at}: {address} is not served");
    }
    assert!(!html.contains("\"/connect/"), "{at}: another function's address");
    // What labels and messages point at is there.
    for attribute in [" for=\"", " aria-describedby=\"", " aria-labelledby=\"", " href=\"#"] {
        for target in html.split(attribute).skip(1) {
            let target = target.split('"').next().expect("an attribute ends");
            assert!(html.contains(&format!(" id=\"{target}\"")), "{at}: nothing is called {target}");
        }
    }
    assert!(html.len() < MAX_BYTES, "{at}: {} bytes", html.len());
}

#[tokio::test]
async fn every_page_renders_in_both_languages() {
    let samples = sample::pages();
    assert!(samples.len() >= 25, "{} samples", samples.len());
    for (name, page) in &samples {
        for language in Language::ALL {
            check(name, language, &shown(language, page).await);
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers_and_its_status() {
    for (name, page) in sample::pages() {
        let response = answer(Language::Ja, &page);
        let header = |name: &str| response.headers()[name].to_str().expect("ASCII").to_owned();
        assert_eq!(header("content-type"), "text/html; charset=utf-8", "{name}");
        assert_eq!(header("content-language"), "ja", "{name}");
        assert_eq!(header("cache-control"), "no-store", "{name}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{name}");
        assert_eq!(header("x-robots-tag"), "noindex, nofollow", "{name}");
        let policy = header("content-security-policy");
        for directive in
            ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(directive), "{name}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{name}: {policy}");
        assert!(!response.headers().contains_key(header::SET_COOKIE), "{name}: a cookie nobody asked for");
        let expected = match name {
            "book-details-taken" | "book-details-none-left" => StatusCode::CONFLICT,
            "book-details-faulty" | "book-details-stale" => StatusCode::UNPROCESSABLE_ENTITY,
            "book-details-closed" | "book-refused-unavailable" => StatusCode::SERVICE_UNAVAILABLE,
            "book-refused-not-found" => StatusCode::NOT_FOUND,
            "book-refused-too-large" => StatusCode::PAYLOAD_TOO_LARGE,
            "book-refused-method" => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::OK,
        };
        assert_eq!(response.status(), expected, "{name}");
    }
}

fn evil_meeting() -> Meeting {
    Meeting {
        key: EVIL.to_owned(),
        title: Some(EVIL.to_owned()),
        host: EVIL.to_owned(),
        company: EVIL.to_owned(),
        place: Place::Address(EVIL.to_owned()),
        ..sample::meeting()
    }
}

fn evil_details(notice: Option<Notice>) -> Details {
    let id = || "q\"><script>".to_owned();
    let question =
        |long| Question { id: id(), label: EVIL.to_owned(), required: true, long, answer: EVIL.to_owned() };
    Details {
        meeting: evil_meeting(),
        form: EVIL.to_owned(),
        company: EVIL.to_owned(),
        name: EVIL.to_owned(),
        email: EVIL.to_owned(),
        questions: vec![question(true), question(false)],
        faults: vec![(Field::Name, Fault::Missing), (Field::Answer(id()), Fault::Malformed)],
        notice,
        ..sample::details()
    }
}

fn evil_pages() -> Vec<BookingPage> {
    let closed = || Closed::Refused(EVIL.to_owned());
    let mut pages: Vec<BookingPage> = vec![
        Times { meeting: evil_meeting(), ..sample::times() }.into(),
        Times { meeting: evil_meeting(), closed: Some(closed()), ..sample::times() }.into(),
        evil_details(None).into(),
        evil_details(Some(Notice::Closed(closed()))).into(),
        evil_details(Some(Notice::Taken(sample::times().days[1].times.clone()))).into(),
        Refused::Unavailable { reference: EVIL.to_owned() }.into(),
    ];
    let all = [AppointmentState::Pending, AppointmentState::Confirmed, AppointmentState::CancelledByHost];
    for state in all {
        let appointment = |join_url: &str| Appointment {
            meeting: evil_meeting(),
            token: EVIL.to_owned(),
            guest: EVIL.to_owned(),
            email: EVIL.to_owned(),
            join_url: Some(join_url.to_owned()),
            ..sample::appointment(state)
        };
        pages.push(appointment("javascript:alert(1)").into());
        pages.push(appointment(&format!("https://teams.example/{EVIL}")).into());
        pages.push(BookingPage::Cancel(Box::new(appointment("data:text/html,<script>"))));
    }
    pages
}

#[tokio::test]
async fn hostile_values_stay_text_in_every_field_of_every_page() {
    for page in evil_pages() {
        for language in Language::ALL {
            let html = shown(language, &page).await;
            let lower = html.to_lowercase();
            assert_eq!(lower.matches("<script").count(), 1, "a script of a stranger in {page:?}");
            for bad in ["<img", "javascript:", "data:text", "</textarea><", "</title>\u{202e}"] {
                assert!(!lower.contains(bad), "{bad} in {page:?}");
            }
            assert_eq!(lower.matches("</title>").count(), 1, "{page:?}");
        }
    }
}

#[tokio::test]
async fn what_was_typed_is_kept_and_every_fault_stands_beside_its_field() {
    let faulty =
        sample::pages().into_iter().find(|(name, _)| *name == "book-details-faulty").expect("there").1;
    for language in Language::ALL {
        let html = shown(language, &faulty).await;
        for kept in ["value=\"Contoso Ltd\"", "value=\"hanako.mita＠contoso\""] {
            assert!(html.contains(kept), "{kept} is lost");
        }
        assert_eq!(html.matches("aria-invalid=\"true\"").count(), 4);
        // In the list at the top, and beside the field.
        for id in ["name", "email", "answer-1", "answer-2"] {
            assert!(html.contains(&format!("<a href=\"#{id}\">")), "{id} is not in the list");
            assert!(html.contains(&format!("aria-describedby=\"{id}-fault\"")), "{id} does not say so");
        }
    }
}

#[tokio::test]
async fn lines_of_a_long_answer_come_back_as_they_were() {
    let mut details = sample::details();
    details.questions[1].answer = "\nfirst\nsecond <b>".to_owned();
    let html = shown(Language::En, &details.into()).await;
    let answer = html.split("<textarea").nth(1).expect("a field of several lines");
    let answer = answer.split_once('>').expect("an end").1.split("</textarea>").next().expect("an end");
    // The first line break after the tag is dropped by browsers.
    assert_eq!(
        answer.strip_prefix('\n').expect("a break").replace("&#60;", "<").replace("&#62;", ">"),
        "\nfirst\nsecond <b>"
    );
}

#[tokio::test]
async fn both_clocks_are_shown_only_where_they_differ() {
    let zone = |name| Zone::parse(name).expect("a zone");
    let shown_for =
        async |name| shown(Language::En, &Details { zone: zone(name), ..sample::details() }.into()).await;
    let abroad = shown_for("Europe/London").await;
    assert!(abroad.contains("05:00–05:30") && abroad.contains("London (UTC)"), "{abroad}");
    assert!(abroad.contains("14:00–14:30") && abroad.contains("Tokyo (UTC+9)"), "{abroad}");
    let seoul = shown_for("Asia/Seoul").await;
    assert!(seoul.contains("14:00–14:30") && seoul.contains("Seoul (UTC+9)"), "{seoul}");
    assert!(!seoul.contains("Tokyo"), "the same clock is shown once");
}

#[tokio::test]
async fn a_full_week_of_a_generous_host_stays_small_and_every_day_can_be_picked() {
    let midnight: Timestamp = "2026-11-22T15:00:00Z".parse().expect("an instant");
    let day = |number: i64| Day {
        date: Date::constant(2026, 11, 23).saturating_add(number.days()),
        times: (0..288).map(|slot| midnight + (number * 24 * 60 + slot * 5).minutes()).collect(),
    };
    let times = Times { days: (0..7).map(day).collect(), zone_is_chosen: true, ..sample::times() };
    let html = shown(Language::Ja, &times.clone().into()).await;
    check("a full week", Language::Ja, &html);
    assert_eq!(html.matches("?start=").count(), 288, "the chosen day's times");
    assert_eq!(html.matches("data-day=").count(), 7);
    // Where all fit, the days are in the page and need no second request.
    let html = shown(Language::Ja, &sample::times().into()).await;
    assert_eq!(html.matches("data-times=").count(), 4);
    assert_eq!(html.matches("hidden>").count(), 3, "three of the four days wait");
}

#[tokio::test]
async fn nothing_is_offered_where_the_calendar_is_not_read() {
    for (name, page) in sample::pages().into_iter().filter(|(name, _)| name.starts_with("book-closed")) {
        let html = shown(Language::En, &page).await;
        assert!(!html.contains("start=") && !html.contains("data-day"), "{name}");
        assert!(html.contains("class=\"points\""), "{name} does not say what to do");
    }
}

#[tokio::test]
async fn a_state_is_shown_as_it_is() {
    use AppointmentState::{Cancelled, CancelledByHost, Cancelling, Confirmed, Failed, Pending, Undoing};
    for state in [Pending, Confirmed, Cancelling, Undoing, Cancelled, CancelledByHost, Failed] {
        let html = shown(Language::En, &sample::appointment(state).into()).await;
        let waits = matches!(state, Pending | Cancelling | Undoing);
        assert_eq!(html.contains("http-equiv=\"refresh\""), waits, "{state:?}: refreshes");
        assert_eq!(html.contains("data-refreshes"), waits, "{state:?}: is polled");
        assert_eq!(html.contains("teams.microsoft.com"), state == Confirmed, "{state:?}: the meeting's link");
        assert_eq!(html.contains("is confirmed"), state == Confirmed, "{state:?}: said to be confirmed");
        assert_eq!(html.contains("/cancel\""), matches!(state, Pending | Confirmed), "{state:?}: to cancel");
    }
}

#[tokio::test]
async fn a_page_with_everything_it_loads_stays_small() {
    let page = shown(Language::Ja, &sample::times().into()).await;
    let mut bytes = page.len();
    for address in page.split('"').filter(|text| text.starts_with("/book/assets/")) {
        bytes += text(pages::asset(address).expect("served")).await.len();
    }
    assert!((20_000..MAX_BYTES).contains(&bytes), "{bytes} bytes");
}

#[tokio::test]
async fn a_redirect_leads_below_the_page_and_nowhere_else() {
    let response = pages::booking::go_to("key", &["a/../b\r\nx: y", "cancel"]);
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], "/book/key/a%2F..%2Fb%0D%0Ax:%20y/cancel");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
}
