//! What a guest says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    Question,
    fault::{Fault, FieldFault, is_harmful, is_plain},
};

/// Somebody outside who books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Guest {
    /// The company.
    pub company: String,
    /// The name.
    pub name: String,
    /// Where mails go.
    pub email: String,
}

/// An answer to one of the page's questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The question's id.
    pub question: String,
    /// What was asked, as the guest read it.
    pub label: String,
    /// The answer; lines are parted by `\n`.
    pub text: String,
}

/// The longest company, name and one-line answer, and the longest answer of several lines, in characters.
const LONGEST_LINE: usize = 100;
const LONGEST_ANSWER: usize = 2_000;

impl Guest {
    /// The guest without blanks around what it wrote, or what is wrong.
    pub(crate) fn checked(&self) -> Result<Self, Vec<FieldFault>> {
        let text = |text: &str| text.trim().to_owned();
        let guest = Self { company: text(&self.company), name: text(&self.name), email: text(&self.email) };
        let mut faults = Vec::new();
        for (field, text) in [("company", &guest.company), ("name", &guest.name)] {
            if let Some(fault) = line_fault(text) {
                faults.push(FieldFault { field: field.to_owned(), fault });
            }
        }
        if !is_address(&guest.email) {
            let fault = if guest.email.is_empty() { Fault::Missing } else { Fault::Address };
            faults.push(FieldFault { field: "email".to_owned(), fault });
        }
        if faults.is_empty() { Ok(guest) } else { Err(faults) }
    }
}

fn line_fault(text: &str) -> Option<Fault> {
    match text {
        "" => Some(Fault::Missing),
        text if is_plain(text, LONGEST_LINE) => None,
        _ => Some(Fault::Text { most: LONGEST_LINE }),
    }
}

/// The answers in the order of the questions, or what is wrong. Questions that need no answer and got none
/// are left out.
pub(crate) fn checked_answers(
    questions: &[Question],
    given: &BTreeMap<String, String>,
) -> Result<Vec<Answer>, Vec<FieldFault>> {
    let mut answers = Vec::new();
    let mut faults = Vec::new();
    let mut fault = |question: &str, fault| {
        faults.push(FieldFault { field: format!("answers.{question}"), fault });
    };
    for Question { id, label, required, long } in questions {
        let text = given.get(id).map_or("", |text| text.trim()).replace("\r\n", "\n").replace('\r', "\n");
        let most = if *long { LONGEST_ANSWER } else { LONGEST_LINE };
        let is_harmless = !text.chars().any(|c| is_harmful(c) && !(*long && c == '\n'));
        if text.is_empty() {
            if *required {
                fault(id, Fault::Missing);
            }
        } else if text.chars().count() > most || !is_harmless {
            fault(id, Fault::Text { most });
        } else {
            answers.push(Answer { question: id.clone(), label: label.clone(), text });
        }
    }
    let unasked = given.keys().find(|id| questions.iter().all(|question| question.id != **id));
    if unasked.is_some() {
        // The id is the guest's own text and goes nowhere.
        faults.push(FieldFault { field: "answers".to_owned(), fault: Fault::NotAsked });
    }
    if faults.is_empty() { Ok(answers) } else { Err(faults) }
}

/// The form of an address that a mail can be sent to and that breaks no header: one `@`, a dotted domain of
/// letters, digits and hyphens, no blanks, quotes, brackets, commas or controls.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_label = |label: &str| {
        let is_inner = |c: char| c.is_alphanumeric() || c == '-';
        (1..=63).contains(&label.len())
            && label.chars().all(is_inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let dots_are_inside = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(is_local)
        && dots_are_inside
        && domain.contains('.')
        && domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(company: &str, name: &str, email: &str) -> Guest {
        Guest { company: company.to_owned(), name: name.to_owned(), email: email.to_owned() }
    }

    #[test]
    fn a_guest_is_taken_without_the_blanks_around() {
        let taken =
            guest(" 株式会社テスト ", "三田 花子\u{3000}", " hana.mita+1@sub.test.example\n").checked();
        assert_eq!(taken, Ok(guest("株式会社テスト", "三田 花子", "hana.mita+1@sub.test.example")));
    }

    #[test]
    fn what_would_break_a_header_is_refused_by_field() {
        for (company, name, email, field) in [
            ("", "n", "a@b.example", "company"),
            ("c\r\nBcc: x@y.example", "n", "a@b.example", "company"),
            ("c", "\u{202e}emaN", "a@b.example", "name"),
            ("c", &"x".repeat(101), "a@b.example", "name"),
            ("c", "n", "", "email"),
            ("c", "n", "a@b", "email"),
            ("c", "n", "a b@c.example", "email"),
            ("c", "n", "a@b.example, c@d.example", "email"),
            ("c", "n", "a@b.example\r\nBcc: c@d.example", "email"),
            ("c", "n", "<a@b.example>", "email"),
            ("c", "n", "a@b@c.example", "email"),
            ("c", "n", "a..b@c.example", "email"),
            ("c", "n", "a@-b.example", "email"),
            ("c", "n", &format!("{}@b.example", "x".repeat(65)), "email"),
        ] {
            let faults = guest(company, name, email).checked().expect_err(email);
            assert_eq!(faults.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), [field]);
        }
    }

    #[test]
    fn answers_follow_the_questions() {
        let question = |id: &str, required, long| Question {
            id: id.to_owned(),
            label: format!("{id}?"),
            required,
            long,
        };
        let questions = [question("topic", true, false), question("notes", false, true)];
        let given = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect::<BTreeMap<_, _>>()
        };
        let check = |pairs: &[(&str, &str)]| checked_answers(&questions, &given(pairs));
        let texts: Vec<_> = check(&[("notes", "a\r\nb"), ("topic", " x ")])
            .unwrap()
            .into_iter()
            .map(|answer| (answer.question, answer.text))
            .collect();
        assert_eq!(texts, [("topic".to_owned(), "x".to_owned()), ("notes".to_owned(), "a\nb".to_owned())]);
        assert_eq!(check(&[("topic", "x"), ("notes", "  ")]).unwrap().len(), 1);
        for (pairs, field) in [
            (&[("notes", "x")][..], "answers.topic"),
            (&[("topic", "a\nb")], "answers.topic"),
            (&[("topic", "a\u{7}")], "answers.topic"),
            (&[("topic", "x"), ("other", "y")], "answers"),
        ] {
            assert_eq!(check(pairs).expect_err(field)[0].field, field);
        }
        let long = "x".repeat(2_001);
        assert_eq!(
            check(&[("topic", "x"), ("notes", &long)]).expect_err("too long")[0].field,
            "answers.notes"
        );
    }
}
