//! Mails of our own making, one trait each.

use graph::mail::Message;
use serde_json::json;

use super::{Reason, reason, reason_of_sent};

fn mail(from: (&str, &str), subject: &str, headers: &[(&str, &str)]) -> Message {
    let headers: Vec<_> = headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let (name, address) = from;
    serde_json::from_value(json!({
        "id": "m1", "lastModifiedDateTime": "2026-11-22T08:00:00Z", "subject": subject,
        "internetMessageHeaders": headers, "from": {"emailAddress": {"name": name, "address": address}},
        "toRecipients": [{"emailAddress": {"address": "kumikai@ml.x.example"}}],
    }))
    .expect("a message")
}

const HANA: (&str, &str) = ("佐藤 花", "hana@x.example");

#[test]
fn r20_headers_tell_machines_and_lists_from_people() {
    use Reason::{AutoReply, Bounce, Bulk, Machine, MailingList, Meeting, NoReply};
    for (header, value, expected) in [
        ("Content-Type", "text/plain; charset=iso-2022-jp", None),
        ("Return-Path", "<hana@x.example>", None),
        ("Return-Path", "<bounces+SRS=AbCd=1X@y.example>", None),
        ("Precedence", "normal", None),
        ("Auto-Submitted", "no", None),
        ("X-Auto-Response-Suppress", "OOF", None),
        ("X-Mailer", "Microsoft Outlook 16.0", None),
        ("Content-Type", "multipart/report; report-type=delivery-status; boundary=x", Some(Bounce)),
        ("content-type", "multipart/report; report-type=disposition-notification", Some(AutoReply)),
        ("Return-Path", "<>", Some(Bounce)),
        ("X-Failed-Recipients", "a@y.example", Some(Bounce)),
        ("Auto-Submitted", "auto-replied (vacation)", Some(AutoReply)),
        ("X-Autoreply", "yes", Some(AutoReply)),
        ("X-MS-Exchange-Generated-Message-Source", "Mailbox Rules Agent", Some(AutoReply)),
        ("Content-Type", "text/calendar; method=REPLY", Some(Meeting)),
        ("Content-Class", "urn:content-classes:calendarmessage", Some(Meeting)),
        ("List-Id", "<kumikai.ml.x.example>", Some(MailingList)),
        ("X-ML-Name", "kumikai", Some(MailingList)),
        ("Precedence", "list", Some(MailingList)),
        ("List-Unsubscribe", "<mailto:u@x.example>", Some(Bulk)),
        ("Precedence", "Bulk", Some(Bulk)),
        ("Feedback-ID", "1:2:3:x", Some(Bulk)),
        ("X-SG-EID", "x", Some(Bulk)),
        ("X-Mailer", "Blastmail 3.2", Some(Bulk)),
        ("Return-Path", "<bounce-4711@x.example>", Some(Bulk)),
        ("Auto-Submitted", "auto-generated", Some(Machine)),
        ("X-Auto-Response-Suppress", "All", Some(Machine)),
    ] {
        assert_eq!(reason(&mail(HANA, "お見積りの件", &[(header, value)])), expected, "{header}: {value}");
    }
    assert_eq!(reason(&mail(("", "no-reply@x.example"), "お知らせ", &[])), Some(NoReply));
    // An office does not speak for the others on the mail.
    assert_eq!(reason(&mail(("", "info@x.example"), "お知らせ", &[])), None);
}

#[test]
fn r20_subjects_tell_only_where_nobody_answered_by_hand() {
    use Reason::{AutoReply, Bounce, MailingList, Meeting};
    for (subject, expected) in [
        ("Automatic reply: お見積りの件", Some(AutoReply)),
        ("【不在】Re: お見積りの件", Some(AutoReply)),
        ("ご応募ありがとうございます【自動返信メール】", Some(AutoReply)),
        ("Undeliverable: お見積りの件", Some(Bounce)),
        ("承諾: 定例会議", Some(Meeting)),
        ("Canceled: Site visit", Some(Meeting)),
        ("[kumikai 112] 総会の出欠", Some(MailingList)),
        ("Re: [Kumikai:113] 総会の出欠", Some(MailingList)),
        ("FW: Undeliverable: claim 9921", None),
        ("Re: ご応募ありがとうございます【自動返信メール】", None),
        ("[至急] お見積りの件", None),
        ("Newsletter draft for your review", None),
        ("", None),
    ] {
        assert_eq!(reason(&mail(HANA, subject, &[])), expected, "{subject}");
    }
}

#[test]
fn a_list_that_sends_for_others_and_meetings_by_their_type_are_known() {
    let mut sent_for = mail(HANA, "総会の出欠", &[]);
    sent_for.sender = Some(graph::mail::Participant::of("owner-kumikai@ml.x.example", ""));
    assert_eq!(reason(&sent_for), Some(Reason::MailingList));
    let mut meeting = mail(HANA, "定例会議", &[]);
    meeting.kind = Some("#microsoft.graph.eventMessageResponse".to_owned());
    assert_eq!(reason(&meeting), Some(Reason::Meeting));
    assert_eq!(reason_of_sent(&meeting), Some(Reason::Meeting));
}

#[test]
fn what_the_user_sends_counts_to_however_many_it_goes() {
    let newsletter = mail(("", "info@own.example"), "季節のご挨拶", &[("Precedence", "bulk")]);
    assert_eq!(reason_of_sent(&newsletter), None);
    let absence = mail(HANA, "お見積りの件", &[("Auto-Submitted", "auto-replied")]);
    assert_eq!(reason_of_sent(&absence), Some(Reason::AutoReply));
}
