//! The mail of one mailbox: folders, a list, one mail in full.

mod reading;
mod words;

use askama::Template;
use url::form_urlencoded;

use self::reading::Reading;
use self::words::Words;
use super::View;
use super::head::{Head, Part};
use super::list;
use super::text::Text;
use super::time::{WallClock, clock};
use crate::html;
use crate::model::directory::{MailboxKind, User};
use crate::model::mailbox::{DRAFTS, INBOX, MAIL_ROOT, MailFolder, Message, SENT_ITEMS};
use crate::model::{Mailbox, World, mime};

/// So many mails stand on one page of a list.
const PAGE: usize = 50;

struct FolderRow {
    name: String,
    /// How deep it stands, from 0.
    depth: usize,
    unread: usize,
    selected: bool,
    href: String,
}

/// A mail in the list.
struct Row {
    number: u64,
    who: String,
    subject: String,
    preview: String,
    when: String,
    unread: bool,
    attached: bool,
    draft: bool,
    tone: usize,
    selected: bool,
    href: String,
}

impl Row {
    fn initial(&self) -> String {
        html::initial(&self.who)
    }
}

/// Mails of one day.
struct Day {
    heading: String,
    rows: Vec<Row>,
}

/// Everything on the page.
#[derive(Template)]
#[template(path = "outlook/mail.html")]
pub(super) struct MailPage {
    text: &'static Text,
    words: &'static Words,
    switch: String,
    head: Head,
    kind: MailboxKind,
    folders: Vec<FolderRow>,
    /// The name and number of the folder that is open.
    folder: (String, u64),
    wanted: String,
    found: usize,
    days: Vec<Day>,
    previous: Option<String>,
    next: Option<String>,
    /// Where the list without a mail is.
    back: String,
    open: Option<Reading>,
    /// Whether somebody picked the mail; a narrow screen shows it alone then.
    picked: bool,
}

impl MailPage {
    /// The page of the mailbox of that user; none if there is no such user.
    pub(super) fn new(world: &World, name: &str, view: &View, japanese: bool) -> Option<Self> {
        let (tenant, user) = world.directory.user(name)?;
        let (text, words) = (Text::of(japanese), Words::of(japanese));
        let empty = Mailbox::default();
        let mailbox = world.mailboxes.get(&user.id).unwrap_or(&empty);
        let folders = &mailbox.mail.folders;
        let folder = view.folder.and_then(|number| folders.get(&number)).or_else(|| folders.get(&INBOX))?;
        let wanted = view.q.clone().unwrap_or_default();
        let list =
            List { user, folder, wanted: &wanted, clock: WallClock::new(&user.time_zone, text), words };
        let found = list.found(mailbox);
        let last_page = found.len().div_ceil(PAGE).max(1);
        let page = view.page.unwrap_or(1).clamp(1, last_page);
        let picked = view.message.and_then(|number| mailbox.mail.messages.get(&number));
        let open = picked.or_else(|| found.get((page - 1) * PAGE).copied());
        let shown = found.iter().skip((page - 1) * PAGE).take(PAGE).copied();
        Some(Self {
            switch: list.to(page, view.message, Some(if japanese { "en" } else { "ja" })),
            head: Head::new(tenant, user, Part::Mail, text),
            kind: user.mailbox,
            folders: tree(mailbox, user, folder.number, text),
            folder: (folder_name(folder, text), folder.number),
            found: found.len(),
            days: list.days(shown, page, open),
            previous: (page > 1).then(|| list.to(page - 1, None, None)),
            next: (page < last_page).then(|| list.to(page + 1, None, None)),
            back: list.to(page, None, None),
            open: open.map(|message| Reading::new(message, &list.clock, words)),
            picked: picked.is_some(),
            wanted,
            text,
            words,
        })
    }
}

/// What the list of a folder is made from.
struct List<'a> {
    user: &'a User,
    folder: &'a MailFolder,
    wanted: &'a str,
    clock: WallClock,
    words: &'static Words,
}

impl List<'_> {
    /// The address of a page of this folder.
    fn to(&self, page: usize, message: Option<u64>, language: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("folder", &self.folder.number.to_string());
        if !self.wanted.is_empty() {
            query.append_pair("q", self.wanted);
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        if let Some(message) = message {
            query.append_pair("message", &message.to_string());
        }
        if let Some(language) = language {
            query.append_pair("mkt", language);
        }
        format!("/outlook/{}/mail?{}", self.user.id, query.finish())
    }

    /// The mails of the folder that hold the text, the latest first.
    fn found<'m>(&self, mailbox: &'m Mailbox) -> Vec<&'m Message> {
        let wanted = self.wanted.trim().to_lowercase();
        let holds = |message: &&Message| wanted.is_empty() || holds(message, &wanted);
        let mut found: Vec<&Message> = mailbox.messages_in(self.folder.number).filter(holds).collect();
        found.sort_by_key(|message| std::cmp::Reverse((message.received, message.number)));
        found
    }

    fn days<'m>(
        &self,
        messages: impl Iterator<Item = &'m Message>,
        page: usize,
        open: Option<&Message>,
    ) -> Vec<Day> {
        let mut days: Vec<Day> = Vec::new();
        for message in messages {
            let heading = self.clock.day(self.clock.date(message.received));
            let row = self.row(message, page, open);
            match days.last_mut() {
                Some(day) if day.heading == heading => day.rows.push(row),
                _ => days.push(Day { heading, rows: vec![row] }),
            }
        }
        days
    }

    fn row(&self, message: &Message, page: usize, open: Option<&Message>) -> Row {
        let content = &message.content;
        // In one's own folders it matters to whom it went.
        let own = message.draft || [SENT_ITEMS, DRAFTS].contains(&self.folder.number);
        let party = if own { content.to.first() } else { content.from.as_ref() };
        let who = party.map_or(self.words.nobody, reading::name).to_owned();
        Row {
            number: message.number,
            tone: list::tone(&who),
            who,
            subject: reading::subject(message, self.words),
            preview: mime::preview(&content.body).split_whitespace().collect::<Vec<_>>().join(" "),
            when: clock(self.clock.time(message.received)),
            unread: !message.read,
            attached: message.has_attachments(),
            draft: message.draft,
            selected: open.is_some_and(|open| open.number == message.number),
            href: self.to(page, Some(message.number), None),
        }
    }
}

fn holds(message: &Message, wanted: &str) -> bool {
    let content = &message.content;
    let parties = content.from.iter().chain(&content.to).chain(&content.cc);
    let texts = parties.flat_map(|party| [&party.name, &party.address]).chain([&content.subject]);
    texts.map(|text| text.to_lowercase()).any(|text| text.contains(wanted))
        || mime::to_text(&content.body).to_lowercase().contains(wanted)
}

/// Mails that were not read and not thrown away.
pub(super) fn unread(mailbox: &Mailbox) -> usize {
    mailbox.messages_in(INBOX).filter(|message| !message.read).count()
}

fn tree(mailbox: &Mailbox, user: &User, open: u64, text: &Text) -> Vec<FolderRow> {
    let mut rows = Vec::new();
    let mut todo: Vec<(&MailFolder, usize)> = below(mailbox, MAIL_ROOT, 0);
    while let Some((folder, depth)) = todo.pop() {
        rows.push(FolderRow {
            name: folder_name(folder, text),
            depth: depth.min(4),
            unread: mailbox.messages_in(folder.number).filter(|message| !message.read).count(),
            selected: folder.number == open,
            href: format!("/outlook/{}/mail?folder={}", user.id, folder.number),
        });
        todo.extend(below(mailbox, folder.number, depth + 1));
    }
    rows
}

/// The visible folders in a folder, the first one last.
fn below(mailbox: &Mailbox, parent: u64, depth: usize) -> Vec<(&MailFolder, usize)> {
    let visible = mailbox.mail_children(parent).filter(|folder| !folder.hidden);
    let mut folders: Vec<(&MailFolder, usize)> = visible.map(|folder| (folder, depth)).collect();
    // Inbox, drafts and what was sent come first.
    let rank = |folder: &MailFolder| match folder.number {
        INBOX => 0,
        DRAFTS => 1,
        SENT_ITEMS => 2,
        _ if folder.as_well_known().is_some() => 3,
        _ => 4,
    };
    folders.sort_by(|(a, _), (b, _)| {
        (rank(b), b.number, &b.display_name).cmp(&(rank(a), a.number, &a.display_name))
    });
    folders
}

fn folder_name(folder: &MailFolder, text: &Text) -> String {
    folder.name_in(text.language).to_owned()
}
