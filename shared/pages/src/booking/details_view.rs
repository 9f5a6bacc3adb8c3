//! The form: who the guest is, and what is wrong with what was typed.

use askama::Template;

use super::{
    Details, Fault, Field, Notice,
    frame::{Frame, MeetingView, path},
    moment::Moment,
    times_view::ClosedView,
};
use crate::{
    address,
    branding::Branding,
    date::{clock, short_date},
    text::{Texts, plain},
};

#[derive(Template)]
#[template(path = "book_details.html")]
pub(super) struct DetailsView {
    frame: Frame,
    meeting: MeetingView,
    /// The picked time as the guest's clock shows it, and as the host's does if that differs.
    time: Option<Moment>,
    host_time: Option<Moment>,
    start: String,
    zone: String,
    form: String,
    action: String,
    back: String,
    fields: Vec<FieldView>,
    faults: Vec<(String, String)>,
    /// Title and words about a time that must be picked anew.
    taken: Option<(String, String)>,
    others: Vec<(String, Vec<(String, String)>)>,
    stale: bool,
    closed: Option<ClosedView>,
}

/// A field with its fault beside it.
struct FieldView {
    name: String,
    id: String,
    label: String,
    hint: Option<String>,
    kind: &'static str,
    autocomplete: &'static str,
    value: String,
    required: bool,
    long: bool,
    fault: Option<String>,
}

impl DetailsView {
    pub(super) fn of(texts: Texts, product: &Branding, details: &Details) -> Self {
        let texts = texts.with("host", &details.meeting.host).with("company", &details.meeting.company);
        let meeting = MeetingView::of(&texts, &details.meeting);
        let start = details.start.map(|start| start.to_string()).unwrap_or_default();
        let zone = details.zone.name().to_owned();
        let minutes = details.meeting.minutes;
        let fields = fields(&texts, details);
        let fault = |field: &FieldView| Some((field.id.clone(), field.fault.clone()?));
        let mut here = vec![("zone", zone.as_str())];
        if !start.is_empty() {
            here.push(("start", start.as_str()));
        }
        let key = if details.faults.is_empty() { "book-details-title" } else { "book-details-title-faulty" };
        let title = texts.get(key);
        Self {
            time: details.start.map(|start| Moment::of(&texts, start, minutes, &details.zone)),
            host_time: details.start.and_then(|start| {
                Moment::of_host(&texts, start, minutes, &details.zone, &details.meeting.zone)
            }),
            form: details.form.clone(),
            action: path(&details.meeting.key, &[]),
            back: back(details),
            faults: fields.iter().filter_map(fault).collect(),
            taken: taken(&texts, details.notice.as_ref()),
            others: others(&texts, details),
            stale: details.notice == Some(Notice::Stale),
            closed: match &details.notice {
                Some(Notice::Closed(closed)) => Some(ClosedView::of(&texts, closed)),
                _ => None,
            },
            frame: Frame::new(texts, product, title, &here).of(&details.meeting),
            start,
            zone,
            fields,
            meeting,
        }
    }
}

/// The times of the day that the guest had picked.
fn back(details: &Details) -> String {
    let zone = details.zone.name();
    let date = details.start.map(|start| start.to_zoned(details.zone.rules().clone()).date().to_string());
    let mut query = vec![("zone", zone)];
    query.extend(date.as_deref().map(|date| ("day", date)));
    format!("{}{}", path(&details.meeting.key, &[]), address::query(&query))
}

fn taken(texts: &Texts, notice: Option<&Notice>) -> Option<(String, String)> {
    let (title, others) = match notice? {
        Notice::Taken(others) => ("book-taken.title", others),
        Notice::NotOffered(others) => ("book-not-offered", others),
        Notice::Unpicked(others) => ("book-unpicked", others),
        Notice::Closed(_) | Notice::Stale => return None,
    };
    let lead = if others.is_empty() { "book-taken.none" } else { "book-taken.lead" };
    Some((texts.get(title), texts.get(lead)))
}

/// The times still free, by day.
fn others(texts: &Texts, details: &Details) -> Vec<(String, Vec<(String, String)>)> {
    let starts = match &details.notice {
        Some(Notice::Taken(starts) | Notice::NotOffered(starts) | Notice::Unpicked(starts)) => starts,
        Some(Notice::Closed(_) | Notice::Stale) | None => return Vec::new(),
    };
    let mut days: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for start in starts {
        let local = start.to_zoned(details.zone.rules().clone());
        let date = short_date(texts, local.date());
        let entry = (start.to_string(), clock(local.time()));
        match days.last_mut() {
            Some((last, entries)) if *last == date => entries.push(entry),
            _ => days.push((date, vec![entry])),
        }
    }
    days
}

fn fields(texts: &Texts, details: &Details) -> Vec<FieldView> {
    let own = |field: Field, label: &str, kind, autocomplete, value: &str| FieldView {
        id: field.name(),
        name: field.name(),
        label: texts.get(label),
        hint: None,
        kind,
        autocomplete,
        value: value.to_owned(),
        required: true,
        long: false,
        fault: fault(texts, details, &field, &texts.get(label)),
    };
    let mut fields = vec![
        own(Field::Company, "book-field-company", "text", "organization", &details.company),
        own(Field::Name, "book-field-name", "text", "name", &details.name),
        own(Field::Email, "book-field-email", "email", "email", &details.email),
    ];
    fields[2].hint = Some(texts.get("book-field-email-hint"));
    fields.extend(details.questions.iter().enumerate().map(|(index, question)| FieldView {
        id: format!("answer-{}", index + 1),
        name: Field::Answer(question.id.clone()).name(),
        label: plain(&question.label),
        hint: None,
        kind: "text",
        autocomplete: "off",
        value: question.answer.clone(),
        required: question.required,
        long: question.long,
        fault: fault(texts, details, &Field::Answer(question.id.clone()), &question.label),
    }));
    fields
}

fn fault(texts: &Texts, details: &Details, field: &Field, label: &str) -> Option<String> {
    let (_, fault) = details.faults.iter().find(|(faulty, _)| faulty == field)?;
    let text = match (fault, field) {
        (Fault::Missing, Field::Company) => texts.get("book-fault-company"),
        (Fault::Missing, Field::Name) => texts.get("book-fault-name"),
        (Fault::Missing, Field::Email) => texts.get("book-fault-email"),
        (Fault::Missing, Field::Answer(_)) => {
            texts.get_with("book-fault-answer", &[("field", label.to_owned())])
        }
        (Fault::Text { most }, _) => {
            texts.get_with("book-fault-text", &[("field", label.to_owned()), ("most", most.to_string())])
        }
        (Fault::NotAnAddress, _) => texts.get("book-fault-address"),
        (Fault::Malformed, _) => texts.get_with("book-fault-malformed", &[("field", label.to_owned())]),
    };
    Some(text)
}
