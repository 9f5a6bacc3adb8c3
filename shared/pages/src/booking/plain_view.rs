//! The pages on which there is nothing to book.

use askama::Template;

use super::{Refused, frame::Frame};
use crate::{branding::Branding, text::Texts};

#[derive(Template)]
#[template(path = "book_refused.html")]
pub(super) struct RefusedView {
    frame: Frame,
    name: &'static str,
    why: String,
    steps: Vec<String>,
    reference: Option<String>,
}

impl RefusedView {
    pub(super) fn of(texts: Texts, product: &Branding, refused: &Refused) -> Self {
        let (name, reference) = match refused {
            Refused::NotFound => ("not-found", None),
            Refused::TooLarge => ("too-large", None),
            Refused::Method => ("method", None),
            Refused::Unavailable { reference } => ("unavailable", Some(reference.clone())),
        };
        let part = |part: &str| format!("book-refused-{name}.{part}");
        let title = texts.get(&part("title"));
        Self {
            name,
            why: texts.get(&part("why")),
            steps: texts.lines(&part("steps")),
            reference,
            frame: Frame::new(texts, product, title, &[]),
        }
    }
}
