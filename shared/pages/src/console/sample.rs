//! Every page of the console from a sample of its own: for the tests, and to look at
//! (`cargo run -p pages --example samples`).

mod people;

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan, civil::Date};
use types::{Feature, Language};

use super::{
    Attention, Audit, CheckState, Checks, Day, FeatureCard, FeatureState, Finding, Grant, GrantState, Link,
    Me, MeUnlink, Measure, Microsoft365, MyLink, Notice, Overview, Page, Problem, Push, PushState, Refused,
    RefusedCard, RevokedFrom, Settings, SettingsFault, SignIn, Status, Tenant, TenantFault, TenantForm,
    Unlink, Viewer,
};
use crate::{failure::Failure, zone::Zone};

const TENANT: &str = "6f1c2a0e-5b7d-4c39-9e84-d3a1b2c4e5f6";
const SUBSIDIARY: &str = "b2d0c8f4-1e3a-4f5b-8c7d-9a0b1c2d3e4f";
const LEAVING: &str = "c3e1d9a5-2f4b-4a6c-9d8e-0b1c2d3e4f5a";
const CLIENT: &str = "0b3d5f71-1a2b-4c3d-8e9f-a1b2c3d4e5f6";

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

mod audience;
mod outage;

pub use outage::{microsoft365_credential, microsoft365_stopped, overview_stopped};
pub use people::{audit, empty_users, user_detail, users, users_of_tenants};

/// An administrator of the sample organization, on the page of this path.
#[must_use]
pub fn viewer(path: &str) -> Viewer {
    Viewer {
        organization_name: "株式会社コントソ".to_owned(),
        user_name: "佐藤 花子".to_owned(),
        is_admin: true,
        csrf: "8f2b6c1d9e".to_owned(),
        path: path.to_owned(),
        zone: Zone::parse("Asia/Tokyo").expect("a zone"),
        now: at("2026-11-22T05:10:00Z"),
        features: Feature::ALL.into_iter().collect(),
        return_url: Some("https://crm.example.test/admin".to_owned()),
    }
}

/// Who looks at a sample: nobody where nobody is signed in, a member on the own pages.
#[must_use]
pub fn viewer_of(name: &str, page: &Page) -> Option<Viewer> {
    let path = match page {
        Page::SignIn(_) | Page::Refused(_) | Page::Failed(_) => return None,
        Page::Overview(_) => "/console",
        Page::Microsoft365(_) | Page::Unlink(_) | Page::Checks(_) | Page::Audience(_) => {
            "/console/microsoft365"
        }
        Page::Users(_) => "/console/users?status=linked",
        Page::UserDetail(_) => "/console/users/u-17",
        Page::Audit(_) => "/console/audit",
        Page::Settings(_) => "/console/settings",
        Page::Me(_) | Page::MeUnlink(_) => "/me",
    };
    let is_admin = !name.contains("member");
    Some(Viewer { is_admin, ..viewer(path) })
}

/// Each page with the name of its file.
#[must_use]
pub fn pages() -> Vec<(&'static str, Page)> {
    let mut pages = admin_pages();
    pages.extend(audience::pages());
    pages.extend(outage::pages());
    pages.extend(user_pages());
    pages.extend(refused_pages());
    pages
}

fn admin_pages() -> Vec<(&'static str, Page)> {
    let faulty = |fault| Microsoft365 {
        form: TenantForm { tenant_id: "contoso.example".to_owned(), fault: Some(fault), ..form() },
        ..microsoft365()
    };
    vec![
        ("console-overview", overview().into()),
        ("console-overview-new", new_overview().into()),
        ("console-microsoft365", microsoft365().into()),
        ("console-microsoft365-new", Microsoft365 { tenants: Vec::new(), ..microsoft365() }.into()),
        ("console-microsoft365-faulty", faulty(TenantFault::NotAnId).into()),
        ("console-microsoft365-unknown", faulty(TenantFault::Unknown).into()),
        ("console-unlink", unlink().into()),
        ("console-checks", checks().into()),
        ("console-checks-waiting", waiting_checks().into()),
        ("console-users", users().into()),
        ("console-users-tenants", users_of_tenants().into()),
        ("console-users-empty", empty_users("").into()),
        ("console-users-nobody", empty_users("鈴木").into()),
        ("console-user", user_detail().into()),
        ("console-audit", audit().into()),
        ("console-audit-empty", Audit { entries: Vec::new(), count: Some(0), ..audit() }.into()),
        ("console-settings", settings(None).into()),
        ("console-settings-sources", settings(Some(SettingsFault::Sources { most: 10 })).into()),
        ("console-settings-faulty", settings(Some(SettingsFault::FolderTooLong { most: 100 })).into()),
    ]
}

fn user_pages() -> Vec<(&'static str, Page)> {
    let reconnect = Link {
        status: Status::ReconnectNeeded,
        problem: Some(problem(Failure::SignInRequired, "invalid_grant")),
        ..linked(Feature::Contacts)
    };
    let broken = Me { links: vec![MyLink { link: reconnect, ..my_contacts() }], notice: None };
    let fresh = Feature::ALL.map(|feature| MyLink {
        is_granted: feature != Feature::Calendar,
        folder: None,
        cards: None,
        push: None,
        refused: Vec::new(),
        outlook_url: None,
        link: not_linked(feature),
    });
    let mut running = me();
    running.notice = Some(Notice::PushAsked);
    running.links[0].push = Some(Push { state: PushState::Running, ..push() });
    vec![
        ("me", me().into()),
        ("me-member", me().into()),
        ("me-member-new", Me { links: fresh.into(), notice: None }.into()),
        ("me-member-reconnect", broken.into()),
        ("me-member-running", running.into()),
        ("me-member-unlink", me_unlink().into()),
    ]
}

fn refused_pages() -> Vec<(&'static str, Page)> {
    let organization = || Some("org-1".to_owned());
    let known = SignIn {
        organization: organization(),
        organization_name: Some("株式会社コントソ".to_owned()),
        return_path: Some("/console/users/u-1".to_owned()),
        signed_out: false,
    };
    let out = SignIn { signed_out: true, return_path: None, ..known.clone() };
    let unknown =
        SignIn { organization: None, organization_name: None, return_path: None, signed_out: false };
    let account = Some("taro.suzuki@contoso.example".to_owned());
    vec![
        ("console-sign-in", known.into()),
        ("console-signed-out", out.into()),
        ("console-sign-in-unknown", unknown.into()),
        ("console-session-over", Refused::SessionOver { organization: organization() }.into()),
        ("console-link-used", Refused::LinkUsed.into()),
        ("console-not-admin", Refused::NotAdmin.into()),
        ("console-not-a-member", Refused::NotAMember { account }.into()),
        ("console-not-found", Refused::NotFound.into()),
        ("console-form-stale", Refused::FormStale.into()),
        ("console-too-large", Refused::TooLarge.into()),
        ("console-method", Refused::Method.into()),
        ("console-not-in-plan", Refused::NotInPlan.into()),
        ("console-unavailable", Refused::Unavailable { reference: "K7QF-2M9D-XR41".to_owned() }.into()),
    ]
}

fn days() -> Vec<Day> {
    let counts = [12, 0, 31, 44, 18, 9, 0, 26, 52, 61, 40, 33, 8, 48];
    let first: Date = "2026-11-09".parse().expect("a date");
    let day = |(index, count): (usize, u64)| Day {
        date: first.saturating_add(i64::try_from(index).expect("small").days()),
        count,
    };
    counts.into_iter().enumerate().map(day).collect()
}

/// An organization at work.
#[must_use]
pub fn overview() -> Overview {
    let contacts = FeatureCard {
        feature: Feature::Contacts,
        state: FeatureState::Troubled,
        linked: 118,
        users: 124,
        statuses: vec![
            (Status::Linked, 115),
            (Status::Syncing, 3),
            (Status::ReconnectNeeded, 4),
            (Status::AuthenticationFailed, 2),
        ],
        last_success_at: Some(at("2026-11-22T05:02:00Z")),
        numbers: vec![
            (Measure::CardsCreated, 41),
            (Measure::CardsUpdated, 7),
            (Measure::CardsDeleted, 2),
            (Measure::CardsRefused, 1),
        ],
        days: days(),
    };
    let mail = FeatureCard {
        feature: Feature::Mail,
        state: FeatureState::On,
        linked: 64,
        statuses: vec![(Status::Linked, 64)],
        numbers: vec![(Measure::ContactPoints, 1_284)],
        ..contacts.clone()
    };
    let calendar = FeatureCard {
        feature: Feature::Calendar,
        state: FeatureState::Off,
        linked: 0,
        statuses: Vec::new(),
        last_success_at: None,
        numbers: Vec::new(),
        days: Vec::new(),
        ..contacts.clone()
    };
    let links = |status, count| Attention::Links { feature: Feature::Contacts, status, count };
    Overview {
        attention: vec![
            links(Status::ReconnectNeeded, 4),
            links(Status::AuthenticationFailed, 2),
            Attention::RefusedCards { count: 1 },
            Attention::NotGranted(Feature::Calendar),
        ],
        features: vec![contacts, mail, calendar],
        notice: None,
    }
}

/// An organization on its first day.
#[must_use]
pub fn new_overview() -> Overview {
    let features = overview().features.into_iter().map(|card| FeatureCard {
        state: FeatureState::Off,
        linked: 0,
        statuses: Vec::new(),
        last_success_at: None,
        numbers: Vec::new(),
        days: Vec::new(),
        ..card
    });
    Overview { attention: vec![Attention::NoTenant], features: features.collect(), notice: None }
}

fn form() -> TenantForm {
    let features = BTreeSet::from([Feature::Contacts, Feature::Mail]);
    TenantForm { tenant_id: String::new(), features, fault: None }
}

/// Two tenants, one of them with everything that can happen to a grant.
#[must_use]
pub fn microsoft365() -> Microsoft365 {
    let granted = |scopes: &[&str]| GrantState::Granted {
        at: at("2026-10-01T01:30:00Z"),
        by: "admin@contoso.example".to_owned(),
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
    };
    let contacts = Grant {
        feature: Feature::Contacts,
        state: granted(&["https://graph.microsoft.com/Contacts.ReadWrite", "User.Read", "offline_access"]),
        linked: 118,
    };
    let mail = Grant { feature: Feature::Mail, state: granted(&["Mail.Read", "User.Read.All"]), linked: 64 };
    let calendar = Grant { feature: Feature::Calendar, state: GrantState::Missing, linked: 0 };
    let lost = GrantState::Revoked { at: at("2026-11-20T09:12:00Z"), from: RevokedFrom::Microsoft };
    let revoked = GrantState::Revoked { at: at("2026-11-02T02:00:00Z"), from: RevokedFrom::Here };
    let main = Tenant {
        tenant_id: TENANT.to_owned(),
        registered_at: at("2026-10-01T01:28:00Z"),
        grants: vec![contacts.clone(), mail.clone(), calendar.clone()],
        ending: None,
        outage: None,
    };
    let subsidiary = Tenant {
        tenant_id: SUBSIDIARY.to_owned(),
        registered_at: at("2026-10-15T06:00:00Z"),
        grants: vec![
            Grant { state: lost, linked: 12, ..contacts.clone() },
            Grant { state: revoked.clone(), linked: 0, ..mail.clone() },
            calendar.clone(),
        ],
        ..main.clone()
    };
    let leaving = Tenant {
        tenant_id: LEAVING.to_owned(),
        registered_at: at("2026-09-12T06:00:00Z"),
        grants: vec![
            Grant { state: revoked.clone(), linked: 860, ..contacts },
            Grant { state: revoked, linked: 40, ..mail },
            calendar,
        ],
        ending: Some(1_500),
        ..main.clone()
    };
    Microsoft365 {
        tenants: vec![main, subsidiary, leaving],
        form: form(),
        static_addresses: vec!["203.0.113.17".to_owned(), "203.0.113.84".to_owned()],
        client_id: CLIENT.to_owned(),
        notice: None,
    }
}

/// The question before a tenant goes.
#[must_use]
pub fn unlink() -> Unlink {
    Unlink { tenant_id: TENANT.to_owned(), linked: vec![(Feature::Contacts, 118), (Feature::Mail, 64)] }
}

fn finding(check: &str, state: CheckState, failure: Option<Failure>) -> Finding {
    Finding {
        check: check.to_owned(),
        state,
        failure,
        reason: None,
        evidence: Vec::new(),
        commands: Vec::new(),
        url: None,
    }
}

fn seen(evidence: &[(&str, &str)]) -> Vec<(String, String)> {
    evidence.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The link doctor with one finding of each kind.
#[must_use]
pub fn checks() -> Checks {
    let consent = Finding {
        reason: Some("AADSTS65001".to_owned()),
        url: Some(format!("https://login.microsoftonline.com/{TENANT}/v2.0/adminconsent?client_id={CLIENT}")),
        ..finding("calendar_consent", CheckState::Failed, Some(Failure::ConsentMissing))
    };
    let policy = Finding {
        reason: Some("ErrorAccessDenied".to_owned()),
        commands: vec![
            format!("New-ServicePrincipal -AppId {CLIENT} -ObjectId <object id> -DisplayName \"Setten\""),
            "Test-ServicePrincipalAuthorization -Identity \"Setten\" -Resource taro.suzuki@contoso.example"
                .to_owned(),
        ],
        ..finding("mail_access", CheckState::Warning, Some(Failure::AccessPolicyPending))
    };
    Checks {
        tenant_id: TENANT.to_owned(),
        user: "hanako.sato@contoso.example".to_owned(),
        outside_user: String::new(),
        unknown_user: false,
        unknown_outside: false,
        findings: vec![
            finding("tenant", CheckState::Passed, None),
            Finding {
                evidence: seen(&[("days_left", "151")]),
                ..finding("credential", CheckState::Passed, None)
            },
            finding("contacts_consent", CheckState::Passed, None),
            Finding {
                evidence: seen(&[
                    ("permissions", "Mail.Read User.Read.All"),
                    ("missing", ""),
                    ("granted_at", "2026-10-01T01:30:00Z"),
                    ("granted_by", "admin@contoso.example"),
                ]),
                ..finding("mail_consent", CheckState::Passed, None)
            },
            consent,
            Finding {
                evidence: seen(&[("exchange_licence", "no"), ("synchronised", "no")]),
                ..finding("mailbox", CheckState::Failed, Some(Failure::MailboxMissing))
            },
            policy,
            Finding {
                reason: Some("no_outside_user".to_owned()),
                ..finding("outside_access", CheckState::Skipped, None)
            },
        ],
        at: Some(at("2026-11-22T05:09:30Z")),
    }
}

/// The link doctor before the first run.
#[must_use]
pub fn waiting_checks() -> Checks {
    let all = checks();
    let wait = |found: &Finding| finding(&found.check, CheckState::Waiting, None);
    Checks { findings: all.findings.iter().map(wait).collect(), at: None, user: String::new(), ..all }
}

fn problem(failure: Failure, code: &str) -> Problem {
    Problem { failure, code: Some(code.to_owned()) }
}

fn linked(feature: Feature) -> Link {
    Link {
        feature,
        status: Status::Linked,
        problem: None,
        account: Some("hanako.sato@contoso.example".to_owned()),
        linked_at: Some(at("2026-10-02T00:15:00Z")),
        last_success_at: Some(at("2026-11-22T05:02:00Z")),
    }
}

fn not_linked(feature: Feature) -> Link {
    Link {
        status: Status::NotLinked,
        account: None,
        linked_at: None,
        last_success_at: None,
        ..linked(feature)
    }
}

fn push() -> Push {
    Push {
        state: PushState::Resting,
        at: Some(at("2026-11-22T05:02:00Z")),
        created: 3,
        updated: 1,
        deleted: 0,
        refused: 2,
    }
}

fn refused_cards() -> Vec<RefusedCard> {
    let refused = |id: &str, name: Option<&str>, reason: &str| RefusedCard {
        card_id: id.to_owned(),
        name: name.map(str::to_owned),
        reason: reason.to_owned(),
    };
    vec![
        refused("c-1042", Some("山田 一郎"), "ErrorInvalidRequest: The e-mail address is too long."),
        refused("c-2210", None, "ErrorPropertyValidationFailure"),
    ]
}

fn contact_fields() -> Vec<(&'static str, Vec<(&'static str, bool)>)> {
    let fields = ["name", "readings", "company", "position", "emails", "phones", "address", "home_page"];
    let modes = ["overwrite", "keep_when_blank", "fill", "leave"];
    let chosen =
        |field: usize| modes.iter().enumerate().map(move |(at, mode)| (*mode, at == field % 4)).collect();
    fields.into_iter().enumerate().map(|(at, field)| (field, chosen(at))).collect()
}

/// The settings, with a fault or just saved.
#[must_use]
pub fn settings(fault: Option<SettingsFault>) -> Settings {
    Settings {
        folder_name: "Setten".to_owned(),
        language: Language::Ja,
        contact_fields: contact_fields(),
        sources: "crm, scanner".to_owned(),
        version: "7".to_owned(),
        notice: fault.is_none().then_some(Notice::SettingsSaved),
        fault,
    }
}

fn my_contacts() -> MyLink {
    MyLink {
        link: linked(Feature::Contacts),
        is_granted: true,
        folder: Some("Setten".to_owned()),
        cards: Some(1_204),
        push: Some(push()),
        refused: refused_cards(),
        outlook_url: Some("https://outlook.office.com/people/".to_owned()),
    }
}

/// A user with linked contacts, whose mail an admin linked.
#[must_use]
pub fn me() -> Me {
    let plain = |link| MyLink {
        link,
        folder: None,
        cards: None,
        push: None,
        refused: Vec::new(),
        outlook_url: None,
        ..my_contacts()
    };
    Me {
        links: vec![my_contacts(), plain(linked(Feature::Mail)), plain(not_linked(Feature::Calendar))],
        notice: None,
    }
}

/// The question before the own contacts are unlinked.
#[must_use]
pub fn me_unlink() -> MeUnlink {
    MeUnlink {
        feature: Feature::Contacts,
        account: Some("hanako.sato@contoso.example".to_owned()),
        folder: Some("Setten".to_owned()),
        cards: Some(1_204),
    }
}
