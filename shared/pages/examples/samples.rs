//! Writes every page in both languages, with what it loads, as files to look at:
//! `cargo run -p pages --example samples -- DIRECTORY`.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use axum::body::{Body, to_bytes};
use http::Response;
use pages::{Branding, Reader, asset, booking, console, respond, sample};
use types::Language;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("usage: samples DIRECTORY")?);
    fs::create_dir_all(directory.join("assets"))?;
    let product = Branding {
        support_url: Some("mailto:support@setten.example.test".to_owned()),
        ..Branding::default()
    };
    for language in Language::ALL {
        let reader = Reader { language, chose: false };
        for (name, page) in sample::pages() {
            write(&directory, &name, language, respond(&reader, &product, &page)).await?;
        }
        for (name, page) in booking::sample::pages() {
            write(&directory, name, language, booking::respond(&reader, &product, &page)).await?;
        }
        for (name, page) in console::sample::pages() {
            let viewer = console::sample::viewer_of(name, &page);
            let answer = console::respond(&reader, &product, viewer.as_ref(), &page);
            write(&directory, name, language, answer).await?;
        }
    }
    Ok(())
}

async fn write(
    directory: &Path,
    name: &str,
    language: Language,
    page: Response<Body>,
) -> Result<(), Box<dyn Error>> {
    let mut html = String::from_utf8(to_bytes(page.into_body(), usize::MAX).await?.to_vec())?;
    for prefix in ["/connect/", "/book/", "/console/"] {
        let assets = format!("{prefix}assets/");
        for address in html.split('"').filter(|text| text.starts_with(&assets)) {
            let content =
                to_bytes(asset(address).ok_or("an asset is missing")?.into_body(), usize::MAX).await?;
            fs::write(directory.join(address.trim_start_matches(prefix)), content)?;
        }
        html = html.replace(&assets, "assets/");
    }
    fs::write(directory.join(format!("{name}.{}.html", language.tag())), html)?;
    Ok(())
}
