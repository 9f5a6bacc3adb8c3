//! The bodies of `POST` and `PATCH`.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::graph::error::GraphError;
use crate::graph::schema;
use crate::model::mailbox::ChangeType;

use super::refusal;

/// Shorter lives are lengthened to this without a word.
const SHORTEST: SignedDuration = SignedDuration::from_mins(45);
const CLIENT_STATE_MAX: usize = 128;

/// A subscription as it is asked for; read-only members are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewSubscription {
    change_type: Option<String>,
    notification_url: Option<String>,
    pub(super) lifecycle_notification_url: Option<String>,
    resource: Option<String>,
    expiration_date_time: Option<String>,
    pub(super) client_state: Option<String>,
    pub(super) latest_supported_tls_version: Option<String>,
    include_resource_data: Option<bool>,
    encryption_certificate: Option<String>,
    encryption_certificate_id: Option<String>,
    #[serde(rename = "notificationUrlAppId")]
    _notification_url_app_id: Option<String>,
    #[serde(rename = "notificationQueryOptions")]
    _notification_query_options: Option<String>,
    #[serde(rename = "id")]
    _id: Option<String>,
    #[serde(rename = "applicationId")]
    _application_id: Option<String>,
    #[serde(rename = "creatorId")]
    _creator_id: Option<String>,
}

/// What may be changed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SubscriptionChange {
    pub(super) notification_url: Option<String>,
    expiration_date_time: Option<String>,
}

/// Reads a body; annotations (`@odata.type`) are left out.
///
/// # Errors
/// It is no JSON object, or a member is unknown or of the wrong type.
pub(super) fn read<T: DeserializeOwned>(body: &[u8], operation: &str) -> Result<T, GraphError> {
    let mut members = schema::object(body)?;
    members.retain(|name, _| !name.contains('@'));
    serde_json::from_value(members.into()).map_err(|_| refusal::payload(operation))
}

fn required<'a>(member: Option<&'a String>, name: &str) -> Result<&'a str, GraphError> {
    let given = member.map(String::as_str).filter(|value| !value.is_empty());
    given.ok_or_else(|| refusal::request(format!("{name} is a required property for subscription creation")))
}

impl NewSubscription {
    /// Where changes are told.
    pub(super) fn notification_url(&self) -> Result<&str, GraphError> {
        required(self.notification_url.as_ref(), "notificationUrl")
    }

    /// What is to be watched.
    pub(super) fn resource(&self) -> Result<&str, GraphError> {
        required(self.resource.as_ref(), "resource")
    }

    /// Which changes are to be told, each once.
    pub(super) fn change_types(&self) -> Result<Vec<ChangeType>, GraphError> {
        let text = required(self.change_type.as_ref(), "changeType")?;
        let mut types = Vec::new();
        for name in text.split(',') {
            let change = match name.trim().to_ascii_lowercase().as_str() {
                "created" => ChangeType::Created,
                "updated" => ChangeType::Updated,
                "deleted" => ChangeType::Deleted,
                _ => return Err(refusal::request(format!("'{name}' is not a valid changeType."))),
            };
            if !types.contains(&change) {
                types.push(change);
            }
        }
        Ok(types)
    }

    /// When it is to end, as it was written.
    pub(super) fn expiration(&self) -> Result<Timestamp, GraphError> {
        instant(required(self.expiration_date_time.as_ref(), "expirationDateTime")?, "creation")
    }

    /// The rules that concern no other server.
    ///
    /// # Errors
    /// A text is too long, an address is not one that Graph would call, or resource data is asked for.
    pub(super) fn check(&self) -> Result<(), GraphError> {
        check_url(self.notification_url()?, "notificationUrl")?;
        if let Some(url) = &self.lifecycle_notification_url {
            check_url(url, "lifecycleNotificationUrl")?;
        }
        let state = self.client_state.as_deref().unwrap_or_default();
        if state.chars().count() > CLIENT_STATE_MAX {
            let message = format!("clientState must not be longer than {CLIENT_STATE_MAX} characters.");
            return Err(refusal::request(message));
        }
        let rich = self.include_resource_data == Some(true)
            || self.encryption_certificate.is_some()
            || self.encryption_certificate_id.is_some();
        if rich { Err(GraphError::not_simulated("notifications with resource data")) } else { Ok(()) }
    }
}

impl SubscriptionChange {
    /// The new end, if there is to be one.
    pub(super) fn expiration(&self) -> Result<Option<Timestamp>, GraphError> {
        self.expiration_date_time.as_deref().map(|text| instant(text, "update")).transpose()
    }
}

fn instant(text: &str, operation: &str) -> Result<Timestamp, GraphError> {
    text.parse().map_err(|_| refusal::payload(operation))
}

/// The end that a subscription gets when `asked` is asked for.
///
/// # Errors
/// It is past, or further ahead than `limit` minutes.
pub(super) fn end(asked: Timestamp, now: Timestamp, limit: u32) -> Result<Timestamp, GraphError> {
    if asked <= now {
        return Err(refusal::request("expirationDateTime must be in the future."));
    }
    if asked > now + SignedDuration::from_mins(i64::from(limit)) {
        return Err(refusal::too_long(limit));
    }
    Ok(asked.max(now + SHORTEST))
}

/// Whether Graph would call the address: HTTPS. Plain HTTP to the machine itself is let through, because
/// nobody gives a loopback address a certificate.
///
/// # Errors
/// Graph would not.
pub(super) fn check_url(text: &str, member: &str) -> Result<(), GraphError> {
    let url: Option<url::Url> = text.parse().ok();
    let good =
        url.is_some_and(|url| url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&url)));
    if good { Ok(()) } else { Err(refusal::request(format!("{member} must be a valid HTTPS address."))) }
}

/// Whether an address is on this machine.
pub(crate) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn short_lives_are_lengthened_and_long_ones_refused() {
        assert_eq!(end(at(1), at(0), 4_230), Ok(at(45)));
        assert_eq!(end(at(46), at(0), 4_230), Ok(at(46)));
        assert_eq!(end(at(4_230), at(0), 4_230), Ok(at(4_230)));
        let late = at(4_230) + SignedDuration::from_secs(1);
        assert_eq!(end(late, at(0), 4_230), Err(refusal::too_long(4_230)));
        assert_eq!(end(at(0), at(0), 4_230).expect_err("past").code, "InvalidRequest");
    }

    #[test]
    fn only_this_machine_is_called_without_tls() {
        for good in [
            "https://app.example/n?key=1",
            "http://127.0.0.1:3/n",
            "http://[::1]/n",
            "http://a.localhost:4566/n",
        ] {
            assert_eq!(check_url(good, "notificationUrl"), Ok(()), "{good}");
        }
        for bad in ["http://app.example/n", "ftp://127.0.0.1/n", "app.example", "http://127.0.0.1.example/n"]
        {
            assert!(check_url(bad, "notificationUrl").is_err(), "{bad}");
        }
    }
}
