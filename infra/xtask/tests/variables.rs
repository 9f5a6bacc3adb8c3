//! What the functions declare to read of their environment, against what the template gives them and
//! against docs/VARIABLES.md.

#[expect(dead_code, reason = "the wiring test reads more of it")]
mod template;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use settings::Variable;
use template::Template;
use xtask::{docs, project};

/// A function's declared settings, one list per crate that reads some.
type Declared = &'static [&'static [Variable]];

const FUNCTIONS: [(&str, Declared); 11] = [
    ("api-web", api_web::VARIABLES),
    ("booking-web", booking_web::VARIABLES),
    ("booking-worker", booking_worker::VARIABLES),
    ("cards-worker", cards_worker::VARIABLES),
    ("connect-web", connect_web::VARIABLES),
    ("console-web", console_web::VARIABLES),
    ("graph-web", graph_web::VARIABLES),
    ("mail-worker", mail_worker::VARIABLES),
    ("outbox-worker", outbox_worker::VARIABLES),
    ("schedule-tick", schedule_tick::VARIABLES),
    ("subscriptions-worker", subscriptions_worker::VARIABLES),
];

#[test]
fn every_function_is_looked_at() {
    let looked_at: Vec<_> = FUNCTIONS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(looked_at, project::functions().expect("functions/"));
}

#[test]
fn a_function_is_given_what_it_declares_and_nothing_else() {
    let template = Template::load();
    for function in template.functions() {
        let (_, declared) = FUNCTIONS.iter().find(|(name, _)| *name == function.name).expect("looked at");
        let declared: BTreeSet<&str> =
            declared.iter().flat_map(|list| list.iter()).map(|found| found.name).collect();
        let given: BTreeSet<&str> = function.environment().keys().map(String::as_str).collect();
        assert_eq!(given, declared, "{}", function.name);
    }
}

#[test]
fn variables_are_documented() {
    let path = project::root().join("docs/VARIABLES.md");
    let written = document();
    if std::env::var_os(docs::UPDATE).is_some() {
        std::fs::write(&path, written).expect("docs/VARIABLES.md is written");
        return;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == written, "docs/VARIABLES.md is stale: cargo xtask docs");
}

/// Every variable once, with its text and the functions that read it.
fn document() -> String {
    let mut variables: BTreeMap<&str, (&str, Vec<&str>)> = BTreeMap::new();
    for (function, declared) in FUNCTIONS {
        for variable in declared.iter().flat_map(|list| list.iter()) {
            let (doc, readers) = variables.entry(variable.name).or_insert((variable.doc, Vec::new()));
            assert_eq!(*doc, variable.doc, "{} has one meaning", variable.name);
            readers.push(function);
        }
    }
    let mut text = "# Environment variables\n\n\
        Generated from the functions' settings by `cargo xtask docs`; `infra/template.yaml` gives the values.\n\n\
        | variable | what | read by |\n|---|---|---|\n"
        .to_owned();
    for (name, (doc, readers)) in variables {
        let doc = doc.replace('|', "\\|");
        writeln!(text, "| `{name}` | {doc} | {} |", readers.join(", ")).expect("a text grows");
    }
    text
}
