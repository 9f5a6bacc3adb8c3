//! The list of users, one user, the audit log.

use askama::Template;
use types::{Feature, Language};

use super::{
    Actor, Audit, Entry, Paging, Status, UserDetail, UserFilter, UserRow, Users, Viewer,
    frame::{Frame, number, when},
    parts::{For, LinkView, NoticeView, StatusView, feature_name},
};
use crate::{
    address,
    branding::Branding,
    date::When,
    text::{Texts, plain, shorten},
};

#[derive(Template)]
#[template(path = "console_users.html")]
pub(super) struct UsersView {
    frame: Frame,
    notice: Option<NoticeView>,
    q: String,
    /// Name, label, whether it is looked for.
    features: Vec<(&'static str, String, bool)>,
    statuses: Vec<(&'static str, String, bool)>,
    is_filtered: bool,
    rows: Vec<RowView>,
    count: String,
    /// The features' names, above the columns.
    columns: Vec<String>,
    pages: PagesView,
    export: String,
    tenants: Vec<String>,
    /// Where the bulk form leads back to.
    here: String,
}

/// Links to the other pages of a list.
struct PagesView {
    first: Option<String>,
    next: Option<String>,
}

struct RowView {
    id: String,
    /// The id in the page: of letters and digits only.
    anchor: usize,
    address: String,
    name: String,
    email: String,
    is_admin: bool,
    links: Vec<LinkView>,
}

/// The query of a filter without its empty parts.
fn query(filter: &UserFilter) -> Vec<(&'static str, &str)> {
    let mut query = Vec::new();
    if !filter.q.is_empty() {
        query.push(("q", filter.q.as_str()));
    }
    query.extend(filter.feature.map(|feature| ("feature", feature.as_str())));
    query.extend(filter.status.map(|status| ("status", status.as_str())));
    query
}

/// An address with a query, or without where there is none.
fn with(path: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() { path.to_owned() } else { format!("{path}{}", address::query(pairs)) }
}

/// What the last line of a file says before the address of the rest.
#[must_use]
pub fn file_goes_on(language: Language) -> String {
    Texts::new(language).get("export-goes-on")
}

impl PagesView {
    fn of(path: &str, query: &[(&str, &str)], paging: &Paging) -> Self {
        let next = |cursor: &String| with(path, [query, &[("cursor", cursor)]].concat().as_slice());
        Self { first: paging.is_later.then(|| with(path, query)), next: paging.next.as_ref().map(next) }
    }
}

impl UsersView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Users) -> Self {
        let filter = &page.filter;
        let feature = |feature: Feature| {
            (feature.as_str(), feature_name(&texts, feature), filter.feature == Some(feature))
        };
        let status = |status: Status| {
            (status.as_str(), StatusView::of(&texts, status).word, filter.status == Some(status))
        };
        let query = query(filter);
        let rows = page.users.iter().enumerate();
        let rows: Vec<_> = rows.map(|(index, row)| RowView::of(&texts, viewer, index, row)).collect();
        let refreshes =
            page.users.iter().flat_map(|row| &row.links).any(|link| link.status == Status::Syncing);
        let title = texts.get("nav-users");
        let features: Vec<_> = viewer.features.iter().copied().map(feature).collect();
        let mut view = Self {
            notice: NoticeView::of(&texts, page.notice.as_ref()),
            q: filter.q.clone(),
            columns: features.iter().map(|(_, name, _)| name.clone()).collect(),
            features,
            statuses: Status::ALL.map(status).into(),
            is_filtered: !query.is_empty(),
            rows,
            count: texts.get_with("users-count", &[("count", number(page.count))]),
            pages: PagesView::of("/console/users", &query, &page.paging),
            export: with("/console/users.csv", &query),
            tenants: page.tenants.iter().map(|tenant| plain(tenant)).collect(),
            here: with("/console/users", &query),
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        };
        view.frame.refreshes = refreshes;
        view
    }
}

impl RowView {
    fn of(texts: &Texts, viewer: &Viewer, anchor: usize, row: &UserRow) -> Self {
        Self {
            id: row.user_id.clone(),
            anchor,
            address: address::path("/console/users", &[&row.user_id]),
            name: plain(&row.name),
            email: plain(&row.email),
            is_admin: row.is_admin,
            links: row.links.iter().map(|link| LinkView::of(texts, viewer, link, For::Admin)).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "console_user.html")]
pub(super) struct UserView {
    frame: Frame,
    notice: Option<NoticeView>,
    id: String,
    name: String,
    email: String,
    is_admin: bool,
    links: Vec<(LinkView, bool)>,
    tenants: Vec<String>,
    history: Vec<EntryView>,
    here: String,
}

impl UserView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &UserDetail) -> Self {
        let user = &page.user;
        let link = |one: &super::UserLink| {
            let view = LinkView::of(&texts, viewer, &one.link, For::Admin);
            let view = view.with(&texts, viewer, one.push.as_ref(), one.cards, &one.refused);
            (view, one.may_link)
        };
        let name = plain(&user.name);
        Self {
            notice: NoticeView::of(&texts, page.notice.as_ref()),
            id: user.user_id.clone(),
            email: plain(&user.email),
            is_admin: user.is_admin,
            links: page.links.iter().map(link).collect(),
            tenants: page.tenants.iter().map(|tenant| plain(tenant)).collect(),
            history: page.history.iter().map(|entry| EntryView::of(&texts, viewer, entry)).collect(),
            here: address::path("/console/users", &[&user.user_id]),
            frame: Frame::new(texts, product, Some(viewer), name.clone(), &[]),
            name,
        }
    }
}

#[derive(Template)]
#[template(path = "console_audit.html")]
pub(super) struct AuditView {
    frame: Frame,
    q: String,
    /// Name, label, whether it is looked for.
    actors: Vec<(&'static str, String, bool)>,
    is_filtered: bool,
    entries: Vec<EntryView>,
    count: Option<String>,
    pages: PagesView,
    export: String,
}

/// A line of the audit log.
struct EntryView {
    at: Option<When>,
    what: String,
    actor: Option<String>,
    /// Address and name.
    user: Option<(String, String)>,
    /// The rest: tenant, account, reason.
    details: Vec<String>,
}

impl AuditView {
    pub(super) fn of(texts: Texts, product: &Branding, viewer: &Viewer, page: &Audit) -> Self {
        let mut query = if page.q.is_empty() { vec![] } else { vec![("q", page.q.as_str())] };
        query.extend(page.by.map(|by| ("actor", by)));
        let actor = |name: &'static str| {
            (name, texts.get(&format!("actors-{}", name.replace('_', "-"))), page.by == Some(name))
        };
        let title = texts.get("nav-audit");
        Self {
            q: page.q.clone(),
            actors: Actor::NAMES.map(actor).into(),
            is_filtered: !query.is_empty(),
            entries: page.entries.iter().map(|entry| EntryView::of(&texts, viewer, entry)).collect(),
            count: page.count.map(|count| texts.get_with("audit-count", &[("count", number(count))])),
            pages: PagesView::of("/console/audit", &query, &page.paging),
            export: with("/console/audit.csv", &query),
            frame: Frame::new(texts, product, Some(viewer), title, &[]),
        }
    }
}

fn is_by(entry: &Entry, account: &str) -> bool {
    matches!(&entry.actor, Some(Actor::Microsoft { account: Some(by) }) if by == account)
}

/// Who it was, in words.
fn actor_name(texts: &Texts, actor: &Actor) -> String {
    let named = |key: &str, name: &str| texts.get_with(key, &[("name", plain(name))]);
    match actor {
        Actor::Operator => texts.get("actor-operator"),
        Actor::ApiKey { prefix } => named("actor-api-key", prefix),
        Actor::User { name } => plain(name),
        Actor::Microsoft { account: Some(account) } => plain(account),
        Actor::Microsoft { account: None } => texts.get("actor-microsoft"),
        Actor::System => texts.get("actor-system"),
    }
}

impl EntryView {
    fn of(texts: &Texts, viewer: &Viewer, entry: &Entry) -> Self {
        let name = entry.event.replace('_', "-");
        let feature = entry.feature.map(|feature| feature_name(texts, feature)).unwrap_or_default();
        let what = match texts.find(&format!("audit-event-{name}")) {
            Some(what) if entry.feature.is_some() => format!("{what} ({feature})"),
            Some(what) => what,
            None => plain(&entry.event),
        };
        let user = |(id, name): &(String, String)| (address::path("/console/users", &[id]), plain(name));
        // A reason that is a failure's key is told in its words.
        let reason = entry.reason.as_deref().map(|reason| {
            let key = format!("failure-{}.title", reason.replace('_', "-"));
            texts.find(&key).unwrap_or_else(|| shorten(&plain(reason)))
        });
        // Who did it with their own account is named once.
        let account = entry.account.as_deref().filter(|account| !is_by(entry, account));
        let known = [account.map(plain), entry.tenant_id.as_deref().map(plain), reason];
        Self {
            at: when(texts, viewer, Some(entry.at)),
            what,
            actor: entry.actor.as_ref().map(|actor| actor_name(texts, actor)),
            user: entry.user.as_ref().map(user),
            details: known.into_iter().flatten().collect(),
        }
    }
}
