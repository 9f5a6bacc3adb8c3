//! Whether a person wrote a mail, as far as its headers tell. The body is never looked at.

use graph::mail::Message;

use super::{Reason, person::Address, role};

/// Headers that only mailing lists write.
const OF_LISTS: [&str; 10] = [
    "List-Id",
    "List-Post",
    "Mailing-List",
    "X-BeenThere",
    "X-List",
    "X-Loop",
    "X-Mailing-List",
    "X-Mailman-Version",
    "X-ML-Name",
    "X-ML-Count",
];

/// Headers that only senders to many write.
const OF_BULK: [&str; 10] = [
    "Errors-To",
    "Feedback-ID",
    "List-Help",
    "List-Subscribe",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "X-Bulkmail",
    "X-CSA-Complaints",
    "X-Report-Abuse",
    "X-SES-Outgoing",
];

/// How the headers of the services begin that send to many for others.
const OF_BULK_SERVICES: [&str; 14] = [
    "X-BM-",
    "X-Campaign",
    "X-Cuenote",
    "X-HS-",
    "X-Mailchimp",
    "X-Mailgun-",
    "X-Mandrill-",
    "X-Marketo",
    "X-MC-",
    "X-MJ-",
    "X-PM-",
    "X-SFMC-",
    "X-SG-EID",
    "X-SMTPAPI",
];

/// Parts of `X-Mailer` that are no person's program.
const BULK_MAILERS: [&str; 14] = [
    "acmailer",
    "blast",
    "campaign",
    "cuenote",
    "haihai",
    "listmanager",
    "lyris",
    "mailchimp",
    "mailpublisher",
    "massmail",
    "newsletter",
    "phpmailer",
    "swiftmailer",
    "wiremail",
];

/// How subjects of automatic answers begin, in the words of Outlook, Gmail and others.
const AUTO_SUBJECTS: [&str; 20] = [
    "abwesend",
    "abwesenheitsnotiz",
    "auto response",
    "auto-reply",
    "auto-response",
    "auto reply",
    "autoreply",
    "automatic reply",
    "automatische antwort",
    "automatyczna odpowiedź",
    "autorespon",
    "out of office",
    "out of the office",
    "réponse automatique",
    "respuesta automática",
    "risposta automatica",
    "【不在】",
    "不在通知",
    "不在のお知らせ",
    "自动答复",
];

/// What subjects of automatic answers hold, in Japanese.
const AUTO_PARTS: [&str; 4] = ["自動応答", "自動返信", "自動配信", "自動送信"];

/// How subjects of bounces begin.
const BOUNCE_SUBJECTS: [&str; 12] = [
    "delivery failure",
    "delivery status notification",
    "failure notice",
    "mail delivery failed",
    "mail delivery failure",
    "mail system error",
    "message delivery failure",
    "returned mail",
    "undeliverable",
    "undelivered mail",
    "unzustellbar",
    "配信不能",
];

/// How subjects of answers to invitations begin.
const MEETING_SUBJECTS: [&str; 14] = [
    "accepted:",
    "canceled:",
    "cancelled:",
    "declined:",
    "tentative:",
    "tentatively accepted:",
    "キャンセル済み:",
    "仮承諾:",
    "仮の予定:",
    "取り消し:",
    "承諾:",
    "承諾済み:",
    "辞退:",
    "辞退済み:",
];

/// How subjects of answers by hand begin: whoever answers an automatic mail is a person.
const BY_HAND: [&str; 8] = ["re:", "fw:", "fwd:", "aw:", "wg:", "tr:", "返信:", "転送:"];

/// Why no person wrote this mail that came in; none if one did, as far as its headers tell. That the sender
/// is an office says nothing about the others on the mail, so it is not asked here.
pub(super) fn reason(message: &Message) -> Option<Reason> {
    reason_of_sent(message).or_else(|| of_sending(message)).or_else(|| of_sender(message))
}

/// Why the user did not write this mail in the own name: answers that Outlook gives in absence or to
/// invitations. To how many it went does not matter.
pub(super) fn reason_of_sent(message: &Message) -> Option<Reason> {
    of_kind(message)
        .or_else(|| of_content(message))
        .or_else(|| of_answering(message))
        .or_else(|| of_subject(message))
}

/// Meetings are known by their type in Exchange, bounces too.
fn of_kind(message: &Message) -> Option<Reason> {
    let kind = message.kind.as_deref().unwrap_or_default();
    kind.contains("eventMessage").then_some(Reason::Meeting)
}

fn of_content(message: &Message) -> Option<Reason> {
    let content_type = lower(message, "Content-Type");
    if content_type.starts_with("multipart/report") {
        let is_bounce = !content_type.contains("disposition-notification");
        return Some(if is_bounce { Reason::Bounce } else { Reason::AutoReply });
    }
    if content_type.starts_with("message/delivery-status") {
        return Some(Reason::Bounce);
    }
    let is_meeting =
        content_type.contains("text/calendar") || lower(message, "Content-Class").contains("calendarmessage");
    is_meeting.then_some(Reason::Meeting)
}

fn of_answering(message: &Message) -> Option<Reason> {
    let has = |name| message.header(name).is_some();
    if has("X-Failed-Recipients") || has("X-MS-Exchange-Message-Is-Ndr") {
        return Some(Reason::Bounce);
    }
    let return_path = lower(message, "Return-Path");
    let is_unanswerable = return_path == "<>";
    let submitted = lower(message, "Auto-Submitted");
    let is_auto = !submitted.is_empty() && submitted != "no";
    let generated = lower(message, "X-MS-Exchange-Generated-Message-Source");
    if submitted.starts_with("auto-replied")
        || ["X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autoresponder"].iter().any(|name| has(name))
        || lower(message, "Precedence") == "auto_reply"
        || generated.contains("rules agent")
    {
        return Some(Reason::AutoReply);
    }
    if is_unanswerable {
        return Some(Reason::Bounce);
    }
    // Outlook users may suppress absence notes; machines suppress every kind of answer.
    let suppressed = lower(message, "X-Auto-Response-Suppress");
    let suppresses_all =
        suppressed.contains("all") || suppressed.contains("autoreply") || suppressed.contains("dr");
    (is_auto || suppresses_all).then_some(Reason::Machine)
}

fn of_sending(message: &Message) -> Option<Reason> {
    let has = |name: &&str| message.header(name).is_some();
    let precedence = lower(message, "Precedence");
    if OF_LISTS.iter().any(has) || precedence == "list" {
        return Some(Reason::MailingList);
    }
    let is_of_a_service = message.headers.iter().any(|header| {
        OF_BULK_SERVICES.iter().any(|prefix| {
            header.name.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
        })
    });
    if is_tagged(message) || is_sent_for_a_list(message) {
        return Some(Reason::MailingList);
    }
    let mailer = lower(message, "X-Mailer");
    let return_path = lower(message, "Return-Path");
    // Forwarding rewrites a person's return path to one with `SRS=`.
    let is_for_bounces = return_path.contains("bounce") && !return_path.contains("srs=");
    let is_bulk = matches!(precedence.as_str(), "bulk" | "junk")
        || OF_BULK.iter().any(has)
        || BULK_MAILERS.iter().any(|part| mailer.contains(part));
    (is_bulk || is_of_a_service || is_for_bounces).then_some(Reason::Bulk)
}

/// Lists put their name into the subject, `[name 112] …`, and are written to under that name.
fn is_tagged(message: &Message) -> bool {
    let subject = message.subject.as_deref().unwrap_or_default();
    let tag = subject.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(tag, _)| tag);
    let tag = tag.split([' ', ':', ',']).next().unwrap_or_default().to_lowercase();
    let recipients = message.to.iter().chain(&message.cc).chain(&message.reply_to);
    let mut addresses = recipients.filter_map(|recipient| Address::parse(recipient.address()?));
    !tag.is_empty() && addresses.any(|address| address.local() == tag)
}

/// List programs send in their own name what others wrote.
fn is_sent_for_a_list(message: &Message) -> bool {
    let sender = message.sender.as_ref().and_then(|sender| Address::parse(sender.address()?));
    sender.is_some_and(|sender| {
        let local = sender.local();
        local.starts_with("owner-")
            || ["-bounces", "-owner", "-request"].iter().any(|end| local.ends_with(end))
    })
}

fn of_subject(message: &Message) -> Option<Reason> {
    let subject = message.subject.as_deref().unwrap_or_default().trim().to_lowercase();
    if BY_HAND.iter().any(|prefix| subject.starts_with(prefix)) {
        return None;
    }
    let begins = |list: &[&str]| list.iter().any(|prefix| subject.starts_with(prefix));
    if begins(&BOUNCE_SUBJECTS) {
        Some(Reason::Bounce)
    } else if begins(&MEETING_SUBJECTS) {
        Some(Reason::Meeting)
    } else {
        let is_auto = begins(&AUTO_SUBJECTS) || AUTO_PARTS.iter().any(|part| subject.contains(part));
        is_auto.then_some(Reason::AutoReply)
    }
}

fn of_sender(message: &Message) -> Option<Reason> {
    let sender = message.from.as_ref().or(message.sender.as_ref())?;
    let address = Address::parse(sender.address()?)?;
    role::reason(&address, sender.name()).filter(|reason| *reason != Reason::Role)
}

fn lower(message: &Message, name: &str) -> String {
    message.header(name).unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests;
