use super::*;

fn pages() -> Vec<(String, String)> {
    let docs = Docs::of(&crate::description());
    let mut pages = vec![("overview".to_owned(), docs.overview().expect("rendered"))];
    pages.extend(
        docs.subjects.iter().map(|subject| (subject.name.clone(), docs.subject(subject).expect("rendered"))),
    );
    pages
}

#[test]
fn every_operation_has_its_place() {
    let pages = pages();
    let description = crate::description();
    for (path, methods) in description["paths"].as_object().expect("paths") {
        for operation in methods.as_object().expect("methods").values() {
            let id = operation["operationId"].as_str().expect("an id");
            let anchor = format!("<section id=\"{id}\"");
            let shown = pages.iter().filter(|(_, page)| page.contains(&anchor)).count();
            assert_eq!(shown, 1, "{path} {id}");
            assert!(pages[0].1.contains(&format!("#{id}\"")), "{id} is not in the overview");
        }
    }
}

#[test]
fn a_page_is_small_and_asks_nobody_else() {
    for (name, page) in pages() {
        assert!(page.len() < 60_000, "{name} has {} bytes", page.len());
        for loaded in ["src=", "http://", "https://", "<script", "style=", "@import"] {
            assert!(!page.contains(loaded), "{name} has {loaded}");
        }
    }
    assert!(!STYLESHEET.contains("url(") && !STYLESHEET.contains("@import"));
}
