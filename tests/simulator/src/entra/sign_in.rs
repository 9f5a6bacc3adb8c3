//! Who is at the browser: single sign-on by the session cookie, else the account that a person picks or a script
//! names.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};

use super::error::AadError;
use super::page::{self, AccountRow, PickerPage};
use super::request::{COOKIE, PageRequest};
use super::tenant::TenantSegment;
use crate::app::App;
use crate::model::Directory;
use crate::model::directory::{Registration, Tenant, User};

/// At most so many accounts are offered; others are typed.
const OFFERED: usize = 50;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) tenant_id: String,
    pub(crate) user_id: String,
}

/// What decides over the sign-in besides the request itself.
pub(crate) struct SignIn<'a> {
    pub(crate) request: &'a PageRequest,
    pub(crate) tenant: &'a TenantSegment,
    pub(crate) registration: &'a Registration,
    /// Ask again even if there is a session (`prompt=login`).
    pub(crate) force_login: bool,
    /// Show the accounts even if one would do (`prompt=select_account`).
    pub(crate) force_choice: bool,
    /// Show nothing (`prompt=none`).
    pub(crate) silent: bool,
}

/// Why there is no account yet.
pub(crate) enum NoAccount {
    /// This page asks for it.
    Ask(Box<Response>),
    /// It must not be asked, or what was named is wrong.
    Refused(AadError),
}

impl NoAccount {
    fn ask(page: Response) -> Self {
        Self::Ask(Box::new(page))
    }
}

impl SignIn<'_> {
    /// The account at the browser, with the session id its cookie must hold.
    pub(crate) fn account(&self, directory: &mut Directory) -> Result<(Account, String), NoAccount> {
        if let Some((name, scripted)) = self.request.account() {
            return self.named(directory, name, scripted);
        }
        let session = self.session_accounts(directory);
        let hint = self.request.get("login_hint");
        let fitting: Vec<&Account> =
            session.iter().filter(|account| self.fits(directory, account, hint)).collect();
        match fitting.as_slice() {
            [one] if !self.force_login && !self.force_choice => {
                Ok(((*one).clone(), self.request.session.clone().unwrap_or_default()))
            }
            _ if self.silent => Err(NoAccount::Refused(AadError::new(50058))),
            _ => Err(NoAccount::ask(self.picker(directory, None))),
        }
    }

    fn named(
        &self,
        directory: &mut Directory,
        name: &str,
        scripted: bool,
    ) -> Result<(Account, String), NoAccount> {
        let Some((tenant, user)) = self.find(directory, name) else {
            let message = format!(
                "The user account {name} does not exist in the directory. To sign into this application, the account \
                 must be added to the directory."
            );
            let error = AadError::with(50034, message);
            if scripted {
                return Err(NoAccount::Refused(error));
            }
            return Err(NoAccount::ask(self.picker(directory, Some(name.to_owned()))));
        };
        let account = Account { tenant_id: tenant.tenant_id.clone(), user_id: user.id.clone() };
        let user = user.clone();
        let known = self.session_accounts(directory).contains(&account);
        let past_sign_in = known && (!self.force_login || self.request.answer().is_some());
        if !scripted
            && !past_sign_in
            && user.password.is_some()
            && user.password.as_deref() != self.request.get("password")
        {
            let wrong = self.request.get("password").is_some();
            return Err(NoAccount::ask(page::password(directory, self.request, &user, wrong)));
        }
        let session = self.remember(directory, &user);
        Ok((account, session))
    }

    /// The named user, looked for in the asked tenant first.
    fn find<'d>(&self, directory: &'d Directory, name: &str) -> Option<(&'d Tenant, &'d User)> {
        let here = self.tenant.id().and_then(|id| directory.tenant(id));
        here.and_then(|tenant| tenant.user(name).map(|user| (tenant, user))).or_else(|| directory.user(name))
    }

    fn remember(&self, directory: &mut Directory, user: &User) -> String {
        let id = match &self.request.session {
            Some(id) if directory.issued.sessions.contains_key(id) => id.clone(),
            _ => uuid::Uuid::new_v4().simple().to_string(),
        };
        let session = directory.issued.sessions.entry(id.clone()).or_default();
        session.accounts.insert(user.id.clone(), user.generation);
        id
    }

    /// The accounts of the browser's session that were not revoked since.
    fn session_accounts(&self, directory: &Directory) -> Vec<Account> {
        let session = self.request.session.as_ref().and_then(|id| directory.issued.sessions.get(id));
        session
            .into_iter()
            .flat_map(|session| &session.accounts)
            .filter_map(|(user_id, generation)| {
                let (tenant, user) = directory.user(user_id)?;
                (user.generation == *generation)
                    .then(|| Account { tenant_id: tenant.tenant_id.clone(), user_id: user_id.clone() })
            })
            .collect()
    }

    fn fits(&self, directory: &Directory, account: &Account, hint: Option<&str>) -> bool {
        let in_tenant = self.tenant.id().is_none_or(|id| id == account.tenant_id);
        let hinted =
            hint.is_none_or(|hint| directory.user(hint).is_some_and(|(_, user)| user.id == account.user_id));
        in_tenant && hinted
    }

    fn picker(&self, directory: &mut Directory, unknown: Option<String>) -> Response {
        let signed_in = self.session_accounts(directory);
        let row = |tenant: &Tenant, user: &User| AccountRow {
            name: user.display_name.clone(),
            user_principal_name: user.user_principal_name.clone(),
            signed_in: signed_in.iter().any(|account| account.user_id == user.id),
            administrator: user.may_consent_for_all(false),
            organization: tenant.display_name.clone(),
        };
        let tenants = directory
            .tenants
            .values()
            .filter(|tenant| self.tenant.id().is_none_or(|id| id == tenant.tenant_id));
        let mut accounts: Vec<AccountRow> = tenants
            .flat_map(|tenant| {
                tenant.users.values().filter(|user| user.account_enabled).map(|user| row(tenant, user))
            })
            .collect();
        accounts.sort_by_key(|row| (!row.signed_in, row.administrator, row.user_principal_name.clone()));
        accounts.truncate(OFFERED);
        let typed =
            unknown.clone().or_else(|| self.request.get("login_hint").map(str::to_owned)).unwrap_or_default();
        let model =
            PickerPage { accounts, unknown: unknown.is_some(), typed, several: self.tenant.id().is_none() };
        page::picker(directory, self.request, self.registration, model)
    }
}

/// Puts the session cookie on an answer.
pub(crate) fn with_session(mut response: Response, session: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(&format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Lax"))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `GET /{tenant}/oauth2/v2.0/logout`: ends the browser's session.
pub(crate) async fn logout(State(app): State<Arc<App>>, request: PageRequest) -> Response {
    if let Some(session) = &request.session {
        app.world().directory.issued.sessions.remove(session);
    }
    let response = match request.get("post_logout_redirect_uri") {
        Some(target) => axum::response::Redirect::to(target).into_response(),
        None => page::signed_out(&request),
    };
    with_session(response, "; Max-Age=0")
}
