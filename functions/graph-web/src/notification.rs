//! What Graph delivers: a collection of items, of any subscriptions and of both kinds mixed (facts 5.3, 5.4).

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// One delivery. Its items are parsed one by one.
#[derive(Deserialize)]
struct Delivery<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
}

/// The two parts by which an item is recognised and, for a lifecycle event, which.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item<'a> {
    #[serde(borrow)]
    subscription_id: Text<'a>,
    #[serde(borrow)]
    client_state: Text<'a>,
    #[serde(borrow)]
    lifecycle_event: Option<Text<'a>>,
}

/// Borrowed from the body unless it has escapes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// What an item says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Word {
    /// Something changed.
    Changed,
    /// Notifications may have been lost.
    Missed,
    /// The subscription wants a renewal with a valid token.
    ReauthorizationRequired,
    /// The subscription is gone.
    SubscriptionRemoved,
    /// A lifecycle event that we do not know.
    Unknown,
}

impl Item<'_> {
    pub(crate) fn subscription_id(&self) -> &str {
        &self.subscription_id.0
    }

    pub(crate) fn client_state(&self) -> &str {
        &self.client_state.0
    }

    pub(crate) fn word(&self) -> Word {
        match self.lifecycle_event.as_ref().map(|event| &*event.0) {
            None => Word::Changed,
            Some("missed") => Word::Missed,
            Some("reauthorizationRequired") => Word::ReauthorizationRequired,
            Some("subscriptionRemoved") => Word::SubscriptionRemoved,
            Some(_) => Word::Unknown,
        }
    }
}

/// The items of a delivery, and how many more there were that are none of Graph's: without a subscription,
/// without the `clientState` that we always ask for, or of another shape.
///
/// # Errors
/// The body is not JSON, or not a collection.
pub(crate) fn items(body: &[u8]) -> Result<(Vec<Item<'_>>, usize), serde_json::Error> {
    let Delivery { value } = serde_json::from_slice(body)?;
    let items: Vec<Item<'_>> = value.iter().filter_map(|raw| serde_json::from_str(raw.get()).ok()).collect();
    let odd = value.len() - items.len();
    Ok((items, odd))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_both_kinds_are_read_and_odd_ones_take_none_with_them() {
        let body = r#"{"validationTokens": [], "value": [
            {"subscriptionId": "s1", "clientState": "c", "changeType": "created", "resource": "Users/u",
             "resourceData": {"id": "m", "deep": {"a": [1, 2]}}},
            {"subscriptionId": "s2", "clientState": "c\u0041", "lifecycleEvent": "subscriptionRemoved"},
            {"subscriptionId": "s3", "clientState": "c", "lifecycleEvent": "missed"},
            {"subscriptionId": "s4", "clientState": "c", "lifecycleEvent": "reauthorizationRequired"},
            {"subscriptionId": "s5", "clientState": "c", "lifecycleEvent": "somethingNew"},
            {"subscriptionId": "s6"}, {"subscriptionId": "s7", "clientState": null}, {"clientState": "c"},
            {"subscriptionId": 8, "clientState": "c"}, null, 9, "ten", [], {}
        ]}"#;
        let (items, odd) = items(body.as_bytes()).expect("a delivery");
        let words: Vec<_> = items.iter().map(|item| (item.subscription_id(), item.word())).collect();
        assert_eq!(
            words,
            [
                ("s1", Word::Changed),
                ("s2", Word::SubscriptionRemoved),
                ("s3", Word::Missed),
                ("s4", Word::ReauthorizationRequired),
                ("s5", Word::Unknown),
            ]
        );
        assert_eq!(items[1].client_state(), "cA");
        assert!(matches!(items[0].client_state.0, Cow::Borrowed(_)), "copied");
        assert_eq!(odd, 9);
    }

    #[test]
    fn what_is_no_delivery_is_refused() {
        let deep = format!(r#"{{"value": [{}{}]}}"#, "[".repeat(200_000), "]".repeat(200_000));
        for bad in ["", "{", "not JSON", "[]", "{}", "null", r#"{"value": {}}"#, r#"{"value": null}"#] {
            assert!(items(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(items(b"\xff{\"value\": []}").is_err());
        assert!(items(deep.as_bytes()).map_or(0, |(items, _)| items.len()) == 0);
        assert_eq!(items(br#"{"value": []}"#).expect("a delivery"), (vec![], 0));
    }
}
