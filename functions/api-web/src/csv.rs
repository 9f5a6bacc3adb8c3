//! Lists as files for spreadsheets (RFC 4180).

use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, Uri, header};

/// Whether the caller asks for a file rather than for JSON.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepted.split(',').any(|range| range.split(';').next().unwrap_or_default().trim() == "text/csv")
}

/// A file with a line of names and one for each record.
pub(crate) fn file(name: &str, columns: &[&str], lines: impl Iterator<Item = Vec<String>>) -> Response {
    // Excel takes a file for Unicode only by this mark.
    let mut text = String::from('\u{feff}');
    push_line(&mut text, columns.iter().copied());
    for line in lines {
        push_line(&mut text, line.iter().map(String::as_str));
    }
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, text).into_response()
}

fn push_line<'a>(text: &mut String, fields: impl Iterator<Item = &'a str>) {
    for (position, field) in fields.enumerate() {
        if position > 0 {
            text.push(',');
        }
        push_field(text, field);
    }
    text.push_str("\r\n");
}

/// A spreadsheet would run what begins like a formula: a quote before it makes it text.
fn push_field(text: &mut String, field: &str) {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !is_formula && !field.contains([',', '"', '\r', '\n']) {
        text.push_str(field);
        return;
    }
    text.push('"');
    if is_formula {
        text.push('\'');
    }
    text.push_str(&field.replace('"', "\"\""));
    text.push('"');
}

/// The `Link` header to the rest of a list, whose last sort key this is.
pub(crate) fn next_part(uri: &Uri, key: &str) -> String {
    let kept = uri.query().unwrap_or_default().split('&');
    let kept: String = kept
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .map(|pair| format!("{pair}&"))
        .collect();
    format!("<{}?{kept}cursor={}>; rel=\"next\"", uri.path(), URL_SAFE_NO_PAD.encode(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_field_stays_in_it() {
        for (field, written) in [
            ("佐藤", "佐藤"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+81", "\"'+81\""),
            ("-1", "\"'-1\""),
            ("@x", "\"'@x\""),
            ("", ""),
        ] {
            let mut text = String::new();
            push_field(&mut text, field);
            assert_eq!(text, written, "{field:?}");
        }
    }

    #[test]
    fn the_rest_is_asked_for_with_the_same_filters() {
        let uri = "/v1/audit?user=sato&cursor=old&limit=2".parse().expect("an address");
        assert_eq!(next_part(&uri, "a"), "</v1/audit?user=sato&limit=2&cursor=YQ>; rel=\"next\"");
    }
}
