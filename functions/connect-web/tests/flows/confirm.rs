//! R45, E09: another account than expected is linked only after a word of the user's, and nothing is written
//! before.

use accounts::{Event, LinkStatus};
use cards::CardsJob;
use reqwest::Url;
use serde_json::json;
use types::Feature;

use crate::world::{HANAKO, Shown, World, hanako, organization, parameter, tenant};

const TARO: &str = "taro@contoso.example";
const ASKED: &str = "Is this the right account?";

/// A world in which `u1` signed in with a colleague's account; what the browser shows then.
async fn asked() -> (Box<World>, Shown) {
    let world = World::new().await;
    world.consented().await;
    world.account(&json!({"userPrincipalName": TARO, "displayName": "鈴木 太郎"})).await;
    let shown = world.link(Feature::Contacts, TARO).await;
    assert_eq!((shown.status, shown.heading()), (200, ASKED), "{}", shown.text);
    (world, shown)
}

#[tokio::test]
async fn r45_e09_another_account_is_asked_about_and_nothing_is_written_before() {
    let (world, shown) = asked().await;
    for part in [HANAKO, TARO, "a contact folder is made in the Outlook contacts of taro@contoso.example"] {
        assert!(shown.text.contains(part), "{part} is not on the page");
    }
    assert_eq!(world.link_of(Feature::Contacts).await, None);
    assert!(world.queues.take::<CardsJob>("cards").is_empty());
    assert!(world.accounts.due(Feature::Contacts).await.expect("what is due").is_empty());
    let log = world.events().await;
    let Some(Event::AccountQuestioned { account, expected, .. }) = log.last() else { panic!("{log:?}") };
    assert_eq!((account.as_str(), expected.as_str()), (TARO, HANAKO));

    let done = world.answer(shown.state(), "yes").await;
    assert_eq!((done.status, done.heading()), (200, "Your Outlook contacts are linked"), "{}", done.text);
    let link = world.link_of(Feature::Contacts).await.expect("a link");
    assert_eq!(
        (link.status, link.account.as_ref().expect("an account").name.as_str()),
        (LinkStatus::Linked, TARO)
    );
    world.tokens.access_token(&link).await.expect("a token that works");
    assert_eq!(world.queues.take::<CardsJob>("cards").len(), 1, "the push begins");
    let log = world.events().await;
    let [.., confirmed, linked] = log.as_slice() else { panic!("{log:?}") };
    assert!(matches!(confirmed, Event::AccountConfirmed { account, .. } if account == TARO), "{log:?}");
    assert!(matches!(linked, Event::UserLinked { account, .. } if account == TARO), "{log:?}");
}

#[tokio::test]
async fn r45_a_no_links_nothing_and_shows_both_accounts() {
    let (world, shown) = asked().await;
    let done = world.answer(shown.state(), "no").await;
    assert_eq!((done.status, done.heading()), (403, "This is not your own account"));
    let facts = done.between("<dl class=\"facts\">", "</dl>");
    assert!(facts.contains(TARO) && facts.contains(HANAKO), "expected beside actual: {facts}");
    assert_eq!(world.link_of(Feature::Contacts).await, None);
    let log = world.events().await;
    let Some(Event::ConnectionRefused { user_id, reason, .. }) = log.last() else { panic!("{log:?}") };
    assert_eq!(*user_id, Some(hanako()));
    assert!(reason.contains(TARO) && reason.contains(HANAKO), "{reason}");
    // A change of mind needs a new sign-in: the tokens went with the answer.
    assert_eq!(world.answer(shown.state(), "yes").await.status, 409);
    assert_eq!(world.link_of(Feature::Contacts).await, None);
}

#[tokio::test]
async fn r45_the_word_counts_once_in_time_and_only_if_we_asked() {
    let (world, shown) = asked().await;
    let state = shown.state().to_owned();
    for forged in [format!("{state}x"), state.replacen('.', "x.", 1), String::new()] {
        assert_eq!(world.answer(&forged, "yes").await.status, 400, "{forged}");
    }
    assert_eq!(world.link_of(Feature::Contacts).await, None);
    assert_eq!(world.answer(&state, "yes").await.status, 200);
    assert_eq!(world.answer(&state, "yes").await.status, 409);

    let (world, shown) = asked().await;
    world.pass(21 * 60);
    assert_eq!(world.answer(shown.state(), "yes").await.status, 410);
    assert_eq!(world.link_of(Feature::Contacts).await, None);
}

#[tokio::test]
async fn r45_the_question_and_the_sign_in_open_only_their_own_doors() {
    let (world, shown) = asked().await;
    let mut back: Url = world.site.join("connect/sign-in").expect("an address");
    back.query_pairs_mut().append_pair("state", shown.state()).append_pair("code", "made-up");
    assert_eq!(world.open(&back).await.status, 400);
    let started =
        world.connect.start_link(&organization(), &hanako(), &tenant(), Feature::Contacts, None).await;
    let state = parameter(&started.expect("started").url, "state").expect("a state");
    assert_eq!(world.answer(&state, "yes").await.status, 400);
    assert_eq!(world.link_of(Feature::Contacts).await, None);
}

#[tokio::test]
async fn r45_a_linked_user_is_asked_before_another_account_takes_over() {
    let world = World::new().await;
    world.consented().await;
    let other = json!({"userPrincipalName": TARO, "displayName": "鈴木 太郎"});
    world.account(&other).await;
    world.link(Feature::Calendar, HANAKO).await;
    let before = world.link_of(Feature::Calendar).await;
    // The product's address was changed to the colleague's meanwhile: that alone moves no link.
    world.user_known_as(TARO).await;
    let shown = world.link(Feature::Calendar, TARO).await;
    assert_eq!(shown.heading(), ASKED, "{}", shown.text);
    assert!(
        shown.text.contains("written into the Outlook calendar of taro@contoso.example"),
        "{}",
        shown.text
    );
    assert_eq!(world.link_of(Feature::Calendar).await, before, "the link was touched");
    world.tokens.access_token(&before.expect("a link")).await.expect("the old link works on");
    world.answer(shown.state(), "yes").await;
    let link = world.link_of(Feature::Calendar).await.expect("a link");
    assert_eq!(link.account.expect("an account").name, TARO);
    // Who was confirmed is not asked about again.
    let again = world.link(Feature::Calendar, TARO).await;
    assert_eq!(again.heading(), "Your Outlook calendar is linked.", "{}", again.text);
}

#[tokio::test]
async fn r45_the_question_reads_the_same_in_japanese() {
    let (world, shown) = asked().await;
    let done = world.answer(shown.state(), "no").await;
    assert!(done.text.contains("hreflang=\"ja\""));
    let japanese = pages::sample::confirm(Feature::Contacts);
    let reader = pages::Reader { language: types::Language::Ja, chose: false };
    let page = pages::respond(&reader, &pages::Branding::default(), &japanese.into());
    let html = axum::body::to_bytes(page.into_body(), 100_000).await.expect("a page");
    let html = String::from_utf8(html.to_vec()).expect("text");
    for part in ["このアカウントでよろしいですか", "action=\"/connect/confirm\"", "連携しない"]
    {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}
