//! Resource paths: `/x/{id}` and `/x('{id}')` alike, names in any case, ids as they are.

use percent_encoding::percent_decode_str;

use super::error::GraphError;

/// The segments of a path, decoded, keys in parentheses taken apart: `/me/contacts('A%2FB')/photo` is
/// `me`, `contacts`, `A/B`, `photo`.
pub(super) fn segments(path: &str) -> Result<Vec<String>, GraphError> {
    let mut segments = Vec::new();
    for raw in split(path) {
        if let Some((name, key)) = keyed(&decode(&raw)?) {
            segments.push(name);
            segments.extend(key);
        } else {
            segments.push(decode(&raw)?);
        }
    }
    Ok(segments)
}

/// Splits at the slashes that are neither encoded nor inside a quoted key.
fn split(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in path.chars() {
        quoted ^= c == '\'';
        match c {
            '/' if !quoted => parts.push(String::new()),
            _ => parts.iter_mut().last().into_iter().for_each(|part| part.push(c)),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn decode(raw: &str) -> Result<String, GraphError> {
    let text = percent_decode_str(raw).decode_utf8();
    text.map(|text| text.into_owned()).map_err(|_| GraphError::bad_request("Malformed escape in the path."))
}

/// `name('key')` → name and key; `name()` → name alone.
fn keyed(segment: &str) -> Option<(String, Option<String>)> {
    let (name, rest) = segment.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let key = inner.strip_prefix('\'').and_then(|inner| inner.strip_suffix('\''));
    match key {
        Some(key) => Some((name.to_owned(), Some(key.replace("''", "'")))),
        None if inner.is_empty() => Some((name.to_owned(), None)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_key_syntaxes_mean_the_same() {
        let expected = ["users", "a@b.example", "contacts", "A/B+c="];
        for path in [
            "/users/a@b.example/contacts/A%2FB%2Bc%3D",
            "/users('a@b.example')/contacts('A/B+c=')",
            "users('a%40b.example')/contacts(%27A%2FB+c=%27)",
        ] {
            assert_eq!(segments(path).expect("a path"), expected, "{path}");
        }
    }

    #[test]
    fn an_unencoded_slash_breaks_an_id_apart() {
        assert_eq!(segments("/me/contacts/A/B").expect("a path").len(), 4);
        assert_eq!(segments("/me/contacts/delta()").expect("a path"), ["me", "contacts", "delta"]);
    }
}
