//! The tenant segment of Entra's paths.

use super::error::AadError;
use crate::model::Directory;

/// What `/{tenant}/…` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TenantSegment {
    /// One tenant, by its id or a verified domain; holds the id.
    One(String),
    /// `common` or `organizations`: the tenant of whoever signs in.
    Any,
    /// `consumers`: personal accounts, of which we have none.
    Consumers,
}

impl TenantSegment {
    /// Finds the tenant.
    ///
    /// # Errors
    /// It does not exist (90002) or is neither a GUID nor a domain name (900023).
    pub(crate) fn resolve(directory: &Directory, segment: &str) -> Result<Self, AadError> {
        match segment {
            "common" | "organizations" => return Ok(Self::Any),
            "consumers" => return Ok(Self::Consumers),
            _ => {}
        }
        if let Some(tenant) = directory.tenant(segment) {
            return Ok(Self::One(tenant.tenant_id.clone()));
        }
        let is_guid = segment.len() == 36 && uuid::Uuid::parse_str(segment).is_ok();
        let is_domain = segment.split('.').count() > 1
            && segment.split('.').all(|label| {
                !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            });
        if !is_guid && !is_domain {
            let message = format!(
                "Specified tenant identifier '{segment}' is neither a valid DNS name, nor a valid external domain."
            );
            return Err(AadError::with(900_023, message));
        }
        let message = format!(
            "Tenant '{segment}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        Err(AadError::with(90002, message))
    }

    /// The id, if it names one tenant.
    pub(crate) fn id(&self) -> Option<&str> {
        match self {
            Self::One(id) => Some(id),
            Self::Any | Self::Consumers => None,
        }
    }
}
