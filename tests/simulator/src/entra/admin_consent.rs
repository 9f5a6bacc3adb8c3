//! `GET /{tenant}/v2.0/adminconsent` and its older form without scopes (facts §1.2).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::Timestamp;

use super::authorize::{Refusal, client, missing, whose};
use super::consent;
use super::error::{AadError, Trace};
use super::page::{self, ForOrganization};
use super::reply::{Mode, ReplyTo};
use super::request::{Answer, PageRequest};
use super::scope::{self, Scopes};
use super::sign_in::{self, NoAccount, SignIn};
use super::tenant::TenantSegment;
use crate::app::App;
use crate::html;
use crate::model::Directory;
use crate::model::directory::{Endpoint, Registration};

/// An administrator is asked for a tenant's consent.
struct AdminConsent {
    tenant: TenantSegment,
    registration: Registration,
    reply: ReplyTo,
    scopes: Scopes,
    /// The newer endpoint names scopes, in the question and in the answer.
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

/// `/{tenant}/v2.0/adminconsent`
pub(crate) async fn v2(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    request: PageRequest,
) -> Response {
    handle(&app, &segment, &request, Version::V2)
}

/// `/{tenant}/adminconsent`: everything in the registration.
pub(crate) async fn v1(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    request: PageRequest,
) -> Response {
    handle(&app, &segment, &request, Version::V1)
}

fn handle(app: &App, segment: &str, request: &PageRequest, version: Version) -> Response {
    let now = app.clock.now();
    let directory = &mut app.world().directory;
    let outcome = AdminConsent::check(directory, segment, request, version)
        .and_then(|asked| asked.run(directory, request, now));
    let response = match outcome {
        Ok(response) => response,
        Err(refusal) => match *refusal {
            Refusal::Page(error) => page::error(directory, request, &error, now),
            Refusal::Back(reply, error) => version.refuse(&reply, &error, now),
        },
    };
    html::remember_language(response, request.get("mkt"))
}

impl Version {
    /// The failure callback. The newer endpoint says `admin_consent=True` even then: only `error` decides.
    fn refuse(self, reply: &ReplyTo, error: &AadError, now: Timestamp) -> Response {
        let description = error.description(&Trace::new(now));
        match (self, error.code) {
            (Self::V1, 65004) => reply.send(vec![
                ("error", "permission_denied".to_owned()),
                ("error_description", "The admin canceled the request".to_owned()),
            ]),
            (Self::V1, _) => {
                reply.send(vec![("error", error.error.to_owned()), ("error_description", description)])
            }
            (Self::V2, code) => reply.send(vec![
                ("admin_consent", "True".to_owned()),
                ("error", if code == 65004 { "consent_required" } else { error.error }.to_owned()),
                ("error_description", description),
            ]),
        }
    }
}

impl AdminConsent {
    fn check(
        directory: &Directory,
        segment: &str,
        request: &PageRequest,
        version: Version,
    ) -> Result<Self, Box<Refusal>> {
        let on_page = |error| Box::new(Refusal::Page(error));
        let tenant = TenantSegment::resolve(directory, segment).map_err(on_page)?;
        let (registration, redirect_uri) = client(directory, &tenant, request).map_err(on_page)?;
        let reply =
            ReplyTo { redirect_uri, state: request.parameters.get("state").cloned(), mode: Mode::Query };
        let back = |error| Box::new(Refusal::Back(reply.clone(), error));
        let scopes = match version {
            Version::V1 => Scopes::parse(&scope::prefixed(".default")),
            Version::V2 => request.get("scope").ok_or_else(|| missing("scope")).and_then(Scopes::parse),
        };
        let scopes = scopes.map_err(back)?;
        Ok(Self { tenant, registration, reply, scopes, version })
    }

    fn run(
        &self,
        directory: &mut Directory,
        request: &PageRequest,
        now: Timestamp,
    ) -> Result<Response, Box<Refusal>> {
        let back = |error| Box::new(Refusal::Back(self.reply.clone(), error));
        let on_page = |error| Box::new(Refusal::Page(error));
        if let Some(code) =
            directory.behaviour.take_forced_error(Endpoint::AdminConsent, self.tenant.id(), None)
        {
            return Err(back(AadError::new(code)));
        }
        let sign_in = SignIn {
            request,
            tenant: &self.tenant,
            registration: &self.registration,
            force_login: false,
            force_choice: request.get("prompt") == Some("select_account"),
            silent: false,
        };
        let (account, session) = match sign_in.account(directory) {
            Ok(found) => found,
            Err(NoAccount::Ask(page)) => return Ok(*page),
            Err(NoAccount::Refused(error)) => return Err(on_page(error)),
        };
        let (tenant, user) = whose(directory, &account).ok_or_else(|| on_page(AadError::new(50034)))?;
        let name = Some(user.user_principal_name.as_str());
        let forced =
            directory.behaviour.take_forced_error(Endpoint::AdminConsent, Some(&tenant.tenant_id), name);
        if let Some(code) = forced {
            return Err(back(AadError::new(code)));
        }
        consent::admit(self.tenant.id(), &tenant, &user, &self.registration).map_err(on_page)?;
        let roles: &[String] = if self.scopes.default { &self.registration.application_roles } else { &[] };
        let names = consent::delegated(&self.scopes, &self.registration);
        let response = if user.may_consent_for_all(!roles.is_empty()) {
            match request.answer() {
                None => {
                    let asked = ForOrganization { tenant: &tenant, scopes: &names, roles };
                    page::admin_consent(directory, request, &self.registration, &user, &asked)
                }
                Some(Answer::Decline) => return Err(back(AadError::new(65004))),
                Some(Answer::Accept) => {
                    let at = now.as_second();
                    consent::grant_tenant(directory, &tenant.tenant_id, &self.registration, &self.scopes, at);
                    self.granted(&tenant.tenant_id)
                }
            }
        } else {
            match request.answer() {
                None => page::approval(directory, request, &self.registration, &user, &names, roles),
                Some(_) => return Err(back(AadError::new(90094))),
            }
        };
        Ok(sign_in::with_session(response, &session))
    }

    /// The success callback.
    fn granted(&self, tenant_id: &str) -> Response {
        let mut parameters = vec![("admin_consent", "True".to_owned()), ("tenant", tenant_id.to_owned())];
        if self.version == Version::V2 {
            let mut names = consent::delegated(&self.scopes, &self.registration);
            names.extend(self.scopes.default.then(|| ".default".to_owned()));
            parameters.push((
                "scope",
                names.iter().map(|name| scope::prefixed(name)).collect::<Vec<_>>().join(" "),
            ));
        }
        self.reply.send(parameters)
    }
}
