//! `/v1/egress`: from where the deployment calls, for whoever limits who may (features A18, P36).

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{Api, auth::Organization, problem::Problem};

/// From where the deployment calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Egress {
    /// The fixed IPv4 addresses from which Microsoft and webhooks are called, and no others; empty when the
    /// deployment has none, so that calls may come from any address of its cloud.
    #[schema(example = json!(["203.0.113.7", "203.0.113.8"]))]
    addresses: Vec<String>,
}

/// Lists the addresses to permit in a firewall or in Conditional Access. They stay as long as the deployment is
/// there.
#[utoipa::path(get, path = "/v1/egress", operation_id = "read_egress", tag = "settings",
    responses((status = 200, body = Egress), (status = "4XX", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read(_: Organization, State(api): State<Api>) -> axum::Json<Egress> {
    axum::Json(Egress { addresses: api.egress.addresses.clone() })
}
