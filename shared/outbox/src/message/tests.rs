//! Messages, read again by another parser.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::*;

const ICS: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:打ち合わせ\r\nEND:VCALENDAR\r\n";

fn mail() -> Mail {
    Mail {
        id: "a1-confirmed-guest".to_owned(),
        organization_id: "o1".parse().expect("an id"),
        to: Mailbox { name: "三田 花子".to_owned(), address: "hanako@guest.test".to_owned() },
        from_name: "株式会社テスト".to_owned(),
        reply_to: Some(Mailbox { name: String::new(), address: "sato@contoso.test".to_owned() }),
        subject: "[株式会社テスト]アポイントメントの日程が確定しました".to_owned(),
        text: "こんにちは。\n.\n--\nhttps://x.test/".to_owned(),
        html: None,
        calendar: None,
    }
}

fn raw(mail: &Mail) -> Vec<u8> {
    of(mail, "no-reply@setten.test", "2026-11-22T10:00:00Z".parse().expect("a time")).expect("a message")
}

fn read(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).expect("a message")
}

/// The names of all header fields, as a server reads them: unfolded, up to the first empty line.
fn fields(raw: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(raw).expect("ASCII");
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "a bare line break: {head:?}");
    let begins = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    begins.map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn japanese_arrives_as_it_was_written() {
    let raw = raw(&mail());
    let message = read(&raw);
    assert!(raw.is_ascii());
    assert_eq!(message.subject(), Some("[株式会社テスト]アポイントメントの日程が確定しました"));
    let to = message.to().and_then(|to| to.first()).expect("a recipient");
    assert_eq!((to.name(), to.address()), (Some("三田 花子"), Some("hanako@guest.test")));
    let from = message.from().and_then(|from| from.first()).expect("a sender");
    assert_eq!((from.name(), from.address()), (Some("株式会社テスト"), Some("no-reply@setten.test")));
    let reply_to = message.reply_to().and_then(|reply_to| reply_to.first()).expect("a way back");
    assert_eq!(reply_to.address(), Some("sato@contoso.test"));
    assert_eq!(message.message_id(), Some("a1-confirmed-guest@setten.test"));
    assert_eq!(message.date().map(mail_parser::DateTime::to_timestamp), Some(1_795_341_600));
    assert_eq!(message.body_text(0).expect("text").replace("\r\n", "\n"), mail().text);
    let lines = raw.split(|&b| b == b'\n');
    assert!(lines.map(<[u8]>::len).max() <= Some(998), "a line is too long for SMTP");
}

#[test]
fn an_appointment_is_an_alternative_and_a_file() {
    let invite = Invite { method: "REQUEST".to_owned(), ics: ICS.to_owned() };
    let raw =
        raw(&Mail { html: Some("<p>こんにちは</p>".to_owned()), calendar: Some(invite), ..mail() });
    let message = read(&raw);
    let kinds: Vec<String> = message
        .parts
        .iter()
        .filter_map(|part| part.content_type())
        .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()))
        .collect();
    let expected = [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ];
    assert_eq!(kinds, expected);
    let part = |position: usize| &message.parts[position];
    let kind = part(4).content_type().expect("a type");
    assert_eq!((kind.attribute("method"), kind.attribute("charset")), (Some("REQUEST"), Some("utf-8")));
    assert_eq!(part(5).attachment_name(), Some("invite.ics"));
    for position in [4, 5] {
        let contents = match &part(position).body {
            PartType::Text(text) => text.as_bytes(),
            PartType::Binary(bytes) => bytes.as_ref(),
            other => panic!("{other:?}"),
        };
        assert_eq!(contents, ICS.as_bytes(), "line ends count in iCalendar");
    }
}

#[test]
fn nothing_in_a_name_or_a_subject_begins_a_header() {
    let expected = fields(&raw(&mail()));
    let breaks = ["\r\n", "\n", "\r", "\r\n\t", "\u{85}", "\u{2028}", "\0", "\u{b}", "\r\n\r\n"];
    for attack in breaks.map(|end| format!("三田{end}Bcc: evil@evil.test")) {
        let mut evil = mail();
        evil.to.name.clone_from(&attack);
        evil.from_name.clone_from(&attack);
        evil.subject.clone_from(&attack);
        evil.reply_to = Some(Mailbox { name: attack.clone(), address: "sato@contoso.test".to_owned() });
        evil.calendar = None;
        let raw = raw(&evil);
        assert_eq!(fields(&raw), expected, "{attack:?}");
        let message = read(&raw);
        assert!(message.bcc().is_none(), "{attack:?}");
        assert_eq!(message.to().map(|to| to.iter().count()), Some(1), "{attack:?}");
        assert_eq!(message.subject(), Some("三田 Bcc: evil@evil.test"), "{attack:?}");
    }
    let quoted = Mailbox { name: r#"a" <evil@evil.test>, "b\"#.to_owned(), address: mail().to.address };
    let raw = raw(&Mail { to: quoted, ..mail() });
    let message = read(&raw);
    let to: Vec<_> = message.to().expect("recipients").iter().filter_map(|to| to.address()).collect();
    assert_eq!(to, ["hanako@guest.test"]);
}

#[test]
fn a_way_back_that_is_no_address_is_left_out() {
    let reply_to = Mailbox { name: String::new(), address: "a@b.test>\r\nBcc: <x@y.test".to_owned() };
    let raw = raw(&Mail { reply_to: Some(reply_to), ..mail() });
    let message = read(&raw);
    assert!(message.reply_to().is_none() && message.bcc().is_none());
    assert_eq!(message.to().and_then(|to| to.first()?.address()), Some("hanako@guest.test"));
}

#[test]
fn a_method_cannot_leave_its_parameter() {
    let invite = Invite { method: "REQUEST\"\r\nX-Evil: 1".to_owned(), ics: ICS.to_owned() };
    let raw = raw(&Mail { calendar: Some(invite), ..mail() });
    assert!(!String::from_utf8_lossy(&raw).contains("\r\nX-Evil"));
}

#[test]
fn only_a_bare_address_is_written_to() {
    for good in ["a@b.test", "hanako.mita+x@sub.guest.test", "o'brien@b.test", "x@xn--eckwd4c7c.test"] {
        assert!(is_address(good), "{good}");
    }
    for bad in [
        "",
        "a",
        "@b.test",
        "a@b",
        "a@b@c.test",
        "a b@c.test",
        "a@b.test\r\nBcc: x@y.test",
        "a@b.test, x@y.test",
        "<a@b.test>",
        "\"a b\"@c.test",
        "花子@guest.test",
        "a@b.test;x@y.test",
        &format!("{}@b.test", "x".repeat(250)),
    ] {
        assert!(!is_address(bad), "{bad:?}");
        let to = Mailbox { name: String::new(), address: bad.to_owned() };
        let at = "2026-11-22T10:00:00Z".parse().expect("a time");
        assert_eq!(of(&Mail { to, ..mail() }, "no-reply@setten.test", at), Err(BadAddress), "{bad:?}");
    }
}
