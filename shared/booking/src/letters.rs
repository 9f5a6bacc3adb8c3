//! Texts of the mails about an appointment, from `locales/<language>/letters.ftl`. Plain text: nothing that a
//! guest wrote can become anything else.

use std::{borrow::Cow, collections::HashMap};

use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader};
use types::Language;

use crate::{Appointment, EndedBy, Place, fault::is_harmful, moment};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // The marks would stay in copied text; directions are taken out of values instead.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// What is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letter {
    /// The appointment stands.
    Confirmed,
    /// Somebody ended it.
    Cancelled,
    /// It could not be made.
    Failed,
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// In the own language and zone.
    Guest,
    /// In the page's.
    Host,
}

/// What a letter points to.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    /// The guest's way to the appointment.
    pub(crate) manage: String,
    /// The page.
    pub(crate) page: String,
}

impl Letter {
    /// The word in keys and ids.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

impl Reader {
    /// The word in keys and ids.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Host => "host",
        }
    }

    /// The language to write in.
    pub(crate) fn language(self, appointment: &Appointment) -> Language {
        match self {
            Self::Guest => appointment.language,
            Self::Host => appointment.host_language,
        }
    }
}

/// The text of a letter. `left` says why the event could not be taken out of Outlook, if so.
pub(crate) fn text(
    letter: Letter,
    reader: Reader,
    appointment: &Appointment,
    links: &Links,
    left: Option<&str>,
) -> String {
    let texts = Texts::of(reader, appointment, links, left);
    let mut parts = vec![texts.get(&format!("greeting-{}", reader.word()))];
    parts.push(texts.get(&opening(letter, reader, left)));
    if let (Letter::Cancelled, Reader::Host, Some(key)) = (letter, reader, ended_by(appointment)) {
        parts.push(texts.get(key));
    }
    parts.push(facts(letter, reader, appointment, &texts).join("\n"));
    if reader == Reader::Host && !appointment.answers.is_empty() {
        parts.push(answers(appointment, &texts));
    }
    if reader == Reader::Guest {
        parts.push(match letter {
            Letter::Confirmed => format!("{}\n{}", texts.get("manage"), links.manage),
            Letter::Cancelled | Letter::Failed => format!("{}\n{}", texts.get("again"), links.page),
        });
        parts.push(appointment.organization_name.clone());
    }
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}

/// What the event says in the calendar: who comes, and what was answered.
pub(crate) fn event_text(appointment: &Appointment, links: &Links) -> String {
    let texts = Texts::of(Reader::Host, appointment, links, None);
    let mut parts = vec![[texts.get("guest"), texts.get("email")].join("\n")];
    if !appointment.answers.is_empty() {
        parts.push(answers(appointment, &texts));
    }
    parts.join("\n\n")
}

fn opening(letter: Letter, reader: Reader, left: Option<&str>) -> String {
    let is_left = reader == Reader::Host && left.is_some() && letter != Letter::Confirmed;
    format!("{}-{}{}", letter.word(), reader.word(), if is_left { "-left" } else { "" })
}

fn ended_by(appointment: &Appointment) -> Option<&'static str> {
    match &appointment.ended_by {
        Some(EndedBy::Guest) => Some("ended-by-guest"),
        Some(EndedBy::Organization) => Some("ended-by-organization"),
        Some(EndedBy::Failure(_)) | None => None,
    }
}

fn facts(letter: Letter, reader: Reader, appointment: &Appointment, texts: &Texts) -> Vec<String> {
    let mut keys = Vec::new();
    if appointment.title.is_some() {
        keys.push("title");
    }
    keys.push("time");
    match reader {
        Reader::Guest => keys.push("host"),
        Reader::Host => keys.extend(["guest", "email"]),
    }
    if letter == Letter::Confirmed {
        match &appointment.place {
            Place::WebMeeting if appointment.join_url.is_some() => keys.push("join"),
            Place::WebMeeting => {}
            Place::Address(_) => keys.push("place"),
        }
    }
    keys.into_iter().map(|key| texts.get(key)).collect()
}

fn answers(appointment: &Appointment, texts: &Texts) -> String {
    let mut lines = vec![texts.get("answers")];
    for answer in &appointment.answers {
        lines.push(format!("- {}", answer.label));
        lines.extend(answer.text.lines().map(|line| format!("  {line}")));
    }
    lines.join("\n")
}

/// The texts of one language, with the values that any of them may name.
struct Texts {
    language: LanguageIdentifier,
    values: HashMap<Cow<'static, str>, FluentValue<'static>>,
}

impl Texts {
    fn of(reader: Reader, appointment: &Appointment, links: &Links, left: Option<&str>) -> Self {
        let language = reader.language(appointment);
        let zone = match reader {
            Reader::Guest => &appointment.time_zone,
            Reader::Host => &appointment.host_zone,
        };
        let failure = match &appointment.ended_by {
            Some(EndedBy::Failure(reason)) => Some(reason.as_str()),
            _ => None,
        };
        let place = match &appointment.place {
            Place::Address(address) => address,
            Place::WebMeeting => "",
        };
        let values = [
            ("company", appointment.guest.company.as_str()),
            ("name", &appointment.guest.name),
            ("email", &appointment.guest.email),
            ("host", &appointment.host_name),
            ("organization", &appointment.organization_name),
            ("title", appointment.title.as_deref().unwrap_or_default()),
            ("time", &moment::span(language, appointment.start, appointment.end, zone)),
            ("url", appointment.join_url.as_deref().unwrap_or_default()),
            ("place", place),
            ("manage", &links.manage),
            ("reason", failure.or(left).unwrap_or_default()),
        ];
        let values = values.map(|(name, value)| (Cow::Borrowed(name), FluentValue::from(plain(value))));
        Self { language: identifier(language), values: values.into_iter().collect() }
    }

    fn get(&self, key: &str) -> String {
        LOCALES.lookup_with_args(&self.language, key, &self.values)
    }
}

fn identifier(language: Language) -> LanguageIdentifier {
    match language {
        Language::Ja => langid!("ja"),
        Language::En => langid!("en"),
    }
}

/// A value from outside that stays in its place.
fn plain(value: &str) -> String {
    value.chars().map(|c| if is_harmful(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
