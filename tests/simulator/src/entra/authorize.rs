//! `GET /{tenant}/oauth2/v2.0/authorize`: the authorization code flow with PKCE (facts §1.3).

use std::sync::Arc;

use aws_lc_rs::rand;
use axum::extract::{Path, State};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::consent;
use super::error::AadError;
use super::page;
use super::reply::{Mode, ReplyTo};
use super::request::{Answer, PageRequest};
use super::scope::Scopes;
use super::sign_in::{self, Account, NoAccount, SignIn};
use super::tenant::TenantSegment;
use crate::app::App;
use crate::html;
use crate::model::Directory;
use crate::model::directory::{Code, Endpoint, Registration, SignedIn, Tenant, User};

/// A request that is in order as far as it can be told before anybody signs in.
struct Authorize {
    tenant: TenantSegment,
    registration: Registration,
    reply: ReplyTo,
    scopes: Scopes,
    /// As they were asked for; a refresh without scopes repeats them.
    asked: Vec<String>,
    challenge: Option<(String, String)>,
    prompts: Vec<String>,
}

/// Why the request goes no further.
pub(crate) enum Refusal {
    /// Said on a page: the redirect URI is not known to be the application's.
    Page(AadError),
    /// Said to the application.
    Back(ReplyTo, AadError),
}

/// The handler, for people and for scripts (`_sim_account`, `_sim_answer`).
pub(crate) async fn authorize(
    State(app): State<Arc<App>>,
    Path(segment): Path<String>,
    request: PageRequest,
) -> Response {
    let now = app.clock.now();
    let directory = &mut app.world().directory;
    let outcome = Authorize::check(directory, &segment, &request)
        .and_then(|authorize| authorize.run(directory, &request, now));
    let response = match outcome {
        Ok(response) => response,
        Err(refusal) => match *refusal {
            Refusal::Page(error) => page::error(directory, &request, &error, now),
            Refusal::Back(reply, error) => reply.error(&error, now),
        },
    };
    html::remember_language(response, request.get("mkt"))
}

/// The client and where to answer it: what every page of Entra needs first.
///
/// # Errors
/// Always a page: without a known redirect URI nothing may be sent anywhere.
pub(crate) fn client(
    directory: &Directory,
    tenant: &TenantSegment,
    request: &PageRequest,
) -> Result<(Registration, String), AadError> {
    let client_id = request.get("client_id").ok_or_else(|| missing("client_id"))?;
    let registration = directory.application(client_id).ok_or_else(|| {
        let directory_name = tenant.id().and_then(|id| directory.tenant(id)).map(|t| t.display_name.as_str());
        consent::not_in_tenant(client_id, directory_name.unwrap_or("Microsoft"))
    })?;
    if tenant.id().is_none() && !registration.multi_tenant {
        return Err(AadError::new(50194));
    }
    let redirect_uri = request.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    if !registration.redirect_uris.iter().any(|known| known == redirect_uri) {
        let message = format!(
            "The redirect URI '{redirect_uri}' specified in the request does not match the redirect URIs configured \
             for the application '{client_id}'. Make sure the redirect URI sent in the request matches one added to \
             your application in the Azure portal."
        );
        return Err(AadError::with(50011, message));
    }
    Ok((registration.clone(), redirect_uri.to_owned()))
}

/// AADSTS900144 with the parameter's name.
pub(crate) fn missing(parameter: &str) -> AadError {
    AadError::with(900_144, format!("The request body must contain the following parameter: '{parameter}'."))
}

impl Authorize {
    fn check(directory: &Directory, segment: &str, request: &PageRequest) -> Result<Self, Box<Refusal>> {
        let on_page = |error| Box::new(Refusal::Page(error));
        let tenant = TenantSegment::resolve(directory, segment).map_err(on_page)?;
        let (registration, redirect_uri) = client(directory, &tenant, request).map_err(on_page)?;
        let mut reply =
            ReplyTo { redirect_uri, state: request.parameters.get("state").cloned(), mode: Mode::Query };
        match request.get("response_mode") {
            None | Some("query") => {}
            Some("fragment") => reply.mode = Mode::Fragment,
            Some("form_post") => reply.mode = Mode::FormPost,
            Some(other) => {
                let message = format!("The response_mode '{other}' is not supported.");
                return Err(Box::new(Refusal::Back(reply, AadError::with(9_002_313, message))));
            }
        }
        let back = |error| Box::new(Refusal::Back(reply.clone(), error));
        response_type(request).map_err(back)?;
        let scope = request.get("scope").ok_or_else(|| back(missing("scope")))?;
        let scopes = Scopes::parse(scope).map_err(back)?;
        let challenge = challenge(request).map_err(back)?;
        let prompts: Vec<String> =
            request.get("prompt").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let known = ["none", "login", "consent", "select_account", "create"];
        if let Some(other) = prompts.iter().find(|prompt| !known.contains(&prompt.as_str())) {
            return Err(back(AadError::with(
                9_002_313,
                format!("The prompt value '{other}' is not supported."),
            )));
        }
        let asked = scope.split_whitespace().map(str::to_owned).collect();
        Ok(Self { tenant, registration, scopes, asked, challenge, prompts, reply })
    }

    fn run(
        &self,
        directory: &mut Directory,
        request: &PageRequest,
        now: Timestamp,
    ) -> Result<Response, Box<Refusal>> {
        let back = |error| Box::new(Refusal::Back(self.reply.clone(), error));
        if let Some(code) = directory.behaviour.take_forced_error(Endpoint::Authorize, self.tenant.id(), None)
        {
            return Err(back(AadError::new(code)));
        }
        let sign_in = SignIn {
            request,
            tenant: &self.tenant,
            registration: &self.registration,
            force_login: self.prompted("login"),
            force_choice: self.prompted("select_account"),
            silent: self.prompted("none"),
        };
        let (account, session) = match sign_in.account(directory) {
            Ok(found) => found,
            Err(NoAccount::Ask(page)) => return Ok(*page),
            Err(NoAccount::Refused(error)) if self.prompted("none") => return Err(back(error)),
            Err(NoAccount::Refused(error)) => return Err(Box::new(Refusal::Page(error))),
        };
        let response = self.signed_in(directory, request, &account, now)?;
        Ok(sign_in::with_session(response, &session))
    }

    fn signed_in(
        &self,
        directory: &mut Directory,
        request: &PageRequest,
        account: &Account,
        now: Timestamp,
    ) -> Result<Response, Box<Refusal>> {
        let back = |error| Box::new(Refusal::Back(self.reply.clone(), error));
        let Some((tenant, user)) = whose(directory, account) else {
            return Err(Box::new(Refusal::Page(AadError::new(50034))));
        };
        let name = Some(user.user_principal_name.as_str());
        let forced =
            directory.behaviour.take_forced_error(Endpoint::Authorize, Some(&account.tenant_id), name);
        if let Some(code) = forced {
            return Err(back(AadError::new(code)));
        }
        consent::admit(self.tenant.id(), &tenant, &user, &self.registration).map_err(|error| {
            if self.prompted("none") { back(error) } else { Box::new(Refusal::Page(error)) }
        })?;
        let mut names = consent::missing(&tenant, &user, &self.registration, &self.scopes);
        if self.prompted("consent") {
            names = consent::delegated(&self.scopes, &self.registration);
        }
        if !names.is_empty() {
            if self.prompted("none") {
                return Err(back(AadError::new(65001)));
            }
            let allowed = consent::may_consent(&tenant, &user, &names);
            match request.answer() {
                None if allowed => {
                    return Ok(page::consent(directory, request, &self.registration, &tenant, &user, &names));
                }
                None => {
                    return Ok(page::approval(directory, request, &self.registration, &user, &names, &[]));
                }
                Some(_) if !allowed => return Err(back(AadError::new(90094))),
                Some(Answer::Decline) => return Err(back(AadError::new(65004))),
                Some(Answer::Accept) => self.grant(directory, request, &user, account, names, now),
            }
        } else if request.answer() == Some(Answer::Decline) {
            return Err(back(AadError::new(65004)));
        }
        let code = self.issue_code(directory, &user, account, request, now);
        let session_state = uuid::Uuid::new_v4().to_string();
        Ok(self.reply.send(vec![("code", code), ("session_state", session_state)]))
    }

    fn grant(
        &self,
        directory: &mut Directory,
        request: &PageRequest,
        user: &User,
        account: &Account,
        names: Vec<String>,
        now: Timestamp,
    ) {
        // The tick "consent on behalf of your organization", which only administrators get to see.
        if request.get("organization").is_some() && user.may_consent_for_all(false) {
            consent::grant_tenant(
                directory,
                &account.tenant_id,
                &self.registration,
                &self.scopes,
                now.as_second(),
            );
        }
        let client_id = &self.registration.client_id;
        consent::grant_user(directory, &account.tenant_id, &account.user_id, client_id, names);
    }

    fn issue_code(
        &self,
        directory: &mut Directory,
        user: &User,
        account: &Account,
        request: &PageRequest,
        now: Timestamp,
    ) -> String {
        let code = format!("0.{}", random_text(96));
        let grant = SignedIn {
            client_id: self.registration.client_id.clone(),
            tenant_id: account.tenant_id.clone(),
            user_id: account.user_id.clone(),
            generation: user.generation,
            scopes: self.asked.clone(),
        };
        let issued = Code {
            grant,
            redirect_uri: self.reply.redirect_uri.clone(),
            challenge: self.challenge.clone(),
            nonce: request.get("nonce").map(str::to_owned),
            issued_at: now.as_second(),
            redeemed: false,
        };
        directory.issued.codes.insert(code.clone(), issued);
        code
    }

    fn prompted(&self, prompt: &str) -> bool {
        self.prompts.iter().any(|given| given == prompt)
    }
}

/// The tenant and the user of an account, copied out so that the directory can be changed.
pub(crate) fn whose(directory: &Directory, account: &Account) -> Option<(Tenant, User)> {
    let tenant = directory.tenant(&account.tenant_id)?;
    let user = tenant.user(&account.user_id)?.clone();
    Some((tenant.clone(), user))
}

/// Unguessable text of `bytes` random bytes, base64url.
pub(crate) fn random_text(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    rand::fill(&mut random).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(random)
}

fn response_type(request: &PageRequest) -> Result<(), AadError> {
    let given = request.get("response_type").ok_or_else(|| missing("response_type"))?;
    let mut kinds: Vec<&str> = given.split_whitespace().collect();
    kinds.sort_unstable();
    match kinds.as_slice() {
        ["code"] => Ok(()),
        // Registrations have neither implicit flow nor hybrid id tokens switched on.
        kinds if kinds.contains(&"token") => Err(AadError::new(700_051)),
        kinds if kinds.contains(&"id_token") => Err(AadError::new(700_054)),
        _ => Err(AadError::new(70005)),
    }
}

fn challenge(request: &PageRequest) -> Result<Option<(String, String)>, AadError> {
    let Some(challenge) = request.get("code_challenge") else { return Ok(None) };
    let method = request.get("code_challenge_method").unwrap_or("plain");
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    if !(43..=128).contains(&challenge.len()) || !challenge.chars().all(unreserved) {
        return Err(AadError::new(501_491));
    }
    if method != "S256" && method != "plain" {
        let message = format!("The code_challenge_method '{method}' is not supported.");
        return Err(AadError::with(9_002_313, message));
    }
    Ok(Some((challenge.to_owned(), method.to_owned())))
}
