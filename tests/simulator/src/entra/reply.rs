//! Answers that go back to the application, by way of the browser.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use jiff::Timestamp;
use url::form_urlencoded;

use super::error::{AadError, Trace};
use super::page;

/// How the answer reaches the redirect URI.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In the query: the default for codes.
    #[default]
    Query,
    /// After `#`.
    Fragment,
    /// A page that posts itself.
    FormPost,
}

/// Where and how to answer an application.
#[derive(Debug, Clone)]
pub(crate) struct ReplyTo {
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) mode: Mode,
}

impl ReplyTo {
    /// Sends parameters, and the state unchanged.
    pub(crate) fn send(&self, mut parameters: Vec<(&str, String)>) -> Response {
        if let Some(state) = &self.state {
            parameters.push(("state", state.clone()));
        }
        let encoded = || {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&parameters);
            query.finish()
        };
        let location = match self.mode {
            Mode::FormPost => return page::form_post(&self.redirect_uri, &parameters),
            Mode::Query if self.redirect_uri.contains('?') => format!("{}&{}", self.redirect_uri, encoded()),
            Mode::Query => format!("{}?{}", self.redirect_uri, encoded()),
            Mode::Fragment => format!("{}#{}", self.redirect_uri, encoded()),
        };
        (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, "no-store".to_owned())])
            .into_response()
    }

    /// Sends an error of the authorize endpoint.
    pub(crate) fn error(&self, error: &AadError, now: Timestamp) -> Response {
        self.send(vec![
            ("error", error.error.to_owned()),
            ("error_description", error.description(&Trace::new(now))),
            ("error_uri", format!("https://login.microsoftonline.com/error?code={}", error.code)),
        ])
    }
}
