//! Graph's handshake: it calls a new address with a token, which comes back as it was (requirement R27).

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{HeaderValue, Response, header},
};
use percent_encoding::percent_decode;

/// The token in a query, decoded as a form's; none if the query has no such parameter.
pub(crate) fn token(query: &str) -> Option<Vec<u8>> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (_, value) = pairs.into_iter().find(|(name, _)| *decoded(name) == *b"validationToken")?;
    Some(decoded(value).into_owned())
}

fn decoded(text: &str) -> Cow<'_, [u8]> {
    if text.contains('+') {
        let spaced = text.replace('+', " ");
        return Cow::Owned(percent_decode(spaced.as_bytes()).collect());
    }
    percent_decode(text.as_bytes()).into()
}

/// The answer: these very bytes. As plain text that no browser takes for a page, since anybody can have it
/// say anything.
pub(crate) fn answer(token: Vec<u8>) -> Response<Body> {
    let is_text_as_it_stands = is_text_as_it_stands(&token);
    let mut response = Response::new(Body::from(token));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !is_text_as_it_stands {
        // On its way to API Gateway a text is decoded; what names an encoding is handed on untouched.
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("identity"));
    }
    response
}

/// UTF-8 without a byte order mark, which a decoder would take away.
fn is_text_as_it_stands(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.starts_with('\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_decoded_as_a_forms() {
        for (query, expected) in [
            ("validationToken=abc", Some(&b"abc"[..])),
            ("key=k&validationToken=Validation%3a+Testing%20it%2B", Some(b"Validation: Testing it+")),
            ("validationToken=%E5%90%8D", Some("名".as_bytes())),
            ("validationToken=%FF%00", Some(b"\xff\0")),
            ("validationToken=a=b%3D&validationToken=second", Some(b"a=b=")),
            ("validationToken=100%", Some(b"100%")),
            ("validation%54oken=x", Some(b"x")),
            ("validationToken=", Some(b"")),
            ("validationToken", Some(b"")),
            ("validationtoken=x", None),
            ("key=validationToken", None),
            ("", None),
        ] {
            assert_eq!(token(query).as_deref(), expected, "{query:?}");
        }
    }

    #[test]
    fn what_a_decoder_would_change_is_marked() {
        for (bytes, expected) in
            [(&b"plain"[..], true), ("名".as_bytes(), true), (b"\xff", false), (b"\xef\xbb\xbfx", false)]
        {
            assert_eq!(is_text_as_it_stands(bytes), expected, "{bytes:?}");
            let marked = answer(bytes.to_vec()).headers().contains_key(header::CONTENT_ENCODING);
            assert_eq!(marked, !expected);
        }
    }
}
