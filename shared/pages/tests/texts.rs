//! The two language files say the same things, and nothing that no page uses.

use std::collections::{BTreeMap, BTreeSet};

use pages::{Failure, Way};

const JA: &str = include_str!("../locales/ja/setten.ftl");
const EN: &str = include_str!("../locales/en/setten.ftl");

/// One text: the values it names and how many lines it has.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    placeholders: BTreeSet<String>,
    lines: usize,
}

/// The shape of every `key` and `key.attribute` of a file.
fn shapes(file: &str) -> BTreeMap<String, Shape> {
    let mut shapes = BTreeMap::<String, Shape>::new();
    let (mut message, mut current) = (String::new(), None);
    for line in file.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut value = line.trim();
        if !line.starts_with(' ') {
            let (key, rest) = line.split_once('=').expect("a message");
            key.trim().clone_into(&mut message);
            (current, value) = (Some(message.clone()), rest.trim());
        } else if let Some(attribute) = value.strip_prefix('.') {
            let (key, rest) = attribute.split_once('=').expect("an attribute");
            (current, value) = (Some(format!("{message}.{}", key.trim())), rest.trim());
        }
        let key = current.clone().expect("a value follows a key");
        if value.is_empty() {
            continue;
        }
        let shape = shapes.entry(key).or_default();
        shape.lines += 1;
        shape.placeholders.extend(placeholders(value));
    }
    shapes
}

fn placeholders(text: &str) -> impl Iterator<Item = String> + '_ {
    let names = text.split('$').skip(1);
    names.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect())
}

#[test]
fn both_languages_have_the_same_keys_placeholders_and_steps() {
    let (ja, en) = (shapes(JA), shapes(EN));
    assert!(ja.len() > 150, "{} texts", ja.len());
    let only = |a: &BTreeMap<String, Shape>, b: &BTreeMap<String, Shape>| {
        a.keys().filter(|key| !b.contains_key(*key)).cloned().collect::<Vec<_>>()
    };
    assert_eq!((only(&ja, &en), only(&en, &ja)), (vec![], vec![]), "(only in Japanese, only in English)");
    for (key, shape) in &ja {
        assert_eq!(shape.lines, en[key].lines, "{key}: number of lines");
        assert_eq!(shape.placeholders, en[key].placeholders, "{key}: placeholders");
    }
}

#[test]
fn every_failure_has_its_texts_and_no_text_is_left_over() {
    let mut expected = BTreeSet::new();
    for failure in Failure::ALL {
        let ask = if failure.way() == Way::Forward { &["ask"][..] } else { &[] };
        for part in ["title", "why", "steps"].iter().chain(ask) {
            expected.insert(format!("failure-{}.{part}", failure.key()));
        }
    }
    let found = shapes(EN).into_keys().filter(|key| key.starts_with("failure-")).collect::<BTreeSet<_>>();
    assert_eq!(found, expected);
}

#[test]
fn every_other_text_is_used() {
    let sources = [
        include_str!("../src/view.rs"),
        include_str!("../src/failed_view.rs"),
        include_str!("../src/confirm_view.rs"),
        include_str!("../templates/confirm.html"),
        include_str!("../templates/layout.html"),
        include_str!("../templates/consent_done.html"),
        include_str!("../templates/link_done.html"),
        include_str!("../templates/failed.html"),
        include_str!("../src/booking/details_view.rs"),
        include_str!("../src/booking/frame.rs"),
        include_str!("../src/booking/moment.rs"),
        include_str!("../src/booking/times_view.rs"),
        include_str!("../src/booking/appointment_view.rs"),
        include_str!("../templates/book_layout.html"),
        include_str!("../templates/book_meeting.html"),
        include_str!("../templates/book_host.html"),
        include_str!("../templates/book_times.html"),
        include_str!("../templates/book_closed.html"),
        include_str!("../templates/book_details.html"),
        include_str!("../templates/book_moment.html"),
        include_str!("../templates/book_appointment.html"),
        include_str!("../templates/book_summary.html"),
        include_str!("../templates/book_cancel.html"),
    ]
    .concat();
    // Named by the end only: the beginning is put in front of a status, a person, a language, a scope, a
    // number, a zone, a state.
    let mut composed = vec!["failure-", "status-", "who-", "language-", "permission-", "consent-done-"];
    composed.extend(["weekday-", "month-", "zone-", "book-closed-", "book-refused-"]);
    composed.extend(["book-pending.", "book-confirmed.", "book-cancelling.", "book-undoing."]);
    composed.extend(["book-cancelled.", "book-cancelled-by-host.", "book-failed."]);
    composed.extend(["link-done.", "link-done-calendar.", "consent-refused-"]);
    for key in shapes(EN).into_keys() {
        let used =
            sources.contains(&format!("\"{key}\"")) || composed.iter().any(|part| key.starts_with(part));
        assert!(used, "{key} is in no template");
    }
}
