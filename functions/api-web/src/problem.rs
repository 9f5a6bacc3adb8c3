//! Problems: every answer that is not a success, as RFC 9457 says, with the field that is at fault. The one
//! table from our errors to statuses and words.

use accounts::{AccountsError, Refusal};
use axum::response::{IntoResponse, Response};
use booking::BookingError;
use cards::CardsError;
use contact_points::ContactPointsError;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use types::{Chain, Feature, GROUP_ROLES};
use utoipa::ToSchema;
use uuid::Uuid;

/// Why a request was not done. Nothing was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem, for programs.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The kind of problem, for people.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time and what helps.
    pub detail: String,
    /// Which fields are at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Quote it to support; the log has it too.
    #[schema(value_type = String, format = "uuid")]
    pub reference: Uuid,
    /// Seconds after which the same request may succeed, sent as `Retry-After`.
    #[serde(skip)]
    #[schema(ignore)]
    pub(crate) retry_after: Option<i64>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The path of the field, as in `emails[2]`; a header or a part of the address by its name.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}

impl Problem {
    fn new(status: StatusCode, kind: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            reference: Uuid::new_v4(),
            retry_after: None,
        }
    }

    /// One field is at fault.
    pub(crate) fn field(field: &str, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldProblem { field: field.to_owned(), detail: detail.into() }])
    }

    /// Some fields are at fault.
    pub(crate) fn fields(errors: Vec<FieldProblem>) -> Self {
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let detail = format!("Correct {} and send the request again.", fields.join(", "));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self {
            errors,
            ..Self::new(status, "urn:setten:problem:invalid-field", "A field is not valid", detail)
        }
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "urn:setten:problem:not-found",
            "Not found",
            format!("There is no such {what}."),
        )
    }

    pub(crate) fn unauthorized() -> Self {
        let detail = "Send a valid API key as `Authorization: Bearer …`.";
        Self::new(StatusCode::UNAUTHORIZED, "urn:setten:problem:unauthorized", "No valid API key", detail)
    }

    pub(crate) fn forbidden(detail: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "urn:setten:problem:forbidden", "Not with this API key", detail)
    }

    /// The organization's plan does not have the feature (features A01, C16, D02).
    pub(crate) fn not_in_plan(field: &str, feature: Feature) -> Self {
        let name = feature.as_str();
        let detail = format!(
            "The organization's plan does not have {name}. Ask your sales representative or the support desk; \
             `features` of GET /v1/settings says what it has."
        );
        let errors =
            vec![FieldProblem { field: field.to_owned(), detail: format!("{name} is not in the plan") }];
        let kind = "urn:setten:problem:feature-not-in-plan";
        Self { errors, ..Self::new(StatusCode::FORBIDDEN, kind, "Not in the plan", detail) }
    }

    /// The record is not of the version that `If-Match` names.
    pub(crate) fn changed() -> Self {
        let detail = "It was changed since you read it. Read it again, apply your change to what is there now, and \
                      send that with the new ETag.";
        let errors = vec![FieldProblem {
            field: "If-Match".to_owned(),
            detail: "is not the ETag of the present version".to_owned(),
        }];
        let kind = "urn:setten:problem:changed";
        Self { errors, ..Self::new(StatusCode::PRECONDITION_FAILED, kind, "Changed meanwhile", detail) }
    }

    /// The key called too often.
    pub(crate) fn too_many_requests(per_minute: u64, seconds: i64) -> Self {
        let detail = format!(
            "This API key may call {per_minute} times a minute. Nothing is lost; send the same request again in \
             {seconds} s."
        );
        let kind = "urn:setten:problem:too-many-requests";
        let problem = Self::new(StatusCode::TOO_MANY_REQUESTS, kind, "Too many requests", detail);
        Self { retry_after: Some(seconds), ..problem }
    }

    /// The same request is being done.
    pub(crate) fn under_way(seconds: i64) -> Self {
        let detail =
            "A request with this Idempotency-Key is being done. Send it again in a moment for its answer.";
        let errors = vec![FieldProblem {
            field: "Idempotency-Key".to_owned(),
            detail: "is that of a request under way".to_owned(),
        }];
        let problem = Self::conflict("urn:setten:problem:request-under-way", detail);
        Self { errors, retry_after: Some(seconds), ..problem }
    }

    /// Another request came with this key before.
    pub(crate) fn key_reused() -> Self {
        let detail =
            "Another request came with this Idempotency-Key within 24 hours: give this one a key of its own.";
        let errors = vec![FieldProblem {
            field: "Idempotency-Key".to_owned(),
            detail: "is that of another request".to_owned(),
        }];
        let kind = "urn:setten:problem:idempotency-key-reused";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { errors, ..Self::new(status, kind, "The key is another request's", detail) }
    }

    pub(crate) fn conflict(kind: &'static str, detail: &str) -> Self {
        Self::new(StatusCode::CONFLICT, kind, "Not possible now", detail)
    }

    fn grant_missing(feature: Feature) -> Self {
        let name = feature.as_str();
        let detail = format!(
            "No admin of the tenant has granted {name}, or it was revoked. POST /v1/tenants/{{id}}/consent with \
             {{\"features\": [\"{name}\"]}}, have a Global Administrator or Privileged Role Administrator open the \
             page it returns, then send this request again."
        );
        Self::conflict("urn:setten:problem:grant-missing", &detail)
    }

    fn groups_not_permitted() -> Self {
        let [groups, users] = GROUP_ROLES;
        let detail = format!(
            "Reading a group's members takes the application permissions {groups} and {users}, and the tenant has \
             not assigned both to the application. POST /v1/tenants/{{id}}/checks: `commands` of the check `groups` \
             hold what its Privileged Role Administrator enters, once. Then send this request again."
        );
        Self::conflict("urn:setten:problem:groups-not-permitted", &detail)
    }

    pub(crate) fn method_not_allowed() -> Self {
        let detail = "The resource does not know this method; see /openapi.json.";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "urn:setten:problem:method-not-allowed",
            "Method not allowed",
            detail,
        )
    }

    pub(crate) fn malformed(field: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let errors = vec![FieldProblem { field: field.to_owned(), detail: detail.clone() }];
        let problem = Self::new(
            StatusCode::BAD_REQUEST,
            "urn:setten:problem:malformed",
            "The request cannot be read",
            detail,
        );
        Self { errors, ..problem }
    }

    pub(crate) fn too_large(limit: &str) -> Self {
        let errors = vec![FieldProblem { field: "body".to_owned(), detail: format!("at most {limit}") }];
        let detail = format!("The body may have at most {limit}.");
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        Self { errors, ..Self::new(status, "urn:setten:problem:too-large", "The body is too large", detail) }
    }

    pub(crate) fn media_type(expected: &str) -> Self {
        let errors =
            vec![FieldProblem { field: "Content-Type".to_owned(), detail: format!("must be {expected}") }];
        let detail = format!("Send the body as {expected}.");
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        Self {
            errors,
            ..Self::new(status, "urn:setten:problem:media-type", "The body has another type", detail)
        }
    }

    /// A failure of ours: one that passes, or a fault.
    pub(crate) fn of_store(error: &(dyn std::error::Error + 'static), is_passing: bool) -> Self {
        if is_passing { Self::passing(error) } else { Self::internal(error) }
    }

    fn passing(error: &(dyn std::error::Error + 'static)) -> Self {
        let detail = "Nothing is lost; send the same request again in a moment.";
        let problem = Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "urn:setten:problem:unavailable",
            "Not available right now",
            detail,
        );
        tracing::warn!(error = %Chain(error), reference = %problem.reference, "answered 503");
        Self { retry_after: Some(5), ..problem }
    }

    fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let detail = "The fault is ours. Quote the reference to support.";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let problem = Self::new(status, "urn:setten:problem:internal", "Something went wrong here", detail);
        tracing::error!(error = %Chain(error), reference = %problem.reference, "answered 500");
        problem
    }
}

impl From<AccountsError> for Problem {
    fn from(error: AccountsError) -> Self {
        match &error {
            AccountsError::NotFound(what) => Self::not_found(what),
            AccountsError::GrantMissing(feature) => Self::grant_missing(*feature),
            AccountsError::NotInPlan(feature) => Self::not_in_plan("feature", *feature),
            AccountsError::GroupsNotPermitted => Self::groups_not_permitted(),
            AccountsError::Changed => Self::changed(),
            AccountsError::TenantEnding => {
                let detail = "The tenant is being removed and its members unlinked. Once GET answers 404 it can be \
                              registered anew.";
                Self::conflict("urn:setten:problem:tenant-ending", detail)
            }
            AccountsError::Refused(Refusal::WrongTenant { .. }) => {
                Self::field("tenant_id", error.to_string())
            }
            error if error.is_retryable() => Self::passing(error),
            error => Self::internal(error),
        }
    }
}

impl From<BookingError> for Problem {
    fn from(error: BookingError) -> Self {
        match error {
            BookingError::NotFound(what) => Self::not_found(what),
            BookingError::Account(error) => error.into(),
            error if error.is_retryable() => Self::passing(&error),
            error => Self::internal(&error),
        }
    }
}

impl From<CardsError> for Problem {
    fn from(error: CardsError) -> Self {
        match error {
            CardsError::NotFound => Self::not_found("card"),
            CardsError::MergedElsewhere => {
                let detail = "The card was merged into another one before; merge that one instead.";
                Self::conflict("urn:setten:problem:merged-elsewhere", detail)
            }
            CardsError::TooManySources => Self::field("source", error.to_string()),
            CardsError::SourcesTooLarge => Self::field("body", error.to_string()),
            CardsError::MergedIntoItself => Self::field("into", "must be another card"),
            CardsError::Account(error) => error.into(),
            error if error.is_retryable() => Self::passing(&error),
            error => Self::internal(&error),
        }
    }
}

impl From<ContactPointsError> for Problem {
    fn from(error: ContactPointsError) -> Self {
        match error {
            ContactPointsError::NotFound(what) => Self::not_found(what),
            ContactPointsError::Cursor => crate::paging::cursor_of_another(),
            ContactPointsError::Account(error) => error.into(),
            error if error.is_retryable() => Self::passing(&error),
            error => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
