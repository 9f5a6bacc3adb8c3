//! What was written in a mailbox, as the mail that goes out.

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

use crate::model::mailbox::{Address, Attachment, Content};

use super::text::to_text;

/// The mail in its MIME form; the one it came in, if it came in one. With `bcc`, also who gets hidden copies:
/// that is for the sender's eyes only.
#[must_use]
pub fn write(content: &Content, now: Timestamp, bcc: bool) -> Vec<u8> {
    if let Some(mime) = &content.mime {
        return mime.clone();
    }
    let id = content.internet_message_id.trim_start_matches('<').trim_end_matches('>');
    let mut mail = MessageBuilder::new()
        .message_id(id)
        .date(content.sent.unwrap_or(now).as_second())
        .subject(content.subject.as_str());
    if let Some(from) = &content.from {
        mail = mail.from(pair(from));
    }
    if let Some(sender) = content.sender.as_ref().filter(|sender| content.from.as_ref() != Some(sender)) {
        mail = mail.sender(pair(sender));
    }
    let hidden: &[Address] = if bcc { &content.bcc } else { &[] };
    let lists =
        [("To", &*content.to), ("Cc", &*content.cc), ("Bcc", hidden), ("Reply-To", &*content.reply_to)];
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let list: Vec<_> = list.iter().map(pair).collect();
        mail = mail.header(name, mail_builder::headers::address::Address::from(list));
    }
    if let Some(last) = content.thread.last() {
        let bare = |id: &String| id.trim_start_matches('<').trim_end_matches('>').to_owned();
        let references: Vec<String> = content.thread.iter().map(bare).collect();
        mail = mail.in_reply_to(bare(last)).references(references);
    }
    if content.importance != "normal" && !content.importance.is_empty() {
        mail = mail.header("Importance", Raw::new(content.importance.as_str()));
    }
    for (name, value) in &content.headers {
        mail = mail.header(name.as_str(), Raw::new(value.as_str()));
    }
    mail = mail.text_body(to_text(&content.body));
    if content.body.html {
        mail = mail.html_body(content.body.content.as_str());
    }
    if !content.attachments.is_empty() {
        mail.attachments = Some(content.attachments.iter().map(part).collect());
    }
    let mut bytes = Vec::new();
    mail.serialize(&mut bytes);
    bytes
}

fn pair(address: &Address) -> (&str, &str) {
    (&address.name, &address.address)
}

fn part(attachment: &Attachment) -> MimePart<'_> {
    let part = MimePart::new(attachment.content_type.as_str(), attachment.bytes.as_slice());
    match &attachment.content_id {
        Some(id) if attachment.inline => part.inline().cid(id.as_str()),
        _ => part.attachment(attachment.name.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mailbox::Body;
    use crate::model::mime::read;

    #[test]
    fn what_is_written_reads_the_same() {
        let address =
            |name: &str, address: &str| Address { name: name.to_owned(), address: address.to_owned() };
        let written = Content {
            subject: "お見積りの件".to_owned(),
            from: Some(address("佐藤 花子", "hanako@contoso.example")),
            to: vec![address("山田 太郎", "taro@example.jp"), address("a@b.example", "a@b.example")],
            bcc: vec![address("s@e.example", "s@e.example")],
            internet_message_id: "<1@contoso.example>".to_owned(),
            thread: vec!["<0@example.jp>".to_owned()],
            headers: vec![("X-Setten".to_owned(), "7".to_owned())],
            body: Body { html: true, content: "<p>本文</p>".to_owned() },
            attachments: vec![Attachment {
                name: "見積書.pdf".to_owned(),
                content_type: "application/pdf".to_owned(),
                content_id: None,
                inline: false,
                bytes: vec![1, 2, 3],
            }],
            importance: "high".to_owned(),
            ..Content::default()
        };
        let again = read(&write(&written, Timestamp::UNIX_EPOCH, false)).expect("a mail");
        assert_eq!((&again.subject, &again.from, &again.to), (&written.subject, &written.from, &written.to));
        assert_eq!((&again.thread, &again.body), (&written.thread, &written.body));
        assert_eq!((&again.attachments, &again.importance), (&written.attachments, &written.importance));
        assert_eq!(again.internet_message_id, written.internet_message_id);
        assert!(again.bcc.is_empty(), "hidden copies stay hidden");
        assert!(again.headers.contains(&written.headers[0]));
        assert_eq!(read(&write(&written, Timestamp::UNIX_EPOCH, true)).map(|mail| mail.bcc.len()), Some(1));
    }
}
