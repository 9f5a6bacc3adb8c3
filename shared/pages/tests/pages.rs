//! Every page, from a sample of its own, in both languages.

use axum::body::{Body, to_bytes};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use pages::{
    Branding, Confirm, ConfirmConsent, ConsentDone, Failed, Failure, Flow, LinkDone, Linked, Page, Reader,
    Way,
};
use types::{Feature, Language};

const MAX_BYTES: usize = 60_000;

fn reader(language: Language) -> Reader {
    Reader { language, chose: false }
}

fn branding() -> Branding {
    Branding { support_url: Some("https://help.example.test/".to_owned()), ..Branding::default() }
}

async fn html(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body in memory");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

async fn shown(language: Language, page: &Page) -> String {
    html(pages::respond(&reader(language), &branding(), page)).await
}

/// What holds for every page, whatever it says.
fn check(name: &str, language: Language, html: &str) {
    let at = format!("{name} in {}", language.tag());
    let count = |needle: &str| html.matches(needle).count();
    assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{at}: no language");
    assert_eq!((count("<title>"), count("<h1>"), count("<main")), (1, 1, 1), "{at}: title, h1, main");
    assert!(!html.contains("<title> –") && !html.contains("<h1></h1>"), "{at}: empty title");
    for inline in ["<script", "<style", " style=", "javascript:", " onclick=", " onerror="] {
        assert!(!html.to_lowercase().contains(inline), "{at}: {inline}");
    }
    for unresolved in ["Unknown localization", "{$", "{ $", "<li></li>", "<p></p>", "<dd></dd>"] {
        assert!(!html.contains(unresolved), "{at}: {unresolved}");
    }
    for other in Language::ALL {
        assert!(html.contains(&format!("/connect/result?lang={}", other.tag())), "{at}: no switch");
    }
    let stylesheet = html.split('"').find(|text| text.ends_with(".css")).expect("a stylesheet");
    assert!(pages::asset(stylesheet).is_some(), "{at}: {stylesheet} is not served");
    assert!(html.len() < MAX_BYTES, "{at}: {} bytes", html.len());
}

#[tokio::test]
async fn every_page_renders_in_both_languages() {
    let samples = pages::sample::pages();
    assert_eq!(samples.len(), Failure::ALL.len() + 10);
    for (name, page) in &samples {
        for language in Language::ALL {
            check(name, language, &shown(language, page).await);
        }
    }
}

#[tokio::test]
async fn a_page_with_everything_it_loads_stays_small() {
    let page = shown(Language::Ja, &pages::sample::failed(Failure::ConsentMissing).into()).await;
    let mut bytes = page.len();
    for address in page.split('"').filter(|text| text.starts_with("/connect/assets/")) {
        bytes += html(pages::asset(address).expect("served")).await.len();
    }
    assert!((10_000..MAX_BYTES).contains(&bytes), "{bytes} bytes");
}

#[tokio::test]
async fn each_consent_says_what_happens_next_and_what_each_permission_is_for() {
    for language in Language::ALL {
        let mut seen = std::collections::BTreeSet::new();
        for feature in Feature::ALL {
            let html = shown(language, &pages::sample::consent_done(feature).into()).await;
            let steps = html.split("class=\"steps\"").nth(1).expect("steps").split("</ol>").next();
            assert!(
                seen.insert(steps.expect("steps").to_owned()),
                "{feature:?} in {language:?} says nothing new"
            );
            let other = ["同意画面に記載された操作", "As described on Microsoft"];
            assert!(
                other.iter().all(|text| !html.contains(text)),
                "{feature:?}: a permission without its purpose"
            );
        }
    }
}

#[tokio::test]
async fn e05_a_linked_calendar_is_told_of_without_cards() {
    let page = pages::sample::calendar_link_done().into();
    let ja = shown(Language::Ja, &page).await;
    assert!(ja.contains("<h1>Outlookカレンダーと連携しました。</h1>"), "{ja}");
    assert!(!ja.contains("名刺") && !ja.contains("フォルダー"), "{ja}");
    let en = shown(Language::En, &page).await;
    assert!(en.contains("<h1>Your Outlook calendar is linked.</h1>"), "{en}");
    assert!(!en.contains("card") && !en.contains("folder"), "{en}");
}

#[tokio::test]
async fn a_failure_says_what_why_who_how_and_the_reference() {
    for failure in Failure::ALL {
        let failed = pages::sample::failed(*failure);
        for language in Language::ALL {
            let html = shown(language, &failed.clone().into()).await;
            for part in ["class=\"lead\"", "class=\"person\"", "class=\"steps\"", failed.reference.as_str()] {
                assert!(html.contains(part), "{failure:?} in {language:?} lacks {part}");
            }
            let to_copy = html.contains("class=\"copy\"");
            let asks = matches!(failure.way(), Way::Forward | Way::Support);
            assert_eq!(to_copy, asks, "{failure:?} in {language:?}: text to copy");
        }
    }
}

#[tokio::test]
async fn the_code_stands_in_the_details_and_never_in_the_heading() {
    for failure in Failure::ALL {
        let failed = Failed { code: Some("AADSTS53003".to_owned()), ..Failed::new(*failure, "R-1") };
        let html = shown(Language::En, &failed.into()).await;
        let (head, details) = html.split_once("<details>").expect("details");
        assert!(details.contains("AADSTS53003"), "{failure:?}");
        let heading = head.split("<h1>").nth(1).expect("a heading").split("<h2").next().expect("a part");
        assert!(!heading.contains("AADSTS"), "{failure:?}");
    }
}

#[tokio::test]
async fn a_portal_that_a_step_names_is_a_link() {
    for language in Language::ALL {
        let html = shown(language, &pages::sample::failed(Failure::TenantNotFound).into()).await;
        assert!(html.contains("<a href=\"https://portal.azure.com/\" target=\"_blank\""), "{language:?}");
    }
}

#[tokio::test]
async fn the_consent_page_is_offered_only_where_consent_is_what_is_missing() {
    for failure in Failure::ALL {
        let html = shown(Language::En, &pages::sample::failed(*failure).into()).await;
        let missing = [
            Failure::ConsentMissing,
            Failure::AdminApprovalRequired,
            Failure::AppNotInTenant,
            Failure::GrantRevoked,
        ];
        assert_eq!(html.contains("/v2.0/adminconsent?"), missing.contains(failure), "{failure:?}");
    }
}

#[tokio::test]
async fn a_failure_with_nothing_known_still_renders() {
    for failure in Failure::ALL {
        for language in Language::ALL {
            check(failure.key(), language, &shown(language, &Failed::new(*failure, "R-1").into()).await);
        }
    }
}

#[tokio::test]
async fn hostile_values_stay_text() {
    const EVIL: &str = "\"><script>alert('x')</script>\u{202e}&amp;\n\r<img src=x onerror=alert(1)>";
    let evil = || Some(EVIL.to_owned());
    let consent = ConsentDone {
        organization: EVIL.to_owned(),
        features: vec![Feature::Contacts],
        refused: Vec::new(),
        tenant: EVIL.to_owned(),
        granted: vec![EVIL.to_owned(); 2],
        return_url: evil(),
    };
    let link = LinkDone {
        linked: Linked::Contacts { folder: EVIL.to_owned() },
        account: EVIL.to_owned(),
        outlook_url: Some("javascript:alert(1)".to_owned()),
        return_url: Some("https://crm.test/\"><script>alert(1)</script>".to_owned()),
    };
    let question = Confirm {
        feature: Feature::Contacts,
        account: EVIL.to_owned(),
        expected: EVIL.to_owned(),
        // Ours, and nothing that people read.
        state: EVIL.replace('\u{202e}', ""),
    };
    let unknown = ConfirmConsent {
        organization: EVIL.to_owned(),
        tenant: EVIL.to_owned(),
        account: EVIL.to_owned(),
        features: Feature::ALL.to_vec(),
        is_another_connected: true,
        state: question.state.clone(),
    };
    let mut every: Vec<Page> = vec![consent.into(), link.into(), question.into(), unknown.into()];
    every.extend(Failure::ALL.iter().map(|failure| {
        let failed = Failed {
            code: evil(),
            detail: Some(EVIL.repeat(100)),
            tenant: evil(),
            expected_tenant: evil(),
            account: evil(),
            expected_account: evil(),
            client_id: evil(),
            folder: evil(),
            retry_url: Some("data:text/html,<script>".to_owned()),
            admin_consent_url: Some("javascript:alert(1)".to_owned()),
            return_url: Some("//evil.test".to_owned()),
            ..Failed::new(*failure, EVIL)
        };
        failed.into()
    }));
    let product = Branding { product_name: EVIL.to_owned(), support_url: evil() };
    for page in &every {
        for language in Language::ALL {
            let html = html(pages::respond(&reader(language), &product, page)).await;
            let lower = html.to_lowercase();
            for bad in ["<script", "<img", "javascript:", "//evil.test", "data:text", "\u{202e}"] {
                assert!(!lower.contains(bad), "{bad} in {page:?}");
            }
            assert!(html.len() < MAX_BYTES, "{} bytes", html.len());
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers() {
    for (name, page) in pages::sample::pages() {
        let response = pages::respond(&reader(Language::Ja), &branding(), &page);
        let header = |name: header::HeaderName| response.headers()[name].to_str().expect("ASCII").to_owned();
        assert_eq!(header(header::CONTENT_TYPE), "text/html; charset=utf-8", "{name}");
        assert_eq!(header(header::CONTENT_LANGUAGE), "ja", "{name}");
        assert_eq!(header(header::CACHE_CONTROL), "no-store", "{name}");
        assert_eq!(header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{name}");
        assert_eq!(header(header::REFERRER_POLICY), "no-referrer", "{name}");
        let policy = header(header::CONTENT_SECURITY_POLICY);
        for directive in
            ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(directive), "{name}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{name}: {policy}");
        let waits = response.headers().contains_key(header::RETRY_AFTER);
        assert_eq!(waits, response.status() == StatusCode::SERVICE_UNAVAILABLE, "{name}");
    }
}

/// The cookies of an answer, as the browser sends them back.
fn cookies(response: &Response<Body>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in response.headers().get_all(header::SET_COOKIE) {
        let line = line.to_str().expect("ASCII");
        assert!(line.contains("Secure") && line.contains("SameSite=Lax"), "{line}");
        let pair = line.split(';').next().expect("a pair");
        headers.append(header::COOKIE, HeaderValue::from_str(pair).expect("ASCII"));
    }
    headers
}

#[tokio::test]
async fn the_language_switch_shows_the_same_result_and_is_remembered() {
    for (name, page) in pages::sample::pages() {
        let first = pages::respond(&reader(Language::En), &branding(), &page);
        let (status, kept) = (first.status(), cookies(&first));
        let switched = Reader::of(&kept, Some("lang=ja"));
        assert_eq!(switched, Reader { language: Language::Ja, chose: true });
        let again = pages::result(&switched, &branding(), &kept);
        assert_eq!(again.status(), status, "{name}");
        let remembered = cookies(&again);
        assert_eq!(Reader::of(&remembered, None).language, Language::Ja, "{name}");
        assert_eq!(html(again).await, shown(Language::Ja, &page).await, "{name}");
    }
}

#[tokio::test]
async fn a_redirect_leads_to_the_kept_result() {
    let page: Page = pages::sample::link_done().into();
    let response = pages::redirect(&page);
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], pages::RESULT_PATH);
    let shown_again = pages::result(&reader(Language::En), &branding(), &cookies(&response));
    assert_eq!(html(shown_again).await, shown(Language::En, &page).await);
}

#[tokio::test]
async fn without_a_kept_result_the_page_says_so() {
    for cookie in ["", "setten_result=", "setten_result=%%%", "setten_result=e30"] {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        let response = pages::result(&reader(Language::En), &branding(), &headers);
        assert_eq!(response.status(), StatusCode::GONE, "{cookie}");
    }
}

#[test]
fn microsofts_answer_becomes_a_page_with_its_code() {
    let text = "AADSTS65004: User declined to consent to access the app.\r\nTrace ID: 1";
    let failed = Failed::from_microsoft(Flow::Consent, "access_denied", text, "R-1");
    assert_eq!(failed.failure, Failure::ConsentDeclined);
    assert_eq!(failed.code.as_deref(), Some("AADSTS65004"));
    assert_eq!(failed.detail.as_deref(), Some(text));

    let bare = Failed::from_microsoft(Flow::SignIn, "temporarily_unavailable", "", "R-1");
    assert_eq!(bare.failure, Failure::MicrosoftUnavailable);
    assert_eq!((bare.code.as_deref(), bare.detail), (Some("temporarily_unavailable"), None));
}

#[tokio::test]
async fn a21_a_result_that_is_none_leads_to_the_operators_own_support_if_there_is_one() {
    for (name, page) in pages::sample::pages() {
        let with = shown(Language::Ja, &page).await;
        let none = html(pages::respond(&reader(Language::Ja), &Branding::default(), &page)).await;
        assert!(!none.contains("サポートに問い合わせる"), "{name}");
        if matches!(page, Page::Failed(_)) {
            let link = with.split("href=\"https://help.example.test/\"").nth(1).expect("a link to support");
            let words = link.split_once('>').and_then(|(_, rest)| rest.split('<').next());
            assert_eq!(words, Some("サポートに問い合わせる"), "{name}");
        }
    }
}

#[tokio::test]
async fn a22_trademarks_are_named_at_the_foot_of_every_result() {
    for (name, page) in pages::sample::pages() {
        for (language, note) in [(Language::Ja, "商標です"), (Language::En, "trademarks of the Microsoft")]
        {
            let html = shown(language, &page).await;
            let foot = html.split("<footer").nth(1).expect("a foot");
            assert!(foot.contains(note) && foot.contains("Microsoft Entra"), "{name}: {foot}");
        }
    }
}
