//! Cards out of a vCard file (versions 2.1, 3.0 and 4.0), one fault never stopping the rest.
//!
//! The file is cut into cards and lines here, so that every fault has its line; what stands in one line is
//! read by `calcard`. Kept are names with readings, company, department, title, numbers, e-mail and postal
//! addresses, web addresses, the note and the categories; pictures, sounds, keys, birthdays and the like
//! have no place on a [`Card`](crate::Card) and are passed over.

mod fields;
mod lines;
mod names;
mod property;

use super::{Collected, Import, ImportError, ImportProblem, ImportedCard, identity, sound};
use lines::{Block, Line};

/// The most lines of a card, those of a folded line counted as one.
const MAX_CARD_LINES: usize = 1_000;

/// Reads every card of a file that can be read.
pub(super) fn import(file: &[u8]) -> Import {
    let mut collected = Collected::default();
    for block in lines::blocks(file) {
        if !collected.take(block.and_then(|block| read_block(&block))) {
            break;
        }
    }
    collected.finish()
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
    sound(block.line, identity::card_id(uid.as_deref(), &card), card)
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
