//! Every page of the console, from a sample of its own, in both languages.

mod rows;

use axum::body::{Body, to_bytes};
use http::{Response, StatusCode, header};
use pages::console::{
    Actor, Attention, Audit, Checks, Entry, Grant, GrantState, Link, Me, MeUnlink, MyLink, Outage, Page,
    Paging, Problem, Refused, RefusedCard, Settings, SettingsFault, SignIn, Status, TenantFault, TenantForm,
    Unlink, UserDetail, UserFilter, UserRow, Users, Viewer, respond, sample,
};
use pages::{Branding, Failed, Failure, Reader};
use types::{Feature, Language};

const MAX_BYTES: usize = 60_000;
const EVIL: &str =
    "\"'><script>alert(1)</script></textarea></title>\u{202e}&amp;\r\n<img src=x onerror=alert(1)>";

fn branding() -> Branding {
    Branding { support_url: Some("https://help.example.test/".to_owned()), ..Branding::default() }
}

fn answer(language: Language, viewer: Option<&Viewer>, page: &Page) -> Response<Body> {
    respond(&Reader { language, chose: false }, &branding(), viewer, page)
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body in memory");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// The page of a sample, as its own viewer sees it.
async fn shown(language: Language, page: impl Into<Page>) -> String {
    let page = page.into();
    text(answer(language, sample::viewer_of("", &page).as_ref(), &page)).await
}

/// What people read: the page without its tags.
fn words(html: &str) -> String {
    let texts = html.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text));
    texts.collect::<String>().replace('\u{a0}', " ").replace("&#38;", "&")
}

/// What holds for every page, whatever it says.
fn check(name: &str, language: Language, html: &str) {
    let at = format!("{name} in {}", language.tag());
    let count = |needle: &str| html.matches(needle).count();
    assert!(html.contains(&format!("<html lang=\"{}\">", language.tag())), "{at}: no language");
    let head = html.split("</head>").next().expect("a head");
    let titles = head.matches("<title>").count();
    assert_eq!((titles, count("<h1"), count("<main")), (1, 1, 1), "{at}: title, h1, main");
    assert!(!html.contains("<title> –") && !html.contains("<h1></h1>"), "{at}: empty title");
    let lower = html.to_lowercase();
    for inline in ["<style", " style=", "javascript:", " onclick=", " onerror=", " onsubmit="] {
        assert!(!lower.contains(inline), "{at}: {inline}");
    }
    assert_eq!((count("<script"), count("<script src=\"/console/assets/")), (1, 1), "{at}: scripts");
    for unresolved in ["Unknown localization", "{$", "{ $", "<li></li>", "<p></p>", "<dd></dd>", "{{", "{%"] {
        assert!(!html.contains(unresolved), "{at}: {unresolved}");
    }
    for other in Language::ALL {
        assert!(html.contains(&format!("lang={}\" lang=\"{0}\"", other.tag())), "{at}: no switch");
    }
    for attribute in [" for=\"", " aria-describedby=\"", " aria-labelledby=\"", " href=\"#"] {
        for targets in html.split(attribute).skip(1) {
            for target in targets.split('"').next().expect("an attribute ends").split(' ') {
                assert!(html.contains(&format!(" id=\"{target}\"")), "{at}: nothing is called {target}");
            }
        }
    }
    let mut ids: Vec<_> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{at}: an id twice in {ids:?}");
    for form in html.split("<form").skip(1).map(|rest| rest.split("</form>").next().unwrap_or_default()) {
        let posts = form.contains("method=\"post\"");
        assert_eq!(form.contains("name=\"csrf\""), posts, "{at}: a form without its token: {form}");
    }
    balanced(&at, html);
}

/// Every element that is opened is closed, in its order.
fn balanced(at: &str, html: &str) {
    const VOID: [&str; 5] = ["meta", "link", "input", "!DOCTYPE", "br"];
    let mut open = Vec::new();
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{at}: an open tag: {tag}"));
        let name = tag.split_whitespace().next().expect("a name");
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{at}: {name} closes something else");
        } else if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "{at}: left open");
}

#[tokio::test]
async fn every_page_renders_in_both_languages_and_stays_small_with_all_it_loads() {
    let samples = sample::pages();
    assert!(samples.len() >= 30, "{} samples", samples.len());
    for (name, page) in &samples {
        let viewer = sample::viewer_of(name, page);
        for language in Language::ALL {
            let html = text(answer(language, viewer.as_ref(), page)).await;
            check(name, language, &html);
            let mut bytes = html.len();
            for address in html.split('"').filter(|text| text.contains("/assets/")) {
                bytes += text(pages::asset(address).expect("served")).await.len();
            }
            assert!(bytes < MAX_BYTES, "{name} in {}: {bytes} bytes", language.tag());
        }
    }
}

#[tokio::test]
async fn every_answer_carries_the_strict_headers_and_its_status() {
    for (name, page) in sample::pages() {
        let response = answer(Language::Ja, sample::viewer_of(name, &page).as_ref(), &page);
        let header = |name: &str| response.headers()[name].to_str().expect("ASCII").to_owned();
        assert_eq!(header("content-type"), "text/html; charset=utf-8", "{name}");
        assert_eq!(header("cache-control"), "no-store", "{name}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{name}");
        let policy = header("content-security-policy");
        for directive in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(directive), "{name}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{name}: {policy}");
        assert!(!response.headers().contains_key(header::SET_COOKIE), "{name}: a cookie nobody asked for");
        let expected = match name {
            "console-microsoft365-faulty"
            | "console-microsoft365-unknown"
            | "console-settings-faulty"
            | "console-settings-sources"
            | "console-audience-faulty" => 422,
            "console-audience-refused" => 409,
            "console-session-over" => 401,
            "console-not-admin" | "console-not-a-member" | "console-form-stale" | "console-not-in-plan" => {
                403
            }
            "console-not-found" => 404,
            "console-method" => 405,
            "console-link-used" => 410,
            "console-too-large" => 413,
            "console-unavailable" => 503,
            _ => 200,
        };
        assert_eq!(response.status().as_u16(), expected, "{name}");
    }
}

#[tokio::test]
async fn nobody_sees_a_page_without_being_signed_in() {
    for (name, page) in sample::pages() {
        let response = answer(Language::En, None, &page);
        match page {
            Page::SignIn(_) | Page::Refused(_) => {}
            _ => {
                assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{name}");
                let html = text(response).await;
                assert!(!html.contains("contoso.example"), "{name}: {html}");
            }
        }
    }
}

#[tokio::test]
async fn a_failed_sign_in_leads_to_the_page_of_all_failures() {
    let page = Failed::new(Failure::NotAdmin, "R-1").into();
    let response = answer(Language::En, None, &page);
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], pages::RESULT_PATH);
}

fn evil_link(feature: Feature) -> Link {
    let problem = Problem { failure: Failure::MailboxMissing, code: Some(EVIL.to_owned()) };
    Link {
        feature,
        status: Status::Failed,
        problem: Some(problem),
        account: Some(EVIL.to_owned()),
        linked_at: None,
        last_success_at: None,
    }
}

fn evil_pages() -> Vec<Page> {
    let evil = || EVIL.to_owned();
    let refused = || vec![RefusedCard { card_id: evil(), name: Some(evil()), reason: EVIL.repeat(50) }];
    let mut microsoft365 = sample::microsoft365();
    microsoft365.tenants[0].tenant_id = evil();
    microsoft365.tenants[0].grants = vec![Grant {
        feature: Feature::Mail,
        state: GrantState::Granted { at: sample::viewer("/").now, by: evil(), scopes: vec![evil()] },
        linked: 1,
    }];
    let outage = || {
        let problem = Problem { failure: Failure::AppNotInTenant, code: Some(evil()) };
        Outage { since: sample::viewer("/").now, problem, feature: None }
    };
    microsoft365.tenants[0].outage = Some(outage());
    microsoft365.client_id = evil();
    microsoft365.static_addresses = vec![evil()];
    microsoft365.form =
        TenantForm { tenant_id: evil(), fault: Some(TenantFault::NotAnId), ..microsoft365.form };
    let mut checks = sample::checks();
    for finding in &mut checks.findings {
        finding.check.push_str(EVIL);
        finding.reason = Some(evil());
        finding.evidence = vec![(evil(), evil())];
        finding.commands = vec![evil()];
        finding.url = Some("javascript:alert(1)".to_owned());
    }
    let row = UserRow {
        user_id: evil(),
        name: evil(),
        email: evil(),
        is_admin: true,
        links: Feature::ALL.map(evil_link).into(),
    };
    let entry = Entry {
        at: sample::viewer("/").now,
        event: evil(),
        actor: Some(Actor::User { name: evil() }),
        user: Some((evil(), evil())),
        feature: None,
        tenant_id: Some(evil()),
        account: Some(evil()),
        reason: Some(evil()),
    };
    let mut detail = UserDetail { user: row.clone(), history: vec![entry.clone()], ..sample::user_detail() };
    detail.links[0].refused = refused();
    let my = MyLink {
        link: evil_link(Feature::Contacts),
        folder: Some(evil()),
        outlook_url: Some("data:text/html,<script>".to_owned()),
        refused: refused(),
        ..sample::me().links.remove(0)
    };
    let paging = || Paging { is_later: true, next: Some(evil()) };
    let filter = UserFilter { q: evil(), ..UserFilter::default() };
    let lost = Attention::GrantLost { feature: Feature::Mail, tenant_id: evil() };
    let mut overview = sample::overview();
    overview.attention.extend([lost, Attention::Outage { tenant_id: evil(), outage: outage() }]);
    vec![
        overview.into(),
        microsoft365.into(),
        Unlink { tenant_id: evil(), ..sample::unlink() }.into(),
        Checks {
            tenant_id: evil(),
            user: evil(),
            outside_user: evil(),
            unknown_user: true,
            unknown_outside: true,
            ..checks
        }
        .into(),
        Users { filter, users: vec![row], paging: paging(), ..sample::users() }.into(),
        detail.into(),
        Audit { q: evil(), entries: vec![entry], paging: paging(), ..sample::audit() }.into(),
        Settings {
            folder_name: evil(),
            sources: evil(),
            version: evil(),
            ..sample::settings(Some(SettingsFault::FolderForbidden))
        }
        .into(),
        Me { links: vec![my], notice: None }.into(),
        MeUnlink { account: Some(evil()), folder: Some(evil()), ..sample::me_unlink() }.into(),
        SignIn {
            organization: Some(evil()),
            organization_name: Some(evil()),
            return_path: Some(evil()),
            signed_out: false,
        }
        .into(),
        Refused::NotAMember { account: Some(evil()) }.into(),
        Refused::SessionOver { organization: Some(evil()) }.into(),
        Refused::Unavailable { reference: evil() }.into(),
    ]
}

#[tokio::test]
async fn hostile_values_stay_text() {
    let product = Branding { product_name: EVIL.to_owned(), support_url: Some("javascript:x".to_owned()) };
    for page in evil_pages() {
        let own = sample::viewer_of("", &page);
        let viewer = own.map(|viewer| Viewer {
            organization_name: EVIL.to_owned(),
            user_name: EVIL.to_owned(),
            csrf: EVIL.to_owned(),
            path: format!("{}?q=%22%3E%3Cscript%3E", viewer.path),
            return_url: Some("//evil.test".to_owned()),
            ..viewer
        });
        for language in Language::ALL {
            let html =
                text(respond(&Reader { language, chose: false }, &product, viewer.as_ref(), &page)).await;
            let lower = html.to_lowercase();
            assert_eq!(lower.matches("<script").count(), 1, "a script in {page:?}");
            for bad in ["<img", "javascript:", "\"//evil.test", "data:text", "</textarea><"] {
                assert!(!lower.contains(bad), "{bad} in {page:?}");
            }
            // Ids and what was typed go back as they came; what people read does not turn around.
            assert!(!words(&html).contains('\u{202e}'), "a text turns around in {page:?}");
            balanced("a hostile page", &html);
        }
    }
}

#[tokio::test]
async fn a_running_push_is_looked_at_again_and_a_resting_one_is_not() {
    let pages = sample::pages();
    let page = |wanted: &str| pages.iter().find(|(name, _)| *name == wanted).expect("a sample").1.clone();
    let running = shown(Language::En, page("me-member-running")).await;
    assert!(running.contains(" data-refreshes") && running.contains("http-equiv=\"refresh\""), "{running}");
    let resting = shown(Language::En, page("me")).await;
    assert!(!resting.contains(" data-refreshes") && !resting.contains("http-equiv"), "{resting}");
}

#[tokio::test]
async fn an_empty_list_says_what_to_do_next() {
    let nobody = shown(Language::Ja, sample::empty_users("")).await;
    assert!(
        words(&nobody).contains("利用者が登録されると、ここに表示されます")
            && !nobody.contains("id=\"bulk\"")
    );
    let none = shown(Language::Ja, sample::empty_users("鈴木")).await;
    assert!(words(&none).contains("条件に合う利用者はいません") && none.contains("絞り込みを解除"));
}

#[tokio::test]
async fn the_filter_lives_in_the_address_of_paging_export_and_bulk() {
    let filter = UserFilter {
        q: "佐 a&b".to_owned(),
        feature: Some(Feature::Mail),
        status: Some(Status::NoPermission),
    };
    let html = shown(Language::En, Users { filter, ..sample::users() }).await;
    let query = "?q=%E4%BD%90%20a%26b&#38;feature=mail&#38;status=no_permission";
    for address in [
        format!("href=\"/console/users.csv{query}\""),
        format!("href=\"/console/users{query}&#38;cursor="),
        format!("name=\"return\" value=\"/console/users{query}\""),
    ] {
        assert!(html.contains(&address), "{address} in {html}");
    }
}
