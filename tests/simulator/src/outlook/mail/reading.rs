//! One mail in full, as plain text.

use super::words::Words;
use crate::html;
use crate::model::mailbox::{Address, Message};
use crate::model::mime;
use crate::outlook::list;
use crate::outlook::notes::{self, Piece};
use crate::outlook::time::WallClock;

/// So much of a text is shown.
const TEXT_MAX: usize = 100_000;

/// A mail in full.
pub(super) struct Reading {
    pub(super) subject: String,
    /// Whose avatar stands beside it.
    pub(super) who: String,
    pub(super) tone: usize,
    /// From whom to whom: label and text.
    pub(super) parties: Vec<(&'static str, String)>,
    pub(super) when: String,
    pub(super) tags: Vec<String>,
    pub(super) body: Vec<Piece>,
    /// Whether the text goes on.
    pub(super) cut: bool,
    /// Name, type and size of each.
    pub(super) attachments: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    /// Label and text of what stands behind it.
    pub(super) record: Vec<(&'static str, String)>,
    pub(super) extended: Vec<(String, String)>,
}

impl Reading {
    pub(super) fn new(message: &Message, clock: &WallClock, words: &'static Words) -> Self {
        let content = &message.content;
        let text = mime::to_text(&content.body).replace("\r\n", "\n");
        let shown: String = text.trim().chars().take(TEXT_MAX).collect();
        let who = content.from.as_ref().map_or_else(String::new, |from| name(from).to_owned());
        let sent = content.sent.map(|sent| (words.sent, clock.shown(sent)));
        let record = [(words.message_id, content.internet_message_id.clone())];
        let attachments = content.attachments.iter().map(|attached| {
            let about = format!("{} · {}", attached.content_type, size(attached.bytes.len()));
            (attached.name.clone(), about)
        });
        Self {
            subject: subject(message, words),
            tone: list::tone(&who),
            who,
            parties: parties(message, words),
            when: clock.shown(message.received),
            tags: tags(message, words),
            cut: shown.len() < text.trim().len(),
            body: notes::pieces(&shown),
            attachments: attachments.collect(),
            headers: content.headers.clone(),
            record: [(words.received, clock.shown(message.received))]
                .into_iter()
                .chain(sent)
                .chain(record)
                .collect(),
            extended: message.extended.single.iter().map(|(id, value)| (id.clone(), value.clone())).collect(),
        }
    }

    pub(super) fn initial(&self) -> String {
        html::initial(&self.who)
    }
}

/// The subject, or what stands in its place.
pub(super) fn subject(message: &Message, words: &Words) -> String {
    let subject = message.content.subject.trim();
    if subject.is_empty() { words.no_subject.to_owned() } else { subject.to_owned() }
}

/// The name of a party; the address of one without.
pub(super) fn name(address: &Address) -> &str {
    if address.name.trim().is_empty() { &address.address } else { &address.name }
}

fn parties(message: &Message, words: &'static Words) -> Vec<(&'static str, String)> {
    let content = &message.content;
    let one = |address: &Address| match name(address) {
        name if name == address.address => name.to_owned(),
        name => format!("{name} <{}>", address.address),
    };
    let all = |addresses: &[Address]| addresses.iter().map(one).collect::<Vec<_>>().join(", ");
    let from: Vec<Address> = content.from.iter().cloned().collect();
    let other_sender = content.sender.iter().filter(|sender| content.from.as_ref() != Some(sender));
    let sender: Vec<Address> = other_sender.cloned().collect();
    let lines = [
        (words.from, all(&from)),
        (words.sender, all(&sender)),
        (words.to, all(&content.to)),
        (words.cc, all(&content.cc)),
        (words.bcc, all(&content.bcc)),
        (words.reply_to, all(&content.reply_to)),
    ];
    lines.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn tags(message: &Message, words: &Words) -> Vec<String> {
    let flagged = message.flag.get("flagStatus").is_some_and(|status| status == "flagged");
    let states = [
        (message.draft, words.draft),
        (!message.read, words.unread),
        (message.content.importance == "high", words.important),
        (flagged, words.flagged),
    ];
    let states = states.into_iter().filter(|(holds, _)| *holds).map(|(_, word)| word.to_owned());
    states.chain(message.categories.iter().cloned()).collect()
}

/// "12 kB".
fn size(bytes: usize) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", f64::from(u32::try_from(bytes / 100_000).unwrap_or(u32::MAX)) / 10.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_for_people() {
        assert_eq!([size(999), size(1_001), size(2_450_000)], ["999 B", "2 kB", "2.4 MB"]);
    }
}
