//! The form that a guest sends, as it was typed.

use std::collections::BTreeMap;

use booking::{BookRequest, Guest};
use jiff::Timestamp;
use pages::booking::{Field, Zone};
use types::Language;
use url::form_urlencoded;

/// A form. What is missing is empty: the desk says what must not be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// The signed id.
    pub(crate) id: String,
    /// The start that was picked.
    pub(crate) start: Option<Timestamp>,
    /// The zone in which the guest reads times.
    pub(crate) zone: Option<Zone>,
    /// The guest's company.
    pub(crate) company: String,
    /// The guest's name.
    pub(crate) name: String,
    /// The guest's address.
    pub(crate) email: String,
    /// Answers by the question's id.
    pub(crate) answers: BTreeMap<String, String>,
}

impl Form {
    /// The form in a body; of several fields with one name the last counts.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let value = value.into_owned();
            match (name.as_ref(), Field::parse(&name)) {
                ("form", _) => form.id = value,
                ("start", _) => form.start = value.parse().ok(),
                ("zone", _) => form.zone = Zone::parse(&value),
                (_, Some(Field::Company)) => form.company = value,
                (_, Some(Field::Name)) => form.name = value,
                (_, Some(Field::Email)) => form.email = value,
                (_, Some(Field::Answer(id))) => {
                    form.answers.insert(id, value);
                }
                _ => {}
            }
        }
        form
    }

    /// What the desk is asked to do.
    pub(crate) fn request(
        &self,
        start: Timestamp,
        language: Language,
        time_zone: booking::Zone,
    ) -> BookRequest {
        BookRequest {
            form: self.id.clone(),
            start,
            guest: Guest {
                company: self.company.clone(),
                name: self.name.clone(),
                email: self.email.clone(),
            },
            answers: self.answers.clone(),
            language,
            time_zone,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_garbage_is_empty() {
        let form = Form::parse(
            b"form=a.b&start=2026-11-24T05%3A00%3A00Z&zone=Asia%2FTokyo&company=%E6%A0%AA&name=&answers.q-1=x%0D%0Ay&q=z",
        );
        assert_eq!((form.id.as_str(), form.company.as_str(), form.name.as_str()), ("a.b", "\u{682a}", ""));
        assert_eq!(form.start, Some("2026-11-24T05:00:00Z".parse().expect("an instant")));
        assert_eq!(form.zone.as_ref().map(Zone::name), Some("Asia/Tokyo"));
        assert_eq!(form.answers.into_iter().collect::<Vec<_>>(), [("q-1".to_owned(), "x\r\ny".to_owned())]);
        for garbage in [&b""[..], b"\xff\x00=%", b"start=now&zone=%FF&&&==", b"company"] {
            let form = Form::parse(garbage);
            assert!(form.start.is_none() && form.zone.is_none() && form.email.is_empty(), "{garbage:?}");
        }
    }
}
