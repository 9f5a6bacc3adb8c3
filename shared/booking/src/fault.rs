//! What is wrong with a field that somebody filled in.

use std::fmt;

/// A field that is at fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// The field, as in `questions[2].label`; for guests `company`, `name`, `email`, `answers.{question}`.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a field. Its text is for programs that call the API; pages have words of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing, or only blanks.
    Missing,
    /// A text that is empty, too long or has control characters.
    Text {
        /// The most characters.
        most: usize,
    },
    /// Not an e-mail address.
    Address,
    /// Not minutes on five within these.
    Minutes {
        /// The fewest.
        least: u16,
        /// The most.
        most: u16,
    },
    /// A number outside of these.
    Outside {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// A number above this one.
    Above(u32),
    /// Working hours out of order, overlapping, or too many on one day.
    Hours {
        /// The most on one day.
        most: usize,
    },
    /// More than so many.
    TooMany(usize),
    /// A question's id that is malformed or there twice.
    QuestionId,
    /// An answer to what was not asked.
    NotAsked,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("must not be empty"),
            Self::Text { most } => {
                write!(f, "must have 1 to {most} characters and no control characters")
            }
            Self::Address => f.write_str("must be an e-mail address of at most 254 characters"),
            Self::Minutes { least, most } => write!(f, "must be {least} to {most} minutes, a multiple of 5"),
            Self::Outside { least, most } => write!(f, "must be {least} to {most}"),
            Self::Above(most) => write!(f, "must be at most {most}"),
            Self::Hours { most } => {
                write!(f, "must be at most {most} times, in order, none beginning before another has ended")
            }
            Self::TooMany(most) => write!(f, "must be at most {most}"),
            Self::QuestionId => {
                f.write_str("must be 1 to 40 characters of A-Z a-z 0-9 _ - and there only once")
            }
            Self::NotAsked => f.write_str("answers what was not asked"),
        }
    }
}

/// Whether a text has one to so many characters, not only blanks, and none that would break a line, a header
/// or the direction of the text around it.
pub(crate) fn is_plain(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(is_harmful)
}

/// Controls, line and paragraph separators, and what turns the direction of a text or hides in it.
pub(crate) fn is_harmful(c: char) -> bool {
    let separator = matches!(c, '\u{2028}' | '\u{2029}');
    let direction = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || separator || direction || c == '\u{feff}'
}
