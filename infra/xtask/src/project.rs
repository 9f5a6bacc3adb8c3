//! Where things are in the project's folder.

use std::path::PathBuf;

/// The project's top folder.
#[must_use]
pub fn root() -> PathBuf {
    // infra/xtask is two floors below it.
    let mut path = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    path.pop();
    path.pop();
    path
}

/// Where everything that is made goes.
#[must_use]
pub fn target() -> PathBuf {
    root().join("target")
}

/// The functions: the folders of `functions/`, in the order of the alphabet.
///
/// # Errors
/// The folder cannot be read.
pub fn functions() -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root().join("functions"))? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}
