//! Writes every page in both languages, with its stylesheet, as files to look at:
//! `cargo run -p pages --example samples -- DIRECTORY`.

use std::{error::Error, fs, path::PathBuf};

use axum::body::to_bytes;
use pages::{Branding, Reader, asset, respond, sample};
use types::Language;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("usage: samples DIRECTORY")?);
    fs::create_dir_all(directory.join("assets"))?;
    let product = Branding {
        support_url: Some("mailto:support@setten.example.test".to_owned()),
        ..Branding::default()
    };
    for (name, page) in sample::pages() {
        for language in Language::ALL {
            let response = respond(&Reader { language, chose: false }, &product, &page);
            let html = String::from_utf8(to_bytes(response.into_body(), usize::MAX).await?.to_vec())?;
            for address in html.split('"').filter(|text| text.starts_with("/connect/assets/")) {
                let content =
                    to_bytes(asset(address).ok_or("an asset is missing")?.into_body(), usize::MAX).await?;
                fs::write(directory.join(address.trim_start_matches("/connect/")), content)?;
            }
            let file = directory.join(format!("{name}.{}.html", language.tag()));
            fs::write(file, html.replace("/connect/assets/", "assets/"))?;
        }
    }
    Ok(())
}
