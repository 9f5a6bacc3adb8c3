//! Lists as files for spreadsheets: UTF-8 with its mark, so that Excel reads Japanese, and no cell that a
//! spreadsheet would take for a formula.

/// What a cell must not begin with: spreadsheets reckon what begins so.
const RECKONED: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

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

    /// The file.
    pub(crate) fn finish(self) -> String {
        self.0
    }
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
    fn the_file_begins_with_the_mark_of_utf8() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.line(["1", "2"]);
        assert_eq!(csv.finish(), "\u{feff}a,b\r\n1,2\r\n");
    }
}
