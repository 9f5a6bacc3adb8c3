//! Who outside stands on a mail, and which way it went.

use std::collections::{BTreeMap, BTreeSet};

use graph::mail::{Message, Participant};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Reason,
    company::{company_of, registrable_domain},
    human,
    person::{Address, clean_name},
    role,
};

/// Which way a mail went, seen from the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It came in.
    Received,
    /// The user sent it.
    Sent,
}

/// What is known of a mailbox before its mails are looked at.
#[derive(Debug)]
pub(crate) struct Owner {
    addresses: BTreeSet<Address>,
    /// Registrable domains of the addresses, without those that anybody gets addresses in.
    domains: BTreeSet<String>,
    sent_folder: Option<String>,
    skipped_folders: BTreeSet<String>,
    since: Timestamp,
}

/// The well-known name of the folder of sent mail.
const SENT: &str = "sentitems";

/// Well-known names of folders whose mails do not count: not sent, not wanted, or no mails at all.
const SKIPPED: [&str; 5] = ["drafts", "outbox", "junkemail", "deleteditems", "conversationhistory"];

impl Owner {
    /// The well-known folders that it wants to know.
    pub(crate) const FOLDERS: [&str; 6] = [SENT, SKIPPED[0], SKIPPED[1], SKIPPED[2], SKIPPED[3], SKIPPED[4]];

    /// The owner of these addresses, as in Graph's `proxyAddresses` or plain, and of these folders by their
    /// well-known names. What was in the mailbox before `since` does not count.
    pub(crate) fn of<'a>(
        addresses: impl IntoIterator<Item = &'a str>,
        folders: &BTreeMap<String, String>,
        since: Timestamp,
    ) -> Self {
        let without_scheme = |text: &'a str| match text.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("smtp") => Some(rest),
            Some(_) => None,
            None => Some(text),
        };
        let addresses: BTreeSet<Address> =
            addresses.into_iter().filter_map(without_scheme).filter_map(Address::parse).collect();
        let domains = addresses.iter().filter_map(|address| company_of(address.domain()));
        Self {
            domains: domains.map(str::to_owned).collect(),
            addresses,
            sent_folder: folders.get(SENT).cloned(),
            skipped_folders: SKIPPED.iter().filter_map(|name| folders.get(*name)).cloned().collect(),
            since,
        }
    }

    fn is_internal(&self, address: &Address) -> bool {
        self.addresses.contains(address)
            || registrable_domain(address.domain()).is_some_and(|domain| self.domains.contains(domain))
    }
}

/// What a mail says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) direction: Direction,
    /// When it was sent or arrived.
    pub(crate) at: Timestamp,
    /// Who stands on it, each once, in the order of the mail.
    pub(crate) people: Vec<Seen>,
    /// Why others on it are left out.
    pub(crate) skipped: Vec<Reason>,
}

/// A person as seen on one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) address: Address,
    pub(crate) name: Option<String>,
    /// The registrable domain of the company; none of free mail.
    pub(crate) company: Option<String>,
}

/// Who outside stands on a mail of this owner.
///
/// # Errors
/// Why the whole mail does not count.
pub(crate) fn look_at(message: &Message, owner: &Owner) -> Result<Found, Reason> {
    let folder = message.parent_folder_id.as_ref();
    if folder.is_some_and(|folder| owner.skipped_folders.contains(folder)) {
        return Err(Reason::Folder);
    }
    if message.is_draft {
        return Err(Reason::Draft);
    }
    if message.created_at.is_some_and(|created| created < owner.since) {
        return Err(Reason::BeforeLink);
    }
    let from = message.from.as_ref().or(message.sender.as_ref());
    let is_own = address_of(from).is_some_and(|address| owner.addresses.contains(&address));
    let is_sent = is_own || (folder.is_some() && folder == owner.sent_folder.as_ref());
    let (direction, at, reason) = if is_sent {
        (Direction::Sent, message.sent_at.or(message.received_at), human::reason_of_sent(message))
    } else {
        (Direction::Received, message.received_at.or(message.sent_at), human::reason(message))
    };
    match reason {
        Some(reason) => Err(reason),
        None => Ok(found(message, owner, direction, at.unwrap_or(message.modified_at))),
    }
}

fn found(message: &Message, owner: &Owner, direction: Direction, at: Timestamp) -> Found {
    let from = message.from.as_ref().or(message.sender.as_ref());
    let recipients = message.to.iter().chain(&message.cc);
    let on_it: Vec<&Participant> = match direction {
        Direction::Received => from.into_iter().chain(&message.reply_to).chain(recipients).collect(),
        Direction::Sent => recipients.chain(&message.bcc).collect(),
    };
    let mut found = Found { direction, at, people: Vec::new(), skipped: Vec::new() };
    let mut known = BTreeMap::new();
    for participant in on_it {
        match seen(participant, owner) {
            Err(reason) => found.skipped.push(reason),
            // Often somebody stands on a mail twice, once without a name.
            Ok(seen) => match known.get(&seen.address) {
                None => {
                    known.insert(seen.address.clone(), found.people.len());
                    found.people.push(seen);
                }
                Some(&place) => {
                    let first: &mut Seen = &mut found.people[place];
                    first.name = first.name.take().or(seen.name);
                }
            },
        }
    }
    found
}

fn seen(participant: &Participant, owner: &Owner) -> Result<Seen, Reason> {
    let address = address_of(Some(participant)).ok_or(Reason::NoAddress)?;
    if owner.is_internal(&address) {
        return Err(Reason::Internal);
    }
    let name = participant.name().and_then(clean_name);
    if let Some(reason) = role::reason(&address, name.as_deref()) {
        return Err(reason);
    }
    let company = company_of(address.domain()).map(str::to_owned);
    Ok(Seen { address, name, company })
}

fn address_of(participant: Option<&Participant>) -> Option<Address> {
    participant.and_then(Participant::address).and_then(Address::parse)
}

#[cfg(test)]
mod tests;
