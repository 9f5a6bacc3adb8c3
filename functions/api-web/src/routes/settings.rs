//! `/v1/settings`: what the organization chooses itself.

use std::collections::BTreeSet;

use accounts::{FolderName, OrganizationSettings};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use types::{Feature, Language};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::Organization,
    body::Json,
    etag::{IfMatch, Tagged},
    problem::Problem,
    schema,
};

/// What the organization chooses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutSettings {
    /// The name of the contact folder made in Outlook for members who link from now on.
    #[schema(value_type = schema::FolderName)]
    folder_name: FolderName,
    /// The language of mails to members, and of pages whose reader's browser asks for none.
    #[schema(value_type = schema::Language)]
    language: Language,
}

/// The organization's settings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Settings {
    /// The name of the contact folder made in Outlook.
    #[schema(value_type = schema::FolderName)]
    folder_name: FolderName,
    /// The language of mails to members, and of pages whose reader's browser asks for none.
    #[schema(value_type = schema::Language)]
    language: Language,
    /// What the plan has in it: only these can be consented to and linked. The operator decides.
    #[schema(value_type = Vec<schema::Feature>)]
    features: BTreeSet<Feature>,
}

impl From<OrganizationSettings> for Settings {
    fn from(settings: OrganizationSettings) -> Self {
        let OrganizationSettings { folder_name, language, features } = settings;
        Self { folder_name, language, features }
    }
}

/// Reads the settings.
#[utoipa::path(get, path = "/v1/settings", operation_id = "read_settings", tag = "settings",
    responses((status = 200, body = Settings, headers(("ETag" = String, description = "The version that was read"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(
    Organization(organization): Organization,
    State(api): State<Api>,
) -> Result<Tagged<Settings>, Problem> {
    Ok(Tagged::of(api.accounts.versioned_settings(&organization).await?))
}

/// Writes the settings. With `If-Match` only over the version of that `ETag`; otherwise 412 and nothing changes.
#[utoipa::path(put, path = "/v1/settings", operation_id = "put_settings", tag = "settings",
    params(("If-Match" = Option<String>, Header)), request_body = PutSettings,
    responses((status = 200, body = Settings, headers(("ETag" = String, description = "The version that was written"))),
        (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put(
    Organization(organization): Organization,
    State(api): State<Api>,
    if_match: IfMatch,
    Json(PutSettings { folder_name, language }): Json<PutSettings>,
) -> Result<Tagged<Settings>, Problem> {
    let present = api.accounts.versioned_settings(&organization).await?;
    let expected = if_match.expected(Some(&present.version))?;
    let settings = OrganizationSettings { folder_name, language, ..OrganizationSettings::default() };
    Ok(Tagged::of(api.accounts.put_settings(&organization, &settings, expected.as_ref()).await?))
}
