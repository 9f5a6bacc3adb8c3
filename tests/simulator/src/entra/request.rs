//! A request that a browser (or a script in its place) makes to one of Entra's pages.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::header;
use url::form_urlencoded;

use crate::html::{cookie, header_text, japanese};

/// The cookie of the sign-in session.
pub(crate) const COOKIE: &str = "sim_sign_in";

/// Parameters of the query and of the form, and what the browser says of itself.
#[derive(Debug, Clone)]
pub(crate) struct PageRequest {
    /// Query and form together; the form wins.
    pub(crate) parameters: BTreeMap<String, String>,
    /// Path and query, for forms that come back here.
    pub(crate) action: String,
    /// The session cookie.
    pub(crate) session: Option<String>,
    /// Whether the reader prefers Japanese.
    pub(crate) japanese: bool,
}

/// How the person, or the script, answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Accept,
    Decline,
}

impl<S: Send + Sync> FromRequest<S> for PageRequest {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let action = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let query = request.uri().query().unwrap_or_default().to_owned();
        let headers = request.headers().clone();
        let is_form =
            header_text(&headers, &header::CONTENT_TYPE).starts_with("application/x-www-form-urlencoded");
        let body = bytes::Bytes::from_request(request, state).await.map_err(|rejection| {
            use axum::response::IntoResponse as _;
            rejection.into_response()
        })?;
        let mut parameters: BTreeMap<String, String> = pairs(query.as_bytes());
        if is_form {
            parameters.extend(pairs(&body));
        }
        let japanese = japanese(parameters.get("mkt").map(String::as_str), &headers);
        Ok(Self { session: cookie(&headers, COOKIE), action, japanese, parameters })
    }
}

impl PageRequest {
    /// A parameter that is not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The account somebody chose or a script names, and whether it was a script.
    pub(crate) fn account(&self) -> Option<(&str, bool)> {
        self.get("_sim_account")
            .map(|account| (account, true))
            .or_else(|| self.get("account").map(|a| (a.trim(), false)))
    }

    /// The answer to a consent page.
    pub(crate) fn answer(&self) -> Option<Answer> {
        match self.get("_sim_answer").or_else(|| self.get("answer"))? {
            "accept" => Some(Answer::Accept),
            "decline" => Some(Answer::Decline),
            _ => None,
        }
    }
}

/// Decoded pairs of a query or form.
pub(crate) fn pairs(encoded: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(encoded).into_owned().collect()
}
