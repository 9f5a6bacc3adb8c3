//! A mail as the message that goes over the wire (RFC 5322, RFC 6047 for the appointment).

use jiff::Timestamp;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, content_type::ContentType, text::Text},
    mime::MimePart,
};

use crate::{Invite, Mail, Mailbox};

/// The most characters of a name or a subject; more is nobody's name.
const LONGEST_LINE: usize = 250;

/// The most characters of an address (RFC 5321).
const LONGEST_ADDRESS: usize = 254;

/// The mail cannot be written: an address is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadAddress;

/// The message, from our `sender` address, dated `at`. The same mail makes the same headers, whenever it is
/// sent: `Message-ID` comes of its id.
pub(crate) fn of(mail: &Mail, sender: &str, at: Timestamp) -> Result<Vec<u8>, BadAddress> {
    let domain = sender.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let mut message = MessageBuilder::new()
        .message_id(format!("{}@{domain}", mail.id))
        .date(at.as_second())
        .from(address(&mail.from_name, sender)?)
        .to(mailbox(&mail.to)?)
        .subject(one_line(&mail.subject))
        // No vacation replies to a machine (RFC 3834).
        .header("Auto-Submitted", Text::new("auto-generated"));
    // Without a usable one the answer goes to us, which is better than no mail.
    if let Some(Ok(reply_to)) = mail.reply_to.as_ref().map(mailbox) {
        message = message.reply_to(reply_to);
    }
    let message = message.body(body(mail)).write_to_vec();
    Ok(message.expect("a vector takes any message"))
}

fn body(mail: &Mail) -> MimePart<'_> {
    let mut readings = vec![MimePart::new("text/plain", mail.text.as_str())];
    readings.extend(mail.html.as_deref().map(|html| MimePart::new("text/html", html)));
    // The calendar as the last of the alternatives is what Outlook and Gmail make an appointment of; the file
    // is for the rest.
    readings
        .extend(mail.calendar.as_ref().map(|invite| MimePart::new(calendar(invite), invite.ics.as_str())));
    let reading = match readings.len() {
        1 => readings.remove(0),
        _ => MimePart::new("multipart/alternative", readings),
    };
    match &mail.calendar {
        None => reading,
        Some(Invite { ics, .. }) => {
            let file = MimePart::new("application/ics", ics.as_bytes()).attachment("invite.ics");
            MimePart::new("multipart/mixed", vec![reading, file])
        }
    }
}

fn calendar(invite: &Invite) -> ContentType<'_> {
    let method: String = invite.method.chars().filter(char::is_ascii_alphabetic).collect();
    ContentType::new("text/calendar").attribute("charset", "utf-8").attribute("method", method)
}

fn mailbox(mailbox: &Mailbox) -> Result<Address<'_>, BadAddress> {
    address(&mailbox.name, &mailbox.address)
}

fn address<'a>(name: &str, address: &'a str) -> Result<Address<'a>, BadAddress> {
    if !is_address(address) {
        return Err(BadAddress);
    }
    let name = one_line(name);
    Ok(Address::new_address(Some(name).filter(|name| !name.is_empty()), address))
}

/// Whether a text is one bare address and nothing else. SES takes only ASCII before the `@`; a domain of other
/// characters has to be in its ASCII form.
pub(crate) fn is_address(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_graphic() && !"<>()[]\\,;:\"".contains(c);
    text.len() <= LONGEST_ADDRESS
        && text.chars().all(is_plain)
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.') && !domain.contains('@'))
}

/// The text on one line: control characters and line separators become spaces, so nothing can begin a header
/// of its own.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let spaced: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    let words: Vec<&str> = spaced.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_LINE).collect()
}

#[cfg(test)]
mod tests;
