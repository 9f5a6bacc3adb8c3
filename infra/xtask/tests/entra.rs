//! `infra/entra` against the code, in both directions: no permission and no redirect more or less than the features
//! and the web functions have.

#[expect(dead_code, reason = "the wiring's tests need more of it")]
mod template;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use template::Template;
use types::{Feature, GROUP_ROLES};
use xtask::project;
use xtask::stack::REDIRECT_PATHS;

const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

/// What a sign-in needs whatever the feature.
const GROUND: [&str; 4] = ["openid", "profile", "offline_access", "User.Read"];

/// Microsoft Graph's ids of permissions. Source: Graph page "Microsoft Graph permissions reference".
const IDS: [(&str, &str, &str); 9] = [
    ("openid", "Scope", "37f7f235-527c-4136-accd-4a02d197296e"),
    ("profile", "Scope", "14dad69e-099b-42c9-810b-d002981feec1"),
    ("offline_access", "Scope", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182"),
    ("User.Read", "Scope", "e1fe6dd8-ba31-4d61-89e7-88639da4683d"),
    ("Contacts.ReadWrite", "Scope", "d56682ec-c09e-4743-aaf4-1a3aac4caa21"),
    ("Calendars.ReadWrite", "Scope", "1ec239c2-d7c9-4623-a91a-a9775856bb36"),
    ("Mail.Read", "Role", "810c84a8-4a9e-49e6-bf7d-12d183f40d01"),
    ("User.Read.All", "Role", "df021288-bdef-4463-88db-98f22de89214"),
    ("GroupMember.Read.All", "Role", "98830695-27a2-44f7-8c18-0c3ebc9698f6"),
];

fn file(name: &str) -> String {
    std::fs::read_to_string(project::root().join("infra/entra").join(name)).expect(name)
}

fn manifest() -> Value {
    serde_json::from_str(&file("app-registration.json")).expect("JSON")
}

/// Name and kind of every permission that the code asks for.
fn wanted() -> BTreeSet<(String, &'static str)> {
    let last = |name: &str| name.rsplit('/').next().unwrap_or(name).to_owned();
    let ground = GROUND.iter().map(|name| (last(name), "Scope"));
    let of = |feature: &Feature| {
        let scopes = feature.delegated_scopes().iter().map(|name| (last(name), "Scope"));
        let roles = feature.application_roles().iter().map(|name| (last(name), "Role"));
        scopes.chain(roles).collect::<Vec<_>>()
    };
    ground.chain(Feature::ALL.iter().flat_map(of)).collect()
}

#[test]
fn p37_the_registration_asks_for_what_the_features_need_and_no_more() {
    let manifest = manifest();
    let resources = manifest["requiredResourceAccess"].as_array().expect("a list");
    assert_eq!((resources.len(), &resources[0]["resourceAppId"]), (1, &Value::from(GRAPH)));
    let listed = resources[0]["resourceAccess"].as_array().expect("a list");
    let name_of = |access: &Value| {
        let found = IDS.iter().find(|(_, kind, id)| access["id"] == *id && access["type"] == *kind);
        let (name, kind, _) = found.unwrap_or_else(|| panic!("{access} is no permission that is known here"));
        ((*name).to_owned(), *kind)
    };
    let named: BTreeSet<_> = listed.iter().map(name_of).collect();
    assert_eq!(named.len(), listed.len(), "one stands twice");
    assert_eq!(named, wanted());
    // The proof of an administrator's consent rests on this one.
    assert_eq!(manifest["groupMembershipClaims"], "DirectoryRole");
}

#[test]
fn p37_people_are_sent_back_to_routes_that_there_are() {
    let redirects = manifest()["web"]["redirectUris"].clone();
    let paths = REDIRECT_PATHS.map(|path| format!("https://PUBLIC_URL{path}"));
    assert_eq!(redirects, serde_json::to_value(paths).expect("JSON"));
    let template = Template::load();
    let routes: Vec<String> = template
        .of_kind("AWS::ApiGatewayV2::Route")
        .map(|(_, route)| template::text(route, &["RouteKey"]).to_owned())
        .collect();
    for path in REDIRECT_PATHS {
        let door = path.split('/').nth(1).expect("a first part");
        let is_served = routes.iter().any(|route| route.contains(&format!(" /{door}/{{proxy+}}")));
        assert!(is_served, "{path} leads to no function: {routes:?}");
    }
}

#[test]
fn p37_the_page_for_it_names_each_permission_once_a_language_with_its_feature() {
    let page = file("permissions.md");
    let (japanese, english) = page.split_once("## English").expect("two languages");
    for (language, text) in [("ja", japanese), ("en", english)] {
        let rows: BTreeMap<String, usize> = text
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
            .fold(BTreeMap::new(), |mut rows, (name, _)| {
                *rows.entry(name.to_owned()).or_default() += 1;
                rows
            });
        let mut expected: BTreeMap<String, usize> = wanted().into_iter().map(|(name, _)| (name, 1)).collect();
        for role in GROUP_ROLES {
            *expected.entry(role.to_owned()).or_default() += 1;
        }
        assert_eq!(rows, expected, "{language}");
        for feature in Feature::ALL {
            let (scopes, roles) = (feature.delegated_scopes(), feature.application_roles());
            let section = text.split("\n### ").find(|part| {
                part.lines().next().is_some_and(|title| title.contains(&format!("`{}`", feature.as_str())))
            });
            let section = section.unwrap_or_else(|| panic!("{language}: no part about {feature:?}"));
            for name in scopes.iter().chain(roles) {
                let name = name.rsplit('/').next().unwrap_or(name);
                assert!(
                    section.contains(&format!("| `{name}` |")),
                    "{language}: {name} is not with {feature:?}"
                );
            }
        }
    }
}

#[test]
fn p37_each_permission_stands_with_its_kind_its_reason_and_who_consents() {
    let page = file("permissions.md");
    let (japanese, english) = page.split_once("## English").expect("two languages");
    let english_admins = ["Global Administrator", "Privileged Role Administrator"];
    for (text, [delegated, application], not_asked, admins) in [
        (japanese, ["委任", "アプリケーション"], "求めないもの", ["グローバル管理者", "特権ロール管理者"]),
        (english, ["delegated", "application"], "Not asked for", english_admins),
    ] {
        for section in text.split("\n### ").skip(1) {
            let title = section.lines().next().expect("a title");
            let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
            for (name, row) in rows {
                let cells: Vec<&str> = row.trim_end_matches('|').split('|').map(str::trim).collect();
                // Where all are of one kind, the title says which.
                let (said, reason) = match cells[..] {
                    [reason] => (title, reason),
                    [kind, reason] => (kind, reason),
                    _ => panic!("{name}: {cells:?}"),
                };
                let kind = IDS.iter().find(|(known, ..)| *known == name).expect(name).1;
                let expected = if kind == "Role" { application } else { delegated };
                assert!(said.contains(expected), "{name} is not said to be {expected}: {said}");
                assert!(reason.chars().count() > 8, "{name}: no reason: {reason}");
            }
            if title.contains("`mail`") {
                assert!(admins.iter().all(|role| section.contains(role)), "who consents? {section}");
            }
            if title.contains(not_asked) {
                assert!(section.lines().filter(|line| line.starts_with("- ")).count() >= 5, "{section}");
                let asked = wanted().into_iter().find(|(name, _)| section.contains(&format!("`{name}`")));
                assert_eq!(asked, None, "it is asked for");
            }
        }
    }
}

/// Who does not use groups is not asked for them: the registration does not list what only they need, so that no
/// consent page shows it, and the page and the script for whoever does name all of it.
#[test]
fn p14_groups_are_optional_and_named_with_their_reason_in_both_languages() {
    let manifest = manifest().to_string();
    let id_of = |role: &str| IDS.iter().find(|(name, ..)| *name == role).expect("known").2;
    let only_groups: Vec<&str> =
        GROUP_ROLES.into_iter().filter(|role| !wanted().contains(&((*role).to_owned(), "Role"))).collect();
    assert_eq!(only_groups, ["GroupMember.Read.All"]);
    assert!(only_groups.iter().all(|role| !manifest.contains(id_of(role))), "the consent page asks for it");
    let script = file("read-groups.ps1");
    let assigned = IDS.iter().filter(|(.., id)| script.contains(id)).map(|(name, ..)| *name);
    assert_eq!(assigned.collect::<BTreeSet<_>>(), BTreeSet::from(GROUP_ROLES));
    let page = file("permissions.md");
    let (japanese, english) = page.split_once("## English").expect("two languages");
    for (text, word) in [(japanese, "任意"), (english, "optional")] {
        let section = text
            .split("\n### ")
            .find(|part| part.lines().next().is_some_and(|title| title.contains("`groups`")))
            .expect("a part about groups");
        let rows: BTreeSet<&str> = section
            .lines()
            .filter(|line| line.contains(word))
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        assert_eq!(rows, BTreeSet::from(GROUP_ROLES), "{word}");
    }
}

#[test]
fn p38_the_scope_for_chosen_users_takes_the_tenants_grant_away() {
    let script = file("limit-mailboxes.ps1");
    let steps = [
        "New-ServicePrincipal -AppId",
        "New-ManagementScope",
        "New-ManagementRoleAssignment",
        "-App $app.Id",
        "Remove-MgServicePrincipalAppRoleAssignment",
        "Test-ServicePrincipalAuthorization",
    ];
    let places: Vec<_> = steps.iter().map(|step| script.find(step).expect(step)).collect();
    assert!(places.is_sorted(), "the steps are in another order");
    let mail_read = IDS.iter().find(|(name, ..)| *name == "Mail.Read").expect("there").2;
    assert!(script.contains(mail_read), "it takes another permission away");
}

#[test]
fn p38_only_the_groups_mailboxes_are_read_and_nothing_else_is_done_with_them() {
    let script = file("limit-mailboxes.ps1");
    for part in [
        "\n$ErrorActionPreference = 'Stop'\n",
        "-Name 'Setten' -RecipientRestrictionFilter \"MemberOfGroup -eq '$members'\"\n",
        "-Role 'Application Mail.Read' -CustomResourceScope 'Setten'\n",
        "Where-Object AppRoleId -eq $mailRead |",
    ] {
        assert_eq!(script.matches(part).count(), 1, "{part}");
    }
    assert_eq!(script.matches("New-ManagementRoleAssignment").count(), 1);
    // What it takes back it names: the assignment and the scope that it made.
    assert!(
        script.contains("Remove-ManagementRoleAssignment 'Setten mail'; Remove-ManagementScope 'Setten'")
    );
}

#[test]
fn p38_both_languages_give_every_step_in_order_and_the_hours_that_it_takes() {
    let page = file("permissions.md");
    let (japanese, english) = page.split_once("## English").expect("two languages");
    for (text, title, hours) in [
        (japanese, "読めるメールボックスを限る", "30 分から 2 時間"),
        (english, "Limiting the mailboxes", "30 minutes to two hours"),
    ] {
        let section = text.split("\n### ").find(|part| part.starts_with(title)).expect(title);
        let steps = [
            "limit-mailboxes.ps1",
            "New-ServicePrincipal",
            "New-ManagementScope",
            "New-ManagementRoleAssignment",
            "`Mail.Read`",
            "Test-ServicePrincipalAuthorization",
            hours,
        ];
        let places: Vec<_> = steps.iter().map(|step| section.find(step).expect(step)).collect();
        assert!(places.is_sorted(), "{title}: the steps are in another order");
    }
    assert!(file("limit-mailboxes.ps1").contains("30 minutes to two hours"));
}

#[test]
fn r08_there_is_an_alarm_of_its_own_30_14_and_3_days_before_the_end() {
    let template = Template::load();
    let alarms: BTreeSet<u64> = template
        .of_kind("AWS::CloudWatch::Alarm")
        .filter(|(_, alarm)| alarm["MetricName"] == "CredentialDaysLeft")
        .map(|(_, properties)| {
            assert_eq!(properties["Namespace"], "Setten");
            assert_eq!(properties["Dimensions"][0]["Name"], "Secret");
            assert_eq!(properties["ComparisonOperator"], "LessThanOrEqualToThreshold");
            properties["Threshold"].as_u64().expect("days")
        })
        .collect();
    assert_eq!(alarms, BTreeSet::from([3, 14, 30]));
}
