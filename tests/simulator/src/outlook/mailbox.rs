//! The page of one mailbox: folders, contacts, one of them in full.

use askama::Template;
use url::form_urlencoded;

use super::View;
use super::detail::Detail;
use super::head::{Head, Part};
use super::list::{self, Group, PAGE, Row};
use super::text::Text;
use crate::model::directory::{MailboxKind, User};
use crate::model::mailbox::{CONTACTS, Contact, DELETED_ITEMS, Folder};
use crate::model::{Mailbox, World};

/// A folder in the tree.
pub(super) struct FolderRow {
    name: String,
    /// How deep it stands, from 0.
    depth: usize,
    contacts: usize,
    selected: bool,
    deleted: bool,
    href: String,
}

/// Everything on the page.
#[derive(Template)]
#[template(path = "outlook/mailbox.html")]
pub(super) struct MailboxPage {
    text: &'static Text,
    switch: String,
    head: Head,
    kind: MailboxKind,
    folders: Vec<FolderRow>,
    /// The name and number of the folder that is open.
    folder: (String, u64),
    wanted: String,
    found: usize,
    groups: Vec<Group>,
    previous: Option<String>,
    next: Option<String>,
    /// Where the list without a contact is.
    back: String,
    detail: Option<Detail>,
    /// Whether somebody picked the contact; a narrow screen shows it alone then.
    picked: bool,
}

impl MailboxPage {
    /// The page of the mailbox of that user; none if there is no such user.
    pub(super) fn new(world: &World, name: &str, view: &View, japanese: bool) -> Option<Self> {
        let (tenant, user) = world.directory.user(name)?;
        let text = Text::of(japanese);
        let empty = Mailbox::default();
        let mailbox = world.mailboxes.get(&user.id).unwrap_or(&empty);
        let folder =
            view.folder.and_then(|number| mailbox.folders.get(&number)).or_else(|| busiest(mailbox))?;
        let wanted = view.q.clone().unwrap_or_default();
        let links = Links { user, folder: folder.number, wanted: &wanted };
        let found = list::found(mailbox, folder.number, &wanted);
        let last_page = found.len().div_ceil(PAGE).max(1);
        let page = view.page.unwrap_or(1).clamp(1, last_page);
        let shown = found.iter().skip((page - 1) * PAGE).take(PAGE);
        let picked = view.contact.and_then(|number| mailbox.contacts.get(&number));
        let open = picked.or_else(|| found.get((page - 1) * PAGE).copied());
        let rows = shown.map(|contact| (list::heading(contact), links.row(contact, page, open)));
        Some(Self {
            switch: links.to(page, view.contact, Some(if japanese { "en" } else { "ja" })),
            head: Head::new(tenant, user, Part::Contacts, text),
            kind: user.mailbox,
            folders: tree(mailbox, user, folder.number, text),
            folder: (folder_name(folder, text), folder.number),
            found: found.len(),
            groups: list::groups(rows),
            previous: (page > 1).then(|| links.to(page - 1, None, None)),
            next: (page < last_page).then(|| links.to(page + 1, None, None)),
            back: links.to(page, None, None),
            detail: open.map(|contact| Detail::new(contact, links.photo(contact), &user.time_zone, text)),
            picked: picked.is_some(),
            wanted,
            text,
        })
    }
}

/// Addresses of pages of this folder.
struct Links<'a> {
    user: &'a User,
    folder: u64,
    wanted: &'a str,
}

impl Links<'_> {
    fn to(&self, page: usize, contact: Option<u64>, language: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("folder", &self.folder.to_string());
        if !self.wanted.is_empty() {
            query.append_pair("q", self.wanted);
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        if let Some(contact) = contact {
            query.append_pair("contact", &contact.to_string());
        }
        if let Some(language) = language {
            query.append_pair("mkt", language);
        }
        format!("/outlook/{}?{}", self.user.id, query.finish())
    }

    fn row(&self, contact: &Contact, page: usize, open: Option<&Contact>) -> Row {
        let name = list::name(contact);
        let line = [contact.text("companyName"), contact.text("jobTitle")];
        Row {
            number: contact.number,
            tone: list::tone(&name),
            line: line
                .into_iter()
                .filter(|part| !part.is_empty() && *part != name)
                .collect::<Vec<_>>()
                .join(" · "),
            mail: list::mails(contact).into_iter().next().unwrap_or_default(),
            has_photo: contact.photo.is_some(),
            selected: open.is_some_and(|open| open.number == contact.number),
            href: self.to(page, Some(contact.number), None),
            name,
        }
    }

    fn photo(&self, contact: &Contact) -> Option<String> {
        contact.photo.as_ref().map(|_| format!("/outlook/{}/photos/{}", self.user.id, contact.number))
    }
}

/// What to open first: the folder with the most contacts that is not deleted.
fn busiest(mailbox: &Mailbox) -> Option<&Folder> {
    let living = mailbox.folders.values().filter(|folder| !list::is_deleted(mailbox, folder.number));
    living.max_by_key(|folder| (mailbox.contacts_in(folder.number).count(), folder.number == CONTACTS))
}

fn tree(mailbox: &Mailbox, user: &User, open: u64, text: &'static Text) -> Vec<FolderRow> {
    let mut rows = Vec::new();
    let mut todo: Vec<(u64, usize)> = vec![(DELETED_ITEMS, 0), (CONTACTS, 0)];
    while let Some((number, depth)) = todo.pop() {
        let Some(folder) = mailbox.folders.get(&number) else { continue };
        rows.push(FolderRow {
            name: folder_name(folder, text),
            depth: depth.min(4),
            contacts: mailbox.contacts_in(number).count(),
            selected: number == open,
            deleted: number == DELETED_ITEMS,
            href: format!("/outlook/{}?folder={number}", user.id),
        });
        let mut children: Vec<&Folder> = mailbox.children(number).collect();
        children.sort_by(|a, b| b.display_name.cmp(&a.display_name));
        todo.extend(children.into_iter().map(|child| (child.number, depth + 1)));
    }
    rows
}

/// The well-known folders are named in the reader's language, as Outlook does it.
fn folder_name(folder: &Folder, text: &Text) -> String {
    match folder.number {
        CONTACTS => text.contacts.to_owned(),
        DELETED_ITEMS => text.deleted_items.to_owned(),
        _ => folder.display_name.clone(),
    }
}
