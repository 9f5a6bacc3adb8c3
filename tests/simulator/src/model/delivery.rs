//! Mail on its way: into the mailboxes of those it is addressed to, in whichever tenant.

use jiff::Timestamp;

use super::World;
use super::directory::MailboxKind;
use super::mailbox::{Address, Arrival, Content, INBOX};
use super::mime;

impl World {
    /// Puts a mail into the Inbox of every recipient whose mailbox is in the cloud of any tenant; who is not
    /// here is out of this simulator's sight. Nobody gets it twice, and nobody sees the hidden copies. The
    /// addresses that it was delivered to come back.
    pub fn deliver(&mut self, content: &Content, now: Timestamp) -> Vec<String> {
        let Some(arrived) = mime::read(&mime::write(content, now, false)) else { return Vec::new() };
        let arrived = Content { bcc: Vec::new(), ..arrived };
        let mut delivered: Vec<String> = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let everybody = content.to.iter().chain(&content.cc).chain(&content.bcc);
        for Address { address, .. } in everybody {
            let found = self.directory.user(address).map(|(_, user)| user);
            let Some(user) = found.filter(|user| user.mailbox == MailboxKind::Cloud) else { continue };
            if seen.contains(&user.id) {
                continue;
            }
            seen.push(user.id.clone());
            delivered.push(address.clone());
            let arrival = Arrival { folder: INBOX, draft: false, read: false, received: now, now };
            self.mailboxes.entry(user.id.clone()).or_default().add_message(arrived.clone(), arrival);
        }
        delivered
    }
}
