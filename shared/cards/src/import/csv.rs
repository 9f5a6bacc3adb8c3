//! Cards out of a table: the first line names the columns, in Japanese or English, as Excel, Outlook, Google and
//! card products write them.

mod columns;
mod text;

use csv::{ReaderBuilder, StringRecord};

use super::{Collected, Import, ImportError, ImportProblem, identity, sound};
use columns::{Columns, Row};

pub(super) fn import(file: &[u8]) -> Import {
    let text = text::decode(file);
    let lines = text::Lines::of_text(&text);
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(text::delimiter(&text))
        .from_reader(text.as_bytes());
    // The reader is lenient, and the text is UTF-8: nothing is left that it could refuse.
    let mut records = reader.records().filter_map(Result::ok).filter_map(|record| {
        let is_blank = record.iter().all(|cell| cell.trim().is_empty());
        let line = lines.of(record.position()?.byte());
        (!is_blank).then_some((line, record))
    });
    let Some((line, header)) = records.next() else { return refused(1) };
    let Some(columns) = Columns::of(&header) else { return refused(line) };
    let mut collected = Collected::default();
    for (line, record) in records {
        let read = row(&columns, &record).map_err(|problem| ImportError::new(line, problem));
        let read =
            read.and_then(|Row { id, card }| sound(line, identity::card_id(id.as_deref(), &card), card));
        if !collected.take(read) {
            break;
        }
    }
    Import { ignored_columns: columns.ignored, ..collected.finish() }
}

fn refused(line: usize) -> Import {
    Import { errors: vec![ImportError::new(line, ImportProblem::NoColumns)], ..Import::default() }
}

fn row(columns: &Columns, record: &StringRecord) -> Result<Row, ImportProblem> {
    if record.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER)) {
        return Err(ImportProblem::Charset);
    }
    if record.iter().skip(columns.count()).any(|cell| !cell.trim().is_empty()) {
        return Err(ImportProblem::TooManyCells { columns: columns.count() });
    }
    columns.read(record)
}

#[cfg(test)]
mod tests;
