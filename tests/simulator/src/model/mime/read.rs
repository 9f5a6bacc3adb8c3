//! A mail as it came over the wire, taken apart as Exchange does it.

use jiff::Timestamp;
use mail_parser::{Header, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use crate::model::mailbox::{Address, Attachment, Body, Content};

/// Reads a mail. None when not even a header can be found.
#[must_use]
pub fn read(raw: &[u8]) -> Option<Content> {
    let mail = MessageParser::default().parse(raw)?;
    let headers = headers(&mail);
    if headers.is_empty() {
        return None;
    }
    let from = addresses(mail.from()).into_iter().next();
    let sender = addresses(mail.sender()).into_iter().next();
    Some(Content {
        subject: mail.subject().unwrap_or_default().trim().to_owned(),
        sender: sender.or_else(|| from.clone()),
        from,
        to: all_addresses(mail.all_to()),
        cc: all_addresses(mail.all_cc()),
        bcc: all_addresses(mail.all_bcc()),
        reply_to: addresses(mail.reply_to()),
        internet_message_id: mail.message_id().map(bracketed).unwrap_or_default(),
        thread: thread(&mail),
        body: body(&mail),
        attachments: mail.attachments().map(attachment).collect(),
        importance: importance(&headers),
        delivery_receipt: has(&headers, "Return-Receipt-To"),
        read_receipt: has(&headers, "Disposition-Notification-To"),
        sent: mail.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
        headers,
        mime: Some(raw.to_vec()),
    })
}

/// Names and values as they stand in the mail.
fn headers(mail: &Message<'_>) -> Vec<(String, String)> {
    let text = |from: u32, to: u32| {
        let bytes = mail.raw_message.get(from as usize..to as usize).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    };
    let read = |header: &Header<'_>| {
        let name = text(header.offset_field, header.offset_start);
        let value = text(header.offset_start, header.offset_end);
        (name.trim_end_matches(':').trim().to_owned(), unfold(&value))
    };
    mail.headers().iter().map(read).collect()
}

/// A header's value on one line, as Exchange hands it out.
fn unfold(value: &str) -> String {
    value.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn bracketed(id: &str) -> String {
    format!("<{}>", id.trim().trim_start_matches('<').trim_end_matches('>'))
}

fn all_addresses<'x>(lists: impl Iterator<Item = &'x mail_parser::Address<'x>>) -> Vec<Address> {
    lists.flat_map(|list| addresses(Some(list))).collect()
}

/// The addresses of a header; without a name, the address stands for it.
fn addresses(list: Option<&mail_parser::Address<'_>>) -> Vec<Address> {
    let read = |found: &mail_parser::Addr<'_>| {
        let address = found.address()?.trim().to_owned();
        let name = found.name().map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&address);
        Some(Address { name: name.to_owned(), address })
    };
    list.into_iter().flat_map(mail_parser::Address::iter).filter_map(read).collect()
}

/// What came before in the thread: the references, and what it answers.
fn thread(mail: &Message<'_>) -> Vec<String> {
    let ids = |value: &HeaderValue<'_>| -> Vec<String> {
        match value {
            HeaderValue::Text(id) => vec![bracketed(id)],
            HeaderValue::TextList(ids) => ids.iter().map(|id| bracketed(id)).collect(),
            _ => Vec::new(),
        }
    };
    let mut thread = ids(mail.references());
    for id in ids(mail.in_reply_to()) {
        if !thread.contains(&id) {
            thread.push(id);
        }
    }
    thread
}

/// HTML if there is any, else text: Exchange keeps the best form and makes the other one of it.
fn body(mail: &Message<'_>) -> Body {
    let html = mail.html_bodies().find_map(|part| match &part.body {
        PartType::Html(html) => Some(html.clone().into_owned()),
        _ => None,
    });
    let html_too = html.is_some();
    let text = || {
        let texts = mail.text_bodies().filter_map(|part| match &part.body {
            PartType::Text(text) => Some(text.as_ref()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\r\n")
    };
    Body { html: html_too, content: html.unwrap_or_else(text) }
}

fn attachment(part: &MessagePart<'_>) -> Attachment {
    let content_type = part.content_type().map(|of| match of.subtype() {
        Some(subtype) => format!("{}/{subtype}", of.ctype()),
        None => of.ctype().to_owned(),
    });
    let message = match &part.body {
        PartType::Message(message) => Some(message),
        _ => None,
    };
    let name = part.attachment_name().map(str::to_owned);
    let subject = || message.and_then(|message| message.subject()).unwrap_or("attachment").to_owned();
    let inline = part.content_disposition().is_some_and(|disposition| disposition.is_inline())
        || (part.content_disposition().is_none() && part.content_id().is_some());
    Attachment {
        name: name.unwrap_or_else(subject),
        content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
        content_id: part.content_id().map(str::to_owned),
        inline,
        bytes: message.map_or_else(|| part.contents().to_vec(), |message| message.raw_message().to_vec()),
    }
}

fn has(headers: &[(String, String)], name: &str) -> bool {
    headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
}

fn importance(headers: &[(String, String)]) -> String {
    let value = |name: &str| {
        let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_ascii_lowercase())
    };
    let level = value("Importance").or_else(|| value("X-Priority")).unwrap_or_default();
    let level = match level.chars().next() {
        Some('h' | '1' | '2') => "high",
        Some('l' | '4' | '5') => "low",
        _ => "normal",
    };
    level.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_in_an_old_encoding_is_decoded_and_headers_stay_as_they_came() {
        // 山田 太郎 / お見積り / 本文です。 in ISO-2022-JP.
        let raw = b"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQiAbJEJCQE86GyhC?= <taro@example.jp>\r\n\
            To: hanako@contoso.example\r\n\
            Subject: =?ISO-2022-JP?B?GyRCJCo4K0BRJGobKEI=?=\r\n\
            Message-ID: <1@example.jp>\r\n\
            References: <0@example.jp>\r\n  <00@example.jp>\r\n\
            LIST-id: <l.example>\r\n\
            Content-Type: text/plain; charset=ISO-2022-JP\r\n\r\n\x1b$BK\\J8$G$9!#\x1b(B\r\n";
        let mail = read(raw).expect("a mail");
        assert_eq!(mail.from.as_ref().map(|from| from.name.as_str()), Some("山田 太郎"));
        assert_eq!((mail.subject.as_str(), mail.body.content.trim()), ("お見積り", "本文です。"));
        assert_eq!(mail.thread, ["<0@example.jp>", "<00@example.jp>"]);
        let header =
            |name: &str| mail.headers.iter().find(|(known, _)| known == name).map(|(_, v)| v.as_str());
        assert_eq!(header("Subject"), Some("=?ISO-2022-JP?B?GyRCJCo4K0BRJGobKEI=?="));
        assert_eq!(header("References"), Some("<0@example.jp> <00@example.jp>"));
        assert_eq!(header("LIST-id"), Some("<l.example>"), "names keep their case");
    }

    #[test]
    fn files_are_told_from_pictures_inside_the_body() {
        let raw = b"From: a@b.example\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/mixed; boundary=x\r\n\r\n\
            --x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <img src=\"cid:logo\"></p>\r\n\
            --x\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\nContent-Disposition: inline\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n\
            --x\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Disposition: attachment; \
            filename=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAwQF\r\n--x--\r\n";
        let mail = read(raw).expect("a mail");
        assert!(mail.body.html && mail.body.content.contains("Hello"));
        let shown: Vec<_> =
            mail.attachments.iter().map(|file| (file.name.as_str(), file.inline, &file.bytes[..])).collect();
        assert_eq!(shown, [("attachment", true, &[0, 1, 2][..]), ("a.pdf", false, &[3, 4, 5][..])]);
    }

    #[test]
    fn what_has_no_header_is_no_mail() {
        assert_eq!(read(b""), None);
        assert_eq!(read(b"\r\nonly a body"), None);
    }
}
