//! The files that pages load: compiled in, named by their content, kept by browsers for a year.

use std::sync::LazyLock;

use axum::body::Body;
use http::{HeaderValue, Response, header};

/// For `/connect` and `/book`.
const STYLESHEET: &str = concat!(
    include_str!("../assets/setten.css"),
    "\n",
    include_str!("../assets/content.css"),
    "\n",
    include_str!("../assets/form.css"),
    "\n",
    include_str!("../assets/booking.css"),
    "\n",
    include_str!("../assets/guest.css"),
);
/// For `/console` and `/me`.
const CONSOLE_STYLESHEET: &str = concat!(
    include_str!("../assets/setten.css"),
    "\n",
    include_str!("../assets/content.css"),
    "\n",
    include_str!("../assets/form.css"),
    "\n",
    include_str!("../assets/console.css"),
    "\n",
    include_str!("../assets/states.css"),
    "\n",
    include_str!("../assets/fields.css"),
    "\n",
    include_str!("../assets/lists.css"),
);
const ICON: &str = include_str!("../assets/setten.svg");
const SCRIPT: &str = include_str!("../assets/booking.js");
const CONSOLE_SCRIPT: &str = include_str!("../assets/console.js");

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

struct Asset {
    stem: &'static str,
    extension: &'static str,
    media_type: &'static str,
    hash: u64,
    content: String,
}

impl Asset {
    fn new(
        stem: &'static str,
        extension: &'static str,
        media_type: &'static str,
        content: impl Into<String>,
    ) -> Self {
        let content = content.into();
        Self { stem, extension, media_type, hash: fnv1a(content.as_bytes()), content }
    }

    fn name(&self) -> String {
        format!("{}-{:016x}.{}", self.stem, self.hash, self.extension)
    }

    fn find(stem: &str, extension: &str) -> Option<&'static Self> {
        ASSETS.iter().find(|asset| asset.stem == stem && asset.extension == extension)
    }
}

static ASSETS: LazyLock<[Asset; 5]> = LazyLock::new(|| {
    [
        Asset::new("setten", "css", CSS, compact(STYLESHEET)),
        Asset::new("setten", "svg", SVG, ICON),
        Asset::new("booking", "js", JAVASCRIPT, SCRIPT),
        Asset::new("console", "css", CSS, compact(CONSOLE_STYLESHEET)),
        Asset::new("console", "js", JAVASCRIPT, CONSOLE_SCRIPT),
    ]
});

/// A stylesheet without comments and indentation, a fifth smaller: a page stays below 60 kB with all it loads.
fn compact(css: &str) -> String {
    let outside = css.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, after)| after));
    let mut compact = String::new();
    for line in outside.collect::<String>().lines().map(str::trim).filter(|line| !line.is_empty()) {
        if !compact.is_empty() && !compact.ends_with(['{', '}', ';', ',']) {
            compact.push(' ');
        }
        compact.push_str(line);
    }
    compact
}

/// The address of an asset (`setten.css`) under the function's own prefix (`/connect`).
pub(crate) fn address(prefix: &str, name: &str) -> String {
    let asset = name.split_once('.').and_then(|(stem, extension)| Asset::find(stem, extension));
    format!("{prefix}/assets/{}", asset.expect("a template names one of ours").name())
}

/// The answer to a request for an asset, by its path or its file name; none if it is not ours. While one
/// version replaces another, a page of the new one may ask the old one: it gets what there is, uncached.
#[must_use]
pub fn asset(path: &str) -> Option<Response<Body>> {
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    let asset = Asset::find(stem.split_once('-')?.0, extension)?;
    let fresh = name == asset.name();
    let mut response = Response::new(Body::from(asset.content.as_str()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let cache = if fresh { "public, max-age=31536000, immutable" } else { "no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Some(response)
}

/// FNV-1a: names a content, guards nothing.
fn fnv1a(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache_of(path: &str) -> Option<String> {
        let response = asset(path)?;
        Some(response.headers()[header::CACHE_CONTROL].to_str().expect("ASCII").to_owned())
    }

    #[test]
    fn a_stylesheet_keeps_its_rules() {
        let css = "/* a */\n.a,\n.b {\n  color: red; /* b */\n  margin: calc(1px +\n    2px);\n}\n\n@media (x) {\n  .c > d {\n  }\n}\n";
        assert_eq!(compact(css), ".a,.b {color: red;margin: calc(1px + 2px);}@media (x) {.c > d {}}");
    }

    #[test]
    fn an_asset_is_kept_for_a_year_under_its_own_name_only() {
        for name in ["setten.css", "setten.svg", "booking.js", "console.css", "console.js"] {
            let address = address("/connect", name);
            assert!(cache_of(&address).expect("served").contains("immutable"), "{address}");
        }
        assert_eq!(cache_of("setten-0000000000000000.css").as_deref(), Some("no-store"));
        for other in ["setten.css", "other-00.css", "setten-00.js", "console-00.svg", "", "/connect/assets/"]
        {
            assert_eq!(cache_of(other), None, "{other}");
        }
    }
}
