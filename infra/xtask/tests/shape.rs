//! The shape of the house: which crate may know which, who may speak to the outside, how long a file may be.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use xtask::project;

/// No file is longer.
const MOST_LINES: usize = 500;
/// A function's `main.rs` only wires.
const MOST_LINES_OF_MAIN: usize = 30;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "helpers", "common", "models", "services", "managers"];

const GROUND: [&str; 2] = ["types", "settings"];
const PLATFORM: [&str; 4] = ["aws", "graph", "trigger", "pages"];
const ACCOUNTS: &str = "accounts";
/// What several features need: below them, beside none.
const SHARED_BY_FEATURES: [&str; 2] = ["subscriptions", "outbox"];
/// Arrows between crates of one floor; there are no others.
const SIBLINGS: [(&str, &str); 2] = [
    // An id that does not parse is a malformed setting.
    ("settings", "types"),
    // A queue's trigger reads what the queue's sender wrote.
    ("trigger", "aws"),
];

/// Who may depend on a crate that speaks to the outside, product crates only.
const OUTWARD: [(&str, &[&str]); 5] = [
    ("aws-sdk-", &["aws"]),
    ("aws-config", &["aws"]),
    // Microsoft, and the receivers of webhooks.
    ("reqwest", &["graph", "outbox"]),
    ("lambda_runtime", &["trigger"]),
    ("lambda_http", &["trigger"]),
];

fn workspace() -> Metadata {
    MetadataCommand::new()
        .manifest_path(project::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("metadata")
}

/// The folder of a package, from the top of the project.
fn folder(package: &Package) -> PathBuf {
    let folder = package.manifest_path.parent().expect("a folder").as_std_path();
    folder.strip_prefix(project::root()).expect("inside the project").to_owned()
}

/// The floor of a product crate: 6 functions, 5 features, 4 what features share, 3 accounts, 2 platform,
/// 1 ground.
fn floor(package: &Package) -> Option<u8> {
    let name = package.name.as_str();
    let folder = folder(package);
    match folder.iter().next()?.to_str()? {
        "functions" => Some(6),
        "shared" if GROUND.contains(&name) => Some(1),
        "shared" if PLATFORM.contains(&name) => Some(2),
        "shared" if name == ACCOUNTS => Some(3),
        "shared" if SHARED_BY_FEATURES.contains(&name) => Some(4),
        "shared" => Some(5),
        _ => None,
    }
}

fn shipped(package: &Package) -> impl Iterator<Item = &str> {
    package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .map(|dependency| dependency.name.as_str())
}

#[test]
fn arrows_run_one_way() {
    let metadata = workspace();
    let packages = metadata.workspace_packages();
    let product: Vec<_> = packages.iter().filter_map(|package| Some((package, floor(package)?))).collect();
    assert!(product.len() >= 12, "the product's crates are found: {}", product.len());
    for (package, own) in &product {
        for name in shipped(package) {
            let Some(known) = packages.iter().find(|package| package.name.as_str() == name) else { continue };
            let Some(other) = floor(known) else {
                panic!("{} ships {name}, which is a tool or a test", package.name);
            };
            let sibling = SIBLINGS.contains(&(package.name.as_str(), name));
            assert!(other < *own || sibling, "{} must not know {name}", package.name);
        }
    }
}

#[test]
fn only_platform_crates_speak_to_the_outside() {
    let metadata = workspace();
    for package in metadata.workspace_packages().iter().filter(|package| floor(package).is_some()) {
        for name in shipped(package) {
            let Some((_, who)) = OUTWARD.iter().find(|(outward, _)| name.starts_with(outward)) else {
                continue;
            };
            assert!(
                who.contains(&package.name.as_str()),
                "{} must not use {name}: {who:?} does",
                package.name
            );
        }
    }
}

#[test]
fn the_simulator_knows_none_of_our_crates() {
    let metadata = workspace();
    let ours: BTreeSet<&str> =
        metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let simulator =
        metadata.packages.iter().find(|package| package.name == "simulator").expect("the simulator");
    let known: Vec<_> = simulator
        .dependencies
        .iter()
        .map(|found| found.name.as_str())
        .filter(|name| ours.contains(name))
        .collect();
    assert!(known.is_empty(), "the simulator would agree with our mistakes: {known:?}");
}

#[test]
fn every_crate_has_the_lints_of_the_workspace() {
    for package in workspace().workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("a manifest");
        let lints = manifest.split_once("[lints]").map(|(_, rest)| rest.trim_start());
        assert!(lints.is_some_and(|lints| lints.starts_with("workspace = true")), "{}", package.name);
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let files = sources();
    assert!(files.len() > 50, "the sources are found: {}", files.len());
    for path in files {
        let shown = path.strip_prefix(project::root()).expect("inside the project");
        let lines = std::fs::read_to_string(&path).expect("a text").lines().count();
        let is_function = shown.starts_with("functions") && shown.ends_with("src/main.rs");
        let most = if is_function { MOST_LINES_OF_MAIN } else { MOST_LINES };
        assert!(lines <= most, "{} has {lines} lines, more than {most}", shown.display());
        for part in shown.with_extension("").iter() {
            let part = part.to_str().expect("plain names");
            assert!(!EMPTY_NAMES.contains(&part), "{} says nothing by {part}", shown.display());
        }
    }
}

/// Every Rust source of the workspace's packages.
fn sources() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for package in workspace().workspace_packages() {
        collect(package.manifest_path.parent().expect("a folder").as_std_path(), &mut files);
    }
    files.sort();
    files.dedup();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with("node_modules") && !path.ends_with("target") {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
