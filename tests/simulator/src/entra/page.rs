//! The pages people see: accounts, password, consent, "need admin approval", errors.

use askama::Template;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use url::form_urlencoded;

use super::error::{AadError, Trace};
use super::request::PageRequest;
use super::scope;
use super::text::Text;
use crate::html::{self, initial};
use crate::model::Directory;
use crate::model::directory::{Registration, Tenant, User};

/// An account to pick.
pub(crate) struct AccountRow {
    pub(crate) name: String,
    pub(crate) user_principal_name: String,
    pub(crate) organization: String,
    pub(crate) signed_in: bool,
    pub(crate) administrator: bool,
}

impl AccountRow {
    fn initial(&self) -> String {
        initial(&self.name)
    }
}

/// What the account page shows.
pub(crate) struct PickerPage {
    pub(crate) accounts: Vec<AccountRow>,
    /// Whether the typed name belongs to nobody.
    pub(crate) unknown: bool,
    pub(crate) typed: String,
    /// Accounts of several organizations are shown (`common`).
    pub(crate) several: bool,
}

/// A permission as the consent page shows it.
struct PermissionRow {
    title: String,
    name: String,
    /// An application permission: works without a signed-in user.
    application: bool,
}

#[derive(Template)]
#[template(path = "sign_in/picker.html")]
struct Picker<'a> {
    text: &'a Text,
    switch: String,
    action: &'a str,
    app: &'a str,
    page: PickerPage,
}

#[derive(Template)]
#[template(path = "sign_in/password.html")]
struct Password<'a> {
    text: &'a Text,
    switch: String,
    action: &'a str,
    other: String,
    user: &'a User,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "sign_in/consent.html")]
struct Consent<'a> {
    text: &'a Text,
    switch: String,
    action: &'a str,
    app: &'a str,
    organization: &'a str,
    user: &'a User,
    permissions: Vec<PermissionRow>,
    /// The whole organization is asked, through its administrator.
    for_all: bool,
    /// Whether the tick for the whole organization is offered.
    offer_all: bool,
}

impl Consent<'_> {
    fn initial(&self) -> String {
        initial(self.app)
    }
}

#[derive(Template)]
#[template(path = "sign_in/approval.html")]
struct Approval<'a> {
    text: &'a Text,
    switch: String,
    action: &'a str,
    other: String,
    app: &'a str,
    user: &'a User,
    permissions: Vec<PermissionRow>,
}

#[derive(Template)]
#[template(path = "sign_in/error.html")]
struct ErrorPage<'a> {
    text: &'a Text,
    switch: String,
    error: &'a AadError,
    trace: Trace,
}

#[derive(Template)]
#[template(path = "sign_in/form_post.html")]
struct FormPost<'a> {
    target: &'a str,
    fields: &'a [(&'a str, String)],
}

#[derive(Template)]
#[template(path = "sign_in/signed_out.html")]
struct SignedOut<'a> {
    text: &'a Text,
    switch: String,
}

/// "Pick an account".
pub(crate) fn picker(
    directory: &mut Directory,
    request: &PageRequest,
    registration: &Registration,
    page: PickerPage,
) -> Response {
    count(directory, "sign-in");
    let (text, switch) = (Text::of(request.japanese), language_switch(request));
    html::page(
        StatusCode::OK,
        &Picker { text, switch, action: &request.action, app: &registration.display_name, page },
    )
}

/// "Enter password".
pub(crate) fn password(
    directory: &mut Directory,
    request: &PageRequest,
    user: &User,
    wrong: bool,
) -> Response {
    count(directory, "password");
    let page = Password {
        text: Text::of(request.japanese),
        switch: language_switch(request),
        action: &request.action,
        other: other_account(request),
        user,
        wrong,
    };
    html::page(StatusCode::OK, &page)
}

/// One user is asked for their own consent.
pub(crate) fn consent(
    directory: &mut Directory,
    request: &PageRequest,
    registration: &Registration,
    tenant: &Tenant,
    user: &User,
    names: &[String],
) -> Response {
    count(directory, "consent");
    let page = Consent {
        text: Text::of(request.japanese),
        switch: language_switch(request),
        action: &request.action,
        app: &registration.display_name,
        organization: &tenant.display_name,
        user,
        permissions: permissions(names, &[], request.japanese),
        for_all: false,
        offer_all: user.may_consent_for_all(false),
    };
    html::page(StatusCode::OK, &page)
}

/// What an administrator is asked for.
pub(crate) struct ForOrganization<'a> {
    pub(crate) tenant: &'a Tenant,
    /// Delegated permissions.
    pub(crate) scopes: &'a [String],
    /// Application permissions.
    pub(crate) roles: &'a [String],
}

/// An administrator is asked for everybody.
pub(crate) fn admin_consent(
    directory: &mut Directory,
    request: &PageRequest,
    registration: &Registration,
    user: &User,
    asked: &ForOrganization<'_>,
) -> Response {
    count(directory, "admin-consent");
    let page = Consent {
        text: Text::of(request.japanese),
        switch: language_switch(request),
        action: &request.action,
        app: &registration.display_name,
        organization: &asked.tenant.display_name,
        user,
        permissions: permissions(asked.scopes, asked.roles, request.japanese),
        for_all: true,
        offer_all: false,
    };
    html::page(StatusCode::OK, &page)
}

/// "Need admin approval" (AADSTS90094).
pub(crate) fn approval(
    directory: &mut Directory,
    request: &PageRequest,
    registration: &Registration,
    user: &User,
    names: &[String],
    roles: &[String],
) -> Response {
    count(directory, "approval");
    let page = Approval {
        text: Text::of(request.japanese),
        switch: language_switch(request),
        action: &request.action,
        other: other_account(request),
        app: &registration.display_name,
        user,
        permissions: permissions(names, roles, request.japanese),
    };
    html::page(StatusCode::OK, &page)
}

/// An error that is not sent to the application.
pub(crate) fn error(
    directory: &mut Directory,
    request: &PageRequest,
    error: &AadError,
    now: Timestamp,
) -> Response {
    count(directory, "error");
    let page = ErrorPage {
        text: Text::of(request.japanese),
        switch: language_switch(request),
        error,
        trace: Trace::new(now),
    };
    html::page(StatusCode::BAD_REQUEST, &page)
}

/// A page that posts the answer to the application by itself.
pub(crate) fn form_post(target: &str, fields: &[(&str, String)]) -> Response {
    html::page(StatusCode::OK, &FormPost { target, fields })
}

/// After signing out.
pub(crate) fn signed_out(request: &PageRequest) -> Response {
    let page = SignedOut { text: Text::of(request.japanese), switch: language_switch(request) };
    html::page(StatusCode::OK, &page)
}

/// The same request, but with the accounts shown again.
fn other_account(request: &PageRequest) -> String {
    again(request, &["prompt", "login_hint"], ("prompt", "select_account"))
}

/// The same request in the other language.
fn language_switch(request: &PageRequest) -> String {
    again(request, &["mkt"], ("mkt", if request.japanese { "en" } else { "ja" }))
}

/// The same request without what somebody typed and `without`, but with one more parameter.
fn again(request: &PageRequest, without: &[&str], with: (&str, &str)) -> String {
    let path = request.action.split('?').next().unwrap_or_default();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let typed = ["account", "password", "answer", "organization"];
    for (name, value) in &request.parameters {
        let name = name.as_str();
        if !typed.contains(&name) && !without.contains(&name) && !name.starts_with("_sim_") {
            query.append_pair(name, value);
        }
    }
    query.append_pair(with.0, with.1);
    format!("{path}?{}", query.finish())
}

fn permissions(scopes: &[String], roles: &[String], japanese: bool) -> Vec<PermissionRow> {
    let row = |name: &String, application| PermissionRow {
        title: scope::title(name, japanese),
        name: name.clone(),
        application,
    };
    let roles = roles.iter().map(|name| row(name, true));
    roles.chain(scopes.iter().map(|name| row(name, false))).collect()
}

fn count(directory: &mut Directory, page: &str) {
    *directory.pages_shown.entry(page.to_owned()).or_default() += 1;
}
