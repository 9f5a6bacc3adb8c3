//! The documents lead where they say: every relative link in a Markdown file names a file that is there, and
//! every heading that a link names.

use std::path::{Path, PathBuf};

use xtask::project;

/// The documents: at the top, and in docs/.
fn documents() -> Vec<PathBuf> {
    let root = project::root();
    let entries =
        [root.clone(), root.join("docs")].map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let files = entries.into_iter().flatten().map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// What stands in `](…)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

/// The headings as a browser's address names them: lower case, dashes for spaces, nothing else but letters.
fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        words.chars().filter(|&c| c.is_alphanumeric() || c == '-').collect()
    };
    headings.map(anchor).collect()
}

fn leads_nowhere(document: &Path, link: &str) -> Option<String> {
    if link.contains("://") {
        return None;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { document.to_owned() } else { document.parent()?.join(path) };
    let is_there = target.exists()
        && (anchor.is_empty()
            || std::fs::read_to_string(&target)
                .is_ok_and(|text| anchors(&text).contains(&anchor.to_owned())));
    (!is_there).then(|| format!("{} links to {link}", document.display()))
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let documents = documents();
    assert!(documents.len() >= 5, "the documents are found: {documents:?}");
    let mut found = 0;
    let mut broken = Vec::new();
    for document in &documents {
        let text = std::fs::read_to_string(document).expect("a text");
        found += links(&text).count();
        broken.extend(links(&text).filter_map(|link| leads_nowhere(document, link)));
    }
    assert!(found > 40, "the links are found: {found}");
    assert!(broken.is_empty(), "{broken:#?}");
}
