//! Addresses that belong to machines or offices, and display names that belong to people.

use super::{Reason, person::Address};

/// Somewhere in the local part, separators left out: nobody reads what is sent there.
const NO_REPLY: [&str; 7] =
    ["noreply", "donotreply", "dontreply", "noresponse", "nichtantworten", "nepasrepondre", "noresponder"];

/// Words of the local part: machines.
const MACHINES: [&str; 22] = [
    "apache",
    "autoconfirm",
    "autoreply",
    "autoresponder",
    "bounce",
    "bounces",
    "cron",
    "daemon",
    "jira",
    "listserv",
    "mailerdaemon",
    "mailman",
    "majordomo",
    "nobody",
    "notification",
    "notifications",
    "notifier",
    "notify",
    "postmaster",
    "robot",
    "root",
    "wwwdata",
];

/// Ends of the local part, letters only: offices as well, as in `insideralerts@`.
const OFFICE_ENDS: [&str; 7] = ["alert", "alerts", "info", "news", "newsletter", "newsletters", "system"];

/// First labels of hosts from which people do not write.
const OFFICE_HOSTS: [&str; 7] =
    ["bounce", "bounces", "campaign", "mailing", "news", "newsletter", "newsletters"];

/// Words of the local part: offices, unless a person's name stands beside the address.
const OFFICES: [&str; 140] = [
    "abuse",
    "academy",
    "account",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "advisory",
    "alert",
    "alerts",
    "announce",
    "announcement",
    "announcements",
    "appointment",
    "billing",
    "booking",
    "bookings",
    "campaign",
    "career",
    "careers",
    "club",
    "community",
    "compliance",
    "confirm",
    "confirmation",
    "contact",
    "contactus",
    "cs",
    "customer",
    "customercare",
    "customers",
    "customerservice",
    "deals",
    "desk",
    "digest",
    "editor",
    "eigyo",
    "email",
    "enquiries",
    "enquiry",
    "event",
    "events",
    "expo",
    "feedback",
    "finance",
    "gyomu",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "information",
    "inquiries",
    "inquiry",
    "invoice",
    "invoices",
    "it",
    "jimu",
    "jimukyoku",
    "jinji",
    "jobs",
    "keihi",
    "keiri",
    "kintai",
    "koho",
    "kouhou",
    "legal",
    "list",
    "lists",
    "magazine",
    "mail",
    "mailmaga",
    "mailmagazine",
    "marketing",
    "media",
    "member",
    "members",
    "membership",
    "merumaga",
    "mm",
    "network",
    "news",
    "newsflash",
    "newsletter",
    "newsletters",
    "noc",
    "offers",
    "office",
    "order",
    "orders",
    "otoiawase",
    "partner",
    "partners",
    "payment",
    "payments",
    "pr",
    "press",
    "privacy",
    "promo",
    "promotion",
    "promotions",
    "receipt",
    "receipts",
    "reception",
    "recruit",
    "recruiting",
    "registration",
    "reminder",
    "replies",
    "reply",
    "reservation",
    "reservations",
    "saiyo",
    "sales",
    "security",
    "service",
    "services",
    "shipping",
    "shop",
    "soumu",
    "staff",
    "subscribe",
    "subscription",
    "subscriptions",
    "support",
    "survey",
    "sysadmin",
    "system",
    "team",
    "tech",
    "toiawase",
    "uketsuke",
    "unsubscribe",
    "update",
    "updates",
    "verify",
    "webinar",
    "webmaster",
    "welcome",
];

/// Parts of Japanese display names that no person has.
const JAPANESE_OFFICE: [&str; 30] = [
    "株式会社",
    "有限会社",
    "合同会社",
    "事務局",
    "事業部",
    "営業部",
    "部門",
    "課",
    "係",
    "チーム",
    "サポート",
    "センター",
    "担当",
    "窓口",
    "御中",
    "システム",
    "通知",
    "お知らせ",
    "ニュース",
    "マガジン",
    "メルマガ",
    "自動",
    "銀行",
    "店",
    "公式",
    "運営",
    "採用",
    "配信",
    "会員",
    "サービス",
];

/// Words of display names that no person has.
const OFFICE_WORDS: [&str; 53] = [
    "account",
    "accounts",
    "admin",
    "administrator",
    "alert",
    "alerts",
    "bank",
    "billing",
    "care",
    "center",
    "centre",
    "club",
    "co",
    "company",
    "corp",
    "corporation",
    "customer",
    "daemon",
    "daily",
    "department",
    "desk",
    "digest",
    "gmbh",
    "group",
    "help",
    "inc",
    "info",
    "llc",
    "ltd",
    "mail",
    "mailer",
    "marketing",
    "network",
    "news",
    "newsletter",
    "noreply",
    "notification",
    "notifications",
    "office",
    "online",
    "sales",
    "security",
    "service",
    "services",
    "shop",
    "store",
    "support",
    "system",
    "team",
    "the",
    "update",
    "updates",
    "weekly",
];

/// Why an address stands for no person; `name` is what is shown beside it.
pub(super) fn reason(address: &Address, name: Option<&str>) -> Option<Reason> {
    let local = address.local();
    let squeezed: String = local.chars().filter(|c| c.is_alphanumeric()).collect();
    if NO_REPLY.iter().any(|sign| squeezed.contains(sign)) {
        return Some(Reason::NoReply);
    }
    // What stands behind a plus is the address's own, as in `receipts+acct_1@`.
    let base = local.split('+').next().unwrap_or_default();
    let mut words = base.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let whole: String = squeezed.chars().filter(|c| c.is_alphabetic()).collect();
    if local.starts_with("owner-")
        || MACHINES.contains(&whole.as_str())
        || words.clone().any(|word| MACHINES.contains(&word))
    {
        return Some(Reason::Machine);
    }
    let host = address.domain().split('.').next().unwrap_or_default();
    let is_office = words.any(|word| OFFICES.contains(&word))
        || OFFICES.contains(&whole.as_str())
        || OFFICE_ENDS.iter().any(|end| whole.ends_with(end))
        || OFFICE_HOSTS.contains(&host);
    (is_office && !name.is_some_and(|name| is_of_a_person(name, address))).then_some(Reason::Role)
}

/// Whether a display name reads like that of a person: a family and a given name, and nothing of an office or
/// of the company that the address names.
fn is_of_a_person(name: &str, address: &Address) -> bool {
    if name.contains(|c: char| c.is_numeric() || "()[]【】<>@&/|".contains(c)) {
        return false;
    }
    let words: Vec<&str> = name.split([' ', '\u{3000}', ',']).filter(|word| !word.is_empty()).collect();
    if !name.contains(is_latin) {
        let length: usize = words.iter().map(|word| word.chars().count()).sum();
        let is_office = JAPANESE_OFFICE.iter().any(|part| name.contains(part));
        return words.len() == 2 && (2..=9).contains(&length) && !is_office;
    }
    let is_word_of_a_name = |word: &&str| {
        let lower = word.trim_end_matches('.').to_lowercase();
        word.chars().next().is_some_and(char::is_uppercase)
            && !OFFICE_WORDS.contains(&lower.as_str())
            && !address.domain().split(['.', '-']).any(|label| label == lower)
    };
    (2..=4).contains(&words.len()) && words.iter().all(is_word_of_a_name)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_and_offices_are_told_from_people() {
        use Reason::{Machine, NoReply, Role};
        for (address, name, expected) in [
            ("hana.sato@x.example", "佐藤 花", None),
            ("no-reply@x.example", "佐藤 花", Some(NoReply)),
            ("noreply+123@x.example", "", Some(NoReply)),
            ("account-security-noreply@x.example", "", Some(NoReply)),
            ("noreen.reply@x.example", "Noreen Reply", None),
            ("MAILER-DAEMON@x.example", "", Some(Machine)),
            ("notifications@x.example", "Hana Sato", Some(Machine)),
            ("info@x.example", "", Some(Role)),
            ("info@x.example", "株式会社青空", Some(Role)),
            ("info@x.example", "青空商事 事務局", Some(Role)),
            ("info@x.example", "佐々木 理恵", None),
            ("team@x.example", "Kelly Morrison", None),
            ("team@x.example", "Kelly Support", Some(Role)),
            ("support@x.example", "Contoso", Some(Role)),
            ("info@contoso.example", "Contoso Deutschland", Some(Role)),
            ("insideralerts@x.example", "", Some(Role)),
            ("4711@news.x.example", "", Some(Role)),
            ("owner-staff@x.example", "", Some(Machine)),
            ("order-1234@x.example", "", Some(Role)),
            ("receipts+acct_1@x.example", "", Some(Role)),
            ("alert.tanaka@x.example", "田中 二郎", None),
            ("sales.manager@x.example", "", Some(Role)),
            ("infante@x.example", "", None),
            ("bounced@x.example", "", None),
        ] {
            let parsed = Address::parse(address).expect(address);
            assert_eq!(reason(&parsed, Some(name)), expected, "{address} {name}");
        }
    }
}
