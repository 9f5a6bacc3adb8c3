//! How often a key may call: so many times a minute, told in the headers of every answer.

use std::sync::{Arc, OnceLock};

use accounts::{Admission, ValidKey};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderName, HeaderValue, request::Parts};
use settings::{Environment, Settings, SettingsError, Variable};

use crate::{Api, problem::Problem};

/// How often a key may call.
#[derive(Debug, Clone, Copy)]
pub struct RateSettings {
    /// Calls a minute.
    pub per_minute: u64,
}

impl Settings for RateSettings {
    const VARIABLES: &'static [Variable] = &[Variable {
        name: "API_REQUESTS_PER_MINUTE",
        doc: "How often one API key may call `/v1` in a minute.",
    }];

    fn load(environment: &Environment) -> Result<Self, SettingsError> {
        Ok(Self { per_minute: environment.get("API_REQUESTS_PER_MINUTE")? })
    }
}

/// Where the request's admission is noted, for the headers of its answer.
#[derive(Debug, Clone, Default)]
struct Note(Arc<OnceLock<Admission>>);

/// Counts the call; too many are refused before anything else is done.
pub(crate) async fn admit(parts: &Parts, api: &Api, key: &ValidKey) -> Result<(), Problem> {
    let per_minute = api.rate.per_minute;
    let admission = api.accounts.admit(key, per_minute).await?;
    if let Some(Note(note)) = parts.extensions.get::<Note>() {
        note.get_or_init(|| admission);
    }
    match admission.remaining {
        Some(_) => Ok(()),
        None => Err(Problem::too_many_requests(per_minute, admission.seconds_left)),
    }
}

/// Adds `RateLimit-Policy` and `RateLimit` to the answers to valid keys.
pub(crate) async fn tell(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let note = Note::default();
    request.extensions_mut().insert(note.clone());
    let mut response = next.run(request).await;
    if let Some(Admission { remaining, seconds_left }) = note.0.get() {
        let policy = format!("\"key\";q={};w=60", api.rate.per_minute);
        let left = format!("\"key\";r={};t={seconds_left}", remaining.unwrap_or_default());
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
            let value = HeaderValue::try_from(value).expect("digits and quotes");
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}
