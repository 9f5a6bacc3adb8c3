//! Mail that went out through SES, read by a mail reader that nobody here wrote.

use std::path::Path;

use anyhow::{Context, Result};
use mail_parser::{MessageParser, MimeHeaders};

/// A mail that SES accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// The recipient's address.
    pub to: String,
    /// The sender's name and address, as in `Name <address>`.
    pub from: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The iCalendar file.
    pub calendar: Option<String>,
    /// The message as it travelled.
    pub raw: String,
}

/// Every mail in a stack's folder of sent mail ([`StackFile::mail`](crate::stack::StackFile)), in no
/// particular order.
///
/// # Errors
/// The folder cannot be read, or one of them is no mail.
pub fn all(folder: &Path) -> Result<Vec<SentMail>> {
    let mut mails = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("no folder {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            let raw = std::fs::read(&path)?;
            mails.push(read(&raw).with_context(|| format!("{} is no mail", path.display()))?);
        }
    }
    Ok(mails)
}

/// The mails to one address.
///
/// # Errors
/// As [`all`].
pub fn to(folder: &Path, address: &str) -> Result<Vec<SentMail>> {
    Ok(all(folder)?.into_iter().filter(|mail| mail.to.eq_ignore_ascii_case(address)).collect())
}

fn read(raw: &[u8]) -> Result<SentMail> {
    let mail = MessageParser::default().parse(raw).context("it does not parse")?;
    let person = |address: Option<&mail_parser::Address<'_>>| -> Option<(String, String)> {
        let first = address?.first()?;
        Some((first.name().unwrap_or_default().to_owned(), first.address()?.to_owned()))
    };
    let (_, to) = person(mail.to()).context("no recipient")?;
    let (name, from) = person(mail.from()).context("no sender")?;
    let calendar =
        mail.attachments().find(|part| part.attachment_name().is_some_and(|name| name.ends_with(".ics")));
    Ok(SentMail {
        to,
        from: format!("{name} <{from}>"),
        subject: mail.subject().unwrap_or_default().to_owned(),
        text: mail.body_text(0).unwrap_or_default().into_owned(),
        calendar: calendar.map(|part| String::from_utf8_lossy(part.contents()).into_owned()),
        raw: String::from_utf8_lossy(raw).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_read_with_its_calendar() {
        let raw = "From: =?utf-8?b?5L2Q6Jek?= <no-reply@setten.example>\r\nTo: <guest@fabrikam.example>\r\n\
            Subject: =?utf-8?b?56K65a6a?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
            --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nText\r\n\
            --b\r\nContent-Type: application/ics; name=invite.ics\r\n\
            Content-Disposition: attachment; filename=invite.ics\r\n\r\nBEGIN:VCALENDAR\r\n--b--\r\n";
        let mail = read(raw.as_bytes()).expect("a mail");
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("guest@fabrikam.example", "確定"));
        assert_eq!(mail.from, "佐藤 <no-reply@setten.example>");
        assert_eq!(
            (mail.text.trim(), mail.calendar.as_deref().map(str::trim)),
            ("Text", Some("BEGIN:VCALENDAR"))
        );
    }
}
