//! Lists as files for spreadsheets: UTF-8 with its mark, so that Excel reads Japanese, and no cell that a
//! spreadsheet would take for a formula. What does not fit in one file follows in the next, whose address is in the
//! last line.

use url::form_urlencoded;

use crate::{Site, visit::Visit};

/// What a cell must not begin with: spreadsheets reckon what begins so.
const RECKONED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// How many bytes a file has before it is full; Lambda answers with 6 MB at most, in which the end of a line takes
/// four and a quote two.
const FULL: usize = 4_000_000;

/// A file that is being written.
pub(crate) struct Csv(String);

impl Csv {
    /// A file with this first line.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let mut csv = Self("\u{feff}".to_owned());
        csv.line(columns.iter().copied());
        csv
    }

    /// One more line.
    pub(crate) fn line<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        let cells: Vec<String> = cells.into_iter().map(cell).collect();
        self.0.push_str(&cells.join(","));
        self.0.push_str("\r\n");
    }

    /// Whether the rest belongs in another file; some hundred kilobytes still have room.
    pub(crate) fn is_full(&self) -> bool {
        self.0.len() >= FULL
    }

    /// The last line of a file that is not the last: where the list goes on, from a cursor on.
    pub(crate) fn goes_on(&mut self, site: &Site, visit: &Visit, cursor: &str) {
        let address = format!("{}{}", site.origin, from_cursor(&visit.path, cursor));
        self.line([pages::console::file_goes_on(visit.reader.language).as_str(), &address]);
    }

    /// The file.
    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// A list's path and query, from a cursor on.
fn from_cursor(path: &str, cursor: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.extend_pairs(kept).append_pair("cursor", cursor).finish())
}

fn cell(text: &str) -> String {
    let mark = if text.starts_with(RECKONED) { "'" } else { "" };
    let text = format!("{mark}{text}");
    if text.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_stays_one_cell() {
        for (text, expected) in [
            ("佐藤 健一", "佐藤 健一"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("+81", "'+81"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("=HYPERLINK(\"http://x\",1)", "\"'=HYPERLINK(\"\"http://x\"\",1)\""),
            ("a\r\nb", "\"a\r\nb\""),
        ] {
            assert_eq!(cell(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_rest_is_looked_for_in_the_same_way() {
        for (path, expected) in [
            ("/console/users.csv", "/console/users.csv?cursor=u%262"),
            (
                "/console/users.csv?q=%E4%BD%90+b&cursor=u1&status=failed",
                "/console/users.csv?q=%E4%BD%90+b&status=failed&cursor=u%262",
            ),
        ] {
            assert_eq!(from_cursor(path, "u&2"), expected);
        }
    }

    #[test]
    fn the_file_begins_with_the_mark_of_utf8() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.line(["1", "2"]);
        assert_eq!(csv.finish(), "\u{feff}a,b\r\n1,2\r\n");
    }
}
