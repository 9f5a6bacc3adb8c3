//! Every page from a sample of its own: for the tests, and to look at (`cargo run -p pages --example samples`).

use crate::{
    failure::Failure,
    page::{ConsentDone, Failed, LinkDone, Page},
};

const TENANT: &str = "6f1c2a0e-5b7d-4c39-9e84-d3a1b2c4e5f6";
const REFERENCE: &str = "K7QF-2M9D-XR41";

/// Each page with the name of its file.
#[must_use]
pub fn pages() -> Vec<(String, Page)> {
    let done = [("consent-done", consent_done().into()), ("link-done", link_done().into())];
    let done = done.map(|(name, page)| (name.to_owned(), page));
    let failed = |failure: &Failure| (format!("failed-{}", failure.key()), failed(*failure).into());
    done.into_iter().chain(Failure::ALL.iter().map(failed)).collect()
}

/// Consent for the contacts feature.
#[must_use]
pub fn consent_done() -> ConsentDone {
    let granted =
        ["https://graph.microsoft.com/Contacts.ReadWrite", "User.Read", "openid", "profile", "email"];
    ConsentDone {
        tenant: TENANT.to_owned(),
        granted: granted.into_iter().chain(["offline_access"]).map(str::to_owned).collect(),
        return_url: Some("https://crm.example.test/admin/external-services".to_owned()),
    }
}

/// A link of a user.
#[must_use]
pub fn link_done() -> LinkDone {
    LinkDone {
        account: "hanako.sato@contoso.example".to_owned(),
        folder: "Setten".to_owned(),
        outlook_url: Some("https://outlook.office.com/people/".to_owned()),
        return_url: Some("https://crm.example.test/settings/external-services".to_owned()),
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
