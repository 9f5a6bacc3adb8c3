//! Samples of the pages about users, and of the audit log.

use types::Feature;

use super::{SUBSIDIARY, TENANT, at, linked, not_linked, problem, push, refused_cards};
use crate::{
    console::{
        Actor, Audit, Entry, Link, Notice, Paging, Status, UserDetail, UserFilter, UserLink, UserRow, Users,
    },
    failure::Failure,
};

/// A page of users, one with each status.
#[must_use]
pub fn users() -> Users {
    let standing = |feature, status, failure: Option<(Failure, &str)>| Link {
        status,
        problem: failure.map(|(failure, code)| problem(failure, code)),
        ..linked(feature)
    };
    let contacts = [
        standing(Feature::Contacts, Status::Linked, None),
        standing(Feature::Contacts, Status::Syncing, None),
        standing(
            Feature::Contacts,
            Status::ReconnectNeeded,
            Some((Failure::SignInRequired, "invalid_grant")),
        ),
        standing(Feature::Contacts, Status::Failed, Some((Failure::FolderTaken, "folder_taken"))),
        standing(Feature::Contacts, Status::Unlinked, None),
        not_linked(Feature::Contacts),
    ];
    let mails = [
        standing(Feature::Mail, Status::Linked, None),
        not_linked(Feature::Mail),
        standing(
            Feature::Mail,
            Status::AuthenticationFailed,
            Some((Failure::MailboxMissing, "MailboxNotEnabledForRESTAPI")),
        ),
        standing(Feature::Mail, Status::NoPermission, Some((Failure::ConsentMissing, "ErrorAccessDenied"))),
        not_linked(Feature::Mail),
        not_linked(Feature::Mail),
    ];
    let people = [
        ("u-17", "佐藤 花子", "hanako.sato@contoso.example"),
        ("u-18", "鈴木 太郎", "taro.suzuki@contoso.example"),
        ("u-19", "Alexandra Montgomery-Featherstonehaugh", "alexandra.montgomery@contoso.example"),
        ("u-20", "高橋 健一", "kenichi.takahashi@contoso.example"),
        ("u-21", "田中 美咲", "misaki.tanaka@contoso.example"),
        ("u-22", "伊藤 翔", "sho.ito@contoso.example"),
    ];
    let rows = people.into_iter().zip(contacts).zip(mails);
    let row = |(((id, name, email), contacts), mail): (((&str, &str, &str), Link), Link)| UserRow {
        user_id: id.to_owned(),
        name: name.to_owned(),
        email: email.to_owned(),
        is_admin: id == "u-17",
        links: vec![contacts, mail, not_linked(Feature::Calendar)],
    };
    Users {
        filter: UserFilter::default(),
        users: rows.map(row).collect(),
        tenants: Vec::new(),
        count: 124,
        paging: Paging { is_later: true, next: Some("eyJrIjoidS0yMiJ9".to_owned()) },
        notice: Some(Notice::UsersLinked { count: 12, skipped: 2 }),
    }
}

/// The list in an organization with several tenants.
#[must_use]
pub fn users_of_tenants() -> Users {
    Users {
        tenants: vec![TENANT.to_owned(), SUBSIDIARY.to_owned()],
        notice: Some(Notice::TenantNotChosen),
        ..users()
    }
}

/// No user at all, or none that matches.
#[must_use]
pub fn empty_users(q: &str) -> Users {
    let filter = UserFilter { q: q.to_owned(), ..UserFilter::default() };
    Users {
        filter,
        users: Vec::new(),
        tenants: Vec::new(),
        count: 0,
        paging: Paging::default(),
        notice: None,
    }
}

/// A user with a link that works and one that does not.
#[must_use]
pub fn user_detail() -> UserDetail {
    let mail = Link {
        status: Status::AuthenticationFailed,
        problem: Some(problem(Failure::MailboxMissing, "MailboxNotEnabledForRESTAPI")),
        ..linked(Feature::Mail)
    };
    let plain = |link| UserLink { link, push: None, cards: None, refused: Vec::new(), may_link: false };
    let contacts = UserLink {
        push: Some(push()),
        cards: Some(1_204),
        refused: refused_cards(),
        ..plain(linked(Feature::Contacts))
    };
    let mut user = users().users.remove(0);
    user.links.clear();
    UserDetail {
        user,
        links: vec![
            contacts,
            UserLink { may_link: true, ..plain(mail) },
            plain(not_linked(Feature::Calendar)),
        ],
        tenants: Vec::new(),
        history: audit().entries.into_iter().filter(|entry| entry.user.is_some()).collect(),
        notice: None,
    }
}

/// Some lines of the audit log.
#[must_use]
pub fn audit() -> Audit {
    let entry = |time: &str, event: &str, actor: Option<Actor>| Entry {
        at: at(time),
        event: event.to_owned(),
        actor,
        user: None,
        feature: None,
        tenant_id: None,
        account: None,
        reason: None,
    };
    let user = || Some(("u-17".to_owned(), "佐藤 花子".to_owned()));
    let tenant = || Some(TENANT.to_owned());
    let (contacts, mail) = (Some(Feature::Contacts), Some(Feature::Mail));
    let account = || Some("admin@contoso.example".to_owned());
    let admin = || Some(Actor::User { name: "佐藤 花子".to_owned() });
    let crm = Some(Actor::ApiKey { prefix: "setten_Xq3vA".to_owned() });
    Audit {
        q: String::new(),
        by: None,
        entries: vec![
            Entry {
                user: user(),
                feature: contacts,
                account: account(),
                ..entry("2026-11-22T04:58:12Z", "user_linked", admin())
            },
            Entry {
                user: user(),
                feature: mail,
                tenant_id: tenant(),
                ..entry("2026-11-21T09:30:00Z", "user_linked_by_admin", crm)
            },
            Entry {
                user: user(),
                tenant_id: tenant(),
                reason: Some("wrong-account".to_owned()),
                ..entry("2026-11-21T00:00:05Z", "connection_refused", admin())
            },
            Entry {
                feature: contacts,
                tenant_id: tenant(),
                account: account(),
                ..entry(
                    "2026-10-01T01:30:00Z",
                    "consent_granted",
                    Some(Actor::Microsoft { account: account() }),
                )
            },
            Entry { tenant_id: tenant(), ..entry("2026-10-01T01:28:00Z", "tenant_registered", admin()) },
            entry("2026-09-30T23:00:00Z", "organization_created", Some(Actor::Operator)),
            entry("2026-09-30T22:00:00Z", "something_new", None),
        ],
        count: Some(312),
        paging: Paging { is_later: false, next: Some("eyJrIjoiMTIifQ".to_owned()) },
    }
}
