//! Every reason that our code can write on a link has a failure: its sources are read for them, so that a new
//! reason without words for people fails here (feature C12, requirement R10).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pages::Failure;

/// Crates that say how a link stands.
const CRATES: [&str; 5] = ["accounts", "cards", "contact_points", "subscriptions", "booking"];
/// What stands in front of a reason in the sources: a link's status as written with it, or the name of a
/// constant or field that holds one.
const BEFORE: [&str; 8] = [
    "LinkStatus::AuthenticationFailed, \"",
    "LinkStatus::NoPermission, \"",
    "LinkStatus::Failed, \"",
    "LinkStatus::ReconnectNeeded, \"",
    "map_or(\"",
    "GRANT_REVOKED: &str = \"",
    "unwrap_or(\"",
    "reason: \"",
];

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("below shared").to_owned()
}

/// The product's source files of a crate: no tests.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if entry.is_dir() {
            sources(&entry, found);
        } else if name.ends_with(".rs") && !name.starts_with("tests") && name != "stage.rs" {
            let text = fs::read_to_string(&entry).expect("a source");
            let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            found.push((entry, product));
        }
    }
}

/// The string literals that begin after `before`, if they look like a reason.
fn literals<'a>(source: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    let after = source.match_indices(before).map(|(at, found)| &source[at + found.len()..]);
    after.filter_map(|rest| rest.split('"').next()).filter(|word| {
        word.contains('_') && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
    })
}

#[test]
fn r10_every_reason_in_the_code_has_a_failure() {
    let mut reasons = BTreeSet::new();
    for name in CRATES {
        let mut files = Vec::new();
        sources(&shared().join(name).join("src"), &mut files);
        for (path, source) in &files {
            // What rustfmt broke over lines stands in one line here.
            let line = source.split_whitespace().collect::<Vec<_>>().join(" ");
            for word in BEFORE.iter().flat_map(|before| literals(&line, before)) {
                let failure = Failure::of_reason(word);
                assert_ne!(failure, Failure::Unknown, "{word} of {} has no failure", path.display());
                reasons.insert(word.to_owned());
            }
        }
    }
    for known in ["account_not_found", "folder_taken", "grant_missing", "grant_revoked", "internal_error"] {
        assert!(reasons.contains(known), "{known} is no longer found: {reasons:?}");
    }
}

#[test]
fn r10_every_code_of_graph_that_we_know_has_a_failure() {
    let source = fs::read_to_string(shared().join("graph/src/error/parse.rs")).expect("a source");
    let (_, list) = source.split_once("const KNOWN").expect("the list");
    let (list, _) = list.split_once("];").expect("its end");
    let codes: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(codes.len() > 20, "{codes:?}");
    for code in codes {
        assert_ne!(Failure::of_reason(code), Failure::Unknown, "{code} has no failure");
    }
}
