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
    /// Who comes.
    pub(crate) guest: Guest,
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
                (_, Some(Field::Company)) => form.guest.company = value,
                (_, Some(Field::Name)) => form.guest.name = value,
                (_, Some(Field::Email)) => form.guest.email = value,
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
            guest: self.guest.clone(),
            answers: self.answers.clone(),
            language,
            time_zone,
        }
    }
}
