//! Every page from a sample of its own: for the tests, and to look at (`cargo run -p pages --example samples`).

use types::Feature;

use crate::{
    failure::Failure,
    page::{Confirm, ConfirmConsent, ConsentDone, Failed, LinkDone, Linked, NotGranted, Page},
};

const TENANT: &str = "6f1c2a0e-5b7d-4c39-9e84-d3a1b2c4e5f6";
const REFERENCE: &str = "K7QF-2M9D-XR41";

/// Each page with the name of its file.
#[must_use]
pub fn pages() -> Vec<(String, Page)> {
    let consents = Feature::ALL
        .into_iter()
        .map(|feature| (format!("consent-done-{}", feature.as_str()), consent_done(feature).into()));
    let links =
        [("link-done-contacts", link_done().into()), ("link-done-calendar", calendar_link_done().into())];
    let links = links.into_iter().chain([
        ("consent-done-in-part", consent_done_in_part().into()),
        ("confirm-contacts", confirm(Feature::Contacts).into()),
        ("confirm-calendar", confirm(Feature::Calendar).into()),
        ("confirm-consent", confirm_consent(false).into()),
        ("confirm-consent-another", confirm_consent(true).into()),
    ]);
    let done = consents.chain(links.map(|(name, page)| (name.to_owned(), page)));
    let failed = |failure: &Failure| (format!("failed-{}", failure.key()), failed(*failure).into());
    done.chain(Failure::ALL.iter().map(failed)).collect()
}

/// Consent for a feature.
#[must_use]
pub fn consent_done(feature: Feature) -> ConsentDone {
    let own = feature.delegated_scopes().iter().chain(feature.application_roles());
    let signs_in = ["User.Read", "openid", "profile", "email", "offline_access"];
    let signs_in = signs_in.iter().filter(|_| !feature.is_linked_by_admin());
    ConsentDone {
        organization: "株式会社青空".to_owned(),
        features: vec![feature],
        refused: Vec::new(),
        tenant: TENANT.to_owned(),
        granted: own.chain(signs_in).map(|&scope| scope.to_owned()).collect(),
        return_url: Some("https://crm.example.test/admin/external-services".to_owned()),
    }
}

/// Consent for two features, the second of which was declined.
#[must_use]
pub fn consent_done_in_part() -> ConsentDone {
    let refused = NotGranted { feature: Feature::Mail, failure: Failure::ConsentDeclined };
    ConsentDone {
        features: vec![Feature::Contacts, Feature::Calendar],
        refused: vec![refused],
        ..consent_done(Feature::Contacts)
    }
}

/// A colleague's account signed in.
#[must_use]
pub fn confirm(feature: Feature) -> Confirm {
    Confirm {
        feature,
        account: "taro.suzuki@contoso.example".to_owned(),
        expected: "hanako.sato@contoso.example".to_owned(),
        state: "c2FtcGxl.c2FtcGxl".to_owned(),
    }
}

/// An administrator who was sent a consent page.
#[must_use]
pub fn confirm_consent(is_another_connected: bool) -> ConfirmConsent {
    ConfirmConsent {
        organization: "株式会社青空".to_owned(),
        tenant: TENANT.to_owned(),
        account: "admin@contoso.example".to_owned(),
        features: Feature::ALL.to_vec(),
        is_another_connected,
        state: "c2FtcGxl.c2FtcGxl".to_owned(),
    }
}

/// A link of a user's contacts.
#[must_use]
pub fn link_done() -> LinkDone {
    LinkDone {
        linked: Linked::Contacts { folder: "Setten".to_owned() },
        account: "hanako.sato@contoso.example".to_owned(),
        outlook_url: Some("https://outlook.office.com/people/".to_owned()),
        return_url: Some("https://crm.example.test/settings/external-services".to_owned()),
    }
}

/// A link of a user's calendar.
#[must_use]
pub fn calendar_link_done() -> LinkDone {
    LinkDone {
        linked: Linked::Calendar,
        outlook_url: Some("https://outlook.office.com/calendar/".to_owned()),
        ..link_done()
    }
}

/// A failure with what is usually known then.
#[must_use]
pub fn failed(failure: Failure) -> Failed {
    let mut failed = Failed::new(failure, REFERENCE);
    failed.return_url = Some("https://crm.example.test/settings".to_owned());
    if matches!(failure, Failure::NotFound | Failure::ResultGone) {
        failed.reference = String::new();
        return failed;
    }
    failed.tenant = Some(TENANT.to_owned());
    failed.client_id = Some("0b3d5f71-1a2b-4c3d-8e9f-a1b2c3d4e5f6".to_owned());
    failed.code = Some("AADSTS90094".to_owned());
    failed.detail = Some("AADSTS90094: The grant requires administrator permission.".to_owned());
    failed.account = Some("hanako.sato@contoso.example".to_owned());
    failed.folder = Some("Setten".to_owned());
    failed.retry_url = Some("https://setten.example.test/connect/again".to_owned());
    failed.admin_consent_url = Some(format!(
        "https://login.microsoftonline.com/{TENANT}/v2.0/adminconsent?client_id=0b3d5f71-1a2b-4c3d-8e9f-a1b2c3d4e5f6\
         &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&state=c2FtcGxl"
    ));
    if failure == Failure::WrongAccount {
        failed.account = Some("taro.suzuki@contoso.example".to_owned());
        failed.expected_account = Some("hanako.sato@contoso.example".to_owned());
    }
    failed
}
