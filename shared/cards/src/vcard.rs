//! Cards out of a vCard file (versions 2.1, 3.0 and 4.0), one fault never stopping the rest.
//!
//! The file is cut into cards and lines here, so that every fault has its line; what stands in one line is
//! read by `calcard`. Kept are names with readings, company, department, title, numbers, e-mail and postal
//! addresses, web addresses, the note and the categories; pictures, sounds, keys, birthdays and the like
//! have no place on a [`Card`](crate::Card) and are passed over.

mod fields;
mod identity;
mod lines;
mod names;
mod property;

use std::collections::HashMap;

use serde::Serialize;
use types::CardId;

use crate::card::{Card, FieldError};
use lines::{Block, Line};

/// The most bytes of a file.
pub const MAX_FILE_BYTES: usize = 5_000_000;
/// The most cards of a file.
pub const MAX_CARDS: usize = 5_000;

/// The most lines of a card, those of a folded line counted as one.
const MAX_CARD_LINES: usize = 1_000;

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The sound cards, in the order of the file; no two with the same id.
    pub cards: Vec<ImportedCard>,
    /// What could not be read, in the order of the file; at most one fault per card.
    pub errors: Vec<ImportError>,
}

/// A card of the file. It has been validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCard {
    /// The line of its `BEGIN:VCARD`, counted from 1.
    pub line: usize,
    /// From the UID, so that the next import of the same card replaces it; without a UID from the content.
    pub id: CardId,
    /// The card.
    pub card: Card,
}

/// A fault of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportError {
    /// The line at fault, counted from 1; the card's `BEGIN:VCARD` where the fault is no single line's.
    pub line: usize,
    /// What is wrong there.
    #[serde(flatten)]
    pub problem: ImportProblem,
}

/// The kinds of faults of a file. As JSON: `{"reason": "duplicate", "first_line": 17}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ImportProblem {
    /// The file was not read at all.
    #[error("the file has more than {max} bytes")]
    FileTooLarge {
        /// The most bytes.
        max: usize,
    },
    /// This card and those after it were not read.
    #[error("the file has more than {max} cards")]
    TooManyCards {
        /// The most cards.
        max: usize,
    },
    /// Text before the first card or between two; reported once for a run of lines.
    #[error("this text is outside of any card")]
    OutsideOfCard,
    /// The next card begins, or the file ends, before the card does.
    #[error("the card that begins here has no END:VCARD")]
    NoEnd,
    /// A card with so many lines is no business card.
    #[error("the card that begins here has more than {max} lines")]
    TooManyLines {
        /// The most lines.
        max: usize,
    },
    /// The card does not say its version.
    #[error("the card that begins here has no VERSION")]
    NoVersion,
    /// A version that does not exist.
    #[error("the vCard version must be 2.1, 3.0 or 4.0")]
    UnknownVersion,
    /// No property of a vCard.
    #[error("this is not a vCard property: NAME:value is expected")]
    NotAProperty,
    /// The bytes are not text in UTF-8 nor in the charset that the line names.
    #[error("the text is neither UTF-8 nor in the charset that the line names")]
    Charset,
    /// A card with the same UID, or without UID and with the same content, stands earlier in the file.
    #[error("the same card stands on line {first_line} already")]
    Duplicate {
        /// Where the earlier card begins.
        first_line: usize,
    },
    /// The card breaks a rule of [`Card::validate`].
    #[error("{0}")]
    Field(FieldError),
}

impl ImportProblem {
    /// The name of the kind in the texts of both languages; for a field, that of its own problem.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::FileTooLarge { .. } => "file_too_large",
            Self::TooManyCards { .. } => "too_many_cards",
            Self::OutsideOfCard => "outside_of_card",
            Self::NoEnd => "no_end",
            Self::TooManyLines { .. } => "too_many_lines",
            Self::NoVersion => "no_version",
            Self::UnknownVersion => "unknown_version",
            Self::NotAProperty => "not_a_property",
            Self::Charset => "charset",
            Self::Duplicate { .. } => "duplicate",
            Self::Field(fault) => fault.problem.key(),
        }
    }
}

impl ImportError {
    fn new(line: usize, problem: ImportProblem) -> Self {
        Self { line, problem }
    }
}

/// Reads every card of a file that can be read.
#[must_use]
pub fn import(file: &[u8]) -> Import {
    let mut import = Import { cards: Vec::new(), errors: Vec::new() };
    if file.len() > MAX_FILE_BYTES {
        import.errors.push(ImportError::new(1, ImportProblem::FileTooLarge { max: MAX_FILE_BYTES }));
        return import;
    }
    let mut first_lines: HashMap<CardId, usize> = HashMap::new();
    let mut blocks = 0;
    for block in lines::blocks(file) {
        let read = block.and_then(|block| {
            blocks += 1;
            if blocks > MAX_CARDS {
                return Err(ImportError::new(block.line, ImportProblem::TooManyCards { max: MAX_CARDS }));
            }
            read_block(&block)
        });
        match read {
            Err(error) => import.errors.push(error),
            Ok(card) => match first_lines.get(&card.id) {
                Some(&first_line) => {
                    import.errors.push(ImportError::new(card.line, ImportProblem::Duplicate { first_line }));
                }
                None => {
                    first_lines.insert(card.id.clone(), card.line);
                    import.cards.push(card);
                }
            },
        }
        if blocks > MAX_CARDS {
            break;
        }
    }
    import
}

fn read_block(block: &Block<'_>) -> Result<ImportedCard, ImportError> {
    if block.lines.len() > MAX_CARD_LINES {
        return Err(ImportError::new(block.line, ImportProblem::TooManyLines { max: MAX_CARD_LINES }));
    }
    check_version(block)?;
    let properties = block
        .lines
        .iter()
        .filter_map(|line| property::read(line).transpose())
        .collect::<Result<Vec<_>, _>>()?;
    let uid = properties.iter().find(|property| property.name == "UID").map(property::Property::text);
    let card = fields::card(&properties);
    if let Err(faults) = card.validate() {
        let first = faults.into_iter().next().map(ImportProblem::Field);
        return Err(ImportError::new(block.line, first.unwrap_or(ImportProblem::NotAProperty)));
    }
    Ok(ImportedCard { line: block.line, id: identity::card_id(uid.as_deref(), &card), card })
}

fn check_version(block: &Block<'_>) -> Result<(), ImportError> {
    let version = block.lines.iter().find(|line| line.name() == "VERSION");
    match version.map(Line::value) {
        None => Err(ImportError::new(block.line, ImportProblem::NoVersion)),
        Some(b"2.1" | b"3.0" | b"4.0") => Ok(()),
        Some(_) => Err(ImportError::new(
            version.map_or(block.line, |line| line.number),
            ImportProblem::UnknownVersion,
        )),
    }
}

#[cfg(test)]
mod tests;
