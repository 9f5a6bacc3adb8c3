//! What stands around every page of the console.

use types::Language;

use super::Viewer;
use crate::{
    address, asset,
    branding::Branding,
    date::{When, zone_name},
    text::{Texts, initial, plain},
    view::may_be_linked,
};

/// What stands around the page, and the texts of the page inside.
pub(super) struct Frame {
    pub(super) texts: Texts,
    pub(super) title: String,
    pub(super) product: String,
    /// Whose console it is; the product where nobody is signed in.
    pub(super) owner: String,
    pub(super) initial: String,
    pub(super) stylesheet: String,
    pub(super) icon: String,
    pub(super) script: String,
    /// Something of the page changes by itself soon.
    pub(super) refreshes: bool,
    /// The viewer's name; none where nobody is signed in.
    pub(super) user: Option<String>,
    /// The token against forged forms.
    pub(super) csrf: String,
    pub(super) nav: Vec<Entry>,
    /// Back to the product.
    pub(super) back: Option<String>,
    /// Where people ask for help (A21).
    pub(super) support: Option<String>,
    /// The zone in which times are shown: its name in the database, and in words.
    pub(super) zone_id: String,
    pub(super) zone: String,
    /// Tag, own name, address, whether it is the present one.
    pub(super) languages: Vec<(&'static str, String, String, bool)>,
}

/// An entry of the navigation.
pub(super) struct Entry {
    pub(super) name: &'static str,
    pub(super) label: String,
    pub(super) address: &'static str,
    pub(super) current: bool,
}

const ENTRIES: [(&str, &str); 6] = [
    ("overview", "/console"),
    ("microsoft365", "/console/microsoft365"),
    ("users", "/console/users"),
    ("audit", "/console/audit"),
    ("settings", "/console/settings"),
    ("me", "/me"),
];

impl Frame {
    /// The frame of a page; `here` is the query that shows it again where nobody is signed in.
    pub(super) fn new(
        texts: Texts,
        product: &Branding,
        viewer: Option<&Viewer>,
        title: String,
        here: &[(&str, &str)],
    ) -> Self {
        let prefix = viewer.map_or("/console", |viewer| prefix(&viewer.path));
        let name = plain(&product.product_name);
        let owner = viewer.map_or_else(|| name.clone(), |viewer| plain(&viewer.organization_name));
        let languages = Language::ALL.map(|language| {
            let tag = language.tag();
            let address = switch(viewer, here, tag);
            (tag, texts.get(&format!("language-{tag}")), address, language == texts.language)
        });
        Self {
            title,
            initial: initial(&owner),
            owner,
            product: name,
            stylesheet: asset::address("/console", "console.css"),
            icon: asset::address("/console", "setten.svg"),
            script: asset::address("/console", "console.js"),
            refreshes: false,
            user: viewer.map(|viewer| plain(&viewer.user_name)),
            csrf: viewer.map(|viewer| viewer.csrf.clone()).unwrap_or_default(),
            nav: viewer.map(|viewer| entries(&texts, viewer, prefix)).unwrap_or_default(),
            back: viewer.and_then(|viewer| linkable(viewer.return_url.as_deref())),
            support: linkable(product.support_url.as_deref()),
            zone_id: viewer.map(|viewer| viewer.zone.name().to_owned()).unwrap_or_default(),
            zone: viewer.map(|viewer| zone_name(&texts, &viewer.zone, viewer.now)).unwrap_or_default(),
            languages: languages.into(),
            texts,
        }
    }

    /// The text of a key.
    pub(super) fn text(&self, key: &str) -> String {
        self.texts.get(key)
    }

    /// The text of a key that names one value.
    pub(super) fn text_with(&self, key: &str, name: &'static str, value: &str) -> String {
        self.texts.get_with(key, &[(name, value.to_owned())])
    }
}

/// Where a page belongs: the part of the navigation that is marked.
fn prefix(path: &str) -> &'static str {
    let path = path.split('?').next().unwrap_or_default();
    let belongs = |(_, address): &&(&str, &str)| {
        path.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    ENTRIES.iter().rev().find(belongs).map_or("", |(_, address)| address)
}

/// The admin's navigation; a member has one page and none.
fn entries(texts: &Texts, viewer: &Viewer, here: &str) -> Vec<Entry> {
    // Without a plan there is nothing to connect (A01).
    let is_shown = |name: &str| viewer.is_admin && (name != "microsoft365" || !viewer.features.is_empty());
    let entries = ENTRIES.into_iter().filter(|(name, _)| is_shown(name));
    let entry = |(name, address)| Entry {
        name,
        label: texts.get(&format!("nav-{name}")),
        address,
        current: address == here,
    };
    entries.map(entry).collect()
}

fn linkable(address: Option<&str>) -> Option<String> {
    address.filter(|address| may_be_linked(address)).map(str::to_owned)
}

/// The address that shows the page in another language: the present one without what was just done.
fn switch(viewer: Option<&Viewer>, here: &[(&str, &str)], tag: &str) -> String {
    let Some(viewer) = viewer else {
        return address::query([here, &[("lang", tag)]].concat().as_slice());
    };
    let own = viewer.path.starts_with('/') && may_be_linked(&viewer.path);
    let path = if own { viewer.path.as_str() } else { "/me" };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let once = ["lang=", "done=", "count=", "skipped=", "what="];
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !once.iter().any(|o| pair.starts_with(o)));
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("lang={tag}")]).collect();
    format!("{path}?{}", query.join("&"))
}

/// A point in time in the viewer's zone.
pub(super) fn when(texts: &Texts, viewer: &Viewer, at: Option<jiff::Timestamp>) -> Option<When> {
    at.map(|at| When::of(texts, at, &viewer.zone))
}

/// `1,204`: both languages group by thousands.
pub(super) fn number(count: impl Into<u64>) -> String {
    let digits = count.into().to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::sample;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (count, expected) in [(0_u64, "0"), (999, "999"), (1_204, "1,204"), (1_000_000, "1,000,000")] {
            assert_eq!(number(count), expected);
        }
    }

    #[test]
    fn a_page_belongs_to_the_nearest_entry() {
        for (path, expected) in [
            ("/console", "/console"),
            ("/console?lang=ja", "/console"),
            ("/console/users/u-17", "/console/users"),
            ("/console/microsoft365/tenants/x/checks?a=b", "/console/microsoft365"),
            ("/me/links/contacts/unlink", "/me"),
            ("/consoles", ""),
            ("/elsewhere", ""),
        ] {
            assert_eq!(prefix(path), expected, "{path}");
        }
    }

    #[test]
    fn the_switch_keeps_the_page_and_forgets_what_was_done() {
        let shown = |path: &str| switch(Some(&sample::viewer(path)), &[], "en");
        assert_eq!(
            shown("/console/users?q=a%20b&lang=ja&done=users-linked&count=3&skipped=0"),
            "/console/users?q=a%20b&lang=en"
        );
        assert_eq!(shown("/me"), "/me?lang=en");
        assert_eq!(shown("//evil.test/x"), "/me?lang=en");
        assert_eq!(shown("javascript:alert(1)"), "/me?lang=en");
        assert_eq!(switch(None, &[("organization", "o&1")], "ja"), "?organization=o%261&lang=ja");
    }

    #[test]
    fn a01_without_a_plan_there_is_no_menu_entry_and_a_member_has_no_menu() {
        let names = |viewer: &Viewer| {
            let entries = entries(&Texts::new(Language::Ja), viewer, "/console");
            entries.iter().map(|entry| entry.name).collect::<Vec<_>>()
        };
        let viewer = sample::viewer("/console");
        assert!(names(&viewer).contains(&"microsoft365"));
        let without = Viewer { features: [].into(), ..viewer.clone() };
        assert!(!names(&without).contains(&"microsoft365") && names(&without).contains(&"overview"));
        assert!(names(&Viewer { is_admin: false, ..viewer }).is_empty());
    }
}
