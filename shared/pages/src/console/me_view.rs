//! A user's own page, the question before a link goes, and the organization's settings.

use askama::Template;
use types::Language;

use super::{
    Me, MeUnlink, MyLink, PushState, Settings, SettingsFault, Status, Viewer,
    frame::{Frame, number},
    parts::{For, LinkView, NoticeView, feature_name},
};
use crate::{
    branding::Branding,
    text::{Texts, plain},
    view::may_be_linked,
};

#[derive(Template)]
#[template(path = "console_me.html")]
pub(super) struct MeView {
    frame: Frame,
    notice: Option<NoticeView>,
    /// The features whose sign-in is over: name and where to sign in again (P10).
    reconnect: Vec<(String, String)>,
    links: Vec<MyLinkView>,
    /// What is pushed (B05), and what people ask (B04 to B17); empty without contacts in the plan.
    pushed: Vec<String>,
    questions: Vec<(String, Vec<String>)>,
}

struct MyLinkView {
    link: LinkView,
    purpose: String,
    folder: Option<String>,
    outlook: Option<String>,
    /// The button that starts the sign-in: its words, and whether it is the main thing.
    connect: Option<(String, bool)>,
    connect_address: String,
    /// Where the link is ended.
    unlink: Option<String>,
    /// Why there is nothing to press.
    why_not: Option<String>,
    may_push: bool,
    push_busy: bool,
}

impl MeView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Me) -> Self {
        let contacts = page.links.iter().find(|my| my.folder.is_some());
        let folder = contacts.and_then(|my| my.folder.as_deref()).unwrap_or(&product.product_name);
        let account = contacts.and_then(|my| my.link.account.as_deref()).unwrap_or_default();
        let texts = texts.with("folder", folder).with("account", account);
        let broken = page.links.iter().filter(|my| my.link.status == Status::ReconnectNeeded);
        let reconnect =
            broken.map(|my| (feature_name(&texts, my.link.feature), connect_address(my))).collect();
        let has_contacts = page.links.iter().any(|my| my.link.feature == types::Feature::Contacts);
        let running = page.links.iter().filter_map(|my| my.push.as_ref());
        let refreshes = running.clone().any(|push| push.state != PushState::Resting)
            || page.links.iter().any(|my| my.link.status == Status::Syncing);
        let title = texts.get("me-title");
        let mut view = Self {
            notice: NoticeView::of(&texts, page.notice.as_ref()),
            reconnect,
            links: page.links.iter().map(|my| MyLinkView::of(&texts, viewer, my)).collect(),
            pushed: if has_contacts { texts.lines("pushed-fields") } else { Vec::new() },
            questions: if has_contacts { questions(&texts) } else { Vec::new() },
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        };
        view.frame.refreshes = refreshes;
        view
    }
}

/// What people ask: all cards (B04), one way (B08), overwriting (B09), other folders (B07), when it is
/// brought up to date (B03, B10 to B13), notes of one's own (M09), how ours are told (B14), cannot see them
/// (B17).
fn questions(texts: &Texts) -> Vec<(String, Vec<String>)> {
    ["all", "when", "one-way", "others", "notes", "origin", "where"]
        .map(|name| {
            let question = texts.get(&format!("ask-{name}.question"));
            (question, texts.lines(&format!("ask-{name}.answer")))
        })
        .into()
}

fn connect_address(my: &MyLink) -> String {
    format!("/me/links/{}", my.link.feature.as_str())
}

impl MyLinkView {
    fn of(texts: &Texts, viewer: &Viewer, my: &MyLink) -> Self {
        let feature = my.link.feature;
        let is_live = my.link.status.is_live();
        let by_admin = feature.is_linked_by_admin();
        let mut link = LinkView::of(texts, viewer, &my.link, For::User);
        if my.link.status == Status::ReconnectNeeded {
            // The banner above says it all.
            link.problem = None;
        }
        let connect = match my.link.status {
            _ if by_admin || !my.is_granted => None,
            Status::NotLinked | Status::Unlinked => Some(("me-connect", true)),
            // The banner above has the main button.
            Status::ReconnectNeeded => Some(("me-reconnect", false)),
            Status::AuthenticationFailed | Status::NoPermission | Status::Failed => {
                Some(("me-connect-again", true))
            }
            Status::Linked | Status::Syncing => None,
        };
        let why_not = match (my.is_granted, by_admin, is_live) {
            (false, _, _) => Some("me-not-granted"),
            (true, true, false) => Some("me-by-admin-off"),
            (true, true, true) => Some("me-by-admin"),
            _ => None,
        };
        let busy = my.push.as_ref().is_some_and(|push| push.state != PushState::Resting);
        Self {
            link: link.with(texts, viewer, my.push.as_ref(), my.cards, &my.refused),
            purpose: texts.get(&format!("feature-{}.mine", feature.as_str())),
            folder: my.folder.as_deref().map(plain),
            outlook: my.outlook_url.clone().filter(|url| is_live && may_be_linked(url)),
            connect: connect.map(|(key, main)| (texts.get(key), main)),
            connect_address: connect_address(my),
            unlink: (is_live && !by_admin).then(|| format!("{}/unlink", connect_address(my))),
            why_not: why_not.map(|key| texts.get(key)),
            may_push: my.link.status == Status::Linked && feature == types::Feature::Contacts,
            push_busy: busy,
        }
    }
}

#[derive(Template)]
#[template(path = "console_me_unlink.html")]
pub(super) struct MeUnlinkView {
    frame: Frame,
    lead: String,
    action: String,
    account: Option<String>,
    /// The folder that may go too, and what goes with it.
    folder: Option<(String, String)>,
}

impl MeUnlinkView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &MeUnlink) -> Self {
        let feature = page.feature.as_str();
        let name = feature_name(&texts, page.feature);
        let folder = page.folder.as_ref().map(|folder| {
            let count = page.cards.map(number).unwrap_or_default();
            let key = if page.cards.is_some() { "me-unlink-remove" } else { "me-unlink-remove-uncounted" };
            let values = [("folder", folder.clone()), ("count", count)];
            (plain(folder), texts.get_with(key, &values))
        });
        let title = texts.get_with("me-unlink-title", &[("feature", name)]);
        Self {
            lead: texts.get(&format!("me-unlink-{feature}")),
            action: format!("/me/links/{feature}/unlink"),
            account: page.account.as_deref().map(plain),
            folder,
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        }
    }
}

#[derive(Template)]
#[template(path = "console_settings.html")]
pub(super) struct SettingsView {
    frame: Frame,
    notice: Option<NoticeView>,
    folder_name: String,
    version: String,
    /// Tag, own name, whether it is chosen.
    choices: Vec<(&'static str, String, bool)>,
    folder_fault: Option<String>,
    fields: Vec<FieldChoice>,
    modes: Vec<String>,
    sources: String,
    sources_fault: Option<String>,
    conflict: bool,
}

/// A field of contacts and the modes to choose from: value, name, whether it is chosen.
struct FieldChoice {
    name: &'static str,
    label: String,
    modes: Vec<(&'static str, String, bool)>,
}

impl FieldChoice {
    fn of(texts: &Texts, name: &'static str, modes: &[(&'static str, bool)]) -> Self {
        let mode = |&(mode, chosen): &(&'static str, bool)| (mode, texts.get(&key("mode", mode)), chosen);
        Self { name, label: texts.get(&key("field", name)), modes: modes.iter().map(mode).collect() }
    }
}

fn key(kind: &str, name: &str) -> String {
    format!("settings-{kind}-{}", name.replace('_', "-"))
}

impl SettingsView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Settings) -> Self {
        let fault = page.fault.and_then(|fault| match fault {
            SettingsFault::FolderMissing => Some(texts.get("settings-fault-missing")),
            SettingsFault::FolderTooLong { most } => {
                Some(texts.get_with("settings-fault-too-long", &[("most", most.to_string())]))
            }
            SettingsFault::FolderForbidden => Some(texts.get("settings-fault-forbidden")),
            SettingsFault::Sources { .. } | SettingsFault::Conflict => None,
        });
        let sources_fault = match page.fault {
            Some(SettingsFault::Sources { most }) => {
                Some(texts.get_with("settings-fault-sources", &[("most", most.to_string())]))
            }
            _ => None,
        };
        let fields = page.contact_fields.iter().map(|(name, modes)| FieldChoice::of(&texts, name, modes));
        let fields: Vec<FieldChoice> = fields.collect();
        let about = |(mode, _, _): &(&str, String, bool)| texts.get(&format!("{}-about", key("mode", mode)));
        let modes = fields.first().map(|field| field.modes.iter().map(about).collect());
        let choice = |language: Language| {
            let tag = language.tag();
            (tag, texts.get(&format!("language-{tag}")), language == page.language)
        };
        let title = texts.get("nav-settings");
        Self {
            notice: NoticeView::of(&texts, page.notice.as_ref()),
            folder_name: page.folder_name.clone(),
            version: page.version.clone(),
            choices: Language::ALL.map(choice).into(),
            folder_fault: fault,
            modes: modes.unwrap_or_default(),
            fields,
            sources: plain(&page.sources),
            sources_fault,
            conflict: page.fault == Some(SettingsFault::Conflict),
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        }
    }
}
