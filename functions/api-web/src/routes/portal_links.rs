//! `/v1/portal-links`: a one-time way into the console for a signed-in user of the CRM.

use accounts::{PortalPage, ReturnUrl, Role};
use axum::extract::State;
use http::StatusCode;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use types::UserId;
use utoipa::ToSchema;

use crate::{Api, auth::Organization, body::Json, problem::Problem};

/// Who is to enter, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPortalLink {
    /// The member whom the CRM has signed in.
    #[schema(value_type = String)]
    user_id: UserId,
    /// `console`, the organization's settings, for admins only; or `me`, the member's own links.
    #[schema(value_type = String)]
    page: PortalPage,
    /// Where the console's link back to the product leads: an `https` address of at most 1,024 characters,
    /// without a user name. It is shown as a link; nobody is sent there without choosing it.
    #[schema(value_type = Option<String>, format = "uri", max_length = 1024)]
    return_url: Option<ReturnUrl>,
}

/// A link to open in the member's browser, at once.
#[derive(Serialize, ToSchema)]
pub(crate) struct PortalLink {
    /// Works once. Whoever opens it is that member: send it to nobody else and keep it nowhere.
    url: String,
    /// When it stops to work, ten minutes after it was made.
    #[schema(value_type = String, format = DateTime)]
    expires_at: jiff::Timestamp,
}

/// Makes a one-time link into the console for a member. Redirect the member's browser to it.
#[utoipa::path(post, path = "/v1/portal-links", operation_id = "create_portal_link", tag = "portal-links", request_body = NewPortalLink,
    responses((status = 201, body = PortalLink), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create(
    Organization(organization): Organization,
    State(api): State<Api>,
    Json(NewPortalLink { user_id, page, return_url }): Json<NewPortalLink>,
) -> Result<(StatusCode, axum::Json<PortalLink>), Problem> {
    let user = api.accounts.user(&organization, &user_id).await?;
    if page == PortalPage::Console && user.role != Role::Admin {
        let detail = "is only for admins: send `me`, or PUT the user with the role `admin` first";
        return Err(Problem::field("page", detail));
    }
    let link = api.accounts.make_portal_link(&organization, &user_id, page, return_url).await?;
    let mut url = api.site.below(&["console", "enter"]);
    url.query_pairs_mut().append_pair("key", link.key.expose_secret());
    Ok((StatusCode::CREATED, axum::Json(PortalLink { url: url.into(), expires_at: link.expires_at })))
}
