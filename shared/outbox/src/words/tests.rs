//! Notices in every language; whole ones are read in the tests of the crate.

use accounts::Role;

use super::*;

fn reader() -> User {
    User {
        id: "sato".parse().expect("an id"),
        email: "sato@contoso.example".to_owned(),
        display_name: "佐藤 健\r\nBcc: x@y.example".to_owned(),
        tenant_id: None,
        role: Role::Member,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

fn news(feature: Feature, status: LinkStatus) -> LinkNews {
    LinkNews {
        user_id: "sato".parse().expect("an id"),
        feature,
        status,
        reason: Some("AADSTS50173".to_owned()),
        tenant_id: None,
        account: Some("sato@contoso.example".to_owned()),
        last_success_at: None,
    }
}

fn grants(granted: &[Feature], revoked: &[Feature], is_removed: bool) -> GrantNews {
    GrantNews {
        tenant_id: "5e77e000-0000-4000-8000-000000000001".parse().expect("a tenant"),
        granted: granted.to_vec(),
        revoked: revoked.to_vec(),
        is_removed,
        account: None,
    }
}

fn head(language: Language) -> Head {
    Head {
        organization_id: "o1".parse().expect("an id"),
        organization_name: "株式会社青空".to_owned(),
        language,
    }
}

fn words() -> Words {
    let site = SiteSettings { public_url: "https://setten.example/base/".parse().expect("a URL") };
    Words::new(site, "Setten".to_owned(), None)
}

#[test]
fn every_notice_has_all_its_texts_in_both_languages() {
    let (user, words) = (reader(), words());
    let broken = [
        LinkStatus::AuthenticationFailed,
        LinkStatus::NoPermission,
        LinkStatus::Failed,
        LinkStatus::ReconnectNeeded,
    ];
    let links: Vec<LinkNews> =
        Feature::ALL.into_iter().flat_map(|feature| broken.map(|status| news(feature, status))).collect();
    let all = Feature::ALL;
    let changes = [grants(&all, &[], false), grants(&[], &all, false), grants(&[], &all, true)];
    for language in Language::ALL {
        let letters = links
            .iter()
            .flat_map(|news| {
                [
                    Letter::LinkBrokenToUser { news, user: &user },
                    Letter::LinkBrokenToAdmin { news, user: &user },
                ]
            })
            .chain(changes.iter().map(Letter::Grants));
        for letter in letters {
            let Written { subject, text } = words.write(&letter, &user, &head(language));
            let all = format!("{subject}\n{text}");
            assert!(!all.contains("Unknown localization") && !all.contains("{ $"), "{all}");
            assert!(!all.contains('\r') && all.contains("佐藤 健  Bcc"), "{all:?}");
            assert!(all.contains("https://setten.example/base/"), "{all}");
        }
    }
}

#[test]
fn an_address_is_shown_without_what_may_be_a_key() {
    assert_eq!(shown("https://crm.example/hook?key=secret"), "https://crm.example/hook");
}
