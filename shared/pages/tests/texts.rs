//! The two language files say the same things, and nothing that no page uses.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use pages::{Failure, Way};

const JA: &str =
    concat!(include_str!("../locales/ja/setten.ftl"), "\n", include_str!("../locales/ja/console.ftl"));
const EN: &str =
    concat!(include_str!("../locales/en/setten.ftl"), "\n", include_str!("../locales/en/console.ftl"));

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

/// All that stands in the files of a folder, and of those below it.
fn sources(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let read = |path: std::path::PathBuf| match path.is_dir() {
        true => sources(&path),
        false => std::fs::read_to_string(path).expect("a text"),
    };
    entries.map(read).collect()
}

#[test]
fn every_other_text_is_used() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources = [sources(&folder.join("src")), sources(&folder.join("templates"))].concat();
    // Named by the end only: the beginning is put in front of a status, a person, a language, a scope, a
    // number, a zone, a state.
    let mut composed = vec!["failure-", "status-", "who-", "language-", "permission-", "consent-done-"];
    composed.push("confirm-consent-");
    composed.extend(["weekday-", "month-", "zone-", "book-closed-", "book-refused-"]);
    composed.extend(["book-pending.", "book-confirmed.", "book-cancelling.", "book-undoing."]);
    composed.extend(["book-cancelled.", "book-cancelled-by-host.", "book-failed."]);
    composed.extend(["link-done.", "link-done-calendar.", "consent-refused-"]);
    composed.extend(["month-short-", "nav-", "link-", "notice-", "attention-", "measure-", "feature-"]);
    composed.extend([
        "help-",
        "check-",
        "ask-",
        "audit-event-",
        "actors-",
        "audience-",
        "refused-",
        "revoke-",
        "unlink-",
    ]);
    composed.extend(["seen-", "settings-", "me-unlink-contacts", "me-unlink-mail", "me-unlink-calendar"]);
    for key in shapes(EN).into_keys() {
        let used =
            sources.contains(&format!("\"{key}\"")) || composed.iter().any(|part| key.starts_with(part));
        assert!(used, "{key} is in no template");
    }
}
