//! `/v1/settings`: what the organization chooses itself.

use std::collections::BTreeSet;

use accounts::{FolderName, OrganizationSettings, SourceOrder, WriteModes};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use types::{Feature, Language};
use utoipa::ToSchema;

use crate::{
    Api,
    auth::{Acting, Organization},
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
    /// Which fields of contacts are the card's and which the user's; what is not named is `overwrite`. Without it they
    /// stay as they are. When it changes, contacts follow within half an hour.
    #[serde(default)]
    #[schema(value_type = Option<schema::ContactFields>)]
    contact_fields: Option<WriteModes>,
    /// Which source of a card counts first, second and so on: see `…/cards/{card}/sources`. Without it the order stays
    /// as it is. When it changes, contacts follow within half an hour.
    #[serde(default)]
    #[schema(value_type = Option<Vec<schema::Id>>, max_items = 10)]
    sources: Option<SourceOrder>,
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
    /// Which fields of contacts are the card's and which the user's.
    #[schema(value_type = schema::ContactFields)]
    contact_fields: WriteModes,
    /// Which source of a card counts first; those not named come after, `default` before the others.
    #[schema(value_type = Vec<schema::Id>)]
    sources: SourceOrder,
    /// What the plan has in it: only these can be consented to and linked. The operator decides.
    #[schema(value_type = Vec<schema::Feature>)]
    features: BTreeSet<Feature>,
}

impl From<OrganizationSettings> for Settings {
    fn from(settings: OrganizationSettings) -> Self {
        let OrganizationSettings { folder_name, language, contact_fields, sources, features } = settings;
        Self { folder_name, language, contact_fields, sources, features }
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
    Acting(api): Acting,
    if_match: IfMatch,
    Json(PutSettings { folder_name, language, contact_fields, sources }): Json<PutSettings>,
) -> Result<Tagged<Settings>, Problem> {
    let present = api.accounts.versioned_settings(&organization).await?;
    let expected = if_match.expected(Some(&present.version))?;
    let settings = OrganizationSettings {
        folder_name,
        language,
        contact_fields: contact_fields.unwrap_or(present.record.contact_fields),
        sources: sources.unwrap_or(present.record.sources),
        features: present.record.features,
    };
    Ok(Tagged::of(api.accounts.put_settings(&organization, &settings, expected.as_ref()).await?))
}
