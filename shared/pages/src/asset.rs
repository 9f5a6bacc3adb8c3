//! The files that pages load: compiled in, named by their content, kept by browsers for a year.

use axum::body::Body;
use http::{HeaderValue, Response, header};

const STYLESHEET: &str = concat!(
    include_str!("../assets/setten.css"),
    "\n",
    include_str!("../assets/content.css"),
    "\n",
    include_str!("../assets/booking.css"),
    "\n",
    include_str!("../assets/guest.css"),
);
const STYLESHEET_HASH: u64 = fnv1a(STYLESHEET.as_bytes());
const ICON: &str = include_str!("../assets/setten.svg");
const ICON_HASH: u64 = fnv1a(ICON.as_bytes());

const SCRIPT: &str = include_str!("../assets/booking.js");
const SCRIPT_HASH: u64 = fnv1a(SCRIPT.as_bytes());

struct Asset {
    stem: &'static str,
    extension: &'static str,
    media_type: &'static str,
    hash: u64,
    content: &'static str,
}

impl Asset {
    fn name(&self) -> String {
        format!("{}-{:016x}.{}", self.stem, self.hash, self.extension)
    }
}

const ASSETS: [Asset; 3] = [
    Asset {
        stem: "setten",
        extension: "css",
        media_type: "text/css; charset=utf-8",
        hash: STYLESHEET_HASH,
        content: STYLESHEET,
    },
    Asset { stem: "setten", extension: "svg", media_type: "image/svg+xml", hash: ICON_HASH, content: ICON },
    Asset {
        stem: "booking",
        extension: "js",
        media_type: "text/javascript; charset=utf-8",
        hash: SCRIPT_HASH,
        content: SCRIPT,
    },
];

/// The address of the asset with this extension, under the function's own prefix (`/connect`).
pub(crate) fn address(prefix: &str, extension: &str) -> String {
    let asset =
        ASSETS.iter().find(|asset| asset.extension == extension).expect("a template names one of ours");
    format!("{prefix}/assets/{}", asset.name())
}

/// The answer to a request for an asset, by its path or its file name; none if it is not ours. While one
/// version replaces another, a page of the new one may ask the old one: it gets what there is, uncached.
#[must_use]
pub fn asset(path: &str) -> Option<Response<Body>> {
    let name = path.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    let asset = ASSETS.iter().find(|asset| asset.extension == extension)?;
    stem.strip_prefix(asset.stem)?.strip_prefix('-')?;
    let fresh = name == asset.name();
    let mut response = Response::new(Body::from(asset.content));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let cache = if fresh { "public, max-age=31536000, immutable" } else { "no-store" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Some(response)
}

/// FNV-1a at compile time: names a content, guards nothing.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut index = 0;
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0100_0000_01b3);
        index += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache_of(path: &str) -> Option<String> {
        let response = asset(path)?;
        Some(response.headers()[header::CACHE_CONTROL].to_str().expect("ASCII").to_owned())
    }

    #[test]
    fn an_asset_is_kept_for_a_year_under_its_own_name_only() {
        for extension in ["css", "svg", "js"] {
            let address = address("/connect", extension);
            assert!(cache_of(&address).expect("served").contains("immutable"), "{address}");
        }
        assert_eq!(cache_of("setten-0000000000000000.css").as_deref(), Some("no-store"));
        for other in ["setten.css", "other-00.css", "setten-00.js", "", "/connect/assets/"] {
            assert_eq!(cache_of(other), None, "{other}");
        }
    }
}
