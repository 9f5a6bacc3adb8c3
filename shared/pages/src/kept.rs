//! The last result, kept in the person's own browser for a quarter of an hour: Microsoft's redirect brings
//! them to an address that works once, and they may want to reload or to switch the language.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue};

use crate::{page::Page, reader::cookie};

/// Where the kept result is shown.
pub const RESULT_PATH: &str = "/connect/result";

const COOKIE: &str = "setten_result";
const SECONDS: u32 = 15 * 60;

/// Browsers drop a cookie above 4,096 bytes; a page so large is not kept.
const MAX_BYTES: usize = 3_800;

/// The `Set-Cookie` that keeps the page. It holds nothing that the page does not show, and whoever
/// changes it changes only what they see themselves.
pub(crate) fn keep(page: &Page) -> Option<HeaderValue> {
    let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(page).ok()?);
    let line =
        format!("{COOKIE}={value}; Path={RESULT_PATH}; Max-Age={SECONDS}; HttpOnly; Secure; SameSite=Lax");
    if line.len() <= MAX_BYTES { HeaderValue::from_str(&line).ok() } else { None }
}

/// The page that the browser kept.
pub(crate) fn recall(headers: &HeaderMap) -> Option<Page> {
    let json = URL_SAFE_NO_PAD.decode(cookie(headers, COOKIE)?).ok()?;
    serde_json::from_slice(&json).ok()
}
