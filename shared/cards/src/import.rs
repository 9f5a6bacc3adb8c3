//! Cards out of a file: vCard, a table (CSV), or one JSON card a line. One fault never stops the rest, and every
//! fault has its line.

mod csv;
mod identity;
mod ndjson;
mod preview;
mod vcard;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use types::CardId;

use crate::card::{Card, FieldError};

pub use preview::Preview;

/// The most bytes of a file. In base64, with the request around it, it has to fit the 6 MiB of a Lambda event.
pub const MAX_FILE_BYTES: usize = 4_000_000;
/// The most cards of a file.
pub const MAX_CARDS: usize = 5_000;

/// What kind of file it is. By name: `vcard`, `csv`, `ndjson`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// vCard 2.1, 3.0 or 4.0.
    VCard,
    /// A table with a line of column names; comma, semicolon or tab; UTF-8, UTF-16 or Shift_JIS, as Excel writes it.
    Csv,
    /// One JSON card a line, each with an `id`.
    Ndjson,
}

impl Format {
    /// The media types that name a format, the usual one first.
    pub const MEDIA_TYPES: [(&'static str, Self); 7] = [
        ("text/vcard", Self::VCard),
        ("text/x-vcard", Self::VCard),
        ("text/directory", Self::VCard),
        ("text/csv", Self::Csv),
        ("text/tab-separated-values", Self::Csv),
        ("application/x-ndjson", Self::Ndjson),
        ("application/jsonl", Self::Ndjson),
    ];

    /// The format of a media type without parameters, in lower case.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        Self::MEDIA_TYPES.iter().find(|(name, _)| *name == media_type).map(|(_, format)| *format)
    }
}

/// What a file held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Import {
    /// The sound cards, in the order of the file; no two with the same id.
    pub cards: Vec<ImportedCard>,
    /// What could not be read, in the order of the file; at most one fault per card.
    pub errors: Vec<ImportError>,
    /// Columns of a table that say nothing a card holds, by their names in the file.
    pub ignored_columns: Vec<String>,
}

/// A card of the file. It has been validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCard {
    /// The line where it begins, counted from 1.
    pub line: usize,
    /// From the file's own id, so that the next import of the same card replaces it; without one from the content.
    pub id: CardId,
    /// The card.
    pub card: Card,
}

/// A fault of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportError {
    /// The line at fault, counted from 1; the card's first where the fault is no single line's.
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
    /// The bytes are not text in UTF-8 nor in the charset that the line names or the file seems to be in.
    #[error("the text is in no charset that can be read here")]
    Charset,
    /// A table whose first line names no column that a card could be called by.
    #[error("the first line must name the columns, among them one for a name or a company")]
    NoColumns,
    /// More cells than columns: often a quotation mark or a comma that is not quoted.
    #[error("the line has more cells than the {columns} columns of the first line")]
    TooManyCells {
        /// The columns.
        columns: usize,
    },
    /// A line that should be a JSON object and is none.
    #[error("the line is not a JSON object")]
    NotJson,
    /// A member that a card does not have, or of another kind.
    #[error("{0}")]
    Shape(#[serde(serialize_with = "detail")] String),
    /// A JSON card without its id.
    #[error("the card has no id")]
    NoId,
    /// An id that cannot stand in a path.
    #[error("the id is not one: letters, digits and . _ ~ - are allowed, up to 200 characters")]
    Id,
    /// A day that is none.
    #[error("{column}: a date as 2026-11-22 is expected")]
    Date {
        /// The column's name in the file.
        column: String,
    },
    /// A card with the same id, or without one and with the same content, stands earlier in the file.
    #[error("the same card stands on line {first_line} already")]
    Duplicate {
        /// Where the earlier card begins.
        first_line: usize,
    },
    /// The card breaks a rule of [`Card::validate`].
    #[error("{0}")]
    Field(FieldError),
}

/// A tagged variant cannot hold a bare text.
fn detail<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map([("detail", text)])
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
            Self::NoColumns => "no_columns",
            Self::TooManyCells { .. } => "too_many_cells",
            Self::NotJson => "not_json",
            Self::Shape(_) => "shape",
            Self::NoId => "no_id",
            Self::Id => "id",
            Self::Date { .. } => "date",
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
pub fn read(format: Format, file: &[u8]) -> Import {
    if file.len() > MAX_FILE_BYTES {
        let error = ImportError::new(1, ImportProblem::FileTooLarge { max: MAX_FILE_BYTES });
        return Import { errors: vec![error], ..Import::default() };
    }
    match format {
        Format::VCard => vcard::import(file),
        Format::Csv => csv::import(file),
        Format::Ndjson => ndjson::import(file),
    }
}

/// A card that was read, validated, under its id.
fn sound(line: usize, id: CardId, card: Card) -> Result<ImportedCard, ImportError> {
    match card.validate() {
        Ok(()) => Ok(ImportedCard { line, id, card }),
        Err(faults) => {
            let first = faults.into_iter().next().expect("a refusal says why");
            Err(ImportError::new(line, ImportProblem::Field(first)))
        }
    }
}

/// The cards and faults of a file as they are read.
#[derive(Default)]
struct Collected {
    import: Import,
    first_lines: HashMap<CardId, usize>,
    /// Those that could not be read too.
    cards: usize,
}

impl Collected {
    /// Takes the next card or fault; false when the file is over as far as we go.
    fn take(&mut self, read: Result<ImportedCard, ImportError>) -> bool {
        self.cards += 1;
        let line = read.as_ref().map_or_else(|error| error.line, |card| card.line);
        if self.cards > MAX_CARDS {
            self.import.errors.push(ImportError::new(line, ImportProblem::TooManyCards { max: MAX_CARDS }));
            return false;
        }
        match read {
            Err(error) => self.import.errors.push(error),
            Ok(card) => match self.first_lines.get(&card.id) {
                Some(&first_line) => {
                    self.import.errors.push(ImportError::new(line, ImportProblem::Duplicate { first_line }));
                }
                None => {
                    self.first_lines.insert(card.id.clone(), line);
                    self.import.cards.push(card);
                }
            },
        }
        true
    }

    fn finish(self) -> Import {
        self.import
    }
}
